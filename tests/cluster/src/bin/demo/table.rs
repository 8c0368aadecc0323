//! Pods as `kubectl get pods` shows them, for machines without kubectl.

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::ResourceExt;

/// Ready containers, and all: sidecars among the init containers count, as they do in kubectl.
pub(crate) fn ready(pod: &Pod) -> (usize, usize) {
    let Some(spec) = &pod.spec else { return (0, 0) };
    let is_sidecar = |name: &str| {
        let mut sidecars =
            spec.init_containers.iter().flatten().filter(|c| c.restart_policy.as_deref() == Some("Always"));
        sidecars.any(|container| container.name == name)
    };
    let sidecars = spec.init_containers.iter().flatten().filter(|container| is_sidecar(&container.name)).count();
    let counted = |status: &&ContainerStatus| status.ready && (is_sidecar(&status.name) || is_main(pod, &status.name));
    (statuses(pod).filter(counted).count(), spec.containers.len() + sidecars)
}

fn is_main(pod: &Pod, name: &str) -> bool {
    pod.spec.iter().flat_map(|spec| &spec.containers).any(|container| container.name == name)
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let status = pod.status.iter();
    status.flat_map(|s| s.init_container_statuses.iter().flatten().chain(s.container_statuses.iter().flatten()))
}

/// The phase, or why a container waits, or that the pod is going.
fn state(pod: &Pod) -> String {
    if pod.metadata.deletion_timestamp.is_some() {
        return "Terminating".to_owned();
    }
    let waiting = statuses(pod).find_map(|status| status.state.as_ref()?.waiting.as_ref()?.reason.clone());
    let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
    waiting.or(phase).unwrap_or_else(|| "Unknown".to_owned())
}

fn age(pod: &Pod) -> String {
    let Some(created) = &pod.metadata.creation_timestamp else { return "?".to_owned() };
    let seconds = k8s_openapi::jiff::Timestamp::now().duration_since(created.0).as_secs().max(0);
    if seconds < 120 { format!("{seconds}s") } else { format!("{}m", seconds / 60) }
}

/// The table's lines, with a head.
pub(crate) fn pods(pods: &[Pod]) -> Vec<String> {
    let head = ["NAME", "READY", "STATUS", "RESTARTS", "AGE"].map(str::to_owned);
    let rows = pods.iter().map(|pod| {
        let (ready, all) = ready(pod);
        let restarts: i32 = statuses(pod).map(|status| status.restart_count).sum();
        [pod.name_any(), format!("{ready}/{all}"), state(pod), restarts.to_string(), age(pod)]
    });
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    let pad = |row: &[String; 5]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
        cells.join("   ").trim_end().to_owned()
    };
    rows.iter().map(pad).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panic")]
mod tests {
    use super::{pods, ready};
    use serde_json::json;

    #[test]
    fn sidecars_count_and_other_init_containers_do_not() {
        let pod = serde_json::from_value(json!({
            "metadata": { "name": "nginx-1" },
            "spec": {
                "initContainers": [{ "name": "setup" }, { "name": "proxy", "restartPolicy": "Always" }],
                "containers": [{ "name": "nginx" }],
            },
            "status": {
                "phase": "Running",
                "initContainerStatuses": [
                    { "name": "setup", "ready": true, "image": "", "imageID": "", "restartCount": 0 },
                    { "name": "proxy", "ready": true, "image": "", "imageID": "", "restartCount": 1 },
                ],
                "containerStatuses": [{ "name": "nginx", "ready": false, "image": "", "imageID": "", "restartCount": 0 }],
            },
        }))
        .unwrap();
        assert_eq!(ready(&pod), (1, 2));
        assert_eq!(
            pods(&[pod]),
            ["NAME      READY   STATUS    RESTARTS   AGE", "nginx-1   1/2     Running   1          ?"]
        );
    }
}
