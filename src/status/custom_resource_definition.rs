//! A CustomResourceDefinition is ready when the API server serves it.

use crate::object::Object;
use crate::status::readiness::{Readiness, condition};

pub(crate) fn ready(definition: &Object) -> Readiness {
    if let Some(("False", reason, message)) = condition(definition, "NamesAccepted") {
        return Readiness::failed(reason, message);
    }
    // Such a schema is served without pruning and defaults; a v1 object cannot hold one, an old stored one can.
    if let Some(("True", reason, message)) = condition(definition, "NonStructuralSchema") {
        return Readiness::failed(reason, message);
    }
    match condition(definition, "Established") {
        Some(("True", ..)) => Readiness::READY,
        _ => Readiness::waiting("not established yet"),
    }
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        let conditions = |list: serde_json::Value| json!({"status": {"conditions": list}});
        check(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            &[
                (json!({}), "waiting: not established yet"),
                (conditions(json!([{"type": "Established", "status": "False"}])), "waiting: not established yet"),
                (
                    conditions(json!([
                        {"type": "NamesAccepted", "status": "True"},
                        {"type": "Established", "status": "True"},
                    ])),
                    "ready",
                ),
                (
                    conditions(json!([
                        {"type": "NamesAccepted", "status": "False", "reason": "ListKindConflict", "message": "taken"},
                        {"type": "Established", "status": "False"},
                    ])),
                    "failed: ListKindConflict: taken",
                ),
                (
                    conditions(json!([
                        {"type": "NonStructuralSchema", "status": "True", "reason": "Violations", "message": "no type"},
                        {"type": "Established", "status": "True"},
                    ])),
                    "failed: Violations: no type",
                ),
            ],
        );
    }
}
