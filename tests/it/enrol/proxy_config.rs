//! `ProxyConfig` resources count wherever it is told what a pod gets: in files, for restarts, in descriptions.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{SOON, create, namespace, plane, pods, settled, workload};
use crate::harness::mesh::Mesh;

fn proxy(pod: &Value) -> Value {
    let lists = ["initContainers", "containers"].into_iter();
    let all = lists.flat_map(|list| pod["spec"][list].as_array().cloned().unwrap_or_default());
    all.into_iter().find(|one| one["name"] == "istio-proxy").unwrap_or_default()
}

fn variable(proxy: &Value, name: &str) -> Option<String> {
    let env = proxy["env"].as_array()?;
    Some(env.iter().find(|one| one["name"] == name)?["value"].as_str()?.to_owned())
}

#[test]
fn proxy_configs_are_merged_as_istiod_merges_them() -> Result<()> {
    let (cluster, space) = (plane()?, "proxied");
    namespace(cluster, space, json!({"istio-injection": "enabled"}))?;
    create(cluster, space, &workload("Deployment", "web", 1, json!({})))?;
    settled(cluster, space, "web", 1, "2/2")?;
    let restart =
        |arguments: &[&str]| Mesh::on(cluster).args(["restart", "--outdated", "-n", space]).args(arguments).run();
    let none = restart(&["--dry-run"])?;
    ensure!(none.code == Some(0) && !none.stdout.contains("Deployment/proxied/web"), "{none}");

    let made = |name: &str, spec: Value| {
        let resource = json!({"apiVersion": "networking.istio.io/v1beta1", "kind": "ProxyConfig",
            "metadata": {"name": name}, "spec": spec});
        cluster.create(&format!("/apis/networking.istio.io/v1beta1/namespaces/{space}/proxyconfigs"), &resource)
    };
    made("all", json!({"concurrency": 3, "environmentVariables": {"OWN": "all"}}))?;
    made("web", json!({"selector": {"matchLabels": {"app": "web"}}, "image": {"imageType": "distroless"}}))?;

    // What runs was made before.
    let outdated = restart(&["--dry-run"])?;
    ensure!(outdated.stdout.contains("distroless"), "{outdated}");
    let described = Mesh::on(cluster).args(["describe", "deployment", "web", "-n", space]).run()?;
    ensure!(described.stdout.contains("distroless"), "{described}");

    // One restart is enough, however often it is asked.
    let run = restart(&[])?;
    ensure!(run.code == Some(0), "{run}");
    let again = restart(&[])?;
    ensure!(again.code == Some(0) && !again.stdout.contains("web"), "{again}");
    let found = |cluster: &cluster::Cluster| Ok(pods(cluster, space, "web")?.pop());
    let live = proxy(&cluster.eventually(SOON, "a pod", found)?);
    let image = live["image"].as_str().unwrap_or_default();
    ensure!(image.ends_with("-distroless"), "{live:#}");
    ensure!(variable(&live, "OWN").as_deref() == Some("all"), "{live:#}");

    // A file is injected alike.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("web.yaml");
    let mut object = workload("Deployment", "web", 1, json!({}));
    object["metadata"]["namespace"] = space.into();
    std::fs::write(&file, mesh::yaml::text(&object)?)?;
    let run = Mesh::on(cluster).args(["inject", "--from-cluster", "-f", file.to_str().context("a path")?]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let object = mesh::yaml::documents("stdout", &run.stdout)?.swap_remove(0);
    let own = proxy(&object["spec"]["template"]);
    ensure!(own["image"] == live["image"], "{run}");
    for name in ["OWN", "PROXY_CONFIG"] {
        ensure!(variable(&own, name) == variable(&live, name), "{name}: {run}");
    }
    Ok(())
}
