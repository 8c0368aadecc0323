//! Whether a run that has met faults says clearly what came of it.

use anyhow::{Context, Result, ensure};
use regex::Regex;
use serde_json::Value;

use super::Ended;
use super::steps::STEPS;
use crate::harness::mesh::Run;

/// What nobody is to read: panics, Rust's own writing of values, pages of load balancers.
const DUMPS: &str = r"(?i)panicked|backtrace|<html|<head|</|serviceerror|\b(?:some|none|err|ok)\(|[a-z]\w* \{ \w+: ";

/// How it ended.
///
/// # Errors
/// An exit code that it may not have, no error or several, none of what to do next, a text that is not for people.
pub(super) fn clearly(run: &Run, as_json: bool, place: usize) -> Result<Ended> {
    let dumps = Regex::new(DUMPS)?;
    if let Some(found) = run.stderr.lines().find(|line| !line.starts_with('{') && dumps.is_match(line)) {
        anyhow::bail!("not for people: {found}");
    }
    run.is_plain()?;
    match run.code {
        Some(0) => {
            ensure!(run.lines_with("error: ").is_empty(), "an error, and exit code 0");
            if as_json {
                ensure!(run.json()?["apiVersion"] == "mesh/v1", "no document");
            }
            Ok(Ended::Right)
        }
        Some(code @ (1 | 3 | 4)) => {
            // Of what differs `verify` answers on stdout: it is no error.
            if STEPS[place].args == ["verify"] && code == 1 && !run.stderr.contains("error") {
                return Ok(Ended::Next(code));
            }
            if as_json {
                let line = run.stderr.lines().rfind(|line| line.starts_with('{')).context("no error in JSON")?;
                let error = &serde_json::from_str::<Value>(line)?["error"];
                ensure!(error["id"].is_string(), "an error without an id");
                let hints = error["hints"].as_array().map_or(0, Vec::len);
                ensure!(hints > 0, "nothing to do next");
                ensure!(!dumps.is_match(&error.to_string()), "not for people: {error}");
            } else {
                ensure!(run.lines_with("error: ").len() == 1, "wanted one error");
                ensure!(!run.lines_with("hint: ").is_empty(), "nothing to do next");
            }
            Ok(Ended::Next(code))
        }
        other => anyhow::bail!("exit code {other:?}"),
    }
}
