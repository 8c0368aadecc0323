//! What others have taken over since a record was made: a way back leaves it to them, as an installation does.

use serde_json::{Map, Value};

use crate::object::Object;
use crate::plan::compare::Difference;
use crate::plan::managed::{Entry, Fields, Managed};
use crate::plan::managers::Class;
use crate::plan::path::{Path, Step};

/// What of an object is somebody else's by now.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Theirs {
    /// Fields that were ours then and that others hold now, with another value: nobody but their holders may change them.
    pub(super) conflicts: Vec<Difference>,
    /// Fields that others hold, and that were not ours then either: they stay as they are.
    pub(super) kept: Vec<Difference>,
}

/// Gives `body`, which is to be written over `live` as it was `then`, what others hold of `live` and was not ours then.
pub(super) fn leave(body: &mut Object, live: &Object, then: &Object) -> Theirs {
    let was = Managed::of(then);
    // Earlier versions did not record who held what: then it was ours.
    let is_known = then.at("/metadata/managedFields").is_some();
    let ours = |path: &Path| {
        let held = |entry: &Entry| entry.installs() && entry.holds(path);
        !is_known || was.entries().iter().any(held)
    };
    let now = Managed::of(live);
    let others =
        now.entries().iter().filter(|one| one.subresource.is_empty() && Class::of(&one.manager) == Class::Other);
    let mut theirs = Theirs::default();
    for entry in others {
        let mut leaving = Leaving { ours: &ours, manager: &entry.manager, theirs: &mut theirs };
        leaving.node(&entry.fields, &Path::root(), live.value(), body.value_mut());
    }
    theirs
}

struct Leaving<'a> {
    ours: &'a dyn Fn(&Path) -> bool,
    manager: &'a str,
    theirs: &'a mut Theirs,
}

impl Leaving<'_> {
    fn node(&mut self, fields: &Fields, path: &Path, live: &Value, body: &mut Value) {
        for (step, below) in &fields.children {
            let (path, Some(there)) = (path.then(step.clone()), step.find(live)) else { continue };
            let is_leaf = below.children.is_empty();
            let Some(slot) = slot(body, step) else {
                // It was not there then.
                if let Some(slot) = insert(body, step, there, is_leaf) {
                    if is_leaf {
                        self.keep(&path, None, there);
                    } else {
                        self.node(below, &path, there, slot);
                    }
                }
                continue;
            };
            if !is_leaf {
                self.node(below, &path, there, slot);
            } else if slot != there && (self.ours)(&path) {
                let difference = self.difference(&path, Some(slot.clone()), there);
                self.theirs.conflicts.push(difference);
            } else if slot != there {
                self.keep(&path, Some(slot.clone()), there);
                *slot = there.clone();
            }
        }
    }

    fn keep(&mut self, path: &Path, then: Option<Value>, there: &Value) {
        let difference = self.difference(path, then, there);
        self.theirs.kept.push(difference);
    }

    fn difference(&self, path: &Path, wanted: Option<Value>, found: &Value) -> Difference {
        Difference { path: path.clone(), wanted, found: Some(found.clone()), manager: Some(self.manager.to_owned()) }
    }
}

fn slot<'v>(value: &'v mut Value, step: &Step) -> Option<&'v mut Value> {
    match step {
        Step::Field(name) => value.get_mut(name),
        list => {
            let place = list.position(value)?;
            value.get_mut(place)
        }
    }
}

/// Makes a place for `there` in `value`: with it where it is taken as one, else with nothing but what names it.
fn insert<'v>(value: &'v mut Value, step: &Step, there: &Value, whole: bool) -> Option<&'v mut Value> {
    let new = match (there, step) {
        (there, _) if whole => there.clone(),
        (Value::Object(map), Step::Key(keys)) => {
            let named = map.iter().filter(|(name, _)| keys.iter().any(|(key, _)| key == *name));
            named.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>().into()
        }
        (Value::Object(_), _) => Map::new().into(),
        (Value::Array(_), _) => Vec::<Value>::new().into(),
        (there, _) => there.clone(),
    };
    match (value, step) {
        (Value::Object(map), Step::Field(name)) => Some(map.entry(name.clone()).or_insert(new)),
        (Value::Array(list), Step::Key(_) | Step::Item(_)) => {
            list.push(new);
            list.last_mut()
        }
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(manager: &str, fields: Value) -> Value {
        json!({"manager": manager, "operation": "Apply", "fieldsV1": fields})
    }

    fn object(labels: Value, env: Value, fields: Value) -> Object {
        Object::new(json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "a", "labels": labels, "managedFields": fields}, "spec": {"env": env},
        }))
        .unwrap()
    }

    #[test]
    fn what_was_ours_is_a_conflict_and_what_was_not_stays() {
        let labels = |names: &[&str]| {
            let held: Map<String, Value> = names.iter().map(|name| (format!("f:{name}"), json!({}))).collect();
            json!({"f:metadata": {"f:labels": held}})
        };
        let env = json!({"f:spec": {"f:env": {"k:{\"name\":\"NEW\"}": {".": {}, "f:name": {}, "f:value": {}}}}});
        let then = object(json!({"ours": "1", "odd": "1"}), json!([]), json!([entry("mesh", labels(&["ours"]))]));
        let engine = [entry("argocd-controller", labels(&["ours", "odd", "new"])), entry("engine", env)];
        let person = entry("kubectl-label", labels(&["person"]));
        let live = object(
            json!({"ours": "2", "odd": "2", "new": "2", "person": "2"}),
            json!([{"name": "NEW", "value": "x", "more": "y"}]),
            engine.into_iter().chain([person]).collect(),
        );
        let mut body = then.clone();
        let theirs = leave(&mut body, &live, &then);
        let shown: Vec<String> = theirs.conflicts.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["metadata.labels.ours: wanted \"1\", found \"2\" (argocd-controller)"]);
        assert_eq!(theirs.kept.len(), 3, "{:?}", theirs.kept);
        assert_eq!(body.at("/metadata/labels"), Some(&json!({"ours": "1", "odd": "2", "new": "2"})));
        assert_eq!(body.at("/spec/env"), Some(&json!([{"name": "NEW", "value": "x"}])));
        // Once restored there is nothing to say.
        assert_eq!(leave(&mut live.clone(), &live, &then), Theirs::default());
        // Without a word of who held what then, it was ours.
        let mut unknown = then;
        unknown.value_mut()["metadata"].as_object_mut().unwrap().shift_remove("managedFields");
        assert_eq!(leave(&mut unknown.clone(), &live, &unknown).conflicts.len(), 2);
    }
}
