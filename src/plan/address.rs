//! Services that wait for the address of a load balancer: whether anybody will give them one, and how they are reached
//! until then.

use crate::config::{Balancer, Platform};
use crate::object::Object;

/// API groups of what hands out addresses where no cloud does.
const GROUPS: [&str; 5] = ["metallb.io", "kube-vip.io", "purelb.io", "network.kubesphere.io", "loxilb.io"];
/// The same, with a kind that is there only where it is meant to.
const CILIUM: (&str, &str) = ("cilium.io", "CiliumLoadBalancerIPPool");

/// What is known of who hands out addresses.
#[derive(Clone, Copy)]
pub struct AddressSources<'a> {
    /// The platform, where it is known.
    pub platform: Option<&'a Platform>,
    /// The API groups that are served.
    pub groups: &'a [&'a str],
    /// Whether a kind is served.
    pub has: &'a dyn Fn(&str, &str) -> bool,
}

/// What to say of a Service that has no address; none where it has one, or wants none.
pub fn missing(service: &Object, sources: AddressSources<'_>) -> Option<String> {
    if !waits(service) {
        return None;
    }
    let (id, name) = (service.id(), service.name());
    let namespace = service.namespace().unwrap_or_default();
    if is_provided(service, sources) {
        return Some(format!(
            "{id} has no address yet; see when it comes: kubectl -n {namespace} get service {name} --watch"
        ));
    }
    let forward = format!("kubectl -n {namespace} port-forward service/{name} {}", ports(service));
    let tunnel = match sources.platform.map(Platform::balancer) {
        Some(Balancer::Command(command)) => format!(", or to give it one: {command}"),
        _ => String::new(),
    };
    Some(format!(
        "{id} gets no address: nothing here hands out those of load balancers. To reach it: {forward}{tunnel}"
    ))
}

/// Whether `service` wants an address and has none.
pub fn waits(service: &Object) -> bool {
    let wants = service.kind() == "Service" && service.text("/spec/type") == Some("LoadBalancer");
    wants && service.list("/status/loadBalancer/ingress").is_empty()
}

fn is_provided(service: &Object, sources: AddressSources<'_>) -> bool {
    // The controllers of clouds, and k3s's, put a finalizer on before they begin.
    !service.list("/metadata/finalizers").is_empty()
        || service.text("/spec/loadBalancerClass").is_some()
        || sources.platform.map(Platform::balancer) == Some(Balancer::OfItself)
        || sources.groups.iter().any(|group| GROUPS.contains(group))
        || (sources.has)(CILIUM.0, CILIUM.1)
}

/// A port of the Service behind one that everybody may listen on: `8080:80`. Of several the one for plain HTTP.
fn ports(service: &Object) -> String {
    let ports: Vec<u64> = service.list("/spec/ports").iter().filter_map(|port| port["port"].as_u64()).collect();
    let port = ports.iter().find(|port| **port == 80).or(ports.first()).copied().unwrap_or(80);
    let local = if port < 1024 { 8000 + port } else { port };
    format!("{local}:{port}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::config::{Signs, detect};

    fn service(kind: &str, more: &Value) -> Object {
        let mut value = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "in", "namespace": "n"},
            "spec": {"type": kind, "ports": [{"port": 15021}, {"port": 80}]}});
        crate::config::merge(&mut value, more.clone());
        Object::new(value).unwrap()
    }

    #[test]
    fn who_gets_no_address_is_told_how_to_be_reached() {
        let label = |name: &str| vec![json!({"metadata": {"labels": {name: "x"}}})];
        let kind = vec![json!({"spec": {"providerID": "kind://docker/kind/a"}})];
        let none = json!({});
        let forward = "port-forward service/in 8080:80";
        type Case<'a> = (&'a str, Value, &'a str, &'a [&'a str], Vec<Value>, Option<&'a str>);
        let table: [Case<'_>; 11] = [
            ("LoadBalancer", none.clone(), "v1.36.0", &["apps"], vec![], Some(forward)),
            ("LoadBalancer", none.clone(), "v1.36.0", &[], kind, Some("give it one: cloud-provider-kind")),
            ("LoadBalancer", none.clone(), "v1.36.0", &[], label("minikube.k8s.io/name"), Some("minikube tunnel")),
            ("LoadBalancer", none.clone(), "v1.36.0", &[], label("microk8s.io/cluster"), Some("enable metallb")),
            ("LoadBalancer", none.clone(), "v1.33.1-gke.1", &[], vec![], Some("--watch")),
            ("LoadBalancer", none.clone(), "v1.36.0", &["metallb.io"], vec![], Some("--watch")),
            ("LoadBalancer", json!({"metadata": {"finalizers": ["a/b"]}}), "v1.36.0", &[], vec![], Some("--watch")),
            ("LoadBalancer", json!({"spec": {"loadBalancerClass": "a"}}), "v1.36.0", &[], vec![], Some("--watch")),
            (
                "LoadBalancer",
                json!({"status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}),
                "v1",
                &[],
                vec![],
                None,
            ),
            ("ClusterIP", none.clone(), "v1.36.0", &[], vec![], None),
            ("LoadBalancer", json!({"spec": {"ports": [{"port": 443}]}}), "v1", &[], vec![], Some(" 8443:443")),
        ];
        for (of, more, version, groups, nodes, said) in table {
            let platform = detect(&Signs { version, groups: groups.to_vec(), nodes: &nodes });
            let found = missing(&service(of, &more), AddressSources { platform, groups, has: &|_, _| false });
            match said {
                Some(said) => assert!(found.as_deref().is_some_and(|text| text.contains(said)), "{said}: {found:?}"),
                None => assert_eq!(found, None),
            }
        }
        let cilium = |group: &str, kind: &str| group == "cilium.io" && kind == "CiliumLoadBalancerIPPool";
        let found =
            missing(&service("LoadBalancer", &none), AddressSources { platform: None, groups: &[], has: &cilium });
        assert!(found.unwrap().contains("--watch"));
    }
}
