//! Kubernetes' strategic merge patch: as a JSON merge patch, but lists of named things (containers, ports, volumes) are
//! merged element by element. Which lists, and by which key, says the table in [`types`](super::types).
//!
//! The directives are Kubernetes': `$patch: delete|replace|merge`, `$retainKeys`, `$deleteFromPrimitiveList/LIST`,
//! `$setElementOrder/LIST`; a null deletes.

use serde_json::{Map, Value};

use super::types::{GoStruct, Merge, Shape};
use crate::error::{Error, Result};

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ELEMENT_ORDER: &str = "$setElementOrder/";

/// Merges `patch` into `base`, both of the Kubernetes type `kind` (`Deployment`, `Service`, `PodSpec`, …).
///
/// Of a kind (or a field) that the table does not know, maps are merged and lists replaced, as in a JSON merge patch.
/// What is new comes after what was there; what both have stays where it was, unless the patch orders it otherwise.
///
/// # Errors
/// `bad-patch` (usage), with the path: an element of a merged list without its key, an unknown `$patch`, a directive of
/// the wrong form. `base` may be half changed then.
pub fn strategic_merge(base: &mut Value, patch: Value, kind: &str) -> Result<()> {
    let shape = GoStruct::named(kind).map_or(Shape::Any, Shape::Struct);
    match (&mut *base, patch) {
        (Value::Object(original), Value::Object(patch)) => merge_map(original, patch, &shape).map_err(|at| at.error()),
        (_, Value::Object(patch)) => {
            let mut original = Map::new();
            merge_map(&mut original, patch, &shape).map_err(|at| at.error())?;
            *base = Value::Object(original);
            Ok(())
        }
        _ => Err(Error::usage("bad-patch", format!("a patch of {kind} has to be a map"))),
    }
}

/// What is wrong with a patch, and where: the path is put together on the way out.
struct Bad {
    path: Vec<String>,
    what: String,
}

type Merged<T = ()> = std::result::Result<T, Bad>;

impl Bad {
    fn new<T>(what: impl Into<String>) -> Merged<T> {
        Err(Self { path: Vec::new(), what: what.into() })
    }

    fn error(self) -> Error {
        let path: Vec<String> = self.path.into_iter().rev().collect();
        Error::usage("bad-patch", format!("patch of `{}`: {}", path.join("."), self.what))
    }
}

fn within<T>(step: &str, merged: Merged<T>) -> Merged<T> {
    merged.map_err(|mut bad| {
        bad.path.push(step.to_owned());
        bad
    })
}

fn merge_map(original: &mut Map<String, Value>, mut patch: Map<String, Value>, shape: &Shape) -> Merged {
    match patch.get(DIRECTIVE).map(|directive| directive.as_str().unwrap_or_default()) {
        None => {}
        Some("replace") => {
            patch.shift_remove(DIRECTIVE);
            *original = patch;
            return Ok(());
        }
        Some("delete") => {
            original.clear();
            return Ok(());
        }
        Some(other) => return Bad::new(format!("unknown $patch `{other}`; known are delete and replace")),
    }
    if let Some(keys) = patch.get(RETAIN_KEYS) {
        let Some(keys) = keys.as_array() else { return Bad::new("$retainKeys has to be a list") };
        original.retain(|key, _| keys.iter().any(|kept| kept == key));
    }
    let mut orders = Vec::new();
    for (key, value) in patch {
        if !key.starts_with('$') {
            merge_field(original, key, value, shape)?;
        } else if key.starts_with(ELEMENT_ORDER) {
            orders.push((key, value));
        } else if let Some(list) = key.strip_prefix(DELETE_FROM) {
            let Some(gone) = value.as_array() else { return Bad::new(format!("{key} has to be a list")) };
            if let Some(Value::Array(list)) = original.get_mut(list) {
                list.retain(|item| !gone.contains(item));
            }
        } else if key != RETAIN_KEYS {
            merge_field(original, key, value, shape)?;
        }
    }
    for (key, order) in orders {
        let Some(field) = key.strip_prefix(ELEMENT_ORDER) else { continue };
        let Some(order) = order.as_array() else { return Bad::new(format!("{key} has to be a list")) };
        let (_, merge) = child(shape, field);
        if let Some(Value::Array(list)) = original.get_mut(field) {
            let before = identities(list, merge);
            *list = in_order(std::mem::take(list), &identities(order, merge), &before, merge);
        }
    }
    Ok(())
}

fn merge_field(original: &mut Map<String, Value>, key: String, patch: Value, shape: &Shape) -> Merged {
    let (inner, merge) = child(shape, &key);
    match (original.get_mut(&key), patch) {
        (_, Value::Null) => {
            original.shift_remove(&key);
        }
        (Some(Value::Object(map)), Value::Object(patch)) => within(&key, merge_map(map, patch, inner))?,
        (Some(Value::Array(list)), Value::Array(patch)) => match merge {
            Merge::Replace => *list = patch.into_iter().filter_map(plain).collect(),
            Merge::Union => {
                let before = list.clone();
                let added = patch.iter().filter(|item| !before.contains(item)).cloned();
                list.extend(added);
                *list = in_order(std::mem::take(list), &patch, &before, merge);
            }
            Merge::ByKey(name) => within(&key, merge_elements(list, patch, name, inner))?,
        },
        (_, patch) => match plain(patch) {
            Some(value) => {
                original.insert(key, value);
            }
            None => {
                original.shift_remove(&key);
            }
        },
    }
    Ok(())
}

/// The shape of the values at `key` (of the elements, where that is a list) and how a list there is merged.
fn child<'s>(shape: &'s Shape, key: &str) -> (&'s Shape, Merge) {
    match shape {
        Shape::Struct(found) => found.field(key).map_or((&Shape::Any, Merge::Replace), |field| match &field.shape {
            Shape::List(element) => (&**element, field.merge),
            other => (other, field.merge),
        }),
        Shape::Map(value) => (&**value, Merge::Replace),
        _ => (&Shape::Any, Merge::Replace),
    }
}

fn merge_elements(list: &mut Vec<Value>, patch: Vec<Value>, key: &'static str, shape: &Shape) -> Merged {
    let before = identities(list, Merge::ByKey(key));
    let mut replaced = false;
    let mut plain_patches = Vec::with_capacity(patch.len());
    for element in patch {
        let Value::Object(map) = element else {
            return Bad::new(format!("every element has to be a map with `{key}`"));
        };
        match map.get(DIRECTIVE).map(|directive| directive.as_str().unwrap_or_default()) {
            None => plain_patches.push(map),
            Some("replace") => replaced = true,
            Some("delete") => {
                let Some(name) = map.get(key) else { return Bad::new(format!("an element to delete has no `{key}`")) };
                list.retain(|item| item.get(key) != Some(name));
            }
            Some(other) => return Bad::new(format!("unknown $patch `{other}` in a list")),
        }
    }
    if replaced {
        *list = plain_patches.into_iter().map(Value::Object).collect();
        return Ok(());
    }
    let mut order = Vec::with_capacity(plain_patches.len());
    for map in plain_patches {
        let Some(name) = map.get(key).cloned() else {
            return Bad::new(format!("an element has no `{key}`, which names it"));
        };
        match list.iter_mut().find(|item| item.get(key) == Some(&name)) {
            Some(Value::Object(original)) => {
                let step = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                within(&format!("[{key}:{step}]"), merge_map(original, map, shape))?;
            }
            _ => list.push(Value::Object(map)),
        }
        order.push(name);
    }
    *list = in_order(std::mem::take(list), &order, &before, Merge::ByKey(key));
    Ok(())
}

/// What tells an element of a list from the others: the value of its key, or all of it.
fn identity(item: &Value, merge: Merge) -> &Value {
    static NONE: Value = Value::Null;
    match merge {
        Merge::ByKey(key) => item.get(key).unwrap_or(&NONE),
        Merge::Union | Merge::Replace => item,
    }
}

fn identities(list: &[Value], merge: Merge) -> Vec<Value> {
    list.iter().map(|item| identity(item, merge).clone()).collect()
}

/// Kubernetes' order of a merged list: the patch's elements in the patch's order, the others in theirs; where the two
/// meet, an element that stood before the next one of the patch stays before it, any other comes after. Patch and list
/// before are given by the identities of their elements.
fn in_order(merged: Vec<Value>, patch: &[Value], before: &[Value], merge: Merge) -> Vec<Value> {
    let place = |list: &[Value], item: &Value| list.iter().position(|other| other == identity(item, merge));
    let (mut patched, others): (Vec<Value>, Vec<Value>) =
        merged.into_iter().partition(|item| place(patch, item).is_some());
    patched.sort_by_cached_key(|item| place(patch, item));
    let mut ordered = Vec::with_capacity(patched.len() + others.len());
    let (mut patched, mut others) = (patched.into_iter().peekable(), others.into_iter().peekable());
    loop {
        let other_first = match (others.peek(), patched.peek()) {
            (Some(_), None) => true,
            (Some(other), Some(item)) => {
                matches!((place(before, other), place(before, item)), (Some(left), Some(right)) if left < right)
            }
            (None, _) => false,
        };
        match if other_first { others.next() } else { patched.next() } {
            Some(item) => ordered.push(item),
            None => return ordered,
        }
    }
}

/// `value` as it stands where nothing was: without nulls in maps and without directives; none where it is one itself.
fn plain(value: Value) -> Option<Value> {
    match value {
        Value::Object(map) if map.contains_key(DIRECTIVE) => None,
        Value::Object(mut map) => {
            let is_plain = |value: &Value| !matches!(value, Value::Null | Value::Object(_) | Value::Array(_));
            if map.values().all(is_plain) {
                return Some(Value::Object(map));
            }
            map.retain(|_, value| {
                let kept = match std::mem::take(value) {
                    Value::Null => None,
                    other => plain(other),
                };
                kept.map(|kept| *value = kept).is_some()
            });
            Some(Value::Object(map))
        }
        Value::Array(list) => Some(Value::Array(list.into_iter().filter_map(plain).collect())),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn merged(kind: &str, mut base: Value, patch: &Value) -> Value {
        strategic_merge(&mut base, patch.clone(), kind).expect("a good patch");
        base
    }

    #[test]
    fn containers_are_merged_by_name_and_keep_their_place() {
        let base = json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]});
        let patch = json!({"containers": [{"name": "b", "image": "2"}, {"name": "c"}]});
        let want = json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}, {"name": "c"}]});
        assert_eq!(merged("PodSpec", base, &patch), want);
    }

    #[test]
    fn new_elements_stand_where_the_patch_has_them() {
        // What the API server answers for the same patch: c and a come in the patch's order, b stood after a.
        let base = json!({"containers": [{"name": "a"}, {"name": "b"}]});
        let patch = json!({"containers": [{"name": "c"}, {"name": "a"}]});
        let want = json!({"containers": [{"name": "c"}, {"name": "a"}, {"name": "b"}]});
        assert_eq!(merged("PodSpec", base, &patch), want);
    }

    #[test]
    fn each_list_has_its_own_key() {
        let base = json!({"spec": {
            "ports": [{"port": 80, "name": "http"}],
            "externalIPs": ["1.1.1.1"],
        }});
        let patch =
            json!({"spec": {"ports": [{"port": 80, "targetPort": 8080}, {"port": 443}], "externalIPs": ["2.2.2.2"]}});
        let want = json!({"spec": {
            "ports": [{"port": 80, "name": "http", "targetPort": 8080}, {"port": 443}],
            "externalIPs": ["2.2.2.2"],
        }});
        assert_eq!(merged("Service", base, &patch), want);

        let base = json!({"tolerations": [{"key": "a"}], "volumeMounts": 1,
            "containers": [{"name": "a", "volumeMounts": [{"mountPath": "/a", "name": "x"}], "ports": [{"containerPort": 1}]}]});
        let patch = json!({"tolerations": [{"key": "b"}],
            "containers": [{"name": "a", "volumeMounts": [{"mountPath": "/a", "name": "y"}], "ports": [{"containerPort": 2}]}]});
        let want = json!({"tolerations": [{"key": "b"}], "volumeMounts": 1,
            "containers": [{"name": "a", "volumeMounts": [{"mountPath": "/a", "name": "y"}], "ports": [{"containerPort": 2}, {"containerPort": 1}]}]});
        assert_eq!(merged("PodSpec", base, &patch), want);
    }

    #[test]
    fn directives_are_kept() {
        let base = || json!({"containers": [{"name": "a", "image": "1", "env": [{"name": "x"}]}, {"name": "b"}], "securityContext": {"runAsUser": 1}});
        let delete = json!({"containers": [{"name": "a", "$patch": "delete"}], "securityContext": {"$patch": "replace", "runAsGroup": 2}});
        let want = json!({"containers": [{"name": "b"}], "securityContext": {"runAsGroup": 2}});
        assert_eq!(merged("PodSpec", base(), &delete), want);
        let replace = json!({"containers": [{"$patch": "replace"}, {"name": "z"}], "securityContext": null});
        assert_eq!(merged("PodSpec", base(), &replace), json!({"containers": [{"name": "z"}]}));
        let order = json!({"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [{"name": "a", "image": null}]});
        let want = json!({"containers": [{"name": "b"}, {"name": "a", "env": [{"name": "x"}]}], "securityContext": {"runAsUser": 1}});
        assert_eq!(merged("PodSpec", base(), &order), want);
        let finalizers = json!({"metadata": {"finalizers": ["a", "b"]}});
        let patch = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]}});
        assert_eq!(merged("Pod", finalizers, &patch), json!({"metadata": {"finalizers": ["c", "b"]}}));
    }

    #[test]
    fn a_bad_patch_is_refused_with_its_place() {
        let mut base = json!({"spec": {"containers": [{"name": "a", "env": []}]}});
        let patch = json!({"spec": {"containers": [{"name": "a", "env": [{"value": "1"}]}]}});
        let error = strategic_merge(&mut base, patch, "Pod").expect_err("no name");
        assert_eq!(
            error.to_string(),
            "patch of `spec.containers.[name:a].env`: an element has no `name`, which names it"
        );
    }

    #[test]
    fn kinds_that_are_not_known_are_merged_as_json() {
        let base = json!({"spec": {"list": [{"name": "a"}], "map": {"a": 1, "b": 2}}});
        let patch = json!({"spec": {"list": [{"name": "b"}], "map": {"a": null}}});
        assert_eq!(merged("Gateway", base, &patch), json!({"spec": {"list": [{"name": "b"}], "map": {"b": 2}}}));
    }

    fn pod_spec() -> impl Strategy<Value = Value> {
        let text = "[a-c]{1,2}";
        let env = proptest::collection::btree_map("[A-C]", text, 0..3).prop_map(|env| {
            env.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Value>()
        });
        let container = (text, text, env)
            .prop_map(|(name, image, env)| (name.clone(), json!({"name": name, "image": image, "env": env})));
        let containers = proptest::collection::vec(container, 0..4).prop_map(|all| {
            let unique: std::collections::BTreeMap<String, Value> = all.into_iter().collect();
            unique.into_values().collect::<Value>()
        });
        let selector = proptest::collection::btree_map(text, text, 0..3);
        (containers, selector)
            .prop_map(|(containers, selector)| json!({"containers": containers, "nodeSelector": selector}))
    }

    proptest! {
        #[test]
        fn a_patch_applied_twice_is_applied_once(base in pod_spec(), patch in pod_spec()) {
            let once = merged("PodSpec", base, &patch);
            prop_assert_eq!(merged("PodSpec", once.clone(), &patch), once);
        }

        #[test]
        fn a_patch_onto_itself_or_nothing_changes_nothing(spec in pod_spec()) {
            prop_assert_eq!(merged("PodSpec", spec.clone(), &spec), spec.clone());
            prop_assert_eq!(merged("PodSpec", json!({}), &spec), spec.clone());
            prop_assert_eq!(merged("PodSpec", spec.clone(), &json!({})), spec);
        }

        #[test]
        fn no_name_is_lost_or_doubled(base in pod_spec(), patch in pod_spec()) {
            let names = |spec: &Value| -> Vec<String> {
                spec["containers"].as_array().into_iter().flatten().map(|item| item["name"].to_string()).collect()
            };
            let mut want: Vec<String> = names(&base).into_iter().chain(names(&patch)).collect();
            want.sort();
            want.dedup();
            let mut got = names(&merged("PodSpec", base, &patch));
            got.sort();
            prop_assert_eq!(got, want);
        }
    }
}
