//! Which revision, or tag, a namespace or the template of a pod asks for, by the labels that the webhooks' selectors name.

use super::{DEFAULT, Pod, label};
use crate::object::Object;

/// What a namespace asks for. `istio-injection` wins over `istio.io/rev`, as the selectors say.
pub fn of_namespace(namespace: &Object) -> Option<&str> {
    match (namespace.label(label::INJECTION), namespace.label(label::REVISION)) {
        (Some("enabled"), _) => Some(DEFAULT),
        (Some(_), _) => None,
        (None, Some(name)) if !name.is_empty() => Some(name),
        _ => None,
    }
}

/// What a pod asks for that is made in `namespace`: what the namespace says comes first, and the pod may only refuse.
pub fn of_pod<'a>(namespace: Option<&'a Object>, pod: &'a Pod) -> Option<&'a str> {
    let inject = pod.label(label::INJECT);
    if inject == Some("false") || pod.uses_host_network() {
        return None;
    }
    let says = |key: &str| namespace.and_then(|one| one.label(key)).is_some();
    if says(label::INJECTION) || says(label::REVISION) {
        return namespace.and_then(of_namespace);
    }
    let named = pod.label(label::REVISION).filter(|name| !name.is_empty());
    named.or_else(|| (inject == Some("true")).then_some(DEFAULT))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_namespace_comes_first_and_the_pod_may_refuse() {
        let of = |namespace: Value, labels: Value| {
            let metadata = json!({"name": "n", "labels": namespace});
            let namespace =
                Object::new(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})).unwrap();
            let pod = Pod::of(&json!({"metadata": {"labels": labels}}));
            of_pod(Some(&namespace), &pod).map(str::to_owned)
        };
        let table = [
            (json!({}), json!({}), None),
            (json!({"istio-injection": "enabled"}), json!({}), Some("default")),
            (json!({"istio-injection": "enabled"}), json!({"istio.io/rev": "x"}), Some("default")),
            (json!({"istio-injection": "enabled", "istio.io/rev": "y"}), json!({}), Some("default")),
            (json!({"istio-injection": "enabled"}), json!({"sidecar.istio.io/inject": "false"}), None),
            (json!({"istio-injection": "disabled"}), json!({"istio.io/rev": "x"}), None),
            (json!({"istio.io/rev": "y"}), json!({"istio.io/rev": "x"}), Some("y")),
            (json!({}), json!({"istio.io/rev": "x"}), Some("x")),
            (json!({}), json!({"sidecar.istio.io/inject": "true"}), Some("default")),
            (json!({}), json!({"sidecar.istio.io/inject": "true", "istio.io/rev": "x"}), Some("x")),
        ];
        for (namespace, labels, asked) in table {
            assert_eq!(of(namespace.clone(), labels.clone()).as_deref(), asked, "{namespace} {labels}");
        }
        let host = Pod::of(&json!({"metadata": {"labels": {"istio.io/rev": "x"}}, "spec": {"hostNetwork": true}}));
        assert_eq!(of_pod(None, &host), None);
    }
}
