//! What an object says of its revision.

use std::collections::BTreeMap;

use super::{DEFAULT, label};
use crate::object::Object;

/// The revision of a control plane or of an object of one, `default` for the one without a name.
pub fn revision(object: &Object) -> &str {
    named(object).unwrap_or(DEFAULT)
}

/// The revision that an object's label says; none where it has no such label.
pub fn named(object: &Object) -> Option<&str> {
    object.label(label::REVISION).map(|name| if name.is_empty() { DEFAULT } else { name })
}

/// The tags that objects make, each with the revision it leads to.
pub fn tags_of<'a>(objects: impl IntoIterator<Item = &'a Object>) -> BTreeMap<String, String> {
    let tag = |object: &Object| Some((object.label(label::TAG)?.to_owned(), named(object)?.to_owned()));
    objects.into_iter().filter_map(tag).collect()
}
