//! What the pages show on a cluster, on one: their sessions in a fixed order, then the recipes for CI.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cluster::{Cluster, Failure};
use regex::Regex;
use serde_json::{Value, json};

use super::ON_A_CLUSTER;
use super::markdown::{Page, Step, files, shown, write};

/// The pages whose sessions run on the cluster, in this order: each goes on from what the one before has left there.
const PAGES: [&str; 6] = [
    "README.md",
    "docs/upgrades.md",
    "docs/commands-install.md",
    "docs/commands-inject.md",
    "docs/commands-look.md",
    "docs/ambient.md",
];

/// A working directory with the files of the pages, and what commands need around them.
struct Place {
    folder: tempfile::TempDir,
    path: String,
    kubeconfig: PathBuf,
}

impl Place {
    fn new(kubeconfig: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write(&files(), folder.path());
        let mesh = Path::new(env!("CARGO_BIN_EXE_mesh")).parent().expect("a folder");
        let path = format!("{}:{}", mesh.display(), std::env::var("PATH").unwrap_or_default());
        Self { folder, path, kubeconfig }
    }

    /// Exit code, stdout and stderr of a line of shell.
    fn run(&self, line: &str) -> (i32, String, String) {
        let output = Command::new("sh")
            .args(["-euc", line])
            .current_dir(self.folder.path())
            .env("PATH", &self.path)
            .env("KUBECONFIG", &self.kubeconfig)
            .stdin(std::process::Stdio::null())
            .output()
            .expect("sh runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    /// A file that a command has written, empty where there is none.
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// Runs a command of a session. With `-q`, as a live terminal is left when the run is over: without progress.
    fn step(&self, page: &Page, step: &Step) -> Result<(), String> {
        let (code, left, _) = self.run(&format!("{} 2>&1", step.command.replacen("mesh ", "mesh -q ", 1)));
        let fits = code == step.code && pattern(&step.output).is_match(left.trim_end_matches('\n'));
        let place = page.place(step.line);
        if fits { Ok(()) } else { Err(format!("{place}: {}\nexit code {code}\n{left}", step.command)) }
    }
}

/// `...` is any lines, `[..]` a part of one.
fn pattern(lines: &[String]) -> Regex {
    let part = |line: &String| match line.as_str() {
        "..." => "(?:[^\n]*\n)*?(?:[^\n]*)".to_owned(),
        line => line.split("[..]").map(regex::escape).collect::<Vec<_>>().join("[^\n]*"),
    };
    let whole = lines.iter().map(part).collect::<Vec<_>>().join("\n");
    Regex::new(&format!("^{}$", whole.trim_end_matches('\n'))).expect("a pattern")
}

/// What a page shows on a cluster.
fn sessions(page: &Page) -> Vec<Step> {
    page.blocks().iter().filter(|block| block.marker == ON_A_CLUSTER).flat_map(|block| block.steps()).collect()
}

#[test]
fn every_page_with_sessions_on_a_cluster_has_its_turn() {
    let pages: BTreeSet<PathBuf> =
        shown().into_iter().filter(|page| !sessions(page).is_empty()).map(|page| page.path).collect();
    assert_eq!(pages, PAGES.map(PathBuf::from).into());
}

#[test]
fn sessions_and_recipes_run_as_written() {
    let cluster = Cluster::builder()
        .nodes(3)
        // The tag that the README misspells.
        .fail(Failure::image_not_found(":1.30.33"))
        .start()
        .expect("a cluster");
    let (place, files) = (Place::new(cluster.kubeconfig()), files());
    deploy(&cluster, &files["web.yaml"]);
    let mut wrong = Vec::new();
    for page in PAGES.map(Page::read) {
        wrong.extend(sessions(&page).iter().filter_map(|step| place.step(&page, step).err()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));

    let recipes = [
        ("GitHub Actions", github(&files[".github/workflows/istio.yaml"])),
        ("GitLab CI", gitlab(&files[".gitlab-ci.yml"])),
        ("Jenkins", jenkins(&files["Jenkinsfile"])),
    ];
    let drift = github(&files[".github/workflows/drift.yaml"]);
    assert_eq!(drift.len(), 1, "{drift:?}");
    let kubeconfig = cluster.kubeconfig_edited("production", |config| rename_context(config, "production"));
    let place = Place::new(kubeconfig.expect("a kubeconfig"));
    for (system, lines) in &recipes {
        assert!(lines.iter().any(|line| line.contains("mesh install")), "{system}: {lines:?}");
        for line in lines {
            let (code, stdout, stderr) = place.run(line);
            assert_eq!(code, 0, "{system}: {line}\n{stdout}{stderr}");
        }
    }
    assert_eq!(place.run(&drift[0]).0, 0);
    // What somebody changes afterwards fails the job, of each of them: at once, or when the time to wait is over.
    let change = json!({"data": {"mesh": "accessLogFile: /tmp/log\n"}});
    cluster.merge("/api/v1/namespaces/istio-system/configmaps/istio", &change).expect("a change");
    assert_eq!(place.run(&drift[0]).0, 1);
    assert!(place.read("mesh.sarif").contains("ConfigMap/istio-system/istio"), "{}", place.read("mesh.sarif"));
    for (system, lines) in &recipes {
        let line = lines.iter().find(|line| line.contains("mesh verify")).expect("a verification");
        assert!(line.contains(" --wait"), "{system}: {line}");
        for (line, wanted) in [(line.replace(" --wait", ""), 1), (line.replace("--wait", "--wait --timeout 4s"), 4)] {
            let (code, stdout, stderr) = place.run(&line);
            assert_eq!(code, wanted, "{system}: {line}\n{stdout}{stderr}");
            let told = format!("{stdout}{}", place.read("mesh.xml"));
            assert!(told.contains("ConfigMap/istio-system/istio"), "{system}: {line}\n{told}");
        }
    }
}

/// What the first session finds in the cluster: the Deployment that a page shows, with three pods.
fn deploy(cluster: &Cluster, text: &str) {
    let mut web = yaml(text);
    web["spec"]["replicas"] = 3.into();
    cluster.create_namespace("shop", &json!({})).expect("a namespace");
    cluster.create("/apis/apps/v1/namespaces/shop/deployments", &web).expect("a Deployment");
    cluster.wait_for_deployment("shop", "web", Duration::from_secs(120)).expect("its pods");
}

fn rename_context(config: &mut Value, name: &str) {
    config["current-context"] = name.into();
    config["contexts"][0]["name"] = name.into();
}

fn yaml(text: &str) -> Value {
    mesh::yaml::document("recipe", text).expect("a recipe is YAML")
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn github(text: &str) -> Vec<String> {
    let recipe = yaml(text);
    let jobs = recipe["jobs"].as_object().expect("jobs");
    let steps = jobs.values().flat_map(|job| job["steps"].as_array().into_iter().flatten());
    steps.filter_map(|step| step["run"].as_str()).map(str::to_owned).collect()
}

fn gitlab(text: &str) -> Vec<String> {
    let recipe = yaml(text);
    recipe.as_object().expect("jobs").values().flat_map(|job| texts(&job["script"])).collect()
}

fn jenkins(text: &str) -> Vec<String> {
    let steps = Regex::new(r"(?m)^\s*sh '([^']*)'$").expect("a pattern");
    steps.captures_iter(text).map(|step| step[1].to_owned()).collect()
}

#[test]
fn elisions_stand_for_what_they_say() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let table = [
        ("a\n...\nd", "a\nb\nc\nd", true),
        ("a\n...", "a\nb\nc", true),
        ("a [..] c", "a b c", true),
        ("a [..] c", "a b d", false),
        ("a\nb", "a\nb\nc", false),
        ("", "", true),
        ("", "a", false),
    ];
    for (wanted, found, fits) in table {
        assert_eq!(pattern(&lines(wanted)).is_match(found), fits, "{wanted:?} {found:?}");
    }
}
