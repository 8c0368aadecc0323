//! The images that an installation pulls.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::document;
use crate::check::images::Held;
use crate::ui::sanitize;

/// Images, each with what uses it.
type Used = BTreeMap<String, BTreeSet<String>>;

/// A line an image, with its digest where that is known.
pub fn text(held: &[Held]) -> String {
    let line = |one: &Held| match (&one.digest, &one.wrong) {
        (Some(digest), _) if !one.image.contains('@') => format!("{}@{digest}\n", sanitize(&one.image)),
        (None, Some(wrong)) => format!("# {} {wrong}\n", sanitize(&one.image)),
        _ => sanitize(&one.image) + "\n",
    };
    held.iter().map(line).collect()
}

/// Whether each is what it has to be, a line an image.
pub fn held(held: &[Held]) -> String {
    let line = |one: &Held| match &one.wrong {
        Some(wrong) => format!("✘ {} {wrong}\n", sanitize(&one.image)),
        None => format!("✔ {}\n", sanitize(&one.image)),
    };
    held.iter().map(line).collect()
}

/// A document of kind `ImageList`.
pub fn json(used: &Used, held: &[Held]) -> String {
    let one = |one: &Held| {
        let mut element = json!({ "image": one.image, "usedBy": used.get(&one.image) });
        if let Some(digest) = &one.digest {
            element["digest"] = digest.as_str().into();
        }
        if let Some(wrong) = &one.wrong {
            element["wrong"] = wrong.to_string().into();
        }
        element
    };
    let images: Vec<Value> = held.iter().map(one).collect();
    document::of("ImageList", "images", images.into())
}
