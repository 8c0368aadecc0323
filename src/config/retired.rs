//! Fields that IstioOperator files had once: since when they are gone, and what does their work now.
//!
//! Pure tables, by the part of the file. A field is looked up where the schema does not know it, so what is accepted today
//! is never taken for an old one.

mod operator;
mod scaling;
mod values;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::schema;
use crate::yaml::Place;

/// A field of old.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retired {
    /// Its path from the root of the document. `*` is any key, `[]` marks a list.
    pub(crate) path: &'static str,
    /// The minor version of Istio 1 that had no use for it any more, the first one.
    pub(crate) since: u8,
    /// What became of it.
    pub(crate) successor: Successor,
    /// What does its work now, as the rest of a sentence; empty where the successor says it.
    now: &'static str,
}

/// What became of a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Successor {
    /// It has another path: from the root, or relative to the map it is in (`.a.b`) or the one above (`..a`).
    Moved(&'static str),
    /// An amount that an autoscaler aims at, which `target` beside it holds now: its type, and the key there.
    Target(&'static str, &'static str),
    /// `{enabled, host, port}` became an address at this path, and a switch at another.
    Address(&'static str, Option<&'static str>),
    /// It became an element with a name in the list at this path.
    Element(&'static str, &'static str),
    /// A value that has another name in the same place.
    Value(&'static str, &'static str),
    /// Nothing.
    Gone,
    /// Nothing, and it is refused though the schema knows it.
    Refused,
}

impl Retired {
    /// Since when it is gone and what there is instead, as the rest of a sentence.
    pub(crate) fn said(&self) -> String {
        let since = self.since;
        match self.successor {
            Successor::Moved(to) if !to.starts_with('.') => {
                format!("was removed in Istio 1.{since}: it is `{}` now", shown(to))
            }
            Successor::Value(old, new) => format!("was `{old}` until Istio 1.{since}: it is `{new}` now"),
            _ => format!("was removed in Istio 1.{since}: {}", self.now),
        }
    }

    /// What does its work now.
    pub(crate) fn now(&self) -> String {
        match self.successor {
            Successor::Moved(to) if self.now.is_empty() => format!("it is `{}` now", shown(to)),
            Successor::Value(_, new) => format!("it is `{new}` now"),
            _ => self.now.to_owned(),
        }
    }

    fn is_at(&self, path: &[Place]) -> bool {
        let mut own = self.path.split('.').map(|step| step.strip_suffix("[]").unwrap_or(step));
        let mut keys = path.iter().filter_map(|step| match step {
            Place::Key(key) => Some(key.as_str()),
            Place::Index(_) => None,
        });
        loop {
            match (own.next(), keys.next()) {
                (None, None) => return true,
                (Some(own), Some(key)) if own == "*" || own == key => {}
                _ => return false,
            }
        }
    }
}

/// A path as users know it: what is below `spec` begins there.
fn shown(path: &str) -> &str {
    path.trim_start_matches('.').strip_prefix("spec.").unwrap_or(path.trim_start_matches('.'))
}

/// All fields of old; what is particular comes before what is general.
pub(crate) fn all() -> impl Iterator<Item = &'static Retired> {
    operator::FIELDS.iter().chain(scaling::FIELDS).chain(values::FIELDS)
}

/// Any key.
const ANY: &str = "*";

/// The fields by the last step of their paths, those of any key among them: every key of a file is looked up, and most are none.
static BY_LAST: LazyLock<HashMap<&str, Vec<&Retired>>> = LazyLock::new(|| {
    let last = |field: &Retired| field.path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
    let of = |name: &str| all().filter(|field| [name, ANY].contains(&last(field))).collect();
    all().map(|field| (last(field), of(last(field)))).collect()
});

/// The fields of old that a path (from the root of the document) leads to, where the schema does not take it.
pub(crate) fn at(path: &[Place]) -> impl Iterator<Item = &'static Retired> {
    let is_known = |path: &[Place]| schema::find(&schema::document(), path).is_some();
    let of_last: &[&Retired] = match path.last() {
        Some(Place::Key(key)) => BY_LAST.get(key.as_str()).or_else(|| BY_LAST.get(ANY)).map_or(&[], Vec::as_slice),
        // What is in a list goes with the list.
        _ => &[],
    };
    of_last.iter().copied().filter(|field| field.is_at(path)).filter(move |field| match field.successor {
        Successor::Value(..) | Successor::Refused => true,
        _ => !is_known(path),
    })
}

const fn gone(path: &'static str, since: u8, now: &'static str) -> Retired {
    Retired { path, since, successor: Successor::Gone, now }
}

const fn refused(path: &'static str, since: u8, now: &'static str) -> Retired {
    Retired { path, since, successor: Successor::Refused, now }
}

const fn moved(path: &'static str, since: u8, to: &'static str) -> Retired {
    Retired { path, since, successor: Successor::Moved(to), now: "" }
}

const fn beside(path: &'static str, since: u8, to: &'static str, now: &'static str) -> Retired {
    Retired { path, since, successor: Successor::Moved(to), now }
}

#[cfg(test)]
mod tests;
