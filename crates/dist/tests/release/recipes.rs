//! The recipes for CI: they fetch what a release has, and do with it what they say. What they ask GitHub and GitLab is answered here.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};
use dist::{Target, VERSION};
use serde_json::Value;
use tempfile::TempDir;

use crate::standin::{ENDS, Release, SAYS, has, root};

fn recipe(name: &str) -> Result<Vec<Value>> {
    let text = fs::read_to_string(root().join("crates/dist/recipes").join(name))?;
    let documents = text.split("\n---\n").map(serde_yaml::from_str);
    documents.collect::<Result<_, _>>().with_context(|| name.to_owned())
}

/// Whether the stand-in of mesh runs here, and all that the recipes use.
fn runs() -> bool {
    let is_meant = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    is_meant && ["bash", "curl", "jq", "awk", "sha256sum", "tar"].iter().all(|name| has(name))
}

/// A machine of a CI, as far as the recipes see it.
struct Machine {
    folder: TempDir,
    release: Release,
}

impl Machine {
    fn new() -> Result<Self> {
        let machine =
            Self { folder: tempfile::tempdir()?, release: Release::of([Target::LinuxX86].into_iter(), |_| {})? };
        for name in ["bin", "temp", "work"] {
            fs::create_dir(machine.at(name))?;
        }
        for name in ["path", "output", "summary"] {
            fs::write(machine.at(name), "")?;
        }
        Ok(machine)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that stands before others of its name.
    fn program(&self, name: &str, script: &str) -> Result<()> {
        let path = self.at("bin").join(name);
        fs::write(&path, format!("#!/bin/bash\n{script}"))?;
        Ok(fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?)
    }

    fn run(&self, shell: &Path, script: &str, variables: &[(&str, &str)]) -> Result<Output> {
        let file = self.at("script");
        fs::write(&file, script)?;
        let path = format!(
            "{}:{}:{}",
            self.at("bin").display(),
            fs::read_to_string(self.at("path"))?.trim(),
            std::env::var("PATH")?
        );
        let mut command = Command::new(shell);
        command.arg(file).current_dir(self.at("work")).env("PATH", path);
        command.env("VERSION", VERSION).env("URL", format!("file://{}", self.release.out().display()));
        command.env("CALLS", self.at("calls")).env("RUNNER_TEMP", self.at("temp"));
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64").env("GITHUB_REPOSITORY", "some/where");
        for (name, file) in [("GITHUB_PATH", "path"), ("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")] {
            command.env(name, self.at(file));
        }
        command.envs(variables.iter().copied());
        command.output().context("no shell")
    }

    /// A step of the action.
    fn step(&self, name: &str, variables: &[(&str, &str)]) -> Result<Output> {
        let action = recipe("github/action.yml")?;
        let steps = action[0]["runs"]["steps"].as_array().context("no steps")?;
        let step = steps.iter().find(|step| step["name"] == name).with_context(|| format!("no step {name}"))?;
        let script = step["run"].as_str().context("it runs nothing")?;
        self.run(Path::new("bash"), script, variables)
    }

    fn read(&self, name: &str) -> Result<String> {
        fs::read_to_string(self.at(name)).with_context(|| name.to_owned())
    }
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn well(output: Output) -> Result<Output> {
    ensure!(output.status.success(), "{}: {}", output.status, told(&output));
    Ok(output)
}

const RUN: [(&str, &str); 3] =
    [("COMMAND", "verify"), ("ARGUMENTS", "--context=a\n-i\nmesh system\n"), ("NAME", "prod")];

#[test]
fn both_fetch_this_version_and_targets_that_are_made() -> Result<()> {
    let (action, component) = (recipe("github/action.yml")?, recipe("gitlab/template.yml")?);
    ensure!(action[0]["inputs"]["version"]["default"] == VERSION, "action.yml: another version");
    ensure!(component[0]["spec"]["inputs"]["version"]["default"] == VERSION, "template.yml: another version");
    ensure!(action.len() == 1 && component.len() == 2, "documents");
    for (name, wanted) in [("github/action.yml", 4), ("gitlab/template.yml", 2)] {
        let text = fs::read_to_string(root().join("crates/dist/recipes").join(name))?;
        let targets: Vec<&str> =
            text.lines().filter_map(|line| line.split("target=").nth(1)?.split(' ').next()).collect();
        ensure!(targets.len() == wanted, "{name}: {targets:?}");
        for target in targets {
            target.parse::<Target>().map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
        }
    }
    Ok(())
}

#[test]
fn inputs_of_the_action_come_as_variables_only() -> Result<()> {
    // What stands in a script would be run by the shell.
    let action = recipe("github/action.yml")?;
    for step in action[0]["runs"]["steps"].as_array().context("no steps")? {
        let script = step["run"].as_str().unwrap_or_default();
        ensure!(!script.contains("${{") && step["shell"] == "bash", "{step}");
    }
    let component = recipe("gitlab/template.yml")?;
    let job = component[1].as_object().context("no job")?.values().next().context("no job")?;
    let lines = job["script"].as_array().context("no script")?;
    ensure!(!lines.iter().any(|line| line.as_str().unwrap_or_default().contains("$[[")), "{job}");
    Ok(())
}

#[test]
fn the_action_installs_what_is_of_its_checksum() -> Result<()> {
    if !runs() {
        return Ok(());
    }
    let machine = Machine::new()?;
    well(machine.step("Install mesh", &[("SIGNERS", "")])?)?;
    let installed = PathBuf::from(machine.read("path")?.trim()).join("mesh");
    ensure!(installed.is_file(), "{}", installed.display());
    // Signed by nobody.
    let refused = machine.step("Install mesh", &[("SIGNERS", "release ssh-ed25519 AAAA")])?;
    ensure!(!refused.status.success() && told(&refused).contains("SHA256SUMS.sig"), "{}", told(&refused));
    let archive = machine.release.path(&crate::standin::archive(Target::LinuxX86));
    let mut bytes = fs::read(&archive)?;
    bytes.push(0);
    fs::write(&archive, bytes)?;
    let refused = machine.step("Install mesh", &[("SIGNERS", "")])?;
    ensure!(!refused.status.success() && told(&refused).contains("FAILED"), "{}", told(&refused));
    let refused = machine.step("Install mesh", &[("SIGNERS", ""), ("RUNNER_ARCH", "RISCV64")])?;
    ensure!(told(&refused).contains("::error::there is no mesh for Linux on RISCV64"), "{}", told(&refused));
    Ok(())
}

#[test]
fn the_action_takes_what_its_signers_have_signed() -> Result<()> {
    if !runs() || !has("ssh-keygen") {
        return Ok(());
    }
    let mut machine = Machine::new()?;
    let key = machine.at("key");
    crate::standin::run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key))?;
    machine.release = Release::of([Target::LinuxX86].into_iter(), |order| order.sign_key = Some(key.clone()))?;
    let signers = format!("release@example.com {}", fs::read_to_string(key.with_extension("pub"))?);
    well(machine.step("Install mesh", &[("SIGNERS", &signers)])?)?;
    crate::standin::run(
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(machine.at("other")),
    )?;
    let others = format!("release@example.com {}", machine.read("other.pub")?);
    let refused = machine.step("Install mesh", &[("SIGNERS", &others)])?;
    ensure!(!refused.status.success(), "a signature of somebody else is taken: {}", told(&refused));
    Ok(())
}

#[test]
fn the_action_tells_what_mesh_said_and_ends_as_it_did() -> Result<()> {
    if !runs() {
        return Ok(());
    }
    let machine = Machine::new()?;
    well(machine.step("Install mesh", &[("SIGNERS", "")])?)?;
    let ran = well(machine.step("Run mesh", &RUN)?)?;
    ensure!(told(&ran) == SAYS, "{}", told(&ran));
    let summary = machine.read("summary")?;
    ensure!(summary.starts_with("<!-- mesh: prod -->\n### mesh verify: not as wanted\n"), "{summary}");
    ensure!(summary.contains(&format!("~~~~text\n{SAYS}")), "{summary}");
    let output = machine.read("output")?;
    ensure!(output.contains(&format!("exit-code={ENDS}\n")), "{output}");
    let ended = machine.step("Answer", &[("CODE", "1")])?;
    ensure!(ended.status.code() == Some(ENDS.into()), "{}", ended.status);
    // Each line is an argument.
    machine.program("mesh", "printf '[%s]' \"$@\"\n")?;
    let ran = well(machine.step("Run mesh", &RUN)?)?;
    ensure!(told(&ran) == "[verify][--color][never][--context=a][-i][mesh system]", "{}", told(&ran));
    ensure!(machine.read("summary")?.contains("### mesh verify: as wanted\n"), "{}", machine.read("summary")?);
    let refused = machine.step("Run mesh", &[("COMMAND", "uninstall"), ("ARGUMENTS", ""), ("NAME", "x")])?;
    ensure!(refused.status.code() == Some(2), "{}", told(&refused));
    Ok(())
}

#[test]
fn the_action_keeps_one_comment() -> Result<()> {
    if !runs() {
        return Ok(());
    }
    let machine = Machine::new()?;
    fs::write(machine.at("work/page.md"), "<!-- mesh: prod -->\n")?;
    let variables = [("NUMBER", "7"), ("PAGE", "page.md"), ("MARK", "<!-- mesh: prod -->")];
    let comments = r#"[{"id": 1, "body": "hello"}, {"id": 2, "body": "<!-- mesh: prod -->\nold"}, {"id": 3, "body": "<!-- mesh: prod -->"}]"#;
    let gh = |comments: &str| {
        format!(
            "echo \"$*\" >>\"$CALLS\"\nif [ \"$2\" = --paginate ]; then printf '%s' '{comments}' | jq -r \"${{!#}}\"; fi\n"
        )
    };
    for (found, wanted) in [
        ("[]", "api --silent --method POST repos/some/where/issues/7/comments --field body=@page.md"),
        (comments, "api --silent --method PATCH repos/some/where/issues/comments/2 --field body=@page.md"),
    ] {
        machine.program("gh", &gh(found))?;
        fs::write(machine.at("calls"), "")?;
        let ran = well(machine.step("Comment", &variables)?)?;
        let calls = machine.read("calls")?;
        ensure!(calls.lines().last() == Some(wanted) && calls.lines().count() == 2, "{calls}{}", told(&ran));
    }
    machine.program("gh", "exit 1\n")?;
    let ran = well(machine.step("Comment", &variables)?)?;
    ensure!(told(&ran).contains("::warning::"), "{}", told(&ran));
    Ok(())
}

/// The component's job in a merge request, with these notes below it.
fn job(machine: &Machine, command: &str, notes: &str) -> Result<Output> {
    let component = recipe("gitlab/template.yml")?;
    let job = component[1].as_object().context("no job")?.values().next().context("no job")?;
    let lines = job["script"].as_array().context("no script")?;
    let script: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
    let Some(curl) = std::env::split_paths(&std::env::var_os("PATH").context("no PATH")?)
        .map(|folder| folder.join("curl"))
        .find(|path| path.is_file())
    else {
        bail!("no curl")
    };
    // What is asked of GitLab is noted, and answered; what is fetched from the release is fetched.
    machine.program(
        "curl",
        &format!(
            "case \"$*\" in\n*file://*) exec {} \"$@\" ;;\n*'--data @-'*) echo \"$*\" >>\"$CALLS\"; cat >>\"$CALLS\" ;;\n\
             *) echo \"$*\" >>\"$CALLS\"; printf '%s' '{notes}' ;;\nesac\n",
            curl.display()
        ),
    )?;
    fs::write(machine.at("calls"), "")?;
    let variables = [
        ("MESH_CI_COMMAND", command),
        ("MESH_CI_ARGUMENTS", "--context=a -i other"),
        ("MESH_CI_VERSION", VERSION),
        ("MESH_CI_URL", &format!("file://{}", machine.release.out().display())),
        ("CI_JOB_NAME", "prod"),
        ("CI_API_V4_URL", "https://gitlab.example.com/api/v4"),
        ("CI_PROJECT_ID", "3"),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("MESH_GITLAB_TOKEN", "t"),
    ];
    machine.run(Path::new("sh"), &script.join("\n"), &variables)
}

#[test]
fn the_component_reports_and_keeps_one_note() -> Result<()> {
    if !runs() {
        return Ok(());
    }
    let machine = Machine::new()?;
    let ran = job(&machine, "verify", "[]")?;
    ensure!(ran.status.code() == Some(ENDS.into()), "{}", told(&ran));
    ensure!(machine.read("work/mesh.txt")? == SAYS && machine.read("work/mesh.xml")? == SAYS, "{}", told(&ran));
    let calls = machine.read("calls")?;
    let place = "https://gitlab.example.com/api/v4/projects/3/merge_requests/7/notes";
    ensure!(calls.contains("--request POST") && calls.contains(&format!("/dev/null {place}\n")), "{calls}");
    let body = calls.lines().skip(2).collect::<String>();
    let body: Value = serde_json::from_str(&body).with_context(|| calls.clone())?;
    let text = body["body"].as_str().unwrap_or_default();
    ensure!(text.starts_with("<!-- mesh: prod -->\n### mesh verify: not as wanted\n") && text.contains(SAYS), "{text}");
    let ran = job(&machine, "diff", r#"[{"id": 4, "body": "hi"}, {"id": 5, "body": "<!-- mesh: prod -->\nold"}]"#)?;
    let calls = machine.read("calls")?;
    ensure!(calls.contains("--request PUT") && calls.contains(&format!("{place}/5\n")), "{calls}{}", told(&ran));
    Ok(())
}
