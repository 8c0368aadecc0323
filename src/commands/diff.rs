//! `mesh diff`: what differs between what is wanted and what is there, without writing anything.

use super::settings::Settings;
use super::{change, inputs};
use crate::cli::{DiffArgs, TextOutput};
use crate::error::Result;
use crate::input::Precedence;

/// Shows the differences; true where there are none.
pub(super) fn run(settings: &Settings, args: DiffArgs) -> Result<bool> {
    let DiffArgs { render, output } = args;
    let asked = inputs::asked(settings, render, Precedence::RecordedUnlessGiven)?;
    change::shown(settings, &asked, output == TextOutput::Json)
}
