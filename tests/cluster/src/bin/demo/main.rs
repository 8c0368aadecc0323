//! `cargo demo`: mesh on a control plane of its own, from nothing to pods with sidecars.
//!
//! Without arguments it starts a Kubernetes control plane on this machine, or takes the one an earlier demo left
//! running, installs the demo profile with the real `mesh`, and puts sidecars into a small Deployment. It never
//! touches the cluster that KUBECONFIG names, unless told to with `--current-context`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use cluster::{Cluster, Istiod};

mod build;
mod output;
mod steps;
mod table;

use output::{Failed, line};

const USAGE: &str = "\
cargo demo                        mesh on a control plane of its own, which stays up for you to play with
cargo demo -- --stop              ends that control plane
cargo demo -- --current-context   the same on the cluster of your current context, which it changes";

/// What the arguments ask for.
enum Order {
    Own,
    CurrentContext,
    Stop,
    Help,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let order = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Order::Own,
        ["--current-context"] => Order::CurrentContext,
        ["--stop"] => Order::Stop,
        ["--help" | "-h"] => Order::Help,
        _ => {
            output::complain(&format!("unknown arguments: {}\n{USAGE}", args.join(" ")));
            return ExitCode::from(2);
        }
    };
    let result = match order {
        Order::Own => own(),
        Order::CurrentContext => current_context(),
        Order::Stop => stop(),
        Order::Help => line(USAGE),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            output::complain(&format!("demo: {cause:#}"));
            // mesh's own exit code where mesh is what failed.
            ExitCode::from(cause.downcast_ref::<Failed>().map_or(1, |failed| failed.code))
        }
    }
}

/// Where the demo's control plane lives: one per user.
fn folder() -> Result<PathBuf> {
    let folder = cluster::cache_folder()?.join("demo");
    // A Unix socket's path may have 107 bytes, and there is one in the folder.
    if folder.as_os_str().len() > 90 {
        bail!("{} is too long a path for a socket; MESH_TEST_CACHE names a shorter one", folder.display());
    }
    Ok(folder)
}

fn stop() -> Result<()> {
    if Cluster::stop_in(&folder()?)? {
        line("the demo's control plane is ended")
    } else {
        line("no control plane of a demo is running")
    }
}

fn own() -> Result<()> {
    let mesh = build::all()?;
    let folder = folder()?;
    let (cluster, reused) = match Cluster::attach(&folder) {
        Ok(cluster) => (cluster, true),
        Err(_) => {
            Cluster::stop_in(&folder)?;
            line("starting a Kubernetes control plane on this machine")?;
            (Cluster::builder().nodes(3).detached(&folder).start()?, false)
        }
    };
    let wanted = Istiod::Auto.resolve();
    if reused {
        line("using the control plane that an earlier demo left running")?;
        if cluster.status()?.istiod != wanted {
            cluster.istiod(wanted.clone())?;
        }
    } else {
        line(&format!("the control plane is ready after {:.1} s", cluster.started_in().as_secs_f64()))?;
    }
    line("its nodes are simulated: pods become Ready, and no container runs in them")?;
    line(&match &wanted {
        Istiod::Real(binary) => format!("istiod is real: {} answers the webhooks", binary.display()),
        _ => "istiod is a stand-in, with mesh's own injector; MESH_TEST_ISTIOD can name a real one".to_owned(),
    })?;

    let kubeconfig = cluster.kubeconfig();
    let outcome = cluster.with_client(async |client| {
        if reused {
            steps::undo(&client).await?;
        }
        steps::run(&client, &mesh, Some(&kubeconfig)).await
    });

    line("")?;
    line("the control plane stays up. To use it:")?;
    line(&format!("  export KUBECONFIG={}", kubeconfig.display()))?;
    line(&format!("  {} version", mesh.display()))?;
    line("to end it:")?;
    line("  cargo demo -- --stop")?;
    outcome
}

fn current_context() -> Result<()> {
    let mesh = build::mesh()?;
    let kubeconfig = kube::config::Kubeconfig::read().context("no kubeconfig")?;
    let context = kubeconfig.current_context.clone().context("the kubeconfig has no current context")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no async runtime")?;
    runtime.block_on(async {
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &kube::config::KubeConfigOptions::default())
            .await
            .context("the kubeconfig cannot be used")?;
        line(&format!("using context {context} ({}), as you told me to", config.cluster_url))?;
        let client = kube::Client::try_from(config).context("no client for the cluster")?;
        steps::nothing_in_the_way(&client).await?;
        steps::run(&client, &mesh, None).await
    })?;
    line("")?;
    line("to take the example away again:")?;
    line("  kubectl delete deployment nginx-deployment --namespace default")?;
    line("  kubectl label namespace default istio-injection-")
}
