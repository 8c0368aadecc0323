//! What `--size` lowers, in words: nothing is made smaller without saying so.

use serde_json::Value;

use super::{ComponentKind, Config};
use crate::error::Result;

/// Where the requests of a component are in the values its templates see, and whose they are.
const REQUESTS: [(ComponentKind, &str, &str); 6] = [
    (ComponentKind::ControlPlane, "", "istiod"),
    (ComponentKind::ControlPlane, "/global/proxy", "proxies"),
    (ComponentKind::IngressGateway, "/gateways/istio-ingressgateway", "ingress gateways"),
    (ComponentKind::EgressGateway, "/gateways/istio-egressgateway", "egress gateways"),
    (ComponentKind::Cni, "", "CNI"),
    (ComponentKind::Ztunnel, "", "ztunnel"),
];

/// One sentence on what `config` requests less than `without`, the same configuration without the size.
pub(super) fn said(size: &str, config: &Config, without: &Config) -> Result<Vec<String>> {
    let mut lowered = Vec::new();
    for (kind, place, whose) in REQUESTS {
        let of = |config: &Config| -> Result<Option<Value>> {
            let instance = config.instances(kind)?.into_iter().next();
            let requests = |values: &Value| values.pointer(&format!("{place}/resources/requests")).cloned();
            Ok(instance.and_then(|instance| requests(&instance.values)))
        };
        let (now, before) = (of(config)?, of(without)?);
        if let Some(now) = now.filter(|now| before.as_ref() != Some(now)) {
            let from = before.map(|before| format!("{} to ", amounts(&before))).unwrap_or_default();
            lowered.push(format!("{whose} {from}{}", amounts(&now)));
        }
    }
    if lowered.is_empty() {
        return Ok(vec![format!("--size {size} changes nothing here: requests are as low already, or set otherwise")]);
    }
    Ok(vec![format!(
        "--size {size} lowers requests: {}; istiod and gateways do not scale by themselves",
        lowered.join("; ")
    )])
}

/// `500m CPU 2048Mi`.
fn amounts(requests: &Value) -> String {
    let text = |key: &str| requests[key].as_str().unwrap_or("any").to_owned();
    format!("{} CPU {}", text("cpu"), text("memory"))
}

#[cfg(test)]
mod tests {
    use crate::config::{Inputs, load};
    use crate::error::Result;

    #[test]
    fn a_size_says_what_it_lowers_and_loses_against_the_user() -> Result<()> {
        let tiny = |sets: &[&str]| {
            let sets = sets.iter().map(|set| (*set).to_owned()).collect();
            load(&Inputs { size: Some("tiny".to_owned()), sets, ..Inputs::default() })
        };
        let config = tiny(&[])?;
        assert_eq!(
            config.warnings,
            [
                "--size tiny lowers requests: istiod 500m CPU 2048Mi to 10m CPU 100Mi; proxies 100m CPU 128Mi to 10m CPU 40Mi; \
              ingress gateways 100m CPU 128Mi to 10m CPU 40Mi; istiod and gateways do not scale by themselves"
            ]
        );
        assert_eq!(config.text("values.pilot.resources.requests.cpu"), Some("10m"));
        let own = tiny(&["values.pilot.resources.requests.cpu=700m"])?;
        assert_eq!(own.text("values.pilot.resources.requests.cpu"), Some("700m"));
        let demo = tiny(&["profile=demo"])?;
        assert!(demo.warnings[0].contains("changes nothing"), "{:?}", demo.warnings);
        assert_eq!(tiny(&[]).map(|config| config.profile)?, "default");
        Ok(())
    }
}
