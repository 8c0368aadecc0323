//! `mesh export --helm`: what it writes; and where `MESH_TEST_CHARTS` names the manifests folder of Istio 1.30.3, that
//! its charts with these values give what mesh gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use mesh::config::{self, Inputs, Source};
use mesh::render::{Target, helm, render};
use mesh::yaml;
use serde_json::Value;

use crate::render::{comparable, same};

const CUSTOM: &str = "\
kind: IstioOperator
metadata:
  name: mine
spec:
  profile: demo
  tag: 1.30.3-distroless
  meshConfig:
    accessLogFile: /dev/stdout
  values:
    global:
      proxy:
        logLevel: debug
    pilot:
      env:
        PILOT_TRACE: \"true\"
  components:
    pilot:
      k8s:
        replicaCount: 3
        resources:
          requests:
            cpu: 77m
        overlays:
        - kind: Service
          name: istiod
          patches:
          - path: metadata.annotations
            value: {a: b}
    ingressGateways:
    - name: istio-ingressgateway
      enabled: true
      k8s:
        service:
          type: ClusterIP
          ports:
          - {name: http, port: 80, targetPort: 8080}
    - name: inner
      namespace: elsewhere
      enabled: true
      label: {istio: inner}
";

fn export(folder: &Path, input: &Path, sets: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesh"));
    command.arg("export").arg("--helm").arg(folder).env("KUBECONFIG", "/nonexistent");
    if input.exists() {
        command.arg("-f").arg(input);
    }
    sets.iter().for_each(|set| _ = command.args(["--set", set]));
    command.output().expect("mesh runs")
}

#[test]
fn a_folder_holds_values_patches_and_commands_in_order() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (input, folder) = (temporary.path().join("istio.yaml"), temporary.path().join("helm"));
    fs::write(&input, CUSTOM).expect("a file");
    let output = export(&folder, &input, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let script = read("install.sh");
    let commands: Vec<&str> = script.lines().filter(|line| line.starts_with("helm upgrade --install ")).collect();
    let names: Vec<&str> = commands.iter().filter_map(|line| line.split(' ').nth(3)).collect();
    assert_eq!(names, ["istio-base", "istiod", "istio-egressgateway", "istio-ingressgateway", "inner"]);
    let repository = "https://istio-release.storage.googleapis.com/charts --version 1.30.3";
    assert!(commands[1].contains(&format!("istiod --repo {repository}")), "{}", commands[1]);
    assert!(script.contains("--namespace elsewhere --create-namespace --values inner.values.yaml"), "{script}");
    let values = yaml::document("values", &read("istiod.values.yaml")).expect("YAML");
    assert_eq!(values["global"]["proxy"]["logLevel"], "debug");
    assert_eq!(values["global"]["tag"], "1.30.3-distroless");
    assert!(folder.join("istiod.patches/kustomization.yaml").exists());
    assert!(!folder.join("istio-base.patches").exists());
    assert!(script.contains("--post-renderer ./istiod.patches/render.sh"), "{script}");
    assert!(read("README.md").contains("| istiod | istio-system |"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.join("install.sh")).expect("a script").permissions().mode();
        assert_eq!(mode & 0o111, 0o111);
    }
    // What is there is not overwritten.
    let again = export(&folder, &input, &[]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
    assert_eq!(export(&temporary.path().join("none"), Path::new(""), &["profile=empty"]).status.code(), Some(2));
}

/// The files of a folder, by their paths below it.
fn sources(folder: &Path, below: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{below}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            sources(&path, &format!("{name}/"), found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push(Source { name, text });
        }
    }
}

/// Releases have names of their own, and published charts their version.
fn without_release(mut object: Value) -> Value {
    let labels = ["app.kubernetes.io/instance", "release"];
    for pointer in ["/metadata/labels", "/spec/template/metadata/labels"] {
        if let Some(map) = object.pointer_mut(pointer).and_then(Value::as_object_mut) {
            labels.iter().for_each(|label| _ = map.shift_remove(*label));
        }
    }
    object
}

#[test]
fn upstreams_charts_with_these_values_give_the_same() {
    #[expect(clippy::print_stderr, reason = "says that the test did not run")]
    let Some(charts) = std::env::var_os("MESH_TEST_CHARTS") else {
        return eprintln!("skipped: MESH_TEST_CHARTS names no manifests folder of Istio 1.30.3");
    };
    let mut files = Vec::new();
    sources(&Path::new(&charts).join("charts"), "", &mut files);
    let custom: &[&str] =
        &["components.cni.k8s.resources.limits.cpu=2", "values.cni.logging.level=debug", "revision=two"];
    let cases: [(&str, &[&str]); 7] = [
        ("", &["profile=default"]),
        ("", &["profile=demo"]),
        ("", &["profile=minimal"]),
        ("", &["profile=ambient"]),
        ("", &["profile=openshift-ambient", "values.ztunnel.terminationGracePeriodSeconds=7"]),
        ("", &[&["profile=ambient"], custom].concat()),
        (CUSTOM, &[]),
    ];
    for (input, sets) in cases {
        let temporary = tempfile::tempdir().expect("a folder");
        let (file, folder) = (temporary.path().join("istio.yaml"), temporary.path().join("helm"));
        if !input.is_empty() {
            fs::write(&file, input).expect("a file");
        }
        let output = export(&folder, &file, sets);
        assert!(output.status.success(), "{sets:?}: {}", String::from_utf8_lossy(&output.stderr));

        let files_given: Vec<Source> = match input {
            "" => Vec::new(),
            text => vec![Source { name: "istio.yaml".to_owned(), text: text.to_owned() }],
        };
        let sets_given = sets.iter().map(|set| (*set).to_owned()).collect();
        let config = config::load(&Inputs { files: files_given, sets: sets_given, ..Inputs::default() });
        let config = config.expect("good inputs");
        let bundle = render(&config, &Target::default()).expect("objects");
        let wanted: BTreeMap<String, Value> = bundle
            .generate_set()
            .into_iter()
            .map(|object| comparable(without_release(object.value().clone())))
            .collect();

        let mut got = BTreeMap::new();
        for release in helm::releases(&config, &Target::default()).expect("releases") {
            let read = |name: String| fs::read_to_string(folder.join(name));
            let values = read(format!("{}.values.yaml", release.name)).expect("values");
            let values = yaml::document("values", &values).expect("YAML");
            let patches = read(format!("{}.patches/kustomization.yaml", release.name)).ok();
            let patches = patches.map(|text| yaml::document("kustomization", &text).expect("YAML"));
            for object in helm::template(&files, &Target::default(), &release, values).expect("a chart that renders") {
                let mut object = object.into_value();
                for entry in patches.iter().flat_map(|all| all["patches"].as_array().into_iter().flatten()) {
                    let target = &entry["target"];
                    if target["kind"] == object["kind"] && target["name"] == object["metadata"]["name"] {
                        let steps: json_patch::Patch =
                            serde_json::from_str(entry["patch"].as_str().expect("a patch")).expect("a patch");
                        json_patch::patch(&mut object, &steps).expect("a patch that fits");
                    }
                }
                let (name, object) = comparable(without_release(object));
                assert!(got.insert(name.clone(), object).is_none(), "{sets:?}: {name} comes twice");
            }
        }
        assert_eq!(wanted.keys().collect::<Vec<_>>(), got.keys().collect::<Vec<_>>(), "{sets:?}");
        for (name, wanted) in &wanted {
            let mut found = Vec::new();
            crate::inject_golden::differences("", wanted, &got[name], &mut found);
            let equal = same(wanted, &got[name])
                || found.iter().all(|one| one.ends_with("got null") || one.contains("want null"));
            assert!(equal, "{sets:?}: {name}: {found:#?}");
        }
    }
}
