//! `mesh upgrade`: the recorded inputs, and the given ones over them.

use super::recorded::{Asked, Rule};
use super::settings::Settings;
use super::{change, diff};
use crate::cli::{InstallOutput, TextOutput, UpgradeArgs};
use crate::error::Result;

/// Upgrades an installation, or puts a revision beside it.
pub(super) fn run(settings: &Settings, args: UpgradeArgs) -> Result<()> {
    let UpgradeArgs { render, reuse_values, reset_values, installation, dry_run, change: more, output } = args;
    // To reuse them is what it does anyway; both flags together are refused before.
    let rule = if reset_values && !reuse_values { Rule::Given } else { Rule::RecordedAndGiven };
    let asked = Asked::read(settings, render, rule)?.named(installation);
    if dry_run {
        let output = if output == InstallOutput::Json { TextOutput::Json } else { TextOutput::Text };
        return diff::shown(settings, &asked, output).map(|_| ());
    }
    change::run(settings, &asked, output, change::Options::from(more))
}
