//! What the words of a command line may become: names of the cluster, profiles, settings. A shell asks while somebody types, so
//! what is not known at once is left out, and nothing is ever said.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use crate::check::CHECKS;
use crate::cli;
use crate::cluster::{Access, Cluster};
use crate::config;
use crate::input::release;
use crate::read::named::{Named, names};

/// How long a cluster may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Those of `apps/v1`, by the words that commands have for them.
const KINDS: [(&str, Named); 6] = [
    ("deployment", Named::Workloads("Deployment")),
    ("statefulset", Named::Workloads("StatefulSet")),
    ("daemonset", Named::Workloads("DaemonSet")),
    ("pod", Named::Pods),
    ("service", Named::Services),
    ("namespace", Named::Namespaces),
];

/// The command line, with what its words may become.
pub(super) fn command() -> Command {
    below(cli::command(), "")
}

fn below(command: Command, parent: &str) -> Command {
    let name = command.get_name().to_owned();
    let of = if parent.is_empty() || parent == "mesh" { name.clone() } else { format!("{parent} {name}") };
    command.mut_args(|arg| completed(arg, &of)).mut_subcommands(|sub| below(sub, &of))
}

/// An argument of the command `of`, such as `tag set`.
fn completed(arg: Arg, of: &str) -> Arg {
    let add = |arg: Arg, of: fn(&str) -> Vec<String>| {
        arg.add(ArgValueCompleter::new(move |typed: &OsStr| fitting(typed, &of(&typed.to_string_lossy()))))
    };
    match (arg.get_id().as_str(), of) {
        ("namespace" | "istio_namespace" | "namespaces", _) => add(arg, |_| of_cluster(Named::Namespaces)),
        ("context" | "expect_context" | "canary_context" | "one" | "other", _) => add(arg, |_| contexts()),
        ("revision", _) => add(arg, |_| of_cluster(Named::Revisions)),
        ("tag", _) => add(arg, |_| of_cluster(Named::Tags)),
        ("version" | "versions", _) => add(arg, |_| versions()),
        ("sets", _) => add(arg, config::completions),
        ("path", "values explain") => add(arg, config::completions),
        ("only" | "skip", "check") => add(arg, |_| CHECKS.iter().map(|check| check.id.to_owned()).collect()),
        ("name" | "left" | "right", "profile dump" | "profile diff") => add(arg, |_| profiles()),
        ("names", "inject deployment") => add(arg, |_| of_cluster(KINDS[0].1)),
        ("names", "inject statefulset") => add(arg, |_| of_cluster(KINDS[1].1)),
        ("names", "inject daemonset") => add(arg, |_| of_cluster(KINDS[2].1)),
        ("targets", "describe") => add(arg, described),
        _ => arg,
    }
}

/// Those that begin so; of a list behind commas the last word counts.
fn fitting(typed: &OsStr, all: &[String]) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let (before, last) = typed.rfind(',').map_or(("", typed.as_ref()), |at| typed.split_at(at + 1));
    let fits = all.iter().filter(|one| one.starts_with(last) || one.starts_with(typed.as_ref()));
    fits.map(|one| match one.starts_with(typed.as_ref()) {
        true => CompletionCandidate::new(one),
        false => CompletionCandidate::new([before, one].concat()),
    })
    .collect()
}

fn profiles() -> Vec<String> {
    config::profiles(None).unwrap_or_default().into_iter().map(|profile| profile.name).collect()
}

fn versions() -> Vec<String> {
    let kept = release::kept().unwrap_or_default().into_iter().map(|one| one.version);
    let mut all: Vec<String> = kept.chain(release::known()).collect();
    all.sort();
    all.dedup();
    all
}

fn contexts() -> Vec<String> {
    access().contexts().unwrap_or_default()
}

/// Kinds, and names of a kind that was typed: `deployment/web`, or `web` behind `deployment`.
fn described(typed: &str) -> Vec<String> {
    if let Some((kind, found)) = KINDS.iter().find(|(kind, _)| typed.starts_with(&format!("{kind}/"))) {
        return of_cluster(*found).into_iter().map(|name| [*kind, "/", &name].concat()).collect();
    }
    match KINDS.iter().find(|(kind, _)| said().iter().any(|word| word == kind)) {
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
    words.map(OsString::into_string).filter_map(Result::ok).collect()
}

/// What was given to a flag.
fn behind(flags: &[&str]) -> Option<String> {
    let words = said();
    let joined =
        |word: &String| flags.iter().find_map(|flag| word.strip_prefix(flag)?.strip_prefix('=').map(str::to_owned));
    let next = words.windows(2).find(|pair| flags.contains(&pair[0].as_str())).map(|pair| pair[1].clone());
    next.or_else(|| words.iter().find_map(joined)).filter(|value| !value.is_empty())
}
