//! Installing something else, upgrading, failing, going back: what changes, what goes, and what must stay as it is.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::history::{Changes, version_now};
use crate::harness::live;
use crate::harness::mesh::{DEFAULT_LINES, DEMO_LINES, MINIMAL_LINES, Mesh, Run};
use crate::harness::planes;

const SERVICES: &str = "/api/v1/namespaces/istio-system/services";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/istio-system/deployments";
const INGRESS: &str = "/api/v1/namespaces/istio-system/services/istio-ingressgateway";

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

/// What clients of a Service rely on: uid, addresses, node ports.
fn identities(cluster: &Cluster) -> Result<BTreeMap<String, Value>> {
    let services = cluster.list(SERVICES)?.into_iter().map(|service| {
        let spec = &service["spec"];
        let ports = spec["ports"].as_array().into_iter().flatten().map(|port| port["nodePort"].clone());
        let name = service["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        (name, json!([service["metadata"]["uid"], spec["clusterIP"], ports.collect::<Vec<_>>()]))
    });
    Ok(services.collect())
}

fn same(what: &str, wanted: &live::Dump, cluster: &Cluster) -> Result<()> {
    let differences = live::differences(wanted, &live::dump(cluster)?);
    ensure!(differences.is_empty(), "{what}: {}", differences.join("\n"));
    Ok(())
}

/// Exit 2 with all of `parts`. Lines of a plan may be alike.
fn refused(run: &Run, parts: &[&str]) -> Result<()> {
    ensure!(run.code == Some(2) && run.stdout.is_empty(), "{run}");
    for part in parts {
        ensure!(run.stderr.contains(part), "no {part:?}: {run}");
    }
    Ok(())
}

fn outcomes(cluster: &Cluster) -> Result<Vec<String>> {
    let document = mesh(cluster, &["history", "-o", "json"])?.json()?;
    let records = document["clusters"][0]["records"].as_array().cloned().unwrap_or_default();
    Ok(records
        .iter()
        .map(|record| format!("{} {}", record["record"], record["outcome"].as_str().unwrap_or_default()))
        .collect())
}

#[test]
fn what_is_changed_can_be_undone_and_what_others_rely_on_stays() -> Result<()> {
    let cluster = planes::builder().start()?;
    mesh(&cluster, &["install", "--set", "profile=demo"])?.expect_done(DEMO_LINES)?;
    let demo = live::dump(&cluster)?;
    let addresses = identities(&cluster)?;

    an_upgrade_keeps_what_is_recorded(&cluster, &addresses)?;
    let upgraded = live::dump(&cluster)?;
    a_failure_is_undone_with_its_evidence(&cluster, &upgraded)?;
    ensure!(addresses == identities(&cluster)?, "the failure and its undoing have changed Services");

    let run = mesh(&cluster, &["rollback", "--to", "1", "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.starts_with("✔ Rolled back to record 1: "), "{run}");
    same("rolled back to record 1", &demo, &cluster)?;
    ensure!(addresses == identities(&cluster)?, "the rollback has changed Services");
    ensure!(mesh(&cluster, &["diff"])?.stdout == "nothing differs\n", "{}", mesh(&cluster, &["diff"])?);

    what_is_left_out_goes(&cluster)?;
    let run = mesh(&cluster, &["rollback", "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("made again"), "{run}");
    ensure!(run.stderr.contains("Service/istio-system/istio-ingressgateway made again, with a new uid"), "{run}");
    same("rolled back after pruning", &demo, &cluster)?;
    Ok(())
}

fn an_upgrade_keeps_what_is_recorded(cluster: &Cluster, addresses: &BTreeMap<String, Value>) -> Result<()> {
    let change = ["--set", "values.global.logging.level=default:debug"];
    // Nobody can be asked: it is refused with what it would do, and the last line is the command that does it.
    let run = mesh(cluster, &[&["upgrade"], &change[..]].concat())?;
    refused(&run, &["this restarts istiod, rolls 2 gateways"])?;
    let command = "mesh upgrade --set values.global.logging.level=default:debug -y";
    ensure!(run.stderr.lines().last() == Some(&format!("hint: to go on without being asked: {command}")), "{run}");
    let run = mesh(cluster, &[&["upgrade", "-y"], &change[..]].concat())?;
    run.expect_done(DEMO_LINES)?;
    ensure!(*addresses == identities(cluster)?, "the upgrade has changed Services");
    // Again, with nothing new: the recorded ones are those of before, and of the upgrade.
    let again = mesh(cluster, &["upgrade"])?;
    again.expect_done(DEMO_LINES)?;
    ensure!(again.stderr.contains(": 0 objects to write"), "{again}");
    // Install means what it is given.
    let run = mesh(cluster, &["install", "--set", "profile=demo"])?;
    refused(&run, &["leaves out 1 recorded setting", "- values.global.logging.level=default:debug"])
}

fn a_failure_is_undone_with_its_evidence(cluster: &Cluster, before: &live::Dump) -> Result<()> {
    let change = ["--set", "values.pilot.image=pilot:missing", "--set", "values.pilot.env.NEW=new"];
    let run = mesh(cluster, &[&["upgrade", "-y", "--rollback-on-failure"], &change[..]].concat())?;
    ensure!(run.code == Some(1) && run.stdout.contains("✘ Istiod failed: image"), "{run}");
    for part in [
        "\nwhat it leaves to look at, before it is undone:\n  Deployment/istio-system/istiod: 1 ready; ",
        "Pending; discovery: waiting ImagePullBackOff",
        "\n  event ",
        "\nIstiod: Deployment/istio-system/istiod restored\n",
        "\nhint: everything that was written is undone\n",
    ] {
        ensure!(run.stderr.contains(part), "no {part:?}: {run}");
    }
    ensure!(run.stdout.contains("✔ Rolled back to record 2: "), "{run}");
    let last = run.stderr.lines().last().unwrap_or_default();
    ensure!(last.starts_with("hint: to try again: mesh upgrade -y --rollback-on-failure"), "{run}");
    same("undone", before, cluster)?;
    ensure!(mesh(cluster, &["diff"])?.code == Some(0), "the recorded inputs are those of before");
    ensure!(outcomes(cluster)? == ["4 done", "3 failed", "2 done", "1 done"], "{:?}", outcomes(cluster)?);
    Ok(())
}

/// Demo to minimal: the gateways go last, backwards; what asks to be kept stays.
fn what_is_left_out_goes(cluster: &Cluster) -> Result<()> {
    let kept = "/api/v1/namespaces/istio-system/serviceaccounts/istio-egressgateway-service-account";
    cluster.merge(kept, &json!({ "metadata": { "annotations": { "helm.sh/resource-policy": "keep" } } }))?;
    let mark = cluster.mark()?;
    refused(&mesh(cluster, &["install", "--set", "profile=minimal"])?, &["delete ", "removes 2 gateways"])?;
    let run = mesh(cluster, &["install", "--set", "profile=minimal", "-y"])?;
    run.expect_done(MINIMAL_LINES)?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    let writes = writes.filter(|one| !matches!(one.resource.as_str(), "leases" | "secrets"));
    let first = writes.all().iter().position(|write| write.verb == "delete").context("nothing was deleted")?;
    let deleted = &writes.all()[first..];
    ensure!(deleted.len() > 6 && deleted.iter().all(|write| write.verb == "delete"), "{}", writes.lines());
    let names: Vec<&str> = deleted.iter().map(|write| write.name.as_str()).collect();
    ensure!(names.iter().all(|name| name.contains("gateway")), "{names:?}");
    ensure!(cluster.get_opt(INGRESS)?.is_none() && cluster.get_opt(kept)?.is_some(), "{run}");
    let left: live::Dump =
        live::dump(cluster)?.into_iter().filter(|(name, _)| !name.contains("egressgateway")).collect();
    let differences = live::differences(&planes::minimal()?.live, &left);
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    cluster.merge(kept, &json!({ "metadata": { "annotations": { "helm.sh/resource-policy": null } } }))?;
    Ok(())
}

#[test]
fn gateways_keep_their_pods_and_what_others_broke_is_mended() -> Result<()> {
    let cluster = planes::builder().start()?;
    mesh(&cluster, &["install", "--set", "profile=default"])?.expect_done(DEFAULT_LINES)?;
    let scaled = json!({ "spec": { "replicas": 3 } });
    cluster
        .merge(&format!("{DEPLOYMENTS}/istio-ingressgateway/scale?fieldManager=kube-controller-manager"), &scaled)?;
    let before = version_now(&cluster)?;
    let debug = ["--set", "values.global.logging.level=default:debug"];
    mesh(&cluster, &[&["upgrade", "-y"], &debug[..]].concat())?.expect_done(DEFAULT_LINES)?;
    let run = mesh(&cluster, &["rollback", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    let changes = Changes::since(&cluster, before)?;
    let of_gateway =
        changes.0.iter().filter(|change| change.kind == "Deployment" && change.name == "istio-ingressgateway");
    let counts: Vec<i64> = of_gateway.filter_map(|change| change.object["spec"]["replicas"].as_i64()).collect();
    ensure!(counts.len() > 2 && counts.iter().all(|count| *count == 3), "{counts:?}");
    ensure!(!changes.0.iter().any(|change| change.kind == "Service" && change.is_new), "a Service was made again");

    a_changed_port_and_a_scale_to_zero_are_mended(&cluster)?;
    versions_are_not_skipped(&cluster)
}

fn a_changed_port_and_a_scale_to_zero_are_mended(cluster: &Cluster) -> Result<()> {
    let was = cluster.get(INGRESS)?;
    let mut changed = was.clone();
    changed["spec"]["ports"][1]["port"] = 8099.into();
    changed["metadata"]["managedFields"] = Value::Null;
    cluster.replace(&format!("{INGRESS}?fieldManager=kubectl-edit"), &changed)?;
    let istiod = format!("{DEPLOYMENTS}/istiod");
    cluster.merge(&format!("{istiod}?fieldManager=kubectl-scale"), &json!({ "spec": { "replicas": 0 } }))?;
    let run = mesh(cluster, &["diff"])?;
    ensure!(
        run.code == Some(1) && run.stdout.contains("kubectl-edit") && run.stdout.contains("spec.replicas: 0 → 1"),
        "{run}"
    );
    mesh(cluster, &["install", "--set", "profile=default", "-y"])?.expect_done(DEFAULT_LINES)?;
    ensure!(cluster.get(INGRESS)?["spec"]["ports"] == was["spec"]["ports"], "node ports and all");
    ensure!(cluster.get(&istiod)?["spec"]["replicas"] == 1);
    Ok(())
}

/// A control plane that runs another version, whatever its labels say.
fn versions_are_not_skipped(cluster: &Cluster) -> Result<()> {
    let runs = |version: &str| {
        let image = format!("discovery=registry.istio.io/release/pilot:{version}");
        let done = cluster.kubectl(&["-n", "istio-system", "set", "image", "deployment/istiod", &image])?;
        cluster.wait_for_deployment("istio-system", "istiod", Duration::from_secs(120))?;
        Ok::<_, anyhow::Error>(done)
    };
    if runs("1.28.2")?.is_none() {
        return Ok(());
    }
    let mark = cluster.mark()?;
    let run = mesh(cluster, &["upgrade", "-y"])?;
    run.expect_failed(
        2,
        &["revision default runs Istio 1.28.2; 1.30.3 skips 1.29", "1.28 → 1.29 → 1.30", "--revision 1-30-3"],
    )?;
    // The image that is asked for counts, not which program installs it.
    mesh(cluster, &["upgrade", "--set", "tag=1.27.0", "-y"])?
        .expect_failed(2, &["runs Istio 1.28.2; 1.27.0 is older"])?;
    runs("1.30.10")?;
    let run = mesh(cluster, &["install", "--set", "profile=default", "-y"])?;
    run.expect_failed(2, &["runs Istio 1.30.10; 1.30.3 is older"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    mesh(cluster, &["upgrade", "-y", "--allow-version-skew"])?.expect_done(DEFAULT_LINES)?;
    let label = "operator.istio.io/version=1.20.0";
    cluster.kubectl(&["-n", "istio-system", "label", "deployment", "istiod", label, "--overwrite"])?;
    mesh(cluster, &["upgrade", "-y"])?.expect_done(DEFAULT_LINES)
}

/// A second control plane from the recorded inputs of the first: what both share is not written again.
#[test]
fn a_revision_is_put_beside_and_a_first_failure_leaves_nothing() -> Result<()> {
    let plane = planes::minimal()?;
    let cluster = &plane.cluster;
    let mark = cluster.mark()?;
    let run =
        Mesh::with(&cluster.kubeconfig_for(planes::INSTALLER)?).args(["upgrade", "--revision", "beside"]).run()?;
    run.expect_done(MINIMAL_LINES)?;
    let writes = cluster.requests_since(mark)?.filter(|request| request.user == planes::INSTALLER).mutating();
    let shared = |name: &str| name.ends_with(".istio.io") || name == "istiod" || name == "istio-reader-service-account";
    ensure!(writes.all().iter().all(|write| !shared(&write.name)), "{}", writes.lines());
    ensure!(cluster.get(&format!("{DEPLOYMENTS}/istiod-beside"))?["status"]["readyReplicas"] == 1);
    // Without a revision it would be about those of other tests too.
    let run = mesh(cluster, &["diff", "--revision", "default"])?;
    ensure!(run.stdout == "nothing differs\n", "{run}");
    let history = mesh(cluster, &["history", "--revision", "beside"])?;
    let rows: Vec<&str> = history.stdout.lines().collect();
    ensure!(rows.len() == 2 && rows[0].starts_with("REVISION  RECORD  TIME"), "{history}");
    ensure!(rows[1].starts_with("beside    1 ") && rows[1].contains(" minimal  done: "), "{history}");
    let run = mesh(cluster, &["upgrade", "--revision", "default", "-i", "elsewhere"])?;
    refused(&run, &["nothing is recorded of revision default in namespace elsewhere"])?;

    let first =
        ["install", "--set", "profile=minimal", "--set", "components.base.enabled=false", "--revision", "first"];
    let run = mesh(cluster, &[&first[..], &["--set", "tag=missing", "--rollback-on-failure"]].concat())?;
    ensure!(run.code == Some(1) && run.stdout.contains("✔ Rolled back before the first installation: "), "{run}");
    let left: Vec<String> = live::dump(cluster)?.into_keys().filter(|name| name.ends_with("-first")).collect();
    ensure!(left.is_empty(), "{left:?} of {run}");
    refused(&mesh(cluster, &["rollback", "--revision", "first"])?, &["there is nothing before it", "mesh uninstall"])?;
    mesh(cluster, &first)?.expect_done(planes::REVISION_LINES)
}
