//! The way to one field of an object, written as `kubectl` writes it: `spec.ports[port=15010].targetPort`.

use std::fmt;

use serde_json::Value;

/// One step down.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Into a field of a map.
    Field(String),
    /// To the element of a keyed list that has these values in its key fields.
    Key(Vec<(String, Value)>),
    /// To the element of a set that is this value.
    Item(Value),
    /// To the element of a plain list at this place.
    Index(usize),
}

/// The way from the root of an object to one of its fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path(Vec<Step>);

impl Path {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// A path of fields alone, such as `["spec", "replicas"]`.
    pub fn of(fields: &[&str]) -> Self {
        Self(fields.iter().map(|field| Step::Field((*field).to_owned())).collect())
    }

    /// A path of these steps.
    pub fn from_steps(steps: &[Step]) -> Self {
        Self(steps.to_vec())
    }

    /// This path and one step more.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// This path and one field more.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.then(Step::Field(name.to_owned()))
    }

    /// The steps, from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// What the field is called: its own name, or that of the element whose `value` it is, as of a variable.
    pub fn named(&self) -> Option<&str> {
        match self.0.as_slice() {
            [.., Step::Key(keys), Step::Field(last)] if last == "value" => {
                keys.iter().find(|(key, _)| key == "name").and_then(|(_, name)| name.as_str())
            }
            [.., Step::Field(last)] => Some(last),
            _ => None,
        }
    }

    /// The names of the fields on the way, without list elements: `["spec", "ports", "targetPort"]`.
    pub fn fields(&self) -> Vec<&str> {
        self.0.iter().filter_map(Step::name).collect()
    }

    /// Whether this path leads to or below `above`.
    pub fn starts_with(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0)
    }

    /// The value in `root` that this path leads to.
    pub fn find<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(root, |value, step| step.find(value))
    }

    /// The JSON pointer (RFC 6901) to what this path leads to in `root`; none where there is nothing.
    pub fn pointer(&self, root: &Value) -> Option<String> {
        let mut pointer = String::new();
        let mut value = root;
        for step in &self.0 {
            let token = match step {
                Step::Field(name) => name.replace('~', "~0").replace('/', "~1"),
                list => list.position(value)?.to_string(),
            };
            pointer.push('/');
            pointer.push_str(&token);
            value = step.find(value)?;
        }
        Some(pointer)
    }
}

impl Step {
    /// To the element of a keyed list with these key fields, whatever their order.
    pub fn key(keys: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut keys: Vec<(String, Value)> = keys.into_iter().collect();
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self::Key(keys)
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Field(name) => Some(name),
            _ => None,
        }
    }

    /// The value below `value` that this step leads to.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Field(name) => value.get(name),
            list => value.get(list.position(value)?),
        }
    }

    /// The place in the list `value` that this step leads to; none for a field.
    pub fn position(&self, value: &Value) -> Option<usize> {
        let list = value.as_array()?;
        match self {
            Self::Field(_) => None,
            Self::Key(keys) => list.iter().position(|element| has_keys(element, keys)),
            Self::Item(item) => list.iter().position(|element| element == item),
            Self::Index(index) => (*index < list.len()).then_some(*index),
        }
    }
}

/// Whether `element` has these values in its key fields; a key field that is missing has its default.
fn has_keys(element: &Value, keys: &[(String, Value)]) -> bool {
    keys.iter().all(|(key, wanted)| match element.get(key) {
        Some(Value::Null) | None => default_of_key(key).is_some_and(|default| wanted == default),
        Some(found) => found == wanted,
    })
}

/// What the API server fills in for a key field of a list that is left out.
///
/// In the kinds Kubernetes itself serves, `protocol` (ports of Containers and Services) is the only one.
pub fn default_of_key(key: &str) -> Option<&'static str> {
    (key == "protocol").then_some("TCP")
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if is_plain(name) => write!(f, "{}{name}", if place == 0 { "" } else { "." })?,
                Step::Field(name) => write!(f, "[{name}]")?,
                Step::Key(keys) => write!(f, "[{}]", show_keys(keys))?,
                Step::Item(item) => write!(f, "[{}]", show(item))?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Whether a field can stand between dots without being taken for two.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '$')
}

/// The keys that tell an element from others: those with their default value go without saying.
fn show_keys(keys: &[(String, Value)]) -> String {
    let telling = keys.iter().filter(|(key, value)| default_of_key(key).is_none_or(|default| value != default));
    let shown: Vec<String> = telling.map(|(key, value)| format!("{key}={}", show(value))).collect();
    shown.join(",")
}

fn show(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl serde::Serialize for Path {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn port(port: u16, protocol: &str) -> Step {
        Step::Key(vec![("port".to_owned(), json!(port)), ("protocol".to_owned(), json!(protocol))])
    }

    #[test]
    fn paths_read_as_kubectl_writes_them() {
        let ports = Path::of(&["spec", "ports"]);
        let table = [
            (Path::root(), ""),
            (Path::of(&["spec", "replicas"]), "spec.replicas"),
            (ports.then(port(15010, "TCP")).field("targetPort"), "spec.ports[port=15010].targetPort"),
            (ports.then(port(53, "UDP")), "spec.ports[port=53,protocol=UDP]"),
            (Path::of(&["metadata", "labels", "istio.io/rev"]), "metadata.labels[istio.io/rev]"),
            (Path::of(&["metadata", "finalizers"]).then(Step::Item(json!("a/b"))), "metadata.finalizers[a/b]"),
            (Path::of(&["rules"]).then(Step::Index(2)).field("verbs"), "rules[2].verbs"),
        ];
        for (path, text) in table {
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn paths_find_elements_by_key_and_by_its_default() {
        let service = json!({"spec": {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "name": "dns"}]}});
        let tcp = Path::of(&["spec", "ports"]).then(port(53, "TCP"));
        assert_eq!(tcp.find(&service), Some(&service["spec"]["ports"][1]));
        assert_eq!(tcp.field("name").pointer(&service).as_deref(), Some("/spec/ports/1/name"));
        assert_eq!(Path::of(&["spec", "ports"]).then(port(80, "TCP")).pointer(&service), None);
    }

    #[test]
    fn pointers_escape_slashes() {
        let map = json!({"metadata": {"labels": {"a/b~c": "x"}}});
        let path = Path::of(&["metadata", "labels", "a/b~c"]);
        assert_eq!(path.pointer(&map).as_deref(), Some("/metadata/labels/a~1b~0c"));
    }
}
