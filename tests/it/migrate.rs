//! `mesh migrate`: what it prints where, what it writes, and its answer.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::harness::mesh::Mesh;
use crate::harness::schema;

const OLD: &str = "\
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  profile: minimal # no gateways
  values:
    global:
      useMCP: false
      trustDomain: example.com
";

const NEW: &str = "\
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  profile: minimal # no gateways
  # mesh migrate: spec.values.global.useMCP was removed in 1.23: `meshConfig.configSources` names sources of configuration
  meshConfig:
    trustDomain: example.com
";

const REPORT: [&str; 2] = [
    ":7: spec.values.global.useMCP: removed in 1.23: `meshConfig.configSources` names sources of configuration",
    ":8: spec.values.global.trustDomain: is spec.meshConfig.trustDomain since 1.10",
];

/// A field in braces, which no line can be taken out of.
const BRACES: &str = "kind: IstioOperator\nspec: {values: {global: {useMCP: true}}}\n";

fn from_stdin(arguments: &[&str], input: &str) -> Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesh"));
    command.args(arguments).env("KUBECONFIG", "/nonexistent").stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("a pipe")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    schema::hold(arguments.iter().map(OsStr::new), output.status.code(), &stdout, &stderr)?;
    Ok(output)
}

#[test]
fn the_file_goes_to_stdout_and_the_report_to_stderr() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("old.yaml");
    fs::write(&path, OLD)?;
    let file = path.display().to_string();
    let report = REPORT.map(|line| format!("{file}{line}\n")).concat();

    let run = Mesh::alone().args(["migrate", "-f", &file]).run()?;
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), NEW, report.as_str()));

    let run = Mesh::alone().args(["migrate", "-f", &file, "--check"]).run()?;
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(1), "", report.as_str()));
    assert_eq!(fs::read_to_string(&path)?, OLD);

    let run = Mesh::alone().args(["manifest", "generate", "-f", &file]).run()?;
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains(&format!("mesh migrate -f {file}")), "{}", run.stderr);

    let run = Mesh::alone().args(["migrate", "-f", &file, "--in-place"]).run()?;
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", report.as_str()));
    assert_eq!(fs::read_to_string(&path)?, NEW);
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);

    let run = Mesh::alone().args(["manifest", "generate", "-f", &file]).run()?;
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for arguments in [&["--check"][..], &["--in-place"], &[]] {
        let run = Mesh::alone().args(["migrate", "-f", &file]).args(arguments).run()?;
        assert_eq!((run.code, run.stderr), (Some(0), format!("{file}: nothing to migrate\n")), "{arguments:?}");
        assert_eq!(run.stdout, if arguments.is_empty() { NEW } else { "" }, "{arguments:?}");
    }
    Ok(())
}

#[test]
fn stdin_is_a_file_but_none_to_write_to() -> Result<()> {
    let output = from_stdin(&["migrate", "-f", "-"], OLD)?;
    assert_eq!((output.status.code(), String::from_utf8(output.stdout)?.as_str()), (Some(0), NEW));
    assert_eq!(String::from_utf8(output.stderr)?, REPORT.map(|line| format!("-{line}\n")).concat());
    let output = from_stdin(&["migrate", "-f", "-", "--in-place"], OLD)?;
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let service = "kind: Service\nspec: {addonComponents: 1}\n";
    let output = from_stdin(&["migrate", "-f", "-", "--check"], service)?;
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr)?, "-: no IstioOperator, nothing to migrate\n");
    let output = from_stdin(&["migrate", "-f", "-"], "kind: [\n")?;
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    Ok(())
}

#[test]
fn what_is_left_is_told_and_the_answer_is_no() -> Result<()> {
    let output = from_stdin(&["migrate", "-f", "-"], BRACES)?;
    assert_eq!((output.status.code(), String::from_utf8(output.stdout)?.as_str()), (Some(1), BRACES));
    let told = String::from_utf8(output.stderr)?;
    assert!(told.starts_with("-:2: spec.values.global.useMCP: not migrated: written with braces"), "{told}");
    Ok(())
}

#[test]
fn for_machines_there_is_one_document() -> Result<()> {
    let output = from_stdin(&["migrate", "-f", "-", "-o", "json"], OLD)?;
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    let document: Value = serde_json::from_slice(&output.stdout)?;
    let want = json!({
        "apiVersion": "mesh/v1",
        "kind": "Migration",
        "file": "-",
        "changes": [
            {
                "path": "spec.values.global.useMCP",
                "line": 7,
                "since": "1.23",
                "done": "removed",
                "to": null,
                "message": REPORT[0].trim_start_matches(":7: "),
            },
            {
                "path": "spec.values.global.trustDomain",
                "line": 8,
                "since": "1.10",
                "done": "translated",
                "to": "spec.meshConfig.trustDomain",
                "message": REPORT[1].trim_start_matches(":8: "),
            },
        ],
        "text": NEW,
    });
    assert_eq!(document, want);
    let output = from_stdin(&["migrate", "-f", "-", "-o", "json", "--check"], BRACES)?;
    let document: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!((output.status.code(), &document["changes"][0]["done"]), (Some(1), &json!("left")));
    assert!(document.get("text").is_none());
    Ok(())
}

#[test]
fn in_place_is_where_the_file_is_and_as_private_as_it_was() -> Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir()?;
    let (path, link) = (folder.path().join("old.yaml"), folder.path().join("link.yaml"));
    fs::write(&path, OLD)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    symlink("old.yaml", &link)?;
    let migrate = |path: &std::path::Path| Mesh::alone().args(["migrate", "--in-place", "-f"]).args([path]).run();
    migrate(&link)?.expect_done("")?;
    ensure!(fs::symlink_metadata(&link)?.is_symlink() && fs::read_to_string(&path)? == NEW, "the link was replaced");
    ensure!(fs::metadata(&path)?.permissions().mode() & 0o777 == 0o600, "others may read it");
    fs::write(&path, OLD)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400))?;
    migrate(&path)?.expect_failed(1, &["old.yaml: cannot be written"])?;
    ensure!(fs::read_to_string(&path)? == OLD, "what may not be written was");
    Ok(())
}

#[test]
fn what_is_in_a_list_is_told() -> Result<()> {
    let list = "kind: List\nitems:\n- kind: IstioOperator\n  spec: {values: {global: {useMCP: true}}}\n";
    let output = from_stdin(&["migrate", "-f", "-", "--check"], list)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(1) && said.contains("it is in a List"), "{said}");
    Ok(())
}
