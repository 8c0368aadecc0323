//! Over an installation that istioctl made: everything is taken over in place, and no pod is restarted.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{DEMO_LINES, Mesh};
use crate::harness::{live, named_program, planes, say};

const SOON: Duration = Duration::from_secs(120);

/// Uid and generation of everything an update could replace or restart, pods above all.
fn identities(cluster: &Cluster) -> Result<BTreeMap<String, (String, i64)>> {
    let mut found = BTreeMap::new();
    for path in [
        "/api/v1/namespaces/istio-system/pods",
        "/apis/apps/v1/namespaces/istio-system/replicasets",
        "/apis/apps/v1/namespaces/istio-system/deployments",
        "/api/v1/namespaces/istio-system/services",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    ] {
        for object in cluster.list(path)? {
            let name = format!("{path}/{}", object["metadata"]["name"].as_str().unwrap_or_default());
            let uid = object["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
            // A pod template that changes is a new generation of its Deployment.
            let generation =
                if path.ends_with("deployments") { object["metadata"]["generation"].as_i64() } else { None };
            found.insert(name, (uid, generation.unwrap_or(0)));
        }
    }
    Ok(found)
}

fn ready(cluster: &Cluster) -> Result<()> {
    for name in ["istiod", "istio-egressgateway", "istio-ingressgateway"] {
        cluster.wait_for_deployment("istio-system", name, SOON)?;
    }
    let closed = |cluster: &Cluster| {
        let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/istiod-default-validator";
        let webhook = &cluster.get(path)?["webhooks"][0];
        let signed = webhook["clientConfig"]["caBundle"].as_str().is_some_and(|ca| !ca.is_empty());
        Ok((signed && webhook["failurePolicy"] == "Fail").then_some(()))
    };
    cluster.eventually(SOON, "closed validator", closed)
}

/// Makes an installation look as if istioctl had made it: the same objects, held by its field manager, and nothing that
/// tells of `mesh`.
fn hand_to_istioctl(cluster: &Cluster) -> Result<usize> {
    let mut handed = 0;
    for (collection, _, _) in live::collections(cluster)? {
        for mut object in cluster.list(&collection)? {
            let mut is_ours = false;
            for entry in object["metadata"]["managedFields"].as_array_mut().into_iter().flatten() {
                if entry["manager"] == "mesh" {
                    entry["manager"] = "istio-operator".into();
                    is_ours = true;
                }
            }
            if !is_ours {
                continue;
            }
            let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (namespace, name) = (text("/metadata/namespace"), text("/metadata/name"));
            let (root, plural) = collection.rsplit_once('/').context("a collection without a root")?;
            let place = if namespace.is_empty() { String::new() } else { format!("/namespaces/{namespace}") };
            let path = format!("{root}{place}/{plural}/{name}");
            if collection.ends_with("/secrets") && name.starts_with("mesh.v1.") {
                cluster.delete(&path)?;
                continue;
            }
            let fields = json!({ "metadata": { "managedFields": object["metadata"]["managedFields"] } });
            cluster.merge(&path, &fields)?;
            handed += 1;
        }
    }
    Ok(handed)
}

/// Verification raises no alarm, whoever holds the fields.
fn verified(cluster: &Cluster) -> Result<()> {
    let run = Mesh::on(cluster).args(["verify", "--set", "profile=demo"]).run()?;
    ensure!(run.code == Some(0) && !run.stdout.contains("warning"), "{run}");
    Ok(())
}

#[test]
fn what_istioctl_left_is_taken_over_in_place() -> Result<()> {
    let cluster = planes::builder().start()?;
    Mesh::on(&cluster).install(["--set", "profile=demo"]).run()?.expect_done(DEMO_LINES)?;
    // All but the namespace, of which an installation holds no field.
    let handed = hand_to_istioctl(&cluster)?;
    ensure!(handed == 45, "{handed} objects were handed over");
    ready(&cluster)?;
    let (before, was) = (identities(&cluster)?, live::dump(&cluster)?);
    ensure!(before.keys().filter(|path| path.contains("/pods/")).count() == 3, "{before:#?}");

    verified(&cluster)?;

    // No `-y`: nothing that exists changes, so nobody has to be asked.
    let run = Mesh::on(&cluster).install(["--set", "profile=demo"]).run()?;
    run.expect_done(DEMO_LINES)?;
    ensure!(run.stderr.contains(": 45 objects to write"), "{run}");
    let after = identities(&cluster)?;
    ensure!(before == after, "before {before:#?}\nafter {after:#?}\n{run}");
    let differences = live::differences(&was, &live::dump(&cluster)?);
    ensure!(differences.is_empty(), "{}", differences.join("\n"));

    verified(&cluster)?;

    // By now it is ours.
    let run = Mesh::on(&cluster).install(["--set", "profile=demo"]).run()?;
    run.expect_done(DEMO_LINES)?;
    ensure!(run.stderr.contains(": 0 objects to write"), "{run}");
    Ok(())
}

#[test]
fn what_the_real_istioctl_installed_keeps_its_pods() -> Result<()> {
    let Some(istioctl) = named_program("MESH_TEST_ISTIOCTL") else { return Ok(()) };
    let cluster = planes::builder().start()?;
    let output = cluster.command(istioctl).args(["install", "--set", "profile=demo", "-y"]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    ready(&cluster)?;
    let before = identities(&cluster)?;
    // Descriptions of CRDs and the text of the injection templates are our own, so that existing objects change.
    let run = Mesh::on(&cluster).install(["-y", "--set", "profile=demo"]).run()?;
    run.expect_done(DEMO_LINES)?;
    ensure!(before == identities(&cluster)?, "{run}");
    if let Some(reference) = live::reference("demo")? {
        let differences = live::differences(&reference, &live::dump(&cluster)?);
        ensure!(differences.is_empty(), "{}", differences.join("\n"));
    }
    verified(&cluster)?;
    say("the real istioctl's installation was taken over");
    Ok(())
}
