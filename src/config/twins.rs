//! Settings that can be said in two ways (`hub` and `values.global.hub`, `--registry` and either), of which one always
//! wins, whichever was said last. What is given now wins over what is recorded; one command that says both is refused.

use serde_json::{Value, json};

use super::assignment;
use super::layer::Origins;
use super::operator::{scalar_text, take_images_from};
use super::{Inputs, record};
use crate::error::{Error, Result};
use crate::yaml::Place;

/// Two paths below the operator spec that say the same, of maps all that is below them.
type Twins = (&'static [&'static str], &'static [&'static str]);

const TWINS: [Twins; 13] = [
    (&["hub"], &["values", "global", "hub"]),
    (&["tag"], &["values", "global", "tag"]),
    (&["revision"], &["values", "revision"]),
    (&["compatibilityVersion"], &["values", "compatibilityVersion"]),
    (&["meshConfig"], &["values", "meshConfig"]),
    (&["values", "profile"], &["values", "global", "profile"]),
    (&["values", "platform"], &["values", "global", "platform"]),
    (&["components", "pilot", "hub"], &["values", "pilot", "hub"]),
    (&["components", "pilot", "tag"], &["values", "pilot", "tag"]),
    (&["components", "cni", "hub"], &["values", "cni", "hub"]),
    (&["components", "cni", "tag"], &["values", "cni", "tag"]),
    (&["components", "ztunnel", "hub"], &["values", "ztunnel", "hub"]),
    (&["components", "ztunnel", "tag"], &["values", "ztunnel", "tag"]),
];

/// A recorded tree without what the `given` one says in another way.
pub fn below(recorded: &Value, given: &Value) -> Value {
    let mut tree = recorded.clone();
    // A registry that was given once stands over every hub. Where one is named now, it is one of the hubs, below that.
    let names_registry = record::registry(given).is_some();
    if let Some(registry) = record::registry(recorded).filter(|_| !names_registry && names_hub(&given["spec"])) {
        record::forget_registry(&mut tree);
        if !tree["spec"].is_object() {
            tree["spec"] = json!({});
        }
        if tree["spec"].get("values").is_none() {
            // None are said; a null would take the profile's away.
            tree["spec"]["values"] = json!({});
        }
        take_images_from(&mut tree["spec"], registry);
    }
    for (one, other) in TWINS {
        for (said, twin) in [(one, other), (other, one)] {
            if let Some(said) = at(&given["spec"], said) {
                take_out(&mut tree["spec"], twin, said);
            }
        }
    }
    tree
}

/// Refuses flags that say a setting otherwise than another flag or a file says it in another way. What files say twice
/// is as in the reference.
///
/// # Errors
/// `two-values` (usage) that names both.
pub(super) fn check(inputs: &Inputs, spec: &Value, origins: &Origins) -> Result<()> {
    for (one, other) in TWINS {
        let (Some(a), Some(b)) = (at(spec, one), at(spec, other)) else { continue };
        let mut below = Vec::new();
        let Some((a, b)) = differing(a, b, &mut below) else { continue };
        let whole = |path: &[&str]| -> Vec<Place> {
            ["spec"].iter().chain(path).map(|key| Place::key(key)).chain(below.iter().cloned()).collect()
        };
        let (one, other) = (whole(one), whole(other));
        let (from_one, from_other) = (origins.of(&one), origins.of(&other));
        let is_flag = |from: &Option<String>| from.as_ref().is_some_and(|from| from.starts_with("--"));
        if is_flag(&from_one) || is_flag(&from_other) {
            return Err(refusal((&one, from_one, a), (&other, from_other, b)));
        }
    }
    let Some(registry) = &inputs.registry else { return Ok(()) };
    let hubs = [&["hub"][..], &["values", "global", "hub"]];
    let flagged = hubs.iter().find_map(|path| {
        at(spec, path).filter(|value| scalar_text(value).as_ref() != Some(registry))?;
        let whole: Vec<Place> = ["spec"].iter().chain(*path).map(|key| Place::key(key)).collect();
        origins.of(&whole).filter(|from| from.starts_with("--"))
    });
    flagged.map_or(Ok(()), |flag| Err(two(&format!("--registry {registry}"), &flag)))
}

fn refusal(one: (&[Place], Option<String>, &Value), other: (&[Place], Option<String>, &Value)) -> Error {
    let said = |(path, from, value): (&[Place], Option<String>, &Value)| match from {
        Some(flag) if flag.starts_with("--") => flag,
        from => {
            let place = from.map_or_else(String::new, |from| format!("{from}: "));
            let path = Place::join(path.get(1..).unwrap_or_default());
            format!("{place}`{path}: {}`", scalar_text(value).unwrap_or_else(|| value.to_string()))
        }
    };
    two(&said(one), &said(other))
}

/// Holds `--set` to another flag that stands for the setting at `path`: they are one. `flag` is that flag as it is written,
/// `is_same` whether a value means what it was given.
///
/// # Errors
/// `two-values` (usage) that names both.
pub fn agree(inputs: &Inputs, path: &str, flag: &str, is_same: impl Fn(&str) -> bool) -> Result<()> {
    let said = inputs.sets.iter().rev().find_map(|set| Some((set, set.strip_prefix(path)?.strip_prefix('=')?)));
    match said.filter(|(_, said)| !is_same(said)) {
        Some((set, _)) => Err(two(flag, &assignment::flag(set))),
        None => Ok(()),
    }
}

fn two(one: &str, other: &str) -> Error {
    Error::usage("two-values", format!("{one} and {other} are two values of one setting")).hint("keep one of the two")
}

fn at<'v>(spec: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(spec, |value, key| value.get(key)).filter(|value| !value.is_null())
}

/// The first value that both say, and not the same; `below` is where it is.
fn differing<'v>(one: &'v Value, other: &'v Value, below: &mut Vec<Place>) -> Option<(&'v Value, &'v Value)> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => one.iter().find_map(|(key, value)| {
            below.push(Place::key(key));
            let found = differing(value, other.get(key)?, below);
            if found.is_none() {
                below.pop();
            }
            found
        }),
        (one, other) => {
            let same = one == other || scalar_text(one).is_some_and(|text| scalar_text(other) == Some(text));
            (!same).then_some((one, other))
        }
    }
}

/// Takes out of what is at `path` all that `said` says otherwise: of a map the keys it has, else the whole.
fn take_out(tree: &mut Value, path: &[&str], said: &Value) {
    let Some((key, rest)) = path.split_first() else { return };
    let Some(map) = tree.as_object_mut() else { return };
    if let (true, Value::Object(said), Some(Value::Object(_))) = (rest.is_empty(), said, map.get(*key)) {
        for (inner, value) in said {
            take_out(&mut map[*key], &[inner], value);
        }
    } else if rest.is_empty() {
        if map.get(*key) != Some(said) {
            map.shift_remove(*key);
        }
    } else if let Some(inner) = map.get_mut(*key) {
        take_out(inner, rest, said);
    }
}

/// Whether a spec names a registry for any image.
fn names_hub(spec: &Value) -> bool {
    match spec {
        Value::Object(map) => map.iter().any(|(key, value)| match value {
            Value::String(hub) if key == "hub" => !hub.is_empty(),
            value => names_hub(value),
        }),
        Value::Array(list) => list.iter().any(names_hub),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, load};

    #[test]
    fn two_flags_that_contradict_each_other_are_refused() -> Result<()> {
        let table: [(&[&str], Option<&str>, &str); 9] = [
            (
                &["hub=a", "values.global.hub=b"],
                None,
                "--set hub=a and --set values.global.hub=b are two values of one",
            ),
            (&["tag=1", "values.global.tag=2"], None, "--set tag=1 and --set values.global.tag=2"),
            (&["tag=1", "values.global.tag=1"], None, ""),
            (&["revision=a", "values.revision=b"], None, "--set revision=a and --set values.revision=b"),
            (&["meshConfig.trustDomain=a", "values.meshConfig.trustDomain=b"], None, "meshConfig.trustDomain=a"),
            (&["meshConfig.trustDomain=a", "values.meshConfig.accessLogFile=b"], None, ""),
            (&["values.platform=gke", "values.global.platform=k3s"], None, "--set values.platform=gke"),
            (&["hub=a"], Some("b"), "--registry b and --set hub=a"),
            (&["hub=b"], Some("b"), ""),
        ];
        for (sets, registry, want) in table {
            let sets = sets.iter().map(|set| (*set).to_owned()).collect();
            let inputs = Inputs { sets, registry: registry.map(str::to_owned), ..Inputs::default() };
            match load(&inputs) {
                Ok(_) => assert_eq!(want, "", "{:?}", inputs.sets),
                Err(error) => {
                    assert!(!want.is_empty() && error.to_string().contains(want), "{:?}: {error}", inputs.sets)
                }
            }
        }
        // What a file says twice is as in the reference; a registry stands over what it names.
        let text = "spec: {hub: one, values: {global: {hub: two}}}\nkind: IstioOperator\n".to_owned();
        let mut inputs = Inputs { files: vec![Source { name: "f.yaml".to_owned(), text }], ..Inputs::default() };
        load(&inputs)?;
        inputs.registry = Some("r".to_owned());
        load(&inputs)?;
        inputs.registry = None;
        inputs.sets = vec!["hub=three".to_owned()];
        let error = load(&inputs).expect_err("two values");
        assert!(error.to_string().contains("--set hub=three and f.yaml:1:36: `values.global.hub: two`"), "{error}");
        let inputs =
            Inputs { sets: vec!["values.revision=b".to_owned()], revision: Some("a".to_owned()), ..Inputs::default() };
        assert!(
            load(&inputs).expect_err("two values").to_string().contains("--revision a and --set values.revision=b")
        );
        Ok(())
    }
}
