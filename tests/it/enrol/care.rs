//! Restarts with care: kinds of workloads, budgets, what cannot be restarted, failures, interruptions, bad input.

use anyhow::{Context, Result, ensure};
use cluster::{Behaviour, Cluster, Failure, Fault, Istiod, Pods};
use serde_json::{Value, json};

use super::{SOON, create, namespace, plane, pods, ready, same_lines, settled, workload};
use crate::harness::mesh::{MINIMAL_LINES, Mesh};

fn labels(cluster: &Cluster, namespace: &str) -> Result<Value> {
    let mut labels = cluster.get(&format!("/api/v1/namespaces/{namespace}"))?["metadata"]["labels"].take();
    labels.as_object_mut().into_iter().for_each(|map| drop(map.remove("kubernetes.io/metadata.name")));
    Ok(labels)
}

#[test]
fn every_kind_restarts_in_its_own_way_and_the_rest_is_named() -> Result<()> {
    let (cluster, space) = (plane()?, "kinds");
    // A revision that is gone: this label is replaced, and none is added beside it.
    namespace(cluster, space, json!({"istio.io/rev": "gone", "team": "a"}))?;
    create(cluster, space, &workload("Deployment", "web", 2, json!({})))?;
    create(cluster, space, &workload("StatefulSet", "db", 2, json!({"serviceName": "db"})))?;
    create(cluster, space, &workload("DaemonSet", "agent", 0, json!({})))?;
    let on_delete = json!({"serviceName": "old", "updateStrategy": {"type": "OnDelete"}});
    create(cluster, space, &workload("StatefulSet", "old", 2, on_delete))?;
    create(cluster, space, &workload("ReplicaSet", "set", 1, json!({})))?;
    let mut host = workload("DaemonSet", "host", 0, json!({}));
    host["spec"]["template"]["spec"]["hostNetwork"] = true.into();
    create(cluster, space, &host)?;
    let mut no = workload("Deployment", "no", 1, json!({}));
    no["spec"]["template"]["metadata"]["labels"]["sidecar.istio.io/inject"] = "false".into();
    create(cluster, space, &no)?;
    create(cluster, space, &workload("Deployment", "paused", 1, json!({})))?;
    let alone = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone"}, "spec": super::template("alone")["spec"]});
    cluster.create(&format!("/api/v1/namespaces/{space}/pods"), &alone)?;
    let mut job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"}, "spec": {"template": super::template("once")}});
    job["spec"]["template"]["spec"]["restartPolicy"] = "Never".into();
    // A run that goes on.
    job["spec"]["template"]["metadata"]["annotations"] = json!({"test.mesh.dev/stage": "never-ready"});
    cluster.create(&format!("/apis/batch/v1/namespaces/{space}/jobs"), &job)?;
    for (app, count) in
        [("web", 2), ("db", 2), ("agent", 2), ("old", 2), ("set", 1), ("no", 1), ("paused", 1), ("host", 2)]
    {
        settled(cluster, space, app, count, "1/1")?;
    }
    let paused = format!("/apis/apps/v1/namespaces/{space}/deployments/paused");
    cluster.merge(&paused, &json!({"spec": {"paused": true}}))?;
    let run_pod = |cluster: &Cluster| Ok(pods(cluster, space, "once")?.pop());
    let run_pod = cluster.eventually(SOON, "pod of the Job", run_pod)?["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned();

    let run = Mesh::on(cluster).args(["inject", "namespace", space]).run()?;
    ensure!(run.code == Some(0), "{run}");
    same_lines(
        &run.stdout,
        &[
            "namespace/kinds labeled",
            "✔ daemonset/agent 1/1 → 2/2 (2 pods)",
            "✔ deployment/web 1/1 → 2/2 (2 pods)",
            "✔ replicaset/set 1/1 → 2/2 (1 pod)",
            "✔ statefulset/db 1/1 → 2/2 (2 pods)",
            "✔ statefulset/old 1/1 → 2/2 (2 pods)",
            "- deployment/paused not restarted: 1 pod has no proxy; its rollout is paused: resume it with `kubectl rollout resume`, then restart paused",
            "- pod/alone not restarted: no proxy; it is on its own: delete it and create it again",
            &format!("- pod/{run_pod} not restarted: no proxy; it is a run of Job once: only a new run is injected"),
            "- daemonset/host not injected: hostNetwork: true",
            "- deployment/no not injected: the pod's label sidecar.istio.io/inject=false",
        ],
    )
    .with_context(|| run.to_string())?;
    ensure!(run.stderr.contains("note: label istio.io/rev=gone of namespace kinds is replaced"), "{run}");
    ensure!(
        labels(cluster, space)? == json!({"istio-injection": "enabled", "team": "a"}),
        "{}",
        labels(cluster, space)?
    );
    for (app, count) in [("web", 2), ("db", 2), ("agent", 2), ("old", 2), ("set", 1)] {
        ensure!(ready(cluster, space, app)? == vec!["2/2"; count], "{app}: {:?}", ready(cluster, space, app)?);
    }
    for (app, count) in [("no", 1), ("paused", 1), ("host", 2)] {
        ensure!(ready(cluster, space, app)? == vec!["1/1"; count], "{app}");
    }
    Ok(())
}

#[test]
fn a_disruption_budget_is_waited_for() -> Result<()> {
    let (cluster, space) = (plane()?, "budgets");
    namespace(cluster, space, json!({}))?;
    create(cluster, space, &workload("Deployment", "web", 2, json!({})))?;
    let on_delete = json!({"serviceName": "db", "updateStrategy": {"type": "OnDelete"}});
    create(cluster, space, &workload("StatefulSet", "db", 2, on_delete))?;
    settled(cluster, space, "web", 2, "1/1")?;
    settled(cluster, space, "db", 2, "1/1")?;
    let budgets = format!("/apis/policy/v1/namespaces/{space}/poddisruptionbudgets");
    for app in ["web", "db"] {
        let budget = json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": app},
            "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": app}}}});
        cluster.create(&budgets, &budget)?;
    }
    let seen = |cluster: &Cluster| {
        let all = cluster.list(&budgets)?;
        Ok(all.iter().all(|budget| budget["status"]["currentHealthy"] == 2).then_some(()))
    };
    cluster.eventually(SOON, "budgets that were looked at", seen)?;

    // No budget allows anything: the time is over, and it says for whom.
    let run = Mesh::on(cluster).args(["inject", "namespace", space, "--timeout", "4s"]).run()?;
    let why = "PodDisruptionBudget web, which allows no disruption: 2 pods are healthy and 2 have to be";
    run.expect_failed(
        4,
        &[&format!("deployment/web: waiting for {why}"), "it waited for PodDisruptionBudget", "--timeout"],
    )?;
    ensure!(ready(cluster, space, "web")? == ["1/1"; 2] && ready(cluster, space, "db")? == ["1/1"; 2], "{run}");

    // The label is there by now; the rest is done by a restart, as soon as the budgets allow it.
    let mut running = Mesh::on(cluster).args(["restart", "--outdated", "-n", space]).start()?;
    running.line_with("deployment/web: waiting for PodDisruptionBudget web")?;
    for app in ["web", "db"] {
        cluster.merge(&format!("{budgets}/{app}"), &json!({"spec": {"minAvailable": 1}}))?;
    }
    let run = running.end()?;
    ensure!(run.code == Some(0), "{run}");
    same_lines(&run.stdout, &["✔ deployment/web 1/1 → 2/2 (2 pods)", "✔ statefulset/db 1/1 → 2/2 (2 pods)"])
}

#[test]
fn a_failure_stops_what_has_not_begun() -> Result<()> {
    // The proxy's image is there, but not for b: its pods are well until they are injected.
    let gone = Pods::image("proxyv2").in_namespace("failing").and_label("app", "b");
    let cluster = Cluster::builder()
        .istiod(Istiod::StandIn(Behaviour::default()))
        .fail(Failure::new(gone, Fault::ImageNotFound))
        .start()?;
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    let cluster = &cluster;
    namespace(cluster, "failing", json!({}))?;
    for app in ["a", "b", "c"] {
        create(cluster, "failing", &workload("Deployment", app, 1, json!({})))?;
    }
    for app in ["a", "b", "c"] {
        settled(cluster, "failing", app, 1, "1/1")?;
    }
    let run = Mesh::on(cluster).args(["inject", "ns", "failing", "--at-once", "1"]).run()?;
    run.expect_failed(
        1,
        &[
            "error: Deployment/failing/b was not restarted well; 1 were not begun",
            "kubectl -n failing describe deployment b",
        ],
    )?;
    let wanted = [
        "namespace/failing labeled",
        "✔ deployment/a 1/1 → 2/2 (1 pod)",
        "✘ deployment/b failed: image ",
        "- deployment/c not restarted, as ",
    ];
    for (line, wanted) in run.stdout.lines().zip(wanted) {
        ensure!(line.starts_with(wanted), "wanted {wanted:?}: {run}");
    }
    ensure!(run.stdout.lines().count() == 4, "{run}");
    // Its old pod goes on meanwhile.
    ensure!(
        ready(cluster, "failing", "c")? == ["1/1"] && ready(cluster, "failing", "b")?.contains(&"1/1".to_owned()),
        "{run}"
    );

    // The same for machines.
    let run =
        Mesh::on(cluster).args(["restart", "--outdated", "-n", "failing", "-o", "json", "--timeout", "10s"]).run()?;
    let document = run.json()?;
    ensure!(document["kind"] == "Restart" && document["clusters"][0]["cluster"] == "test-cluster", "{run}");
    let states: Vec<(&str, &str)> = document["clusters"][0]["restarts"]
        .as_array()
        .context("no restarts")?
        .iter()
        .map(|one| (one["object"]["name"].as_str().unwrap_or_default(), one["state"].as_str().unwrap_or_default()))
        .collect();
    ensure!(states.contains(&("c", "done")), "{run}");
    ensure!(run.code != Some(0) && document["clusters"][0]["error"]["id"].is_string(), "{run}");

    // An istiod that does not answer: pods cannot be made, and that is what is said.
    cluster.fail([])?;
    cluster.webhooks(cluster::Path::Refuse)?;
    create(cluster, "failing", &workload("Deployment", "d", 0, json!({})))?;
    cluster.merge(
        "/apis/apps/v1/namespaces/failing/deployments/a",
        &json!({"spec": {"template": {"metadata": {"annotations": {"sidecar.istio.io/proxyCPU": "77m"}}}}}),
    )?;
    let run = Mesh::on(cluster).args(["restart", "--outdated", "-n", "failing", "--timeout", "90s"]).run()?;
    run.expect_failed(1, &["failed calling webhook"])
}

#[test]
fn a_run_can_be_interrupted() -> Result<()> {
    let (cluster, space) = (plane()?, "interrupted");
    namespace(cluster, space, json!({}))?;
    let mut slow = workload("Deployment", "slow", 1, json!({}));
    slow["spec"]["template"]["metadata"]["annotations"] = json!({"test.mesh.dev/stage": "slow"});
    create(cluster, space, &slow)?;
    settled(cluster, space, "slow", 1, "1/1")?;
    let mut running = Mesh::on(cluster).args(["inject", "namespace", space]).start()?;
    running.line_with("deployment/slow: 1/1 → 0/2")?;
    running.signal("INT")?;
    let run = running.end()?;
    run.expect_failed(130, &["1 of 1 workloads were restarted or are under way, which goes on by itself"])?;
    settled(cluster, space, "slow", 1, "2/2")
}

#[test]
fn workloads_come_in_by_themselves() -> Result<()> {
    let (cluster, space) = (plane()?, "single");
    namespace(cluster, space, json!({}))?;
    for (kind, name) in [("Deployment", "web"), ("Deployment", "other"), ("StatefulSet", "db"), ("DaemonSet", "agent")]
    {
        create(
            cluster,
            space,
            &workload(
                kind,
                name,
                1,
                json!({"updateStrategy": {"type": "OnDelete"}})
                    .as_object()
                    .cloned()
                    .filter(|_| kind == "StatefulSet")
                    .map_or(json!({}), Value::Object),
            ),
        )?;
    }
    for (app, count) in [("web", 1), ("other", 1), ("db", 1), ("agent", 2)] {
        settled(cluster, space, app, count, "1/1")?;
    }
    let mesh = |args: &[&str]| Mesh::on(cluster).args(["inject"]).args(args).args(["-n", space]).run();
    mesh(&["deployment", "web", "--dry-run"])?
        .expect_done("deployment/web would restart: its pods get sidecar.istio.io/inject=true\n")?;
    mesh(&["deployment", "web"])?.expect_done("✔ deployment/web 1/1 → 2/2 (1 pod)\n")?;
    mesh(&["deployment", "web"])?.expect_done("deployment/web has the label already\nnothing has to restart\n")?;
    mesh(&["sts", "db"])?.expect_done("✔ statefulset/db 1/1 → 2/2 (1 pod)\n")?;
    mesh(&["daemonset", "agent", "--revision", "default"])?.expect_done("✔ daemonset/agent 1/1 → 2/2 (2 pods)\n")?;
    let template = &cluster.get(&format!("/apis/apps/v1/namespaces/{space}/daemonsets/agent"))?["spec"]["template"]["metadata"]
        ["labels"];
    ensure!(
        *template == json!({"app": "agent", "sidecar.istio.io/inject": "true", "istio.io/rev": "default"}),
        "{template}"
    );
    ensure!(ready(cluster, space, "other")? == ["1/1"], "nobody asked for it");

    mesh(&["deployment", "gone"])?
        .expect_failed(1, &["deployment gone does not exist in namespace single", "get deployments"])?;
    mesh(&["deployment", "other", "--revision", "none"])?
        .expect_failed(2, &["no revision and no tag is called `none`", "there is revision default"])?;
    cluster.merge(
        &format!("/api/v1/namespaces/{space}"),
        &json!({"metadata": {"labels": {"istio-injection": "disabled"}}}),
    )?;
    mesh(&["deployment", "other"])?.expect_failed(
        1,
        &["Deployment/single/other would not be injected, because of the namespace's label istio-injection=disabled; nothing was written"],
    )?;
    ensure!(ready(cluster, space, "other")? == ["1/1"], "it was refused");
    Ok(())
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_written() -> Result<()> {
    let cluster = plane()?;
    let mark = cluster.mark()?;
    let table: [(&[&str], i32, &[&str]); 9] = [
        (
            &["inject", "namespace", "nowhere"],
            1,
            &["namespace nowhere does not exist", "kubectl create namespace nowhere"],
        ),
        (&["inject", "namespace", "istio-system"], 2, &["istio-system holds the control plane"]),
        (&["inject", "namespace", "kube-system"], 2, &["kube-system is Kubernetes' own"]),
        (
            &["inject", "namespace", "default", "--revision", "x"],
            2,
            &["no revision and no tag is called `x`", "revision default"],
        ),
        (&["inject", "namespace", "default", "--ambient"], 2, &["ambient mode is not installed", "profile=ambient"]),
        (&["inject", "namespace", "default", "--ambient", "--revision", "x"], 2, &["cannot be used with"]),
        (&["inject", "-f", "-", "namespace", "default"], 2, &["either a file is injected"]),
        (&["restart"], 2, &["--outdated"]),
        (
            &["inject", "-f", "-", "--from-cluster", "-i", "default"],
            1,
            &["namespace default has no ConfigMaps istio-sidecar-injector and istio", "-i"],
        ),
    ];
    for (args, code, parts) in table {
        let run = Mesh::on(cluster).args(args).run()?;
        run.expect_failed(code, parts).with_context(|| args.join(" "))?;
    }
    let writes = cluster
        .requests_since(mark)?
        .by_agent("mesh/")
        .mutating()
        .filter(|one| one.namespace == "default" || one.namespace.is_empty());
    ensure!(
        writes.filter(|one| one.resource == "namespaces" && one.name == "default").is_empty(),
        "something was written"
    );
    // Who may only look is told what may not be done.
    let run = Mesh::with(&cluster.kubeconfig_for("nobody")?).args(["restart", "--outdated"]).run()?;
    run.expect_failed(3, &["forbidden"])
}

#[test]
fn a_terminal_shows_a_live_table() -> Result<()> {
    let (cluster, space) = (plane()?, "terminal");
    namespace(cluster, space, json!({}))?;
    let mut slow = workload("Deployment", "slow", 1, json!({}));
    slow["spec"]["template"]["metadata"]["annotations"] = json!({"test.mesh.dev/stage": "slow"});
    create(cluster, space, &slow)?;
    create(cluster, space, &workload("Deployment", "quick", 2, json!({})))?;
    settled(cluster, space, "slow", 1, "1/1")?;
    settled(cluster, space, "quick", 2, "1/1")?;
    let mesh = env!("CARGO_BIN_EXE_mesh");
    let output = std::process::Command::new("script")
        .args(["-qefc", &format!("'{mesh}' inject namespace {space}"), "/dev/null"])
        .env("KUBECONFIG", cluster.kubeconfig())
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .stdin(std::process::Stdio::null())
        .output();
    let output = match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            crate::harness::say("skipped: script(1), which makes a terminal, is not installed");
            return Ok(());
        }
        output => output.context("cannot run script")?,
    };
    let screen = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{screen}");
    for part in [
        "deployment/slow   1/1 → 0/2  0/1 pods",
        "1 of 2 restarted",
        "\u{1b}[32m✔\u{1b}[0m deployment/quick 1/1 → 2/2 (2 pods)",
    ] {
        ensure!(screen.contains(part), "no {part:?} in {screen:?}");
    }
    // The result stays; live lines are drawn below it, and are gone in the end.
    let (_, after) = screen.rsplit_once("deployment/slow 1/1 → 2/2 (1 pod)").context("no result")?;
    ensure!(!after.contains('→'), "{after:?}");
    Ok(())
}
