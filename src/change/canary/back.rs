//! The way back: everything as it was before the first write.

use std::collections::BTreeSet;

use serde_json::json;

use super::moving::Mover;
use super::{Canary, Plan, finish};
use crate::change::install::{Install, InstallOptions};
use crate::change::runner::Run;
use crate::change::uninstall::{Uninstall, UninstallOptions};
use crate::cluster::Kinds;
use crate::error::Result;
use crate::input::Asked;
use crate::object::ObjectId;
use crate::plan::canary::{CONFIG_MAP, Note};
use crate::plan::restart::PodOwner;
use crate::plan::tag;
use crate::plan::target::Meant;
use crate::read::Moving as Seen;
use crate::render::tag::DEFAULT_TAG;

/// Moves everything back, and removes the new revision.
pub(super) async fn all(canary: &Canary<'_>, run: &Run<'_>, plan: &Plan) -> Result<String> {
    let Plan { note, seen, .. } = plan;
    canary.write(run, note).await?;
    let leads_to_new = |name: &str| tag::leads_to(&seen.picture, name).as_deref() == Some(note.to.as_str());
    let names = seen.picture.names();
    if names.contains(&note.from) {
        let default = Some(DEFAULT_TAG).filter(|_| note.default);
        let tags = default.into_iter().chain(note.tags.iter().map(String::as_str));
        for name in tags.filter(|name| leads_to_new(name)) {
            canary.tag(run, name, &note.from).await?;
        }
        for (id, labels) in &note.stamps {
            let patch = json!({ "metadata": { "labels": labels } });
            run.cluster.merge(&Kinds::built_in(), id, &patch, false).await?;
        }
        let changed = seen.held.iter().filter(|one| one.revision == note.to && !is_gateway(note, &one.owner));
        let with_pods = changed.filter_map(|one| one.pod.namespace.clone());
        let places: BTreeSet<String> = note.namespaces.keys().cloned().chain(with_pods).collect();
        let mut mover = Mover::back(canary, note, places.iter().cloned());
        for name in &places {
            mover.one(run, name).await?;
        }
    }
    let is_there = names.contains(&note.to);
    if is_there {
        let moved = Seen::read(run.cluster, &run.caller.istio_namespace).await?;
        finish::nothing_holds(note, &moved.way(note))?;
    }
    remove(canary, run, note, &note.to, is_there).await?;
    for home in note.homes(&note.from, &run.caller.istio_namespace) {
        let options = InstallOptions { any_version: true, gently: true, ..InstallOptions::default() };
        canary.sub(run, &note.from, &Install::new(&Asked::again(&home), options)).await?;
    }
    forget(run).await?;
    Ok(format!("revision {} is gone, and everything is on {} again", note.to, note.from))
}

fn is_gateway(note: &Note, owner: &PodOwner) -> bool {
    matches!(owner, PodOwner::Workload(id) if note.gateways.contains(id))
}

/// Removes a revision: installations of gateways in files of their own first.
pub(super) async fn remove(
    canary: &Canary<'_>,
    run: &Run<'_>,
    note: &Note,
    revision: &str,
    is_there: bool,
) -> Result<()> {
    let namespace = run.caller.istio_namespace.clone();
    let ledger = crate::read::records::read(run.cluster, &namespace).await?;
    let homes = note.homes(revision, &namespace);
    let gateways = homes.into_iter().filter(|one| {
        let history = ledger.history(one);
        !history.records.is_empty() && !history.has_control_plane()
    });
    let named = gateways.filter_map(|one| Some(Meant::Named(one.name?, Some(revision.to_owned()))));
    // Records go last: where a removal was not brought to its end, they tell what is left of it.
    let is_recorded = ledger.installations().any(|(one, _)| one.revision == revision);
    let whole = (is_there || is_recorded).then(|| Meant::Revision(revision.to_owned()));
    for target in named.chain(whole) {
        let options = UninstallOptions { gently: true, ..UninstallOptions::default() };
        let uninstall = Uninstall { target, namespace: namespace.clone(), options };
        canary.sub(run, revision, &uninstall).await?;
    }
    Ok(())
}

/// Takes the note away: nothing is under way any more.
pub(super) async fn forget(run: &Run<'_>) -> Result<()> {
    let id = ObjectId::new("v1", "ConfigMap", Some(&run.caller.istio_namespace), CONFIG_MAP);
    run.cluster.delete(&Kinds::built_in(), &id, None).await.map(drop)
}
