//! `mesh completion SHELL`, and what its scripts ask. A shell asks while somebody types: what is not known at once is left out,
//! and nothing is ever said.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::time::Duration;

use clap_complete::env::{CompleteEnv, Shells};

use super::settings::Settings;
use crate::check::CHECKS;
use crate::cli::{self, CompletionArgs, Wanted};
use crate::cluster::{Access, Cluster};
use crate::config;
use crate::error::{Error, Result};
use crate::input::release;
use crate::read::named::{Named, names};

/// Set by the scripts, to the shell that asks.
const ASKED: &str = "MESH_COMPLETE";
/// How long a cluster may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// What is described, by the words that there are for it.
const KINDS: [(&str, Named); 6] = [
    ("deployment", Named::Workloads("Deployment")),
    ("statefulset", Named::Workloads("StatefulSet")),
    ("daemonset", Named::Workloads("DaemonSet")),
    ("pod", Named::Pods),
    ("service", Named::Services),
    ("namespace", Named::Namespaces),
];

/// Prints the completion script of a shell.
pub(super) fn run(settings: &Settings, args: &CompletionArgs) -> Result<()> {
    let mut script = Vec::new();
    let name = args.shell.to_string();
    match Shells::builtins().completer(&name).filter(|_| !args.fixed) {
        // Words with = are not what bash takes them for, which the script of the library does not know.
        Some(_) if name == "bash" => script.extend_from_slice(include_bytes!("completion.bash")),
        Some(shell) => shell.write_registration(ASKED, "mesh", "mesh", "mesh", &mut script).map_err(unmade)?,
        None => clap_complete::generate(args.shell, &mut cli::command(), "mesh", &mut script),
    }
    settings.ui.result(&String::from_utf8(script).map_err(unmade)?)
}

fn unmade(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::failed("completion", "the completion script cannot be made").caused_by(cause)
}

/// Whether a script asked what a word may become, and was answered.
pub(super) fn is_answered(args: &[OsString]) -> bool {
    let Some(shell) = std::env::var_os(ASKED).filter(|shell| !shell.is_empty()) else { return false };
    let is_known = shell.to_str().is_some_and(|shell| Shells::builtins().completer(shell).is_some());
    // Files are looked for from there.
    let here = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(|| cli::completing(known)).var(ASKED);
    is_known && asked.try_complete(args, here.as_deref()).unwrap_or(true)
}

fn known(wanted: Wanted<'_>) -> Vec<String> {
    match wanted {
        Wanted::Names(what) => of_cluster(what),
        Wanted::Contexts => access().contexts().unwrap_or_default(),
        Wanted::Versions => kept().into_iter().chain(release::known()).collect::<BTreeSet<_>>().into_iter().collect(),
        Wanted::Kept => kept(),
        Wanted::Profiles => config::profiles(None).unwrap_or_default().into_iter().map(|one| one.name).collect(),
        Wanted::Checks => CHECKS.iter().map(|check| check.id.to_owned()).collect(),
        Wanted::Setting(typed) => config::completions(typed),
        Wanted::Path(typed) => config::paths(typed),
        Wanted::Object(typed) => objects(typed),
    }
}

fn kept() -> Vec<String> {
    release::kept().unwrap_or_default().into_iter().map(|one| one.version).collect()
}

fn objects(typed: &str) -> Vec<String> {
    let begun = typed.split_once('/').map(|(kind, _)| kind);
    if let Some((kind, found)) = KINDS.iter().find(|(kind, _)| begun == Some(*kind)) {
        return of_cluster(*found).into_iter().map(|name| [*kind, "/", &name].concat()).collect();
    }
    let words = said();
    match KINDS.iter().find(|(kind, _)| words.iter().any(|word| word == kind)) {
        Some((_, found)) => of_cluster(*found),
        None => KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
    }
}

/// Names of the cluster that the line is about; none where it does not answer at once.
fn of_cluster(what: Named) -> Vec<String> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Vec::new() };
    let asked = async {
        let cluster = Cluster::connect(&access(), PATIENCE).await?;
        let namespace = behind(&["-n", "--namespace"]).unwrap_or_else(|| cluster.namespace().to_owned());
        names(&cluster, what, &namespace).await
    };
    let limited = async { tokio::time::timeout(PATIENCE, asked).await };
    runtime.block_on(limited).ok().and_then(Result::ok).unwrap_or_default().into_iter().collect()
}

fn access() -> Access {
    let kubeconfig = behind(&["-c", "--kubeconfig"]).map(Into::into);
    Access { kubeconfig, context: behind(&["--context"]), ..Access::default() }
}

/// The words of the line so far.
fn said() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    words.map(OsString::into_string).filter_map(std::result::Result::ok).collect()
}

/// What was given to a flag.
fn behind(flags: &[&str]) -> Option<String> {
    let words = said();
    let joined =
        |word: &String| flags.iter().find_map(|flag| word.strip_prefix(flag)?.strip_prefix('=').map(str::to_owned));
    let next = words.windows(2).find(|pair| flags.contains(&pair[0].as_str())).map(|pair| pair[1].clone());
    next.or_else(|| words.iter().find_map(joined)).filter(|value| !value.is_empty())
}
