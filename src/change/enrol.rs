//! `inject namespace|deployment|statefulset|daemonset`: what of a cluster is put into the mesh.

use std::collections::BTreeSet;

use super::precheck;
use super::rollout::{self, How, Prepared};
use super::runner::{Change, Next, Run};
use crate::apply::{self, Still, Trial};
use crate::error::{Error, Result};
use crate::plan::access::Deed;
use crate::plan::enrol::{self, Workloads};
use crate::plan::labels;
use crate::plan::revisions::Enrolment;
use crate::read::View;
use crate::report::rollout::{Doing, Frame, replaced};

/// What is put into the mesh, and how.
pub struct Enrol<'a> {
    /// Namespaces, or workloads.
    pub what: What<'a>,
    /// How workloads are restarted.
    pub how: How,
}

/// What is put into the mesh; names are sorted, each once.
pub enum What<'a> {
    /// Namespaces.
    Namespaces {
        /// Their names.
        names: &'a [String],
        /// By which label.
        enrolment: Enrolment,
        /// Whether nothing is restarted.
        no_restart: bool,
    },
    /// Workloads, by a label of their templates.
    Workloads {
        /// `Deployment`, `StatefulSet` or `DaemonSet`.
        kind: &'static str,
        /// Their namespace.
        namespace: &'a str,
        /// Their names.
        names: &'a [String],
        /// The revision or tag; by default the one that answers where no label is.
        revision: Option<&'a str>,
    },
}

impl Change for Enrol<'_> {
    type Plan = Prepared;
    type Done = ();

    const END: &'static str = rollout::END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Prepared, ()>> {
        let view = View::of(run.cluster);
        view.version().await?;
        let prepared = match &self.what {
            What::Namespaces { names, enrolment, no_restart } => {
                let doing = match (self.how.dry_run, no_restart) {
                    (true, _) => Doing::DryRun,
                    (false, true) => Doing::LabelOnly,
                    (false, false) => Doing::Restart,
                };
                namespaces(&view, &run.caller.istio_namespace, names, enrolment, doing).await?
            }
            What::Workloads { kind, namespace, names, revision } => {
                let doing = if self.how.dry_run { Doing::DryRun } else { Doing::Restart };
                workloads(&view, &run.caller.istio_namespace, (*kind, namespace), names, *revision, doing).await?
            }
        };
        Ok(Next::Write(prepared))
    }

    fn takes(&self, _: &Run<'_>, prepared: &Prepared) -> BTreeSet<Deed> {
        rollout::takes(prepared)
    }

    /// Labels are written while nobody else has changed them, and each workload is looked at when its turn comes.
    async fn is_still_so(&self, _: &Run<'_>, _: &Prepared) -> Result<bool> {
        Ok(true)
    }

    async fn carry_out(&self, run: &Run<'_>, prepared: &Prepared, _: &dyn Still) -> Result<Option<()>> {
        let labelled = label(run, prepared);
        let stopped = async { Err(run.stopped(Self::END).await) };
        tokio::select! {
            labelled = labelled => labelled,
            stopped = stopped => stopped,
        }
        .map_err(|error| super::with_command(run.caller, error, run.has_written()))?;
        rollout::carry_out(run, prepared, self.how).await.map(Some)
    }

    async fn failed(&self, run: &Run<'_>, prepared: Option<&Prepared>, error: Error) -> Error {
        rollout::failed(run, prepared, error)
    }
}

/// Labels the namespaces.
async fn label(run: &Run<'_>, prepared: &Prepared) -> Result<()> {
    for one in &prepared.frame.namespaces {
        if !one.changes.is_empty() && prepared.doing != Doing::DryRun {
            apply::label(run.cluster, &one.before, &labels::own(&one.after), Trial::None).await?;
            run.written.borrow_mut().push(one.before.id());
        }
        replaced(&run.caller.ui, one);
    }
    Ok(())
}

/// Finds what namespaces get as labels, and what has to restart.
async fn namespaces(
    view: &View<'_>,
    istio_namespace: &str,
    names: &[String],
    enrolment: &Enrolment,
    doing: Doing,
) -> Result<Prepared> {
    enrolment.check(view.webhooks().await?)?;
    enrol::check(names, &view.revisions().await?.namespaces, istio_namespace)?;
    if *enrolment == Enrolment::Ambient {
        view.check_ambient().await?;
    }
    let enrolled = enrol::namespaces(view.namespaces(names).await?, enrolment);
    let scene = view.scene(enrolled.iter().map(|one| one.after.clone()).collect(), false).await?;
    // Before anything is written: it may say that pods would be refused.
    let (plan, pods) = view.compared(&scene).await?;
    if *enrolment != Enrolment::Ambient {
        precheck::enrolment(view.cluster(), istio_namespace, &scene, &[]).await?;
    }
    let spread = names.len() > 1;
    let frame = Frame {
        namespaces: enrolled,
        outside: true,
        spread,
        unknown: scene.unknown(),
        newer: scene.newer(),
        ..Frame::default()
    };
    Ok(Prepared { plan, pods, frame, labels: Vec::new(), doing })
}

/// Finds how these workloads get the label, and what has to restart.
async fn workloads(
    view: &View<'_>,
    home: &str,
    (kind, place): (&str, &str),
    names: &[String],
    revision: Option<&str>,
    doing: Doing,
) -> Result<Prepared> {
    let namespace = view.namespace(place).await?;
    let known = view.revisions().await?;
    let behind = revision.map(|name| known.behind(name)).transpose()?;
    let asked = Workloads { kind, namespace: place, names, revision, behind };
    let scene = view.scene(vec![namespace], false).await?;
    let compared = view.compared(&scene).await?;
    let (workloads, plan) = asked.plan(&scene.seen(), &scene.injection, &compared)?;
    precheck::enrolment(view.cluster(), home, &scene, &asked.labels()).await?;
    let frame = Frame { workloads, unknown: scene.unknown(), newer: scene.newer(), ..Frame::default() };
    Ok(Prepared { plan, pods: compared.1, frame, labels: asked.labels(), doing })
}
