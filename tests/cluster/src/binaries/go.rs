//! Building with Go, with progress to look at, and clear words where Go is missing or too old.

use std::fs;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::{ASSETS, PROGRAMS, Program, required_go, required_version, write_module};

/// How often a line of progress is written where stderr is no terminal.
const PLAIN_PROGRESS_EVERY: Duration = Duration::from_secs(15);

/// Writes a line to stderr past the test harness, which would hold it back until a test fails.
pub(crate) fn say(text: &str) {
    // Nobody is left to tell if stderr is closed.
    let _ = writeln!(std::io::stderr(), "test cluster: {text}");
}

/// Builds `programs` into `bin`. `home` is a folder for the module and for what is half built.
pub(super) fn build(home: &Path, programs: &[&Program], bin: &Path) -> Result<()> {
    write_module(home)?;
    check_version(home)?;
    let half_built = home.join("bin.new");
    fs::create_dir_all(&half_built).with_context(|| format!("cannot create {}", half_built.display()))?;
    let names: Vec<&str> = programs.iter().map(|program| program.name).collect();
    say(&format!("building {} with Go, once; about 6 minutes on 2 cores", names.join(", ")));

    let all = packages(home, programs);
    let mut command = go(home);
    command
        .args(["build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", &linker_flags()?])
        .arg("-o")
        .arg(format!("{}/", half_built.display()))
        .args(programs.iter().map(|program| program.package))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot run go build")?;
    let stderr = child.stderr.take().context("go build has no stderr")?;
    let complaints = follow(BufReader::new(stderr), all);
    let status = child.wait().context("cannot wait for go build")?;
    if !status.success() {
        bail!(
            "go build of the test control plane failed ({status}):\n{}\nready binaries can be named with {ASSETS}",
            complaints.join("\n")
        );
    }

    for program in programs {
        let from = half_built.join(output_name(program.package));
        let to = bin.join(program.name);
        fs::rename(&from, &to).with_context(|| format!("cannot move {} to {}", from.display(), to.display()))?;
    }
    // Empty now, and harmless where it stays.
    let _ = fs::remove_dir(&half_built);
    say("the control plane is built");
    Ok(())
}

/// Go, in our module.
fn go(home: &Path) -> Command {
    let mut command = Command::new("go");
    // A workspace of the user's own would hide our module.
    command.current_dir(home).env("GOWORK", "off");
    command
}

/// Of how many packages the programs are made; none where Go does not say. Those that Go has built before count too. Their
/// modules are downloaded by that, which is shown.
fn packages(home: &Path, programs: &[&Program]) -> Option<usize> {
    let names = programs.iter().map(|program| program.package);
    // Into a file: nobody would read a second pipe meanwhile.
    let list = home.join("packages");
    let mut command = go(home);
    command.args(["list", "-deps", "-mod=readonly"]).args(names).stdin(Stdio::null());
    let mut child = command.stdout(fs::File::create(&list).ok()?).stderr(Stdio::piped()).spawn().ok()?;
    follow(BufReader::new(child.stderr.take()?), None);
    let is_listed = child.wait().ok()?.success();
    is_listed.then(|| fs::read_to_string(&list).ok())?.map(|text| text.lines().count())
}

/// Shows Go's progress, of `all` packages where that is known, and keeps the last lines that are no names of packages.
fn follow(lines: impl BufRead, all: Option<usize>) -> Vec<String> {
    let of_all = all.map(|all| format!(" of {all}")).unwrap_or_default();
    let started = Instant::now();
    let mut last_shown = started;
    let terminal = std::io::stderr().is_terminal();
    let mut compiled = 0_usize;
    let mut complaints: Vec<String> = Vec::new();
    for line in lines.lines().map_while(Result::ok) {
        if line.starts_with("go: downloading ") || is_package(&line) {
            compiled += usize::from(!line.starts_with("go:"));
            let every = if terminal { Duration::from_millis(200) } else { PLAIN_PROGRESS_EVERY };
            if last_shown.elapsed() >= every {
                last_shown = Instant::now();
                let text = format!("{compiled}{of_all} packages, {} s: {line}", started.elapsed().as_secs());
                if terminal {
                    let short: String = text.chars().take(70).collect();
                    let _ = write!(std::io::stderr(), "\r\x1b[Ktest cluster: {short}");
                } else {
                    say(&text);
                }
            }
        } else {
            complaints.push(line);
            if complaints.len() > 40 {
                complaints.remove(0);
            }
        }
    }
    if terminal {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    complaints
}

/// `go build -v` prints the path of every package it compiles, alone on a line.
fn is_package(line: &str) -> bool {
    !line.is_empty() && !line.starts_with('#') && !line.contains([' ', ':', '\t'])
}

/// Clients parse the server's version, which Kubernetes' own build passes to the linker.
fn linker_flags() -> Result<String> {
    let version = required_version("k8s.io/kubernetes").context("go.mod requires no k8s.io/kubernetes")?;
    let mut parts = version.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next().unwrap_or("1"), parts.next().unwrap_or("0"));
    let variable = |name: &str, value: &str| format!("-X k8s.io/component-base/version.{name}={value}");
    Ok(["-s -w".to_owned(), variable("gitVersion", version), variable("gitMajor", major), variable("gitMinor", minor)]
        .join(" "))
}

/// The name Go gives to a package's binary: the last part of its path that is no major version.
fn output_name(package: &str) -> &str {
    let is_major = |part: &str| {
        part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    package.rsplit('/').find(|part| !is_major(part)).unwrap_or(package)
}

/// Asks Go inside the module, where a newer toolchain that Go may fetch by itself counts too.
fn check_version(home: &Path) -> Result<()> {
    let answer = go(home).args(["env", "GOVERSION"]).output().map_err(|cause| {
        if cause.kind() == std::io::ErrorKind::NotFound {
            anyhow!("no `go` is on PATH. {}", advice())
        } else {
            anyhow!("`go` cannot be run: {cause}. {}", advice())
        }
    })?;
    if !answer.status.success() {
        let told = String::from_utf8_lossy(&answer.stderr);
        bail!("this Go is too old or broken: {}. {}", told.trim(), advice());
    }
    let version = String::from_utf8_lossy(&answer.stdout);
    let version = version.trim().trim_start_matches("go");
    if parts(version) < parts(required_go()) {
        bail!("this Go is {version}, which is too old. {}", advice());
    }
    Ok(())
}

/// What to install, or which variable to set.
fn advice() -> String {
    let names: Vec<&str> = PROGRAMS.iter().map(|program| program.name).collect();
    format!(
        "The tests run a real control plane, built with Go {} or newer: install it (https://go.dev/dl), \
         or set {ASSETS} to a folder that holds {}",
        required_go(),
        names.join(", ")
    )
}

/// A version as numbers, to compare; what follows a number's digits (`rc1`) is left out.
fn parts(version: &str) -> Vec<u32> {
    let number = |part: &str| -> u32 {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    version.split('.').map(number).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panic")]
mod tests {
    use super::{advice, is_package, linker_flags, output_name, parts};

    #[test]
    fn go_names_binaries_without_the_major_version() {
        assert_eq!(output_name("go.etcd.io/etcd/server/v3"), "server");
        assert_eq!(output_name("k8s.io/kubernetes/cmd/kube-apiserver"), "kube-apiserver");
    }

    #[test]
    fn packages_are_told_from_complaints() {
        assert!(is_package("k8s.io/kubernetes/pkg/apis/core"));
        assert!(!is_package("# k8s.io/kubernetes/pkg/apis/core"));
        assert!(!is_package("x.go:3:4: undefined: y"));
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(parts("1.9.1") < parts("1.26.0"));
        assert!(parts("1.26rc1") < parts("1.27"));
        assert!(parts("1.26.8") > parts("1.26.0"));
    }

    #[test]
    fn the_server_knows_its_version() {
        assert!(linker_flags().unwrap().contains("version.gitVersion=v1."));
    }

    #[test]
    fn the_advice_names_the_version_and_the_variable() {
        let text = advice();
        assert!(text.contains("1.26.0") && text.contains("KUBEBUILDER_ASSETS") && text.contains("kube-scheduler"));
    }
}
