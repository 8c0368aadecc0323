//! The last word of a run that changes a cluster and did not get to its end: the command that goes on, or begins anew.

use super::Caller;
use crate::error::{Error, Kind, Refusal, Why};

/// `error`, with the command to type as its last hint where that can help; `written` is whether anything was changed by
/// then.
pub fn with_command(caller: &Caller, error: Error, written: bool) -> Error {
    if written {
        return error.hint(format!("to continue: {}", caller.command_with_yes()));
    }
    match error.kind() {
        Kind::Interrupted | Kind::Terminated => {
            error.hint("nothing was written").hint(format!("to start again: {}", caller.command))
        }
        Kind::TimedOut => error.hint(format!("to try again: {}", caller.command)),
        _ if may_pass(&error) => error.hint(format!("to try again: {}", caller.command)),
        _ => error,
    }
}

/// Whether what stands in the way now may be gone the next time. Who does not know us will not know us then either.
fn may_pass(error: &Error) -> bool {
    match error.why() {
        Some(Why::Refused(refusal)) => *refusal != Refusal::Unauthorized,
        Some(Why::InTheWay | Why::LockLost) => true,
        Some(Why::LockHeld | Why::NotThere | Why::Unknown) | None => false,
    }
}
