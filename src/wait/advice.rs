//! What to do next about a cause: a command where there is one.

use crate::object::ObjectId;
use crate::status::explain::Cause;

/// The next step for `cause` of a workload in `namespace`.
pub(super) fn next(cause: &Cause, namespace: &str) -> String {
    let ObjectId { kind, name, .. } = &cause.object;
    match cause.id {
        "image-not-found" | "image-invalid" => {
            "check hub and tag of the image (--set hub=…, --set tag=…), or push it; then run the same command again".to_owned()
        }
        "image-denied" => format!(
            "give the nodes credentials: create a pull secret in namespace {namespace} and name it with --set values.global.imagePullSecrets[0]=NAME"
        ),
        "image-pull" => "check that the nodes reach the registry; another one is set with --set hub=…".to_owned(),
        "crash-loop" | "init-failed" | "out-of-memory" => {
            format!("see all it wrote: kubectl -n {namespace} logs {name} --all-containers --previous")
        }
        "unschedulable" => {
            "add nodes, or lower what is asked for (values.…resources.requests); see what is taken: kubectl describe nodes"
                .to_owned()
        }
        "quota" => format!("raise the quota, or free what is used: kubectl -n {namespace} describe resourcequota"),
        "pod-security" => format!(
            "allow it in the label pod-security.kubernetes.io/enforce of the namespace: kubectl get namespace {namespace} --show-labels"
        ),
        "webhook-denied" | "webhook-unreachable" => {
            "see who is asked: kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations".to_owned()
        }
        "policy-denied" => {
            "see the policies: kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings".to_owned()
        }
        _ => format!("look closer: kubectl -n {namespace} describe {} {name}", kind.to_lowercase()),
    }
}
