//! `mesh uninject`: the workloads of a file without their sidecars.

use super::output::Printer;
use super::stream::{self, Done};
use crate::cli::UninjectArgs;
use crate::commands::settings::Settings;
use crate::error::{Error, Result};
use crate::inject;
use crate::ui::sanitize;
use crate::yaml::{self, Piece, Pieces};

/// Runs the command; makes no connection.
pub(in crate::commands) fn run(settings: &Settings, args: UninjectArgs) -> Result<()> {
    let UninjectArgs { file, output } = args;
    let name = file.display().to_string();
    let pieces = Pieces::new(&name, super::open(&file)?);
    let printer = Printer::new(&settings.ui, &output);
    let make = || {
        let (printer, name) = (printer.clone(), name.clone());
        Ok(move |piece: &Piece| uninject(&printer, &name, piece))
    };
    stream::run(&settings.ui, &output, pieces, make)
}

/// A piece without its sidecars.
fn uninject(printer: &Printer, name: &str, piece: &Piece) -> Result<Done> {
    let place = format!("{name}:{}", piece.line);
    let mut done = Done::default();
    let documents = yaml::documents(&place, &piece.text)?;
    let alone = documents.len() == 1;
    for document in documents {
        if !document.is_object() {
            return Err(Error::usage("not-an-object", format!("{place}: this is not a Kubernetes object"))
                .hint("a document has to be a map with `apiVersion` and `kind`"));
        }
        let before = if printer.wants_before() { Some(inject::kubernetes_form(document.clone())?) } else { None };
        let outcome = inject::uninject(document).map_err(|error| error.at(&place))?;
        for (workload, what) in &outcome.unsure {
            done.messages.push(format!("not sure: {}: {}", sanitize(workload), sanitize(what)));
        }
        if alone && !outcome.changed {
            printer.untouched(&mut done, &piece.text);
        } else {
            printer.document(&mut done, before.filter(|_| outcome.changed).as_ref(), &outcome.object)?;
        }
    }
    Ok(done)
}
