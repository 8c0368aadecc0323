//! `mesh inject namespace|deployment|statefulset|daemonset`: what of a cluster is put into the mesh.

use std::cell::Cell;

use super::rollout::{self, Run};
use super::settings::Settings;
use super::{interrupt, next};
use crate::apply::{self, Trial};
use crate::cli::{InjectCommand, InjectNamespaceArgs, InjectWorkloadArgs};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::plan::enrol::{self, Workloads};
use crate::plan::labels;
use crate::plan::restart::Plan;
use crate::plan::revisions::Enrolment;
use crate::read::{Scene, View};
use crate::report::rollout::{Doing, Frame, replaced};

/// Puts namespaces or workloads into the mesh.
pub(super) fn run(settings: &Settings, command: InjectCommand) -> Result<()> {
    settings.on_cluster(|cluster| async move {
        let (stop, labelled) = (interrupt::wait(), Cell::new(false));
        let place = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
        let prepared = async {
            let view = View::of(&cluster);
            view.version().await?;
            match &command {
                InjectCommand::Namespace(args) => namespaces(&cluster, &view, settings, args, &labelled).await,
                InjectCommand::Deployment(args) => workloads(&view, place, "Deployment", args).await,
                InjectCommand::Statefulset(args) => workloads(&view, place, "StatefulSet", args).await,
                InjectCommand::Daemonset(args) => workloads(&view, place, "DaemonSet", args).await,
            }
        };
        let prepared = interrupt::unless(stop.clone(), rollout::ALL, prepared).await;
        let Prepared { scene, plan, frame, labels, doing } =
            prepared.map_err(|error| next::with_command(settings, error, labelled.get()))?;
        let args = match &command {
            InjectCommand::Namespace(args) => &args.rollout,
            InjectCommand::Deployment(args) | InjectCommand::Statefulset(args) | InjectCommand::Daemonset(args) => {
                &args.rollout
            }
        };
        let run = Run { cluster: &cluster, settings, args, frame: &frame, scene: &scene, labels: &labels, stop };
        rollout::carry_out(&run, &plan, doing).await
    })
}

/// What is left to do once labels are written.
struct Prepared {
    scene: Scene,
    plan: Plan,
    frame: Frame,
    labels: Vec<(String, String)>,
    doing: Doing,
}

/// Labels namespaces, which `labelled` tells of, and finds what has to restart.
async fn namespaces(
    cluster: &Cluster,
    view: &View<'_>,
    settings: &Settings,
    args: &InjectNamespaceArgs,
    labelled: &Cell<bool>,
) -> Result<Prepared> {
    let InjectNamespaceArgs { namespaces, revision, ambient, no_restart, rollout } = args;
    let names = sorted(namespaces);
    let enrolment = match revision {
        _ if *ambient => Enrolment::Ambient,
        Some(revision) => Enrolment::Revision(revision.clone()),
        None => Enrolment::Default,
    };
    enrolment.check(view.webhooks().await?)?;
    enrol::check(&names, &view.revisions().await?.namespaces, &settings.istio_namespace)?;
    if *ambient {
        view.check_ambient().await?;
    }
    let enrolled = enrol::namespaces(view.namespaces(&names).await?, &enrolment);
    let scene = view.scene(enrolled.iter().map(|one| one.after.clone()).collect(), false).await?;
    // Before anything is written: it may say that pods would be refused.
    let plan = scene.plan()?;
    for one in &enrolled {
        if !one.changes.is_empty() && !rollout.dry_run {
            apply::label(cluster, &one.before, &labels::own(&one.after), Trial::None).await?;
            labelled.set(true);
        }
        replaced(&settings.ui, one);
    }
    let spread = names.len() > 1;
    let frame = Frame { namespaces: enrolled, outside: true, spread, unknown: scene.unknown(), ..Frame::default() };
    let doing = match (rollout.dry_run, *no_restart) {
        (true, _) => Doing::DryRun,
        (false, true) => Doing::LabelOnly,
        (false, false) => Doing::Restart,
    };
    Ok(Prepared { scene, plan, frame, labels: Vec::new(), doing })
}

/// Finds how these workloads get the label, and what has to restart.
async fn workloads(view: &View<'_>, place: &str, kind: &str, args: &InjectWorkloadArgs) -> Result<Prepared> {
    let InjectWorkloadArgs { names, revision, rollout } = args;
    let (names, revision) = (sorted(names), revision.as_deref());
    let namespace = view.namespace(place).await?;
    let known = view.revisions().await?;
    let behind = revision.map(|name| known.behind(name)).transpose()?;
    let asked = Workloads { kind, namespace: place, names: &names, revision, behind };
    let scene = view.scene(vec![namespace], false).await?;
    let (workloads, plan) = asked.plan(&scene.seen(), &scene.injection, &scene.plan()?)?;
    let frame = Frame { workloads, unknown: scene.unknown(), ..Frame::default() };
    let doing = if rollout.dry_run { Doing::DryRun } else { Doing::Restart };
    Ok(Prepared { scene, plan, frame, labels: asked.labels(), doing })
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names.dedup();
    names
}
