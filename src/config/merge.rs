//! Laying one tree over another, and looking into one by a path.

use serde_json::{Map, Value};

/// What is at a dotted path below `tree`, such as `values.global.hub`; no list indices.
pub(super) fn at<'t>(tree: &'t Value, path: &str) -> Option<&'t Value> {
    path.split('.').try_fold(tree, |value, key| value.get(key))
}

/// Lays `over` on `base`: maps are merged key by key, everything else (lists, scalars, null) replaces what is there.
pub fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => merge_maps(base, over),
        (base, over) => *base = over,
    }
}

/// [`merge`] of two maps.
pub fn merge_maps(base: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        match base.get_mut(&key) {
            Some(slot) => merge(slot, value),
            None => {
                base.insert(key, value);
            }
        }
    }
}

/// A tree with `value` at the end of `path`.
pub(super) fn nested(path: &[&str], value: Value) -> Value {
    path.iter().rev().fold(value, |value, key| Value::Object(Map::from_iter([((*key).to_owned(), value)])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn merged(base: Value, over: Value) -> Value {
        let mut base = base;
        merge(&mut base, over);
        base
    }

    #[test]
    fn by_example() {
        let table = [
            (json!({}), json!({}), json!({})),
            (json!({"a": 1}), json!({"b": 2}), json!({"a": 1, "b": 2})),
            (json!({"a": {"b": 1, "c": 2}}), json!({"a": {"c": 3}}), json!({"a": {"b": 1, "c": 3}})),
            (json!({"a": true}), json!({"a": false}), json!({"a": false})),
            (json!({"a": "x"}), json!({"a": {"b": 1}}), json!({"a": {"b": 1}})),
            (json!({"a": {"b": 1}}), json!({"a": "x"}), json!({"a": "x"})),
            (json!({"a": {"b": 1}}), json!({"a": null}), json!({"a": null})),
            (json!({"a": null}), json!({"a": {"b": 1}}), json!({"a": {"b": 1}})),
            (json!({"a": [1, 2, 3]}), json!({"a": [4]}), json!({"a": [4]})),
            (json!({"a": [1, 2, 3]}), json!({"a": []}), json!({"a": []})),
            (json!({"a": {"b": 1}}), json!({"a": {}}), json!({"a": {"b": 1}})),
        ];
        for (base, over, want) in table {
            assert_eq!(merged(base.clone(), over.clone()), want, "{base} < {over}");
        }
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..5_i64).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[a-d]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn map() -> impl Strategy<Value = Value> {
        prop::collection::btree_map("[a-d]", tree(), 0..4).prop_map(|map| Value::Object(map.into_iter().collect()))
    }

    /// Every leaf (what is not a map with keys) with its path.
    fn leaves(value: &Value, path: &str, into: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                map.iter().for_each(|(key, value)| leaves(value, &format!("{path}/{key}"), into));
            }
            leaf => into.push((path.to_owned(), leaf.clone())),
        }
    }

    proptest! {
        #[test]
        fn nothing_over_and_nothing_below_change_nothing(a in map()) {
            prop_assert_eq!(merged(a.clone(), json!({})), a.clone());
            prop_assert_eq!(merged(json!({}), a.clone()), a);
        }

        #[test]
        fn twice_is_once(a in map(), b in map()) {
            let once = merged(a, b.clone());
            prop_assert_eq!(merged(once.clone(), b), once);
        }

        #[test]
        fn layers_can_be_merged_from_either_end(a in map(), b in map(), c in map()) {
            // A map laid over a scalar forgets what that scalar hid, so this holds for layers that agree on what is a map.
            let conflict = |x: &Value, y: &Value| merged(x.clone(), y.clone()) != merged(y.clone(), x.clone());
            prop_assume!(!conflict(&a, &b) && !conflict(&b, &c) && !conflict(&a, &c));
            prop_assert_eq!(merged(merged(a.clone(), b.clone()), c.clone()), merged(a, merged(b, c)));
        }

        #[test]
        fn every_leaf_of_the_upper_layer_is_there(a in map(), b in map()) {
            let result = merged(a, b.clone());
            let mut upper = Vec::new();
            leaves(&b, "", &mut upper);
            for (path, value) in upper {
                let found = result.pointer(&path);
                match value {
                    Value::Object(_) => prop_assert!(found.is_some_and(Value::is_object), "{}", path),
                    value => prop_assert_eq!(found, Some(&value)),
                }
            }
        }

        #[test]
        fn lists_are_replaced_whole(a in prop::collection::vec(tree(), 0..3), b in prop::collection::vec(tree(), 0..3)) {
            prop_assert_eq!(merged(json!({"l": a}), json!({"l": b.clone()})), json!({"l": b}));
        }
    }
}
