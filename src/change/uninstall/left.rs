//! What is left when an installation is removed, and why: on purpose, or because it is not ours to take.

use std::collections::{BTreeMap, BTreeSet};

use super::planned::Planned;
use crate::apply;
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::istio::{Picture, label, revision};
use crate::object::{Object, ObjectId};
use crate::plan::filter::Reason;
use crate::plan::removal::Removal;
use crate::read::View;
use crate::read::removal::{Served, configured, served};
use crate::report::backup;
use crate::report::uninstall::{Remains, because};
use crate::text;

/// How many names are told.
const SHOWN: usize = 10;

/// The control planes of `going` that do not go, as they are not an installation's of ours: each with why.
pub(super) fn of_others(picture: &Picture, removal: &Removal, going: &BTreeSet<String>) -> Vec<(ObjectId, Reason)> {
    let planes = picture.control_planes.iter().filter(|plane| going.contains(revision(plane)));
    let staying = planes.map(Object::id).filter(|id| removal.goals().all(|goal| goal.id != *id));
    let whose = |id: &ObjectId| removal.kept.iter().find(|(kept, _)| kept == id).map(|(_, reason)| reason.clone());
    let staying = staying.map(|id| (whose(&id).unwrap_or(Reason::NotOurs), id));
    let others = staying.filter(|(reason, _)| matches!(reason, Reason::NotOurs | Reason::HelmRelease { .. }));
    others.map(|(reason, id)| (id, reason)).collect()
}

/// A control plane that stays needs its CA, its webhooks and all the rest: it goes whole or not at all.
pub(super) fn half(staying: &[(ObjectId, Reason)]) -> Error {
    let lines: Vec<String> = staying.iter().map(|(id, reason)| format!("{id} {}", because(reason))).collect();
    let message = format!(
        "a control plane of others would stay without what it needs; nothing was removed:\n{}",
        lines.join("\n")
    );
    Error::in_the_way("not-ours", message)
        .hint("remove it with what installed it, or take it over first: mesh adopt for Helm, mesh install for the rest")
        .hint("what is left then goes with: mesh uninstall --purge")
}

fn kept(removal: &Removal) -> Remains {
    removal.kept.iter().map(|(id, reason)| (id.to_string(), because(reason))).collect()
}

/// What the plan leaves alone.
///
/// # Errors
/// Cluster errors.
pub(super) async fn of_plan(cluster: &Cluster, plan: &Planned, delete_crds: bool) -> Result<Remains> {
    let Planned { removal, .. } = plan;
    let mut left = kept(removal);
    if !removal.definitions.is_empty() && !delete_crds {
        let what = format!("{} of Istio", text::count(removal.definitions.len(), "CRD"));
        left.push((what, "kept with what users configured; --delete-crds deletes both".to_owned()));
    }
    left.extend(unserved(cluster, plan).await?);
    Ok(left)
}

/// What istiod has made for the Gateway API, where no control plane stays that would serve it: nobody removes it.
async fn unserved(cluster: &Cluster, plan: &Planned) -> Result<Remains> {
    if !plan.others.is_empty() {
        return Ok(Vec::new());
    }
    let Served { classes, made } = served(cluster, &plan.kinds).await?;
    let mut left = Vec::new();
    if !classes.is_empty() {
        let why =
            format!("made by istiod, and served by nobody now: kubectl delete gatewayclass {}", classes.join(" "));
        let noun = text::verb(classes.len(), "GatewayClass", "GatewayClasses");
        left.push((format!("{noun} {}", classes.join(", ")), why));
    }
    let mut places: BTreeMap<&str, (Vec<&str>, Vec<&ObjectId>)> = BTreeMap::new();
    for ((namespace, name), objects) in &made {
        let (gateways, all) = places.entry(namespace).or_default();
        gateways.push(name);
        all.extend(objects);
    }
    for (namespace, (gateways, objects)) in places {
        let why = format!(
            "made by istiod, {} with {}: kubectl delete gateways.gateway.networking.k8s.io -n {namespace} {}",
            text::verb(objects.len(), "goes", "go"),
            text::verb(gateways.len(), "its Gateway", "their Gateways"),
            gateways.join(" ")
        );
        left.push((text::few(objects, SHOWN), why));
    }
    Ok(left)
}

/// Looks once more at the cluster.
pub(super) async fn look(cluster: &Cluster, plan: &Planned, done: &apply::Left, purge: bool) -> Result<Remains> {
    let mut left = kept(&plan.removal);
    if !plan.removal.definitions.is_empty() {
        let is_kept = |object: &&Object| plan.removal.definitions.contains(&object.id());
        let definitions: Vec<&Object> = plan.found.objects.iter().filter(is_kept).collect();
        let there = configured(cluster, &definitions).await?;
        let what = format!("{} of Istio", text::count(definitions.len(), "CRD"));
        let with = if there.is_empty() { String::new() } else { format!(" with {}", backup::counted(&there)) };
        left.push((what, format!("kept{with}; --delete-crds deletes them")));
    }
    for (namespace, inhabitants) in &done.namespaces {
        left.push((namespace.to_string(), format!("others have objects in it: {}", text::few(inhabitants, SHOWN))));
    }
    let homes = plan.found.homes.iter().filter(|home| purge && !plan.found.made.contains(*home));
    left.extend(homes.map(|home| (format!("Namespace/{home}"), "was not made by mesh".to_owned())));
    if !done.redirected.is_empty() {
        let names = text::few(&done.redirected, SHOWN);
        let pods = text::plural(done.redirected.len(), "pod");
        left.push((format!("{pods} {names}"), "still redirected to ztunnel, which is gone: restart them".to_owned()));
    }
    let tag = plan.removal.goals().any(|goal| goal.id.name == "istio-revision-tag-default");
    if let Some(other) = plan.others.first().filter(|_| tag) {
        let why = format!(
            "leads to no revision any more; to make {other} the default: mesh tag set default --revision {other}"
        );
        left.push(("the tag default".to_owned(), why));
    }
    let view = View::of(cluster);
    let picture = view.picture().await?;
    let mut labelled: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let still = picture.names();
    for namespace in &picture.namespaces {
        for label in [label::INJECTION, label::REVISION] {
            let value = namespace.label(label).unwrap_or_default();
            let to_none = if label == label::INJECTION {
                value == "enabled" && still.is_empty()
            } else {
                plan.going.contains(value)
            };
            if to_none {
                labelled.entry(label).or_default().push(namespace.name().to_owned());
            }
        }
    }
    for (label, names) in labelled {
        left.push((
            format!("label {label} of {}", text::few(&names, SHOWN)),
            "yours: it leads to no revision any more".to_owned(),
        ));
    }
    left.extend(unserved(cluster, plan).await?);
    // Those of Gateways go with them, and come back however often they are restarted.
    let users = picture.users_of(&plan.going, |pod| pod.label(label::GATEWAY_NAME).is_some());
    if !users.pods.is_empty() {
        let what = format!("{} with a proxy ({})", text::count(users.pods.len(), "pod"), text::few(&users.pods, SHOWN));
        left.push((what, "yours: restart them to be rid of it".to_owned()));
    }
    Ok(left)
}
