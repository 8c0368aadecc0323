//! What `mesh manifest generate` prints and others apply is as wanted to `verify` and `diff`, whoever applies it; what
//! has drifted is not.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::Cluster;
use mesh::yaml;
use serde_json::{Value, json};

use crate::harness::mesh::{Mesh, Run};
use crate::harness::paths::Paths;
use crate::harness::planes;

const SOON: Duration = Duration::from_secs(120);

/// A revision as it is printed, applied by somebody.
struct Applied<'c> {
    cluster: &'c Cluster,
    file: tempfile::NamedTempFile,
    manager: &'static str,
}

impl<'c> Applied<'c> {
    fn by(manager: &'static str, cluster: &'c Cluster, revision: &str) -> Result<Self> {
        let file = tempfile::NamedTempFile::with_suffix(".yaml")?;
        let operator = json!({
            "apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator", "metadata": {"name": "gitops"},
            "spec": {"profile": "minimal", "revision": revision, "components": {"base": {"enabled": false}}},
        });
        std::fs::write(file.path(), operator.to_string())?;
        let applied = Self { cluster, file, manager };
        let printed = Mesh::alone().args(["manifest", "generate", "-f", &applied.path()]).run()?;
        let mut objects = yaml::documents("manifest", &printed.stdout)?;
        objects.retain(Value::is_object);
        let paths = Paths::of(cluster)?;
        for object in &objects {
            cluster.apply_as(manager, &paths.object(object)?, object)?;
        }
        cluster.wait_for_deployment("istio-system", &format!("istiod-{revision}"), SOON)?;
        let validator = format!(
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/istio-validator-{revision}-istio-system"
        );
        let closed =
            |cluster: &Cluster| Ok((cluster.get(&validator)?["webhooks"][0]["failurePolicy"] == "Fail").then_some(()));
        cluster.eventually(SOON, "closed validator", closed)?;
        Ok(applied)
    }

    fn path(&self) -> String {
        self.file.path().display().to_string()
    }

    fn mesh(&self, args: &[&str]) -> Result<Run> {
        Mesh::on(self.cluster).args(args).args(["-f", &self.path()]).run()
    }

    /// Writes as who applied it.
    fn merge(&self, path: &str, patch: &Value) -> Result<()> {
        self.cluster.merge(&format!("{path}?fieldManager={}", self.manager), patch).map(drop)
    }
}

#[test]
fn what_an_engine_applied_as_it_was_printed_is_as_wanted() -> Result<()> {
    let cluster = &planes::minimal()?.cluster;
    let applied = Applied::by("argocd-controller", cluster, "gitops")?;
    let mesh = |args: &[&str]| applied.mesh(args);
    let run = mesh(&["verify"])?;
    ensure!(run.code == Some(0), "{run}");
    let run = mesh(&["diff"])?;
    let told = "Deployment/istio-system/istiod-gitops was made by argocd-controller\nnothing differs\n";
    ensure!(run.code == Some(0) && run.stdout == told, "{run}");
    let listed = Mesh::on(cluster).args(["revision", "list", "-o", "json"]).run()?.json()?;
    let revisions = listed["clusters"][0]["revisions"].as_array().into_iter().flatten();
    let makers: BTreeSet<String> = revisions.map(|one| format!("{} {}", one["revision"], one["madeBy"])).collect();
    ensure!(makers.contains(r#""gitops" "argocd-controller""#) && makers.contains(r#""default" "mesh""#), "{makers:?}");

    // Drift is drift, also of a label that is printed.
    let config = "/api/v1/namespaces/istio-system/configmaps/istio-gitops";
    let was = cluster.get(config)?;
    for drift in
        [json!({"data": {"mesh": "{}"}}), json!({"metadata": {"labels": {"operator.istio.io/component": "Other"}}})]
    {
        applied.merge(config, &drift)?;
        for command in ["verify", "diff"] {
            let run = mesh(&[command])?;
            ensure!(run.code == Some(1) && run.stdout.contains("istio-gitops"), "{drift}: {run}");
        }
        let back = json!({"data": was["data"], "metadata": {"labels": was["metadata"]["labels"]}});
        applied.merge(config, &back)?;
    }

    // An installation over it takes it over all the same.
    let run = mesh(&["install", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    let labels = &cluster.get(config)?["metadata"]["labels"];
    ensure!(labels["operator.istio.io/managed"] == "Reconcile", "{labels}");
    let run = mesh(&["verify"])?;
    ensure!(run.code == Some(0), "{run}");
    let run = Mesh::on(cluster).args(["uninstall", "--revision", "gitops", "-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

#[test]
fn what_a_person_applied_is_told_of_where_its_version_is_refused() -> Result<()> {
    let cluster = &planes::minimal()?.cluster;
    let applied = Applied::by("kubectl-client-side-apply", cluster, "applied")?;
    for command in ["verify", "diff"] {
        let run = applied.mesh(&[command])?;
        ensure!(run.code == Some(0), "{command}: {run}");
    }
    // An installation would write its labels.
    let run = applied.mesh(&["install", "--dry-run"])?;
    ensure!(run.stdout.contains("was made by kubectl") && run.stdout.contains("Reconcile"), "{run}");

    let path = "/apis/apps/v1/namespaces/istio-system/deployments/istiod-applied";
    let mut template = cluster.get(path)?["spec"]["template"].take();
    template["spec"]["containers"][0]["image"] = "r.example.com/pilot:1.27.0".into();
    applied.merge(path, &json!({"spec": {"template": template}}))?;
    cluster.wait_for_deployment("istio-system", "istiod-applied", SOON)?;
    let refused = ["revision applied (made by kubectl) runs Istio 1.27.0; 1.30.3 skips 1.28, 1.29"];
    applied.mesh(&["install", "-y"])?.expect_failed(2, &refused)?;

    // Whoever took its label off: its image and its webhook tell what it is.
    applied.merge(path, &json!({"metadata": {"labels": {"app": null}}}))?;
    let listed = Mesh::on(cluster).args(["revision", "list", "-o", "json"]).run()?.json()?;
    let revisions = listed["clusters"][0]["revisions"].as_array().into_iter().flatten();
    let own: Vec<&Value> = revisions.filter(|one| one["revision"] == "applied").collect();
    ensure!(own.len() == 1 && own[0]["version"] == "1.27.0" && own[0]["madeBy"] == "kubectl", "{own:?}");

    let run = Mesh::on(cluster).args(["uninstall", "--revision", "applied", "-y"]).run()?;
    let told = "Deployment/istio-system/istiod-applied was made by kubectl";
    ensure!(run.code == Some(0) && run.stderr.contains(told), "{run}");
    for gone in [path, "/api/v1/namespaces/istio-system/serviceaccounts/istiod-applied"] {
        ensure!(cluster.get_opt(gone)?.is_none(), "{gone} is left: {run}");
    }
    Ok(())
}
