//! What of an installation stays though its inputs do not want it any more: somebody else does, or uses it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::cluster::Cluster;
use crate::error::Result;
use crate::istio::plane::is_istiod_of;
use crate::istio::{Installation, label};
use crate::object::{Object, ObjectId};
use crate::plan::filter::{self, Reason};
use crate::plan::removal;
use crate::read::View;

/// What is not wanted any more, with why it stays where it does.
pub(super) type Unwanted = Vec<(ObjectId, Option<Reason>)>;

/// Why each object of `unwanted` stays; what is gone already is left out. `others` says who else wants what.
pub(super) fn reasons(
    unwanted: Vec<ObjectId>,
    live: &HashMap<ObjectId, Object>,
    others: &BTreeMap<ObjectId, &Installation>,
    installation: &Installation,
) -> Unwanted {
    let reason = |id: &ObjectId| {
        let there = live.get(id);
        let wanted = || others.get(id).map(|other| Reason::WantedBy { installation: other.to_string() });
        filter::prune(there).or_else(wanted).or_else(|| filter::of_other_revision(there?, &installation.revision))
    };
    let all = unwanted.into_iter().map(|id| {
        let reason = reason(&id);
        (id, reason)
    });
    all.filter(|(_, reason)| !matches!(reason, Some(Reason::Gone))).collect()
}

/// Whether the control plane is among what goes.
fn takes_control_plane(unwanted: &Unwanted, live: &HashMap<ObjectId, Object>, installation: &Installation) -> bool {
    let is_own = |id: &ObjectId| live.get(id).is_some_and(|object| is_istiod_of(object, &installation.revision));
    unwanted.iter().any(|(id, reason)| reason.is_none() && is_own(id))
}

/// Inputs without a name are those of the installation without one: what to say where that takes its control plane away.
pub(super) fn without_name(
    unwanted: &Unwanted,
    live: &HashMap<ObjectId, Object>,
    installation: &Installation,
) -> Option<String> {
    (installation.name.is_none() && takes_control_plane(unwanted, live, installation)).then(|| {
        format!(
            "without metadata.name these are the inputs of installation {installation}, whose control plane is not among \
             them and goes; what is to be beside it needs a name of its own"
        )
    })
}

/// Keeps a control plane that is among what goes while anybody uses its revision, with all that belongs to it.
///
/// # Errors
/// Cluster errors.
pub(super) async fn keep_used(
    cluster: &Cluster,
    installation: &Installation,
    live: &HashMap<ObjectId, Object>,
    unwanted: &mut Unwanted,
) -> Result<()> {
    if !takes_control_plane(unwanted, live, installation) {
        return Ok(());
    }
    let view = View::of(cluster);
    let picture = view.picture().await?;
    let going = unwanted.iter().filter(|(_, reason)| reason.is_none()).filter_map(|(id, _)| live.get(id));
    let workloads: Vec<&Object> = going.collect();
    let revisions = BTreeSet::from([installation.revision.clone()]);
    let users = picture.users_of(&revisions, |pod| workloads.iter().any(|one| removal::runs_pod(one, pod)));
    if users.is_empty() {
        return Ok(());
    }
    let users = users.lines().join("; ");
    for (id, reason) in unwanted.iter_mut().filter(|(_, reason)| reason.is_none()) {
        let serves = live.get(id).is_some_and(|object| {
            object.label(label::COMPONENT) == Some("Pilot") || object.label(label::TAG).is_some()
        });
        if serves {
            *reason = Some(Reason::InUse { revision: installation.revision.clone(), users: users.clone() });
        }
    }
    Ok(())
}
