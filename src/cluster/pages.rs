//! Lists by fields, and lists that are read a page at a time and not kept.

use kube::api::ListParams;
use kube::core::Request;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Cluster;
use super::failure::is_gone;
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// Which objects of a collection are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection<'a> {
    /// A selector of labels.
    pub labels: Option<&'a str>,
    /// A selector of fields, such as `involvedObject.name=web`.
    pub fields: Option<&'a str>,
}

/// A page, of which only what `T` names is kept.
#[derive(serde::Deserialize)]
struct Page<T> {
    #[serde(default)]
    metadata: PageMetadata,
    #[serde(default = "Vec::new")]
    items: Vec<T>,
}

#[derive(Default, serde::Deserialize)]
struct PageMetadata {
    #[serde(default, rename = "continue")]
    next: Option<String>,
}

impl Cluster {
    /// The objects of the collection at `path` that `selection` matches; see [`Cluster::list`].
    ///
    /// # Errors
    /// Cluster errors. A collection that does not exist is empty.
    pub async fn select(&self, path: &str, id: &ObjectId, selection: Selection<'_>) -> Result<Vec<Object>> {
        let mut objects = Vec::new();
        self.pages(path, &id.kind, selection, 500, |items: Vec<Value>| {
            for mut item in items {
                item["apiVersion"] = id.api_version().into();
                item["kind"] = id.kind.as_str().into();
                objects.push(Object::new(item)?);
            }
            Ok(())
        })
        .await?;
        Ok(objects)
    }

    /// Hands every page of the collection at `path` to `each`, read as `T`: memory holds one page, and of its objects only
    /// the fields of `T`. `kind` is for messages.
    ///
    /// # Errors
    /// Cluster errors, those of `each`. A collection that does not exist has no page.
    pub async fn pages<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        selection: Selection<'_>,
        size: u32,
        mut each: impl FnMut(Vec<T>) -> Result<()>,
    ) -> Result<()> {
        let mut params = ListParams {
            label_selector: selection.labels.map(str::to_owned),
            field_selector: selection.fields.map(str::to_owned),
            limit: Some(size),
            ..ListParams::default()
        };
        let what = format!("list {kind}");
        loop {
            let page = self
                .retried(&what, || async {
                    let request = Request::new(path).list(&params).map_err(kube::Error::BuildRequest)?;
                    match self.client.request::<Page<T>>(request).await {
                        Err(error) if is_gone(&error) => {
                            Ok(Page { metadata: PageMetadata::default(), items: Vec::new() })
                        }
                        other => other,
                    }
                })
                .await?;
            each(page.items)?;
            match page.metadata.next.filter(|next| !next.is_empty()) {
                Some(next) => params.continue_token = Some(next),
                None => return Ok(()),
            }
        }
    }
}
