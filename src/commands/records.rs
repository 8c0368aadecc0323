//! The record of an installation: read before a change, written before and after it. A hint, never a reason to fail.

use std::collections::HashMap;

use k8s_openapi::jiff::Timestamp;
use serde_json::Value;

use crate::apply::Records;
use crate::cluster::{Cluster, Kinds};
use crate::component::ISTIO_VERSION;
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::plan::state::{self, History, Outcome, REVISION_LABEL, Record};
use crate::render::InstallSet;

/// What earlier runs recorded of a revision. What may not be read, or cannot be, counts as lost.
pub(super) async fn read(cluster: &Cluster, kinds: &Kinds, namespace: &str, revision: &str) -> History {
    let secret = ObjectId::new("v1", "Secret", Some(namespace), "");
    let selector = format!("{REVISION_LABEL}={revision}");
    let listed = async { cluster.list(&kinds.collection(&secret)?, &secret, Some(&selector)).await };
    match listed.await {
        Ok(secrets) => History::read(revision, &secrets),
        Err(error) => {
            tracing::debug!(%error, "the records of earlier runs are not known");
            History::default()
        }
    }
}

/// The record of what is about to be done, and the same once it is done.
pub(super) fn next(
    history: &History,
    inputs: Value,
    revision: &str,
    set: &InstallSet,
    live: &HashMap<ObjectId, Object>,
    actions: &HashMap<ObjectId, Action>,
) -> Result<Records> {
    let changed = |object: &&Object| matches!(actions.get(&object.id()), Some(Action::Apply(_)));
    let before = set.objects().filter(changed).filter_map(|object| live.get(&object.id()));
    let pending = Record {
        time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        mesh: env!("CARGO_PKG_VERSION").to_owned(),
        istio: ISTIO_VERSION.to_owned(),
        outcome: Outcome::Pending,
        inputs,
        inventory: set.objects().map(Object::id).collect(),
        snapshot: before.map(|object| object.value().clone()).collect(),
        restorable: true,
    };
    let done = Record { outcome: Outcome::Done, ..pending.clone() };
    let (namespace, number) = (set.namespace.name(), history.next());
    Ok(Records {
        before: state::encode(&pending, namespace, revision, number)?,
        after: state::encode(&done, namespace, revision, number)?,
        obsolete: history.obsolete(),
    })
}
