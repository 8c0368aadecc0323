//! The last word of a run that changes a cluster and did not get to its end: the command that goes on, or begins anew.

use super::settings::Settings;
use crate::error::{Error, Kind};

/// What stands in the way now and may be gone the next time.
const MAY_PASS: [&str; 9] = [
    "conflict",
    "refused",
    "in-use",
    "crds-in-use",
    "being-deleted",
    "forbidden",
    "precheck",
    "misshapen",
    "lock-lost",
];

/// `error`, with the command to type as its last hint where that can help; `written` is whether anything was changed by
/// then.
pub(super) fn with_command(settings: &Settings, error: Error, written: bool) -> Error {
    if written {
        return error.hint(format!("to continue: {}", settings.command_with_yes()));
    }
    match error.kind() {
        Kind::Interrupted | Kind::Terminated => {
            error.hint("nothing was written").hint(format!("to start again: {}", settings.command))
        }
        Kind::TimedOut => error.hint(format!("to try again: {}", settings.command)),
        _ if MAY_PASS.contains(&error.id()) => error.hint(format!("to try again: {}", settings.command)),
        _ => error,
    }
}
