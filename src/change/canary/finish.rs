//! The end: the old revision goes, once nothing runs its proxies.

use super::{Canary, Plan, back};
use crate::change::Caller;
use crate::change::runner::Run;
use crate::error::{Error, Result};
use crate::plan::canary::{Note, Row, State, Step};
use crate::report::canary as report;

/// Whether the old revision may go.
///
/// # Errors
/// As [`nothing_holds`]; `not-moved` (failed) with the steps that are left.
pub(super) fn may(caller: &Caller, note: &Note, rows: &[Row]) -> Result<()> {
    nothing_holds(note, rows)?;
    let is_open = |row: &&Row| row.step != Step::Finish && row.state != State::Done;
    let left: Vec<String> = rows.iter().filter(is_open).map(|row| report::step(&row.step, note)).collect();
    if left.is_empty() {
        return Ok(());
    }
    let goes_on = caller.other_command("upgrade --canary --continue");
    let message = format!("not everything has moved; nothing was removed:\n{}", left.join("\n"));
    Err(Error::in_the_way("not-moved", message).hint(format!("to go on: {goes_on}")))
}

/// Whether nothing runs proxies of the revision that is to be removed, and stays as it is.
///
/// # Errors
/// `in-use` (failed) with what does.
pub(super) fn nothing_holds(note: &Note, rows: &[Row]) -> Result<()> {
    let stuck: Vec<String> = rows.iter().filter(|row| row.step == Step::Finish).flat_map(report::stuck).collect();
    if stuck.is_empty() {
        return Ok(());
    }
    let (goes, _) = note.direction();
    let lines = stuck.join("\n");
    let message = format!("revision {goes} has proxies that are not restarted here; nothing was removed:\n{lines}");
    let then = if note.aborting { "go on" } else { "finish again" };
    Err(Error::in_the_way("in-use", message).hint(format!("make them anew, or delete them; then {then}")))
}

/// Removes the old revision, and what was noted.
pub(super) async fn all(canary: &Canary<'_>, run: &Run<'_>, plan: &Plan) -> Result<String> {
    let Plan { note, seen, .. } = plan;
    let is_there = seen.picture.names().contains(&note.from);
    back::remove(canary, run, note, &note.from, is_there).await?;
    back::forget(run).await?;
    Ok(format!("revision {} is gone; the mesh runs {}", note.from, note.to))
}
