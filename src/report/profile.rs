//! What is known of profiles and values.

use serde_json::{Value, json};

use super::document;
use crate::config::{self, Explanation, Profile, ProfileDifference};
use crate::error::Result;
use crate::{ui, yaml};

/// A line a profile.
pub fn list(profiles: &[Profile]) -> String {
    let width = profiles.iter().map(|profile| profile.name.len()).max().unwrap_or_default();
    profiles
        .iter()
        .map(|profile| format!("{:<width$}  {}", profile.name, profile.about).trim_end().to_owned() + "\n")
        .collect()
}

/// A document of kind `ProfileList`.
pub fn list_json(profiles: &[Profile]) -> String {
    document::of("ProfileList", "profiles", json!(profiles))
}

/// A profile as an IstioOperator file.
///
/// # Errors
/// None that an input can cause.
pub fn dump_yaml(profile: &Value) -> Result<String> {
    yaml::text(profile)
}

/// The same as JSON.
pub fn dump_json(profile: &Value) -> String {
    ui::json(profile)
}

/// The same as flags `--set`, a line each.
pub fn dump_flags(profile: &Value) -> String {
    config::flags(&profile["spec"]).into_iter().map(|flag| flag + "\n").collect()
}

/// What differs between two profiles, a line a value: `-` in the first, `+` in the second.
pub fn differences(differences: &[ProfileDifference]) -> String {
    let side = |sign: char, path: &str, value: &Option<Value>| {
        value.as_ref().map_or_else(String::new, |value| format!("{sign} {path}: {value}\n"))
    };
    differences.iter().map(|one| side('-', &one.path, &one.left) + &side('+', &one.path, &one.right)).collect()
}

/// A document of kind `ProfileDiff`.
pub fn differences_json(differences: &[ProfileDifference]) -> String {
    document::of("ProfileDiff", "differences", json!(differences))
}

/// A document of kind `Value`.
pub fn explained_json(found: &Explanation) -> String {
    document::of("Value", "value", explanation(found))
}

/// A value: its type, its defaults, and who sets it.
pub fn explained(found: &Explanation) -> String {
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

fn explanation(found: &Explanation) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_machines_read_has_names() -> Result<()> {
        let found = explanation(&config::explain("pilot.autoscaleEnabled")?);
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
