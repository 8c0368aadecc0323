//! A webhook configuration is ready when the API server can trust each of its backends.

use crate::object::Object;
use crate::status::readiness::Readiness;

/// The webhooks of a configuration whose backends the API server cannot trust yet, by name.
pub fn untrusted(configuration: &Object) -> Vec<&str> {
    let webhooks = configuration.list("/webhooks").iter();
    let lacking = webhooks.filter(|webhook| {
        let client = &webhook["clientConfig"];
        // A backend named by URL may have a certificate that the API server trusts anyway.
        client["url"].is_null() && client["caBundle"].as_str().is_none_or(str::is_empty)
    });
    lacking.filter_map(|webhook| webhook["name"].as_str()).collect()
}

pub(crate) fn ready(configuration: &Object) -> Readiness {
    match untrusted(configuration).as_slice() {
        [] => Readiness::READY,
        [one] => Readiness::waiting(format!("no caBundle in webhook {one} yet")),
        many => Readiness::waiting(format!("no caBundle in {} webhooks yet", many.len())),
    }
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        let none = json!({"name": "x.istio.io", "clientConfig": {"service": {"name": "istiod"}, "caBundle": ""}});
        let some = json!({"name": "y.istio.io", "clientConfig": {"service": {"name": "istiod"}, "caBundle": "QQ=="}});
        let url = json!({"name": "z.istio.io", "clientConfig": {"url": "https://example.com"}});
        for kind in ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] {
            check(
                "admissionregistration.k8s.io/v1",
                kind,
                &[
                    (json!({}), "ready"),
                    (json!({"webhooks": [some, url]}), "ready"),
                    (json!({"webhooks": [some, none]}), "waiting: no caBundle in webhook x.istio.io yet"),
                    (json!({"webhooks": [none, none]}), "waiting: no caBundle in 2 webhooks yet"),
                ],
            );
        }
    }
}
