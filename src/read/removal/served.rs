//! What istiod has made for the Gateway API, and what goes with what.

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::{GatewayClass, label};
use crate::object::{Object, ObjectId};

const GROUP: &str = "gateway.networking.k8s.io";

/// What istiod has made for the Gateway API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// The GatewayClasses that Istio serves.
    pub classes: Vec<String>,
    /// What it made for each Gateway, which is given by its namespace and name.
    pub made: BTreeMap<(String, String), BTreeSet<ObjectId>>,
}

/// Reads it; nothing is asked where the cluster has no Gateway API.
///
/// # Errors
/// Cluster errors.
pub async fn served(cluster: &Cluster, kinds: &Kinds) -> Result<Served> {
    let mut served = Served::default();
    let Some(class) = kinds.preferred(GROUP, "GatewayClass") else { return Ok(served) };
    let classes = cluster.list(&kinds.everywhere(&class)?, &class, None).await?;
    let names = classes.iter().filter_map(|one| serde_json::from_value::<GatewayClass>(one.value().clone()).ok());
    served.classes = names.filter_map(GatewayClass::of_istio).collect();
    served.classes.sort();
    for (version, kind) in [("apps/v1", "Deployment"), ("v1", "Service")] {
        let id = ObjectId::new(version, kind, None, "");
        for object in cluster.list(&Kinds::built_in().everywhere(&id)?, &id, Some(label::GATEWAY_NAME)).await? {
            if let Some(gateway) = owner(&object) {
                served.made.entry(gateway).or_default().insert(object.id());
            }
        }
    }
    Ok(served)
}

/// The Gateway that an object was made for and goes with.
fn owner(object: &Object) -> Option<(String, String)> {
    let owners = object.list("/metadata/ownerReferences").iter();
    let gateway = owners.into_iter().find(|one| {
        one["kind"] == "Gateway" && one["apiVersion"].as_str().is_some_and(|version| version.starts_with(GROUP))
    })?;
    Some((object.namespace()?.to_owned(), gateway["name"].as_str()?.to_owned()))
}
