//! How two manifests differ, object by object, whatever their order.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ObjectId;

/// Objects by what names them.
pub type Manifest = BTreeMap<ObjectId, Value>;

/// How two manifests differ in one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Unlike<'a> {
    /// The object.
    pub id: &'a ObjectId,
    /// As the first has it; none where it has not.
    pub left: Option<&'a Value>,
    /// As the second has it; none where it has not.
    pub right: Option<&'a Value>,
}

impl Unlike<'_> {
    /// `added`, `removed` or `changed`.
    pub fn change(&self) -> &'static str {
        match (self.left, self.right) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        }
    }
}

/// The objects in which two manifests differ, sorted.
pub fn differences<'a>(left: &'a Manifest, right: &'a Manifest) -> Vec<Unlike<'a>> {
    let mut ids: Vec<&ObjectId> = left.keys().chain(right.keys()).collect();
    ids.sort();
    ids.dedup();
    let both = ids.into_iter().map(|id| Unlike { id, left: left.get(id), right: right.get(id) });
    both.filter(|one| one.left != one.right).collect()
}
