//! Single objects, each asked for by its name.

use std::collections::HashMap;

use futures::future::try_join_all;

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// What is there of `ids`, asked for side by side: for a few; more are cheaper as lists.
///
/// # Errors
/// Cluster errors.
pub async fn there(
    cluster: &Cluster,
    kinds: &Kinds,
    ids: impl IntoIterator<Item = ObjectId>,
) -> Result<HashMap<ObjectId, Object>> {
    let gets = ids.into_iter().map(async |id: ObjectId| {
        let found = cluster.get(kinds, &id).await?;
        Ok(found.map(|object| (id, object)))
    });
    Ok(try_join_all(gets).await?.into_iter().flatten().collect())
}
