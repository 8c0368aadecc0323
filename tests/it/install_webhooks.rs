//! The proof of the webhooks: where it fails, what lies between the API server and istiod is named, and a first installation
//! leaves no webhook behind that could stop anybody's pods.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Behaviour, Cluster, Istiod, Path};
use serde_json::Value;

use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes::{self, REVISION_LINES};

const WEBHOOKS: [&str; 2] = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];

fn install(cluster: &Cluster, revision: &str, more: &[&str]) -> Result<Run> {
    let args = ["-y", "--set", "profile=minimal", "--set", "components.base.enabled=false", "--revision", revision];
    Mesh::on(cluster).install(args).args(more).run()
}

/// The webhooks of a revision, without those of tags that lead to it.
fn webhooks(cluster: &Cluster, revision: &str) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for plural in WEBHOOKS {
        let path = format!("/apis/admissionregistration.k8s.io/v1/{plural}?labelSelector=istio.io/rev%3D{revision}");
        found.extend(cluster.list(&path)?);
    }
    found.retain(|webhook| webhook["metadata"]["name"].as_str().is_some_and(|name| name.contains(revision)));
    Ok(found)
}

/// It failed with this, took its webhooks out again, and said so.
fn taken_out(cluster: &Cluster, revision: &str, run: &Run, code: i32, parts: &[&str]) -> Result<()> {
    let judged = || -> Result<()> {
        run.expect_failed(code, parts)?;
        run.expect_failed(code, &["the webhooks of this installation were taken out again", "error: Istiod "])?;
        ensure!(run.stdout.starts_with("✘ Istiod failed: "), "{run}");
        let left = webhooks(cluster, revision)?;
        ensure!(left.is_empty(), "left behind: {left:#?}\n{run}");
        // What was taken out again is not told as written.
        let written = run.lines_with("hint: ").into_iter().find(|hint| hint.contains("written so far"));
        ensure!(written.is_none_or(|hint| !hint.contains("WebhookConfiguration")), "{run}");
        Ok(())
    };
    judged().with_context(|| format!("revision {revision}"))
}

#[test]
fn webhooks_that_do_not_work_are_named_and_taken_out() -> Result<()> {
    let cluster = planes::builder().start()?;
    Mesh::on(&cluster)
        .install(["--set", "profile=minimal", "--revision", "works"])
        .run()?
        .expect_done(MINIMAL_LINES)?;

    cluster.webhooks(Path::Cut)?;
    std::thread::scope(|scope| -> Result<()> {
        // With its core, as before: without it something that is shared would go, and that waits for the other's turn.
        let with_logs = ["profile=minimal", "meshConfig.accessLogFile=/dev/stdout"].map(|set| ["--set", set]).concat();
        let again = Mesh::on(&cluster).install(["--revision", "works", "-y"]).args(&with_logs);
        let again = scope.spawn(|| again.run());
        let first = install(&cluster, "path", &[])?;
        taken_out(
            &cluster,
            "path",
            &first,
            1,
            &[
                "the API server does not reach istiod (Service istio-system/istiod-path port 443, pod port 15017)",
                "hint: open TCP 15017 from the control plane to the nodes",
                "hint: run the same command again once the path is open",
            ],
        )?;
        // Webhooks that have worked stay: nobody knows whose pods would go without sidecar.
        let again = again.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        again.expect_failed(1, &["the API server does not reach istiod", "open TCP 15017"])?;
        ensure!(!again.stderr.contains("taken out"), "{again}");
        let kept = webhooks(&cluster, "works")?;
        let policies = kept.iter().flat_map(|one| one["webhooks"].as_array().into_iter().flatten());
        ensure!(kept.len() == 2 && policies.into_iter().all(|webhook| webhook["failurePolicy"] == "Fail"), "{kept:#?}");
        Ok(())
    })?;

    cluster.webhooks(Path::Refuse)?;
    let refused = install(&cluster, "path", &[])?;
    taken_out(&cluster, "path", &refused, 1, &["does not reach istiod", "connection refused", "open TCP 15017"])?;

    cluster.webhooks(Path::Delay(Duration::from_millis(1500)))?;
    install(&cluster, "path", &[])?.expect_done(REVISION_LINES)?;
    install(&cluster, "works", &["--set", "meshConfig.accessLogFile=/dev/stdout"])?.expect_done(REVISION_LINES)?;
    cluster.webhooks(Path::Open)
}

#[test]
fn an_istiod_that_does_not_do_its_part_is_named() -> Result<()> {
    let cluster = planes::builder().start()?;
    let reached = "although the API server reaches istiod";
    let logs = "hint: look at what istiod says: kubectl -n istio-system logs -l app=istiod";
    let right = Behaviour::default();
    // The CRDs, without which there is nothing to validate.
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    let table: [(&str, Behaviour, &[&str], &[&str]); 4] = [
        (
            "silent",
            Behaviour { patches_webhooks: false, ..right.clone() },
            &["--timeout", "25s"],
            &["istiod has not put its CA into it", logs],
        ),
        (
            "distrusted",
            Behaviour { wrong_ca: true, ..right.clone() },
            &[],
            &["pods are created without a sidecar", reached, logs],
        ),
        (
            "idle",
            Behaviour { injects: false, ..right.clone() },
            &[],
            &["pods are created without a sidecar", reached, logs],
        ),
        (
            "lenient",
            Behaviour { validates: false, ..right },
            &[],
            &["invalid Istio objects are accepted", reached, logs],
        ),
    ];
    for (revision, behaviour, args, parts) in table {
        cluster.istiod(Istiod::StandIn(behaviour))?;
        let run = install(&cluster, revision, args)?;
        // Also when its time is over, what it has put into everybody's way is taken out again.
        taken_out(&cluster, revision, &run, if args.is_empty() { 1 } else { 4 }, parts)?;
    }
    cluster.istiod(Istiod::StandIn(Behaviour::default()))?;
    install(&cluster, "silent", &[])?.expect_done(REVISION_LINES)
}

/// A control plane was here, and somebody has deleted its namespace: what it has left of the default fails closed, and leads
/// to nothing.
#[test]
fn what_a_control_plane_that_is_gone_has_left_of_the_default_is_taken_over() -> Result<()> {
    const SOON: Duration = Duration::from_secs(120);
    const ADMISSION: &str = "/apis/admissionregistration.k8s.io/v1";
    let cluster = planes::builder().start()?;
    let old = ["--set", "profile=minimal", "--set", "values.global.istioNamespace=old-ns", "-i", "old-ns", "-y"];
    Mesh::on(&cluster).install(old).run()?.expect_done(MINIMAL_LINES)?;
    cluster.delete("/api/v1/namespaces/old-ns")?;
    cluster.eventually(SOON, "end of a namespace", |cluster| {
        Ok(cluster.get_opt("/api/v1/namespaces/old-ns")?.is_none().then_some(()))
    })?;
    // As installers of before called it, whatever the namespace.
    let injectors = format!("{ADMISSION}/mutatingwebhookconfigurations");
    let mut left = cluster.list(&format!("{injectors}?labelSelector=istio.io/tag%3Ddefault"))?.remove(0);
    cluster.delete(&format!("{injectors}/{}", left["metadata"]["name"].as_str().unwrap_or_default()))?;
    left["metadata"] = serde_json::json!({"name": "istio-revision-tag-default", "labels": left["metadata"]["labels"]});
    cluster.create(&format!("{injectors}?fieldManager=istio-operator"), &left)?;
    let leads = |kind: &str, name: &str| -> Result<(Value, Value)> {
        let mut one = cluster.get(&format!("{ADMISSION}/{kind}webhookconfigurations/{name}"))?["webhooks"][0].take();
        Ok((one["clientConfig"]["service"]["namespace"].take(), one["failurePolicy"].take()))
    };
    let (tag, validator) = (("mutating", "istio-revision-tag-default"), ("validating", "istiod-default-validator"));
    for (kind, name) in [tag, validator] {
        ensure!(leads(kind, name)? == ("old-ns".into(), "Fail".into()), "{name}: {:?}", leads(kind, name)?);
    }

    let run = Mesh::on(&cluster).install(["--set", "profile=minimal", "-y"]).run()?;
    run.expect_done(MINIMAL_LINES)?;
    for name in [
        "MutatingWebhookConfiguration/istio-revision-tag-default",
        "ValidatingWebhookConfiguration/istiod-default-validator",
    ] {
        let told = format!(
            "{name} leads to Service old-ns/istiod, whose control plane is gone; it is made to lead to istio-system/istiod"
        );
        ensure!(run.stderr.contains(&told), "no {told:?}: {run}");
    }
    ensure!(!run.stderr.contains("15017"), "{run}");
    for (kind, name) in [tag, validator] {
        ensure!(leads(kind, name)? == ("istio-system".into(), "Fail".into()), "{name}: {:?}", leads(kind, name)?);
    }
    Mesh::on(&cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;

    let found = Mesh::on(&cluster).args(["check", "--only", "deadlocks"]).run()?;
    let told = "ValidatingWebhookConfiguration/istio-validator-old-ns refuses configuration of Istio, and its control plane is gone";
    ensure!(found.code == Some(1) && found.stdout.contains(told), "{found}");
    let fixed = Mesh::on(&cluster).args(["check", "--fix", "-y", "--only", "deadlocks"]).run()?;
    ensure!(fixed.code == Some(0) && fixed.stdout.contains("istio-validator-old-ns removed"), "{fixed}");
    ensure!(leads(validator.0, validator.1)?.0 == "istio-system", "{fixed}");
    let gateway = serde_json::json!({"apiVersion": "networking.istio.io/v1", "kind": "Sidecar",
        "metadata": {"name": "s", "labels": {"istio.io/rev": "default"}}, "spec": {"egress": [{"hosts": ["./*"]}]}});
    cluster.create("/apis/networking.istio.io/v1/namespaces/default/sidecars", &gateway).map(drop)
}
