//! Objects as they were last seen, those of one kind in one namespace side by side, so that a look copies nothing.

use std::collections::HashMap;

use crate::object::{Object, ObjectId};

/// What is known, by collection.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// Sorted by name within each collection.
    collections: HashMap<Collection, Vec<Object>>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Collection {
    group: String,
    kind: String,
    namespace: Option<String>,
}

impl Collection {
    fn of(id: &ObjectId) -> Self {
        Self { group: id.group.clone(), kind: id.kind.clone(), namespace: id.namespace.clone() }
    }
}

impl Store {
    /// One object.
    pub(super) fn get(&self, id: &ObjectId) -> Option<&Object> {
        let objects = self.all(id);
        objects.get(place(objects, &id.name).ok()?)
    }

    /// All objects of the kind of `id` in the namespace of `id`, sorted by name.
    pub(super) fn all(&self, id: &ObjectId) -> &[Object] {
        self.collections.get(&Collection::of(id)).map_or(&[], Vec::as_slice)
    }

    /// Takes a newer picture; an older one than what is known changes nothing.
    pub(super) fn put(&mut self, object: Object) {
        let objects = self.collections.entry(Collection::of(&object.id())).or_default();
        match place(objects, object.name()) {
            Ok(at) if is_older(&object, &objects[at]) => {}
            Ok(at) => objects[at] = object,
            Err(at) => objects.insert(at, object),
        }
    }

    /// Forgets one object.
    pub(super) fn remove(&mut self, id: &ObjectId) {
        if let Some(objects) = self.collections.get_mut(&Collection::of(id))
            && let Ok(at) = place(objects, &id.name)
        {
            objects.remove(at);
        }
    }

    /// Forgets all of the kind of `id` in its namespace (everywhere, where it names none) that a watch with this selector of
    /// labels will tell of again. What only another watch tells of stays.
    pub(super) fn forget(&mut self, id: &ObjectId, labels: Option<&str>) {
        for (collection, objects) in &mut self.collections {
            let is_here = id.namespace.is_none() || id.namespace == collection.namespace;
            if is_here && collection.kind == id.kind && collection.group == id.group {
                objects.retain(|object| labels.is_some_and(|labels| !selects(labels, object)));
            }
        }
    }
}

/// Whether a selector of labels selects an object: `a=b,c=d`, which is all that is used here.
fn selects(labels: &str, object: &Object) -> bool {
    labels.split(',').all(|one| one.split_once('=').is_none_or(|(label, value)| object.label(label) == Some(value)))
}

/// Where the object of this name is, or where it would be.
fn place(objects: &[Object], name: &str) -> Result<usize, usize> {
    objects.binary_search_by(|object| object.name().cmp(name))
}

/// Whether `object` is an older picture of `known`. Resource versions are compared as numbers, which Kubernetes allows
/// since 1.35 (KEP-5504) and etcd has always made true; where they are none, the newer word wins.
fn is_older(object: &Object, known: &Object) -> bool {
    let version = |object: &Object| object.text("/metadata/resourceVersion").and_then(|text| text.parse::<u64>().ok());
    let same = object.text("/metadata/uid") == known.text("/metadata/uid");
    match (version(object), version(known)) {
        (Some(object), Some(known)) => same && object < known,
        _ => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(namespace: &str, name: &str, uid: &str, version: &str) -> Object {
        let metadata = json!({"namespace": namespace, "name": name, "uid": uid, "resourceVersion": version});
        Object::new(json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})).unwrap()
    }

    fn names(store: &Store, namespace: &str) -> String {
        let pods = store.all(&ObjectId::new("v1", "Pod", Some(namespace), ""));
        let one = |pod: &Object| format!("{}@{}", pod.name(), pod.text("/metadata/resourceVersion").unwrap_or("?"));
        pods.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_newest_picture_of_each_object_is_kept_in_its_place() {
        let mut store = Store::default();
        for (name, uid, version) in [("c", "1", "5"), ("a", "2", "6"), ("b", "3", "7"), ("c", "1", "8")] {
            store.put(pod("n", name, uid, version));
        }
        store.put(pod("other", "a", "4", "9"));
        assert_eq!(names(&store, "n"), "a@6 b@7 c@8");

        // A late answer to an older write; then another life of the same name, whose version may be anything.
        store.put(pod("n", "c", "1", "7"));
        assert_eq!(names(&store, "n"), "a@6 b@7 c@8");
        store.put(pod("n", "c", "9", "2"));
        assert_eq!(names(&store, "n"), "a@6 b@7 c@2");

        let b = ObjectId::new("v1", "Pod", Some("n"), "b");
        assert!(store.get(&b).is_some());
        store.remove(&b);
        assert!(store.get(&b).is_none());
        assert_eq!(names(&store, "n"), "a@6 c@2");
    }

    #[test]
    fn what_begins_afresh_is_forgotten_where_it_begins() {
        let mut store = Store::default();
        store.put(pod("n", "a", "1", "1"));
        store.put(pod("m", "a", "2", "2"));
        store.forget(&ObjectId::new("v1", "Service", None, ""), None);
        store.forget(&ObjectId::new("v1", "Pod", Some("n"), ""), None);
        assert_eq!((names(&store, "n"), names(&store, "m")), (String::new(), "a@2".to_owned()));
        store.forget(&ObjectId::new("v1", "Pod", None, ""), None);
        assert_eq!(names(&store, "m"), "");
    }

    #[test]
    fn what_another_watch_tells_of_stays() {
        let mut store = Store::default();
        let labelled = |name: &str, app: &str| {
            let mut pod = pod("n", name, name, "1");
            pod.set_label("app", app);
            pod
        };
        store.put(labelled("a", "x"));
        store.put(labelled("b", "y"));
        store.forget(&ObjectId::new("v1", "Pod", None, ""), Some("app=x"));
        assert_eq!(names(&store, "n"), "b@1");
    }
}
