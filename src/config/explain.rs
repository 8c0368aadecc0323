//! What `mesh profile` and `mesh values explain` answer, as data.

use serde_json::{Map, Value, json};

use super::assignment::{SetStep, parse_path};
use super::merge::merge;
use super::operator::{self, scalar_text};
use super::profile::{self, Folder};
use super::schema::{self, Type};
use super::{ComponentKind, Config, Source, hint};
use crate::error::{Error, Result};
use crate::yaml::Place;

/// A profile, in a list of them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
}

/// All profiles, `default` first, the others by name; `given` are those that came with charts, of which nothing is said what
/// they are for.
///
/// # Errors
/// None that an input can cause.
pub fn profiles(given: Option<&[Source]>) -> Result<Vec<Profile>> {
    let mut names = match given {
        Some(given) => given.iter().map(|file| file.name.as_str()).collect(),
        None => Folder::Profiles.names(),
    };
    names.sort_by_key(|name| (*name != "default", *name));
    let read = |name: &str| {
        let file = if given.is_some() { Value::Null } else { Folder::Profiles.read(name)? };
        Ok(Profile { name: name.to_owned(), about: file["about"].as_str().unwrap_or_default().to_owned() })
    };
    names.into_iter().map(read).collect()
}

/// A profile that came with charts as the IstioOperator that says the same: what it and `default` set. What its own charts
/// make of `values.profile` stays with them.
///
/// # Errors
/// `unknown-profile` (usage).
pub fn dump_given(given: &[Source], name: &str) -> Result<Value> {
    let mut spec = operator::given(given, "default")?["spec"].take();
    if name != "default" {
        merge(&mut spec, operator::given(given, name)?["spec"].take());
    }
    Ok(json!({"apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator", "spec": spec}))
}

/// A profile as the IstioOperator that says the same: what it and `default` set, with the values it puts over the charts'
/// defaults. What is not in it has its default (see [`explain`]).
///
/// # Errors
/// `unknown-profile` (usage).
pub fn dump(name: &str) -> Result<Value> {
    let mut spec = Folder::Profiles.read("default")?["spec"].take();
    let mut file = Folder::Profiles.read(name)?;
    merge(&mut spec, file["spec"].take());
    let mut values = file.get_mut("preset").map(Value::take).unwrap_or_else(|| json!({}));
    let inherited = spec.pointer("/values/profile").and_then(Value::as_str).filter(|profile| *profile != name);
    if let Some(inherited) = inherited {
        values = profile::preset(Folder::Profiles, inherited)?;
    }
    merge(&mut values, spec["values"].take());
    // Some presets speak of values that the validation does not know.
    let unknown = unknown_top_keys(&values);
    let mut unvalidated = Map::new();
    if let Value::Object(values) = &mut values {
        unvalidated.extend(unknown.into_iter().filter_map(|key| Some((key.clone(), values.shift_remove(&key)?))));
    }
    spec["values"] = values;
    if !unvalidated.is_empty() {
        spec["unvalidatedValues"] = unvalidated.into();
    }
    Ok(json!({"apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator", "spec": spec}))
}

fn unknown_top_keys(values: &Value) -> Vec<String> {
    let problems = schema::check(&json!({"values": values}), &schema::spec());
    let top = |path: &[Place]| match path {
        [_, Place::Key(key)] => Some(key.clone()),
        _ => None,
    };
    problems.iter().filter(|problem| problem.unknown).filter_map(|problem| top(&problem.path)).collect()
}

/// A tree as `--set` flags, one a leaf, in its order. Empty maps and lists have no such form and are left out.
pub fn flags(spec: &Value) -> Vec<String> {
    let mut flags = Vec::new();
    leaves(spec, &mut Vec::new(), &mut |path, value| {
        if let Some(text) = scalar_text(value) {
            flags.push(format!("--set {}={}", SetStep::join(path), text));
        }
    });
    flags
}

fn leaves(value: &Value, path: &mut Vec<SetStep>, visit: &mut impl FnMut(&[SetStep], &Value)) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                path.push(SetStep::Key(key.clone()));
                leaves(value, path, visit);
                path.pop();
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (index, value) in list.iter().enumerate() {
                path.push(SetStep::Index(i64::try_from(index).unwrap_or(i64::MAX)));
                leaves(value, path, visit);
                path.pop();
            }
        }
        leaf => visit(path, leaf),
    }
}

/// A leaf in which two trees differ.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ProfileDifference {
    /// Where, as a `--set` path.
    pub path: String,
    /// The value in the first tree; none where it is not there.
    pub left: Option<Value>,
    /// The value in the second tree; none where it is not there.
    pub right: Option<Value>,
}

/// The leaves in which two trees differ, in the order of the first and then of the second.
pub fn diff(left: &Value, right: &Value) -> Vec<ProfileDifference> {
    let collect = |tree: &Value| {
        let mut found: Vec<(String, Value)> = Vec::new();
        leaves(tree, &mut Vec::new(), &mut |path, value| found.push((SetStep::join(path), value.clone())));
        found
    };
    let (left, right) = (collect(left), collect(right));
    let find = |leaves: &[(String, Value)], path: &str| {
        leaves.iter().find(|(own, _)| own == path).map(|(_, value)| value.clone())
    };
    let from_left = left.iter().map(|(path, value)| (path, Some(value.clone()), find(&right, path)));
    let only_right = right.iter().filter(|(path, _)| find(&left, path).is_none());
    from_left
        .chain(only_right.map(|(path, value)| (path, None, Some(value.clone()))))
        .filter(|(_, left, right)| left != right)
        .map(|(path, left, right)| ProfileDifference { path: path.clone(), left, right })
        .collect()
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Its whole path, such as `values.pilot.autoscaleEnabled`.
    pub path: String,
    /// What it holds, in words.
    pub kind: String,
    /// Whether Istio means to drop it.
    pub deprecated: bool,
    /// The value when nobody sets it, one entry a component that has one: `(component, value)`.
    pub defaults: Vec<(String, Value)>,
    /// Who sets it: `(profile demo, value)`, `(platform gke, value)`, `(compatibility version 1.27, value)`.
    pub set_by: Vec<(String, Value)>,
    /// The keys below it, `(name, type)`.
    pub keys: Vec<(String, String)>,
}

/// What is known of the key at a `--set` path; `values.` may be left out.
///
/// # Errors
/// `bad-path` and `unknown-key` (usage), with the nearest key.
pub fn explain(path: &str) -> Result<Explanation> {
    let steps = parse_path(path.trim()).map_err(|why| Error::usage("bad-path", format!("{path}: {why}")))?;
    let mut place: Vec<_> = steps.iter().map(place_of).collect();
    let field = match schema::find(&schema::spec(), &place) {
        Some(field) => field,
        None => {
            let below_values = [&[Place::key("values")][..], &place].concat();
            let found = schema::find(&schema::spec(), &below_values).ok_or_else(|| unknown(&place))?;
            place = below_values;
            found
        }
    };
    // The same key at the operator level and in `values` is one.
    let values_path = match place.as_slice() {
        [first, rest @ ..] if first.is("values") => Some(rest.to_vec()),
        [first, ..] if first.is("meshConfig") => Some(place.clone()),
        [first] if first.is("hub") || first.is("tag") => Some(vec![Place::key("global"), first.clone()]),
        _ => None,
    };
    Ok(Explanation {
        path: Place::join(&place),
        kind: field.kind.to_string(),
        deprecated: field.deprecated,
        defaults: values_path.as_deref().map_or_else(|| Ok(Vec::new()), defaults)?,
        set_by: set_by(&place, values_path.as_deref())?,
        keys: keys(&field.kind),
    })
}

fn keys(kind: &Type) -> Vec<(String, String)> {
    match kind {
        Type::List(inner) | Type::Map(inner) => keys(inner),
        kind => kind.fields().into_iter().map(|field| (field.name.to_owned(), field.kind.to_string())).collect(),
    }
}

pub(super) fn place_of(step: &SetStep) -> Place {
    match step {
        SetStep::Key(key) => Place::key(key),
        SetStep::Index(index) => Place::Index(usize::try_from(*index).unwrap_or_default()),
        SetStep::Match(..) => Place::Index(0),
    }
}

fn unknown(place: &[Place]) -> Error {
    let spec = schema::spec();
    let values = [Place::key("values")];
    // As far as the path is known, at either level.
    let known = |prefix: &[Place]| {
        (0..=place.len()).rev().find(|end| schema::find(&spec, &[prefix, &place[..*end]].concat()).is_some())
    };
    let (at_spec, at_values) = (known(&[]).unwrap_or_default(), known(&values).unwrap_or_default());
    let (prefix, end) = if at_values > at_spec { (&values[..], at_values) } else { (&[][..], at_spec) };
    let parent = schema::find(&spec, &[prefix, &place[..end]].concat());
    let mut fields = parent.map(|parent| keys(&parent.kind)).unwrap_or_default();
    if end == 0 {
        fields.extend(schema::find(&spec, &values).map(|values| keys(&values.kind)).unwrap_or_default());
    }
    let missing = place.get(end).map(|step| Place::join(std::slice::from_ref(step))).unwrap_or_default();
    let error = Error::usage("unknown-key", format!("`{}` is not a known key", Place::join(place)));
    match hint::nearest(&missing, fields.iter().map(|(name, _)| name.as_str())) {
        Some(near) => {
            let mut path = place[..end].to_vec();
            path.push(Place::key(near));
            error.hint(format!("did you mean `{}`?", Place::join(&path)))
        }
        None => error.hint("run: mesh values explain values"),
    }
}

/// What the components' defaults hold at a path below `values`.
fn defaults(path: &[Place]) -> Result<Vec<(String, Value)>> {
    let mut found = Vec::new();
    for component in ComponentKind::ALL {
        let tree = profile::defaults(component)?;
        // Keys of these three are at the root of their charts.
        let own = match component {
            ComponentKind::ControlPlane => "pilot",
            ComponentKind::Cni => "cni",
            ComponentKind::Ztunnel => "ztunnel",
            _ => "",
        };
        let value = match path.split_first() {
            Some((first, rest)) if first.is(own) => at(&tree, rest),
            // At the root of a chart `hub` is that component's; at the root of `values` there is none.
            Some((first, rest)) if !own.is_empty() && rest.is_empty() && component != ComponentKind::ControlPlane => {
                at(&tree, path).filter(|value| value.is_object() && first.is("global"))
            }
            _ => at(&tree, path),
        };
        found.extend(value.map(|value| (component.key().to_owned(), value.clone())));
    }
    Ok(found)
}

/// The profiles, platforms and compatibility versions that set a path.
fn set_by(place: &[Place], values_path: Option<&[Place]>) -> Result<Vec<(String, Value)>> {
    let mut found = Vec::new();
    for (folder, noun) in [
        (Folder::Profiles, "profile"),
        (Folder::Platforms, "platform"),
        (Folder::Compatibility, "compatibility version"),
    ] {
        for name in folder.names() {
            let file = folder.read(name)?;
            let in_spec = file.get("spec").and_then(|spec| at(spec, place));
            let in_preset = values_path.and_then(|path| at(file.get("preset")?, path));
            found.extend(in_spec.or(in_preset).map(|value| (format!("{noun} {name}"), value.clone())));
        }
    }
    Ok(found)
}

/// Which preset or profile of a configuration sets a path below the spec, the one that wins.
pub(super) fn preset_origin(config: &Config, path: &[Place]) -> Option<String> {
    let values_path = path.split_first().filter(|(first, _)| first.is("values")).map(|(_, rest)| rest);
    let found = set_by(path, values_path).ok()?;
    let values = config.spec.get("values")?;
    let named = |keys: &[&str]| super::values::named(values, keys);
    let names = [
        named(&["global", "platform"]).map(|name| format!("platform {name}")),
        named(&["compatibilityVersion"]).map(|name| format!("compatibility version {name}")),
        named(&["profile"]).map(|name| format!("profile {name}")),
        Some(format!("profile {}", config.profile)),
        Some("profile default".to_owned()),
    ];
    names.into_iter().flatten().find(|name| found.iter().any(|(who, _)| who == name))
}

fn at<'a>(tree: &'a Value, path: &[Place]) -> Option<&'a Value> {
    path.iter().try_fold(tree, |value, step| match step {
        Place::Key(key) => value.get(key),
        Place::Index(index) => value.get(index),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Inputs, Source, load};

    #[test]
    fn ten_profiles_each_with_a_line() -> Result<()> {
        let all = profiles(None)?;
        assert_eq!(all.len(), 10);
        assert_eq!(all[0].name, "default");
        assert!(all.iter().all(|profile| !profile.about.is_empty()));
        Ok(())
    }

    /// What is dumped, given as a file over `default`, makes the same values.
    #[test]
    fn a_dump_installs_the_same() -> Result<()> {
        for profile in profiles(None)? {
            let text = crate::yaml::text(&dump(&profile.name)?)?;
            let files = vec![Source { name: "dump.yaml".to_owned(), text }];
            let dumped = load(&Inputs { files, ..Inputs::default() })?;
            let named = load(&Inputs { sets: vec![format!("profile={}", profile.name)], ..Inputs::default() })?;
            for component in ComponentKind::ALL {
                let (left, right) = (dumped.instances(component)?, named.instances(component)?);
                assert_eq!(left.len(), right.len(), "{} {component:?}", profile.name);
                for (left, right) in left.into_iter().zip(right) {
                    assert_eq!(diff(&left.values, &right.values), [], "{} {component:?}", profile.name);
                }
            }
        }
        Ok(())
    }

    #[test]
    fn flags_and_differences() -> Result<()> {
        let demo = dump("demo")?;
        let flags = flags(&demo["spec"]);
        assert!(flags.contains(&"--set values.pilot.traceSampling=100".to_owned()));
        assert!(flags.contains(&"--set components.egressGateways[0].enabled=true".to_owned()));
        let found = diff(&dump("default")?, &dump("minimal")?);
        let want = ProfileDifference {
            path: "spec.components.ingressGateways[0].enabled".to_owned(),
            left: Some(true.into()),
            right: Some(false.into()),
        };
        assert_eq!(found, [want]);
        Ok(())
    }

    #[test]
    fn keys_are_explained() -> Result<()> {
        let one = explain("pilot.autoscaleEnabled")?;
        assert_eq!(one.path, "values.pilot.autoscaleEnabled");
        assert_eq!(one.kind, "true or false");
        assert_eq!(one.defaults, [("pilot".to_owned(), true.into())]);
        assert_eq!(one.set_by, [("profile demo".to_owned(), false.into())]);
        let one = explain("values.cni.cniBinDir")?;
        assert_eq!(one.defaults, [("cni".to_owned(), "/opt/cni/bin".into())]);
        let by: Vec<_> = one.set_by.iter().map(|(who, _)| who.as_str()).collect();
        assert_eq!(by, ["platform gke", "platform k3d", "platform k3s", "platform microk8s", "platform openshift"]);
        let one = explain("meshConfig.accessLogFile")?;
        assert_eq!(one.path, "meshConfig.accessLogFile");
        assert_eq!(one.set_by, [("profile demo".to_owned(), "/dev/stdout".into())]);
        let one = explain("components.cni.enabled")?;
        assert_eq!(one.set_by.len(), 3);
        let one = explain("global.proxy")?;
        assert!(one.keys.contains(&("logLevel".to_owned(), "a string".to_owned())));
        assert!(explain("pilot.resources")?.deprecated);
        let error = explain("pilot.autoscalEnabled").expect_err("no such key");
        assert_eq!(error.hints(), ["did you mean `pilot.autoscaleEnabled`?"]);
        let error = explain("piot").expect_err("no such key");
        assert_eq!(error.hints(), ["did you mean `pilot`?"]);
        Ok(())
    }
}
