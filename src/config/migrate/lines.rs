//! The lines of a document: entries of its maps found, taken out and put in. What is not one key to a line is not touched.

use std::cell::OnceCell;
use std::rc::Rc;

use serde_json::Value;

use super::tree;
use crate::yaml::{Place, Places};

/// How a comment begins that stands for a field that was taken out.
const MARK: &str = "# mesh migrate: ";

/// The lines of a document, each with its line break.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    lines: Vec<Line>,
    ending: &'static str,
    /// Where everything stands in them as they are, once somebody has asked.
    places: OnceCell<Rc<Places>>,
}

#[derive(Debug, Clone)]
struct Line {
    text: String,
    /// The line it was, from 0; of a new one the line that made it.
    origin: usize,
}

/// The lines of an entry of a map, or of an element of a list.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    column: usize,
    /// Whether the dash of an element stands before it.
    dashed: bool,
}

/// An entry as lines without breaks, the first at column 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    comments: Vec<String>,
    body: Vec<String>,
}

impl Entry {
    /// A line.
    pub(super) fn line(text: String) -> Self {
        Self { comments: Vec::new(), body: vec![text] }
    }

    /// The same entry with another key.
    pub(super) fn named(mut self, key: &str) -> Option<Self> {
        let first = self.body.first_mut()?;
        let end = match first.chars().next()? {
            quote @ ('"' | '\'') => 2 + first.get(1..)?.find(quote)?,
            _ => first.find(':')?,
        };
        first.replace_range(..end, key);
        Some(self)
    }

    /// The same entry this much to the right, below other lines.
    pub(super) fn below(mut self, heads: &[&str], by: usize) -> Self {
        let body = self.body.iter().map(|line| shifted(line, 0, by));
        self.body = heads.iter().map(|&head| head.to_owned()).chain(body).collect();
        self
    }
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let lines = text.split_inclusive('\n').enumerate();
        let lines: Vec<Line> = lines.map(|(origin, line)| Line { text: line.to_owned(), origin }).collect();
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Self { lines, ending, places: OnceCell::new() }
    }

    pub(super) fn text(&self) -> String {
        self.lines.iter().map(|line| line.text.as_str()).collect()
    }

    /// The lines to be changed: what was known of their places is not so any more.
    fn changing(&mut self) -> &mut Vec<Line> {
        self.places.take();
        &mut self.lines
    }

    /// Line and column of a path, from 0.
    fn place(&self, path: &[Place]) -> Option<(usize, usize)> {
        let places = self.places.get_or_init(|| Rc::new(Places::of(&self.text())));
        let (line, column) = places.key(path)?;
        let from_0 = |one: u64| usize::try_from(one).ok()?.checked_sub(1);
        Some((from_0(line)?, from_0(column)?))
    }

    /// The line that a path led to at first, from 0.
    pub(super) fn origin(&self, path: &[Place]) -> Option<usize> {
        let (line, _) = self.place(path)?;
        Some(self.lines.get(line)?.origin)
    }

    fn find(&self, path: &[Place]) -> Option<Span> {
        let (start, column) = self.place(path)?;
        let prefix = self.lines.get(start)?.text.get(..column)?;
        if !prefix.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
            return None;
        }
        let is_key = matches!(path.last(), Some(Place::Key(_)));
        let least = if is_key { column + 1 } else { column };
        let mut end = start + 1;
        for (index, line) in self.lines.iter().enumerate().skip(start + 1) {
            let (indent, rest) = (indent(&line.text), line.text.trim());
            let own_list = is_key && indent == column && (rest == "-" || rest.starts_with("- "));
            if !rest.is_empty() && (indent >= least || own_list) {
                end = index + 1;
            } else if !rest.is_empty() && !rest.starts_with('#') {
                break;
            }
        }
        Some(Span { start, end, column, dashed: prefix.contains('-') })
    }

    /// How many lines directly above a span are comments on it: none of those that stand for what was there before it.
    fn comments_above(&self, span: Span) -> usize {
        let is_comment = |line: &&Line| {
            let text = line.text.trim();
            indent(&line.text) == span.column && text.starts_with('#') && !text.starts_with(MARK)
        };
        if span.dashed { 0 } else { self.lines[..span.start].iter().rev().take_while(is_comment).count() }
    }

    /// The entry at a path, and the comments on it where they are wanted.
    pub(super) fn entry(&self, path: &[Place], with_comments: bool) -> Option<Entry> {
        let span = self.find(path)?;
        let above = if with_comments { self.comments_above(span) } else { 0 };
        let lines = |from: usize, to: usize| {
            self.lines[from..to].iter().map(|line| shifted(broken(&line.text), span.column, 0))
        };
        let mut body = vec![broken(&self.lines[span.start].text).get(span.column..)?.to_owned()];
        body.extend(lines(span.start + 1, span.end));
        Some(Entry { comments: lines(span.start - above, span.start).collect(), body })
    }

    /// What is below the key at a path, as one entry.
    pub(super) fn children(&self, path: &[Place], value: &Value) -> Option<Entry> {
        let Some(first) = value.as_object().and_then(|map| map.keys().next()) else { return Some(Entry::default()) };
        let span = self.find(path)?;
        let child = self.find(&[path, &[Place::key(first)]].concat())?;
        let lines = self.lines[span.start + 1..span.end].iter();
        Some(Entry {
            comments: Vec::new(),
            body: lines.map(|line| shifted(broken(&line.text), child.column, 0)).collect(),
        })
    }

    /// Takes away the comments directly above the entry at a path.
    pub(super) fn cut_comments(&mut self, path: &[Place]) -> Option<()> {
        let span = self.find(path)?;
        let above = self.comments_above(span);
        self.changing().drain(span.start - above..span.start);
        Some(())
    }

    /// Another value in the same line.
    pub(super) fn replace(&mut self, path: &[Place], old: &str, new: &str) -> Option<()> {
        let span = self.find(path)?;
        let line = self.changing().get_mut(span.start)?;
        let value = span.column + line.text.get(span.column..)?.find(':')?;
        let at = value + line.text.get(value..)?.find(old)?;
        line.text.replace_range(at..at + old.len(), new);
        Some(())
    }

    /// Takes out the lines of `outermost`, which holds nothing but `path`. Comments stay, and `said` is one more.
    pub(super) fn cut(&mut self, path: &[Place], outermost: &[Place], said: Option<&str>) -> Option<()> {
        let (outer, own) = (self.find(outermost)?, self.find(path)?);
        let prefix = self.lines[outer.start].text.get(..outer.column)?.to_owned();
        if outer.dashed {
            // The dash goes to the next key of the element.
            let next = &mut self.changing().get_mut(outer.end)?.text;
            if indent(next) != outer.column || next.trim().starts_with(['#', '-']) {
                return None;
            }
            *next = format!("{prefix}{}", next.trim_start());
        }
        let margin = indent(&prefix).min(outer.column);
        let is_kept = |line: &&Line| line.text.trim().starts_with('#');
        let kept = |from: usize, to: usize| {
            let lines = self.lines[from..to].iter().filter(is_kept);
            lines.map(|line| Line { text: format!("{}{}", " ".repeat(margin), line.text.trim_start()), ..*line })
        };
        let mut new: Vec<Line> = kept(outer.start, own.start).collect();
        let text = said.map(|said| format!("{}{MARK}{said}{}", " ".repeat(margin), self.ending));
        new.extend(text.map(|text| Line { text, origin: self.lines[own.start].origin }));
        new.extend(kept(own.end, outer.end));
        self.changing().splice(outer.start..outer.end, new);
        Some(())
    }

    /// Puts an entry in at a path, and the maps on the way to it: in the place of `near` where that is in the same map, else
    /// at the end of the map.
    pub(super) fn insert(&mut self, tree: &Value, to: &[Place], entry: Entry, near: &[Place]) -> Option<()> {
        let is_there = |path: &[Place]| tree::get(tree, path).is_some();
        let depth = (0..to.len()).rev().find(|depth| is_there(&to[..*depth]))?;
        let (above, missing) = to.split_at(depth);
        let mut entry = entry;
        for step in missing.iter().rev().skip(1) {
            let Place::Key(key) = step else { return None };
            let body = std::mem::take(&mut entry.comments).into_iter().chain(entry.body).collect();
            entry = Entry { comments: Vec::new(), body }.below(&[&format!("{key}:")], 2);
        }
        let origin = self.origin(near).unwrap_or_default();
        let (column, at) = self.room(tree, above, near)?;
        let ending = self.ending;
        if let Some(last) = self.changing()[..at].last_mut().filter(|line| !line.text.ends_with('\n')) {
            last.text.push_str(ending);
        }
        let lines = entry.comments.iter().chain(&entry.body);
        let lines = lines.map(|line| Line { text: shifted(line, 0, column) + ending, origin });
        self.changing().splice(at..at, lines.collect::<Vec<_>>());
        Some(())
    }

    /// The column of keys in the map at `above`, and the line before which there is room for one more.
    fn room(&mut self, tree: &Value, above: &[Place], near: &[Place]) -> Option<(usize, usize)> {
        if near.split_last().is_some_and(|(_, map)| map == above) {
            let span = self.find(near)?;
            return Some((span.column, if span.dashed { span.end } else { span.start }));
        }
        let keys: Vec<&String> = match tree::get(tree, above)? {
            Value::Object(map) => map.keys().collect(),
            Value::Null => Vec::new(),
            _ => return None,
        };
        let Some(first) = keys.first() else {
            let span = self.find(above)?;
            let ending = self.ending;
            let line = &mut self.changing().get_mut(span.start)?.text;
            if let Some(braces) = line.find("{}") {
                line.replace_range(braces..braces + 2, "");
                *line = format!("{}{}", line.trim_end(), ending);
            }
            return Some((span.column + 2, span.start + 1));
        };
        let column = self.find(&[above, &[Place::key(first)]].concat())?.column;
        let ends = keys.iter().filter_map(|key| self.find(&[above, &[Place::key(key)]].concat()));
        Some((column, ends.filter(|span| span.column == column).map(|span| span.end).max()?))
    }
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

/// A line without its break.
fn broken(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// A line that was indented from one column on, from another one on.
fn shifted(line: &str, from: usize, to: usize) -> String {
    let own = indent(line);
    if own == line.len() {
        return String::new();
    }
    format!("{}{}", " ".repeat((own + to).saturating_sub(from)), &line[own..])
}
