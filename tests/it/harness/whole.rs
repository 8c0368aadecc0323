//! Everything an API server has, to compare what was there before with what is there after: every resource that discovery
//! names, with its uid, so that what was deleted and made again counts as another.

use anyhow::Result;
use cluster::Cluster;
use serde_json::Value;

use super::live::Dump;

/// What comes and goes by itself: events; the leases by which the control plane's own processes and nodes say that they
/// live.
fn is_volatile(kind: &str, namespace: &str) -> bool {
    kind == "Event" || kind == "Lease" && matches!(namespace, "kube-system" | "kube-node-lease")
}

/// Everything, by `KIND NAMESPACE/NAME`. Of each object what somebody wrote: not its status, nor the API server's own
/// bookkeeping (`resourceVersion`, `managedFields`), which every heartbeat of a node changes.
pub(crate) fn dump(cluster: &Cluster) -> Result<Dump> {
    let mut roots = vec!["/api/v1".to_owned()];
    for group in cluster.get("/apis")?["groups"].as_array().into_iter().flatten() {
        let versions = group["versions"].as_array().into_iter().flatten();
        roots.extend(versions.filter_map(|version| Some(format!("/apis/{}", version["groupVersion"].as_str()?))));
    }
    let mut dump = Dump::new();
    for root in roots {
        for resource in cluster.get(&root)?["resources"].as_array().into_iter().flatten() {
            let (name, kind) = (&resource["name"], resource["kind"].as_str().unwrap_or_default());
            let name = name.as_str().unwrap_or_default();
            let is_listed = resource["verbs"].as_array().into_iter().flatten().any(|verb| verb == "list");
            if !is_listed || name.contains('/') {
                continue;
            }
            for mut object in cluster.list(&format!("{root}/{name}"))? {
                let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
                let (namespace, own) = (text("namespace"), text("name"));
                if is_volatile(kind, &namespace) {
                    continue;
                }
                let without = |value: &mut Value, fields: &[&str]| {
                    if let Value::Object(map) = value {
                        fields.iter().for_each(|field| drop(map.remove(*field)));
                    }
                };
                without(&mut object, &["status"]);
                without(&mut object["metadata"], &["resourceVersion", "managedFields", "generation"]);
                dump.insert(format!("{root} {kind} {namespace}/{own}"), object);
            }
        }
    }
    Ok(dump)
}
