//! `mesh inject namespace|deployment|statefulset|daemonset`: what of a cluster is put into the mesh.

use super::change;
use super::rollout::how;
use super::settings::Settings;
use crate::change::enrol::{Enrol, What};
use crate::cli::{InjectCommand, InjectNamespaceArgs, InjectWorkloadArgs};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::plan::revisions::Enrolment;
use crate::report::Plain;

/// Puts namespaces or workloads into the mesh.
pub(super) fn run(settings: &Settings, command: InjectCommand) -> Result<()> {
    settings.on_cluster(|cluster| async move {
        match command {
            InjectCommand::Namespace(args) => namespaces(settings, &cluster, args).await,
            InjectCommand::Deployment(args) => workloads(settings, &cluster, "Deployment", args).await,
            InjectCommand::Statefulset(args) => workloads(settings, &cluster, "StatefulSet", args).await,
            InjectCommand::Daemonset(args) => workloads(settings, &cluster, "DaemonSet", args).await,
        }
    })
}

async fn namespaces(settings: &Settings, cluster: &Cluster, args: InjectNamespaceArgs) -> Result<()> {
    let InjectNamespaceArgs { namespaces, revision, ambient, no_restart, rollout } = args;
    let enrolment = match revision {
        _ if ambient => Enrolment::Ambient,
        Some(revision) => Enrolment::Revision(revision),
        None => Enrolment::Default,
    };
    let what = What::Namespaces { names: &sorted(namespaces), enrolment, no_restart };
    carry_out(settings, cluster, &Enrol { what, how: how(&rollout) }).await
}

async fn workloads(settings: &Settings, cluster: &Cluster, kind: &'static str, args: InjectWorkloadArgs) -> Result<()> {
    let InjectWorkloadArgs { names, revision, rollout } = args;
    let namespace = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
    let what = What::Workloads { kind, namespace, names: &sorted(names), revision: revision.as_deref() };
    carry_out(settings, cluster, &Enrol { what, how: how(&rollout) }).await
}

async fn carry_out(settings: &Settings, cluster: &Cluster, enrol: &Enrol<'_>) -> Result<()> {
    change::on(settings, cluster, "", &Plain::new(&settings.ui), enrol).await
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}
