//! `mesh inject namespace|deployment|statefulset|daemonset`: what of a cluster is put into the mesh.

use std::cell::Cell;

use futures::future::try_join_all;
use serde_json::{Value, json};

use super::rollout::{self, Doing, Frame, Run, Scene};
use super::settings::Settings;
use super::{interrupt, next};
use crate::apply::restart;
use crate::cli::{InjectCommand, InjectNamespaceArgs, InjectWorkloadArgs};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::inject::SYSTEM_NAMESPACES;
use crate::istio::label::{INJECT, REVISION};
use crate::object::{Object, ObjectId};
use crate::plan::labels;
use crate::plan::restart::{Plan, rolled};
use crate::plan::revisions::{Enrolment, LabelChange, Revisions, changed};
use crate::ui::sanitize;

/// Puts namespaces or workloads into the mesh.
pub(super) fn run(settings: &Settings, command: InjectCommand) -> Result<()> {
    settings.on_cluster(|cluster| async move {
        let (kinds, stop, labelled) = (restart::kinds(), interrupt::wait(), Cell::new(false));
        let prepared = async {
            cluster.version().await?;
            match &command {
                InjectCommand::Namespace(args) => namespaces(&cluster, settings, args, &labelled).await,
                InjectCommand::Deployment(args) => workloads(&cluster, settings, "Deployment", args).await,
                InjectCommand::Statefulset(args) => workloads(&cluster, settings, "StatefulSet", args).await,
                InjectCommand::Daemonset(args) => workloads(&cluster, settings, "DaemonSet", args).await,
            }
        };
        let prepared = interrupt::unless(stop.clone(), rollout::ALL, prepared).await;
        let Prepared { scene, plan, frame, doing } =
            prepared.map_err(|error| next::with_command(settings, error, labelled.get()))?;
        let args = match &command {
            InjectCommand::Namespace(args) => &args.rollout,
            InjectCommand::Deployment(args) | InjectCommand::Statefulset(args) | InjectCommand::Daemonset(args) => {
                &args.rollout
            }
        };
        let run = Run { cluster: &cluster, kinds: &kinds, settings, args, frame: &frame, scene: &scene, stop };
        rollout::carry_out(&run, &plan, doing).await?;
        if doing == Doing::LabelOnly && !plan.restarts.is_empty() {
            for namespace in &scene.namespaces {
                let name = sanitize(namespace.name());
                settings.ui.message(&format!("hint: restart them with care: mesh restart --outdated -n {name}"));
            }
        }
        Ok(())
    })
}

/// What is left to do once labels are written.
struct Prepared {
    scene: Scene,
    plan: Plan,
    frame: Frame,
    doing: Doing,
}

/// A namespace that must be there, and stay.
///
/// # Errors
/// `not-found` and `being-deleted` (failed), cluster errors.
pub(super) async fn namespace(cluster: &Cluster, kinds: &Kinds, name: &str) -> Result<Object> {
    let id = ObjectId::new("v1", "Namespace", None, name);
    let Some(found) = cluster.get(kinds, &id).await? else {
        return Err(Error::failed("not-found", format!("namespace {name} does not exist on {}", cluster.name()))
            .hint(format!("see those that do: kubectl get namespaces; or make it: kubectl create namespace {name}")));
    };
    if found.text("/metadata/deletionTimestamp").is_some() {
        return Err(Error::in_the_way("being-deleted", format!("namespace {name} is being deleted"))
            .hint(format!("wait until it is gone: kubectl wait --for=delete namespace/{name} --timeout=5m")));
    }
    Ok(found)
}

/// Labels namespaces, which `labelled` tells of, and finds what has to restart.
async fn namespaces(
    cluster: &Cluster,
    settings: &Settings,
    args: &InjectNamespaceArgs,
    labelled: &Cell<bool>,
) -> Result<Prepared> {
    let InjectNamespaceArgs { namespaces, revision, ambient, no_restart, rollout } = args;
    let mut namespaces = namespaces.clone();
    namespaces.sort();
    namespaces.dedup();
    let kinds = restart::kinds();
    let enrolment = match revision {
        _ if *ambient => Enrolment::Ambient,
        Some(revision) => Enrolment::Revision(revision.clone()),
        None => Enrolment::Default,
    };
    let webhooks = cluster.mutating_webhooks().await?;
    enrolment.check(&webhooks)?;
    let planes = Revisions::of(&webhooks).namespaces;
    for name in &namespaces {
        if planes.contains(name) || *name == settings.istio_namespace {
            return Err(Error::usage(
                "control-plane-namespace",
                format!("namespace {name} holds the control plane, which is not injected"),
            )
            .hint("name namespaces of your applications"));
        }
        if SYSTEM_NAMESPACES.contains(&name.as_str()) {
            return Err(Error::usage(
                "system-namespace",
                format!("namespace {name} is Kubernetes' own, and istiod never injects its pods"),
            )
            .hint("name namespaces of your applications"));
        }
    }
    if *ambient {
        check_ambient(cluster, &kinds).await?;
    }
    let found = try_join_all(namespaces.iter().map(|name| namespace(cluster, &kinds, name))).await?;
    let changes: Vec<Vec<LabelChange>> = found.iter().map(|one| enrolment.changes(&own_labels(one))).collect();
    let relabelled = found.iter().zip(&changes).map(|(one, changes)| {
        let mut one = one.clone();
        one.value_mut()["metadata"]["labels"] = Value::Object(changed(&own_labels(&one), changes));
        one
    });
    let scene = Scene::of(cluster, &kinds, relabelled.collect(), false, webhooks).await?;
    // Before anything is written: it may say that pods would be refused.
    let plan = scene.plan()?;
    let mut frame =
        Frame { outside: true, spread: namespaces.len() > 1, warnings: scene.warnings(), ..Frame::default() };
    for ((namespace, after), changes) in found.iter().zip(&scene.namespaces).zip(&changes) {
        if !changes.is_empty() && !rollout.dry_run {
            cluster.merge(&kinds, &namespace.id(), &labels::patch(namespace, &own_labels(after)), false).await?;
            labelled.set(true);
        }
        frame.head.push(head(namespace, changes, rollout.dry_run));
        frame.changes.push(json!({
            "object": namespace.id(),
            "labels": changes.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect::<serde_json::Map<_, _>>(),
        }));
        for (key, _) in changes.iter().filter(|(_, value)| value.is_none()) {
            let was = sanitize(namespace.label(key).unwrap_or_default());
            settings
                .ui
                .message(&format!("note: label {key}={was} of namespace {} is replaced", sanitize(namespace.name())));
        }
    }
    let doing = match (rollout.dry_run, *no_restart) {
        (true, _) => Doing::DryRun,
        (false, true) => Doing::LabelOnly,
        (false, false) => Doing::Restart,
    };
    Ok(Prepared { scene, plan, frame, doing })
}

fn own_labels(object: &Object) -> serde_json::Map<String, Value> {
    object.at("/metadata/labels").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// `namespace/default labeled`, as kubectl says it.
fn head(namespace: &Object, changes: &[LabelChange], dry_run: bool) -> String {
    let verb = if changes.is_empty() { "not labeled" } else { "labeled" };
    format!("namespace/{} {verb}{}", sanitize(namespace.name()), if dry_run { " (dry run)" } else { "" })
}

/// Ambient mode needs a ztunnel on the nodes.
async fn check_ambient(cluster: &Cluster, kinds: &Kinds) -> Result<()> {
    let id = ObjectId::new("apps/v1", "DaemonSet", None, "");
    if !cluster.list(&kinds.collection(&id)?, &id, Some("app=ztunnel")).await?.is_empty() {
        return Ok(());
    }
    Err(Error::usage(
        "no-ambient",
        "ambient mode is not installed on this cluster: there is no ztunnel; nothing was written",
    )
    .hint("install it: mesh install --set profile=ambient"))
}

/// Finds how these workloads get the label, and what has to restart.
async fn workloads(cluster: &Cluster, settings: &Settings, kind: &str, args: &InjectWorkloadArgs) -> Result<Prepared> {
    let InjectWorkloadArgs { names, revision, rollout } = args;
    let mut names = names.clone();
    names.sort();
    names.dedup();
    let kinds = restart::kinds();
    let place = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
    let namespace = namespace(cluster, &kinds, place).await?;
    let webhooks = cluster.mutating_webhooks().await?;
    let behind = match revision {
        Some(name) => Some(Revisions::of(&webhooks).behind(name)?.to_owned()),
        None => None,
    };
    let mut labels = vec![(INJECT.to_owned(), "true".to_owned())];
    labels.extend(revision.iter().map(|revision| (REVISION.to_owned(), revision.clone())));
    let scene = Scene::of(cluster, &kinds, vec![namespace], false, webhooks).await?;
    let outdated = scene.plan()?;
    let mut plan = Plan::default();
    let mut frame = Frame { labels: labels.clone(), warnings: scene.warnings(), ..Frame::default() };
    for name in &names {
        let id = ObjectId::new("apps/v1", kind, Some(place), name);
        let Some(found) = scene.workloads.iter().find(|workload| workload.id() == id) else {
            return Err(Error::failed(
                "not-found",
                format!("{} {name} does not exist in namespace {place}", kind.to_lowercase()),
            )
            .hint(format!("see those that do: kubectl -n {place} get {}s", kind.to_lowercase())));
        };
        let has = |(key, value): &(String, String)| {
            found.at("/spec/template/metadata/labels").and_then(|all| all[key.as_str()].as_str()) == Some(value)
        };
        let mut wanted = found.clone();
        for (key, value) in &labels {
            wanted.value_mut()["spec"]["template"]["metadata"]["labels"][key.as_str()] = value.as_str().into();
        }
        let missing: Vec<String> =
            labels.iter().filter(|label| !has(label)).map(|(key, value)| format!("{key}={value}")).collect();
        let why = format!("its pods get {}", missing.join(" and "));
        let restart = rolled(&scene.seen(), &scene.injection, &wanted, behind.as_deref(), why)?;
        if missing.is_empty() {
            frame.head.push(format!("{}/{} has the label already", kind.to_lowercase(), sanitize(name)));
            plan.restarts.extend(outdated.restarts.iter().find(|one| one.id == id).cloned());
        } else {
            plan.restarts.push(restart);
        }
        frame.changes.push(json!({ "object": id, "template": missing }));
    }
    let doing = if rollout.dry_run { Doing::DryRun } else { Doing::Restart };
    Ok(Prepared { scene, plan, frame, doing })
}
