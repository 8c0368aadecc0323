//! What is read of a cluster that is one of several of a mesh.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use serde_json::Value;

use super::View;
use super::planes::control_planes;
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::linked::{Crossing, RemoteSecret, SYNCED, Side, remotes};
use crate::istio::plane::ROOT;
use crate::istio::webhook::injectors;
use crate::istio::{ControlPlane, DEFAULT, label};
use crate::object::{Object, ObjectId};
use crate::yaml;

/// The port on which istiod tells what it knows, to whoever asks on its own loopback.
const PORT: u16 = 15014;

/// A cluster, and the others that its istiod may read.
#[derive(Debug)]
pub struct Linked {
    /// As others see it.
    pub side: Side,
    /// What lets its istiod read others; also in namespaces where no istiod looks.
    pub remotes: Vec<RemoteSecret>,
    /// Whether Secrets of other namespaces are not known.
    pub only_home: bool,
}

/// Reads it; `namespace` is that of the control plane.
///
/// # Errors
/// Cluster errors; of what is in other namespaces only what is not about permissions.
pub async fn linked(cluster: &Cluster, namespace: &str) -> Result<Linked> {
    cluster.version().await?;
    let kinds = Kinds::built_in();
    let root = ObjectId::new("v1", "ConfigMap", Some(namespace), ROOT);
    let home = ObjectId::new("v1", "Namespace", None, namespace);
    let (planes, home, root, services, secrets) = futures::try_join!(
        control_planes(cluster, namespace),
        cluster.get(&kinds, &home),
        cluster.get(&kinds, &root),
        labelled(cluster, "Service", label::NETWORK, namespace),
        labelled(cluster, "Secret", label::REMOTE, namespace),
    )?;
    let plane = planes.iter().find(|plane| plane.revision == DEFAULT).or(planes.first());
    let by_path = if plane.is_some_and(|plane| plane.version.is_some()) { None } else { by_path(cluster).await? };
    let value = |path: &str| plane.and_then(|plane| setting(plane, path));
    let (secrets, only_home) = secrets;
    let side = Side {
        context: cluster.name().to_owned(),
        name: plane
            .and_then(|plane| plane.env.get("CLUSTER_ID").cloned())
            .or_else(|| by_path.as_ref().map(|(name, _)| name.clone()))
            .or_else(|| value("/global/multiCluster/clusterName")),
        mesh: value("/global/meshID"),
        network: home
            .as_ref()
            .and_then(|home| home.label(label::NETWORK).map(str::to_owned))
            .or_else(|| value("/global/network"))
            .or_else(|| by_path.and_then(|(_, network)| network)),
        root: root.and_then(|map| map.text("/data/root-cert.pem").map(|text| text.trim().to_owned())),
        has_plane: planes.iter().any(|plane| plane.version.is_some()),
        crossings: services.0.iter().filter_map(Crossing::of).collect(),
    };
    Ok(Linked { side, remotes: secrets.iter().flat_map(remotes).collect(), only_home })
}

/// Objects of a kind with a label in all namespaces; of `namespace` alone, and true, where others may not be read.
async fn labelled(cluster: &Cluster, kind: &str, label: &str, namespace: &str) -> Result<(Vec<Object>, bool)> {
    let (kinds, id) = (Kinds::built_in(), ObjectId::new("v1", kind, None, ""));
    match cluster.list(&kinds.everywhere(&id)?, &id, Some(label)).await {
        Err(error) if error.is_forbidden() => {
            let id = ObjectId::new("v1", kind, Some(namespace), "");
            Ok((cluster.list(&kinds.collection(&id)?, &id, Some(label)).await?, true))
        }
        found => Ok((found?, false)),
    }
}

fn setting(plane: &ControlPlane, path: &str) -> Option<String> {
    let values = yaml::document("values", &plane.values).ok()?;
    values.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What the path of the injector elsewhere says of a cluster: its name, and its network.
async fn by_path(cluster: &Cluster) -> Result<Option<(String, Option<String>)>> {
    let view = View::of(cluster);
    let webhooks = view.webhooks().await?;
    let paths = webhooks.iter().flat_map(injectors).filter_map(|hook| {
        let client = &hook["clientConfig"];
        client["url"].as_str().or_else(|| client["service"]["path"].as_str())
    });
    Ok(paths.filter_map(of_path).next())
}

/// Of `/inject/cluster/NAME/net/NETWORK`.
fn of_path(path: &str) -> Option<(String, Option<String>)> {
    let mut words = path.split('/').skip_while(|word| *word != "cluster").skip(1);
    let name = words.next().filter(|name| !name.is_empty())?.to_owned();
    let network = words.next().filter(|word| *word == "net").and(words.next());
    Some((name, network.filter(|network| !network.is_empty()).map(str::to_owned)))
}

/// What each istiod of `namespace` says of the clusters that it reads, by their names: `synced`, `syncing`, `timeout`.
///
/// # Errors
/// Cluster errors; within it why istiod cannot be asked.
pub async fn accepted(
    cluster: &Cluster,
    namespace: &str,
) -> Result<std::result::Result<BTreeMap<String, String>, String>> {
    let id = ObjectId::new("v1", "Pod", Some(namespace), "");
    let pods = cluster.list(&Kinds::built_in().collection(&id)?, &id, Some("app=istiod")).await?;
    let runs = |pod: &&Object| {
        pod.text("/status/phase") == Some("Running") && pod.text("/metadata/deletionTimestamp").is_none()
    };
    let pods: Vec<&Object> = pods.iter().filter(runs).collect();
    if pods.is_empty() {
        return Ok(Err("no istiod runs".to_owned()));
    }
    let asked = pods.iter().map(async |pod| Ok(cluster.ask_pod(namespace, pod.name(), PORT, "/debug/clusterz").await));
    let mut states: BTreeMap<String, String> = BTreeMap::new();
    let mut why = None;
    for answer in try_join_all::<_>(asked).await? as Vec<std::result::Result<String, String>> {
        let known = answer.and_then(|text| {
            serde_json::from_str::<Value>(&text).map_err(|_| "it does not answer with JSON".to_owned())
        });
        let known = match known {
            Ok(known) => known,
            Err(error) => {
                why = Some(error);
                continue;
            }
        };
        for one in known.as_array().into_iter().flatten() {
            let (Some(id), Some(state)) = (one["id"].as_str(), one["syncStatus"].as_str()) else { continue };
            // The one that is least far counts.
            let worst = states.entry(id.to_owned()).or_insert_with(|| state.to_owned());
            if state != SYNCED {
                state.clone_into(worst);
            }
        }
    }
    Ok(match why {
        Some(why) if states.is_empty() => Err(why),
        _ => Ok(states),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_injector_names_the_cluster() {
        let owned = |name: &str, network: Option<&str>| Some((name.to_owned(), network.map(str::to_owned)));
        assert_eq!(of_path("/inject/cluster/two/net/n2"), owned("two", Some("n2")));
        assert_eq!(of_path("https://host:15017/inject/cluster/two"), owned("two", None));
        assert_eq!(of_path("/inject"), None);
        assert_eq!(of_path("/inject/cluster//net/x"), None);
    }
}
