//! One document on its way: field by field, each change in values and lines at once.

use serde_json::Value;

use super::lines::Lines;
use super::step::{self, Step};
use super::{Change, Done, tree};
use crate::config::retired::{self, Retired, Successor};
use crate::config::schema;
use crate::config::validate::{self, Finding, Render};
use crate::yaml::{self, Place};

/// An IstioOperator that begins at a line: its new text, and what became of its fields.
pub(super) fn migrated(text: &str, tree: Value, first: usize, render: Render<'_>) -> (String, Vec<Change>) {
    let mut draft = Draft { first, lines: Lines::of(text), tree, changes: Vec::new(), left: Vec::new() };
    draft.retire();
    draft.requote();
    let unknown = draft.unknown();
    // Rules are for what is of the right types.
    if unknown.is_empty() && draft.left.is_empty() {
        let refused = draft.emptied(text, render);
        refused.into_iter().for_each(|one| draft.leave(&one.path, one.message, one.hints.join("; ")));
    }
    unknown.into_iter().for_each(|one| draft.leave(&one.path, one.what, one.hint.unwrap_or_default()));
    (draft.text(text), draft.changes)
}

/// A document, what became of it so far, and what cannot be done.
struct Draft {
    /// The line it begins at.
    first: usize,
    lines: Lines,
    tree: Value,
    changes: Vec<Change>,
    left: Vec<Left>,
}

/// A field that stays as it is.
struct Left {
    path: Vec<Place>,
    /// Whether it has a value that must not go with what it is in.
    holds: bool,
}

impl Draft {
    /// Takes every field of old to where it belongs now. What could not be taken out is tried again once what stood beside it
    /// has gone: then it may go with what it is in.
    fn retire(&mut self) {
        while self.retire_once() && !self.left.is_empty() {
            self.left.clear();
            self.changes.retain(|change| !change.is_left());
        }
    }

    /// Takes what can be taken, tells of the rest, and says whether it took anything.
    fn retire_once(&mut self) -> bool {
        let mut took = false;
        while let Some((path, field)) = self.next() {
            let change = |done, line| Change {
                line,
                path: Place::join(&path),
                since: Some(field.since),
                done,
                now: field.now(),
            };
            let line = self.line(&path);
            match step::take(&self.lines, &self.tree, &path, field) {
                Ok(step) => {
                    took = true;
                    let done = self.go(step);
                    let own = change(done, line);
                    // What could not be taken out by itself has gone, or moved, with what it was in.
                    let is_gone = |other: &Change| is_below(&other.path, &own.path);
                    self.changes.retain(|other| !other.is_left() || !is_gone(other));
                    self.changes.push(own);
                }
                Err(why) => {
                    self.changes.push(change(Done::Left(why.to_owned()), line));
                    let holds = !matches!(field.successor, Successor::Gone | Successor::Refused);
                    self.left.push(Left { path, holds });
                }
            }
        }
        took
    }

    /// Takes the quotes from numbers and booleans that are refused with them, and gives them to those that are refused without.
    /// What cannot be done is told with what else is of a wrong type.
    fn requote(&mut self) {
        for problem in schema::check(&self.tree, &schema::document()) {
            let as_text = || {
                let found = tree::get(&self.tree, &problem.path).filter(|_| problem.unquoted)?;
                Some(Value::String(found.to_string()))
            };
            let wanted = problem.bare.clone().or_else(as_text);
            let Some(wanted) = wanted.filter(|_| !problem.lenient) else { continue };
            let line = self.line(&problem.path);
            if let Ok(step) = step::requote(&self.lines, &self.tree, &problem.path, wanted) {
                let done = self.go(step);
                let now = format!("it {}", problem.what);
                self.changes.push(Change { line, path: Place::join(&problem.path), since: None, done, now });
            }
        }
    }

    /// Takes out what is refused for being empty, and gives what is refused of the rest.
    fn emptied(&mut self, text: &str, render: Render<'_>) -> Vec<Finding> {
        const EMPTY: &str = "it was empty, and Istio's charts need it: they have it now by default";
        loop {
            let refused = validate::refused(&self.text(text), render);
            let empty = refused.iter().find(|one| tree::get(&self.tree, &one.path).is_some_and(Value::is_null));
            let Some(Finding { path, .. }) = empty else { return refused };
            let line = self.line(path);
            let Ok(step) = step::remove(&self.lines, &self.tree, path, EMPTY) else { return refused };
            let (path, done) = (Place::join(path), self.go(step));
            self.changes.push(Change { line, path, since: None, done, now: EMPTY.to_owned() });
        }
    }

    /// Takes a step.
    fn go(&mut self, step: Step) -> Done {
        (self.lines, self.tree) = (step.lines, step.tree);
        step.done
    }

    /// Tells of something that stays as it is.
    fn leave(&mut self, path: &[Place], why: String, now: String) {
        let line = self.line(path);
        self.changes.push(Change { line, path: Place::join(path), since: None, done: Done::Left(why), now });
    }

    /// The line of the file that a path led to at first.
    fn line(&self, path: &[Place]) -> usize {
        self.lines.origin(path).map_or(self.first, |line| line + self.first)
    }

    /// The text as it is now, without a last line break where the `old` one had none.
    fn text(&self, old: &str) -> String {
        let mut new = self.lines.text();
        if !old.ends_with('\n') && new.ends_with('\n') {
            let without = new.trim_end_matches(['\r', '\n']);
            if yaml::documents_last_wins("", without).is_ok_and(|read| read.first() == Some(&self.tree)) {
                new.truncate(without.len());
            }
        }
        new
    }

    /// What the schema refuses all the same, and is not told yet.
    fn unknown(&self) -> Vec<schema::Problem> {
        let told = |path: &[Place]| {
            let is_near = |left: &Left| left.path.starts_with(path) || path.starts_with(&left.path);
            self.left.iter().any(is_near)
        };
        let mut problems = schema::check(&self.tree, &schema::document());
        problems.retain(|problem| !problem.lenient && !told(&problem.path));
        problems
    }

    /// The next field of old, those of `left` aside: the first in the document, what is below a field before the field, and
    /// what moves before what needs its room.
    fn next(&self) -> Option<(Vec<Place>, &'static Retired)> {
        let stays = |path: &[Place], field: &Retired| {
            let is_gone = matches!(field.successor, Successor::Gone);
            self.left.iter().any(|left| left.path == path || is_gone && left.holds && left.path.starts_with(path))
        };
        let needs_room = |field: &Retired| matches!(field.successor, Successor::Target(..));
        search(&self.tree, &mut Vec::new(), &|path, field| !needs_room(field) && !stays(path, field))
            .or_else(|| search(&self.tree, &mut Vec::new(), &|path, field| !stays(path, field)))
    }
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '[']))
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
