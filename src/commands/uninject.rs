//! `mesh uninject`: the workloads of a file without their sidecars.

use super::settings::Settings;
use crate::cli::{InjectOutput, UninjectArgs};
use crate::error::Result;
use crate::report::{Printer, Written};
use crate::yaml::{Piece, Pieces};
use crate::{inject, input};

/// Runs the command; makes no connection.
pub(super) fn run(settings: &Settings, args: UninjectArgs) -> Result<()> {
    let UninjectArgs { file, output } = args;
    let name = file.display().to_string();
    let pieces = Pieces::new(&name, input::open(&file)?);
    let printer = Printer::new(&settings.ui, &name, output == InjectOutput::Diff);
    let make = || {
        let printer = printer.clone();
        Ok(move |piece: &Piece| printer.piece(piece, |document| Ok(inject::uninject(document)?.into())))
    };
    input::stream(pieces, make, || Written::to(&settings.ui, output.path()))
}
