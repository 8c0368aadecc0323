//! `mesh completion SHELL`, and what its scripts ask.

use std::ffi::OsString;

use clap_complete::env::{CompleteEnv, Shells};

use super::completing;
use super::settings::Settings;
use crate::cli::{self, CompletionArgs};
use crate::error::{Error, Result};

/// Set by the scripts, to the shell that asks.
const ASKED: &str = "MESH_COMPLETE";

/// Prints the completion script of a shell.
pub(super) fn run(settings: &Settings, args: &CompletionArgs) -> Result<()> {
    let mut script = Vec::new();
    let name = args.shell.to_string();
    match Shells::builtins().completer(&name).filter(|_| !args.fixed) {
        // Words with = are not what bash takes them for, which the script of the library does not know.
        Some(_) if name == "bash" => script.extend_from_slice(include_bytes!("completion.bash")),
        Some(shell) => shell.write_registration(ASKED, "mesh", "mesh", "mesh", &mut script).map_err(unwritten)?,
        None => clap_complete::generate(args.shell, &mut cli::command(), "mesh", &mut script),
    }
    settings.ui.result(&String::from_utf8(script).map_err(unwritten)?)
}

fn unwritten(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::failed("completion", "the completion script cannot be made").caused_by(cause)
}

/// Whether a script asked what a word may become, and was answered.
pub(super) fn is_answered(args: &[OsString]) -> bool {
    let Some(shell) = std::env::var_os(ASKED).filter(|shell| !shell.is_empty()) else { return false };
    // A shell that is not known is no reason to do something else than it asks for.
    let is_known = shell.to_str().is_some_and(|shell| Shells::builtins().completer(shell).is_some());
    is_known && CompleteEnv::with_factory(completing::command).var(ASKED).try_complete(args, None).unwrap_or(true)
}
