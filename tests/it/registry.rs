//! A registry of one's own that wants credentials: the Secret with them is looked for, and everything that pulls names it.
//! And settings that are said twice: recorded and given, in one way and in another.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::mesh::{MINIMAL_LINES, Mesh};
use crate::harness::planes;

const SECRET: &str = "/api/v1/namespaces/istio-system/secrets";

#[test]
fn a_secret_that_is_not_there_is_told_before_images_cannot_be_pulled() -> Result<()> {
    let cluster = planes::builder().start()?;
    let arguments = ["--set", "profile=minimal", "--image-pull-secret", "pull"];
    let missing = "Secret/istio-system/pull is not there, and images are to be pulled with it";
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
    cluster.create_namespace("shop", &json!({ "istio-injection": "enabled" }))?;
    let pod = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "web" }, "spec": { "containers": [{ "name": "web", "image": "nginx" }] } });
    let pod = cluster.create("/api/v1/namespaces/shop/pods", &pod)?;
    ensure!(pod["spec"]["imagePullSecrets"] == json!([{ "name": "pull" }]), "{pod:#}");
    Ok(())
}

/// What an upgrade is given wins over what was recorded, whichever flag or key that was.
#[test]
fn a_registry_that_is_given_now_wins_over_the_recorded_one() -> Result<()> {
    let cluster = planes::builder().start()?;
    let image = || -> Result<String> {
        let istiod = cluster.get("/apis/apps/v1/namespaces/istio-system/deployments/istiod")?;
        let image = istiod["spec"]["template"]["spec"]["containers"][0]["image"].as_str();
        Ok(image.unwrap_or_default().to_owned())
    };
    let first = ["--set", "profile=minimal", "--registry", "a.example.com/istio"];
    Mesh::on(&cluster).install(first).run()?.expect_done(MINIMAL_LINES)?;
    ensure!(image()?.starts_with("a.example.com/istio/"), "{}", image()?);
    for (flags, want) in [
        (["--set", "hub=c.example.com/istio"], "c.example.com/istio/"),
        (["--set", "values.global.hub=d.example.com/istio"], "d.example.com/istio/"),
        (["--registry", "e.example.com/istio"], "e.example.com/istio/"),
    ] {
        let run = Mesh::on(&cluster).args(["upgrade", "-y"]).args(flags).run()?;
        ensure!(run.code == Some(0) && image()?.starts_with(want), "{flags:?} {}: {run}", image()?);
    }
    let both = Mesh::on(&cluster).args(["upgrade", "-y", "--registry", "f.example.com", "--set", "hub=g.example.com"]);
    both.run()?
        .expect_failed(2, &["--registry f.example.com and --set hub=g.example.com are two values of one setting"])
}

/// Emptied by the user, `values.defaultRevision` means none: for an installation as for what is printed.
#[test]
fn without_a_default_revision_there_is_no_default_tag() -> Result<()> {
    let cluster = planes::builder().start()?;
    let none = ["--set", "profile=minimal", "--set", "values.defaultRevision="];
    Mesh::on(&cluster).install(none).run()?.expect_done(MINIMAL_LINES)?;
    let kinds = "/apis/admissionregistration.k8s.io/v1";
    for path in [
        "mutatingwebhookconfigurations/istio-revision-tag-default",
        "validatingwebhookconfigurations/istiod-default-validator",
    ] {
        ensure!(cluster.get_opt(&format!("{kinds}/{path}"))?.is_none(), "{path} is there");
    }
    ensure!(cluster.get_opt("/api/v1/namespaces/istio-system/services/istiod-revision-tag-default")?.is_none());
    // The injector answers for itself.
    cluster.create_namespace("shop", &json!({ "istio-injection": "enabled" }))?;
    let pod = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "web" }, "spec": { "containers": [{ "name": "web", "image": "nginx" }] } });
    let pod = cluster.create("/api/v1/namespaces/shop/pods?dryRun=All", &pod)?;
    ensure!(pod["metadata"]["annotations"]["sidecar.istio.io/status"].is_string(), "{pod:#}");
    for arguments in [&["verify"][..], &["diff"], &["upgrade", "-y"], &["diff", none[0], none[1], none[2], none[3]]] {
        let run = Mesh::on(&cluster).args(arguments).run()?;
        ensure!(run.code == Some(0), "{run}");
    }
    ensure!(cluster.get_opt(&format!("{kinds}/mutatingwebhookconfigurations/istio-revision-tag-default"))?.is_none());
    Ok(())
}
