//! A Namespace is ready when it takes objects.

use crate::object::Object;
use crate::status::readiness::Readiness;

pub(crate) fn ready(namespace: &Object) -> Readiness {
    match namespace.text("/status/phase") {
        Some("Active") => Readiness::READY,
        Some("Terminating") => Readiness::Gone { short: "being deleted".to_owned() },
        _ => Readiness::waiting("not active yet"),
    }
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        check(
            "v1",
            "Namespace",
            &[
                (json!({}), "waiting: not active yet"),
                (json!({"status": {"phase": "Active"}}), "ready"),
                (json!({"status": {"phase": "Terminating"}}), "gone: being deleted"),
                (
                    json!({
                        "metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"},
                        "spec": {"finalizers": ["kubernetes"]},
                        "status": {"phase": "Active"},
                    }),
                    "gone: being deleted, waits for finalizer kubernetes",
                ),
            ],
        );
    }
}
