//! Fields that an installation of Istio wrote and that are not wanted any more.

use serde_json::Value;

use crate::plan::compare::Difference;
use crate::plan::compare::walk::is_identity;
use crate::plan::managed::{Entry, Fields, Managed};
use crate::plan::managers::Class;
use crate::plan::path::{Path, Step, default_of_key};

/// Adds to `differences` each field of `live` that only installers of Istio hold and that is not in `wanted`.
pub(super) fn find(wanted: &Value, live: &Value, managed: &Managed, differences: &mut Vec<Difference>) {
    let mut found = Vec::new();
    for entry in managed.entries() {
        if entry.subresource.is_empty() && Class::of(&entry.manager).installs() {
            let search = Search { managed, entry };
            search.node(&entry.fields, &Path::root(), Some(wanted), Some(live), &mut found);
        }
    }
    for difference in found {
        if !differences.iter().any(|known| difference.path.starts_with(&known.path)) {
            differences.push(difference);
        }
    }
}

struct Search<'a> {
    managed: &'a Managed,
    entry: &'a Entry,
}

impl Search<'_> {
    fn node(
        &self,
        fields: &Fields,
        path: &Path,
        wanted: Option<&Value>,
        live: Option<&Value>,
        found: &mut Vec<Difference>,
    ) {
        let (Some(live), false) = (live.filter(|live| !is_empty(live)), is_identity(path)) else { return };
        if wanted == Some(live) {
            return;
        }
        if wanted.is_none_or(Value::is_null) && fields.held {
            if self.is_meant(path, live) {
                found.push(Difference {
                    path: path.clone(),
                    wanted: None,
                    found: Some(live.clone()),
                    manager: Some(self.entry.manager.clone()),
                });
            }
            return;
        }
        for (step, below) in &fields.children {
            let wanted = wanted.and_then(|wanted| step.find(wanted));
            self.node(below, &path.then(step.clone()), wanted, step.find(live), found);
        }
    }

    /// Whether what is at `path` is there because this installer wanted it, and nobody else holds it.
    fn is_meant(&self, path: &Path, live: &Value) -> bool {
        let alone = self.managed.holders(path).iter().all(|name| Class::of(name).installs());
        alone && !is_left_alone(path, live) && (self.entry.applies || is_added(path))
    }
}

/// What goes without saying, and what is handed over with care elsewhere: the number of replicas.
fn is_left_alone(path: &Path, live: &Value) -> bool {
    let fields = path.fields();
    match fields.as_slice() {
        ["spec", "replicas"] => *live == 1,
        ["webhooks", "clientConfig", "caBundle"] => true,
        // A Service's target port is its port where none is given.
        ["spec", "ports", "targetPort"] => is_own_port(path, live),
        _ => {
            matches!(path.steps(), [.., Step::Key(_), Step::Field(name)] if default_of_key(name).is_some_and(|d| live == d))
        }
    }
}

fn is_own_port(path: &Path, live: &Value) -> bool {
    let [.., Step::Key(keys), Step::Field(_)] = path.steps() else { return false };
    keys.iter().any(|(key, port)| key == "port" && port == live)
}

/// Who updates an object holds all it has, defaults too. Only what no default adds is surely meant: elements of keyed
/// lists and entries of maps of text.
fn is_added(path: &Path) -> bool {
    let is_element = matches!(path.steps().last(), Some(Step::Key(_) | Step::Item(_)));
    let fields = path.fields();
    is_element
        || matches!(fields.as_slice(), ["data" | "binaryData", _] | ["metadata", "labels", _])
        || matches!(fields.as_slice(), [.., "template", "metadata", "labels" | "annotations", _])
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
