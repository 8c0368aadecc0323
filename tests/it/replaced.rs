//! What cannot be changed is deleted and made again: tried before, and undone in the same way.

use anyhow::{Result, ensure};
use cluster::{Cluster, Failure, Fault, Pods};
use serde_json::{Value, json};

use crate::harness::gate::{self, Point};
use crate::harness::history::{Changes, version_now};
use crate::harness::live;
use crate::harness::mesh::{DEFAULT_LINES, Mesh, Run};
use crate::harness::planes;

const NAMESPACE: &str = "/api/v1/namespaces/istio-system";
const SERVICE: &str = "/api/v1/namespaces/istio-system/services/istio-ingressgateway";
const GATEWAY: &str = "/apis/apps/v1/namespaces/istio-system/deployments/istio-ingressgateway";
const POLICIES: &str = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
const BINDINGS: &str = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
/// What gives a gateway other labels, and so another selector.
const RELABELLED: [&str; 2] = ["--set", "components.ingressGateways[0].label.istio=other"];

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

fn upgrade(cluster: &Cluster, more: &[&str]) -> Result<Run> {
    mesh(cluster, &[&["upgrade", "-y"], &RELABELLED[..], more].concat())
}

fn selected(object: &Value) -> String {
    let selector = &object["spec"]["selector"];
    let labels = if selector["matchLabels"].is_object() { &selector["matchLabels"] } else { selector };
    labels["istio"].as_str().unwrap_or_default().to_owned()
}

/// Which pods the Deployment has and the Service leads to.
fn chosen(cluster: &Cluster) -> Result<[String; 2]> {
    Ok([selected(&cluster.get(GATEWAY)?), selected(&cluster.get(SERVICE)?)])
}

fn same(what: &str, wanted: &live::Dump, cluster: &Cluster) -> Result<()> {
    let differences = live::differences(wanted, &live::dump(cluster)?);
    ensure!(differences.is_empty(), "{what}: {}", differences.join("\n"));
    Ok(())
}

fn uid(cluster: &Cluster) -> Result<Value> {
    Ok(cluster.get(GATEWAY)?["metadata"]["uid"].clone())
}

#[test]
fn what_is_made_anew_is_tried_before_and_can_be_undone() -> Result<()> {
    let cluster = planes::builder().start()?;
    mesh(&cluster, &["install", "--set", "profile=default"])?.expect_done(DEFAULT_LINES)?;
    let before = live::dump(&cluster)?;

    the_old_one_stays_where_the_new_one_is_refused(&cluster)?;
    a_gateway_comes_back_with_its_old_labels(&cluster)?;
    same("rolled back", &before, &cluster)?;
    a_service_without_an_address_gets_one_again(&cluster)?;
    same("rolled back from a headless Service", &before, &cluster)?;
    a_failure_is_undone(&cluster)?;
    same("undone", &before, &cluster)?;
    a_rollback_that_is_killed_goes_on(&cluster)?;
    same("rolled back after all", &before, &cluster)?;
    ensure!(mesh(&cluster, &["diff"])?.stdout == "nothing differs\n", "{}", mesh(&cluster, &["diff"])?);
    Ok(())
}

fn the_old_one_stays_where_the_new_one_is_refused(cluster: &Cluster) -> Result<()> {
    let (before, mark) = (uid(cluster)?, cluster.mark()?);
    let resources = "components.ingressGateways[0].k8s.resources";
    let more = ["--set", &format!("{resources}.requests.cpu=3"), "--set", &format!("{resources}.limits.cpu=1")];
    let run = upgrade(cluster, &more)?;
    run.expect_failed(
        1,
        &["the cluster would refuse this; nothing was written", "\"istio-ingressgateway\" is invalid"],
    )?;
    let asked = cluster.requests_since(mark)?.by_agent("mesh/");
    let writes = asked.clone().mutating().filter(|request| !request.path.contains("dryRun=All"));
    ensure!(writes.is_empty() && before == uid(cluster)?, "{}", writes.lines());
    let trials = asked.filter(|request| request.verb == "create" && request.resource == "deployments");
    ensure!(trials.count() == 1, "{}", trials.lines());
    Ok(())
}

fn a_gateway_comes_back_with_its_old_labels(cluster: &Cluster) -> Result<()> {
    let first = uid(cluster)?;
    let mark = cluster.mark()?;
    upgrade(cluster, &[])?.expect_done(DEFAULT_LINES)?;
    ensure!(first != uid(cluster)? && chosen(cluster)? == ["other", "other"], "{:?}", chosen(cluster)?);
    let asked = cluster.requests_since(mark)?.by_agent("mesh/").by_resource("deployments");
    let looks = asked.clone().by_verb("list").filter(|request| request.path.contains("fieldSelector"));
    ensure!(looks.is_empty(), "{}", looks.lines());

    let denied = uid(cluster)?;
    deny(cluster, true)?;
    let mark = cluster.mark()?;
    let run = mesh(cluster, &["rollback", "-y"])?;
    run.expect_failed(1, &["the cluster would refuse this; nothing was written", "no gateway of that name here"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    let writes = writes.filter(|request| !request.path.contains("dryRun=All"));
    ensure!(writes.is_empty() && denied == uid(cluster)?, "{}", writes.lines());
    deny(cluster, false)?;

    let now = version_now(cluster)?;
    let run = mesh(cluster, &["rollback", "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("1 object made again"), "{run}");
    ensure!(run.stderr.contains("Deployment/istio-system/istio-ingressgateway made again, with a new uid"), "{run}");
    ensure!(denied != uid(cluster)? && chosen(cluster)? == ["ingressgateway"; 2], "{:?}", chosen(cluster)?);
    // The Service leads to its old pods once they are ready.
    let changes = Changes::since(cluster, now)?;
    let ready = changes.when("ready gateway", |change| {
        change.kind == "Deployment"
            && selected(&change.object) == "ingressgateway"
            && change.object["status"]["readyReplicas"].as_i64().is_some_and(|ready| ready > 0)
    })?;
    let led = changes.when("Service that leads back", |change| {
        change.kind == "Service"
            && change.name == "istio-ingressgateway"
            && selected(&change.object) == "ingressgateway"
    })?;
    ensure!(ready < led, "the Service led to the pods before they were ready");
    Ok(())
}

/// Lets a policy refuse Deployments of the gateway's old form, or no more.
fn deny(cluster: &Cluster, on: bool) -> Result<()> {
    if !on {
        cluster.delete(&format!("{BINDINGS}/old-gateways"))?;
        cluster.delete(&format!("{POLICIES}/old-gateways"))?;
    } else {
        let expression = "!has(object.spec.selector.matchLabels.istio) || object.spec.selector.matchLabels.istio != 'ingressgateway'";
        let policy = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": "old-gateways"},
            "spec": {
                "matchConstraints": {"resourceRules": [{
                    "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"],
                }]},
                "validations": [{"expression": expression, "message": "no gateway of that name here"}],
            },
        });
        let binding = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": "old-gateways"},
            "spec": {"policyName": "old-gateways", "validationActions": ["Deny"]},
        });
        cluster.create(POLICIES, &policy)?;
        cluster.create(BINDINGS, &binding)?;
    }
    let labels = json!({"istio": "ingressgateway"});
    let probe = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "probe"},
        "spec": {"selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "a"}]},
        }},
    });
    let path = "/apis/apps/v1/namespaces/istio-system/deployments?dryRun=All";
    cluster.eventually(std::time::Duration::from_secs(120), "the policy at work", |cluster| {
        Ok((cluster.create(path, &probe).is_err() == on).then_some(()))
    })
}

fn a_service_without_an_address_gets_one_again(cluster: &Cluster) -> Result<()> {
    let service = "components.ingressGateways[0].k8s.service";
    let (kind, address) = (format!("{service}.type=ClusterIP"), format!("{service}.clusterIP=None"));
    mesh(cluster, &["upgrade", "-y", "--set", &kind, "--set", &address])?.expect_done(DEFAULT_LINES)?;
    ensure!(cluster.get(SERVICE)?["spec"]["clusterIP"] == "None");
    let run = mesh(cluster, &["rollback", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    let service = cluster.get(SERVICE)?;
    ensure!(service["spec"]["clusterIP"].as_str().is_some_and(|ip| ip.starts_with("10.")), "{service}");
    Ok(())
}

fn a_failure_is_undone(cluster: &Cluster) -> Result<()> {
    let denied = Failure::new(Pods::label("istio", "other"), Fault::ImageDenied);
    cluster.fail(planes::failures().into_iter().chain([denied]))?;
    let run = upgrade(cluster, &["--rollback-on-failure"])?;
    ensure!(run.code == Some(1) && run.stdout.contains("✘ Ingress gateways failed: image"), "{run}");
    ensure!(run.stderr.contains("\nhint: everything that was written is undone\n"), "{run}");
    ensure!(chosen(cluster)? == ["ingressgateway"; 2], "{:?}", chosen(cluster)?);
    cluster.fail(planes::failures())
}

/// At every write, one after the other: each run goes on where the one before it was killed.
fn a_rollback_that_is_killed_goes_on(cluster: &Cluster) -> Result<()> {
    upgrade(cluster, &[])?.expect_done(DEFAULT_LINES)?;
    for write in 1..40 {
        let point = Point { write, after: write % 2 == 0 };
        let name = format!("killed-{write}");
        let (_, run) = gate::through(cluster, &name, Some(point), &["rollback", "-y"])?;
        if run.code.is_some() {
            ensure!(run.code == Some(0) && write > 4, "{run}");
            return Ok(());
        }
        let history = mesh(cluster, &["history", "-o", "json"])?.json()?;
        let newest = &history["clusters"][0]["records"][0];
        let goes_on = newest["outcome"] != "done" || newest["rollbackTo"].is_null();
        if write > 2 && goes_on {
            let run = mesh(cluster, &["rollback", "-y"])?;
            ensure!(run.code == Some(0), "killed at {write}: {run}");
        }
        if write > 2 {
            ensure!(chosen(cluster)? == ["ingressgateway"; 2], "killed at {write}: {:?}", chosen(cluster)?);
            upgrade(cluster, &[])?.expect_done(DEFAULT_LINES)?;
        }
    }
    anyhow::bail!("it never ended")
}

/// What was the user's before a change is the user's after it was undone.
#[test]
fn a_rollback_owns_nothing_that_was_others() -> Result<()> {
    let plane = planes::builder().start()?;
    let cluster = &plane;
    mesh(cluster, &["install", "--set", "profile=minimal"])?;
    let label = json!({"metadata": {"labels": {"topology.istio.io/network": "old"}}});
    // Before the first apply of anything nobody is tracked.
    cluster.merge(&format!("{NAMESPACE}?fieldManager=kubectl-label"), &label)?;
    a_label_stays_its_users(cluster, &[])?;
    let applied = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "istio-system", "labels": {"topology.istio.io/network": "old"}},
    });
    cluster.apply_as("kubectl", NAMESPACE, &applied)?;
    a_label_stays_its_users(cluster, &["kubectl"])
}

/// A network is taken over and given back; `holders` hold the label before and after.
fn a_label_stays_its_users(cluster: &Cluster, holders: &[&str]) -> Result<()> {
    let network = || -> Result<(Value, Vec<String>)> {
        let namespace = cluster.get(NAMESPACE)?;
        let holding = namespace["metadata"]["managedFields"].as_array().into_iter().flatten().filter(|one| {
            one["fieldsV1"].to_string().contains("topology.istio.io/network") && one["manager"] != "before-first-apply"
        });
        let holding = holding.filter_map(|one| one["manager"].as_str().map(str::to_owned)).collect();
        Ok((namespace["metadata"]["labels"]["topology.istio.io/network"].clone(), holding))
    };
    let users = (json!("old"), holders.iter().map(|one| (*one).to_owned()).collect::<Vec<String>>());
    ensure!(network()? == users, "{:?}", network()?);
    let run = mesh(cluster, &["upgrade", "-y", "--set", "values.global.network=new"])?;
    ensure!(run.code == Some(0) && network()?.0 == "new", "{:?} {run}", network()?);
    let run = mesh(cluster, &["rollback", "-y"])?;
    ensure!(run.code == Some(0) && network()? == users, "{:?} {run}", network()?);
    let run = mesh(cluster, &["install", "--set", "profile=minimal", "-y"])?;
    ensure!(run.code == Some(0) && network()? == users, "{:?} {run}", network()?);
    Ok(())
}
