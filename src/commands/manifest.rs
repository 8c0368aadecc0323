//! `mesh manifest …`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde_json::{Value, json};

use super::settings::Settings;
use super::{Answer, inputs, manifest_diff};
use crate::cli::{GenerateArgs, ManifestCommand, ManifestOutput};
use crate::config;
use crate::error::Result;
use crate::object::Object;
use crate::render::{self, Target};
use crate::ui::{self, Ui, sanitize};
use crate::yaml;

/// Runs a subcommand.
pub(super) fn run(settings: &Settings, command: ManifestCommand) -> Result<Answer> {
    match command {
        ManifestCommand::Generate(args) => generate(settings, args).map(Answer::from),
        ManifestCommand::Diff(args) => manifest_diff::run(settings, &args).map(Answer::from),
    }
}

/// Prints what would be installed; makes no connection.
fn generate(settings: &Settings, args: GenerateArgs) -> Result<()> {
    let GenerateArgs { render, output } = args;
    let config = config::load(&inputs::read(render)?)?;
    let bundle = render::render(&config, &Target::default())?;
    for warning in &bundle.warnings {
        settings.ui.message(&format!("warning: {}", sanitize(warning)));
    }
    let objects = bundle.generate_set();
    match output {
        ManifestOutput::Yaml => documents(&settings.ui, &objects)?,
        ManifestOutput::Json => {
            let items: Vec<&Value> = objects.iter().map(|object| object.value()).collect();
            settings.ui.result(&ui::json(&json!({ "apiVersion": "v1", "kind": "List", "items": items })))?;
        }
    }
    // The process ends here: to take the tree apart first would be a tenth of its time.
    std::mem::forget(bundle);
    Ok(())
}

/// Prints the documents in order, as they come. To write them as text is half of the work of the command, so two threads
/// share it, and the reader of a pipe has the first ones meanwhile.
fn documents(ui: &Ui, objects: &[&Object]) -> Result<()> {
    let next = AtomicUsize::new(0);
    // Each takes the next object that nobody has: they differ a hundredfold in size.
    let document = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        objects.get(at).map(|object| {
            let text = yaml::text(object.value()).map(|text| text + "---\n");
            (at, text)
        })
    };
    std::thread::scope(|scope| {
        let (done, ready) = mpsc::channel();
        scope.spawn(move || {
            // Nobody takes them any more where printing failed.
            while document().is_some_and(|document| done.send(document).is_ok()) {}
        });
        let mut early = BTreeMap::new();
        let mut printed = 0;
        // Own ones while there are any, then those the other thread is still at.
        while let Some((at, text)) = document().or_else(|| ready.recv().ok()) {
            early.insert(at, text?);
            for (at, text) in ready.try_iter() {
                early.insert(at, text?);
            }
            while let Some(text) = early.remove(&printed) {
                ui.result(&text)?;
                printed += 1;
            }
        }
        Ok(())
    })
}
