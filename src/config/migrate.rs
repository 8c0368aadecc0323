//! `migrate`: IstioOperator files of earlier versions as the version of today takes them. Works on the text, so that
//! comments, order and spelling of everything else stay as they are.
//!
//! One change at a time: it is made to the values, then to the lines, and counts only if the lines then read as the values.
//! So an anchor, a merge or a spelling that nobody thought of ends in "not migrated", never in a file that says something
//! else.

mod draft;
mod lines;
mod step;
mod tree;

use serde_json::Value;

use super::{Config, Source};
use crate::error::Result;
use crate::yaml::{self, Place, Places, Twice};

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
        self.changes.iter().any(Change::is_left)
    }
}

impl Change {
    /// Whether it could not be made.
    fn is_left(&self) -> bool {
        matches!(self.done, Done::Left(_))
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
                let (text, changes) = if twice.is_empty() {
                    draft::migrated(piece, tree, line, render)
                } else {
                    // Whatever went of such a pair, the other one would count: nothing is taken out.
                    (piece.to_owned(), twice.iter().map(|one| left_twice(one, line)).collect())
                };
                migrated.operators += 1;
                migrated.text.push_str(&text);
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
    let now = "take one of them out, and migrate the rest then".to_owned();
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

/// That a List holds IstioOperators, as kubectl prints several of them: what is in it is not rewritten.
fn listed(documents: &[Value], line: usize) -> Option<Change> {
    let items = documents.iter().filter(|one| one["kind"] == "List").flat_map(|one| one["items"].as_array());
    let count = items.flatten().filter(|item| is_operator(item)).count();
    let why = "it is in a List: write each IstioOperator to a file of its own".to_owned();
    let change = Change { line, path: "items".to_owned(), since: None, done: Done::Left(why), now: String::new() };
    (count > 0).then_some(change)
}

#[cfg(test)]
mod tests;
