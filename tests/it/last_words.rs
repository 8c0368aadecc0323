//! Whatever stands in the way of a run that changes a cluster, a signal, a lock, a missing right: it writes nothing more, and
//! its last line is the command that goes on or begins anew.

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{DEMO_LINES, Mesh, Run};
use crate::harness::screen::Screen;
use crate::harness::{planes, rights};

const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases";
/// A user who may not do everything.
const LIMITED: &str = "limited";

/// The runs that take a lock, and the lock.
const LOCKED: [(&[&str], &str); 6] = [
    (&["install", "--set", "profile=minimal", "-y"], "mesh.v1.default"),
    (&["upgrade", "--set", "meshConfig.accessLogFile=/dev/stderr", "-y"], "mesh.v1.default"),
    (&["rollback", "-y"], "mesh.v1.default"),
    (&["uninstall", "--purge", "-y"], "mesh.v1.default"),
    (&["tag", "set", "prod", "--revision", "default"], "mesh.v1.tag.prod"),
    (&["tag", "remove", "kept", "-y"], "mesh.v1.tag.kept"),
];

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

/// Another machine's run has this lock, from now on for as long as it lasts without a renewal.
fn hold(cluster: &Cluster, lock: &str) -> Result<()> {
    let path = format!("{LEASES}/{lock}");
    if cluster.get_opt(&path)?.is_some() {
        cluster.delete(&path)?;
    }
    let now = k8s_openapi::jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": lock},
        "spec": {"holderIdentity": "elsewhere/boot/1", "leaseDurationSeconds": 10, "acquireTime": now, "renewTime": now},
    });
    cluster.create(LEASES, &lease).map(drop)
}

/// The last line of a run is `hint: WHAT: mesh ARGS`.
fn ends_with(run: &Run, what: &str, args: &[&str]) -> Result<()> {
    let wanted = format!("hint: {what}: mesh {}", args.join(" "));
    ensure!(run.stderr.lines().last() == Some(wanted.as_str()), "wanted {wanted:?}: {run}");
    Ok(())
}

fn with_yes<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let mut args = args.to_vec();
    if !args.contains(&"-y") {
        args.push("-y");
    }
    args
}

#[test]
fn the_last_line_is_the_command_to_type() -> Result<()> {
    let cluster = planes::builder().user(LIMITED, &[]).start()?;
    mesh(&cluster, &["install", "--set", "profile=demo"])?.expect_done(DEMO_LINES)?;
    mesh(&cluster, &["upgrade", "--set", "meshConfig.accessLogFile=", "-y"])?.expect_done(DEMO_LINES)?;
    mesh(&cluster, &["tag", "set", "kept", "--revision", "default"])?;
    for (args, lock) in LOCKED {
        a_lock_that_is_held(&cluster, args, lock).with_context(|| args.join(" "))?;
    }
    a_no_at_a_question(&cluster)?;
    workloads_under_way(&cluster)?;
    a_right_that_is_missing(&cluster)
}

/// Interrupted while it waits, and out of time: nothing is written, the other's lock least of all.
fn a_lock_that_is_held(cluster: &Cluster, args: &[&str], lock: &str) -> Result<()> {
    let mark = cluster.mark()?;
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        hold(cluster, lock)?;
        let mut running = Mesh::on(cluster).args(args).start()?;
        running.line_with("waiting for another run to end: elsewhere/boot/1 holds")?;
        running.signal(signal)?;
        let run = running.end()?;
        run.expect_failed(code, &["error: interrupted before ", "hint: nothing was written"])?;
        ends_with(&run, "to start again", args)?;
    }
    hold(cluster, lock)?;
    let args = [args, &["--timeout", "7s"]].concat();
    let run = mesh(cluster, &args)?;
    ensure!(run.code == Some(4) && run.stderr.lines().filter(|line| line.starts_with("error: ")).count() == 1, "{run}");
    ends_with(&run, "to try again", &args)?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    // Other locks that it needs are taken, and given back.
    let writes = writes.filter(|one| one.resource != "leases");
    ensure!(writes.is_empty(), "{}", writes.lines());
    ensure!(cluster.get(&format!("{LEASES}/{lock}"))?["spec"]["holderIdentity"] == "elsewhere/boot/1");
    cluster.delete(&format!("{LEASES}/{lock}")).map(drop)
}

/// Whoever is asked sees where and what before.
fn a_no_at_a_question(cluster: &Cluster) -> Result<()> {
    let table = [
        ("install --set profile=minimal", "removes 2 gateways"),
        ("upgrade --set meshConfig.accessLogFile=/dev/stderr", "configures every proxy anew"),
        ("rollback", "ConfigMap/istio-system/istio"),
        ("uninstall --purge", "Istiod: "),
        ("tag remove kept", "istio-revision-tag-kept"),
    ];
    let mark = cluster.mark()?;
    for (args, shown) in table {
        let Some(mut screen) = Screen::of(&cluster.kubeconfig(), args)? else { return Ok(()) };
        screen.wait_for("[y/N]")?;
        screen.type_in("n\n")?;
        let (screen, code) = screen.end()?;
        ensure!(code == Some(1), "{args}: exit {code:?}: {screen}");
        for part in ["test-cluster (https://127.0.0.1:", shown, "Proceed? [y/N]", "cancelled; nothing was written"] {
            ensure!(screen.contains(part), "{args}: no {part:?} in {screen}");
        }
    }
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    Ok(())
}

/// What restarts workloads.
fn workloads_under_way(cluster: &Cluster) -> Result<()> {
    let space = "under-way";
    cluster.create_namespace(space, &json!({}))?;
    let labels = json!({"app": "slow"});
    let slow = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "slow"},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels, "annotations": {"test.mesh.dev/stage": "slow"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1.14.2"}]},
        }},
    });
    cluster.create(&format!("/apis/apps/v1/namespaces/{space}/deployments"), &slow)?;
    cluster.wait_for_deployment(space, "slow", std::time::Duration::from_secs(120))?;
    let args = ["inject", "namespace", space];
    let mut running = Mesh::on(cluster).args(args).start()?;
    running.line_with("deployment/slow: 1/1 → 0/2")?;
    running.signal("TERM")?;
    let run = running.end()?;
    run.expect_failed(143, &["1 of 1 workloads were restarted or are under way"])?;
    ends_with(&run, "to continue", &with_yes(&args))
}

/// What may not be done is named before anything is, where that can be known. Where it cannot, what was done stays done, and
/// somebody else can go on with the same command.
fn a_right_that_is_missing(cluster: &Cluster) -> Result<()> {
    let all = ["get", "list", "watch", "create", "patch", "update"];
    limit(
        cluster,
        &json!([
            {"apiGroups": ["*"], "resources": ["*"], "verbs": all},
            {"apiGroups": ["", "coordination.k8s.io", "admissionregistration.k8s.io"], "resources": ["*"], "verbs": ["delete"]},
            {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["*"], "verbs": ["bind", "escalate"]},
        ]),
    )?;
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": LIMITED},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": LIMITED},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": LIMITED}],
    });
    cluster.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", &binding)?;
    let limited = |args: &[&str]| Mesh::with(&cluster.kubeconfig_for(LIMITED)?).args(args).run();
    let watch = json!({"verb": "watch", "resource": "configmaps", "namespace": "istio-system"});
    rights::wait_for(cluster, LIMITED, &watch, true)?;

    // What is not wanted any more may not be deleted, in part or as a whole.
    let mark = cluster.mark()?;
    let (minimal, purge) = (["install", "--set", "profile=minimal", "-y"], ["uninstall", "--purge", "-y"]);
    for args in [&minimal[..], &purge] {
        let run = limited(args)?;
        run.expect_failed(3, &["nothing was written", "you may not delete deployments.apps", "mesh rbac --for "])?;
        ends_with(&run, "to try again", args)?;
    }
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());

    // Nobody knows before that a ConfigMap is held, and has to be watched.
    limit(
        cluster,
        &json!([
            {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "create", "patch", "update", "delete"]},
            {"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": ["watch"]},
            {"apiGroups": ["apps", "rbac.authorization.k8s.io", "admissionregistration.k8s.io"], "resources": ["*"], "verbs": ["*"]},
        ]),
    )?;
    rights::wait_for(cluster, LIMITED, &watch, false)?;
    let map = "/api/v1/namespaces/istio-system/configmaps/istio";
    cluster.merge(map, &json!({"metadata": {"finalizers": ["test.mesh.dev/held"]}}))?;
    let run = limited(&purge)?;
    run.expect_failed(3, &["cannot watch ", "objects were removed so far, the last ", "mesh rbac --for uninstall"])?;
    ends_with(&run, "to continue", &purge)?;
    ensure!(
        cluster.list(LEASES)?.iter().all(|one| one["metadata"]["name"] != "mesh.v1.default"),
        "still locked: {run}"
    );
    cluster.merge(map, &json!({"metadata": {"finalizers": null}}))?;
    let run = mesh(cluster, &purge)?;
    ensure!(run.code == Some(0) && run.stdout.contains("✔ Uninstall complete"), "{run}");
    Ok(())
}

/// Makes these the rules of a user.
fn limit(cluster: &Cluster, rules: &Value) -> Result<()> {
    let path = format!("/apis/rbac.authorization.k8s.io/v1/clusterroles/{LIMITED}");
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": LIMITED}, "rules": rules});
    cluster.apply(&path, &role).map(drop)
}
