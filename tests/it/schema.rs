//! `mesh schema`: every command with `-o json` has a document, every document a command, and each is written here or in the
//! test that is named. That a document is as its schema has it is held wherever a test gets one (`harness::schema`).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use mesh::report::schema::Document;

use crate::generated::commands;
use crate::harness::mesh::Mesh;
use crate::harness::planes;

/// Documents of runs that need no cluster: the arguments, with `DIR` for a folder, and the kind.
const OFFLINE: [(&str, &str); 21] = [
    ("version --client", "Version"),
    ("profile list", "ProfileList"),
    ("profile dump demo", "IstioOperator"),
    ("profile diff default demo", "ProfileDiff"),
    ("profile diff demo demo", "ProfileDiff"),
    ("values explain pilot.resources", "Value"),
    ("values explain meshConfig", "Value"),
    ("values explain pilot.nope", "Error"),
    ("images --set profile=ambient", "ImageList"),
    ("images --set profile=demo --digests DIR/digests.txt", "ImageList"),
    ("manifest generate --set profile=minimal", "List"),
    ("manifest diff DIR/one.yaml DIR/other.yaml", "ManifestDiff"),
    ("rbac --for install", "List"),
    ("migrate -f DIR/old.yaml", "Migration"),
    ("migrate -f DIR/old.yaml --check", "Migration"),
    ("export --helm DIR/helm", "Export"),
    ("export --gitops flux DIR/gitops --set profile=minimal", "Export"),
    ("diff --gitops DIR/gitops --set profile=demo", "ManifestDiff"),
    ("release list", "ReleaseList"),
    ("bundle DIR/istio.tar --no-images --program DIR/one.yaml", "BundleFile"),
    ("schema", "SchemaList"),
];

/// Those that only look at a cluster with demo.
const LOOKS: [(&str, &str); 18] = [
    ("status", "Status"),
    ("check", "Check"),
    ("verify", "Verification"),
    ("describe deployment istiod -n istio-system", "Description"),
    ("describe namespace istio-system", "Description"),
    ("describe service -n istio-system", "Description"),
    ("version", "Version"),
    ("diff", "Diff"),
    ("diff --set profile=minimal", "Diff"),
    ("install --set profile=default --dry-run", "Diff"),
    ("history", "History"),
    ("revision list", "RevisionList"),
    ("tag list", "TagList"),
    ("remote-clusters", "RemoteClusters"),
    ("uninstall --purge --dry-run", "Uninstallation"),
    ("upgrade --canary --status", "Upgrade"),
    ("label namespace istio-system --list", "Labels"),
    ("restart --outdated -n istio-system --dry-run", "Restart"),
];

/// Those of changes: the file of the test that writes it, and the kind.
const CHANGES: [(&str, &str); 6] = [
    ("install.rs", "Installation"),
    ("secrets.rs", "Rollback"),
    ("adopt/mod.rs", "Adoption"),
    ("tag.rs", "Tag"),
    ("tag.rs", "TagRemoval"),
    ("clusters/linked.rs", "Link"),
];

#[test]
fn every_command_with_json_has_a_document_and_every_document_a_command() {
    let takes_json = |command: &clap::Command| {
        let output = command.get_arguments().find(|argument| argument.get_id() == "output");
        output.is_some_and(|output| output.get_possible_values().iter().any(|value| value.get_name() == "json"))
    };
    let with_json = commands().into_iter().filter(|(_, command)| takes_json(command));
    let commands: BTreeSet<String> = with_json.map(|(words, _)| words[1..].join(" ")).collect();
    assert!(commands.len() > 30, "{commands:?}");
    let written = Document::all().filter(|one| one.name() != "Error").flat_map(Document::commands);
    let written: BTreeSet<String> = written.map(|command| (*command).to_owned()).collect();
    let silent: Vec<&String> = commands.difference(&written).collect();
    assert!(silent.is_empty(), "src/report/schema has no document of {silent:?}");
    let gone: Vec<&String> = written.difference(&commands).collect();
    assert!(gone.is_empty(), "src/report/schema has documents of {gone:?}, which have no -o json");
}

/// Runs it, and gives the kind of its document: of the error where there is none on stdout.
fn kind(mesh: Mesh, line: &str) -> Result<String> {
    let run = mesh.args(line.split(' ')).args(["-o", "json"]).run()?;
    let document = match run.stdout.is_empty() {
        true => serde_json::from_str(&run.stderr).with_context(|| format!("{line}: {run}"))?,
        false => run.json()?,
    };
    Ok(document["kind"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn documents_without_a_cluster() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    file("digests.txt", "")?;
    file("one.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {clusterIP: None}\n")?;
    file("other.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n")?;
    file(
        "old.yaml",
        "kind: IstioOperator\nspec:\n  values:\n    global:\n      useMCP: false\n      trustDomain: a\n",
    )?;
    for (line, wanted) in OFFLINE {
        let line = line.replace("DIR", &folder.path().display().to_string());
        let found = kind(Mesh::alone(), &line)?;
        ensure!(found == wanted, "mesh {line}: {found}, not {wanted}");
    }
    Ok(())
}

#[test]
fn documents_of_looks_at_a_cluster() -> Result<()> {
    let plane = planes::demo()?;
    let cases = LOOKS.into_iter().map(|(line, wanted)| {
        move || {
            let found = kind(Mesh::on(&plane.cluster), line)?;
            ensure!(found == wanted, "mesh {line}: {found}, not {wanted}");
            Ok(())
        }
    });
    planes::all_at_once(cases)
}

#[test]
fn every_document_is_written_in_a_test() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for (file, kind) in CHANGES {
        let text = fs::read_to_string(files.join(file)).unwrap_or_default();
        assert!(text.contains("-o json") || text.contains("\"json\""), "{file} writes no {kind}");
    }
    let listed: BTreeSet<&str> = OFFLINE.iter().chain(&LOOKS).chain(&CHANGES).map(|(_, kind)| *kind).collect();
    assert_eq!(listed, Document::all().map(Document::name).collect());
}

#[test]
fn the_list_and_a_schema() -> Result<()> {
    let run = Mesh::alone().args(["schema"]).run()?;
    ensure!(run.code == Some(0) && run.stderr.is_empty(), "{run}");
    ensure!(run.stdout.lines().count() == 1 + Document::all().count(), "{run}");
    ensure!(run.stdout.contains("\nReleaseList     release list, release fetch, release remove\n"), "{run}");
    for (name, format) in [("Verification", "text"), ("verification", "json")] {
        let schema = Mesh::alone().args(["schema", name, "-o", format]).run()?.json()?;
        ensure!(schema["title"] == "Verification" && schema["$defs"]["Finding"].is_object(), "{schema:#}");
    }
    let list = Mesh::alone().args(["schema", "-o", "json"]).run()?.json()?;
    let error = list["schemas"].as_array().into_iter().flatten().find(|one| one["name"] == "Error");
    let error = error.context("no Error")?;
    let commands = error["commands"].as_array().context("no commands")?;
    ensure!(commands.iter().any(|one| one == "verify") && error["schema"]["title"] == "Error", "{error:#}");
    Mesh::alone()
        .args(["schema", "Verifcation"])
        .run()?
        .expect_failed(2, &["Verifcation", "did you mean `Verification`"])
}
