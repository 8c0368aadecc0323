//! `mesh export --helm`: what it writes; and where `MESH_TEST_CHARTS` names the manifests folder of Istio 1.30.3, that
//! its charts with these values give what mesh gives: in our engine, and in Helm itself where `MESH_TEST_HELM` names it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use mesh::config::{self, Config, Inputs, Source};
use mesh::render::{Target, helm, render};
use mesh::yaml;
use serde_json::Value;

use crate::harness::named_program;
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
    assert!(script.contains("--post-renderer \"$(patches_of istiod)\""), "{script}");
    let plugin = yaml::document("plugin", &read("istiod.patches/plugin.yaml")).expect("YAML");
    assert_eq!(plugin["name"], "istiod_patches");
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

/// Inputs: a file, if any, and `--set`.
type Case = (&'static str, &'static [&'static str]);

const CASES: [Case; 7] = [
    ("", &["profile=default"]),
    ("", &["profile=demo"]),
    ("", &["profile=minimal"]),
    ("", &["profile=ambient"]),
    ("", &["profile=openshift-ambient", "values.ztunnel.terminationGracePeriodSeconds=7"]),
    (
        "",
        &[
            "profile=ambient",
            "components.cni.k8s.resources.limits.cpu=2",
            "values.cni.logging.level=debug",
            "revision=two",
        ],
    ),
    (CUSTOM, &[]),
];

/// What was exported for a case, into `helm` below a folder, and the objects that mesh makes of the same inputs.
struct Exported {
    temporary: tempfile::TempDir,
    config: Config,
    wanted: BTreeMap<String, Value>,
}

fn exported((input, sets): Case) -> Exported {
    let temporary = tempfile::tempdir().expect("a folder");
    let file = temporary.path().join("istio.yaml");
    let mut files = Vec::new();
    if !input.is_empty() {
        fs::write(&file, input).expect("a file");
        files.push(Source { name: "istio.yaml".to_owned(), text: input.to_owned() });
    }
    let output = export(&temporary.path().join("helm"), &file, sets);
    assert!(output.status.success(), "{sets:?}: {}", String::from_utf8_lossy(&output.stderr));
    let sets = sets.iter().map(|set| (*set).to_owned()).collect();
    let config = config::load(&Inputs { files, sets, ..Inputs::default() }).expect("good inputs");
    let bundle = render(&config, &Target::default()).expect("objects");
    let objects = bundle.generate_set().into_iter();
    let wanted = objects.map(|object| comparable(without_release(object.value().clone()))).collect();
    Exported { temporary, config, wanted }
}

fn equal(case: Case, wanted: &BTreeMap<String, Value>, got: &BTreeMap<String, Value>) {
    assert_eq!(wanted.keys().collect::<Vec<_>>(), got.keys().collect::<Vec<_>>(), "{case:?}");
    for (name, wanted) in wanted {
        let mut found = Vec::new();
        crate::inject_golden::differences("", wanted, &got[name], &mut found);
        let equal =
            same(wanted, &got[name]) || found.iter().all(|one| one.ends_with("got null") || one.contains("want null"));
        assert!(equal, "{case:?}: {name}: {found:#?}");
    }
}

#[test]
fn upstreams_charts_with_these_values_give_the_same() {
    let Some(charts) = named_program("MESH_TEST_CHARTS") else { return };
    let mut files = Vec::new();
    sources(&Path::new(&charts).join("charts"), "", &mut files);
    for case in CASES {
        let Exported { temporary, config, wanted } = exported(case);
        let folder = temporary.path().join("helm");
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
                assert!(got.insert(name.clone(), object).is_none(), "{case:?}: {name} comes twice");
            }
        }
        equal(case, &wanted, &got);
    }
}

/// Runs the script of an exported folder with Helm itself. It is as it was written, but that it takes charts that are at
/// hand in place of those of a repository on the network, and renders in place of an upgrade.
#[cfg(unix)]
fn rendered_by(helm: &Path, charts: &Path, folder: &Path) -> String {
    let mut text = fs::read_to_string(folder.join("install.sh")).expect("the script");
    let places =
        [("base", "base"), ("istiod", "istio-control/istio-discovery"), ("cni", "istio-cni"), ("ztunnel", "ztunnel")];
    for (name, place) in places {
        let remote = format!("{name} --repo https://istio-release.storage.googleapis.com/charts --version 1.30.3");
        text = text.replace(&format!(" {remote} "), &format!(" \"$ISTIO_CHARTS/{place}\" "));
    }
    let command = "echo ---; helm template --include-crds --kube-version 1.32.0 ";
    fs::write(folder.join("render.sh"), text.replace("helm upgrade --install ", command)).expect("the script");
    let programs = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(helm, programs.path().join("helm")).expect("a link");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command.arg(folder.join("render.sh")).env("ISTIO_CHARTS", charts).env("KUBECONFIG", "/nonexistent");
    command.env("PATH", format!("{}:{path}", programs.path().display())).env("HOME", programs.path());
    let output = command.output().expect("a shell");
    assert!(output.status.success(), "{}: {}", helm.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[cfg(unix)]
#[test]
fn helm_itself_renders_the_same() {
    let (Some(charts), Some(helms)) = (named_program("MESH_TEST_CHARTS"), named_program("MESH_TEST_HELM")) else {
        return;
    };
    let charts = Path::new(&charts).join("charts");
    for (helm, case) in std::env::split_paths(&helms).flat_map(|helm| CASES.map(|case| (helm.clone(), case))) {
        let Exported { temporary, wanted, .. } = exported(case);
        let text = rendered_by(&helm, &charts, &temporary.path().join("helm"));
        let mut got = BTreeMap::new();
        for object in yaml::documents("helm", &text).expect("YAML") {
            let (name, object) = comparable(without_release(object));
            assert!(got.insert(name.clone(), object).is_none(), "{case:?}: {name} comes twice");
        }
        equal(case, &wanted, &got);
    }
}
