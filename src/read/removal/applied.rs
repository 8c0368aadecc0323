//! What others applied as it is printed, with kubectl or an engine of theirs: no label of an installer tells whose it is, so
//! it is looked for by what manifests call it.

use std::collections::HashSet;

use super::gather::{self, Found};
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::{Maker, Picture, names, revision};
use crate::object::{Object, ObjectId};
use crate::plan::removal::Reach;
use crate::plan::target::{Going, Meant};
use crate::render;

/// The control planes that somebody applied as they are printed.
fn planes(picture: &Picture) -> impl Iterator<Item = &Object> {
    picture.control_planes.iter().filter(|plane| Maker::of(plane).applies_manifests())
}

/// What a control plane consists of that tells of no component; the control plane itself.
fn parts(plane: &Object) -> impl Iterator<Item = ObjectId> {
    let home = plane.namespace().unwrap_or_default();
    names::unlabelled(revision(plane), home).into_iter().chain([plane.id()])
}

/// What of the control planes no label tells of, and what they share.
pub fn unlabelled(picture: &Picture) -> Vec<ObjectId> {
    let homes: HashSet<&str> = planes(picture).filter_map(Object::namespace).collect();
    planes(picture).flat_map(parts).chain(homes.into_iter().flat_map(names::shared)).collect()
}

/// Takes what was applied of what goes into its reach; gives who applied it.
///
/// # Errors
/// Inputs that do not render; cluster errors.
pub async fn join(
    going: &mut Going,
    found: &mut Found,
    target: &Meant,
    picture: &Picture,
    (cluster, kinds): (&Cluster, &Kinds),
) -> Result<Vec<Maker>> {
    let goes = |plane: &&Object| going.revision.as_ref().is_none_or(|name| revision(plane) == name);
    let applied: Vec<&Object> = planes(picture).filter(goes).collect();
    let mut makers: Vec<Maker> = match &mut going.reach {
        Reach::All => applied.iter().map(|plane| Maker::of(plane)).collect(),
        Reach::Revision(_, ids) => {
            ids.extend(applied.iter().flat_map(|plane| parts(plane)));
            applied.iter().map(|plane| Maker::of(plane)).collect()
        }
        Reach::Labelled(_, ids) => {
            let api_versions = kinds.api_versions().into_iter().collect();
            let cluster_is = render::Target { kubernetes: cluster.version().await?, api_versions };
            ids.extend(target.inputs_say(&cluster_is)?);
            gather::add(cluster, kinds, found, ids.iter().cloned().collect()).await?;
            let own = found.objects.iter().filter(|object| ids.contains(&object.id()));
            own.map(Maker::of).filter(Maker::applies_manifests).collect()
        }
        Reach::Recorded(_) => Vec::new(),
    };
    makers.dedup();
    Ok(makers)
}
