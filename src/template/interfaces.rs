//! Networks of a pod beside its own: the annotation that the Multus CNI plugin reads.

use gotemplate::{Functions, Value};
use serde_json::Value as Json;

use super::functions::text;

/// `existing` (names with commas, or a JSON list) with `network` in it; as it is where it is there already, or is
/// neither.
fn with_network(existing: &str, network: &str) -> String {
    if existing.is_empty() {
        return network.to_owned();
    }
    let Some(end) = existing.rfind(']') else {
        let there = existing.split(',').any(|known| known.trim() == network);
        return if there { existing.to_owned() } else { format!("{existing}, {network}") };
    };
    let Ok(known) = serde_json::from_str::<Vec<Json>>(existing) else { return existing.to_owned() };
    let (namespace, name) = network.split_once('/').unwrap_or(("", network));
    if known.iter().any(|item| item["name"] == name && item["namespace"].as_str().unwrap_or_default() == namespace) {
        return existing.to_owned();
    }
    let added = match namespace {
        "" => format!(r#", {{"name": "{name}"}}"#),
        namespace => format!(r#", {{"name": "{name}", "namespace": "{namespace}"}}"#),
    };
    format!("{}{added}{}", &existing[..end], &existing[end..])
}

pub(super) fn add(functions: &mut Functions) {
    functions.insert("appendMultusNetwork", |_, args| -> Result<Value, String> {
        Ok(with_network(&text(args.first())?, &text(args.get(1))?).into())
    });
    for name in ["kubevirtInterfaces", "excludeInterfaces"] {
        functions.insert(name, |_, args| -> Result<Value, String> { Ok(text(args.first())?.into()) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_added_once() {
        let table = [
            ("", "default/istio-cni", "default/istio-cni"),
            ("a, b", "default/istio-cni", "a, b, default/istio-cni"),
            ("a,default/istio-cni", "default/istio-cni", "a,default/istio-cni"),
            (r#"[{"name":"a"}]"#, "x", r#"[{"name":"a"}, {"name": "x"}]"#),
            (r#"[{"name":"a"}]"#, "n/x", r#"[{"name":"a"}, {"name": "x", "namespace": "n"}]"#),
            (r#"[{"name":"x","namespace":"n"}]"#, "n/x", r#"[{"name":"x","namespace":"n"}]"#),
            ("[broken]", "n/x", "[broken]"),
        ];
        for (existing, network, want) in table {
            assert_eq!(with_network(existing, network), want, "{existing}");
        }
    }
}
