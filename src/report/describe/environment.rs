//! The environment of a container, as `kubectl describe` writes it.

use serde_json::Value;

use super::columns::Columns;
use super::values::{items, text};
use crate::object::Quantity;
use crate::text::hidden;

/// Variables, and where whole sets of them come from; `pod` is what fields are read of.
pub(super) fn write(columns: &mut Columns, container: &Value, pod: Option<&Value>) {
    sets(columns, items(&container["envFrom"]));
    let variables = items(&container["env"]);
    if variables.is_empty() {
        columns.field(2, "Environment", "<none>");
        return;
    }
    columns.line(2, &["Environment:"]);
    for variable in variables {
        one(columns, variable, container, pod);
    }
}

fn sets(columns: &mut Columns, sets: &[Value]) {
    if !sets.is_empty() {
        columns.line(2, &["Environment Variables from:"]);
    }
    for set in sets {
        let known = [("ConfigMap", &set["configMapRef"]), ("Secret", &set["secretRef"])];
        let (from, source) = known.into_iter().find(|(_, source)| source.is_object()).unwrap_or(("", &Value::Null));
        let prefix = text(&set["prefix"]);
        let from = if prefix.is_empty() { from.to_owned() } else { format!("{from} with prefix '{prefix}'") };
        columns.line(3, &[text(&source["name"]), &from, &optional(source)]);
    }
}

fn optional(source: &Value) -> String {
    format!("Optional: {}", source["optional"] == true)
}

fn one(columns: &mut Columns, variable: &Value, container: &Value, pod: Option<&Value>) {
    let name = format!("{}:", text(&variable["name"]));
    let from = &variable["valueFrom"];
    if !from.is_object() {
        let value = hidden::tree(variable)["value"].clone();
        for (place, line) in text(&value).split('\n').enumerate() {
            columns.line(3, &[if place == 0 { &name } else { "" }, line]);
        }
        return;
    }
    let (field, resource, secret, map) =
        (&from["fieldRef"], &from["resourceFieldRef"], &from["secretKeyRef"], &from["configMapKeyRef"]);
    if field.is_object() {
        let path = text(&field["fieldPath"]);
        let value = pod.map(|pod| value_of(pod, path)).unwrap_or_default();
        columns.line(3, &[&name, &format!("{value} ({}:{path})", text(&field["apiVersion"]))]);
    } else if resource.is_object() {
        let asked = text(&resource["resource"]);
        let amount = amount(container, asked, &resource["divisor"]).unwrap_or_default();
        let is_unlimited = amount == "0" && matches!(asked, "limits.cpu" | "limits.memory");
        let amount = if is_unlimited { "node allocatable" } else { &amount };
        columns.line(3, &[&name, &format!("{amount} ({asked})")]);
    } else if secret.is_object() {
        let value = format!("<set to the key '{}' in secret '{}'>", text(&secret["key"]), text(&secret["name"]));
        columns.line(3, &[&name, &value, &optional(secret)]);
    } else if map.is_object() {
        let value = format!("<set to the key '{}' of config map '{}'>", text(&map["key"]), text(&map["name"]));
        columns.line(3, &[&name, &value, &optional(map)]);
    }
}

/// What kubectl knows of a pod's fields: its name and place.
fn value_of(pod: &Value, path: &str) -> String {
    let metadata = &pod["metadata"];
    match path {
        "metadata.name" => text(&metadata["name"]).to_owned(),
        "metadata.namespace" => text(&metadata["namespace"]).to_owned(),
        _ => String::new(),
    }
}

/// `limits.memory` and the like in units of the divisor, rounded up.
fn amount(container: &Value, asked: &str, divisor: &Value) -> Option<String> {
    let (kind, name) = asked.split_once('.')?;
    let is_known = matches!(kind, "limits" | "requests")
        && (matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-"));
    if !is_known {
        return None;
    }
    let amount = &container["resources"][kind][name];
    let amount = if amount.is_null() { Quantity::ZERO } else { Quantity::of_value(amount)? };
    let divisor = Quantity::of_value(divisor).filter(|divisor| *divisor != Quantity::ZERO).unwrap_or(Quantity::of(1));
    Some(amount.per(divisor).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_named_and_never_shown() {
        let container = json!({
            "resources": {"limits": {"memory": "1Gi"}},
            "envFrom": [{"secretRef": {"name": "s"}, "prefix": "P_"}],
            "env": [
                {"name": "A", "value": "1\n2"},
                {"name": "B", "valueFrom": {"secretKeyRef": {"key": "k", "name": "s"}}},
                {"name": "C", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}},
                {"name": "D", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
                {"name": "E", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}],
        });
        let mut columns = Columns::default();
        write(&mut columns, &container, Some(&json!({"metadata": {"name": "x"}})));
        assert_eq!(
            columns.text(),
            "    Environment Variables from:\n      s  Secret with prefix 'P_'  Optional: false\n    Environment:\n      \
             A:  1\n          2\n      B:  <set to the key 'k' in secret 's'>  Optional: false\n      \
             C:  node allocatable (limits.cpu)\n      D:  1024 (limits.memory)\n      E:  x (v1:metadata.name)\n"
        );
    }
}
