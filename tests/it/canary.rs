//! `mesh upgrade --canary`: a mesh moves to another revision, and back, whatever happens on the way.

mod gentle;
mod stopped;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Cluster, Failure, Recorded, Requests};
use gentle::Guarded;
use mesh::plan::access::Purpose;
use serde_json::{Value, json};

use crate::enrol::{create, namespace, pods, settled, template, workload};
use crate::harness::history::version_now;
use crate::harness::live::{self, Dump};
use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::builder;
use crate::harness::rights::are_those_of;
use crate::harness::say;

/// What moving workloads takes at most: two requests for each and these.
const BUDGET: usize = 60;
/// So many pods has the gateway.
const GATEWAYS: u64 = 4;
const INPUTS: [&str; 5] = [
    "profile=default",
    "tag=1.29.6",
    "meshConfig.accessLogFile=/dev/stderr",
    "values.gateways.istio-ingressgateway.autoscaleEnabled=false",
    "components.ingressGateways.[0].k8s.replicaCount=4",
];
/// What the new revision is given that the old one has not: other images, and another setting of the mesh.
const CHANGED: [&str; 4] = ["--set", "tag=1.30.3", "--set", "meshConfig.accessLogFile=/dev/stdout"];
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

/// Begins an upgrade to what is changed.
fn begun(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    done(cluster, &[&CHANGED, args].concat())
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
    gentle::budget(&cluster, "shop", "web")?;
    gentle::budget(&cluster, "agents", "agent")?;
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

/// All workloads are whole, and every proxy is of this revision: of its image, and with its settings.
fn run_by(cluster: &Cluster, revision: &str) -> Result<()> {
    for (space, app, count) in WORKLOADS {
        settled(cluster, space, app, count, "2/2")?;
        is_of(cluster, space, app, revision)?;
    }
    is_of(cluster, "istio-system", "istio-ingressgateway", revision)?;
    let gateway = "/apis/apps/v1/namespaces/istio-system/deployments/istio-ingressgateway";
    let labels = &cluster.get(gateway)?["spec"]["template"]["metadata"]["labels"];
    ensure!(labels["istio.io/rev"] == revision, "{labels}");
    Ok(())
}

fn is_of(cluster: &Cluster, space: &str, app: &str, revision: &str) -> Result<()> {
    let tag = if revision == "default" { ":1.29.6" } else { ":1.30.3" };
    let of = |pod: &Value| {
        let lists = ["containers", "initContainers"].map(|list| pod["spec"][list].as_array().cloned());
        let proxies = lists.into_iter().flatten().flatten().filter(|one| one["name"] == "istio-proxy");
        let images: Vec<String> = proxies.filter_map(|one| one["image"].as_str().map(str::to_owned)).collect();
        (pod["metadata"]["annotations"]["istio.io/rev"].clone(), images)
    };
    let all: Vec<(Value, Vec<String>)> = pods(cluster, space, app)?.iter().map(of).collect();
    let is_wanted =
        |(of, images): &(Value, Vec<String>)| *of == revision && images.len() == 1 && images[0].ends_with(tag);
    ensure!(!all.is_empty() && all.iter().all(is_wanted), "{space}/{app}, not of {revision}{tag}: {all:?}");
    Ok(())
}

/// The new revision has what is changed, the old one what it had.
fn is_set_by_revision(cluster: &Cluster) -> Result<()> {
    for (map, file, tag) in [("istio", "/dev/stderr", "1.29.6"), ("istio-1-30-3", "/dev/stdout", "1.30.3")] {
        let map = cluster.get(&format!("/api/v1/namespaces/istio-system/configmaps/{map}"))?;
        let text = map["data"]["mesh"].as_str().unwrap_or_default();
        ensure!(text.contains(&format!("accessLogFile: {file}\n")), "no {file}: {text}");
        let istiod = map["metadata"]["name"].as_str().unwrap_or_default().replacen("istio", "istiod", 1);
        let path = format!("/apis/apps/v1/namespaces/istio-system/deployments/{istiod}");
        let image = cluster.get(&path)?["spec"]["template"]["spec"]["containers"][0]["image"].take();
        ensure!(image.as_str().is_some_and(|image| image.ends_with(tag)), "{istiod}: {image}");
    }
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
    is_set_by_revision(cluster)?;
    let moved = version_now(cluster)?;
    what_holds_the_new_one_is_told(cluster)?;
    done(cluster, &["--continue", "-y"])?;
    gentle::gateways_rolled(cluster, moved)?;
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
    let left_alone = nobody_restarts(cluster)?;
    let mark = cluster.mark()?;
    let run = begun(cluster, &["--dry-run"])?;
    ensure!(run.stdout.contains("install revision 1-30-3 beside default"), "{run}");
    ensure!(run.stdout.contains("namespace shop: deployment/web restarts"), "{run}");
    for line in &left_alone {
        ensure!(run.stdout.contains(&format!("- not restarted: {line}\n")), "{line}: {run}");
    }
    // Without an answer nothing is written, and the way is in the question.
    let run = mesh(cluster, &CHANGED)?;
    run.expect_failed(2, &["revision default will be moved to 1-30-3", "namespace pay: statefulset/db restarts"])?;
    for line in &left_alone {
        ensure!(run.stderr.contains(&format!("    not restarted: {line}\n")), "{line}: {run}");
    }
    done(cluster, &["--status"])?.expect_done("✔ no upgrade is under way\n")?;
    mesh(cluster, &["--continue", "-y"])?.expect_failed(2, &["no upgrade is under way"])?;
    mesh(cluster, &["--revision", "default"])?.expect_failed(2, &["the new revision would be called default"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    cluster.delete("/api/v1/namespaces/odd")?;
    let gone = |cluster: &Cluster| Ok(cluster.get_opt("/api/v1/namespaces/odd")?.is_none().then_some(()));
    cluster.eventually(Duration::from_secs(120), "the namespace to go", gone)
}

/// Pods that no workload makes anew: one on its own, a run of a Job, one of an owner that nobody here knows. What is told of them.
fn nobody_restarts(cluster: &Cluster) -> Result<Vec<String>> {
    namespace(cluster, "odd", json!({"istio.io/rev": "default"}))?;
    let pod = |name: &str, owners: Value| {
        let mut pod = template(name);
        pod["apiVersion"] = "v1".into();
        pod["kind"] = "Pod".into();
        pod["metadata"]["name"] = name.into();
        pod["metadata"]["ownerReferences"] = owners;
        cluster.create("/api/v1/namespaces/odd/pods", &pod).map(drop)
    };
    pod("alone", json!([]))?;
    let owner = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owner"}});
    let owner = cluster.create("/api/v1/namespaces/odd/configmaps", &owner)?;
    let uid = &owner["metadata"]["uid"];
    pod(
        "foreign",
        json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid, "controller": true}]),
    )?;
    let mut job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"}, "spec": {"template": template("once")}});
    job["spec"]["template"]["spec"]["restartPolicy"] = "Never".into();
    // A run that goes on.
    job["spec"]["template"]["metadata"]["annotations"] = json!({"test.mesh.dev/stage": "never-ready"});
    cluster.create("/apis/batch/v1/namespaces/odd/jobs", &job)?;
    for app in ["alone", "foreign"] {
        settled(cluster, "odd", app, 1, "2/2")?;
    }
    let of_job = |cluster: &Cluster| Ok(pods(cluster, "odd", "once")?.pop());
    let of_job = cluster.eventually(Duration::from_secs(120), "a pod of the Job", of_job)?;
    Ok(vec![
        "Pod/odd/alone: it is on its own: delete it and create it again".to_owned(),
        "Pod/odd/foreign: it belongs to ConfigMap owner of v1, which is to be restarted by its own means".to_owned(),
        format!(
            "Pod/odd/{}: it is a run of Job once: only a new run is injected",
            of_job["metadata"]["name"].as_str().unwrap_or_default()
        ),
    ])
}

/// It is named with its cause, and its namespace goes back where that is asked for; another upgrade is refused meanwhile.
fn a_workload_that_fails_stops_it(cluster: &Cluster) -> Result<()> {
    cluster.fail([Failure::image_not_found("gone:1.30.3")])?;
    let broken = ["--revision", "broken", "--set", "values.global.proxy.image=gone"];
    let only = ["--rollback-on-failure", "-y", "--namespaces", "brittle"];
    let run = mesh(cluster, &[&broken[..], &CHANGED, &only[..]].concat())?;
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

/// The way back is shown as such; a workload that somebody has moved by its template stays, and keeps the new revision.
fn what_holds_the_new_one_is_told(cluster: &Cluster) -> Result<()> {
    let mut hand = workload("Deployment", "hand", 1, json!({}));
    hand["spec"]["template"]["metadata"]["labels"]["istio.io/rev"] = "1-30-3".into();
    hand["spec"]["template"]["metadata"]["labels"]["sidecar.istio.io/inject"] = "true".into();
    create(cluster, "default", &hand)?;
    settled(cluster, "default", "hand", 1, "2/2")?;
    let line = "Deployment/default/hand: its template names revision 1-30-3: mesh inject deployment hand -n default --revision default";
    let run = done(cluster, &["--abort", "--dry-run"])?;
    for text in ["next     tag default leads to default", "to do    namespace shop: deployment/web restarts", line] {
        ensure!(run.stdout.contains(text), "no {text:?} in {run}");
    }
    ensure!(!run.stdout.contains("install revision"), "{run}");
    let run = mesh(cluster, &["--abort", "-y"])?;
    run.expect_failed(
        1,
        &["revision 1-30-3 has proxies that are not restarted here", line, "upgrade --canary --continue"],
    )?;
    let path = "/apis/apps/v1/namespaces/default/deployments/hand";
    cluster.delete(path)?;
    let pods = "/api/v1/namespaces/default/pods?labelSelector=app%3Dhand";
    let gone = |cluster: &Cluster| Ok(cluster.list(pods)?.is_empty().then_some(()));
    cluster.eventually(Duration::from_secs(120), "the workload to go", gone)
}

fn step_by_step(cluster: &Cluster) -> Result<()> {
    for count in 1..=STEPS.len() {
        let before = version_now(cluster)?;
        let guarded = ["agents", "shop"].iter().find(|space| STEPS[count - 1] == format!("namespace {space}"));
        let guarded = guarded.map(|space| Guarded::from_now(cluster, space)).transpose()?;
        match count {
            1 => begun(cluster, &["--step", "-y"])?,
            // Of those that are named the next one moves, and no other.
            _ if STEPS[count - 1] == "namespace pay" => {
                done(cluster, &["--continue", "--step", "--namespaces", "shop,pay", "-y"])?
            }
            _ => done(cluster, &["--continue", "--step", "-y"])?,
        };
        if STEPS[count - 1] == "gateways " {
            gentle::gateways_rolled(cluster, before)?;
        }
        guarded.map_or(Ok(()), |guarded| guarded.were_kept(cluster))?;
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

fn in_one_go(cluster: &Cluster) -> Result<()> {
    begun(cluster, &["--step", "-y"])?;
    // What nobody makes anew keeps the old revision alive.
    namespace(cluster, "alone", json!({}))?;
    let labels = json!({"app": "alone", "sidecar.istio.io/inject": "true"});
    let alone = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone", "labels": labels}, "spec": template("alone")["spec"]});
    cluster.create("/api/v1/namespaces/alone/pods", &alone)?;
    settled(cluster, "alone", "alone", 1, "2/2")?;
    let mark = cluster.mark()?;
    let run = done(cluster, &["--continue", "-y"])?;
    let requests = cluster.requests_since(mark)?.by_agent("mesh/");
    ensure!(run.stdout.contains("✔ 9 steps done\n"), "{run}");
    within_budget(&requests).with_context(|| format!("{}\n{run}", requests.lines()))?;
    run_by(cluster, "1-30-3")
}

/// Counted is all that a run asks for: where the upgrade stands at its begin and at its end, the look at what is to be moved,
/// labels, restarts, what is waited for, and once a tag has moved the webhooks, as others inject then. Not counted is what the
/// tags and the gateways take: they are changes of their own, and have budgets of their own.
fn within_budget(requests: &Requests) -> Result<()> {
    let all = requests.all();
    // Every change asks for the version first, and has given its Lease back at its end.
    let begins: Vec<usize> = (0..all.len()).filter(|place| all[*place].path.starts_with("/version")).collect();
    ensure!(begins.len() == 4 && begins[0] == 0, "other changes than tag, gateways, tag: {begins:?}");
    let ends = begins[1..].iter().copied().chain([all.len()]);
    let parts: Vec<&[Recorded]> = begins.iter().zip(ends).map(|(begin, end)| &all[*begin..end]).collect();
    let after = |part: &[Recorded]| {
        let last = part.iter().rposition(|one| one.resource == "leases");
        part.len() - last.map_or(0, |last| last + 1)
    };
    let after: Vec<usize> = parts[1..].iter().map(|part| after(part)).collect();
    let whole = parts[0].len() + after.iter().sum::<usize>();
    let most = BUDGET + 2 * WORKLOADS.len();
    say(&format!(
        "requests of a canary: {whole} of {most}; {} before the first tag, {after:?} after each change",
        parts[0].len()
    ));
    ensure!(whole <= most, "{whole} of {most} requests");
    Ok(())
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
