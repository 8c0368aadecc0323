//! What the cluster says of itself is acted on, and said; what the user says counts. Small clusters have a size.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::harness::mesh::{DEFAULT_LINES, MINIMAL_LINES, Mesh};
use crate::harness::planes;

#[test]
fn platforms_are_found_out_and_small_clusters_have_a_size() -> Result<()> {
    let cluster = planes::builder().nodes(1).node_size("1", "1Gi").start()?;
    let nodes = cluster.list("/api/v1/nodes")?;
    let name = nodes.first().and_then(|node| node["metadata"]["name"].as_str()).context("no node")?;
    let labels = json!({"metadata": {"labels": {"microk8s.io/cluster": "true"}}});
    cluster.merge(&format!("/api/v1/nodes/{name}"), &labels)?;
    let agent = "/apis/apps/v1/namespaces/istio-system/daemonsets/istio-cni-node";
    let install = |more: &[&str]| {
        let args = ["-y", "--set", "profile=minimal", "--set", "components.cni.enabled=true", "--size", "tiny"];
        Mesh::on(&cluster).install(args).args(more).run()
    };

    // What istiod asks for by default has no place here.
    let run = install(&[])?;
    run.expect_done(&MINIMAL_LINES.replace("Istiod installed\n", "Istiod installed\n✔ CNI installed\n"))?;
    let said = "detected MicroK8s: values.global.platform=microk8s is set; --set values.global.platform= undoes it";
    ensure!(run.lines_with(said).len() == 1, "{run}");
    ensure!(run.stderr.contains("--size tiny lowers requests: istiod 500m CPU 2048Mi to 10m CPU 100Mi"), "{run}");
    ensure!(cluster.get(agent)?.to_string().contains("/var/snap/microk8s/"), "{run}");
    let istiod = cluster.get("/apis/apps/v1/namespaces/istio-system/deployments/istiod")?;
    let requests = &istiod["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"];
    ensure!(*requests == json!({"cpu": "10m", "memory": "100Mi"}), "{requests}");

    let run = install(&["--set", "values.global.platform="])?;
    ensure!(run.code == Some(0) && run.stderr.contains("your settings say \"\": those count"), "{run}");
    ensure!(!run.stderr.contains("is set;") && !cluster.get(agent)?.to_string().contains("/var/snap/"), "{run}");
    Ok(())
}

/// As on kind, where nothing hands out addresses: the gateway is ready without one, and how it is reached is said.
#[test]
fn load_balancers_are_never_waited_for() -> Result<()> {
    let cluster = planes::builder().nodes(1).start()?;
    let nodes = cluster.list("/api/v1/nodes")?;
    let name = nodes.first().and_then(|node| node["metadata"]["name"].as_str()).context("no node")?;
    let provider = json!({"spec": {"providerID": "kind://docker/kind/kind-control-plane"}});
    cluster.merge(&format!("/api/v1/nodes/{name}"), &provider)?;
    let install = || Mesh::on(&cluster).install(["-y", "--set", "profile=default"]).run();
    let gateway = "/api/v1/namespaces/istio-system/services/istio-ingressgateway";
    let note = "note: Service/istio-system/istio-ingressgateway ";
    let forward = "kubectl -n istio-system port-forward service/istio-ingressgateway 8080:80, or to give it one: cloud-provider-kind";

    for _ in 0..2 {
        let run = install()?;
        run.expect_done(DEFAULT_LINES)?;
        let said = run.lines_with(note);
        ensure!(said.len() == 1 && said[0].ends_with(forward), "{run}");
    }
    let service = cluster.get(gateway)?;
    ensure!(service["spec"]["type"] == "LoadBalancer" && service["status"]["loadBalancer"] == json!({}), "{service}");
    // Once somebody sees to it, it only has not come yet; and when it has, there is nothing to say.
    cluster.merge(gateway, &json!({"metadata": {"finalizers": ["service.kubernetes.io/load-balancer-cleanup"]}}))?;
    let run = install()?;
    ensure!(
        run.lines_with(note).iter().all(|line| line.ends_with("get service istio-ingressgateway --watch")),
        "{run}"
    );
    cluster.merge(
        &format!("{gateway}/status"),
        &json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}}),
    )?;
    let run = install()?;
    run.expect_done(DEFAULT_LINES)?;
    ensure!(run.lines_with(note).is_empty(), "{run}");
    Ok(())
}
