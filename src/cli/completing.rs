//! What the words of a command line mean, for shells that complete them. What there is of each is somebody else's to know.

use std::ffi::OsStr;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::help;
use crate::read::named::Named;

/// What a word may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Names of what is in the cluster.
    Names(Named),
    /// Contexts of the kubeconfig.
    Contexts,
    /// Versions of Istio.
    Versions,
    /// Those whose manifests are kept here.
    Kept,
    /// Profiles.
    Profiles,
    /// Checks.
    Checks,
    /// A setting that begins so, as `--set` takes it.
    Setting(&'a str),
    /// The path of a setting that begins so; `values.` may be left out.
    Path(&'a str),
    /// A kind, or an object, that begins so: `deployment/web`, or `web` behind a kind.
    Object(&'a str),
}

/// Who knows.
pub type Knows = fn(Wanted<'_>) -> Vec<String>;

/// The definition of the command line, with what its words may become.
pub fn completing(knows: Knows) -> Command {
    below(help::command(), "", knows)
}

fn below(command: Command, parent: &str, knows: Knows) -> Command {
    let name = command.get_name().to_owned();
    let of = if parent.is_empty() || parent == "mesh" { name } else { format!("{parent} {name}") };
    command.mut_args(|arg| completed(arg, &of, knows)).mut_subcommands(|sub| below(by_one_name(sub), &of, knows))
}

/// Of the names of a command, which all count, only the first is offered: of several the engine would offer the one that is
/// first in the alphabet.
fn by_one_name(command: Command) -> Command {
    // The process answers one question, and ends.
    let others: Vec<&'static str> = command.get_visible_aliases().map(|name| &*name.to_owned().leak()).collect();
    let hidden: Vec<&'static str> = command.get_aliases().map(|name| &*name.to_owned().leak()).collect();
    command.visible_alias(None::<&'static str>).aliases(others).aliases(hidden)
}

/// An argument of the command `of`, such as `tag set`.
fn completed(arg: Arg, of: &str, knows: Knows) -> Arg {
    let wanted: fn(&str) -> Wanted<'_> = match (arg.get_id().as_str(), of) {
        ("sets", _) => |typed| Wanted::Setting(typed),
        ("path", "values explain") => |typed| Wanted::Path(typed),
        ("targets", "describe") => |typed| Wanted::Object(typed),
        (id, of) => {
            let wanted = match (id, of) {
                ("namespace" | "istio_namespace" | "namespaces", _) => Wanted::Names(Named::Namespaces),
                ("context" | "expect_context" | "canary_context" | "one" | "other", _) => Wanted::Contexts,
                ("revision", _) => Wanted::Names(Named::Revisions),
                ("tag", _) => Wanted::Names(Named::Tags),
                ("versions", "release remove") => Wanted::Kept,
                ("version" | "versions", _) => Wanted::Versions,
                ("only" | "skip", "check") => Wanted::Checks,
                ("name" | "left" | "right", "profile dump" | "profile diff") => Wanted::Profiles,
                ("names", "inject deployment") => Wanted::Names(Named::Workloads("Deployment")),
                ("names", "inject statefulset") => Wanted::Names(Named::Workloads("StatefulSet")),
                ("names", "inject daemonset") => Wanted::Names(Named::Workloads("DaemonSet")),
                _ => return arg,
            };
            return arg.add(ArgValueCompleter::new(move |typed: &OsStr| fitting(typed, &knows(wanted))));
        }
    };
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| fitting(typed, &knows(wanted(&typed.to_string_lossy())))))
}

/// Those that begin so; of a list behind commas the last word counts.
fn fitting(typed: &OsStr, all: &[String]) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let (before, last) = typed.rfind(',').map_or(("", typed.as_ref()), |at| typed.split_at(at + 1));
    let whole = |one: &String| match one.starts_with(typed.as_ref()) {
        true => Some(one.clone()),
        false => one.starts_with(last).then(|| format!("{before}{one}")),
    };
    all.iter().filter_map(whole).map(CompletionCandidate::new).collect()
}
