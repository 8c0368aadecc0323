//! `mesh upgrade --canary`: a mesh moves to another revision, and back, whatever happens on the way.

mod stopped;

use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::{Cluster, Failure};
use mesh::plan::access::Purpose;
use serde_json::{Value, json};

use crate::enrol::{create, namespace, pods, settled, template, workload};
use crate::harness::history::{Changes, version_now};
use crate::harness::live::{self, Dump};
use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::builder;
use crate::harness::rights::are_those_of;

/// What moving namespaces takes at most: two requests a workload and these.
const BUDGET: usize = 60;
/// So many pods has the gateway.
const GATEWAYS: u64 = 4;
const INPUTS: [&str; 4] = [
    "profile=default",
    "meshConfig.accessLogFile=/dev/stderr",
    "values.gateways.istio-ingressgateway.autoscaleEnabled=false",
    "components.ingressGateways.[0].k8s.replicaCount=4",
];
/// The workloads that move: namespace, name, pods.
const WORKLOADS: [(&str, &str, usize); 6] = [
    ("shop", "web", 2),
    ("pay", "db", 2),
    ("agents", "agent", 2),
    ("tagged", "api", 1),
    ("own", "own", 1),
    ("brittle", "brittle", 1),
];

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(["upgrade", "--canary"]).args(args).run()
}

fn done(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    let run = mesh(cluster, args)?;
    ensure!(run.code == Some(0), "{args:?}: {run}");
    Ok(run)
}

/// A control plane with gateways, two tags, and six namespaces, each in the mesh in a way of its own.
fn a_mesh() -> Result<Cluster> {
    let cluster = builder().nodes(2).start()?;
    let run =
        Mesh::on(&cluster).install(["-y"].into_iter().chain(INPUTS.iter().flat_map(|set| ["--set", set]))).run()?;
    ensure!(run.code == Some(0), "{run}");
    let run = Mesh::on(&cluster).args(["tag", "set", "prod", "--revision", "default"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let enabled = json!({"istio-injection": "enabled"});
    namespace(&cluster, "shop", enabled.clone())?;
    namespace(&cluster, "pay", json!({"istio.io/rev": "default", "team": "pay"}))?;
    namespace(&cluster, "agents", enabled.clone())?;
    namespace(&cluster, "tagged", json!({"istio.io/rev": "prod"}))?;
    namespace(&cluster, "own", json!({}))?;
    namespace(&cluster, "brittle", enabled)?;
    create(&cluster, "shop", &workload("Deployment", "web", 2, json!({})))?;
    let budget = json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}});
    cluster.create("/apis/policy/v1/namespaces/shop/poddisruptionbudgets", &budget)?;
    create(&cluster, "pay", &workload("StatefulSet", "db", 2, json!({"serviceName": "db"})))?;
    let on_delete = json!({"updateStrategy": {"type": "OnDelete"}});
    create(&cluster, "agents", &workload("DaemonSet", "agent", 0, on_delete))?;
    create(&cluster, "tagged", &workload("Deployment", "api", 1, json!({})))?;
    let mut own = workload("Deployment", "own", 1, json!({}));
    own["spec"]["template"]["metadata"]["labels"]["sidecar.istio.io/inject"] = "true".into();
    create(&cluster, "own", &own)?;
    create(&cluster, "brittle", &workload("Deployment", "brittle", 1, json!({})))?;
    for (space, app, count) in WORKLOADS {
        settled(&cluster, space, app, count, "2/2")?;
    }
    run_by(&cluster, "default")?;
    Ok(cluster)
}

/// All workloads are whole, and every proxy is of this revision.
fn run_by(cluster: &Cluster, revision: &str) -> Result<()> {
    for (space, app, count) in WORKLOADS {
        settled(cluster, space, app, count, "2/2")?;
        is_of(cluster, space, app, revision)?;
    }
    let gateway = "/apis/apps/v1/namespaces/istio-system/deployments/istio-ingressgateway";
    let labels = &cluster.get(gateway)?["spec"]["template"]["metadata"]["labels"];
    ensure!(labels["istio.io/rev"] == revision, "{labels}");
    Ok(())
}

fn is_of(cluster: &Cluster, space: &str, app: &str, revision: &str) -> Result<()> {
    let all = pods(cluster, space, app)?;
    let of = |pod: &Value| pod["metadata"]["annotations"]["istio.io/rev"].clone();
    ensure!(all.iter().all(|pod| of(pod) == revision), "{space}/{app}: {:?}", all.iter().map(of).collect::<Vec<_>>());
    Ok(())
}

/// Everything that there is, without the mark of a restart.
pub(crate) fn dump(cluster: &Cluster) -> Result<Dump> {
    let mut all = live::dump(cluster)?;
    for object in all.values_mut() {
        let template = &mut object["spec"]["template"]["metadata"];
        if let Some(annotations) = template.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("kubectl.kubernetes.io/restartedAt");
            if annotations.is_empty() {
                template.as_object_mut().map(|map| map.remove("annotations"));
            }
        }
    }
    Ok(all)
}

fn same(wanted: &Dump, cluster: &Cluster, what: &str) -> Result<()> {
    let differences = live::differences(wanted, &dump(cluster)?);
    ensure!(differences.is_empty(), "{what}:\n{}", differences.join("\n"));
    Ok(())
}

/// The steps of `--status`, as `KIND NAME STATE`.
pub(crate) fn steps(cluster: &Cluster) -> Result<Vec<String>> {
    let found = done(cluster, &["--status", "-o", "json"])?.json()?;
    let steps = found["clusters"][0]["steps"].as_array().cloned().unwrap_or_default();
    let text = |step: &Value, key: &str| step[key].as_str().unwrap_or_default().to_owned();
    Ok(steps.iter().map(|one| format!("{} {} {}", text(one, "step"), text(one, "name"), text(one, "state"))).collect())
}

const STEPS: [&str; 10] = [
    "install ",
    "namespace agents",
    "namespace brittle",
    "namespace pay",
    "namespace shop",
    "tag prod",
    "namespace tagged",
    "gateways ",
    "default-tag ",
    "pods own",
];

#[test]
fn a_mesh_moves_step_by_step_and_in_one_go_and_back() -> Result<()> {
    let cluster = &a_mesh()?;
    let (before, mark) = (dump(cluster)?, cluster.mark()?);
    it_is_shown_first(cluster)?;
    same(&before, cluster, "after a dry run")?;
    a_workload_that_fails_stops_it(cluster)?;
    same(&before, cluster, "after a failure and --abort")?;
    step_by_step(cluster)?;
    run_by(cluster, "1-30-3")?;
    let moved = version_now(cluster)?;
    done(cluster, &["--abort", "-y"])?;
    gateways_rolled_gently(cluster, moved)?;
    run_by(cluster, "default")?;
    same(&before, cluster, "after all steps and --abort")?;
    in_one_go(cluster)?;
    it_finishes(cluster)?;
    let inputs: Vec<&str> = INPUTS.iter().flat_map(|set| ["--set", set]).collect();
    are_those_of(Purpose::Canary, "istio-system", &inputs, &cluster.requests_since(mark)?.by_agent("mesh/"))?;
    let run = Mesh::on(cluster).args(["verify"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

fn it_is_shown_first(cluster: &Cluster) -> Result<()> {
    let mark = cluster.mark()?;
    let run = done(cluster, &["--dry-run"])?;
    ensure!(run.stdout.contains("install revision 1-30-3 beside default"), "{run}");
    ensure!(run.stdout.contains("namespace shop: deployment/web restarts"), "{run}");
    // Without an answer nothing is written, and the way is in the question.
    let run = mesh(cluster, &[])?;
    run.expect_failed(2, &["revision default will be moved to 1-30-3", "namespace pay: statefulset/db restarts"])?;
    done(cluster, &["--status"])?.expect_done("✔ no upgrade is under way\n")?;
    mesh(cluster, &["--continue", "-y"])?.expect_failed(2, &["no upgrade is under way"])?;
    mesh(cluster, &["--revision", "default"])?.expect_failed(2, &["the new revision would be called default"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    Ok(())
}

/// It is named with its cause, and its namespace goes back where that is asked for; another upgrade is refused meanwhile.
fn a_workload_that_fails_stops_it(cluster: &Cluster) -> Result<()> {
    cluster.fail([Failure::image_not_found("gone:1.30.3")])?;
    let broken = ["--revision", "broken", "--set", "values.global.proxy.image=gone"];
    let only = ["--rollback-on-failure", "-y", "--namespaces", "brittle"];
    let run = mesh(cluster, &[&broken[..], &only[..]].concat())?;
    ensure!(run.code == Some(1), "{run}");
    let wanted = [
        "deployment/brittle failed: ",
        "namespace brittle is back on revision default",
        "mesh upgrade --canary --abort",
    ];
    for part in wanted {
        ensure!(run.stderr.contains(part) || run.stdout.contains(part), "{part}: {run}");
    }
    let found = steps(cluster)?;
    ensure!(found[0] == "install  done" && found[2] == "namespace brittle to-do", "{found:?}");
    let labels = &cluster.get("/api/v1/namespaces/brittle")?["metadata"]["labels"];
    ensure!(labels["istio-injection"] == "enabled" && labels["istio.io/rev"].is_null(), "{labels}: {run}");
    settled(cluster, "brittle", "brittle", 1, "2/2")?;
    mesh(cluster, &["--revision", "other", "-y"])?
        .expect_failed(2, &["an upgrade of revision default to broken is under way"])?;
    done(cluster, &["--abort", "-y"]).map(drop)
}

fn step_by_step(cluster: &Cluster) -> Result<()> {
    for count in 1..=STEPS.len() {
        let before = version_now(cluster)?;
        let goes_on: &[&str] = if count == 1 { &["--step", "-y"] } else { &["--continue", "--step", "-y"] };
        done(cluster, goes_on)?;
        if STEPS[count - 1] == "gateways " {
            gateways_rolled_gently(cluster, before)?;
        }
        let found = steps(cluster)?;
        let state = |place: usize, count: usize| match () {
            () if place < count => "done",
            () if place == count => "next",
            () => "to-do",
        };
        // Workloads that name no revision are a step as long as there are any.
        let there = STEPS.iter().filter(|step| count < STEPS.len() || **step != "pods own");
        let count = count.min(there.clone().count());
        let wanted: Vec<String> = there
            .chain(&["finish "])
            .enumerate()
            .map(|(place, step)| format!("{step} {}", state(place, count)))
            .collect();
        ensure!(found == wanted, "after {count}: {found:#?}");
    }
    Ok(())
}

/// In no moment since then were fewer of them ready than there are to be, nor more than one beside; and all were replaced.
fn gateways_rolled_gently(cluster: &Cluster, since: u64) -> Result<()> {
    let all = Changes::since(cluster, since)?.0;
    let of_gateway = all.iter().filter(|one| one.kind == "Deployment" && one.name == "istio-ingressgateway");
    let mut most = 0;
    for one in of_gateway {
        let status = &one.object["status"];
        let count = |field: &str| status[field].as_u64().unwrap_or_default();
        ensure!(count("readyReplicas") >= GATEWAYS && count("replicas") <= GATEWAYS + 1, "{status}");
        most = most.max(count("replicas"));
    }
    ensure!(most == GATEWAYS + 1, "none was replaced: {most}");
    Ok(())
}

fn in_one_go(cluster: &Cluster) -> Result<()> {
    // The installations of its control plane and of its gateways have budgets of their own.
    done(cluster, &["--step", "-y"])?;
    // What nobody makes anew keeps the old revision alive.
    namespace(cluster, "alone", json!({"istio.io/rev": "default"}))?;
    let alone = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone", "labels": {"app": "alone"}}, "spec": template("alone")["spec"]});
    cluster.create("/api/v1/namespaces/alone/pods", &alone)?;
    settled(cluster, "alone", "alone", 1, "2/2")?;
    let mark = cluster.mark()?;
    let names = "shop,pay,agents,brittle";
    let run = done(cluster, &["--namespaces", names, "-y"])?;
    let requests = cluster.requests_since(mark)?.by_agent("mesh/");
    let most = BUDGET + 2 * 4;
    ensure!(requests.count() <= most, "{} of {most} requests:\n{}\n{run}", requests.count(), requests.lines());
    let run = done(cluster, &["--continue", "--pause", "1s", "-y"])?;
    ensure!(run.stdout.contains("✔ 6 steps done\n"), "{run}");
    run_by(cluster, "1-30-3")
}

fn it_finishes(cluster: &Cluster) -> Result<()> {
    let run = mesh(cluster, &["--finish", "-y"])?;
    run.expect_failed(1, &["Pod/alone/alone", "it is on its own", "nothing was removed"])?;
    cluster.delete("/api/v1/namespaces/alone/pods/alone")?;
    let gone = |cluster: &Cluster| Ok(cluster.get_opt("/api/v1/namespaces/alone/pods/alone")?.is_none().then_some(()));
    cluster.eventually(Duration::from_secs(120), "the pod to go", gone)?;
    let run = done(cluster, &["--finish", "-y", "-o", "json"])?;
    let found = run.json()?;
    ensure!(found["kind"] == "Upgrade", "{found}");
    ensure!(found["clusters"][0]["said"] == "revision default is gone; the mesh runs 1-30-3", "{found}");
    run_by(cluster, "1-30-3")?;
    ensure!(cluster.get_opt("/apis/apps/v1/namespaces/istio-system/deployments/istiod")?.is_none(), "{run}");
    ensure!(cluster.get_opt("/api/v1/namespaces/istio-system/configmaps/mesh-canary")?.is_none(), "{run}");
    // Plain pods are injected by the new one.
    done(cluster, &["--status"])?.expect_done("✔ no upgrade is under way\n")
}
