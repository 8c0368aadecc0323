//! Which CustomResourceDefinitions the core installs.

use serde_json::{Value, json};

use crate::error::Result;
use crate::object::Object;

/// Those of `crds` that the core's `values` ask for.
pub(super) fn wanted(crds: Vec<Value>, values: &Value) -> Result<Vec<Object>> {
    if values.pointer("/global/resourceScope").and_then(Value::as_str) == Some("namespace") {
        return Ok(Vec::new());
    }
    let templated = values.pointer("/base/enableCRDTemplates").and_then(Value::as_bool).unwrap_or(true);
    let excluded = values.pointer("/base/excludedCRDs").and_then(Value::as_array);
    let is_excluded = |crd: &Value| {
        let name = &crd["metadata"]["name"];
        templated && excluded.is_some_and(|excluded| excluded.contains(name))
    };
    let wanted = crds.into_iter().filter(|crd| !is_excluded(crd));
    wanted.map(|crd| Object::new(if templated { crd } else { with_fixed_labels(crd) })).collect()
}

/// Without `enableCRDTemplates` the CRDs are those of the plain file that Istio releases: for all owners the same labels.
fn with_fixed_labels(mut crd: Value) -> Value {
    let mut labels = json!({"app": "istio-pilot", "chart": "istio", "heritage": "Tiller", "release": "istio"});
    let group = crd["spec"]["group"].as_str().and_then(|group| group.split('.').next()).unwrap_or_default();
    if matches!(group, "security" | "telemetry") {
        labels["istio"] = group.into();
    }
    crd["metadata"]["labels"] = labels;
    crd
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::crds::crds;

    #[test]
    fn crds_can_be_left_out_by_name_and_by_scope() -> Result<()> {
        let all = wanted(crds()?, &json!({}))?;
        assert_eq!(all.len(), 15);
        let name = "envoyfilters.networking.istio.io";
        let fewer = wanted(crds()?, &json!({"base": {"excludedCRDs": [name]}}))?;
        assert_eq!(fewer.len(), 14);
        assert!(fewer.iter().all(|crd| crd.name() != name));
        assert!(wanted(crds()?, &json!({"global": {"resourceScope": "namespace"}}))?.is_empty());
        Ok(())
    }

    #[test]
    fn the_plain_file_has_labels_of_its_own() -> Result<()> {
        let plain = wanted(crds()?, &json!({"base": {"enableCRDTemplates": false}}))?;
        let labels = |name: &str| plain.iter().find(|crd| crd.name() == name).map(Object::labels);
        let security = labels("peerauthentications.security.istio.io").unwrap_or_default();
        assert_eq!((security.get("istio"), security.get("app")), (Some(&"security"), Some(&"istio-pilot")));
        assert!(!labels("gateways.networking.istio.io").unwrap_or_default().contains_key("istio"));
        Ok(())
    }
}
