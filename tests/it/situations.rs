//! Every command that only looks, in every situation that a cluster may be in: the right answer or a clear one, never a
//! panic, and nothing raw on the terminal, whatever people have written into the cluster.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Cluster, Failure, Fault, Pods};
use serde_json::{Value, json};

use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes::builder;

/// An exit code, and what has to be said on stdout or stderr.
type Answer = (i32, &'static str);

/// A command line, and its answers where there is no Istio, where it is another version's, to somebody who may do
/// nothing, and where istiod is dead.
type Row = (&'static [&'static str], [Answer; 4]);

const FORBIDDEN: &str = "User \"nobody\" cannot";

const TABLE: &[Row] = &[
    (
        &["verify"],
        [(1, "nothing is recorded to compare with"), (1, "✔ 1 workload ready"), (3, FORBIDDEN), (1, "is not ready: ")],
    ),
    (
        &["verify", "-o", "junit"],
        [(1, "<failure "), (1, "type=\"not-recorded\""), (3, FORBIDDEN), (1, "type=\"not-ready\"")],
    ),
    (
        &["status"],
        [
            (0, "no component of Istio is here: mesh install installs it"),
            (0, "1.29.2"),
            (0, "not known: cannot list"),
            (0, "no ready pod is behind Service istio-system/istiod"),
        ],
    ),
    (
        &["status", "-o", "json"],
        [(0, "\"components\": []"), (0, "\"version\": \"1.29.2\""), (0, "cannot list"), (0, "\"ready\": 0")],
    ),
    (
        &["describe", "deployment", "web", "-n", "shop"],
        [(0, "no injection webhook is installed"), (0, "1.29.2"), (3, FORBIDDEN), (0, "Injection:")],
    ),
    (
        &["describe", "pod", "-l", "app=web", "-n", "shop"],
        [(0, "no injection webhook is installed"), (0, "1.29.2"), (3, FORBIDDEN), (0, "Injection:")],
    ),
    (&["describe", "svc/web", "-n", "shop"], [(0, "mTLS:"), (0, "1.29.2"), (3, FORBIDDEN), (0, "mTLS:")]),
    (&["describe", "ns", "shop"], [(0, "mesh install"), (0, "1.29.2"), (3, FORBIDDEN), (0, "Injection:")]),
    (
        &["describe", "gateway", "-A"],
        [(0, "No resources found"), (0, "No resources found"), (3, FORBIDDEN), (0, "No resources found")],
    ),
    (&["check"], [(0, "nothing was found"), (0, "nothing was found"), (1, "you may not create"), (1, "webhooks")]),
    (
        &["version"],
        [
            (0, "none is installed"),
            (0, "control plane version: 1.29.2"),
            (0, "the cluster's versions are not known"),
            (0, "1.30.3"),
        ],
    ),
    (&["revision", "list"], [(0, "no revision of Istio is installed"), (0, "1.29.2"), (3, FORBIDDEN), (0, "1.30.3")]),
    (&["tag", "list"], [(0, "there are no tags"), (0, "default"), (3, FORBIDDEN), (0, "default")]),
    (
        &["diff"],
        [
            (1, "nothing is recorded to compare with"),
            (1, "there is Deployment/istio-system/istiod"),
            (3, FORBIDDEN),
            (0, "nothing differs"),
        ],
    ),
    (&["history"], [(0, "nothing is recorded"), (0, "nothing is recorded"), (3, FORBIDDEN), (0, "1.30.3")]),
    (
        &["label", "--list", "ns", "shop"],
        [
            (0, "istio-injection=enabled"),
            (0, "istio-injection=enabled"),
            (3, FORBIDDEN),
            (0, "istio-injection=enabled"),
        ],
    ),
];

/// Further formats, in which hostile text must not be raw either.
const FORMATS: &[&[&str]] = &[
    &["verify", "-o", "json"],
    &["verify", "-o", "sarif"],
    &["verify", "-o", "github"],
    &["describe", "deployment", "web", "-n", "shop", "-o", "json"],
    &["describe", "deployment", "web", "-n", "shop", "-o", "yaml"],
    &["describe", "gateway", "-A", "-o", "json"],
    &["check", "-o", "json"],
    &["version", "-o", "json"],
    &["revision", "list", "-o", "json"],
    &["tag", "list", "-o", "json"],
    &["diff", "-o", "json"],
    &["history", "-o", "json"],
];

#[test]
fn every_command_answers_in_every_situation() -> Result<()> {
    let cluster = builder().nodes(2).start()?;
    shop(&cluster)?;
    column(&cluster.kubeconfig(), 0)?;
    // Of another version as somebody else would have installed it: nothing is recorded.
    let older = ["--set", "profile=minimal", "--set", "tag=1.29.2", "-y"];
    Mesh::on(&cluster).install(older).run()?.expect_done(MINIMAL_LINES)?;
    for record in cluster.list("/api/v1/namespaces/istio-system/secrets")? {
        let name = record["metadata"]["name"].as_str().context("a name")?;
        if name.starts_with("mesh.v1.") {
            cluster.delete(&format!("/api/v1/namespaces/istio-system/secrets/{name}"))?;
        }
    }
    restart(&cluster)?;
    column(&cluster.kubeconfig(), 1)?;
    column(&cluster.kubeconfig_for("nobody")?, 2)?;
    Mesh::on(&cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;
    cluster.fail([Failure::new(Pods::label("app", "istiod"), Fault::CrashLoop { exit_code: 1, logs: vec![] })])?;
    let istiod = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
    cluster.eventually(Duration::from_secs(120), "dead istiod", |cluster| {
        Ok((cluster.get(istiod)?["status"]["readyReplicas"].as_u64().unwrap_or_default() == 0).then_some(()))
    })?;
    column(&cluster.kubeconfig(), 3)?;
    cluster.fail([])?;
    cluster.wait_for_deployment("istio-system", "istiod", Duration::from_secs(120))?;
    hostile(&cluster)
}

/// Runs every command, and tells all that answers otherwise than its row says.
fn column(kubeconfig: &Path, place: usize) -> Result<()> {
    let mut wrong = Vec::new();
    for (args, answers) in TABLE {
        let (code, part) = answers[place];
        let run = Mesh::with(kubeconfig).args(*args).run()?;
        if run.code != Some(code) || !(run.stdout.contains(part) || run.stderr.contains(part)) {
            wrong.push(format!("{}: wanted {code} and {part:?}: {run}", args.join(" ")));
        }
        wrong.extend(raw(&run).map(|why| format!("{}: {why}", args.join(" "))));
    }
    ensure!(wrong.is_empty(), "situation {place}, {} of {}:\n{}", wrong.len(), TABLE.len(), wrong.join("\n\n"));
    Ok(())
}

/// What would steer a terminal or hide text; also what a panic leaves.
fn raw(run: &Run) -> Option<String> {
    let panicked = run.code.is_none_or(|code| code == 101) || run.stderr.contains("panicked");
    let why = run.is_plain().err().map(|error| format!("{error:#}").chars().take(2000).collect());
    if panicked { Some(run.to_string()) } else { why }
}

fn shop(cluster: &Cluster) -> Result<()> {
    cluster.create_namespace("shop", &json!({"istio-injection": "enabled"}))?;
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx:1.14.2"}]}});
    let web = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template}});
    cluster.create("/apis/apps/v1/namespaces/shop/deployments", &web)?;
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]}});
    cluster.create("/api/v1/namespaces/shop/services", &service)?;
    cluster.wait_for_deployment("shop", "web", Duration::from_secs(120))
}

/// New pods, which get the proxy of the control plane that is there.
fn restart(cluster: &Cluster) -> Result<()> {
    let stamp = json!({"spec": {"template": {"metadata": {"annotations": {"restarted": "1"}}}}});
    cluster.merge("/apis/apps/v1/namespaces/shop/deployments/web", &stamp)?;
    cluster.wait_for_deployment("shop", "web", Duration::from_secs(120))?;
    cluster.eventually(Duration::from_secs(120), "only new pods", |cluster| {
        let pods = cluster.list("/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb")?;
        Ok((pods.len() == 1).then_some(()))
    })
}

/// Colours, a title, a cursor that moves, text from right to left and of no width, in every field that takes any text; one
/// of them as long as the server takes.
fn hostile(cluster: &Cluster) -> Result<()> {
    let note = "\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\u{202e}gnp.exe\u{200b}\u{2066}\r\nnext";
    let long = note.repeat(240_000 / note.len());
    let huge = note.repeat(900_000 / note.len());
    let shop = "/api/v1/namespaces/shop";
    let apps = "/apis/apps/v1/namespaces";
    let annotated = json!({"metadata": {"annotations": {"note": long, "meta.helm.sh/release-name": note}}});
    for path in [shop, &format!("{shop}/services/web"), &format!("{apps}/shop/deployments/web")] {
        cluster.merge(path, &annotated)?;
    }
    let istiod = format!("{apps}/istio-system/deployments/istiod");
    cluster.merge(&istiod, &json!({"metadata": {"annotations": {"meta.helm.sh/release-name": note}}}))?;
    let env = json!({"name": "HOSTILE", "value": note});
    let mut changed = cluster.get(&istiod)?;
    changed["spec"]["template"]["spec"]["containers"][0]["env"].as_array_mut().context("no variables")?.push(env);
    cluster.replace(&istiod, &changed)?;
    let gateway = json!({"spec": {"selector": {"app": "web"}, "servers": [{"hosts": [note], "name": note, "port": {"number": 80, "name": note, "protocol": "HTTP"}}]}});
    let routes =
        json!({"spec": {"hosts": [note], "gateways": [note], "http": [{"route": [{"destination": {"host": "web"}}]}]}});
    let mut refused = Vec::new();
    for (kind, plural, object) in [("Gateway", "gateways", gateway), ("VirtualService", "virtualservices", routes)] {
        let object = with_kind("networking.istio.io/v1", kind, "shop", "hostile", object);
        if let Err(cause) = cluster.create(&format!("/apis/networking.istio.io/v1/namespaces/shop/{plural}"), &object) {
            refused.push(format!("{cause:#}"));
        }
    }
    ensure!(refused.is_empty(), "{refused:?}");
    let proxy = json!([{"name": "istio-proxy", "image": format!("proxyv2:{}", "\u{1b}[31m1.0")}]);
    let metadata = json!({"labels": {"app": "web", "service.istio.io/canonical-name": "web", "sidecar.istio.io/inject": "false"}, "annotations": {"istio.io/rev": note, "sidecar.istio.io/status": note}});
    let gate = json!([{"name": "example.com/gate"}]);
    let mut pod =
        with_kind("v1", "Pod", "shop", "hostile", json!({"spec": {"schedulingGates": gate, "containers": proxy}}));
    pod["metadata"].as_object_mut().context("metadata")?.extend(metadata.as_object().context("labels")?.clone());
    cluster.create(&format!("{shop}/pods"), &pod)?;
    let waiting = json!({"name": "istio-proxy", "image": note, "imageID": note, "ready": false, "restartCount": 0,
        "state": {"waiting": {"reason": note, "message": huge}}});
    let condition = json!([{"type": "Ready", "status": "False", "reason": note, "message": note}]);
    let status =
        json!({"status": {"message": note, "reason": note, "containerStatuses": [waiting], "conditions": condition}});
    cluster.merge(&format!("{shop}/pods/hostile/status"), &status)?;
    let about = |kind: &str, version: &str, name: &str, path: &str| -> Result<()> {
        let uid = cluster.get(path)?["metadata"]["uid"].clone();
        let event = json!({"metadata": {"name": name, "namespace": "shop"}, "reason": note, "type": note, "message": note.repeat(10),
            "involvedObject": {"apiVersion": version, "kind": kind, "namespace": "shop", "name": name, "uid": uid},
            "source": {"component": note}, "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:00:00Z", "count": 1});
        cluster.create(&format!("{shop}/events"), &event).map(drop)
    };
    about("Pod", "v1", "hostile", &format!("{shop}/pods/hostile"))?;
    about("Deployment", "apps/v1", "web", &format!("{apps}/shop/deployments/web"))?;
    // Last: from now on nothing is injected.
    let map = "/api/v1/namespaces/istio-system/configmaps";
    cluster.merge(&format!("{map}/istio"), &json!({"data": {"mesh": format!("a: [{note}\n# {huge}")}}))?;
    cluster.merge(&format!("{map}/istio-ca-root-cert"), &json!({"data": {"root-cert.pem": note}}))?;
    let record = "/api/v1/namespaces/istio-system/secrets/mesh.v1.default.1";
    cluster.merge(record, &json!({"stringData": {"record": note}}))?;
    // A kubeconfig is YAML, which does not have C1 controls.
    let name = note.replace('\u{9b}', "");
    let kubeconfig = cluster.kubeconfig_edited("hostile", |config| {
        config["current-context"] = name.as_str().into();
        config["contexts"][0]["name"] = name.as_str().into();
    })?;
    let mut wrong = Vec::new();
    for args in TABLE.iter().map(|(args, _)| args).chain(FORMATS) {
        let run = Mesh::with(&kubeconfig).args(*args).run()?;
        wrong.extend(raw(&run).map(|why| format!("{}: {why}", args.join(" "))));
        if !matches!(run.code, Some(0 | 1)) {
            wrong.push(format!("{}: {run}", args.join(" ")));
        }
        if args.last() == Some(&"json") {
            run.json()?;
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    Ok(())
}

fn with_kind(version: &str, kind: &str, namespace: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}});
    for (key, value) in rest.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    object
}
