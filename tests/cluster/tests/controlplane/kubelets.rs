//! Simulated kubelets tell things in the order of real ones: what they do now may stand in an Event alone, and what they have
//! said stays for a while.

use std::time::{Duration, Instant};

use cluster::{ANNOTATION, Cluster, LINGERS};
use serde_json::{Value, json};

use super::{deployment, deployment_path, pods};

const SOON: Duration = Duration::from_secs(120);

fn apply(cluster: &Cluster, app: &str, annotations: Value) {
    let body = deployment(app, "any", |template| template["metadata"]["annotations"] = annotations);
    cluster.apply(&deployment_path(app), &body).unwrap();
}

/// Waits until the status of the first container of an app's pod is so; the status.
fn status(cluster: &Cluster, app: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let look = |cluster: &Cluster| {
        let statuses = pods(cluster, app).into_iter().map(|pod| pod["status"]["containerStatuses"][0].clone());
        Ok(statuses.into_iter().find(|status| is_so(status)))
    };
    let found = cluster.eventually(SOON, &format!("{app}: {what}"), look);
    found.unwrap_or_else(|cause| panic!("{cause:#}: {:#?}", pods(cluster, app)))
}

fn waits(reason: &'static str) -> impl Fn(&Value) -> bool {
    move |status| status["state"]["waiting"]["reason"] == reason
}

fn count(cluster: &Cluster, app: &str, reason: &str) -> usize {
    let events = cluster.list("/api/v1/namespaces/default/events").unwrap();
    let about = |event: &&Value| event["involvedObject"]["name"].as_str().is_some_and(|name| name.starts_with(app));
    events.iter().filter(about).filter(|event| event["reason"] == reason).count()
}

#[test]
fn states_outlive_their_cause_and_ends_are_seen() {
    let cluster = Cluster::start().unwrap();
    for stage in ["image-pull-late", "crash-loop", "crashed-before", "no-command", "out-of-memory"] {
        apply(&cluster, stage, json!({ ANNOTATION: stage }));
    }

    // It pulls again while the status says that it backs off, and then it is well.
    status(&cluster, "image-pull-late", "backs off", waits("ImagePullBackOff"));
    assert_eq!(count(&cluster, "image-pull-late", "Pulling"), 1);
    let again = |cluster: &Cluster| Ok((count(cluster, "image-pull-late", "Pulling") == 2).then_some(()));
    cluster.eventually(SOON, "a second pull", again).unwrap();
    status(&cluster, "image-pull-late", "backs off while it pulls", waits("ImagePullBackOff"));
    status(&cluster, "image-pull-late", "ready", |status| status["ready"] == true);
    assert_eq!(count(&cluster, "image-pull-late", "Pulled"), 1);

    let ended = status(&cluster, "crash-loop", "ended", |status| status["state"]["terminated"]["exitCode"] == 1);
    assert_eq!(ended["state"]["terminated"]["reason"], "Error");
    let waiting = status(&cluster, "crash-loop", "backs off", waits("CrashLoopBackOff"));
    assert_eq!(waiting["lastState"]["terminated"]["exitCode"], 1);
    let ended = status(&cluster, "out-of-memory", "ended", |status| status["state"]["terminated"].is_object());
    assert_eq!(ended["state"]["terminated"]["reason"], "OOMKilled");
    let ended = status(&cluster, "no-command", "ended", |status| status["state"]["terminated"].is_object());
    assert_eq!(
        (&ended["state"]["terminated"]["reason"], &ended["state"]["terminated"]["exitCode"]),
        (&json!("StartError"), &json!(128))
    );
    status(&cluster, "no-command", "cannot run", waits("RunContainerError"));

    let well = status(&cluster, "crashed-before", "ready", |status| status["ready"] == true);
    assert_eq!(well["restartCount"], 8);
    assert_eq!(well["lastState"]["terminated"]["finishedAt"], "2020-01-01T00:00:01Z");
}

#[test]
fn pods_that_go_stay_for_their_grace_period() {
    let cluster = Cluster::start().unwrap();
    let body = deployment("lingers", "any", |template| {
        template["metadata"]["annotations"] = json!({ LINGERS: "true" });
        template["spec"]["terminationGracePeriodSeconds"] = 4.into();
    });
    cluster.apply(&deployment_path("lingers"), &body).unwrap();
    cluster.wait_for_deployment("default", "lingers", SOON).unwrap();
    let name = pods(&cluster, "lingers")[0]["metadata"]["name"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/namespaces/default/pods/{name}");
    let deleted = Instant::now();
    cluster.delete(&path).unwrap();
    let going = cluster.get(&path).unwrap();
    assert!(going["metadata"]["deletionTimestamp"].is_string() && going["status"]["phase"] == "Running", "{going:#}");
    cluster.eventually(SOON, "end", |cluster| Ok(cluster.get_opt(&path)?.is_none().then_some(()))).unwrap();
    assert!(deleted.elapsed() > Duration::from_secs(2), "{:?}", deleted.elapsed());
}

#[test]
fn a_node_without_kubelet_is_unknown_and_its_pods_stay_as_they_are() {
    let cluster = Cluster::start().unwrap();
    apply(&cluster, "crash", json!({ ANNOTATION: "crash-loop" }));
    status(&cluster, "crash", "ended", |status| status["state"]["terminated"].is_object());
    cluster.stop_kubelets(&["node-1"]).unwrap();
    let ready = |wanted: &'static str| {
        move |cluster: &Cluster| {
            let node = cluster.get("/api/v1/nodes/node-1")?;
            let conditions = node["status"]["conditions"].as_array().cloned().unwrap_or_default();
            Ok(conditions.iter().any(|one| one["type"] == "Ready" && one["status"] == wanted).then_some(()))
        }
    };
    cluster.eventually(SOON, "an unknown node", ready("Unknown")).unwrap();
    let restarts = || pods(&cluster, "crash")[0]["status"]["containerStatuses"][0]["restartCount"].clone();
    let before = restarts();
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(restarts(), before);
    cluster.stop_kubelets(&[]).unwrap();
    cluster.eventually(SOON, "a node that is back", ready("True")).unwrap();
    cluster.eventually(SOON, "pods that go on", |_| Ok((restarts() != before).then_some(()))).unwrap();
}
