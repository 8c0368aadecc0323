//! Pods fail as kubelets tell it.

use std::time::Duration;

use cluster::{ANNOTATION, Cluster, Failure, Fault, Pods};
use serde_json::{Value, json};

use super::{deployment, deployment_path, pods};

const SOON: Duration = Duration::from_secs(120);

fn apply(cluster: &Cluster, name: &str, image: &str, change: impl FnOnce(&mut Value)) {
    cluster.apply(&deployment_path(name), &deployment(name, image, change)).unwrap();
}

/// Waits until a container of the Deployment's pod waits for this reason; the pod.
fn waiting(cluster: &Cluster, app: &str, reason: &str) -> Value {
    let look = |cluster: &Cluster| {
        let found = pods(cluster, app).into_iter().find(|pod| {
            ["initContainerStatuses", "containerStatuses"]
                .iter()
                .flat_map(|list| pod["status"][list].as_array().into_iter().flatten())
                .any(|status| status["state"]["waiting"]["reason"] == reason)
        });
        Ok(found)
    };
    let found = cluster.eventually(SOON, &format!("{reason} of {app}"), look);
    found.unwrap_or_else(|cause| panic!("{cause:#}: {:#?}", pods(cluster, app)))
}

fn events(cluster: &Cluster, app: &str) -> Vec<String> {
    let events = cluster.list("/api/v1/namespaces/default/events").unwrap();
    events
        .iter()
        .filter(|event| event["involvedObject"]["name"].as_str().is_some_and(|name| name.starts_with(app)))
        .map(|event| format!("{} {}", event["reason"].as_str().unwrap(), event["message"].as_str().unwrap()))
        .collect()
}

fn has_event(cluster: &Cluster, app: &str, part: &str) {
    let look = |cluster: &Cluster| Ok(events(cluster, app).iter().any(|event| event.contains(part)).then_some(()));
    cluster
        .eventually(SOON, &format!("Event with {part:?}"), look)
        .unwrap_or_else(|cause| panic!("{cause:#}: {:#?}", events(cluster, app)));
}

fn heals(cluster: &Cluster, app: &str) {
    cluster.wait_for_deployment("default", app, SOON).unwrap_or_else(|cause| {
        panic!("{cause:#}: {:#?}", pods(cluster, app));
    });
}

#[test]
fn images_that_cannot_be_pulled() {
    let cluster = Cluster::start().unwrap();
    apply(&cluster, "host", "missing.invalid/istio/pilot:1", |_| {});
    let pod = waiting(&cluster, "host", "ErrImagePull");
    assert_eq!(pod["status"]["phase"], "Pending");
    let message = pod["status"]["containerStatuses"][0]["state"]["waiting"]["message"].as_str().unwrap();
    assert!(message.ends_with("missing.invalid/istio/pilot:1: not found"), "{message}");
    let pod = waiting(&cluster, "host", "ImagePullBackOff");
    let message = pod["status"]["containerStatuses"][0]["state"]["waiting"]["message"].as_str().unwrap();
    assert!(message.starts_with("Back-off pulling image \"missing.invalid/istio/pilot:1\""), "{message}");
    let unready =
        pod["status"]["conditions"].as_array().unwrap().iter().find(|c| c["type"] == "Ready").unwrap().clone();
    assert_eq!((unready["status"].as_str(), unready["reason"].as_str()), (Some("False"), Some("ContainersNotReady")));
    has_event(&cluster, "host", "Failed Failed to pull image \"missing.invalid/istio/pilot:1\"");
    has_event(&cluster, "host", "Failed Error: ImagePullBackOff");
    if let Some(table) = cluster.kubectl(&["get", "pods"]).unwrap() {
        assert!(table.contains("0/1") && table.contains("ImagePullBackOff"), "{table}");
    }

    // Only the container with that image waits; a pod that runs already is left alone.
    apply(&cluster, "early", "private/one", |_| {});
    heals(&cluster, "early");
    cluster.fail([Failure::new(Pods::image("private/"), Fault::ImageDenied)]).unwrap();
    apply(&cluster, "late", "public/one", |template| {
        template["spec"]["containers"].as_array_mut().unwrap().push(json!({ "name": "p", "image": "private/two" }));
    });
    let pod = waiting(&cluster, "late", "ImagePullBackOff");
    assert_eq!(pod["status"]["containerStatuses"][0]["ready"], true);
    has_event(&cluster, "late", "pull access denied");
    heals(&cluster, "early");
    cluster.fail([]).unwrap();
    heals(&cluster, "late");

    // In an init container, the others wait for it.
    apply(&cluster, "init", "fine", |template| {
        template["spec"]["initContainers"] = json!([{ "name": "i", "image": "timeout.invalid/init" }]);
    });
    let pod = waiting(&cluster, "init", "ImagePullBackOff");
    assert_eq!(pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"], "PodInitializing");
    has_event(&cluster, "init", "i/o timeout");
}

#[test]
fn containers_that_crash_with_their_last_words() {
    let cluster = Cluster::start().unwrap();
    cluster.fail([Failure::crash_loop(Pods::label("app", "crash"), &["booting", "panic: no config"])]).unwrap();
    apply(&cluster, "crash", "any", |_| {});
    let pod = waiting(&cluster, "crash", "CrashLoopBackOff");
    let status = &pod["status"]["containerStatuses"][0];
    assert_eq!(pod["status"]["phase"], "Running");
    assert_eq!(status["lastState"]["terminated"]["exitCode"], 1);
    assert_eq!(status["lastState"]["terminated"]["reason"], "Error");
    let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
    let log = |query: &str| cluster.text(&format!("/api/v1/namespaces/default/pods/{name}/log?{query}"));
    assert_eq!(log("previous=true").unwrap(), "booting\npanic: no config\n");
    assert_eq!(log("container=main&tailLines=1").unwrap(), "panic: no config\n");
    has_event(&cluster, "crash", "BackOff Back-off restarting failed container main in pod crash-");
    let restarts = |cluster: &Cluster| {
        let pods = pods(cluster, "crash");
        Ok((pods[0]["status"]["containerStatuses"][0]["restartCount"].as_u64().unwrap() >= 3).then_some(()))
    };
    cluster.eventually(SOON, "third restart", restarts).unwrap();
    cluster.fail([]).unwrap();
    heals(&cluster, "crash");

    // Chosen by annotation; the init container, so the main one never starts.
    apply(&cluster, "init", "any", |template| {
        template["metadata"]["annotations"] = json!({ ANNOTATION: "init-crash-loop" });
        template["spec"]["initContainers"] = json!([{ "name": "setup", "image": "x" }]);
    });
    let pod = waiting(&cluster, "init", "CrashLoopBackOff");
    assert_eq!(pod["status"]["phase"], "Pending");
    assert_eq!(pod["status"]["initContainerStatuses"][0]["name"], "setup");
    assert_eq!(pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"], "PodInitializing");

    // A pod that runs begins to crash, out of memory.
    apply(&cluster, "later", "any", |_| {});
    heals(&cluster, "later");
    let fault = Fault::CrashLoop { exit_code: 137, logs: Vec::new() };
    cluster.fail([Failure::new(Pods::label("app", "later"), fault)]).unwrap();
    let pod = waiting(&cluster, "later", "CrashLoopBackOff");
    assert_eq!(pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["reason"], "OOMKilled");
}

#[test]
fn pods_that_wait_or_fit_nowhere() {
    let cluster = Cluster::builder()
        .node_size("1", "1Gi")
        .fail(Failure::slow(Pods::label("app", "slow"), Duration::from_secs(2)))
        .fail(Failure::new(Pods::label("app", "unready"), Fault::NeverReady { message: "503".to_owned() }))
        .fail(Failure::new(
            Pods::label("app", "mount"),
            Fault::Stuck { reason: "FailedMount".to_owned(), message: "configmap \"x\" not found".to_owned() },
        ))
        .fail(Failure::new(
            Pods::label("app", "config"),
            Fault::Waiting {
                reason: "CreateContainerConfigError".to_owned(),
                message: "secret \"x\" not found".to_owned(),
            },
        ))
        .start()
        .unwrap();
    for app in ["slow", "unready", "mount", "config"] {
        apply(&cluster, app, "any", |_| {});
    }
    apply(&cluster, "large", "any", |template| {
        template["spec"]["containers"][0]["resources"] = json!({ "requests": { "cpu": "4" } });
    });
    waiting(&cluster, "slow", "ContainerCreating");
    has_event(&cluster, "large", "FailedScheduling 0/1 nodes are available: 1 Insufficient cpu");
    assert_eq!(pods(&cluster, "large")[0]["status"]["phase"], "Pending");
    waiting(&cluster, "mount", "ContainerCreating");
    has_event(&cluster, "mount", "FailedMount configmap \"x\" not found");
    waiting(&cluster, "config", "CreateContainerConfigError");
    has_event(&cluster, "unready", "Unhealthy Readiness probe failed: 503");
    let unready = &pods(&cluster, "unready")[0]["status"];
    assert_eq!((&unready["phase"], &unready["containerStatuses"][0]["ready"]), (&json!("Running"), &json!(false)));
    heals(&cluster, "slow");
    cluster.fail([]).unwrap();
    for app in ["unready", "mount", "config"] {
        heals(&cluster, app);
    }
}
