//! `mesh release`: the manifests of Istio's releases that are kept on this machine.

use super::settings::Settings;
use crate::cli::{ReleaseArgs, ReleaseCommand, ReleaseListArgs, TextOutput};
use crate::error::Result;
use crate::input::release;
use crate::report::releases;

/// Runs the command; makes no connection to a cluster.
pub(super) fn run(settings: &Settings, command: ReleaseCommand) -> Result<()> {
    let text = match command {
        ReleaseCommand::List(ReleaseListArgs { output }) => shown(output, releases::list, releases::list_json)?,
        ReleaseCommand::Fetch(ReleaseArgs { versions, output }) => {
            versions.iter().try_for_each(|version| release::folder(version).map(drop))?;
            shown(output, |kept| releases::done(&versions, "kept", kept), releases::list_json)?
        }
        ReleaseCommand::Remove(ReleaseArgs { versions, output }) => {
            release::remove(&versions)?;
            shown(output, |kept| releases::done(&versions, "removed", kept), releases::list_json)?
        }
    };
    settings.ui.result(&text)
}

/// What is kept, in this format.
fn shown(
    output: TextOutput,
    text: impl Fn(&[release::Kept]) -> String,
    json: impl Fn(&[release::Kept]) -> String,
) -> Result<String> {
    let kept = release::kept()?;
    Ok(if output == TextOutput::Text { text(&kept) } else { json(&kept) })
}
