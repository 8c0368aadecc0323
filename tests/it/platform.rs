//! What the cluster says of itself is acted on, and said; what the user says counts. Small clusters have a size.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::harness::mesh::{MINIMAL_LINES, Mesh};
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
