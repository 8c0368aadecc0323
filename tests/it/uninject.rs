//! `mesh uninject` and `mesh inject -o`: what goes in comes out again, and only what changes is shown.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use mesh::inject::{kubernetes_form, uninject};
use mesh::yaml;
use serde_json::Value;

use crate::inject_golden::{config, differences, injector, reference};

/// An object as it can come back at best: an injected pod tells the ports of probes by number, whatever they were called.
fn with_numbers(mut object: Value) -> Value {
    if object["kind"] == "List" {
        // Lists get empty metadata, as kubectl writes them.
        object["metadata"] = Value::Null;
    }
    number(&mut object);
    object
}

fn number(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(number),
        Value::Object(map) => {
            let ports = map.get("ports").cloned().unwrap_or_default();
            for (probe, kind) in ["livenessProbe", "readinessProbe", "startupProbe"]
                .iter()
                .flat_map(|probe| ["httpGet", "tcpSocket"].map(|kind| (*probe, kind)))
            {
                let Some(slot) = map.get_mut(probe).and_then(|probe| probe.pointer_mut(&format!("/{kind}/port")))
                else {
                    continue;
                };
                let named = ports.as_array().into_iter().flatten().find(|port| port["name"] == *slot);
                if let Some(named) = named.filter(|_| slot.is_string()) {
                    *slot = named["containerPort"].clone();
                }
            }
            map.values_mut().for_each(number);
        }
        _ => {}
    }
}

#[test]
fn golden_workloads_come_back_as_they_were() {
    let Some(reference) = reference() else { return };
    let config = config();
    let (mut seen, mut wrong) = (0, Vec::new());
    for case in fs::read_dir(reference.join("golden/inject")).expect("cases") {
        let case = case.expect("a case").path();
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(case.join("in.yaml")).expect("a workload");
        let args = fs::read_to_string(case.join("args")).expect("arguments");
        let args: Vec<String> = args.lines().map(str::to_owned).collect();
        let injector = injector(&reference, &config, &args);
        for document in yaml::documents("in.yaml", &text).expect("YAML") {
            let Ok(injected) = injector.inject(document.clone()) else { continue };
            let injected = injected.object;
            seen += 1;
            let taken = uninject(injected.clone()).expect("an injected workload").object;
            if text.contains("sidecar.istio.io/status") {
                // Injected before, by another template: what came of it is not what this one gives to a plain pod.
                continue;
            }
            let again = injector.inject(taken.clone()).expect("a workload").object;
            let mut found = Vec::new();
            differences("again", &injected, &again, &mut found);
            let wanted = with_numbers(kubernetes_form(document).expect("a workload"));
            differences("", &wanted, &with_numbers(taken), &mut found);
            wrong.extend(found.into_iter().map(|one| format!("{name}: {}", one.chars().take(300).collect::<String>())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 79, "only {seen} workloads");
}

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx
        readinessProbe: {httpGet: {path: /ok, port: 8080}}
---
apiVersion: v1
kind: Service # stays as it is
metadata: {name: web}
";

fn mesh(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesh"));
    command.args(arguments).env("KUBECONFIG", "/nonexistent").env("NO_COLOR", "1");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("mesh runs");
    let (mut pipe, input) = (child.stdin.take().expect("a pipe"), input.to_owned());
    // What comes back has to be read meanwhile, or both wait for each other.
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("mesh ends");
    let written = writer.join().expect("a thread that ends");
    assert!(written.is_ok() || !output.status.success());
    output
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[test]
fn a_stream_comes_back_whole_and_in_order() {
    // More than one thread has at a time.
    let input: String =
        (0..200).map(|number| WEB.replace("name: web\n", &format!("name: web-{number}\n")) + "---\n").collect();
    let injected = text(&mesh(&["inject", "-f", "-"], &input));
    let back = text(&mesh(&["uninject", "-f", "-"], &injected));
    let plain = |text: &str| -> Vec<Value> {
        let documents = yaml::documents("stream", text).expect("YAML");
        documents.into_iter().map(|document| kubernetes_form(document).expect("a workload")).collect()
    };
    assert_eq!(plain(&injected).len(), 400);
    let (back_again, input) = (plain(&back), plain(&input));
    for (back, input) in back_again.iter().zip(&input) {
        let mut found = Vec::new();
        differences("", input, back, &mut found);
        assert!(found.is_empty(), "{found:#?}");
    }
    assert_eq!(back_again.len(), input.len());
    assert!(back.contains("kind: Service # stays as it is"));
}

#[test]
fn a_diff_shows_what_changes_and_nothing_else() {
    let diff = text(&mesh(&["inject", "-f", "-", "-o", "diff"], WEB));
    let lines: Vec<&str> = diff.lines().collect();
    assert_eq!(lines[0], "Deployment/web changed");
    assert!(lines.contains(&"  +        name: istio-proxy"), "{diff}");
    assert!(!diff.contains("Service") && !diff.contains("nginx\n  +"), "{diff}");
    assert!(lines.iter().all(|line| !line.contains("+apiVersion")), "{diff}");
    let ignored = WEB.replace("labels: {app: web}", "labels: {app: web, sidecar.istio.io/inject: \"false\"}");
    let output = mesh(&["inject", "-f", "-", "-o", "diff"], &ignored);
    assert_eq!(text(&output), "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("not injected: Deployment/web"));
}

#[test]
fn a_file_is_whole_or_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("web.yaml");
    let path = file.to_str().expect("a plain path");
    fs::write(&file, WEB).expect("a file");
    // The file that is read may be the one that is written.
    assert_eq!(text(&mesh(&["inject", "-f", path, "-o", path], "")), "");
    let injected = fs::read_to_string(&file).expect("a file");
    assert!(injected.contains("istio-proxy"));
    let broken = format!("{WEB}---\nkind: Pod\napiVersion: v1\nspec: 1\n");
    fs::write(&file, &broken).expect("a file");
    assert_eq!(mesh(&["inject", "-f", path, "-o", path], "").status.code(), Some(2));
    assert_eq!(fs::read_to_string(&file).expect("a file"), broken);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    let output = mesh(&["inject", "-f", path, "-o", "json"], "");
    assert_eq!(output.status.code(), Some(2));
}
