//! The Mesh section: what is injected and why, which configuration counts, how pods drift; and who may see what.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use super::objects::create_all;
use crate::harness::mesh::{MINIMAL_LINES, Mesh};

const WORKLOADS: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: mall, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: plain}
---
apiVersion: v1
kind: Namespace
metadata: {name: shut, labels: {istio-injection: disabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: gone, labels: {istio.io/rev: no-such}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: mall}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, version: v1}}
    spec: {containers: [{name: web, image: "nginx:1.14.2"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: refuses, namespace: mall}
spec:
  selector: {matchLabels: {app: refuses}}
  template:
    metadata: {labels: {app: refuses, sidecar.istio.io/inject: "false"}}
    spec: {containers: [{name: a, image: a}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: noted, namespace: mall}
spec:
  selector: {matchLabels: {app: noted}}
  template:
    metadata: {labels: {app: noted}, annotations: {sidecar.istio.io/inject: "false"}}
    spec: {containers: [{name: a, image: a}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: host, namespace: mall}
spec:
  selector: {matchLabels: {app: host}}
  template:
    metadata: {labels: {app: host}}
    spec: {hostNetwork: true, containers: [{name: a, image: a}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: mall}
spec:
  selector: {app: web}
  ports: [{name: http-web, port: 80}, {name: odd, port: 8080}]
"#;

/// What selects web, and what does not.
const CONFIGURATION: &str = r#"
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: strict, namespace: mall}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web-only, namespace: mall}
spec: {selector: {matchLabels: {app: web}}, action: DENY, rules: [{}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: others, namespace: mall}
spec: {selector: {matchLabels: {app: other}}, action: DENY, rules: [{}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: elsewhere, namespace: plain}
spec: {action: DENY, rules: [{}]}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs, namespace: istio-system}
spec: {accessLogging: [{providers: [{name: envoy}]}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: mall}
spec: {egress: [{hosts: ["./*"]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: mall}
spec: {hosts: [web], http: [{route: [{destination: {host: web}}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: entry, namespace: plain}
spec:
  hosts: [shop.example.com]
  gateways: [mall/door]
  http: [{route: [{destination: {host: web.mall.svc.cluster.local}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: hidden, namespace: plain}
spec: {hosts: [web.mall.svc.cluster.local], exportTo: ["."], http: [{route: [{destination: {host: web.mall.svc.cluster.local}}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: all, namespace: mall}
spec: {host: "*.mall.svc.cluster.local"}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: door, namespace: mall}
spec:
  selector: {app: web}
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example.com], tls: {mode: SIMPLE, credentialName: cert}}]
"#;

/// All of the section, on a cluster that has none of it yet.
pub(super) fn check(cluster: &Cluster) -> Result<()> {
    without_istio(cluster)?;
    Mesh::on(cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;
    create_all(cluster, WORKLOADS)?;
    create_all(cluster, CONFIGURATION)?;
    for name in ["web", "refuses", "noted", "host"] {
        cluster.wait_for_deployment("mall", name, Duration::from_secs(120))?;
    }
    configuration(cluster)?;
    gateway(cluster)?;
    drift(cluster)?;
    answers_are_turned_over_by_their_command(cluster)?;
    who_may_see_what(cluster)?;
    times_are_told_in_the_readers_zone(cluster)?;
    hostile(cluster)
}

/// A zone by its rule, which no file of zones has; and one that is none.
fn times_are_told_in_the_readers_zone(cluster: &Cluster) -> Result<()> {
    for (zone, offset) in [("XYZ-5:30", " +0530"), ("no/such", " +0000"), ("", " +0000")] {
        let run = Mesh::on(cluster).env("TZ", zone).args(["describe", "deployment", "web", "-n", "mall"]).run()?;
        let line = run.stdout.lines().find(|line| line.starts_with("CreationTimestamp:")).context("no time")?;
        ensure!(line.ends_with(offset), "{zone}: {line}");
    }
    Ok(())
}

fn described(cluster: &Cluster, args: &[&str]) -> Result<Value> {
    let run = Mesh::on(cluster).args(["describe"]).args(args).args(["-o", "json"]).run()?;
    ensure!(run.code == Some(0), "{args:?}: {run}");
    let mut document = run.json()?;
    ensure!(document["kind"] == "Description" && document["apiVersion"] == "mesh/v1", "{run}");
    Ok(document["clusters"][0]["items"][0]["mesh"].take())
}

fn without_istio(cluster: &Cluster) -> Result<()> {
    let mesh = described(cluster, &["deployment", "nginx-deployment", "-n", "shop"])?;
    ensure!(mesh["injection"]["injected"] == false, "{mesh}");
    ensure!(mesh["injection"]["rule"] == "no injection webhook is installed", "{mesh}");
    ensure!(mesh["injection"]["change"] == "mesh install", "{mesh}");
    let gateways = Mesh::on(cluster).args(["describe", "gateway"]).run()?;
    ensure!(gateways.code == Some(0) && gateways.stdout.is_empty(), "{gateways}");
    let missing = Mesh::on(cluster).args(["describe", "pod", "no-such", "-n", "shop"]).run()?;
    missing.expect_failed(1, &["there is no Pod/shop/no-such", "kubectl get pod -n shop"])
}

fn configuration(cluster: &Cluster) -> Result<()> {
    let mesh = described(cluster, &["deployment", "web", "-n", "mall"])?;
    ensure!(mesh["injection"]["injected"] == true && mesh["injection"]["revision"] == "default", "{mesh}");
    ensure!(mesh["mtls"] == json!({"mode": "STRICT", "source": "PeerAuthentication mall/strict"}), "{mesh}");
    ensure!(mesh["drift"] == json!({"compared": 2, "differ": 0, "fields": [], "unknown": []}), "{mesh}");
    let proxies = json!({"without": 0, "with": [{"revision": "default", "version": "1.30.3", "pods": 2, "controlPlane": "1.30.3"}]});
    ensure!(mesh["proxies"] == proxies, "{mesh}");
    let ports: Vec<&str> =
        mesh["ports"].as_array().into_iter().flatten().filter_map(|one| one["protocol"].as_str()).collect();
    ensure!(ports == ["HTTP", "auto"], "{mesh}");
    let selected = mesh["selectedBy"].as_array().into_iter().flatten();
    let selected: Vec<String> = selected
        .map(|one| {
            let text = |field: &str| one[field].as_str().unwrap_or_default();
            format!("{} {}/{}: {}", text("kind"), text("namespace"), text("name"), text("why"))
        })
        .collect();
    let wanted = [
        "AuthorizationPolicy mall/web-only: selector",
        "DestinationRule mall/all: host *.mall.svc.cluster.local",
        "Gateway.networking.istio.io mall/door: selector",
        "PeerAuthentication mall/strict: its namespace",
        "Sidecar mall/default: its namespace",
        "Telemetry istio-system/logs: the whole mesh",
        "VirtualService mall/web: host web",
        "VirtualService plain/entry: sends shop.example.com to it, gateways mall/door",
    ];
    ensure!(selected == wanted, "{selected:#?}");
    let service = described(cluster, &["svc", "web", "-n", "mall"])?;
    ensure!(service["proxies"]["with"][0]["pods"] == 2 && service["mtls"]["mode"] == "STRICT", "{service}");
    let namespace = described(cluster, &["ns/mall"])?;
    ensure!(namespace["proxies"]["with"][0]["pods"] == 2 && namespace["proxies"]["without"] == 3, "{namespace}");
    Ok(())
}

fn gateway(cluster: &Cluster) -> Result<()> {
    let mesh = described(cluster, &["gw", "door", "-n", "mall"])?;
    let entry = &mesh["gateway"];
    ensure!(entry["listeners"][0]["port"] == 443 && entry["listeners"][0]["tls"] == "SIMPLE, Secret cert", "{mesh}");
    ensure!(entry["pods"].as_array().is_some_and(|pods| pods.len() == 2), "{mesh}");
    ensure!(entry["routes"] == json!([["VirtualService plain/entry", "shop.example.com"]]), "{mesh}");

    // One that no injector has seen has no proxy, whatever its container is called.
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "entry"},
        "spec": {"containers": [{"name": "istio-proxy", "image": "auto"}]}});
    cluster.create("/api/v1/namespaces/plain/pods", &pod)?;
    let mesh = described(cluster, &["pod", "entry", "-n", "plain"])?;
    ensure!(mesh["proxies"] == json!({"without": 1, "with": []}), "{mesh}");
    let version = Mesh::on(cluster).args(["version", "-o", "json"]).run()?.json()?;
    ensure!(version["clusters"][0]["proxies"] == json!([{"version": "1.30.3", "count": 2}]), "{version}");
    Ok(())
}

/// What is injected changes: the pods that were made before are named with the field.
fn drift(cluster: &Cluster) -> Result<()> {
    let args = ["--set", "profile=minimal", "--set", "values.global.proxy.logLevel=debug", "-y"];
    let installed = Mesh::on(cluster).install(args).run()?;
    ensure!(installed.code == Some(0), "{installed}");
    let mesh = described(cluster, &["deployment", "web", "-n", "mall"])?;
    ensure!(mesh["drift"]["compared"] == 2 && mesh["drift"]["differ"] == 2, "{mesh}");
    let field = mesh["drift"]["fields"][0][0].as_str().context("no field")?;
    ensure!(field.contains("istio-proxy") && field.contains("args") && field.contains("debug"), "{mesh}");
    let warning = mesh["warnings"][0].as_str().context("no warning")?;
    ensure!(warning.ends_with("kubectl rollout restart -n mall deployment/web"), "{warning}");
    Ok(())
}

/// Whoever is not injected is told why, and by which command that changes.
fn answers_are_turned_over_by_their_command(cluster: &Cluster) -> Result<()> {
    let cases: &[(&[&str], &str)] = &[
        (&["deployment", "refuses", "-n", "mall"], "label sidecar.istio.io/inject: \"false\" of the pod"),
        (&["deployment", "noted", "-n", "mall"], "annotation sidecar.istio.io/inject: \"false\""),
        (&["deployment", "host", "-n", "mall"], "hostNetwork: true"),
        (&["ns", "plain"], "neither the pod nor namespace plain has a label that asks for it"),
        (&["ns", "shut"], "label istio-injection: \"disabled\" of namespace shut"),
        (
            &["ns", "gone"],
            "label istio.io/rev: \"no-such\" of its namespace names no revision and no tag that is installed",
        ),
    ];
    for (args, rule) in cases {
        let before = described(cluster, args)?;
        ensure!(before["injection"]["injected"] == false && before["injection"]["rule"] == *rule, "{args:?}: {before}");
        let command = before["injection"]["change"].as_str().with_context(|| format!("{args:?}: {before}"))?;
        let done = cluster.command("sh").args(["-euc", command]).output().context("cannot run sh")?;
        ensure!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
        let after = described(cluster, args)?;
        ensure!(after["injection"]["injected"] == true, "{args:?}: {command}: {after}");
    }
    Ok(())
}

fn who_may_see_what(cluster: &Cluster) -> Result<()> {
    let run = |user: &str| -> Result<_> {
        Mesh::with(&cluster.kubeconfig_for(user)?).args(["describe", "deployment", "web", "-n", "mall"]).run()
    };
    let viewer = run("viewer")?;
    ensure!(
        viewer.code == Some(0) && viewer.stdout.contains("Not Known:") && viewer.stdout.contains("webhook"),
        "{viewer}"
    );
    run("nobody")?.expect_failed(3, &["User \"nobody\" cannot get resource \"deployments\""])
}

/// What people write into annotations, labels and messages does not steer a terminal.
fn hostile(cluster: &Cluster) -> Result<()> {
    let note = format!("\u{1b}[31mred\u{202e}\u{200b}\r\u{7}{}", "x\n".repeat(60_000));
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "hostile", "namespace": "mall", "annotations": {"note": note, "sidecar.istio.io/inject": "\u{1b}[2J"}},
        "spec": {"containers": [{"name": "a", "image": "a", "command": ["\u{1b}]0;title\u{7}"], "env": [{"name": "A", "value": "\u{9b}31m"}]}]},
    });
    cluster.create("/api/v1/namespaces/mall/pods", &pod)?;
    for args in [&["pod", "hostile", "-n", "mall"][..], &["ns", "mall"]] {
        let run = Mesh::on(cluster).args(["describe"]).args(args).run()?;
        ensure!(run.code == Some(0), "{run}");
        run.is_plain()?;
        ensure!(!run.stdout.contains(['\u{202e}', '\u{200b}']), "marks that hide text");
    }
    let json = Mesh::on(cluster).args(["describe", "pod", "hostile", "-n", "mall", "-o", "json"]).run()?;
    ensure!(json.json()?["clusters"][0]["items"][0]["object"]["metadata"]["annotations"]["note"] == note.as_str());
    Ok(())
}
