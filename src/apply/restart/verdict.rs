//! How a restart ended as a whole.

use super::Fate;
use crate::error::{Error, Kind, Result};
use crate::object::ObjectId;
use crate::plan::restart::{Restart, Restarts};
use crate::text;

/// What `ended` comes to, which tells of `plan` in its order.
///
/// # Errors
/// `restart-failed` (failed); `not-ready` and `timed-out` (timed out).
pub fn verdict(plan: &Restarts, ended: &[Fate]) -> Result<()> {
    let count = |is: fn(&Fate) -> bool| ended.iter().filter(|one| is(one)).count();
    let failed = plan.restarts.iter().zip(ended).find(|(_, ended)| matches!(ended, Fate::Failed { .. }));
    let late = plan.restarts.iter().zip(ended).find(|(_, ended)| matches!(ended, Fate::TimedOut { .. }));
    let left = count(|one| matches!(one, Fate::NotBegun));
    let rest = if left == 0 { String::new() } else { format!("; {left} were not begun") };
    let hints = |error: Error, id: &ObjectId, next: &[String]| {
        let namespace = id.namespace.as_deref().unwrap_or_default();
        let describe = format!("look closer: kubectl -n {namespace} describe {} {}", id.kind.to_lowercase(), id.name);
        next.iter().filter(|next| **next != describe).fold(error, Error::hint).hint(describe)
    };
    if let Some((Restart { id, .. }, Fate::Failed { next, .. })) = failed {
        let all = count(|one| matches!(one, Fate::Failed { .. }));
        let more = text::more(all.saturating_sub(1)).map_or_else(String::new, |more| format!(", {more}"));
        let error = Error::failed("restart-failed", format!("{id} was not restarted well{more}{rest}"));
        return Err(hints(error, id, next));
    }
    let Some((Restart { id, .. }, Fate::TimedOut { lines, next, .. })) = late else {
        if left > 0 {
            let message = format!("the time was over{rest}");
            return Err(Error::new(Kind::TimedOut, "timed-out", message).hint("give more time with --timeout"));
        }
        return Ok(());
    };
    let state = lines.first().map_or("", String::as_str);
    let message = format!("the time was over before {id} was ready: {state}{rest}");
    let error = Error::new(Kind::TimedOut, "not-ready", message).hint("give more time with --timeout");
    Err(hints(error, id, next))
}
