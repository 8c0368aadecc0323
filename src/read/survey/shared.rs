//! What an installation is made to differ in from what was rendered, as others have a say in it.

use std::collections::{BTreeMap, HashMap};

use crate::config::ComponentKind;
use crate::istio::{Installation, label};
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::plan::ledger::Ledger;
use crate::render::InstallSet;
use crate::render::tag::{is_of_user, to_its_user};

/// What the record of `installation` lists and another one has written since.
pub(super) fn taken_over(
    ledger: &Ledger,
    installation: &Installation,
    recorded: &[ObjectId],
) -> BTreeMap<ObjectId, Installation> {
    let owners = ledger.owners(|_| false);
    let of = |id: &ObjectId| owners.get(id).filter(|owner| **owner != installation);
    recorded.iter().filter_map(|id| Some((id.clone(), (*of(id)?).clone()))).collect()
}

/// What `actions` write of other installations.
pub(super) fn moves(
    ledger: &Ledger,
    installation: &Installation,
    actions: &HashMap<ObjectId, Action>,
) -> BTreeMap<ObjectId, Installation> {
    let owners = ledger.owners(|_| false);
    let written = |id: &ObjectId| matches!(actions.get(id), Some(Action::Apply(_) | Action::Recreate(_)));
    let others = owners.into_iter().filter(|(id, owner)| *owner != installation && written(id));
    others.map(|(id, owner)| (id, owner.clone())).collect()
}

/// What all installations share keeps the labels of the one that wrote it: with every one that is written, it would be
/// written anew for no use.
pub(super) fn share(set: &mut InstallSet, live: &HashMap<ObjectId, Object>) {
    let shared = set.components.iter_mut().filter(|rendered| rendered.component.kind == ComponentKind::Core);
    for object in shared.flat_map(|rendered| &mut rendered.objects) {
        let Some(live) = live.get(&object.id()) else { continue };
        for name in [label::REVISION, label::OWNER_NAMESPACE, label::OWNER] {
            // Installers write `unknown` where there is no name.
            if let Some(value) = live.label(name).filter(|value| *value != "unknown") {
                object.set_label(name, value);
            }
        }
    }
}

/// A tag that somebody has set is theirs: it does not get the labels of an installation again.
pub(super) fn leave_to_its_user(set: &mut InstallSet, live: &HashMap<ObjectId, Object>) {
    for object in &mut set.default_tag {
        if live.get(&object.id()).is_some_and(is_of_user) {
            to_its_user(object);
        }
    }
}

/// The rendered injector, where the install set has another one of the same name.
pub(super) fn stand_in(set: &InstallSet, rendered: &[Object]) -> Option<Object> {
    let injector = rendered.iter().find(|object| object.kind() == "MutatingWebhookConfiguration")?;
    let wanted = set.objects().find(|object| object.id() == injector.id())?;
    let selector = |object: &Object| object.at("/webhooks/0/objectSelector").cloned();
    (selector(wanted) != selector(injector)).then(|| injector.clone())
}
