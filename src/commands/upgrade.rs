//! `mesh upgrade`: the recorded inputs, and the given ones over them.

use super::settings::Settings;
use super::{change, inputs};
use crate::cli::{InstallOutput, UpgradeArgs};
use crate::error::Result;
use crate::input::Precedence;

/// Upgrades an installation, or puts a revision beside it; or shows what that would change: false where it would be refused.
pub(super) fn run(settings: &Settings, args: UpgradeArgs) -> Result<bool> {
    let UpgradeArgs { render, reuse_values, reset_values, installation, dry_run, change, output } = args;
    // To reuse them is what it does anyway; both flags together are refused before.
    let rule = if reset_values && !reuse_values { Precedence::Given } else { Precedence::RecordedAndGiven };
    let asked = inputs::asked(settings, render, rule)?.named(installation);
    if dry_run {
        return change::tried(settings, &asked, change, output == InstallOutput::Json);
    }
    change::carry_out(settings, &asked, change, output).map(|()| true)
}
