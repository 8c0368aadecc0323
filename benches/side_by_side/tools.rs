//! The programs that are measured: which there are, where, and of which version.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use super::plane::Plane;
use super::told::{HELM, ISTIOCTL, KUBECTL, MESH};

/// Paths of the programs; `None` for what is not on this machine.
pub(crate) struct Tools {
    pub(crate) mesh: PathBuf,
    pub(crate) istioctl: Option<PathBuf>,
    pub(crate) kubectl: Option<PathBuf>,
    helm: Option<PathBuf>,
    /// The `manifests` folder of an Istio release.
    pub(crate) manifests: Option<PathBuf>,
}

impl Tools {
    /// Those that variables name, else those on PATH.
    ///
    /// # Errors
    /// A variable names something that is not there.
    pub(crate) fn found() -> Result<Self> {
        Ok(Self {
            mesh: named("MESH_BENCH_MESH")?.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_mesh"))),
            istioctl: named("MESH_BENCH_ISTIOCTL")?.or_else(|| on_path(ISTIOCTL)),
            kubectl: named("MESH_BENCH_KUBECTL")?.or_else(|| on_path(KUBECTL)),
            helm: named("MESH_BENCH_HELM")?.or_else(|| on_path(HELM)),
            manifests: named("MESH_TEST_CHARTS")?,
        })
    }

    /// Helm with the charts that it installs.
    pub(crate) fn helm(&self) -> Option<(&Path, PathBuf)> {
        Some((self.helm.as_deref()?, self.manifests.as_ref()?.join("charts")))
    }

    /// What is missing, and which variable names it.
    pub(crate) fn missing(&self) -> Vec<String> {
        let none = |name: &str, what: &Option<PathBuf>, variable: &str| {
            what.is_none().then(|| format!("{name}: it is not on PATH, and `{variable}` does not name it"))
        };
        let charts = (self.helm.is_some() && self.manifests.is_none())
            .then(|| "helm: `MESH_TEST_CHARTS` names no charts of Istio".to_owned());
        let missing = [
            none(ISTIOCTL, &self.istioctl, "MESH_BENCH_ISTIOCTL"),
            none(KUBECTL, &self.kubectl, "MESH_BENCH_KUBECTL"),
            none(HELM, &self.helm, "MESH_BENCH_HELM"),
            charts,
        ];
        missing.into_iter().flatten().collect()
    }

    /// Who took part, with versions; the cluster too where there is one.
    pub(crate) fn versions(&self, plane: Option<&Plane>) -> Vec<String> {
        let of =
            |name: &str, program: Option<&Path>, args: &[&str]| Some(format!("{name} {}", version(program?, args)));
        let tools = [
            of(MESH, Some(&self.mesh), &["version", "--client"]),
            of(ISTIOCTL, self.istioctl.as_deref(), &["version", "--remote=false"]),
            of(KUBECTL, self.kubectl.as_deref(), &["version", "--client"]),
            of(HELM, self.helm().map(|(program, _)| program), &["version", "--short"]),
            plane.map(Plane::version),
        ];
        tools.into_iter().flatten().collect()
    }
}

fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) else {
        return Ok(None);
    };
    ensure!(path.exists(), "{variable} names {}, which is not there", path.display());
    // Commands run in a folder of their own.
    Ok(Some(std::path::absolute(path)?))
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The first word of what a program says that looks like a version.
fn version(program: &Path, args: &[&str]) -> String {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output();
    let said = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let numbered = |word: &&str| word.contains('.') && word.starts_with(|first: char| first.is_ascii_digit());
    let mut words = said.split_whitespace().map(|word| word.trim_start_matches('v'));
    words.find(numbered).unwrap_or("of an unknown version").to_owned()
}
