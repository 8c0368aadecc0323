//! The real istiod and istioctl on this control plane, where `MESH_TEST_ISTIOD` and `MESH_TEST_ISTIOCTL` name them.

use std::time::{Duration, Instant};

use cluster::{Cluster, Istiod};
use serde_json::json;

use super::{deployment, say};

const SOON: Duration = Duration::from_secs(120);

#[test]
fn the_real_istiod_injects_what_istioctl_installed() {
    let binary = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let (Some(istiod), Some(istioctl)) = (binary("MESH_TEST_ISTIOD"), binary("MESH_TEST_ISTIOCTL")) else {
        say("skipped: MESH_TEST_ISTIOD and MESH_TEST_ISTIOCTL name no binaries");
        return;
    };
    let cluster = Cluster::builder().istiod(Istiod::Real(istiod.into())).start().unwrap();
    let started = Instant::now();
    let output = cluster.command(istioctl).args(["install", "--set", "profile=demo", "-y"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    say(&format!("istioctl installed demo in {:?}", started.elapsed()));

    let closed = |cluster: &Cluster| {
        let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/istio-validator-istio-system";
        Ok((cluster.get(path)?["webhooks"][0]["failurePolicy"] == "Fail").then_some(()))
    };
    cluster.eventually(SOON, "closed validator", closed).unwrap();
    cluster
        .merge("/api/v1/namespaces/default", &json!({ "metadata": { "labels": { "istio-injection": "enabled" } } }))
        .unwrap();
    cluster
        .apply("/apis/apps/v1/namespaces/default/deployments/web", &deployment("web", "nginx:1.14.2", |_| {}))
        .unwrap();
    cluster.wait_for_deployment("default", "web", SOON).unwrap();
    let pod = &super::pods(&cluster, "web")[0];
    let proxy = ["initContainers", "containers"]
        .iter()
        .flat_map(|list| pod["spec"][list].as_array().into_iter().flatten())
        .find(|container| container["name"] == "istio-proxy");
    assert!(proxy.is_some_and(|proxy| proxy["image"].as_str().unwrap().contains("proxyv2")), "{pod:#}");
    let version = cluster.text("/api/v1/namespaces/istio-system/services/istiod:15014/proxy/version").unwrap();
    say(&format!("istiod answers through its Service: {version}"));
    assert!(version.starts_with("1."), "{version}");
}
