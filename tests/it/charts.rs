//! `--manifests`: charts made here, through the program; and where `MESH_TEST_CHARTS` names the manifests folder of Istio
//! 1.30.3, the goldens rendered from it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::GzEncoder;
use mesh::yaml;
use serde_json::Value;
use tar::{Builder, EntryType, Header};
use tempfile::TempDir;

use crate::render::{comparable, golden, same};

const PROFILE: &str = "\
metadata:
  namespace: istio-system
spec:
  components:
    pilot:
      enabled: false
    ingressGateways:
    - name: istio-ingressgateway
      enabled: false
  values:
    global:
      tag: from-the-profile
";

const TEMPLATE: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "test.name" (dict "prefix" .Release.Name) }}
  namespace: {{ .Release.Namespace }}
data:
  chart: {{ printf "%s-%s %s" .Chart.Name .Chart.Version .Template.Name }}
  file: {{ .Files.Get "files/greeting.txt" | trim | quote }}
  tpl: {{ tpl "{{ .Values.global.tag }}" . | quote }}
  last: {{ .Values.last | quote }}
  float: {{ .Values.big | quote }}
  merged: {{ .Values.global | toJson | quote }}
  kubernetes: {{ .Capabilities.KubeVersion.Minor | quote }}
"#;

const CUSTOM_RESOURCE: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gaps.example.com
";

/// A manifests folder with a chart for the core only; the last file has a path that is long for a tar archive.
pub(crate) fn files() -> BTreeMap<String, String> {
    let long = format!("charts/base/files/{}.txt", "a".repeat(110));
    let files = [
        ("profiles/default.yaml", PROFILE),
        ("charts/base/Chart.yaml", "apiVersion: v2\nname: base\nversion: 0.0.7\n"),
        ("charts/base/values.yaml", "big: 1000000\nglobal:\n  hub: from-the-chart\n  tag: from-the-chart\n"),
        ("charts/base/files/greeting.txt", "hello\n"),
        ("charts/base/crds/gaps.yaml", CUSTOM_RESOURCE),
        ("charts/base/templates/NOTES.txt", "Well done.\nWARNING: mind the gap\n"),
        ("charts/base/templates/_helpers.tpl", "{{ define \"test.name\" }}{{ .prefix }}-made{{ end }}"),
        ("charts/base/templates/made.yaml", TEMPLATE),
        (
            "charts/base/templates/zzz.yaml",
            "{{- $_ := set .Values \"last\" \"came first\" }}\n{{- if .Values.global.logAsJson }}\n  {{ fail \"no JSON here\" }}\n{{- end }}\n",
        ),
        (&long, "long\n"),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// An archive as releases are, with what `more` adds.
fn archive(at: &Path, more: impl FnOnce(&mut Builder<GzEncoder<fs::File>>)) -> PathBuf {
    archive_of(&files(), at, more)
}

/// The same of these files.
pub(crate) fn archive_of(
    files: &BTreeMap<String, String>,
    at: &Path,
    more: impl FnOnce(&mut Builder<GzEncoder<fs::File>>),
) -> PathBuf {
    let path = at.join("release.tar.gz");
    let mut builder = Builder::new(GzEncoder::new(fs::File::create(&path).expect("a file"), Compression::fast()));
    append(&mut builder, "istio-9.9.9/bin/istioctl", EntryType::Regular, &[0xff; 2000]);
    for (file, text) in files {
        append(&mut builder, &format!("istio-9.9.9/manifests/{file}"), EntryType::Regular, text.as_bytes());
    }
    more(&mut builder);
    builder.into_inner().expect("an archive").finish().expect("an archive");
    path
}

fn append(builder: &mut Builder<GzEncoder<fs::File>>, path: &str, kind: EntryType, content: &[u8]) {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, path, content).expect("an entry");
}

fn generate(manifests: &Path, arguments: &[&str]) -> Output {
    mesh(&[&["--manifests", manifests.to_str().expect("a plain path")], arguments].concat(), Path::new("."))
}

fn mesh(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesh"));
    command.args(["manifest", "generate"]).args(arguments).current_dir(folder);
    command.env("KUBECONFIG", "/nonexistent").output().expect("mesh runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

fn refused(output: &Output, parts: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
}

#[test]
fn a_chart_is_rendered_as_helm_does() {
    let folder = folder();
    let output = generate(folder.path(), &["--set", "values.global.proxy.image=given", "--set", "hub=given"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("warning: mind the gap"), "{}", text(&output.stderr));
    let objects = yaml::documents("stdout", text(&output.stdout)).expect("YAML");
    let kinds: Vec<_> = objects.iter().map(|object| object["kind"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds, ["CustomResourceDefinition", "ConfigMap"]);
    let made = &objects[1];
    assert_eq!(made["metadata"]["name"], "istio-made");
    assert_eq!(made["metadata"]["namespace"], "istio-system");
    let data = |key: &str| made["data"][key].as_str().unwrap_or_default().to_owned();
    assert_eq!(data("chart"), "base-0.0.7 base/templates/made.yaml");
    assert_eq!(data("file"), "hello");
    assert_eq!(data("tpl"), "from-the-profile");
    assert_eq!(data("last"), "came first");
    assert_eq!(data("float"), "1e+06");
    assert_eq!(data("kubernetes"), "32");
    let merged: Value = serde_json::from_str(&data("merged")).expect("JSON");
    assert_eq!(merged["hub"], "given");
    assert_eq!(merged["proxy"]["image"], "given");
}

#[test]
fn values_of_the_chart_count_where_nobody_says_anything() {
    let folder = folder();
    let output = generate(folder.path(), &[]);
    let objects = yaml::documents("stdout", text(&output.stdout)).expect("YAML");
    let merged = objects[1]["data"]["merged"].as_str().unwrap_or_default();
    assert!(merged.contains(r#""hub":"from-the-chart""#), "{merged}");
    let without = generate(folder.path(), &["--set", "values.base.enableIstioConfigCRDs=false"]);
    assert!(!text(&without.stdout).contains("CustomResourceDefinition"));
}

/// Of a key that is there twice the last counts, as for Helm: in what a template makes, and in the chart's own values.
#[test]
fn of_a_key_that_is_there_twice_the_last_counts() {
    let folder = folder();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file");
    write(
        "charts/base/templates/twice.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice, namespace: a}\ndata:\n  a: first\n  b: {{ .Values.b }}\n  a: last\n",
    );
    write("charts/base/values.yaml", "big: 1000000\nglobal: {hub: h, tag: t}\nb: first\nb: last\n");
    let output = generate(folder.path(), &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let objects = yaml::documents("stdout", text(&output.stdout)).expect("YAML");
    let twice = objects.iter().find(|one| one["metadata"]["name"] == "twice").expect("the ConfigMap");
    assert_eq!(twice["data"], serde_json::json!({"a": "last", "b": "last"}));
}

#[test]
fn a_failure_of_a_template_says_where() {
    let folder = folder();
    let output = generate(folder.path(), &["--set", "values.global.logAsJson=true"]);
    refused(&output, &["chart base does not render", "base/templates/zzz.yaml:3:", "no JSON here"]);
}

#[test]
fn a_chart_that_is_missing_is_named() {
    let folder = folder();
    let output = generate(folder.path(), &["--set", "components.cni.enabled=true"]);
    refused(&output, &["CNI: the charts have no istio-cni", "hint:"]);
    refused(
        &generate(folder.path(), &["--set", "profile=demo"]),
        &["unknown profile `demo`", "the charts have: default"],
    );
}

#[test]
fn an_archive_and_a_setting_give_the_same_as_the_folder() {
    let folder = folder();
    let from_folder = generate(folder.path(), &[]);
    assert!(from_folder.status.success());
    let other = tempfile::tempdir().expect("a folder");
    let from_archive = generate(&archive(other.path(), |_| ()), &[]);
    assert_eq!(text(&from_archive.stdout), text(&from_folder.stdout), "{}", text(&from_archive.stderr));
    let setting = format!("installPackagePath={}", folder.path().display());
    assert_eq!(mesh(&["--set", &setting], folder.path()).stdout, from_folder.stdout);
    assert_eq!(mesh(&["-d", "."], folder.path()).stdout, from_folder.stdout);
    assert_eq!(mesh(&["--charts", "."], folder.path()).stdout, from_folder.stdout);
}

#[test]
fn what_is_no_manifests_folder_is_refused_with_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    refused(&generate(&folder.path().join("none"), &[]), &["none: cannot be read", "hint:"]);
    refused(&generate(folder.path(), &[]), &["there is no `charts` in it", "hint: name the `manifests` folder"]);
    fs::create_dir_all(folder.path().join("manifests/charts")).expect("a folder");
    refused(&generate(folder.path(), &[]), &["hint: did you mean", "manifests?"]);
    refused(&generate(Path::new("https://example.com/istio.tar.gz"), &[]), &["not fetched from the network"]);
    let file = folder.path().join("plain.yaml");
    fs::write(&file, "a: 1\n").expect("a file");
    refused(&generate(&file, &[]), &["not a whole gzipped tar archive", "hint:"]);
}

#[test]
fn archives_that_lead_elsewhere_or_are_too_large_are_refused() {
    let refuse = |parts: &[&str], more: &dyn Fn(&mut Builder<GzEncoder<fs::File>>)| {
        let folder = tempfile::tempdir().expect("a folder");
        refused(&generate(&archive(folder.path(), more), &[]), parts);
    };
    refuse(&["istio-9.9.9/manifests/../../etc leaves it"], &|builder| {
        let mut header = Header::new_gnu();
        let path = b"istio-9.9.9/manifests/../../etc";
        header.as_old_mut().name[..path.len()].copy_from_slice(path);
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, &[][..]).expect("an entry");
    });
    for kind in [EntryType::Symlink, EntryType::Link] {
        refuse(&["charts/base/secret.yaml is a link"], &|builder| {
            let mut header = Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(0);
            let path = "istio-9.9.9/manifests/charts/base/secret.yaml";
            builder.append_link(&mut header, path, "/etc/passwd").expect("an entry");
        });
    }
    refuse(&["charts/base/values.yaml is there twice"], &|builder| {
        append(builder, "istio-9.9.9/manifests/charts/base/values.yaml", EntryType::Regular, b"a: 1\n");
    });
    refuse(&["two `manifests` folders"], &|builder| {
        append(builder, "other/manifests/charts/base/values.yaml", EntryType::Regular, b"a: 1\n");
    });
    refuse(&["charts/base/large.yaml is too large"], &|builder| {
        let large = vec![b'#'; (16 << 20) + 1];
        append(builder, "istio-9.9.9/manifests/charts/base/large.yaml", EntryType::Regular, &large);
    });
    refuse(&["more than 4096 files"], &|builder| {
        for number in 0..4096 {
            let path = format!("istio-9.9.9/manifests/charts/base/files/{number}");
            append(builder, &path, EntryType::Regular, b"");
        }
    });
}

#[test]
fn a_cut_archive_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = archive(folder.path(), |_| ());
    let bytes = fs::read(&path).expect("the archive");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("half of it");
    refused(&generate(&path, &[]), &["release.tar.gz"]);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_refused() {
    let folder = folder();
    let link = folder.path().join("charts/base/files/secret");
    std::os::unix::fs::symlink("/etc/hostname", link).expect("a link");
    refused(&generate(folder.path(), &[]), &["charts/base/files/secret is a link"]);
}

#[test]
fn the_charts_of_the_reference_give_what_it_gives() {
    #[expect(clippy::print_stderr, reason = "says that the test did not run")]
    let Some(charts) = std::env::var_os("MESH_TEST_CHARTS") else {
        return eprintln!("skipped: MESH_TEST_CHARTS names no manifests folder of Istio 1.30.3");
    };
    let Some(cases) = golden("manifest") else { return };
    let charts = charts.to_str().expect("a plain path");
    for case in fs::read_dir(cases).expect("the cases") {
        let case = case.expect("a case").path();
        let arguments = fs::read_to_string(case.join("args")).expect("the arguments");
        let arguments: Vec<&str> = ["--manifests", charts].into_iter().chain(arguments.lines()).collect();
        let output = mesh(&arguments, &case);
        let Ok(expected) = fs::read_to_string(case.join("expected.yaml")) else {
            assert_eq!(output.status.code(), Some(2), "{}", case.display());
            continue;
        };
        let objects = |text: &str| -> BTreeMap<String, Value> {
            yaml::documents("objects", text).expect("YAML").into_iter().map(comparable).collect()
        };
        let (wanted, mut got) = (objects(&expected), objects(text(&output.stdout)));
        if !wanted.keys().any(|key| key.starts_with("CustomResourceDefinition")) {
            got.retain(|key, _| !key.starts_with("CustomResourceDefinition"));
        }
        assert_eq!(wanted.keys().collect::<Vec<_>>(), got.keys().collect::<Vec<_>>(), "{}", case.display());
        for (key, wanted) in &wanted {
            assert!(same(wanted, &got[key]), "{}: {key} differs", case.display());
        }
    }
}
