//! `mesh manifest …`.

use serde_json::{Value, json};

use super::settings::Settings;
use super::{Answer, inputs, manifest_diff};
use crate::cli::{GenerateArgs, ManifestCommand, ManifestOutput};
use crate::config;
use crate::error::Result;
use crate::object::Object;
use crate::render::{self, Target};
use crate::ui::sanitize;
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
    let text = match output {
        ManifestOutput::Yaml => documents(&objects)?,
        ManifestOutput::Json => {
            let items: Vec<&Value> = objects.iter().map(|object| object.value()).collect();
            format!("{:#}\n", json!({ "apiVersion": "v1", "kind": "List", "items": items }))
        }
    };
    settings.ui.result(&text)
}

/// The documents in order. Writing is most of the work of the command, so two threads share it, taking turns.
fn documents(objects: &[&Object]) -> Result<String> {
    let every_other = |first: usize| {
        let texts = objects.iter().skip(first).step_by(2).map(|object| yaml::text(object.value()));
        texts.collect::<Result<Vec<String>>>()
    };
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| every_other(1));
        let even = every_other(0);
        // A thread that panicked has said so; its share is written here instead.
        (even, odd.join().unwrap_or_else(|_| every_other(1)))
    });
    let mut odd = odd?.into_iter();
    let mut text = String::new();
    for document in even? {
        text.push_str(&document);
        text.push_str("---\n");
        if let Some(document) = odd.next() {
            text.push_str(&document);
            text.push_str("---\n");
        }
    }
    Ok(text)
}
