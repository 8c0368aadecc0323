//! `migrate`: IstioOperator files of earlier versions as the version of today takes them. Works on the text, so that
//! comments, order and spelling of everything else stay as they are.
//!
//! One change at a time: it is made to the values, then to the lines, and counts only if the lines then read as the values.
//! So an anchor, a merge or a spelling that nobody thought of ends in "not migrated", never in a file that says something
//! else.

mod lines;
mod step;
mod tree;

use serde_json::Value;

use super::Source;
use super::retired::{self, Retired, Successor};
use super::validate::{self, Render};
use super::{Config, schema};
use crate::error::Result;
use crate::yaml::{self, Place, Places, Twice};
use lines::Lines;

/// A file after its migration.
#[derive(Debug, Clone)]
pub struct Migrated {
    /// Its text, the same to the byte where nothing had to change.
    pub text: String,
    /// What has changed, and what could not be changed; in the order of the file.
    pub changes: Vec<Change>,
    /// How many IstioOperator documents it holds.
    pub operators: usize,
}

/// What became of one field.
#[derive(Debug, Clone)]
pub struct Change {
    /// The line it was in, from 1.
    pub line: usize,
    /// Its path: `spec.addonComponents.kiali`.
    pub path: String,
    /// The minor version of Istio 1 that had no use for it any more, the first one; none where it is in no table.
    pub since: Option<u8>,
    /// What was done.
    pub done: Done,
    /// What does its work now, or what was meant.
    pub now: String,
}

/// What was done with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Its value is at another path, or in another form.
    Translated(String),
    /// It is taken out: nothing takes its place.
    Removed,
    /// It is taken out: this path, which took its place, has a value already.
    Superseded(String),
    /// It is as it was, for this reason.
    Left(String),
}

impl Migrated {
    /// Whether anything changed, or would have to.
    pub fn is_current(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether something is left that has to be changed by hand.
    pub fn has_left(&self) -> bool {
        self.changes.iter().any(|change| matches!(change.done, Done::Left(_)))
    }
}

/// Why a text edit is not made.
const UNSAFE: &str = "written with braces, an anchor or a merge, which no line can be taken out of: change it by hand";

/// The file as today's version takes it. What is refused all the same is found by `render`, too, which renders what a file
/// asks for.
///
/// # Errors
/// `bad-yaml` (usage) with its place.
pub fn migrate(file: &Source, render: &dyn Fn(&Config) -> Result<()>) -> Result<Migrated> {
    let mut migrated = Migrated { text: String::with_capacity(file.text.len()), changes: Vec::new(), operators: 0 };
    let mut line = 1;
    for piece in split(&file.text) {
        let (mut documents, twice) = read(file, piece)?;
        match documents.pop() {
            Some(tree) if documents.is_empty() && is_operator(&tree) => {
                let (text, changes) = one(piece, tree, line, render);
                migrated.operators += 1;
                migrated.text.push_str(&text);
                migrated.changes.extend(twice.into_iter().map(|one| left_twice(&one, line)));
                migrated.changes.extend(changes);
            }
            last => {
                documents.extend(last);
                migrated.changes.extend(listed(&documents, line));
                migrated.text.push_str(piece);
            }
        }
        line += piece.matches('\n').count();
    }
    migrated.changes.sort_by_key(|change| change.line);
    Ok(migrated)
}

/// What is in a piece of a file, one document in all but odd cases, and the keys that are there twice. Of these istioctl takes
/// the last one.
fn read(file: &Source, piece: &str) -> Result<(Vec<Value>, Vec<Twice>)> {
    if let Ok(documents) = yaml::documents("", piece) {
        return Ok((documents, Vec::new()));
    }
    let twice = Places::of(piece).twice();
    match yaml::documents_last_wins("", piece) {
        Ok(documents) if !twice.is_empty() => Ok((documents, twice)),
        // What is wrong is told with its place in the file; what is so only by itself passes.
        _ => yaml::documents(&file.name, &file.text).map(|_| (Vec::new(), Vec::new())),
    }
}

/// That a key is there twice, in a document that begins at a line: which one is meant is not for us to say.
fn left_twice(one: &Twice, first: usize) -> Change {
    let line = |line: u64| usize::try_from(line).unwrap_or_default() + first - 1;
    let why = format!("it is there again in line {}, which istioctl goes by; it is refused now", line(one.last));
    let now = "take one of them out".to_owned();
    Change { line: line(one.line), path: Place::join(&one.path), since: None, done: Done::Left(why), now }
}

/// Whether a document is what is rewritten.
fn is_operator(document: &Value) -> bool {
    matches!(document["kind"].as_str(), Some("IstioOperator" | "IstioControlPlane"))
}

/// The documents of a text, each with the separator before it.
fn split(text: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let (mut at, mut begun) = (0, false);
    for line in text.split_inclusive('\n') {
        let separates =
            line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if separates && begun {
            starts.push(at);
        }
        // Comments and directives before the first separator are of the document after it.
        begun |= separates || !line.trim().is_empty() && !line.starts_with(['#', '%']);
        at += line.len();
    }
    starts.push(text.len());
    starts.windows(2).filter_map(|pair| text.get(pair[0]..pair[1])).filter(|text| !text.is_empty()).collect()
}

/// An IstioOperator that begins at a line: its new text, and what became of its fields.
fn one(text: &str, mut tree: Value, first: usize, render: Render<'_>) -> (String, Vec<Change>) {
    let mut lines = Lines::of(text);
    let mut changes = Vec::new();
    let mut left: Vec<Left> = Vec::new();
    while let Some((path, field)) = next(&tree, &left) {
        let line = lines.origin(&path).map_or(first, |line| line + first);
        let change = |done| Change { line, path: Place::join(&path), since: Some(field.since), done, now: field.now() };
        match step::take(&lines, &tree, &path, field) {
            Ok(step) => {
                let own = change(step.done);
                // What could not be taken out by itself has gone, or moved, with what it was in.
                changes
                    .retain(|other: &Change| !matches!(other.done, Done::Left(_)) || !is_below(&other.path, &own.path));
                changes.push(own);
                (lines, tree) = (step.lines, step.tree);
            }
            Err(why) => {
                changes.push(change(Done::Left(why.to_owned())));
                let holds = !matches!(field.successor, Successor::Gone | Successor::Refused);
                left.push(Left { path, holds });
            }
        }
    }
    let new = ended(lines.text(), text, &tree);
    let mut tell = |path: &[Place], what: String, now: String| {
        let line = lines.origin(path).map_or(first, |line| line + first);
        changes.push(Change { line, path: Place::join(path), since: None, done: Done::Left(what), now });
    };
    let unknown = unknown(&tree, &left);
    // Rules are for what is of the right types.
    if unknown.is_empty() && left.is_empty() {
        validate::refused(&new, render).into_iter().for_each(|one| tell(&one.path, one.message, one.hints.join("; ")));
    }
    unknown.into_iter().for_each(|one| tell(&one.path, one.what, one.hint.unwrap_or_default()));
    (new, changes)
}

/// That a List holds IstioOperators, as kubectl prints several of them: what is in it is not rewritten.
fn listed(documents: &[Value], line: usize) -> Option<Change> {
    let items = documents.iter().filter(|one| one["kind"] == "List").flat_map(|one| one["items"].as_array());
    let count = items.flatten().filter(|item| is_operator(item)).count();
    let why = "it is in a List: write each IstioOperator to a file of its own".to_owned();
    let change = Change { line, path: "items".to_owned(), since: None, done: Done::Left(why), now: String::new() };
    (count > 0).then_some(change)
}

/// A field that stays as it is.
struct Left {
    path: Vec<Place>,
    /// Whether it has a value that must not go with what it is in.
    holds: bool,
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// The new text without a last line break where the old one had none.
fn ended(mut new: String, old: &str, tree: &Value) -> String {
    if !old.ends_with('\n') && new.ends_with('\n') {
        let without = new.trim_end_matches(['\r', '\n']);
        if yaml::documents_last_wins("", without).is_ok_and(|read| read.first() == Some(tree)) {
            new.truncate(without.len());
        }
    }
    new
}

/// What the schema refuses all the same, and is not told yet.
fn unknown(tree: &Value, left: &[Left]) -> Vec<schema::Problem> {
    let told = |path: &[Place]| left.iter().any(|left| left.path.starts_with(path) || path.starts_with(&left.path));
    let mut problems = schema::check(tree, &schema::document());
    problems.retain(|problem| !problem.lenient && !told(&problem.path));
    problems
}

/// The next field of old, those of `left` aside: the first in the document, what is below a field before the field, and
/// what moves before what needs its room.
fn next(tree: &Value, left: &[Left]) -> Option<(Vec<Place>, &'static Retired)> {
    let stays = |path: &[Place], field: &Retired| {
        let is_gone = matches!(field.successor, Successor::Gone);
        left.iter().any(|left| left.path == path || is_gone && left.holds && left.path.starts_with(path))
    };
    let needs_room = |field: &Retired| matches!(field.successor, Successor::Target(..));
    search(tree, &mut Vec::new(), &|path, field| !needs_room(field) && !stays(path, field))
        .or_else(|| search(tree, &mut Vec::new(), &|path, field| !stays(path, field)))
}

type Wanted<'a> = &'a dyn Fn(&[Place], &Retired) -> bool;

fn search(value: &Value, path: &mut Vec<Place>, wanted: Wanted<'_>) -> Option<(Vec<Place>, &'static Retired)> {
    let mut below = |step: Place, value: &Value| {
        path.push(step);
        let own = retired::at(path)
            .filter(|field| !matches!(field.successor, Successor::Value(old, _) if value != old))
            .find(|field| wanted(path, field));
        let moves = own.filter(|field| !matches!(field.successor, Successor::Gone));
        let found = match moves {
            Some(field) => Some((path.clone(), field)),
            None => search(value, path, wanted).or_else(|| own.map(|field| (path.clone(), field))),
        };
        path.pop();
        found
    };
    match value {
        Value::Object(map) => map.iter().find_map(|(key, value)| below(Place::key(key), value)),
        Value::Array(list) => list.iter().enumerate().find_map(|(index, value)| below(Place::Index(index), value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
