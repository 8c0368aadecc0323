//! What `/validate` refuses: a few rules of Istio's that schemas do not carry, enough to tell a validator that
//! works from one that does not.

use serde_json::Value;

/// Istiod refuses every object that carries this; its own probe does.
const ALWAYS_REJECT: &str = "internal.istio.io/webhook-always-reject";

/// Accepts an object, or says what is wrong with it, worded as istiod words it.
pub(super) fn check(object: &Value) -> Result<(), String> {
    let invalid = |reason: String| Err(format!("configuration is invalid: {reason}"));
    if object["metadata"]["annotations"].get(ALWAYS_REJECT).is_some() {
        return invalid("told to reject".to_owned());
    }
    let spec = &object["spec"];
    let empty = |key: &str| spec[key].as_array().is_none_or(Vec::is_empty);
    match object["kind"].as_str().unwrap_or_default() {
        "Gateway" => {
            if empty("servers") {
                return invalid("gateway must have at least one server".to_owned());
            }
            for server in spec["servers"].as_array().into_iter().flatten() {
                let number = server["port"]["number"].as_i64().unwrap_or(0);
                if !(1..=65535).contains(&number) {
                    return invalid(format!("port number {number} must be in the range 1..65535"));
                }
                if server["hosts"].as_array().is_none_or(Vec::is_empty) {
                    return invalid("server config must contain at least one host".to_owned());
                }
            }
        }
        "VirtualService" => {
            // Only what is delegated to may go without hosts, and then needs routes.
            if empty("hosts") && empty("http") {
                return invalid("virtual service must have at least one host".to_owned());
            }
            if empty("http") && empty("tcp") && empty("tls") {
                return invalid("http, tcp or tls must be provided in virtual service".to_owned());
            }
        }
        "DestinationRule" if spec["host"].as_str().is_none_or(str::is_empty) => {
            return invalid("host must be set".to_owned());
        }
        "ServiceEntry" if empty("hosts") => return invalid("service entry must have at least one host".to_owned()),
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;
    use serde_json::json;

    #[test]
    fn refuses_what_istiod_refuses() {
        let port = |number: i64| json!({ "kind": "Gateway", "spec": { "servers": [{ "hosts": ["a.b"], "port": { "number": number } }] } });
        assert_eq!(check(&port(80)), Ok(()));
        for bad in [
            port(0),
            port(70000),
            json!({ "kind": "Gateway", "spec": {} }),
            json!({ "kind": "VirtualService", "spec": { "hosts": ["a"] } }),
            json!({ "kind": "VirtualService", "spec": { "tcp": [{}] } }),
            json!({ "kind": "DestinationRule", "spec": {} }),
            json!({ "kind": "Sidecar", "metadata": { "annotations": { "internal.istio.io/webhook-always-reject": "true" } } }),
        ] {
            assert!(check(&bad).is_err(), "{bad}");
        }
        assert_eq!(check(&json!({ "kind": "Sidecar", "spec": {} })), Ok(()));
    }
}
