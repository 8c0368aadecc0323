//! What would be refused half-way is tried before anything is written: a first installation that is refused leaves nothing,
//! and says which value it is and where it is written.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::live;
use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes;

const HOME: &str = "/api/v1/namespaces/istio-system";
const ADMISSION: &str = "/apis/admissionregistration.k8s.io/v1";
const SOON: Duration = Duration::from_secs(120);
/// What may be written where all is refused: the namespace, and that it goes again.
const MOST_WRITES: usize = 3;

/// What is asked for (below `spec` of the file, and arguments), the exit code, and what is said.
type Row<'a> = (String, Vec<String>, i32, &'a [&'a str]);

/// Refuses objects of these kinds for which `expression` does not hold.
fn policy(cluster: &Cluster, name: &str, rule: &Value, expression: &str) -> Result<()> {
    let object = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": name},
        "spec": {
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": expression, "message": format!("{name} are not for this cluster")}],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name}, "spec": {"policyName": name, "validationActions": ["Deny"]},
    });
    cluster.create(&format!("{ADMISSION}/validatingadmissionpolicies"), &object)?;
    cluster.create(&format!("{ADMISSION}/validatingadmissionpolicybindings"), &binding).map(drop)
}

/// Two policies, and both at work.
fn policies(cluster: &Cluster) -> Result<()> {
    let rule = |group: &str, resource: &str| {
        json!({
            "apiGroups": [group], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": [resource],
        })
    };
    policy(cluster, "daemonsets", &rule("apps", "daemonsets"), "false")?;
    policy(cluster, "loadbalancers", &rule("", "services"), "object.spec.type != 'LoadBalancer'")?;
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "probe"},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    });
    let labels = json!({"app": "probe"});
    let daemons = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "probe"},
        "spec": {"selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "a"}]},
        }},
    });
    for (path, object) in [
        ("/api/v1/namespaces/default/services?dryRun=All", &service),
        ("/apis/apps/v1/namespaces/default/daemonsets?dryRun=All", &daemons),
    ] {
        cluster.eventually(SOON, "the policy at work", |cluster| {
            Ok(cluster.create(path, object).is_err().then_some(()))
        })?;
    }
    Ok(())
}

/// One error; what was written before is gone again.
fn leaves_nothing(cluster: &Cluster, before: &live::Dump, args: &[String], code: i32, parts: &[&str]) -> Result<Run> {
    let mark = cluster.mark()?;
    let run = Mesh::on(cluster).install(args).run()?;
    run.expect_failed(code, parts)?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.count() <= MOST_WRITES, "{run}\n{}", writes.lines());
    ensure!(cluster.get_opt(HOME)?.is_none(), "the namespace is left: {run}");
    let differences = live::differences(before, &live::dump(cluster)?);
    ensure!(differences.is_empty(), "{run}: {}", differences.join("\n"));
    Ok(run)
}

fn overlay(kind: &str, name: &str, path: &str, value: &str) -> String {
    let patches = format!("[{{path: '{path}', value: {value}}}]");
    let overlays = format!("overlays: [{{kind: {kind}, name: {name}, patches: {patches}}}]");
    format!("  profile: minimal\n  components:\n    pilot:\n      k8s:\n        {overlays}\n")
}

#[test]
fn a_first_installation_that_is_refused_leaves_nothing() -> Result<()> {
    let cluster = planes::builder().start()?;
    let folder = tempfile::tempdir()?;
    let before = live::dump(&cluster)?;
    let file = |spec: &str| -> Result<String> {
        let path = folder.path().join("f.yaml");
        fs::write(&path, format!("apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n{spec}"))?;
        Ok(path.display().to_string())
    };
    let gateway =
        |name: &str| format!("  components:\n    ingressGateways:\n    - name: {name}\n      enabled: true\n");
    let (long, longest) = ("a".repeat(60), "a".repeat(64));
    let container = "spec.template.spec.containers.[name:discovery]";
    let ports = overlay(
        "Deployment",
        "istiod",
        &format!("{container}.ports"),
        "[{containerPort: 8080}, {containerPort: 8080}]",
    );
    let policy = overlay("Deployment", "istiod", &format!("{container}.imagePullPolicy"), "Sometimes");
    let label = overlay("Service", "istiod", "metadata.labels.team", "'a b'");
    let twice = "  components:\n    ingressGateways:\n    - name: istio-ingressgateway\n      enabled: true\n      k8s:\n        service:\n          \
                 ports:\n          - {name: a, port: 80, targetPort: 8080}\n          - {name: b, port: 81, targetPort: 8080}\n";
    let table: Vec<Row> = vec![
        (ports, vec![], 1, &["Deployment/istio-system/istiod", "containerPort: `8080` is there twice", "f.yaml:8:"]),
        (
            twice.into(),
            vec![],
            1,
            &["Deployment/istio-system/istio-ingressgateway", "`8080` is there twice", "f.yaml:12:"],
        ),
        (policy, vec![], 1, &["imagePullPolicy: `Sometimes` is none of Always, IfNotPresent, Never", "f.yaml:8:"]),
        (label, vec![], 1, &["metadata.labels[team]: `a b` is no value of a label", "f.yaml:8:"]),
        (
            "  profile: minimal\n  components:\n    pilot:\n      k8s:\n        resources: {requests: {cpu: lots}}\n"
                .into(),
            vec![],
            2,
            &["f.yaml:8:", "has to be a quantity such as"],
        ),
        (
            "  profile: minimal\n  values:\n    pilot:\n      resources: {requests: {cpu: lots}}\n".into(),
            vec![],
            1,
            &["resources.requests.cpu: `lots` is no quantity", "f.yaml:7:"],
        ),
        (
            "  values:\n    global:\n      imagePullPolicy: Sometimes\n".into(),
            vec![],
            2,
            &["f.yaml:6:", "`Sometimes` is none of"],
        ),
        (
            "  components:\n    pilot:\n      k8s: {imagePullPolicy: Sometimes}\n".into(),
            vec![],
            2,
            &["f.yaml:6:", "`Sometimes` is none of"],
        ),
        ("  profile: minimal\n".into(), vec!["--revision".into(), long.clone()], 2, &["--revision", "at most 56"]),
        ("  profile: minimal\n".into(), set(&[&format!("revision={}", "a".repeat(57))]), 2, &["at most 56"]),
        (gateway("a.b"), vec![], 2, &["f.yaml:6:", "`a.b` is no name of a gateway"]),
        (gateway("a-"), vec![], 2, &["f.yaml:6:", "`a-` is no name of a gateway"]),
        (gateway("'true'"), vec![], 2, &["f.yaml:6:", "`true` is no name of a gateway"]),
        (gateway("'123'"), vec![], 2, &["f.yaml:6:", "`123` is no name of a gateway"]),
        (gateway(&longest), vec![], 2, &["f.yaml:6:", "at most 63"]),
        (
            "  profile: remote\n  values:\n    global:\n      remotePilotAddress: host:15012\n".into(),
            vec![],
            2,
            &["f.yaml:7:", "`host:15012` is no address"],
        ),
    ];
    for (spec, more, code, parts) in &table {
        let args = [vec!["-f".to_owned(), file(spec)?], more.clone()].concat();
        leaves_nothing(&cluster, &before, &args, *code, parts)?;
    }
    Ok(())
}

/// These arguments, each after a `--set`.
fn set(words: &[&str]) -> Vec<String> {
    words.iter().flat_map(|word| ["--set".to_owned(), (*word).to_owned()]).collect()
}

#[test]
fn what_policies_deny_leaves_nothing_and_a_dry_run_says_no() -> Result<()> {
    let cluster = &planes::builder().start()?;
    policies(cluster)?;
    let before = live::dump(cluster)?;
    let table = [
        (
            set(&["profile=minimal", "components.cni.enabled=true"]),
            "DaemonSet/istio-system/istio-cni-node",
            "daemonsets",
        ),
        (set(&["profile=default"]), "Service/istio-system/istio-ingressgateway", "loadbalancers"),
    ];
    for (args, id, policy) in table {
        let why = format!("{policy} are not for this cluster");
        let refused = ["the cluster would refuse this; nothing was written", id, why.as_str()];
        let run = leaves_nothing(cluster, &before, &args, 1, &refused)?;
        ensure!(!run.stderr.contains("written so far") && !run.stderr.contains("to continue"), "{run}");
        let mark = cluster.mark()?;
        let dry = Mesh::on(cluster).install(&args).args(["--dry-run"]).run()?;
        ensure!(dry.code == Some(1) && dry.stdout.contains("may not be written: 1"), "{dry}");
        ensure!(dry.stdout.contains(id) && dry.stdout.contains(&why), "{dry}");
        let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
        ensure!(writes.is_empty(), "{}", writes.lines());
    }
    // What no policy is about passes.
    let dry = Mesh::on(cluster).install(set(&["profile=minimal"])).args(["--dry-run"]).run()?;
    ensure!(dry.code == Some(0) && !dry.stdout.contains("may not be written"), "{dry}");
    how_many_replicas_there_are_is_said(cluster)
}

/// What is asked for and does nothing, what it comes to, and what cannot be.
fn how_many_replicas_there_are_is_said(cluster: &Cluster) -> Result<()> {
    let dry = |words: &[&str]| Mesh::on(cluster).install(set(words)).args(["--dry-run"]).run();
    let ignored = |what: &str| format!("`{what}` does nothing while `values.pilot.autoscaleEnabled` is true");
    for what in ["values.pilot.replicaCount", "components.pilot.k8s.replicaCount"] {
        let run = dry(&["profile=minimal", &format!("{what}=3")])?;
        ensure!(run.code == Some(0) && run.stderr.contains(&ignored(what)), "{what}: {run}");
        let run = dry(&["profile=minimal", &format!("{what}=3"), "values.pilot.autoscaleEnabled=false"])?;
        ensure!(run.code == Some(0) && run.stderr.is_empty(), "{what}: {run}");
    }
    let run = dry(&["profile=minimal", "values.pilot.autoscaleMin=2", "components.pilot.k8s.hpaSpec.minReplicas=1"])?;
    let useless =
        "PodDisruptionBudget/istio-system/istiod lets no pod go while Deployment/istio-system/istiod has 1 replica";
    ensure!(run.code == Some(0) && run.stderr.contains(useless), "{run}");
    let run = dry(&["profile=minimal", "values.pilot.autoscaleMin=6"])?;
    let above = "spec.minReplicas: `6` is more than spec.maxReplicas, 5 (--set values.pilot.autoscaleMin=6)";
    ensure!(run.code == Some(1) && run.stdout.contains(above), "{run}");
    Ok(())
}

/// A webhook of somebody who is gone lets no Secret be written: no change can be taken back then, so that none is made.
#[test]
fn what_cannot_be_recorded_is_not_done() -> Result<()> {
    let cluster = &planes::builder().start()?;
    let dead = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "dead"},
        "webhooks": [{
            "name": "secrets.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Fail",
            "timeoutSeconds": 1, "clientConfig": {"service": {"namespace": "default", "name": "gone"}},
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["secrets"]}],
        }],
    });
    let webhooks = format!("{ADMISSION}/validatingwebhookconfigurations");
    cluster.create(&webhooks, &dead)?;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "probe"}});
    cluster.eventually(SOON, "the webhook at work", |cluster| {
        Ok(cluster.create("/api/v1/namespaces/default/secrets?dryRun=All", &secret).is_err().then_some(()))
    })?;
    let before = live::dump(cluster)?;
    let minimal = ["--set".to_owned(), "profile=minimal".to_owned()];
    leaves_nothing(cluster, &before, &minimal, 1, &["Secret/istio-system/mesh.v1.default.1", "secrets.example.com"])?;

    cluster.create_namespace("istio-system", &json!({}))?;
    let mark = cluster.mark()?;
    let run = Mesh::on(cluster).install(&minimal).run()?;
    run.expect_failed(1, &["nothing was changed, as the change cannot be recorded first", "secrets.example.com"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    let of_change = writes.filter(|one| !matches!(one.resource.as_str(), "leases" | "secrets" | "namespaces"));
    ensure!(of_change.is_empty(), "{run}\n{}", of_change.lines());

    cluster.delete(&format!("{webhooks}/dead"))?;
    cluster.eventually(SOON, "Secrets again", |cluster| {
        Ok(cluster.create("/api/v1/namespaces/default/secrets?dryRun=All", &secret).is_ok().then_some(()))
    })?;
    Mesh::on(cluster).install(&minimal).run()?.expect_done(MINIMAL_LINES)
}
