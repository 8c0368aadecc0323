//! Why an installation does not become ready: each cause named with what it rests on, the wait ended as soon as it is
//! sure, what depends on it skipped, and the exit code that scripts go by.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::{self, Installed, REVISION_LINES, all_at_once, minimal_revision};

const NAMESPACE: &str = "istio-system";

/// A revision that fails: how it is asked for, the exit code, and what has to be said.
struct Case {
    revision: &'static str,
    args: &'static [&'static str],
    code: i32,
    parts: &'static [&'static str],
}

const CASES: [Case; 20] = [
    Case {
        revision: "denied",
        args: &[],
        code: 1,
        parts: &[
            "/pilot:1.30.3: the registry denies it",
            "Pod/istio-system/istiod-denied-",
            "pull access denied",
            "imagePullSecrets",
        ],
    },
    Case {
        revision: "unanswered",
        args: &[],
        code: 1,
        parts: &["/pilot:1.30.3: the registry does not answer", "i/o timeout"],
    },
    Case {
        revision: "crash",
        args: &[],
        code: 1,
        parts: &[
            "container discovery crashes, restarted 3 times (exit code 1)",
            "discovery | ",
            "\\u{1b}[31mfatal",
            "logs istiod-crash-",
            "--previous",
        ],
    },
    Case {
        revision: "unready",
        args: &["--timeout", "30s"],
        code: 4,
        parts: &[
            "Istiod not ready in time",
            "Readiness probe failed: HTTP probe failed with statuscode: 503",
            "--timeout 15m",
        ],
    },
    Case {
        revision: "unconfigured",
        args: &["--timeout", "30s"],
        code: 4,
        parts: &["container discovery cannot be started: configmap \"gone\" not found", "CreateContainerConfigError"],
    },
    Case {
        revision: "large",
        args: &["--timeout", "30s", "--set", "values.pilot.resources.requests.cpu=64000m"],
        code: 4,
        parts: &["Unschedulable: ", "64", "0/1 nodes are available", "kubectl describe nodes"],
    },
    Case {
        revision: "secure",
        args: &["-i", "secure-system"],
        code: 1,
        parts: &[
            "pods of Deployment/secure-system/istiod-secure break: seccompProfile.type is not RuntimeDefault",
            "--set values.pilot.seccompProfile.type=RuntimeDefault",
            "pod-security.kubernetes.io/enforce=baseline",
        ],
    },
    Case {
        revision: "quota",
        args: &["-i", "quota-system"],
        code: 1,
        parts: &["do not fit into the namespace's quota", "exceeded quota: none", "describe resourcequota"],
    },
    Case {
        revision: "unset",
        args: &["-i", "unset-system"],
        code: 1,
        parts: &["do not say what the namespace's quota asks for", "must specify limits.memory", "LimitRange"],
    },
    Case {
        revision: "homeless",
        args: &["--timeout", "30s", "--set", "values.pilot.nodeSelector.disk=none"],
        code: 4,
        parts: &["Unschedulable: no node has the labels it asks for", "values.…nodeSelector", "--show-labels"],
    },
    Case {
        revision: "limited",
        args: &["--set", "hub=limited.invalid/istio"],
        code: 1,
        parts: &["the registry was asked too often (429)", "toomanyrequests", "--registry HOST/PATH"],
    },
    Case {
        revision: "unauthorized",
        args: &["--set", "hub=unauthorized.invalid/istio"],
        code: 1,
        parts: &["the registry asks for credentials", "401 Unauthorized", "imagePullSecrets"],
    },
    Case {
        revision: "untrusted",
        args: &["--set", "hub=untrusted.invalid/istio"],
        code: 1,
        parts: &["the nodes do not trust its registry", "x509", "trust the registry's CA"],
    },
    Case {
        revision: "nowhere",
        args: &["--set", "hub=nowhere.invalid/istio"],
        code: 1,
        parts: &["the nodes do not find its registry by name", "no such host", "the DNS of the nodes"],
    },
    Case {
        revision: "commandless",
        args: &[],
        code: 1,
        parts: &["cannot be started: its image has no such command: \"/no/such/command\"", "check image and command"],
    },
    Case {
        revision: "hungry",
        args: &[
            "--set",
            "values.pilot.resources.limits.memory=64Mi",
            "--set",
            "values.pilot.resources.requests.memory=64Mi",
        ],
        code: 1,
        parts: &["restarted 3 times (out of memory, its limit is 64Mi)", "give it more memory"],
    },
    Case {
        revision: "unhooked",
        args: &[],
        code: 1,
        parts: &[
            "a webhook does not answer",
            "failed calling webhook \"pods.test.invalid\"",
            "validatingwebhookconfigurations",
        ],
    },
    Case {
        revision: "policy",
        args: &[],
        code: 1,
        parts: &["are refused by an admission policy", "no pods of this revision"],
    },
    Case {
        revision: "forbidden",
        args: &[],
        code: 1,
        parts: &[
            "the cluster would refuse this; nothing was written",
            "Service/istio-system/istiod-forbidden",
            "no services of this revision",
        ],
    },
    Case {
        revision: "ending",
        args: &["-i", "ending-system"],
        code: 1,
        parts: &[
            "Namespace/ending-system is being deleted; nothing was written",
            "kubectl wait --for=delete namespace/ending-system",
        ],
    },
];

/// What stands in the way of some revisions, put there before any of them is installed.
fn obstacles(plane: &Installed) -> Result<()> {
    let cluster = &plane.cluster;
    for (name, labels) in [
        ("secure-system", json!({ "pod-security.kubernetes.io/enforce": "restricted" })),
        ("quota-system", json!({})),
        ("unset-system", json!({})),
        ("ending-system", json!({})),
    ] {
        cluster.create_namespace(name, &labels)?;
    }
    let quota = json!({ "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "none" }, "spec": { "hard": { "pods": "0" } } });
    cluster.create("/api/v1/namespaces/quota-system/resourcequotas", &quota)?;
    let unset = json!({ "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "all" }, "spec": { "hard": { "limits.memory": "64Gi" } } });
    cluster.create("/api/v1/namespaces/unset-system/resourcequotas", &unset)?;
    let held = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "held", "finalizers": ["test.invalid/hold"] } });
    cluster.create("/api/v1/namespaces/ending-system/configmaps", &held)?;
    cluster.delete("/api/v1/namespaces/ending-system")?;

    let webhook = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": { "name": "nobody" },
        "webhooks": [{
            "name": "pods.test.invalid", "failurePolicy": "Fail", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": { "service": { "namespace": "default", "name": "nobody", "path": "/" } },
            "rules": [{ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"] }],
            "objectSelector": { "matchLabels": { "istio.io/rev": "unhooked" } },
        }],
    });
    cluster.create("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", &webhook)?;
    for (revision, resource) in [("policy", "pods"), ("forbidden", "services")] {
        let policy = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": { "name": revision },
            "spec": {
                "matchConstraints": {
                    "resourceRules": [{ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": [resource] }],
                    "objectSelector": { "matchLabels": { "istio.io/rev": revision } },
                },
                "validations": [{ "expression": "false", "message": format!("no {resource} of this revision") }],
            },
        });
        cluster.create("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", &policy)?;
        let binding = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": { "name": revision },
            "spec": { "policyName": revision, "validationActions": ["Deny"] },
        });
        cluster.create("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", &binding)?;
    }
    // A policy takes effect a moment after it is made.
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "probe", "labels": { "istio.io/rev": "forbidden" } },
        "spec": { "ports": [{ "port": 80 }] },
    });
    cluster.eventually(Duration::from_secs(120), "policy in effect", |cluster| {
        Ok(cluster.create("/api/v1/namespaces/default/services?dryRun=All", &service).err())
    })?;
    Ok(())
}

#[test]
fn each_cause_is_named() -> Result<()> {
    let plane = planes::minimal()?;
    obstacles(plane)?;
    // Not all of them at once: the controllers are one for all.
    CASES.chunks(10).try_for_each(|some| all_at_once(some.iter().map(|case| move || judge(plane, case))))
}

fn judge(plane: &Installed, case: &Case) -> Result<()> {
    let run = minimal_revision(plane, case.revision).args(case.args).run()?;
    let judged = || -> Result<()> {
        run.expect_failed(case.code, case.parts)?;
        ensure!(run.stdout.lines().all(|line| line != "✔ Installation complete"), "{run}");
        // Told before anything is written.
        if matches!(case.revision, "ending" | "forbidden" | "secure") {
            return Ok(());
        }
        // The cause is a line of the result, and the error names only what failed.
        ensure!(run.stdout.starts_with("✘ Istiod failed: "), "{run}");
        ensure!(run.stderr.contains("\nhint: to continue: mesh install "), "{run}");
        ensure!(run.stderr.contains("\n  Deployment/"), "{run}");
        Ok(())
    };
    judged().with_context(|| format!("revision {}", case.revision))
}

#[test]
fn a_missing_image_ends_the_run_and_the_next_one_continues() -> Result<()> {
    let plane = planes::minimal()?;
    let missing = || minimal_revision(plane, "missing").args(["--set", "tag=missing"]);
    let run = missing().run()?;
    let ended = SystemTime::now();
    run.expect_failed(
        1,
        &[
            "/pilot:missing: not found",
            "Deployment/istio-system/istiod-missing: 0/1 ready",
            "ReplicaSet/istio-system/istiod-missing-",
            "Pod/istio-system/istiod-missing-",
            "hint: check hub and tag of the image",
            "error: Istiod failed",
        ],
    )?;
    ensure!(run.stderr.matches("failed to pull and unpack").count() == 1, "the failure is told twice: {run}");
    let events = plane.cluster.list(&format!("/api/v1/namespaces/{NAMESPACE}/events"))?;
    let first = events.iter().filter(|event| {
        let about = event["involvedObject"]["name"].as_str().unwrap_or_default();
        about.starts_with("istiod-missing-") && event["reason"] == "Failed"
    });
    let first = first.filter_map(seconds).min().context("the kubelet reported nothing")?;
    let ended = ended.duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    ensure!(ended <= first + 10, "it took {} s from the kubelet's first report: {run}", ended - first);

    let run = missing().args(["-o", "json"]).run()?;
    let document = run.json()?;
    let found = &document["clusters"][0];
    ensure!(run.code == Some(1) && found["complete"] == false && found["revision"] == "missing", "{run}");
    let istiod = &found["components"][0];
    ensure!(istiod["state"] == "failed" && istiod["cause"] == "image-not-found", "{run}");
    ensure!(istiod["causes"].as_array().is_some_and(|causes| causes.len() >= 4), "{run}");
    ensure!(found["error"]["id"] == "component-failed" && found["error"]["exitCode"] == 1, "{run}");

    let mended = minimal_revision(plane, "missing").args(["-y"]).run()?;
    mended.expect_done(REVISION_LINES)
}

/// When an Event was first seen, in seconds since 1970.
fn seconds(event: &Value) -> Option<u64> {
    let first = event["firstTimestamp"].as_str().or(event["eventTime"].as_str())?;
    let at: k8s_openapi::jiff::Timestamp = first.parse().ok()?;
    u64::try_from(at.as_second()).ok()
}

#[test]
fn what_depends_on_a_failed_component_is_skipped() -> Result<()> {
    let plane = planes::minimal()?;
    let with_gateway = |more: &[&str]| {
        Mesh::on(&plane.cluster)
            .install([
                "-y",
                "-r",
                "alone",
                "--set",
                "profile=demo",
                "--set",
                "components.base.enabled=false",
                "--set",
                "tag=missing",
            ])
            .args(more)
    };
    let run = with_gateway(&[]).run()?;
    run.expect_failed(1, &["error: Istiod failed"])?;
    ensure!(
        run.stdout
            .ends_with("- Egress gateways skipped, as Istiod failed\n- Ingress gateways skipped, as Istiod failed\n"),
        "{run}"
    );
    let gateways = plane.cluster.list(&format!("/api/v1/namespaces/{NAMESPACE}/services"))?;
    ensure!(gateways.iter().all(|service| service["metadata"]["name"] != "istio-ingressgateway"), "{gateways:#?}");

    let run = with_gateway(&["-o", "json"]).run()?;
    let states: Vec<Value> = run.json()?["clusters"][0]["components"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|component| component["state"].clone())
        .collect();
    ensure!(states == ["failed", "skipped", "skipped"], "{run}");
    Ok(())
}

#[test]
fn a_daemon_set_that_no_node_takes_is_ready_with_a_note() -> Result<()> {
    let plane = planes::minimal()?;
    // Of all that is installed here only the node agent asks for a system.
    let nodes = plane.cluster.list("/api/v1/nodes")?;
    let node = format!("/api/v1/nodes/{}", nodes[0]["metadata"]["name"].as_str().context("no node")?);
    let system = |name: Option<&str>| {
        plane.cluster.merge(&node, &json!({ "metadata": { "labels": { "kubernetes.io/os": name } } }))
    };
    system(None)?;
    let run = minimal_revision(plane, "nodeless").args(["--set", "components.cni.enabled=true"]).run();
    system(Some("linux"))?;
    let run = run?;
    run.expect_done("✔ Istiod installed\n✔ CNI installed\n✔ Installation complete\n")?;
    ensure!(run.stderr.contains("DaemonSet/istio-system/istio-cni-node no node takes it"), "{run}");
    Ok(())
}

#[test]
fn an_init_container_that_fails_is_named() -> Result<()> {
    let plane = planes::minimal()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("init.yaml");
    std::fs::write(&file, INIT)?;
    let run = minimal_revision(plane, "init").args(["-f".as_ref(), file.as_os_str()]).run()?;
    run.expect_failed(
        1,
        &[
            "✘ Istiod failed: init container prepare crashes, restarted 3 times (exit code 1)",
            "Pod/istio-system/istiod-init-",
            "prepare | ",
        ],
    )
}

/// istiod with an init container, and an order to the simulated kubelet to let it fail.
const INIT: &str = r#"
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  components:
    pilot:
      k8s:
        podAnnotations: { test.mesh.dev/stage: init-crash-loop }
        overlays:
        - kind: Deployment
          name: istiod-init
          patches:
          - path: spec.template.spec.initContainers
            value: [{ name: prepare, image: example.invalid/prepare }]
"#;

#[test]
fn after_a_gateway_has_failed_the_next_run_goes_on() -> Result<()> {
    let plane = planes::minimal()?;
    let folder = tempfile::tempdir()?;
    let install = |stage: &str| -> Result<Run> {
        let file = folder.path().join("gateway.yaml");
        std::fs::write(&file, GATEWAY.replace("STAGE", stage))?;
        minimal_revision(plane, "late").args(["-y".as_ref(), "-f".as_ref(), file.as_os_str()]).run()
    };
    let run = install("image-pull-backoff")?;
    run.expect_failed(1, &["error: Ingress gateways failed", "Deployment/istio-system/late-gateway", "not found"])?;
    ensure!(run.stdout.starts_with("✔ Istiod installed\n✘ Ingress gateways failed: "), "{run}");
    let run = install("none")?;
    run.expect_done("✔ Istiod installed\n✔ Ingress gateways installed\n✔ Installation complete\n")
}

const GATEWAY: &str = r#"
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  components:
    ingressGateways:
    - name: late-gateway
      enabled: true
      k8s:
        podAnnotations: { test.mesh.dev/stage: STAGE }
"#;
