//! The other way round: the reference's own injector, fed with our ConfigMaps, gives what it gives with its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use mesh::yaml;
use serde_json::Value;

use super::plane;
use crate::harness::mesh::Mesh;
use crate::harness::{named_program, say};
use crate::inject_golden::{comparable, differences, reference};

/// How long the reference may take for one file.
const PATIENCE: Duration = Duration::from_secs(120);

/// The files that the reference injects by, from what `mesh manifest generate` prints.
fn inputs(folder: &Path) -> Result<Vec<String>> {
    let run = Mesh::alone().args(["manifest", "generate"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let objects = yaml::documents("manifest", &run.stdout)?;
    let files = [
        ("injectConfigFile", "istio-sidecar-injector", "config"),
        ("meshConfigFile", "istio", "mesh"),
        ("valuesFile", "istio-sidecar-injector", "values"),
    ];
    let mut args = Vec::new();
    for (flag, name, key) in files {
        let is_it = |object: &&Value| object["kind"] == "ConfigMap" && object["metadata"]["name"] == name;
        let text =
            objects.iter().find(is_it).and_then(|object| object["data"][key].as_str()).context("no ConfigMap")?;
        let path = folder.join(flag);
        fs::write(&path, text)?;
        args.push(format!("--{flag}={}", path.display()));
    }
    Ok(args)
}

/// Runs to its end, or gives up.
fn output(mut command: Command) -> Result<std::process::Output> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (mut out, mut err) = (child.stdout.take().context("stdout")?, child.stderr.take().context("stderr")?);
    let read = |stream: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map(|_| bytes)
    };
    let started = std::time::Instant::now();
    std::thread::scope(|scope| {
        let out = scope.spawn(move || read(&mut out));
        let err = scope.spawn(move || read(&mut err));
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill()?;
                bail!("no answer within {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let join = |thread: std::thread::ScopedJoinHandle<'_, std::io::Result<Vec<u8>>>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        Ok(std::process::Output { status, stdout: join(out)?, stderr: join(err)? })
    })
}

#[test]
fn the_reference_injects_alike_by_our_templates() -> Result<()> {
    let Some(istioctl) = named_program("MESH_TEST_ISTIOCTL") else { return Ok(()) };
    let Some(reference) = reference() else { return Ok(()) };
    // It asks a cluster, whatever files it is given.
    let cluster = plane()?;
    let folder = tempfile::tempdir()?;
    let args = inputs(folder.path())?;
    let mut cases: Vec<PathBuf> =
        fs::read_dir(reference.join("golden/inject"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    cases.sort();
    let without_args = |case: &&PathBuf| fs::read_to_string(case.join("args")).is_ok_and(|args| args.trim().is_empty());
    let (mut equal, mut wrong) = (0, Vec::new());
    for case in cases.iter().filter(without_args) {
        let name = case.file_name().context("a name")?.to_string_lossy().into_owned();
        let mut command = cluster.command(&istioctl);
        command.args(["kube-inject", "-f"]).arg(case.join("in.yaml")).args(&args);
        let output = output(command).with_context(|| name.clone())?;
        match fs::read_to_string(case.join("expected.yaml")) {
            Err(_) if !output.status.success() => equal += 1,
            Err(_) => wrong.push(format!("{name}: not refused")),
            Ok(_) if !output.status.success() => {
                wrong.push(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)))
            }
            Ok(wanted) => {
                let found = String::from_utf8_lossy(&output.stdout);
                let parsed =
                    |name: &str, text: &str| yaml::documents(name, text).map(|all| comparable(Value::Array(all)));
                let mut lines = Vec::new();
                differences("", &parsed("expected.yaml", &wanted)?, &parsed("output", &found)?, &mut lines);
                if lines.is_empty() {
                    equal += 1;
                } else {
                    lines.truncate(6);
                    wrong.push(format!("{name}:\n    {}", lines.join("\n    ")));
                }
            }
        }
    }
    ensure!(wrong.is_empty(), "by our templates {equal} alike:\n{}", wrong.join("\n"));
    ensure!(equal > 60, "only {equal} were compared");
    say(&format!("the reference injects {equal} workloads alike by our templates"));
    Ok(())
}
