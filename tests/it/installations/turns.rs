//! Runs that change what two revisions have in common: one after the other, and who waits says for whom.

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::json;

use super::{DEPLOYMENTS, done, records};
use crate::harness::mesh::Mesh;
use crate::harness::planes::builder;

const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases";

/// What `args` do while somebody else holds that Lease: they say whom they wait for, and end well once it is given back.
pub(super) fn waits_for(cluster: &Cluster, lease: &str, args: &[&str]) -> Result<()> {
    let now = k8s_openapi::jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
    let held = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": lease},
        "spec": {"holderIdentity": "elsewhere/boot/1", "leaseDurationSeconds": 10, "acquireTime": now, "renewTime": now},
    });
    cluster.create(LEASES, &held)?;
    let mut running = Mesh::on(cluster).args(args).start()?;
    running.line_with(&format!("waiting for another run to end: elsewhere/boot/1 holds Lease/istio-system/{lease}"))?;
    cluster.delete(&format!("{LEASES}/{lease}"))?;
    let run = running.end()?;
    ensure!(run.code == Some(0), "{run}");
    let left = cluster.list(LEASES)?.into_iter().filter(|one| one["metadata"]["name"].to_string().contains("mesh.v1"));
    ensure!(left.count() == 0, "{run}");
    Ok(())
}

/// Both are written by runs of their own, and have a gateway in common: it is as the one wants it who wrote it last, and that
/// one's record says so.
#[test]
fn two_revisions_that_share_are_changed_one_after_the_other() -> Result<()> {
    let cluster = &builder().start()?;
    let both = |args: &[&str]| -> Result<()> {
        let runs = [&[][..], &["--revision", "canary"]]
            .map(|revision| Mesh::on(cluster).args(args).args(revision).args(["-y"]).start());
        for run in runs {
            let run = run?.end()?;
            ensure!(run.code == Some(0), "{run}");
        }
        for command in ["verify", "diff"] {
            done(cluster, &[command])?;
        }
        let gateway = cluster.get(&format!("{DEPLOYMENTS}/istio-ingressgateway"))?;
        let pods = &gateway["spec"]["template"]["metadata"]["labels"]["istio.io/rev"];
        ensure!(gateway["metadata"]["labels"]["istio.io/rev"] == *pods, "{gateway}");
        Ok(())
    };
    for revision in ["default", "canary"] {
        done(cluster, &["install", "--set", "profile=default", "--revision", revision, "-y"])?;
    }
    both(&["upgrade", "--set", "meshConfig.accessLogFile=/dev/stdout"])?;
    let names = ["mesh.v1.canary.1", "mesh.v1.canary.2", "mesh.v1.default.1", "mesh.v1.default.2"];
    ensure!(records(cluster)? == names, "{:?}", records(cluster)?);

    let shared = "mesh.v1.revisions.shared";
    waits_for(cluster, shared, &["upgrade", "--set", "meshConfig.accessLogFile=", "-y"])?;
    waits_for(cluster, shared, &["rollback", "--revision", "canary", "-y"])?;
    waits_for(cluster, shared, &["uninstall", "--revision", "canary", "-y"])?;
    done(cluster, &["verify"]).map(drop)
}
