//! What room there is on the nodes: of a cluster's pods only what they ask for is kept, a page at a time.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cluster::{Cluster, Selection};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// Pods that hold room: they have a node and have not ended.
const HOLDING: &str = "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed";
const PAGE: u32 = 500;

/// What of a pod counts as room.
#[derive(Deserialize, Serialize)]
struct Brief {
    metadata: Named,
    spec: Spec,
}

#[derive(Deserialize, Serialize)]
struct Named {
    name: String,
    namespace: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    node_name: String,
    #[serde(default)]
    containers: Vec<Container>,
    #[serde(default)]
    init_containers: Vec<Container>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    overhead: Value,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Container {
    #[serde(default, skip_serializing_if = "Value::is_null")]
    resources: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    restart_policy: Option<String>,
}

/// The nodes, and the pods that hold room on them, each with what it asks for.
///
/// # Errors
/// Cluster errors.
pub(super) async fn of(cluster: &Cluster) -> Result<(Vec<Object>, Vec<Object>)> {
    let node = ObjectId::new("v1", "Node", None, "");
    let mut pods = Vec::new();
    let selection = Selection { labels: None, fields: Some(HOLDING) };
    let add = |page: Vec<Brief>| {
        for brief in &page {
            pods.push(object(brief)?);
        }
        Ok(())
    };
    let (nodes, ()) = futures::try_join!(
        cluster.list("/api/v1/nodes", &node, None),
        cluster.pages("/api/v1/pods", "Pod", selection, PAGE, add),
    )?;
    Ok((nodes, pods))
}

fn object(brief: &Brief) -> Result<Object> {
    let mut pod = serde_json::to_value(brief).unwrap_or_default();
    pod["apiVersion"] = "v1".into();
    pod["kind"] = "Pod".into();
    Object::new(pod)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_is_kept_with_what_it_asks_for_and_nothing_else() {
        let resources = json!({"requests": {"cpu": "1"}});
        let pod = json!({
            "metadata": {"name": "a", "namespace": "n", "annotations": {"long": "x"}, "managedFields": [{"manager": "m"}]},
            "spec": {
                "nodeName": "one", "serviceAccountName": "s", "overhead": {"cpu": "1m"},
                "containers": [{"name": "c", "image": "i", "resources": resources}],
                "initContainers": [{"name": "i", "restartPolicy": "Always", "resources": resources}],
            },
            "status": {"phase": "Running"},
        });
        let kept = object(&serde_json::from_value::<Brief>(pod).unwrap()).unwrap();
        assert_eq!(
            *kept.value(),
            json!({
                "metadata": {"name": "a", "namespace": "n"},
                "spec": {
                    "nodeName": "one",
                    "containers": [{"resources": resources}],
                    "initContainers": [{"resources": resources, "restartPolicy": "Always"}],
                    "overhead": {"cpu": "1m"},
                },
                "apiVersion": "v1",
                "kind": "Pod",
            })
        );
    }
}
