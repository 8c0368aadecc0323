//! `metadata.managedFields`: which manager holds which fields of a live object.
//!
//! A set of fields is written as a tree (`FieldsV1`): `f:NAME` is a field, `k:{…}` an element of a keyed list, `v:…` an
//! element of a set, `.` the node itself. A list or map that the API server takes as one value (atomic) is a leaf.

use serde_json::{Map, Value, json};

use crate::object::Object;
use crate::plan::managers::{Class, OURS};
use crate::plan::path::{Path, Step};

/// All managers of an object.
#[derive(Debug, Clone, Default)]
pub struct Managed {
    entries: Vec<Entry>,
}

/// What one manager holds by one kind of operation.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The field manager's name.
    pub manager: String,
    /// Whether it holds the fields by server-side apply (else by create, update or patch).
    pub applies: bool,
    /// The subresource it wrote through, such as `status` or `scale`; empty for the object itself.
    pub subresource: String,
    /// What it holds.
    pub fields: Fields,
    /// What else it says, such as when.
    rest: Value,
}

/// A tree of held fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    /// Whether the node itself is held, not only something below it.
    pub held: bool,
    /// What is held below.
    pub children: Vec<(Step, Fields)>,
}

impl Managed {
    /// Reads `metadata.managedFields`; what is not understood is left out.
    pub fn of(object: &Object) -> Self {
        Self { entries: object.list("/metadata/managedFields").iter().filter_map(Entry::read).collect() }
    }

    /// All entries, in the order of the object.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of our own server-side apply.
    pub fn ours(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.is_our_apply())
    }

    /// The managers that hold what `path` leads to, or something in it; those most foreign to us first.
    pub fn holders(&self, path: &Path) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.entries.iter().filter(|entry| entry.holds(path)).map(|entry| entry.manager.as_str()).collect();
        names.sort_by_key(|name| std::cmp::Reverse(Class::of(name)));
        names.dedup();
        names
    }

    /// The names of the key fields of the list at `path`, where a manager holds an element of it.
    pub fn keys_of_list(&self, path: &Path) -> Option<Vec<String>> {
        let nodes = self.entries.iter().filter_map(|entry| entry.fields.node(path.steps()));
        nodes.flat_map(|node| &node.children).find_map(|(step, _)| match step {
            Step::Key(keys) => Some(keys.iter().map(|(key, _)| key.clone()).collect()),
            _ => None,
        })
    }

    /// Whether the list at `path` is a set: a manager holds an element of it by its value.
    pub fn is_set(&self, path: &Path) -> bool {
        let nodes = self.entries.iter().filter_map(|entry| entry.fields.node(path.steps()));
        nodes.flat_map(|node| &node.children).any(|(step, _)| matches!(step, Step::Item(_)))
    }

    /// `managedFields` in which our server-side apply alone of all installers holds `taken`, and nothing of `released`.
    ///
    /// Written before an apply, it lets that apply remove what an earlier installer wrote (`taken`), and leaves as it is
    /// what that apply does not send any more (`released`). Who else holds fields keeps them. None where nothing changes.
    pub fn rewritten(&self, taken: &[Path], released: &[Path]) -> Option<Value> {
        let mut entries = self.entries.clone();
        let mut ours = Fields::default();
        let mut donor = None;
        for entry in entries.iter_mut().filter(|entry| entry.installs() && !entry.is_our_apply()) {
            for path in taken {
                if let Some(fields) = entry.fields.take(path.steps()) {
                    ours.put(path.steps(), fields);
                    donor = Some(entry.rest.clone());
                }
            }
        }
        for entry in entries.iter_mut().filter(|entry| entry.is_our_apply()) {
            for path in released {
                entry.fields.take(path.steps());
            }
            entry.fields.merge(&ours);
        }
        if let Some(donor) = donor.filter(|_| self.ours().is_none()) {
            let (manager, subresource) = (OURS.to_owned(), String::new());
            entries.push(Entry { manager, applies: true, subresource, fields: ours, rest: donor });
        }
        let changed =
            entries.len() != self.entries.len() || entries.iter().zip(&self.entries).any(|(a, b)| a.fields != b.fields);
        changed.then(|| entries.iter().filter(|entry| !entry.fields.is_nothing()).map(Entry::write).collect())
    }
}

impl Managed {
    /// `managedFields` in which `to` holds what the managers that `from` names held of the object itself, without what
    /// `without` leads to. None where they held nothing.
    pub fn handed_over(&self, from: impl Fn(&str) -> bool, to: &str, applies: bool, without: &[Path]) -> Option<Value> {
        let (given, kept): (Vec<&Entry>, Vec<&Entry>) =
            self.entries.iter().partition(|entry| entry.subresource.is_empty() && from(&entry.manager));
        let mut fields = Fields::default();
        given.iter().for_each(|entry| fields.merge(&entry.fields));
        for path in without {
            fields.take(path.steps());
        }
        let rest = given.last()?.rest.clone();
        let mut written: Vec<Value> = Vec::new();
        let mut taker = Entry { manager: to.to_owned(), applies, subresource: String::new(), fields, rest };
        for entry in kept {
            // One entry a manager and operation.
            if entry.manager == to && entry.applies == applies && entry.subresource.is_empty() {
                taker.fields.merge(&entry.fields);
            } else {
                written.push(entry.write());
            }
        }
        if !taker.fields.is_nothing() {
            written.push(taker.write());
        }
        Some(written.into())
    }
}

impl Entry {
    fn read(raw: &Value) -> Option<Self> {
        let text = |field: &str| raw[field].as_str().unwrap_or_default().to_owned();
        let rest = raw.as_object()?.iter().filter(|(name, _)| *name != "fieldsV1");
        Some(Self {
            manager: text("manager"),
            applies: raw["operation"] == "Apply",
            subresource: text("subresource"),
            fields: Fields::read(raw.get("fieldsV1")?.as_object()?),
            rest: rest.map(|(name, value)| (name.clone(), value.clone())).collect(),
        })
    }

    /// Whether this manager holds what `path` leads to, or something in it, or it as part of one value above it.
    pub fn holds(&self, path: &Path) -> bool {
        self.fields.holds(path.steps())
    }

    /// Whether this is what an installation of Istio wrote to the object itself.
    pub fn installs(&self) -> bool {
        self.subresource.is_empty() && Class::of(&self.manager).installs()
    }

    fn write(&self) -> Value {
        let mut raw = self.rest.clone();
        raw["manager"] = json!(self.manager);
        raw["operation"] = json!(if self.applies { "Apply" } else { "Update" });
        raw["fieldsV1"] = self.fields.write();
        raw
    }

    /// Whether it holds fields by our own server-side apply.
    pub fn is_our_apply(&self) -> bool {
        self.applies && self.subresource.is_empty() && self.manager == OURS
    }
}

impl Fields {
    fn read(tree: &Map<String, Value>) -> Self {
        let children: Vec<(Step, Self)> =
            tree.iter().filter_map(|(name, below)| Some((read_step(name)?, Self::read(below.as_object()?)))).collect();
        Self { held: tree.contains_key(".") || children.is_empty(), children }
    }

    fn write(&self) -> Value {
        let own = (self.held && !self.children.is_empty()).then(|| (".".to_owned(), json!({})));
        let below = self.children.iter().map(|(step, child)| (write_step(step), child.write()));
        Value::Object(own.into_iter().chain(below).collect())
    }

    fn is_nothing(&self) -> bool {
        !self.held && self.children.is_empty()
    }

    /// Takes out what is held at and below `steps`, and nodes that hold nothing without it.
    fn take(&mut self, steps: &[Step]) -> Option<Self> {
        let (step, rest) = steps.split_first()?;
        let place = self.children.iter().position(|(name, _)| name == step)?;
        let (_, child) = self.children.get_mut(place)?;
        let taken = if rest.is_empty() { Some(std::mem::take(child)) } else { child.take(rest) };
        if child.is_nothing() {
            self.children.remove(place);
        }
        taken
    }

    /// Holds `fields` at `steps` as well.
    fn put(&mut self, steps: &[Step], fields: Self) {
        let Some((step, rest)) = steps.split_first() else { return self.merge(&fields) };
        let place = self.children.iter().position(|(name, _)| name == step).unwrap_or_else(|| {
            self.children.push((step.clone(), Self::default()));
            self.children.len() - 1
        });
        if let Some((_, child)) = self.children.get_mut(place) {
            child.put(rest, fields);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.held |= other.held;
        for (step, child) in &other.children {
            self.put(std::slice::from_ref(step), child.clone());
        }
    }

    /// The ways to all that is held here.
    pub fn paths(&self) -> Vec<Path> {
        let own = self.held.then(Path::root);
        let below = self.children.iter().flat_map(|(step, child)| {
            let way = |path: Path| Path::from_steps(&[std::slice::from_ref(step), path.steps()].concat());
            child.paths().into_iter().map(way)
        });
        own.into_iter().chain(below).collect()
    }

    /// The child that `step` leads to.
    pub fn child(&self, step: &Step) -> Option<&Self> {
        self.children.iter().find(|(name, _)| name == step).map(|(_, child)| child)
    }

    pub(super) fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    fn node(&self, steps: &[Step]) -> Option<&Self> {
        steps.iter().try_fold(self, |node, step| node.child(step))
    }

    fn holds(&self, steps: &[Step]) -> bool {
        match steps.split_first() {
            None => true,
            Some((step, rest)) => self.child(step).map_or(self.held && self.is_leaf(), |child| child.holds(rest)),
        }
    }

    /// The child that the field `name` leads to.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let is_it = |step: &Step| matches!(step, Step::Field(field) if field == name);
        self.children.iter().find(|(step, _)| is_it(step)).map(|(_, child)| child)
    }

    /// Whether every one of these fields, as far as it sets something, is held here; see [`Fields::covers`].
    pub fn covers_all<'v>(&self, fields: impl IntoIterator<Item = (&'v String, &'v Value)>) -> bool {
        self.is_leaf()
            || fields
                .into_iter()
                .all(|(name, value)| says_nothing(value) || self.field(name).is_some_and(|child| child.covers(value)))
    }

    /// Whether every field that `wanted` sets is held here.
    ///
    /// Values that say nothing (null, empty, zero) are not asked for: the API server may drop them.
    pub fn covers(&self, wanted: &Value) -> bool {
        if self.is_leaf() {
            return true;
        }
        match wanted {
            Value::Object(map) => self.covers_all(map),
            Value::Array(list) => list.iter().all(|element| {
                self.children.iter().any(|(step, child)| match step {
                    Step::Item(item) => item == element,
                    key => key.position(&json!([element])).is_some() && child.covers(element),
                })
            }),
            _ => true,
        }
    }
}

/// Whether a value may be left out of an object without changing it.
pub(super) fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.values().all(says_nothing),
    }
}

fn write_step(step: &Step) -> String {
    match step {
        Step::Field(name) => format!("f:{name}"),
        Step::Key(keys) => format!("k:{}", Value::Object(keys.iter().cloned().collect())),
        Step::Item(item) => format!("v:{item}"),
        Step::Index(index) => format!("i:{index}"),
    }
}

fn read_step(name: &str) -> Option<Step> {
    let (kind, rest) = name.split_once(':')?;
    match kind {
        "f" => Some(Step::Field(rest.to_owned())),
        "k" => {
            let keys: Map<String, Value> = serde_json::from_str(rest).ok()?;
            Some(Step::key(keys))
        }
        "v" => Some(Step::Item(serde_json::from_str(rest).ok()?)),
        "i" => Some(Step::Index(rest.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn service() -> Object {
        Object::new(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "managedFields": [
            {"manager": "istio-operator", "operation": "Apply", "apiVersion": "v1", "time": "2026-01-01T00:00:00Z",
             "fieldsType": "FieldsV1", "fieldsV1": {
                "f:metadata": {"f:labels": {"f:app": {}}},
                "f:spec": {"f:selector": {}, "f:ports": {
                    "k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}, "f:name": {}}}}}},
            {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "fieldsV1": {
                "f:spec": {"f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {"f:targetPort": {}}}}}},
            {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status", "fieldsV1": {
                "f:metadata": {"f:finalizers": {"v:\"x/y\"": {}}}, "f:status": {"f:loadBalancer": {}}}},
        ]}}))
        .unwrap()
    }

    fn port(field: &str) -> Path {
        let keys = json!({"protocol": "TCP", "port": 80});
        Path::of(&["spec", "ports"]).then(Step::key(keys.as_object().unwrap().clone())).field(field)
    }

    #[test]
    fn holders_are_found_by_path() {
        let managed = Managed::of(&service());
        let table = [
            (port("name"), vec!["istio-operator"]),
            (port("targetPort"), vec!["kubectl-edit"]),
            (port("nodePort"), vec![]),
            (Path::of(&["spec", "ports"]), vec!["kubectl-edit", "istio-operator"]),
            (Path::of(&["spec", "selector", "app"]), vec!["istio-operator"]),
            (Path::of(&["metadata", "finalizers"]).then(Step::Item(json!("x/y"))), vec!["kube-controller-manager"]),
            (Path::of(&["metadata", "labels", "istio"]), vec![]),
        ];
        for (path, holders) in table {
            assert_eq!(managed.holders(&path), holders, "{path}");
        }
    }

    #[test]
    fn lists_tell_their_keys() {
        let managed = Managed::of(&service());
        let keys = managed.keys_of_list(&Path::of(&["spec", "ports"]));
        assert_eq!(keys, Some(vec!["port".to_owned(), "protocol".to_owned()]));
        assert_eq!(managed.keys_of_list(&Path::of(&["metadata", "labels"])), None);
        assert!(managed.is_set(&Path::of(&["metadata", "finalizers"])));
    }

    #[test]
    fn what_an_installer_holds_is_taken_over_and_nothing_else() {
        let managed = Managed::of(&service());
        let rewritten = managed.rewritten(&[port("name"), Path::of(&["metadata", "labels", "app"])], &[]).unwrap();
        let element = "k:{\"port\":80,\"protocol\":\"TCP\"}";
        let expected = [
            ("istio-operator", json!({"f:spec": {"f:selector": {}, "f:ports": {element: {".": {}, "f:port": {}}}}})),
            ("kubectl-edit", service().at("/metadata/managedFields/1/fieldsV1").unwrap().clone()),
            ("kube-controller-manager", service().at("/metadata/managedFields/2/fieldsV1").unwrap().clone()),
            (
                "mesh",
                json!({"f:spec": {"f:ports": {element: {"f:name": {}}}}, "f:metadata": {"f:labels": {"f:app": {}}}}),
            ),
        ];
        let found = rewritten.as_array().unwrap().iter();
        let found: Vec<_> = found.map(|e| (e["manager"].as_str().unwrap(), e["fieldsV1"].clone())).collect();
        assert_eq!(found, expected);
        assert_eq!(rewritten[3]["operation"], "Apply");
        assert_eq!(managed.rewritten(&[port("targetPort")], &[]), None, "kubectl-edit is no installer");
    }

    #[test]
    fn trees_are_written_as_they_were_read() {
        for entry in service().list("/metadata/managedFields") {
            let fields = Fields::read(entry["fieldsV1"].as_object().unwrap());
            assert_eq!(fields.write(), entry["fieldsV1"]);
        }
    }

    #[test]
    fn merged_trees_hold_all_that_each_held() {
        let table = [
            (json!({"f:a": {}}), json!({"f:b": {}}), json!({"f:a": {}, "f:b": {}})),
            (json!({"f:a": {}}), json!({"f:a": {"f:x": {}}}), json!({"f:a": {".": {}, "f:x": {}}})),
            (json!({"f:a": {"f:x": {}}}), json!({"f:a": {}}), json!({"f:a": {".": {}, "f:x": {}}})),
        ];
        for (into, from, expected) in table {
            let mut fields = Fields::read(into.as_object().unwrap());
            fields.merge(&Fields::read(from.as_object().unwrap()));
            assert_eq!(fields.write(), expected);
        }
    }

    #[test]
    fn a_released_field_is_held_by_no_apply_of_ours() {
        let replicas = [Path::of(&["spec", "replicas"])];
        let mut object = service();
        assert_eq!(Managed::of(&object).rewritten(&[], &replicas), None);
        object.value_mut()["metadata"]["managedFields"][0]["manager"] = json!("mesh");
        object.value_mut()["metadata"]["managedFields"][0]["fieldsV1"] =
            json!({"f:spec": {"f:replicas": {}}, "f:metadata": {"f:labels": {}}});
        let released = Managed::of(&object).rewritten(&[], &replicas).unwrap();
        assert_eq!(released[0]["fieldsV1"], json!({"f:metadata": {"f:labels": {}}}));
        assert_eq!(released[1], object.at("/metadata/managedFields/1").unwrap().clone());
    }

    #[test]
    fn an_entry_covers_what_it_holds() {
        let ours = &Managed::of(&service()).entries()[0].fields.clone();
        let table = [
            (json!({"metadata": {"labels": {"app": "x"}}}), true),
            (json!({"metadata": {"labels": {"app": "x", "new": "y"}}}), false),
            (json!({"spec": {"selector": {"anything": "below"}}}), true),
            (json!({"spec": {"ports": [{"port": 80, "name": "http"}]}}), true),
            (json!({"spec": {"ports": [{"port": 80, "name": "http", "targetPort": 8080}]}}), false),
            (json!({"spec": {"ports": [{"port": 81}]}}), false),
            (json!({"spec": {"type": null, "externalIPs": []}}), true),
        ];
        for (wanted, covered) in table {
            assert_eq!(ours.covers(&wanted), covered, "{wanted}");
        }
    }
}
