//! Changes to values, by paths.

use serde_json::{Map, Value};

use crate::yaml::Place;

/// The value at a path.
pub(super) fn get<'a>(tree: &'a Value, path: &[Place]) -> Option<&'a Value> {
    path.iter().try_fold(tree, |value, step| match step {
        Place::Key(key) => value.get(key),
        Place::Index(index) => value.get(index),
    })
}

/// The same, to change it.
fn get_mut<'a>(tree: &'a mut Value, path: &[Place]) -> Option<&'a mut Value> {
    path.iter().try_fold(tree, |value, step| match step {
        Place::Key(key) => value.get_mut(key),
        Place::Index(index) => value.get_mut(index),
    })
}

/// Sets the value at a path, and makes the maps on the way; false where something else is in the way.
pub(super) fn put(tree: &mut Value, path: &[Place], value: Value) -> bool {
    let Some((step, rest)) = path.split_first() else {
        *tree = value;
        return true;
    };
    match (step, tree) {
        (Place::Index(index), Value::Array(list)) => list.get_mut(*index).is_some_and(|below| put(below, rest, value)),
        (Place::Key(key), tree @ (Value::Null | Value::Object(_))) => {
            if tree.is_null() {
                *tree = Value::Object(Map::new());
            }
            let Some(map) = tree.as_object_mut() else { return false };
            put(map.entry(key.as_str()).or_insert(Value::Null), rest, value)
        }
        _ => false,
    }
}

/// Takes a key out, and the maps that are empty without it; the path of the outermost one that is gone. An empty `spec`
/// stays, as null. None where that would leave an empty element of a list.
pub(super) fn remove(tree: &mut Value, path: &[Place]) -> Option<Vec<Place>> {
    let (Place::Key(key), above) = path.split_last()? else { return None };
    let map = get_mut(tree, above)?.as_object_mut()?;
    map.shift_remove(key)?;
    if !map.is_empty() {
        return Some(path.to_vec());
    }
    match above {
        [] => None,
        [spec] if spec.is("spec") => {
            *get_mut(tree, above)? = Value::Null;
            Some(path.to_vec())
        }
        _ => remove(tree, above),
    }
}
