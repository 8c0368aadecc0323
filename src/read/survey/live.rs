//! What is there of objects that are wanted, recorded, or both.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::future::try_join_all;

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// What was found.
#[derive(Debug, Default)]
pub struct Live {
    /// The objects that were asked for, those of them that are there.
    pub objects: HashMap<ObjectId, Object>,
    /// What else is there of their kinds and in their namespaces.
    pub others: Vec<Object>,
}

/// Reads what is there of `ids`: one list a kind and namespace. Where the namespace `home` does not exist nothing in it
/// does, and nothing is asked. Kinds that are not served have no objects.
///
/// # Errors
/// Cluster errors.
pub async fn read(
    cluster: &Cluster,
    kinds: &Kinds,
    home: &ObjectId,
    ids: impl IntoIterator<Item = ObjectId>,
) -> Result<Live> {
    let namespace = cluster.get(kinds, home).await?;
    let mut places: BTreeMap<String, ObjectId> = BTreeMap::new();
    let mut asked: HashSet<ObjectId> = HashSet::from([home.clone()]);
    for id in ids {
        let absent = namespace.is_none() && id.namespace.as_deref() == Some(&home.name);
        // A kind that is not served yet comes with a CRD of this very set, or its write will say so.
        if !absent
            && id != *home
            && let Ok(path) = kinds.collection(&id)
        {
            places.insert(path, id.clone());
        }
        asked.insert(id);
    }
    let lists = places.iter().map(|(path, id)| cluster.list(path, id, None));
    let found = try_join_all(lists).await?.into_iter().flatten().chain(namespace);
    let (objects, others): (Vec<Object>, Vec<Object>) = found.partition(|object| asked.contains(&object.id()));
    Ok(Live { objects: objects.into_iter().map(|object| (object.id(), object)).collect(), others })
}
