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

fn documents(objects: &[&Object]) -> Result<String> {
    let mut text = String::new();
    for object in objects {
        text.push_str(&yaml::text(object.value())?);
        text.push_str("---\n");
    }
    Ok(text)
}
