//! The images that an installation pulls.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::document;
use crate::ui::sanitize;

/// Images, each with what uses it.
type Used = BTreeMap<String, BTreeSet<String>>;

/// A line an image.
pub fn text(used: &Used) -> String {
    used.keys().map(|image| sanitize(image) + "\n").collect()
}

/// A document of kind `ImageList`.
pub fn json(used: &Used) -> String {
    let images: Vec<Value> = used.iter().map(|(image, users)| json!({ "image": image, "usedBy": users })).collect();
    document::of("ImageList", "images", images.into())
}
