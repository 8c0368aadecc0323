//! `mesh inject -f` through the program: which kinds are injected and which are named, annotations in any spelling that Go
//! takes, and native sidecars as the settings say.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use mesh::yaml;
use serde_json::{Value, json};

use crate::harness::mesh::{Mesh, Run};

/// A pod's metadata and spec.
fn pod(annotations: Value) -> Value {
    json!({
        "metadata": {"labels": {"app": "web"}, "annotations": annotations},
        "spec": {"containers": [{"name": "web", "image": "nginx"}]},
    })
}

fn workload(version: &str, kind: &str, template: &Value) -> Value {
    let spec = match kind {
        "CronJob" => json!({"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template}}}),
        _ => json!({"template": template}),
    };
    json!({"apiVersion": version, "kind": kind, "metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
}

fn inject(folder: &Path, object: &Value, arguments: &[&str]) -> Result<Run> {
    let file = folder.join("web.yaml");
    fs::write(&file, yaml::text(object)?)?;
    Mesh::alone().args(["inject", "-f", file.to_str().context("a plain path")?]).args(arguments).run()
}

fn made(run: &Run) -> Result<Value> {
    ensure!(run.code == Some(0), "{run}");
    Ok(yaml::documents("stdout", &run.stdout)?.swap_remove(0))
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect()
}

#[test]
fn older_versions_of_workloads_are_injected() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let table = [
        ("batch/v1beta1", "CronJob", "/spec/jobTemplate/spec/template/spec"),
        ("v1", "DeploymentConfig", "/spec/template/spec"),
        ("extensions/v1beta1", "Deployment", "/spec/template/spec"),
        ("apps/v1beta2", "StatefulSet", "/spec/template/spec"),
    ];
    for (version, kind, spec) in table {
        let run = inject(folder.path(), &workload(version, kind, &pod(json!({}))), &[])?;
        let object = made(&run)?;
        let spec = object.pointer(spec).with_context(|| format!("{run}"))?;
        ensure!(names(&spec["containers"]) == ["web", "istio-proxy"], "{version} {kind}: {run}");
        ensure!(object["apiVersion"] == version && run.stderr.is_empty(), "{version} {kind}: {run}");
    }
    Ok(())
}

/// They come out as they went in, and not without a word.
#[test]
fn workloads_of_kinds_that_are_not_known_are_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (version, kind) in [("argoproj.io/v1alpha1", "Rollout"), ("serving.knative.dev/v1", "Service")] {
        let object = workload(version, kind, &pod(json!({})));
        let run = inject(folder.path(), &object, &[])?;
        ensure!(made(&run)? == object, "{run}");
        let told = format!("not injected: {kind}/shop/web: this kind of {version} is not one");
        ensure!(run.stderr.starts_with(&told) && run.stderr.lines().count() == 1, "{run}");
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [object]});
        ensure!(inject(folder.path(), &list, &[])?.stderr == run.stderr, "{run}");
    }
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": []}});
    let run = inject(folder.path(), &service, &[])?;
    ensure!(made(&run)? == service && run.stderr.is_empty(), "{run}");
    Ok(())
}

/// Go reads the keys of JSON in any case, those within annotations too.
#[test]
fn keys_of_json_in_annotations_are_taken_in_any_case() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let annotations = json!({
        "sidecar.istio.io/userVolume": r#"[{"name": "own", "configmap": {"Name": "settings", "defaultmode": 256}}]"#,
        "sidecar.istio.io/userVolumeMount": r#"[{"name": "own", "mountPath": "/own", "readonly": true}]"#,
    });
    let run = inject(folder.path(), &workload("apps/v1", "Deployment", &pod(annotations)), &[])?;
    let object = made(&run)?;
    let spec = &object["spec"]["template"]["spec"];
    let named = |list: &Value, key: &str, value: &str| -> Value {
        list.as_array().into_iter().flatten().find(|one| one[key] == value).cloned().unwrap_or_default()
    };
    let proxy = named(&spec["containers"], "name", "istio-proxy");
    let mount = named(&proxy["volumeMounts"], "mountPath", "/own");
    ensure!(mount["readOnly"] == true && mount["readonly"].is_null(), "{run}");
    let volumes = spec["volumes"].as_array().cloned().unwrap_or_default();
    let volume = volumes.iter().find(|one| !one["configMap"].is_null() && one["configMap"]["name"] == "settings");
    ensure!(volume.is_some_and(|volume| volume["configMap"]["defaultMode"] == 256), "{run}");
    Ok(())
}

#[test]
fn native_sidecars_are_what_the_settings_of_istiod_say() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let operator = folder.path().join("istio.yaml");
    let file = operator.to_str().context("a plain path")?;
    let object = workload("apps/v1", "Deployment", &pod(json!({})));
    let set = "values.pilot.env.ENABLE_NATIVE_SIDECARS";
    for (value, is_native) in [("true", true), ("false", false), ("auto", false)] {
        let env = json!({"ENABLE_NATIVE_SIDECARS": value});
        fs::write(
            &operator,
            yaml::text(&json!({"kind": "IstioOperator", "spec": {"values": {"pilot": {"env": env}}}}))?,
        )?;
        for arguments in [&["--operator-file", file][..], &["--set", &format!("{set}={value}")]] {
            let run = inject(folder.path(), &object, arguments)?;
            let object = made(&run)?;
            let init = &object["spec"]["template"]["spec"]["initContainers"];
            ensure!(names(init).contains(&"istio-proxy") == is_native, "{value} {arguments:?}: {run}");
        }
        // The flag is nearer.
        let run = inject(folder.path(), &object, &["--operator-file", file, "--native-sidecars", "false"])?;
        ensure!(!names(&made(&run)?["spec"]["template"]["spec"]["initContainers"]).contains(&"istio-proxy"), "{run}");
    }
    Ok(())
}

/// With native sidecars a template that speaks of the proxy among the containers gives what istiod gives: after the
/// sidecar's own a pod with two of them, before it one.
#[test]
fn a_pod_with_a_container_twice_is_told() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let custom = "spec:\n  containers:\n  - name: istio-proxy\n    env:\n    - name: CUSTOM\n      value: \"1\"\n";
    let operator = folder.path().join("istio.yaml");
    let values = json!({
        "pilot": {"env": {"ENABLE_NATIVE_SIDECARS": "true"}},
        "sidecarInjectorWebhook": {"templates": {"custom": custom}},
    });
    fs::write(&operator, yaml::text(&json!({"kind": "IstioOperator", "spec": {"values": values}}))?)?;
    let file = operator.to_str().context("a plain path")?;
    let of = |templates: &str| -> Result<(Value, Run)> {
        let object = workload("apps/v1", "Deployment", &pod(json!({"inject.istio.io/templates": templates})));
        let run = inject(folder.path(), &object, &["--operator-file", file])?;
        Ok((made(&run)?["spec"]["template"]["spec"].take(), run))
    };
    let (spec, run) = of("sidecar,custom")?;
    ensure!(names(&spec["containers"]).contains(&"istio-proxy"), "{run}");
    ensure!(names(&spec["initContainers"]).contains(&"istio-proxy"), "{run}");
    ensure!(run.stderr.starts_with("not valid: Deployment/shop/web: container istio-proxy is in both lists"), "{run}");

    let (spec, run) = of("custom,sidecar")?;
    ensure!(names(&spec["containers"]) == ["web"] && run.stderr.is_empty(), "{run}");
    let inits = spec["initContainers"].as_array().cloned().unwrap_or_default();
    let proxy = inits.iter().find(|one| one["name"] == "istio-proxy").context("a proxy")?;
    ensure!(names(&proxy["env"]).contains(&"CUSTOM"), "{run}");
    Ok(())
}

/// What is no configuration of an injector would inject nothing, and say that it had.
#[test]
fn texts_that_are_none_of_an_injector_are_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let object = workload("apps/v1", "Deployment", &pod(json!({})));
    let own = folder.path().join("web.yaml").display().to_string();
    let table = [
        ("--injectConfigFile", own.as_str(), "no templates"),
        ("--injectConfigFile", "/dev/null", "no templates"),
        ("--meshConfigFile", &own, "mesh configuration: this is an object of Kubernetes"),
        ("--valuesFile", &own, "no object of Kubernetes"),
    ];
    for (flag, file, wanted) in table {
        inject(folder.path(), &object, &[flag, file])?.expect_failed(2, &[wanted])?;
    }
    Ok(())
}

/// As `kubectl` and the reference read a file: each with what istioctl 1.30.3 makes of it.
#[test]
fn spellings_of_yaml_mean_what_they_mean_to_the_reference() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let of = |text: &str| -> Result<(Value, Run)> {
        let file = folder.path().join("web.yaml");
        fs::write(&file, text)?;
        let run = Mesh::alone().args(["inject", "-f", file.to_str().context("a plain path")?]).run()?;
        Ok((made(&run)?, run))
    };
    let labels = "{app: web, version: 1.0}";
    let head = |metadata: &str| format!("apiVersion: apps/v1\nkind: Deployment\n{metadata}\nspec:\n  template:\n");
    let rest = format!("    metadata: {{labels: {labels}}}\n    spec: {{containers: [{{name: web, image: nginx}}]}}\n");

    // The owner is known however its name is written.
    for (metadata, name, owner) in [
        ("metadata: {name: 123}", "123", "kubernetes://apis/apps/v1/namespaces/default/deployments/123"),
        ("Metadata: {Name: w, namespace: 7}", "w", "kubernetes://apis/apps/v1/namespaces/7/deployments/w"),
        ("metadata: {name: w, namespace: n}", "w", "kubernetes://apis/apps/v1/namespaces/false/deployments/w"),
    ] {
        let (object, run) = of(&(head(metadata) + &rest))?;
        let template = &object["spec"]["template"];
        let proxy = template["spec"]["containers"]
            .as_array()
            .and_then(|all| all.iter().find(|one| one["name"] == "istio-proxy"));
        let env = |name: &str| {
            let all = proxy.and_then(|proxy| proxy["env"].as_array()).into_iter().flatten();
            all.filter(|one| one["name"] == name).find_map(|one| one["value"].as_str())
        };
        ensure!(env("ISTIO_META_WORKLOAD_NAME") == Some(name) && env("ISTIO_META_OWNER") == Some(owner), "{run}");
        ensure!(template["metadata"]["labels"]["version"] == "1", "{run}");
    }

    // Of a key that is there twice the last one counts, and it is said.
    let (object, run) = of(&(head("metadata: {name: w}") + &rest.replace("image: nginx", "image: a, image: b")))?;
    let images = object.pointer("/spec/template/spec/containers/0/image");
    ensure!(
        images == Some(&json!("b")) && run.stderr.contains("web.yaml:7: `spec.template.spec.containers[0].image`"),
        "{run}"
    );

    // A List as `kubectl get -o yaml` writes it.
    let list = "apiVersion: v1\nkind: List\nmetadata: {resourceVersion: \"\"}\nitems: []\n";
    ensure!(of(list)?.0 == json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": []}));
    Ok(())
}
