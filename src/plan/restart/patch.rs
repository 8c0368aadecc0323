//! What is merged into workloads so that their pods are made anew.

use serde_json::{Map, Value, json};

/// The annotation that `kubectl rollout restart` writes, so that tools that know it know this restart too.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// Merge patches (RFC 7386) of workloads.
#[derive(Debug, Clone, PartialEq)]
pub struct Patches {
    /// Makes a controller roll its workload out.
    pub rollout: Value,
    /// Comes before the pods of a workload are evicted; none where there is nothing to say.
    pub before_eviction: Option<Value>,
}

/// The patches of a restart at `now` (RFC 3339, UTC), with which templates get these labels.
pub fn patches(now: &str, labels: &[(String, String)]) -> Patches {
    let template = |metadata: Value| json!({ "spec": { "template": { "metadata": metadata } } });
    let mut metadata = json!({ "annotations": { RESTARTED_AT: now } });
    let mut before_eviction = None;
    if !labels.is_empty() {
        let labels: Map<String, Value> =
            labels.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
        before_eviction = Some(template(json!({ "labels": labels })));
        metadata["labels"] = Value::Object(labels);
    }
    Patches { rollout: template(metadata), before_eviction }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_leaves_the_mark_of_kubectl_and_labels_come_before_evictions() {
        let plain = patches("2026-01-01T00:00:00Z", &[]);
        let marked = plain.rollout.pointer("/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt");
        assert_eq!((marked, plain.before_eviction), (Some(&json!("2026-01-01T00:00:00Z")), None));
        let labelled = patches("now", &[("a".to_owned(), "b".to_owned())]);
        assert_eq!(labelled.rollout["spec"]["template"]["metadata"]["labels"], json!({"a": "b"}));
        let wanted = json!({"spec": {"template": {"metadata": {"labels": {"a": "b"}}}}});
        assert_eq!(labelled.before_eviction, Some(wanted));
    }
}
