//! Who makes a pod anew when it is gone.

use serde_json::Value;

use crate::object::{Object, ObjectId};

/// What a pod belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PodOwner {
    /// A Deployment, StatefulSet, DaemonSet, ReplicaSet or ReplicationController.
    Workload(ObjectId),
    /// Something that makes no second pod, or of which nothing is known: why its pods are left alone, in words.
    Other(String),
}

impl PodOwner {
    /// The owner of a pod, from its own metadata: a ReplicaSet's name is its Deployment's with the hash of the template.
    pub fn of(pod: &Object) -> Self {
        let references = pod.list("/metadata/ownerReferences");
        let Some(controller) = references.iter().find(|reference| reference["controller"] == true) else {
            return Self::Other("it is on its own: delete it and create it again".to_owned());
        };
        let text = |field: &str| controller[field].as_str().unwrap_or_default();
        let (api_version, kind, name) = (text("apiVersion"), text("kind"), text("name"));
        let workload = |kind: &str, name: &str| Self::Workload(ObjectId::new(api_version, kind, pod.namespace(), name));
        match (api_version, kind) {
            ("apps/v1", "ReplicaSet") => match deployment(pod, name) {
                Some(deployment) => workload("Deployment", deployment),
                None => workload(kind, name),
            },
            ("apps/v1", "StatefulSet" | "DaemonSet") | ("v1", "ReplicationController") => workload(kind, name),
            ("batch/v1", "Job") => Self::Other(format!("it is a run of Job {name}: only a new run is injected")),
            ("v1", "Node") => Self::Other(format!("it is a static pod of node {name}")),
            _ => Self::Other(format!(
                "it belongs to {kind} {name} of {api_version}, which is to be restarted by its own means"
            )),
        }
    }
}

fn deployment<'a>(pod: &Object, replica_set: &'a str) -> Option<&'a str> {
    let hash = pod.label("pod-template-hash").filter(|hash| !hash.is_empty())?;
    replica_set.strip_suffix(hash)?.strip_suffix('-').filter(|name| !name.is_empty())
}

/// The pod as the controller of a workload makes it: from its template, with a name to be generated.
pub fn pod_of(workload: &Object) -> Value {
    let mut pod = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": workload.at("/spec/template/metadata").cloned().unwrap_or_default(),
        "spec": workload.at("/spec/template/spec").cloned().unwrap_or_default(),
    });
    if !pod["metadata"].is_object() {
        pod["metadata"] = serde_json::json!({});
    }
    let (mut kind, mut name) = (workload.kind().to_owned(), workload.name().to_owned());
    if kind == "Deployment" {
        // Any hash will do: it is cut off again.
        kind = "ReplicaSet".to_owned();
        name.push_str("-0");
        pod["metadata"]["labels"]["pod-template-hash"] = "0".into();
    }
    pod["metadata"]["generateName"] = format!("{name}-").into();
    pod["metadata"]["ownerReferences"] = serde_json::json!([
        { "apiVersion": workload.api_version(), "kind": kind, "name": name, "controller": true, "uid": "" },
    ]);
    pod
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;
    use serde_json::json;

    #[test]
    fn pods_belong_to_what_a_user_knows() {
        let pod = |owner: Value, labels: Value| {
            let metadata = json!({"name": "p", "namespace": "n", "labels": labels, "ownerReferences": [owner]});
            Object::new(json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})).unwrap()
        };
        let owner = |api: &str, kind: &str, name: &str| json!({"apiVersion": api, "kind": kind, "name": name, "controller": true});
        let table = [
            (owner("apps/v1", "ReplicaSet", "web-abc"), json!({"pod-template-hash": "abc"}), "Deployment/n/web"),
            (owner("apps/v1", "ReplicaSet", "web-abc"), json!({}), "ReplicaSet/n/web-abc"),
            (owner("apps/v1", "StatefulSet", "db"), json!({}), "StatefulSet/n/db"),
            (owner("v1", "ReplicationController", "old"), json!({}), "ReplicationController/n/old"),
            (owner("batch/v1", "Job", "once"), json!({}), "it is a run of Job once: only a new run is injected"),
            (owner("v1", "Node", "n1"), json!({}), "it is a static pod of node n1"),
            (json!({"kind": "Thing", "name": "x"}), json!({}), "it is on its own: delete it and create it again"),
        ];
        for (reference, labels, wanted) in table {
            let shown = match PodOwner::of(&pod(reference, labels)) {
                PodOwner::Workload(id) => id.to_string(),
                PodOwner::Other(why) => why,
            };
            assert_eq!(shown, wanted);
        }
        let foreign = PodOwner::of(&pod(owner("apps.kruise.io/v1", "CloneSet", "c"), json!({})));
        assert!(matches!(foreign, PodOwner::Other(why) if why.contains("CloneSet c of apps.kruise.io/v1")));
    }

    #[test]
    fn a_template_makes_the_pod_that_its_controller_makes() {
        let workload = |kind: &str| {
            let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}});
            let object = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web", "namespace": "n"},
                "spec": {"template": template}});
            pod_of(&Object::new(object).unwrap())
        };
        let pod = workload("Deployment");
        assert_eq!(pod["metadata"]["ownerReferences"][0]["kind"], "ReplicaSet");
        assert_eq!(pod["metadata"]["labels"], json!({"app": "web", "pod-template-hash": "0"}));
        let again = Object::new({
            let mut pod = pod.clone();
            pod["metadata"]["name"] = "x".into();
            pod
        });
        assert_eq!(
            PodOwner::of(&again.unwrap()),
            PodOwner::Workload(ObjectId::new("apps/v1", "Deployment", None, "web"))
        );
        assert_eq!(workload("StatefulSet")["metadata"]["ownerReferences"][0]["name"], "web");
    }
}
