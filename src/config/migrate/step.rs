//! One field of old: taken out of values and lines, and put where it belongs now.

use serde_json::{Value, json};

use super::lines::{Entry, Lines};
use super::{Done, UNSAFE, tree};
use crate::config::retired::{Retired, Successor};
use crate::yaml::{self, Place};

/// What a step came to.
pub(super) struct Step {
    pub(super) lines: Lines,
    pub(super) tree: Value,
    pub(super) done: Done,
}

/// Why a step is not made.
type Why = &'static str;

const IN_THE_WAY: Why = "what takes its place has something else there: change it by hand";
const MORE: Why = "it says more than its successor takes: change it by hand";

/// The document with the field of old at `path` as it is now.
pub(super) fn take(lines: &Lines, tree: &Value, path: &[Place], field: &Retired) -> Result<Step, Why> {
    let value = tree::get(tree, path).ok_or(UNSAFE)?;
    let mut work = Work { lines: lines.clone(), tree: tree.clone(), path };
    let done = match field.successor {
        Successor::Value(old, new) => work.rename(old, new)?,
        Successor::Moved(to) if !value.is_null() => work.move_to(&target(to, path), field)?,
        Successor::Target(kind, key) if !value.is_null() => work.aim(kind, key)?,
        Successor::Address(to, switch) => work.address(to, switch, field)?,
        Successor::Element(list, name) => work.element(&target(list, path), name)?,
        _ => work.remove(field)?,
    };
    checked(work, done)
}

/// The document without the field at `path`, and a word in its place that says why.
pub(super) fn remove(lines: &Lines, tree: &Value, path: &[Place], why: &str) -> Result<Step, Why> {
    let mut work = Work { lines: lines.clone(), tree: tree.clone(), path };
    work.cut(Some(&format!("{} was taken out: {why}", Place::join(path))))?;
    checked(work, Done::Removed)
}

/// The document with the text at `path` as what it is without its quotes, or what is there as the text that it is with quotes.
pub(super) fn requote(lines: &Lines, tree: &Value, path: &[Place], wanted: Value) -> Result<Step, Why> {
    let mut work = Work { lines: lines.clone(), tree: tree.clone(), path };
    let new = wanted.to_string();
    let old = match &wanted {
        Value::String(bare) => vec![bare.clone()],
        _ => ['"', '\''].map(|quote| format!("{quote}{new}{quote}")).to_vec(),
    };
    old.iter().find_map(|old| work.lines.replace(path, old, &new)).ok_or(UNSAFE)?;
    tree::put(&mut work.tree, path, wanted);
    checked(work, Done::Translated(new))
}

/// A step is one only if the lines read as the values.
fn checked(work: Work<'_>, done: Done) -> Result<Step, Why> {
    let read = yaml::documents_last_wins("", &work.lines.text()).ok();
    match read.as_deref() {
        Some([read]) if *read == work.tree => Ok(Step { lines: work.lines, tree: work.tree, done }),
        _ => Err(UNSAFE),
    }
}

/// The path that `to` names for the field at `path`.
fn target(to: &str, path: &[Place]) -> Vec<Place> {
    let rest = to.trim_start_matches('.');
    let up = to.len() - rest.len();
    let mut target = if up == 0 { Vec::new() } else { path[..path.len().saturating_sub(up)].to_vec() };
    target.extend(rest.split('.').map(|step| match path.last() {
        Some(own) if step == "*" => own.clone(),
        _ => Place::key(step),
    }));
    target
}

struct Work<'a> {
    lines: Lines,
    tree: Value,
    path: &'a [Place],
}

impl Work<'_> {
    fn rename(&mut self, old: &str, new: &str) -> Result<Done, Why> {
        self.lines.replace(self.path, old, new).ok_or(UNSAFE)?;
        tree::put(&mut self.tree, self.path, new.into());
        Ok(Done::Translated(new.to_owned()))
    }

    /// Takes the field out, with a word on it in its place.
    fn remove(&mut self, field: &Retired) -> Result<Done, Why> {
        let said = format!("{} was removed in 1.{}: {}", Place::join(self.path), field.since, field.now());
        self.cut(Some(&said))?;
        Ok(Done::Removed)
    }

    fn cut(&mut self, said: Option<&str>) -> Result<(), Why> {
        let outermost = tree::remove(&mut self.tree, self.path).ok_or(UNSAFE)?;
        self.lines.cut(self.path, &outermost, said).ok_or(UNSAFE)
    }

    fn put(&mut self, to: &[Place], value: Value, entry: Entry) -> Result<(), Why> {
        self.lines.insert(&self.tree, to, entry, self.path).ok_or(UNSAFE)?;
        if tree::put(&mut self.tree, to, value) { Ok(()) } else { Err(IN_THE_WAY) }
    }

    fn move_to(&mut self, to: &[Place], field: &Retired) -> Result<Done, Why> {
        let value = tree::get(&self.tree, self.path).cloned().ok_or(UNSAFE)?;
        match (tree::get(&self.tree, to), &value) {
            (None | Some(Value::Null), _) => {}
            // Two maps become one, key by key.
            (Some(Value::Object(_)), Value::Object(map)) => {
                let keys: Vec<String> = map.keys().cloned().collect();
                for key in keys {
                    let below = |path: &[Place]| [path, &[Place::key(&key)]].concat();
                    let own = below(self.path);
                    let mut part = Work { lines: self.lines.clone(), tree: self.tree.clone(), path: &own };
                    part.move_to(&below(to), field)?;
                    (self.lines, self.tree) = (part.lines, part.tree);
                }
                if tree::get(&self.tree, self.path).is_some() {
                    self.cut(None)?;
                }
                return Ok(Done::Translated(Place::join(to)));
            }
            _ => {
                let said =
                    format!("{} is {} since 1.{}, which is set", Place::join(self.path), Place::join(to), field.since);
                self.cut(Some(&said))?;
                return Ok(Done::Superseded(Place::join(to)));
            }
        }
        let Some(Place::Key(key)) = to.last() else { return Err(UNSAFE) };
        let stays = to.len() >= self.path.len() && to.starts_with(&self.path[..self.path.len() - 1]);
        let entry = self.lines.entry(self.path, !stays).ok_or(UNSAFE)?.named(key).ok_or(UNSAFE)?;
        self.put(to, value, entry)?;
        if !stays {
            self.lines.cut_comments(self.path).ok_or(UNSAFE)?;
        }
        self.cut(None)?;
        Ok(Done::Translated(Place::join(to)))
    }

    /// `target` beside the field holds its value.
    fn aim(&mut self, kind: &str, key: &str) -> Result<Done, Why> {
        let value = tree::get(&self.tree, self.path).cloned().ok_or(UNSAFE)?;
        let to = target(".target", self.path);
        if tree::get(&self.tree, &to).is_some() {
            return Err(IN_THE_WAY);
        }
        let entry = self.lines.entry(self.path, false).ok_or(UNSAFE)?.named(key).ok_or(UNSAFE)?;
        let entry = entry.below(&["target:", &format!("  type: {kind}")], 2);
        let mut aimed = json!({ "type": kind });
        aimed[key] = value;
        self.put(&to, aimed, entry)?;
        self.cut(None)?;
        Ok(Done::Translated(Place::join(&to)))
    }

    fn address(&mut self, to: &str, switch: Option<&str>, field: &Retired) -> Result<Done, Why> {
        let value = tree::get(&self.tree, self.path).cloned().ok_or(UNSAFE)?;
        let host = value["host"].as_str().filter(|host| !host.is_empty());
        let port = match &value["port"] {
            Value::String(port) => port.clone(),
            port => port.to_string(),
        };
        let (Some(host), true) = (host, value["enabled"] == true && port.parse::<u16>().is_ok()) else {
            return self.remove(field);
        };
        let to = target(to, self.path);
        let says_more = |(key, value): (&String, &Value)| {
            let empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
            !matches!(key.as_str(), "enabled" | "host" | "port") && !empty
        };
        if value.as_object().into_iter().flatten().any(says_more) {
            return Err(MORE);
        }
        let mut scalar = |to: &[Place], text: String, value: Value| match (to.last(), tree::get(&self.tree, to)) {
            (Some(Place::Key(key)), None) => self.put(to, value, Entry::line(format!("{key}: {text}"))),
            _ => Err(IN_THE_WAY),
        };
        let address = format!("{host}:{port}");
        // In quotes, or an address such as `a:1` could be read as something else.
        scalar(&to, json!(address).to_string(), address.into())?;
        if let Some(switch) = switch {
            scalar(&target(switch, &[]), "true".to_owned(), true.into())?;
        }
        self.cut(None)?;
        Ok(Done::Translated(Place::join(&to)))
    }

    fn element(&mut self, list: &[Place], name: &str) -> Result<Done, Why> {
        let value = tree::get(&self.tree, self.path).cloned().ok_or(UNSAFE)?;
        let Some(Place::Key(key)) = list.last() else { return Err(UNSAFE) };
        if tree::get(&self.tree, list).is_some() {
            return Err(IN_THE_WAY);
        }
        let entry = self.lines.children(self.path, &value).ok_or(UNSAFE)?;
        let entry = entry.below(&[&format!("{key}:"), &format!("- name: {name}")], 2);
        let mut element = json!({ "name": name });
        if let (Some(element), Value::Object(map)) = (element.as_object_mut(), value) {
            element.extend(map);
        }
        self.put(list, json!([element]), entry)?;
        self.cut(None)?;
        Ok(Done::Translated(Place::join(list)))
    }
}
