//! What a `--set` may go on with, for shells.

use std::collections::BTreeSet;

use super::assignment::parse_path;
use super::explain::place_of;
use super::profile::Folder;
use super::schema::{self, Type};
use crate::yaml::Place;

/// What `typed`, the beginning of a `--set`, may become: keys with what follows them (`.`, `[0]` or `=`), or, behind a `=`,
/// the words that the key takes. Where only one key is possible and it has keys below it, these are there, too. Deprecated
/// keys are left out.
pub fn completions(typed: &str) -> Vec<String> {
    if let Some((path, value)) = typed.split_once('=') {
        let words = words(path).into_iter().filter(|word| word.starts_with(value));
        return words.map(|word| format!("{path}={word}")).collect();
    }
    let mut found = keys(typed);
    if let [only] = found.as_slice()
        && only.ends_with('.')
    {
        let below = keys(only);
        found.extend(below);
    }
    found
}

/// What `typed`, the beginning of the path of a setting, may become; `values.` may be left out, as for [`explain`](super::explain).
pub fn paths(typed: &str) -> Vec<String> {
    if typed.contains('=') {
        return Vec::new();
    }
    let below = completions(&format!("values.{typed}"));
    let below = below.iter().filter_map(|one| one.strip_prefix("values."));
    let all = completions(typed);
    let all: BTreeSet<&str> =
        all.iter().map(String::as_str).chain(below).map(|one| one.trim_end_matches('=')).collect();
    all.into_iter().map(str::to_owned).collect()
}

fn keys(typed: &str) -> Vec<String> {
    let (above, begun) = match typed.rsplit_once('.') {
        Some((above, begun)) => (Some(above), begun),
        None => (None, typed),
    };
    let Some(kind) = above.map_or_else(|| Some(schema::spec()), kind_at) else { return Vec::new() };
    let fields = kind.fields().into_iter().filter(|field| !field.deprecated && field.name.starts_with(begun));
    let whole = |name: &str| above.map_or_else(|| name.to_owned(), |above| format!("{above}.{name}"));
    let next = |kind: &Type| match kind {
        Type::Struct(..) | Type::Map(_) => ".",
        Type::List(_) => "[0]",
        _ => "=",
    };
    fields.map(|field| format!("{}{}", whole(field.name), next(&field.kind))).collect()
}

fn kind_at(path: &str) -> Option<Type> {
    let place: Vec<Place> = parse_path(path).ok()?.iter().map(place_of).collect();
    Some(schema::find(&schema::spec(), &place)?.kind)
}

/// What a key takes, where that is one of some words.
fn words(path: &str) -> Vec<&'static str> {
    if path == "profile" {
        return Folder::Profiles.names();
    }
    match kind_at(path) {
        Some(Type::Bool) => vec!["true", "false"],
        Some(Type::Enum(words)) => words.split('|').collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_on_to_its_words() {
        let has = |typed: &str, wanted: &str| completions(typed).iter().any(|one| one == wanted);
        assert!(has("", "meshConfig.") && has("", "profile=") && has("", "hub="));
        assert!(
            has("meshConfig.accessLogF", "meshConfig.accessLogFile="),
            "{:?}",
            completions("meshConfig.accessLogF")
        );
        assert!(has("profile=de", "profile=demo") && has("profile=de", "profile=default"));
        assert!(has("components.ingressGateways", "components.ingressGateways[0]"));
        assert!(has("components.ingressGateways[0].", "components.ingressGateways[0].enabled="));
        assert!(has("components.pilot.enabled=", "components.pilot.enabled=true"));
        // One that is the only one, with what is below it: a shell goes on to there.
        assert!(has("values.pil", "values.pilot.") && has("values.pil", "values.pilot.autoscaleEnabled="));
        for nothing in ["zzz", "meshConfig.zzz", "zzz.a", "hub=", "a=b=c", "[", "\u{1b}"] {
            assert_eq!(completions(nothing), Vec::<String>::new(), "{nothing}");
        }
    }

    #[test]
    fn paths_have_no_value() {
        let has = |typed: &str, wanted: &str| paths(typed).iter().any(|one| one == wanted);
        assert!(
            has("meshConfig.accessLogFi", "meshConfig.accessLogFile")
                && has("pil", "pilot.")
                && has("values.pil", "values.pilot.")
        );
        assert!(has("pilot.", "pilot.autoscaleMin") && !paths("").iter().any(|one| one.contains('=')));
        assert_eq!(paths("profile="), Vec::<String>::new());
    }

    #[test]
    fn every_word_is_taken() {
        for one in completions("profile=") {
            let inputs = super::super::Inputs { sets: vec![one.clone()], ..Default::default() };
            assert!(super::super::load(&inputs).is_ok(), "{one}");
        }
    }
}
