//! The walk through both objects, a field at a time.

use std::borrow::Cow;

use base64::Engine;
use serde_json::{Map, Value};

use super::{Difference, lists, unwanted, values};
use crate::object::types::{GoStruct, Presence, Shape};
use crate::object::{Object, SERVER_METADATA};
use crate::plan::Class;
use crate::plan::managed::Managed;
use crate::plan::path::{Path, Step};

/// All that a comparison finds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Comparison {
    /// Fields that differ.
    pub(crate) differences: Vec<Difference>,
    /// Fields that are equal but written another way in the live object, with the live spelling: `1` for `1000m`, and lists
    /// and maps that are one value, with what the API server has filled in.
    pub(crate) respelled: Vec<(Path, Value)>,
    /// Fields that the API server has dropped, as they say nothing.
    pub(crate) dropped: Vec<Path>,
    /// Elements of keyed lists whose key somebody changed: where they are wanted, and what they are.
    pub(crate) rekeyed: Vec<Rekeyed>,
}

/// An element of a keyed list that is there under another key than wanted.
#[derive(Debug, Clone)]
pub(crate) struct Rekeyed {
    /// Its path by the key it has now.
    pub(crate) found: Path,
    /// The element as wanted.
    pub(crate) wanted: Value,
}

/// Compares `body`, what is to be sent, with `live`, of which `managed` tells who holds what, field by field.
///
/// [`crate::plan::compare`] is what to call for an object as rendered: it leaves to others what is theirs first.
pub(crate) fn fields(body: &Object, live: &Object, managed: &Managed) -> Comparison {
    let mut walk = Walk { managed, native: is_native(body), found: Comparison::default() };
    let wanted = encoded(body);
    walk.root(&wanted, live.value());
    unwanted::find(&wanted, live.value(), managed, &mut walk.found.differences);
    walk.found
}

/// Whether Kubernetes itself serves this kind, so that its API types (not a CRD) say how it is written.
fn is_native(object: &Object) -> bool {
    let group = object.id().group;
    !group.contains('.') || group.ends_with(".k8s.io") && !group.ends_with("gateway.networking.k8s.io")
}

/// The object as the API server keeps it: `stringData` of a Secret is written into `data`.
fn encoded(object: &Object) -> Cow<'_, Value> {
    if object.kind() != "Secret" {
        return Cow::Borrowed(object.value());
    }
    let mut value = object.value().clone();
    let Some(Value::Object(plain)) = value.as_object_mut().and_then(|map| map.shift_remove("stringData")) else {
        return Cow::Owned(value);
    };
    let mut data = value.get("data").and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
    for (key, text) in plain {
        let bytes = text.as_str().unwrap_or_default();
        data.insert(key, base64::engine::general_purpose::STANDARD.encode(bytes).into());
    }
    value["data"] = Value::Object(data);
    Cow::Owned(value)
}

/// The shape of an object's root, where it is known.
fn root_shape(kind: &str, native: bool) -> Shape {
    if native { GoStruct::named(kind).map_or(Shape::Any, Shape::Struct) } else { Shape::Any }
}

/// Fields of an object that name it or that the API server keeps for itself.
pub(super) fn is_identity(path: &Path) -> bool {
    match path.fields().as_slice() {
        ["apiVersion" | "kind" | "status"] => true,
        ["metadata", "name" | "namespace"] => true,
        ["metadata", field] => SERVER_METADATA.contains(field),
        _ => false,
    }
}

/// What is known about the place of a value.
#[derive(Clone, Copy)]
struct Known<'s> {
    shape: &'s Shape,
    presence: Option<Presence>,
    /// Within a list or map that the API server takes as one value.
    atomic: bool,
}

impl Known<'_> {
    const UNKNOWN: Known<'static> = Known { shape: &Shape::Any, presence: None, atomic: false };
}

/// An element of a keyed list that is not there under its key.
struct Missing<'a> {
    path: Path,
    /// Its place among the wanted elements.
    index: usize,
    wanted: &'a Value,
}

struct Walk<'a> {
    managed: &'a Managed,
    native: bool,
    found: Comparison,
}

impl Walk<'_> {
    fn root(&mut self, wanted: &Value, live: &Value) {
        let kind = wanted["kind"].as_str().unwrap_or_default();
        let shape = root_shape(kind, self.native);
        let place = Known { shape: &shape, ..Known::UNKNOWN };
        self.map(&Path::root(), wanted, live, place);
    }

    fn value(&mut self, path: &Path, wanted: &Value, live: Option<&Value>, place: Known<'_>) {
        let live = live.filter(|live| !live.is_null());
        match (wanted, live) {
            (Value::Null, _) => {}
            // Nearly everything is equal, and its fields then need no look of their own.
            (_, Some(live)) if wanted == live => {}
            // The API server drops an empty map: it is its entries that are missing.
            (Value::Object(map), None) if matches!(place.shape, Shape::Map(_)) && !map.is_empty() => {
                self.map(path, wanted, &Value::Object(Map::new()), place);
            }
            (_, None) => {
                if values::may_be_absent(path, wanted, place.shape, place.presence, self.native) {
                    self.found.dropped.push(path.clone());
                } else {
                    self.differs(path, Some(wanted), None);
                }
            }
            (Value::Object(_), Some(live @ Value::Object(_))) => self.map(path, wanted, live, place),
            (Value::Array(wanted), Some(Value::Array(live))) => self.list(path, wanted, live, place),
            (_, Some(live)) if values::equal(path, wanted, live, place.shape, self.native) => {
                self.found.respelled.push((path.clone(), live.clone()));
            }
            (_, Some(live)) => self.differs(path, Some(wanted), Some(live)),
        }
    }

    fn map(&mut self, path: &Path, wanted: &Value, live: &Value, place: Known<'_>) {
        let (Value::Object(fields), Value::Object(found)) = (wanted, live) else { return };
        let atomic = place.atomic || lists::is_atomic_map(path, self.native);
        let before = self.found.differences.len();
        for (name, value) in fields {
            let path = path.field(name);
            if is_identity(&path) {
                continue;
            }
            let live = found.get(name);
            let below = self.child(&path, place, name, atomic);
            let Some(below) = below else {
                // Kubernetes has no such field and drops it.
                if let Some(live) = live {
                    self.value(&path, value, Some(live), Known { atomic, ..Known::UNKNOWN });
                }
                continue;
            };
            // A port of 0 is none: the API server puts the Service's port there.
            if name == "targetPort" && *value == 0 && live == fields.get("port") {
                continue;
            }
            self.value(&path, value, live, below);
        }
        if atomic {
            self.extra_fields(path, fields, found);
            self.respell(path, wanted == live, live, before, place);
        }
    }

    /// Notes how a list or map that is one value is written in the live object, where it is equal to what is wanted: only
    /// sent the same way it is no change to the API server, and no conflict with who else holds it.
    fn respell(&mut self, path: &Path, same: bool, live: &Value, before: usize, place: Known<'_>) {
        if !same && !place.atomic && self.found.differences.len() == before {
            self.found.respelled.push((path.clone(), live.clone()));
        }
    }

    /// What is known about the field `name` of a map; none where Kubernetes has no such field.
    fn child<'s>(&self, path: &Path, place: Known<'s>, name: &str, atomic: bool) -> Option<Known<'s>> {
        let unknown = Known { atomic, ..Known::UNKNOWN };
        match place.shape {
            Shape::Struct(shape) => {
                let field = shape.field(name)?;
                Some(Known { shape: &field.shape, presence: Some(field.presence), atomic })
            }
            // A map keeps every entry, empty or not.
            Shape::Map(inner) => Some(Known { shape: inner, presence: Some(Presence::Always), atomic }),
            _ if path.fields() == ["metadata"] => {
                static METADATA: std::sync::LazyLock<Shape> =
                    std::sync::LazyLock::new(|| GoStruct::named("ObjectMeta").map_or(Shape::Any, Shape::Struct));
                Some(Known { shape: &METADATA, presence: Some(Presence::Always), atomic })
            }
            _ => Some(unknown),
        }
    }

    /// Fields of an atomic map that are not wanted: the map is one value, so they make it another.
    fn extra_fields(&mut self, path: &Path, wanted: &Map<String, Value>, found: &Map<String, Value>) {
        if !self.native && self.managed.ours().is_some_and(|entry| entry.holds(path)) {
            // A CRD may have defaults of its own, and what we hold as a whole is what we wrote.
            return;
        }
        for (name, live) in found {
            let path = path.field(name);
            let is_wanted = wanted.get(name).is_some_and(|value| !value.is_null());
            if !is_wanted && !values::is_default(&path, live, found) {
                self.differs(&path, None, Some(live));
            }
        }
    }

    fn list(&mut self, path: &Path, wanted: &[Value], live: &[Value], place: Known<'_>) {
        let element = match place.shape {
            Shape::List(inner) => Known { shape: inner, presence: Some(Presence::Always), atomic: place.atomic },
            _ => Known { atomic: place.atomic, ..Known::UNKNOWN },
        };
        let kind = if place.atomic { lists::ListKind::Atomic } else { lists::kind(path, self.managed, self.native) };
        match kind {
            lists::ListKind::Keyed(keys) => self.keyed(path, wanted, live, &keys, element),
            lists::ListKind::Set => {
                for item in wanted.iter().filter(|item| !live.contains(item)) {
                    self.differs(&path.then(Step::Item(item.clone())), Some(item), None);
                }
            }
            lists::ListKind::Atomic if wanted.len() == live.len() => {
                let before = self.found.differences.len();
                for (index, (wanted, live)) in wanted.iter().zip(live).enumerate() {
                    self.value(&path.then(Step::Index(index)), wanted, Some(live), Known { atomic: true, ..element });
                }
                self.respell(path, wanted == live, &Value::Array(live.to_vec()), before, place);
            }
            lists::ListKind::Atomic => {
                self.differs(path, Some(&Value::Array(wanted.to_vec())), Some(&Value::Array(live.to_vec())));
            }
        }
    }

    fn keyed(&mut self, path: &Path, wanted: &[Value], live: &[Value], keys: &[String], place: Known<'_>) {
        let list = Value::Array(live.to_vec());
        let mut free: Vec<usize> = (0..live.len()).collect();
        let mut missing = Vec::new();
        for (index, element) in wanted.iter().enumerate() {
            let step = lists::step(element, keys);
            match step.position(&list) {
                Some(found) => {
                    free.retain(|index| *index != found);
                    self.value(&path.then(step), element, live.get(found), place);
                }
                None => missing.push(Missing { path: path.then(step), index, wanted: element }),
            }
        }
        for missing in missing {
            match self.rekeyed(&missing, live, &free, keys) {
                Some((taken, found)) => {
                    free.retain(|index| *index != taken);
                    let before = self.found.differences.len();
                    self.value(&missing.path, missing.wanted, live.get(taken), place);
                    self.changed_key(before, found, missing.wanted, keys);
                }
                None => self.differs(&missing.path, Some(missing.wanted), None),
            }
        }
    }

    /// The live element that is `wanted` under another key, by its place in the list: one that is not wanted itself, that
    /// no installation of Istio wrote, and that has the same name, or stands at the same place and has the same values.
    fn rekeyed(&self, missing: &Missing<'_>, live: &[Value], free: &[usize], keys: &[String]) -> Option<(usize, Path)> {
        let Missing { path, index, wanted } = missing;
        let list = Path::from_steps(path.steps().split_last()?.1);
        free.iter().copied().find_map(|place| {
            let element = live.get(place)?;
            let found = list.then(lists::step(element, keys));
            // Names of ports are unique in their list, so the wanted one could not even be added beside it.
            let is_port = keys.iter().any(|key| key == "port" || key == "containerPort");
            let same_name = is_port && !wanted["name"].is_null() && wanted["name"] == element["name"];
            let same_values = place == *index && self.is_equal_but_for(wanted, element, keys, path);
            let installed = self.managed.holders(&found).iter().any(|name| Class::of(name).installs());
            (!installed && (same_name || same_values)).then_some((place, found))
        })
    }

    /// Whether both are one element but for their keys.
    fn is_equal_but_for(&self, wanted: &Value, element: &Value, keys: &[String], path: &Path) -> bool {
        let mut rest = wanted.clone();
        if let Some(map) = rest.as_object_mut() {
            map.retain(|name, _| !keys.contains(name));
        }
        let mut trial = Walk { managed: self.managed, native: self.native, found: Comparison::default() };
        trial.map(path, &rest, element, Known::UNKNOWN);
        trial.found.differences.is_empty()
    }

    /// Notes that the element `wanted` is there under another key, and that the differences from `before` on are its own.
    fn changed_key(&mut self, before: usize, found: Path, wanted: &Value, keys: &[String]) {
        // Whoever changed the key holds the element under its new key.
        let manager = self.managed.holders(&found).first().map(|name| (*name).to_owned());
        for difference in &mut self.found.differences[before..] {
            let is_key = difference
                .path
                .steps()
                .last()
                .is_some_and(|step| keys.iter().any(|key| *step == Step::Field(key.clone())));
            if is_key || difference.manager.is_none() {
                difference.manager.clone_from(&manager);
            }
        }
        self.found.rekeyed.push(Rekeyed { found, wanted: wanted.clone() });
    }

    fn differs(&mut self, path: &Path, wanted: Option<&Value>, found: Option<&Value>) {
        // Nobody holds what is missing, but for a part of a list or map that is one value.
        let manager = self.managed.holders(path).first().map(|name| (*name).to_owned());
        self.found.differences.push(Difference {
            path: path.clone(),
            wanted: wanted.cloned(),
            found: found.cloned(),
            manager,
        });
    }
}

#[cfg(test)]
mod tests;
