//! The user's layers: files left to right, then `--set` in order, and where each value came from.

use serde_json::{Map, Value, json};

use super::assignment::{Assignment, SetStep, flag, typed};
use super::merge::merge;
use super::schema::{self, Type};
use super::{Inputs, Source, twins};
use crate::error::{Error, Result};
use crate::text::shell_word;
use crate::yaml::{self, Place};

/// What the user wrote, merged: `{"metadata": {…}, "spec": {…}}`, and where each part is from.
#[derive(Debug, Clone)]
pub(super) struct User {
    /// The merged operator document.
    pub(super) tree: Value,
    /// Where its values are from.
    pub(super) origins: Origins,
}

/// Finds out where a value is from. Nothing is recorded on the way in: a search is needed for errors only.
#[derive(Debug, Clone, Default)]
pub(super) struct Origins {
    files: Vec<Source>,
    sets: Vec<(Vec<SetStep>, String)>,
}

/// Reads and merges the user's layers.
pub(super) fn read(inputs: &Inputs) -> Result<User> {
    let mut tree = json!({"metadata": {}, "spec": {}});
    for file in &inputs.files {
        merge(&mut tree, read_file(file)?);
    }
    let mut origins = Origins { files: inputs.files.clone(), sets: Vec::new() };
    for (assignment, flag) in assignments(inputs)? {
        origins.sets.push((assignment.path.clone(), flag));
        assignment.apply(&mut tree["spec"])?;
    }
    twins::check(inputs, &tree["spec"], &origins)?;
    Ok(User { tree, origins })
}

/// `--set` in order, then `--revision`; each with the flag as it is written.
fn assignments(inputs: &Inputs) -> Result<Vec<(Assignment, String)>> {
    let set = |raw: &String| {
        let mut assignment = Assignment::parse(raw)?;
        fit_schema(&mut assignment);
        Ok((assignment, flag(raw)))
    };
    let mut all = inputs.sets.iter().map(set).collect::<Result<Vec<_>>>()?;
    let Some(revision) = inputs.revision.as_deref().filter(|revision| !matches!(*revision, "" | "default")) else {
        return Ok(all);
    };
    super::validate::revision(revision).map_err(|why| Error::usage("bad-revision", format!("--revision: {why}")))?;
    let path = vec![SetStep::Key("revision".to_owned())];
    if let Some((_, flag)) = all.iter().rfind(|(other, _)| other.path == path && other.value != revision) {
        let message = format!("--revision {revision} and {flag} name two revisions");
        return Err(Error::usage("two-revisions", message).hint("keep one of the two"));
    }
    let raw = format!("revision={revision}");
    all.push((Assignment { path, value: revision.into(), raw }, format!("--revision {revision}")));
    Ok(all)
}

/// Bends a value to what the schema wants there: a scalar becomes a list of one where a list is wanted, and a number or a
/// boolean in quotes (`'"15020"'`) a string where a string may be, as `--set` has no other way to say so.
fn fit_schema(assignment: &mut Assignment) {
    let path: Vec<_> = assignment
        .path
        .iter()
        .map(|step| match step {
            SetStep::Key(key) => Place::key(key),
            SetStep::Index(_) | SetStep::Match(..) => Place::Index(0),
        })
        .collect();
    let Some(field) = schema::find(&schema::spec(), &path) else { return };
    let value = &mut assignment.value;
    match field.kind {
        Type::List(element) => {
            unquote(value, &element);
            match value {
                Value::String(text) if text.is_empty() => *value = json!([]),
                // A list in brackets is no scalar, and --set has no such lists: it is refused with what else there is.
                Value::String(text) if text.starts_with(['[', '{']) => {}
                _ => *value = json!([value.take()]),
            }
        }
        kind => unquote(value, &kind),
    }
}

/// Takes the quotes from what without them would be a number or a boolean, where text may be.
fn unquote(value: &mut Value, kind: &Type) {
    let Value::String(text) = value else { return };
    if !matches!(kind, Type::String | Type::Any | Type::IntOrString | Type::Quantity) {
        return;
    }
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    if let Some(inner) = inner.filter(|inner| !typed(inner).is_string()) {
        *value = inner.into();
    }
}

/// One file: at most one document, an IstioOperator.
fn read_file(file: &Source) -> Result<Value> {
    let name = &file.name;
    let mut documents = yaml::documents(name, &file.text)?;
    if documents.len() > 1 {
        let place = yaml::document_place(&file.text, 1).map_or_else(|| name.clone(), |place| at(name, place));
        let message = format!("{place}: a second document; a file holds one IstioOperator");
        let are_operators = documents.iter().all(|one| one["kind"] == "IstioOperator");
        return Err(Error::usage("two-operators", message).hint(match are_operators {
            true => "put it in a file of its own and give both with -f",
            false => "leave the IstioOperator alone in its file: -f takes nothing else; apply the rest with kubectl",
        }));
    }
    let Some(mut document) = documents.pop() else { return Ok(Value::Object(Map::new())) };
    let Some(map) = document.as_object_mut() else {
        return Err(Error::usage("not-an-operator", format!("{name}:1: not an IstioOperator: the document is no map")));
    };
    match map.get("kind") {
        Some(kind) if kind == "IstioOperator" => {}
        None => {
            let message = format!("{name}:1: not an IstioOperator: there is no `kind`");
            return Err(Error::usage("not-an-operator", message).hint("begin the file with: kind: IstioOperator"));
        }
        Some(kind) => {
            let place = at(name, yaml::place_of(&file.text, &[Place::key("kind")]).unwrap_or_default());
            let error = Error::usage("not-an-operator", format!("{place}: the kind is {kind}, not IstioOperator"));
            return Err(match kind.as_str() {
                Some("IstioControlPlane") => error.hint(migrates(name)),
                _ => error.hint("-f takes IstioOperator files; apply others with kubectl"),
            });
        }
    }
    // An empty `spec:` is no wish to empty the profile's.
    if map.get("spec").is_some_and(Value::is_null) {
        map.remove("spec");
    }
    let is_map = |value: &Value| value.is_object() || value.is_null();
    if let Some((key, _)) =
        map.iter().find(|(key, value)| matches!(key.as_str(), "spec" | "metadata") && !is_map(value))
    {
        let place = at(name, yaml::place_of(&file.text, &[Place::key(key)]).unwrap_or_default());
        return Err(Error::usage("not-an-operator", format!("{place}: `{key}` has to be a map")));
    }
    Ok(document)
}

impl Origins {
    /// Where the value at `path` (from the root of the document, `spec` first) was written last: `FILE:LINE:COLUMN` or the
    /// flag; none where no user layer has it.
    pub(super) fn of(&self, path: &[Place]) -> Option<String> {
        let below_spec = path.split_first().filter(|(first, _)| first.is("spec")).map(|(_, rest)| rest);
        if let Some((_, flag)) = below_spec.and_then(|path| self.sets.iter().rfind(|(set, _)| leads_to(set, path))) {
            return Some(flag.clone());
        }
        self.files.iter().rev().find_map(|file| Some(at(&file.name, yaml::place_of(&file.text, path)?)))
    }

    /// How to write the scalar at `path` so that it is text: with its quotes, and for a flag as a shell hands them on.
    pub(super) fn quoted(&self, path: &[Place]) -> Option<String> {
        let below_spec = path.split_first().filter(|(first, _)| first.is("spec")).map(|(_, rest)| rest);
        let flag = below_spec.and_then(|path| self.sets.iter().rfind(|(set, _)| leads_to(set, path)));
        if let Some((_, flag)) = flag {
            let (set, value) = Assignment::split(flag.strip_prefix("--set ")?)?;
            return Some(format!("--set {}", shell_word(&format!("{set}=\"{value}\""))));
        }
        let written = self.files.iter().rev().find_map(|file| {
            yaml::place_of(&file.text, path)?;
            Some(yaml::written_at(&file.text, path))
        });
        Some(format!("\"{}\"", written??))
    }

    /// What to do about a field of old at `path`, where it is in a file.
    pub(super) fn migrates(&self, path: &[Place]) -> Option<String> {
        let below_spec = path.split_first().filter(|(first, _)| first.is("spec")).map(|(_, rest)| rest);
        if below_spec.is_some_and(|path| self.sets.iter().any(|(set, _)| leads_to(set, path))) {
            return None;
        }
        let file = self.files.iter().rev().find(|file| yaml::place_of(&file.text, path).is_some())?;
        Some(migrates(&file.name))
    }

    /// [`Self::of`], or of the nearest part above that has one.
    pub(super) fn nearest(&self, path: &[Place]) -> Option<String> {
        (1..=path.len()).rev().find_map(|end| self.of(&path[..end]))
    }
}

/// The command that rewrites a file.
fn migrates(name: &str) -> String {
    format!("rewrite it for today: mesh migrate -f {}", shell_word(name))
}

/// Whether a `--set` wrote at, above or below a path. Elements named by key and value count as any.
fn leads_to(set: &[SetStep], path: &[Place]) -> bool {
    set.iter().zip(path).all(|(step, place)| match (step, place) {
        (SetStep::Key(key), Place::Key(other)) => key == other,
        (SetStep::Index(index), Place::Index(other)) => *index == -1 || usize::try_from(*index) == Ok(*other),
        (SetStep::Match(..), Place::Index(_)) => true,
        _ => false,
    })
}

fn at(name: &str, place: (u64, u64)) -> String {
    format!("{name}:{}:{}", place.0, place.1)
}
