//! What the demo does on a cluster: install, run three pods, put sidecars into them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::{Api, Client, ResourceExt};
use serde_json::json;

use crate::output::{Failed, line};
use crate::table;

const NAMESPACE: &str = "default";
const NAME: &str = "nginx-deployment";
/// The label by which Istio's webhooks choose namespaces.
const INJECTION: &str = "istio-injection";
/// On a real cluster an image has to be pulled; simulated pods take a second.
const PODS_READY: Duration = Duration::from_secs(180);

/// All steps, each shown as the command it stands for and what came of it.
pub(crate) async fn run(client: &Client, mesh: &Path, kubeconfig: Option<&Path>) -> Result<()> {
    install(mesh, kubeconfig)?;

    let deployments: Api<Deployment> = Api::namespaced(client.clone(), NAMESPACE);
    say_command("kubectl apply -f nginx-deployment.yaml")?;
    deployments.create(&PostParams::default(), &deployment()?).await.context("cannot create the Deployment")?;
    line(&format!("deployment.apps/{NAME} created"))?;
    if labelled(client).await? {
        line(&format!("namespace {NAMESPACE} has {INJECTION}=enabled already: its pods get their sidecars at once"))?;
        return show(&settled(client, 2).await?);
    }
    show(&settled(client, 1).await?)?;

    mesh_runs(mesh, kubeconfig, &["inject", "namespace", NAMESPACE])?;
    show(&settled(client, 2).await?)
}

/// Takes back what an earlier demo did, so that this one shows the same.
pub(crate) async fn undo(client: &Client) -> Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), NAMESPACE);
    if deployments.get_opt(NAME).await.context("cannot look for the Deployment")?.is_some() {
        deployments.delete(NAME, &DeleteParams::background()).await.context("cannot delete the Deployment")?;
        let started = Instant::now();
        while !pods(client).await?.is_empty() {
            if started.elapsed() > PODS_READY {
                bail!("the pods of the earlier {NAME} do not go");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    unlabel(client).await
}

/// Refuses where the user has things of these names: they are not the demo's to change.
pub(crate) async fn nothing_in_the_way(client: &Client) -> Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), NAMESPACE);
    if deployments.get_opt(NAME).await.context("cannot look at the cluster")?.is_some() {
        bail!(
            "there is a Deployment {NAMESPACE}/{NAME} already; if it is from an earlier demo, delete it: \
             kubectl delete deployment {NAME} --namespace {NAMESPACE}"
        );
    }
    Ok(())
}

/// Runs the real `mesh install`, with this terminal.
fn install(mesh: &Path, kubeconfig: Option<&Path>) -> Result<()> {
    let started = Instant::now();
    mesh_runs(mesh, kubeconfig, &["install", "--set", "profile=demo", "-y"])?;
    line(&format!("({:.1} s)", started.elapsed().as_secs_f64()))
}

/// Runs the real `mesh`, with this terminal.
fn mesh_runs(mesh: &Path, kubeconfig: Option<&Path>, args: &[&str]) -> Result<()> {
    let what = format!("mesh {}", args.join(" "));
    say_command(&what)?;
    let mut command = Command::new(mesh);
    command.args(args).stdin(Stdio::inherit());
    if let Some(kubeconfig) = kubeconfig {
        command.env("KUBECONFIG", kubeconfig);
    }
    let status = command.status().with_context(|| format!("cannot run {}", mesh.display()))?;
    if status.success() {
        return Ok(());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Err(Failed { what, code }.into())
}

/// The Deployment of Kubernetes' own introduction.
fn deployment() -> Result<Deployment> {
    let labels = json!({ "app": "nginx" });
    serde_json::from_value(json!({
        "metadata": { "name": NAME, "labels": labels },
        "spec": {
            "replicas": 3,
            "selector": { "matchLabels": labels },
            "template": {
                "metadata": { "labels": labels },
                "spec": { "containers": [
                    { "name": "nginx", "image": "nginx:1.14.2", "ports": [{ "containerPort": 80 }] },
                ] },
            },
        },
    }))
    .context("the Deployment cannot be written down")
}

/// Whether the namespace's pods are injected already.
async fn labelled(client: &Client) -> Result<bool> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let namespace = namespaces.get(NAMESPACE).await.context("cannot read the namespace")?;
    Ok(namespace.labels().get(INJECTION).is_some_and(|value| value == "enabled"))
}

async fn unlabel(client: &Client) -> Result<()> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let patch = json!({ "metadata": { "labels": { INJECTION: null } } });
    let patch = Patch::Merge(&patch);
    namespaces
        .patch(NAMESPACE, &PatchParams::default(), &patch)
        .await
        .context("cannot take the label off the namespace")?;
    Ok(())
}

async fn pods(client: &Client) -> Result<Vec<Pod>> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), NAMESPACE);
    let mut pods = pods.list(&ListParams::default().labels("app=nginx")).await.context("cannot list pods")?.items;
    pods.sort_by_key(ResourceExt::name_any);
    Ok(pods)
}

/// Waits until three pods, and no others, have this many containers, all of them ready.
async fn settled(client: &Client, containers: usize) -> Result<Vec<Pod>> {
    let started = Instant::now();
    loop {
        let pods = pods(client).await?;
        let ready: Vec<(usize, usize)> = pods.iter().map(table::ready).collect();
        if ready == [(containers, containers); 3] {
            return Ok(pods);
        }
        // All new and all running, with other containers than they should have: waiting will not help.
        let all_ready = ready.len() == 3 && ready.iter().all(|(ready, all)| ready == all);
        let wrong = all_ready && rolled_out(client).await?;
        if wrong || started.elapsed() > PODS_READY {
            show(&pods)?;
            bail!("the pods of {NAME} should be {containers}/{containers}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Whether the Deployment's controller is done with the latest change.
async fn rolled_out(client: &Client) -> Result<bool> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), NAMESPACE);
    let found = deployments.get(NAME).await.context("cannot read the Deployment")?;
    let generation = found.metadata.generation;
    Ok(found.status.is_some_and(|status| {
        status.observed_generation == generation
            && status.updated_replicas == Some(3)
            && status.replicas == Some(3)
            && status.available_replicas == Some(3)
    }))
}

fn say_command(text: &str) -> Result<()> {
    line(&format!("\n$ {text}"))
}

fn show(pods: &[Pod]) -> Result<()> {
    say_command("kubectl get pods")?;
    table::pods(pods).iter().try_for_each(|row| line(row))
}
