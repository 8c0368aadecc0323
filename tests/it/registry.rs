//! A registry of one's own that wants credentials: the Secret with them is looked for, and everything that pulls names it.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::mesh::{MINIMAL_LINES, Mesh};
use crate::harness::planes;

const SECRET: &str = "/api/v1/namespaces/istio-system/secrets";

#[test]
fn a_secret_that_is_not_there_is_told_before_images_cannot_be_pulled() -> Result<()> {
    let cluster = planes::builder().start()?;
    let arguments = ["--set", "profile=minimal", "--image-pull-secret", "pull"];
    let missing = "Secret/istio-system/pull is not there, and service accounts name it";
    let check = || Mesh::on(&cluster).args(["check", "--only", "pull-secrets", "-v"]).args(arguments).run();
    let before = check()?;
    ensure!(before.code == Some(0) && before.stdout.contains(missing), "{before}");
    let run = Mesh::on(&cluster).install(arguments).run()?;
    run.expect_done(MINIMAL_LINES)?;
    ensure!(run.stderr.contains(missing) && run.stderr.contains("kubectl create secret docker-registry"), "{run}");

    cluster.create(SECRET, &json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "pull" } }))?;
    let after = check()?;
    ensure!(after.code == Some(0) && !after.stdout.contains(missing), "{after}");
    let changed =
        Mesh::on(&cluster).install(arguments).args(["--set", "hub=registry.example.com/istio", "-y"]).run()?;
    changed.expect_done(MINIMAL_LINES)?;
    ensure!(!changed.stderr.contains(missing), "{changed}");

    // What is injected names it too.
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shop", "labels": { "istio-injection": "enabled" } } });
    cluster.create("/api/v1/namespaces", &namespace)?;
    let pod = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "web" }, "spec": { "containers": [{ "name": "web", "image": "nginx" }] } });
    let pod = cluster.create("/api/v1/namespaces/shop/pods", &pod)?;
    ensure!(pod["spec"]["imagePullSecrets"] == json!([{ "name": "pull" }]), "{pod:#}");
    Ok(())
}
