//! The objects that are to be labelled.

use super::View;
use crate::cluster::Kinds;
use crate::error::Result;
use crate::object::Object;
use crate::plan::labels::{ResourceType, Selected};

/// Objects, each with its type.
pub type Found = Vec<(ResourceType, Object)>;

impl View<'_> {
    /// The objects that are there, and what the server would say of those that are not. Without a namespace all of them are
    /// looked at; `selector` is of labels.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn labelled(
        &self,
        selected: &Selected,
        namespace: Option<&str>,
        selector: Option<&str>,
    ) -> Result<(Found, Vec<String>)> {
        // A server that is not there is told at once, not waited for.
        self.version().await?;
        let kinds = Kinds::built_in();
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        match selected {
            Selected::Names(names) => {
                for (one, name) in names {
                    match self.cluster.get(&kinds, &one.id(namespace, name)).await? {
                        Some(object) => found.push((*one, object)),
                        None => missing.push(one.not_found(name)),
                    }
                }
            }
            Selected::Types(types) => {
                for one in types {
                    let id = one.id(namespace, "");
                    let objects = self.cluster.list(&kinds.collection(&id)?, &id, selector).await?;
                    found.extend(objects.into_iter().map(|object| (*one, object)));
                }
            }
        }
        Ok((found, missing))
    }
}
