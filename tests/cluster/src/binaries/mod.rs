//! The upstream binaries a cluster runs: found where they are ready, built once where they are not.
//!
//! `KUBEBUILDER_ASSETS` names a folder of ready binaries. What it lacks is built with Go from the module in
//! `tests/cluster/go`, into a folder of the user's cache: outside `target/`, so that `cargo clean` keeps it, and
//! named by a stamp of go.mod and go.sum, so that another version gets another folder. A file lock lets the first
//! of several test processes build while the others wait.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

mod go;

pub(crate) use go::say;

const GO_MOD: &str = include_str!("../../go/go.mod");
const GO_SUM: &str = include_str!("../../go/go.sum");

/// The variable that names a folder of ready binaries; known from Kubernetes' own test environments.
pub(crate) const ASSETS: &str = "KUBEBUILDER_ASSETS";
/// The variable that names the folder in which built binaries are kept.
pub(crate) const CACHE: &str = "MESH_TEST_CACHE";

/// One upstream program: the name of its binary, and the Go package it is built from.
struct Program {
    name: &'static str,
    package: &'static str,
}

const PROGRAMS: [Program; 5] = [
    Program { name: "etcd", package: "go.etcd.io/etcd/server/v3" },
    Program { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
    Program { name: "kube-controller-manager", package: "k8s.io/kubernetes/cmd/kube-controller-manager" },
    Program { name: "kube-scheduler", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
    Program { name: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
];

/// Paths of the binaries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Binaries {
    pub(crate) etcd: PathBuf,
    pub(crate) kube_apiserver: PathBuf,
    pub(crate) kube_controller_manager: PathBuf,
    pub(crate) kube_scheduler: PathBuf,
    pub(crate) kwok: PathBuf,
}

impl Binaries {
    /// Finds them, or builds them with visible progress on stderr, which takes some minutes the first time.
    ///
    /// # Errors
    /// Go is missing or too old, the cache folder cannot be written, or the build fails; the message says what to do.
    pub(crate) fn ready() -> Result<Self> {
        let assets = std::env::var_os(ASSETS).filter(|value| !value.is_empty()).map(PathBuf::from);
        let given = |name: &str| assets.as_ref().map(|folder| folder.join(name)).filter(|path| path.is_file());
        let missing: Vec<&Program> = PROGRAMS.iter().filter(|program| given(program.name).is_none()).collect();
        let built = if missing.is_empty() { PathBuf::new() } else { built(&missing)? };
        let path = |name: &str| given(name).unwrap_or_else(|| built.join(name));
        Ok(Self {
            etcd: path("etcd"),
            kube_apiserver: path("kube-apiserver"),
            kube_controller_manager: path("kube-controller-manager"),
            kube_scheduler: path("kube-scheduler"),
            kwok: path("kwok"),
        })
    }
}

/// The folder with the built binaries, after building those of `missing` that are not there yet.
fn built(missing: &[&Program]) -> Result<PathBuf> {
    let home = cache_folder()?.join(stamp());
    let bin = home.join("bin");
    let all_there = || missing.iter().all(|program| bin.join(program.name).is_file());
    if all_there() {
        return Ok(bin);
    }
    fs::create_dir_all(&bin)
        .with_context(|| format!("cannot create {}; {CACHE} names another folder", bin.display()))?;
    let lock_file = home.join("lock");
    let lock = File::create(&lock_file).with_context(|| format!("cannot write {}", lock_file.display()))?;
    if lock.try_lock().is_err() {
        go::say("another process builds the test control plane; waiting for it");
        lock.lock().with_context(|| format!("cannot lock {}", lock_file.display()))?;
    }
    let absent: Vec<&Program> = missing.iter().copied().filter(|program| !bin.join(program.name).is_file()).collect();
    if !absent.is_empty() {
        go::build(&home, &absent, &bin)?;
    }
    if !all_there() {
        bail!("the build of the test control plane left something out in {}", bin.display());
    }
    Ok(bin)
}

/// Where built binaries are kept, and the demo's cluster: `MESH_TEST_CACHE`, or a folder of ours in the user's cache.
///
/// # Errors
/// No variable says where the user's cache is.
pub fn cache_folder() -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable(CACHE) {
        return Ok(folder);
    }
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|cache| cache.join("mesh-testcluster"))
        .with_context(|| format!("neither HOME nor XDG_CACHE_HOME is set; {CACHE} names a folder for the binaries"))
}

/// Names what is built: a hash of go.mod and go.sum.
fn stamp() -> String {
    let mut hash = Sha256::new();
    hash.update(GO_MOD);
    hash.update(GO_SUM);
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The version go.mod requires of a module, such as `v1.36.3`.
fn required_version(module: &str) -> Option<&'static str> {
    GO_MOD.lines().find_map(|line| {
        let mut words = line.trim().trim_start_matches("require ").split_whitespace();
        (words.next() == Some(module)).then(|| words.next()).flatten().filter(|word| word.starts_with('v'))
    })
}

/// The version of Kubernetes that go.mod names, such as `v1.36.3`.
pub(crate) fn kubernetes_version() -> &'static str {
    required_version("k8s.io/kubernetes").unwrap_or("v0.0.0")
}

/// The Go version that go.mod asks for, such as `1.26.0`.
fn required_go() -> &'static str {
    GO_MOD.lines().find_map(|line| line.strip_prefix("go ")).unwrap_or("1.26.0").trim()
}

/// Writes the module into `folder`, so that Go builds it wherever this crate's sources are.
fn write_module(folder: &Path) -> Result<()> {
    for (name, text) in [("go.mod", GO_MOD), ("go.sum", GO_SUM)] {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panic")]
mod tests {
    use super::{GO_MOD, PROGRAMS, required_go, required_version};

    #[test]
    fn go_mod_names_a_tool_for_every_program() {
        for program in &PROGRAMS {
            assert!(GO_MOD.lines().any(|line| line.trim() == program.package), "{} is no tool", program.package);
        }
    }

    #[test]
    fn versions_are_read_from_go_mod() {
        assert!(required_version("k8s.io/kubernetes").unwrap().starts_with("v1."));
        assert!(required_version("sigs.k8s.io/kwok").is_some());
        assert_eq!(required_version("k8s.io/none"), None);
        assert!(required_go().starts_with("1."));
    }

    #[test]
    fn staging_modules_are_replaced_by_the_release_they_belong_to() {
        let release = required_version("k8s.io/kubernetes").unwrap().replacen("v1.", "v0.", 1);
        let replaced: Vec<&str> =
            GO_MOD.lines().filter(|line| line.trim().starts_with("k8s.io/") && line.contains(" => ")).collect();
        assert_eq!(replaced.len(), 33);
        assert!(replaced.iter().all(|line| line.ends_with(&release)), "{replaced:#?}");
    }
}
