//! `mesh profile …` and `mesh values explain`: what is known of values, without a cluster.

use serde_json::{Value, json};

use super::Answer;
use super::settings::Settings;
use crate::cli::{DumpOutput, ProfileCommand, TextOutput, ValuesCommand};
use crate::config::{self, Explanation};
use crate::error::Result;
use crate::yaml;

/// Runs a subcommand of `mesh profile`.
pub(super) fn run(settings: &Settings, command: ProfileCommand) -> Result<Answer> {
    match command {
        ProfileCommand::List(args) => list(settings, args.output).map(Answer::from),
        ProfileCommand::Dump(args) => dump(settings, &args.name, args.output).map(Answer::from),
        ProfileCommand::Diff(args) => diff(settings, &args.left, &args.right, args.output).map(Answer::from),
    }
}

/// Runs a subcommand of `mesh values`.
pub(super) fn values(settings: &Settings, command: ValuesCommand) -> Result<()> {
    let ValuesCommand::Explain(args) = command;
    let found = config::explain(&args.path)?;
    match args.output {
        TextOutput::Text => settings.ui.result(&explained(&found)),
        TextOutput::Json => document(settings, "Value", "value", explained_json(&found)),
    }
}

fn list(settings: &Settings, output: TextOutput) -> Result<()> {
    let profiles = config::profiles()?;
    if output == TextOutput::Json {
        return document(settings, "ProfileList", "profiles", json!(profiles));
    }
    let width = profiles.iter().map(|profile| profile.name.len()).max().unwrap_or_default();
    let lines = profiles.iter().map(|profile| format!("{:<width$}  {}\n", profile.name, profile.about));
    settings.ui.result(&lines.collect::<String>())
}

fn dump(settings: &Settings, name: &str, output: DumpOutput) -> Result<()> {
    let profile = config::dump(name)?;
    let text = match output {
        DumpOutput::Yaml => yaml::text(&profile)?,
        DumpOutput::Json => format!("{profile:#}\n"),
        DumpOutput::Flags => config::flags(&profile["spec"]).into_iter().map(|flag| flag + "\n").collect(),
    };
    settings.ui.result(&text)
}

/// True where they are the same.
fn diff(settings: &Settings, left: &str, right: &str, output: TextOutput) -> Result<bool> {
    let differences = config::diff(&config::dump(left)?["spec"], &config::dump(right)?["spec"]);
    if output == TextOutput::Json {
        document(settings, "ProfileDiff", "differences", json!(differences))?;
    } else {
        let side = |sign: char, path: &str, value: &Option<Value>| {
            value.as_ref().map_or_else(String::new, |value| format!("{sign} {path}: {value}\n"))
        };
        let lines = differences.iter().map(|one| side('-', &one.path, &one.left) + &side('+', &one.path, &one.right));
        settings.ui.result(&lines.collect::<String>())?;
    }
    Ok(differences.is_empty())
}

fn explained(found: &Explanation) -> String {
    let mut text = format!("{}\n  type: {}\n", found.path, found.kind);
    if found.deprecated {
        text.push_str("  deprecated: Istio means to drop it\n");
    }
    for (component, value) in &found.defaults {
        text.push_str(&format!("  default ({component}): {value}\n"));
    }
    for (who, value) in &found.set_by {
        text.push_str(&format!("  {who} sets: {value}\n"));
    }
    if !found.keys.is_empty() {
        text.push_str("  keys:\n");
        let width = found.keys.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        for (name, kind) in &found.keys {
            text.push_str(&format!("    {name:<width$}  {kind}\n"));
        }
    }
    text
}

fn explained_json(found: &Explanation) -> Value {
    let pairs = |name: &str, all: &[(String, Value)]| -> Value {
        all.iter().map(|(who, value)| json!({name: who, "value": value})).collect()
    };
    let Explanation { path, kind, deprecated, defaults, set_by, keys } = found;
    json!({
        "path": path,
        "type": kind,
        "deprecated": deprecated,
        "defaults": pairs("component", defaults),
        "setBy": pairs("by", set_by),
        "keys": keys.iter().map(|(name, kind)| json!({"name": name, "type": kind})).collect::<Vec<_>>(),
    })
}

fn document(settings: &Settings, kind: &str, field: &str, content: Value) -> Result<()> {
    let mut document = json!({ "apiVersion": "mesh/v1", "kind": kind });
    document[field] = content;
    settings.ui.result(&format!("{document:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_machines_read_has_names() -> Result<()> {
        let found = explained_json(&config::explain("pilot.autoscaleEnabled")?);
        let want = json!({
            "path": "values.pilot.autoscaleEnabled",
            "type": "true or false",
            "deprecated": false,
            "defaults": [{"component": "pilot", "value": true}],
            "setBy": [{"by": "profile demo", "value": false}],
            "keys": [],
        });
        assert_eq!(found, want);
        Ok(())
    }
}
