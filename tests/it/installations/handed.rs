//! What an uninstallation says of what it hands over to another installation.

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::json;

use super::{DEPLOYMENTS, done, mesh};

/// What the other installation makes of it: which fields, and that pods are replaced. Where it may not, nothing goes.
pub(super) fn told_before(cluster: &Cluster) -> Result<()> {
    let run = done(cluster, &["uninstall", "--revision", "canary", "--dry-run"])?;
    for line in [
        "  stays, and is handed over to installation default, which rolls 1 gateway: ",
        "      ~ Deployment/istio-system/istio-ingressgateway\n",
        "          metadata.labels[istio.io/rev]: canary → default\n",
    ] {
        ensure!(run.stderr.contains(line), "{line}: {run}");
    }
    let found = mesh(cluster, &["uninstall", "--revision", "canary", "--dry-run", "-o", "json"])?.json()?;
    let handed = &found["clusters"][0]["plan"]["handedOver"][0];
    let gateway = "Deployment/istio-system/istio-ingressgateway";
    ensure!(
        handed["effects"] == json!([{"effect": "rolls-gateways", "objects": [gateway], "text": "rolls 1 gateway"}])
    );
    let mut changes = handed["change"].as_array().context("no changes")?.iter();
    let change = changes.find(|change| change["object"] == gateway).context("no change of the gateway")?;
    let fields = change["fields"].to_string();
    ensure!(["spec.template", r#""canary""#, r#""default""#].iter().all(|part| fields.contains(part)), "{change}");

    // Before anything is written: somebody else holds a field that the other installation wants otherwise.
    let label = |value: &str| json!({"metadata": {"labels": {"istio": value}}});
    cluster.merge(&format!("{DEPLOYMENTS}/istio-ingressgateway?fieldManager=somebody"), &label("theirs"))?;
    let mark = cluster.mark()?;
    let run = mesh(cluster, &["uninstall", "--revision", "canary", "-y"])?;
    let said = "what is shared cannot be handed over to installation default";
    run.expect_failed(1, &[said, "Deployment/istio-system/istio-ingressgateway metadata.labels.istio"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    cluster.merge(&format!("{DEPLOYMENTS}/istio-ingressgateway?fieldManager=mesh"), &label("ingressgateway")).map(drop)
}
