//! What tells why workloads are not ready: looked at only where some are not, and only in a few namespaces.

use std::collections::BTreeSet;

use futures::future::join_all;

use crate::check::{Surroundings, is_component};
use crate::cluster::{Cluster, Kinds};
use crate::istio::Unready;
use crate::object::{Object, ObjectId};
use crate::status::ready;

/// So many namespaces are looked at: what is wrong everywhere is mostly the same.
const MOST: usize = 8;
/// The kinds of workloads.
const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// Reads them: of `components`, which are Istio's own as far as `home` or their labels tell, and of workloads of the mesh
/// that lack pods. What may not be read is left out: the state is told then, only not why.
pub(super) async fn read(
    cluster: &Cluster,
    home: &str,
    components: impl Iterator<Item = &Object>,
    unready: &[Unready],
    namespaces: &[Object],
) -> Surroundings {
    let stuck = components.filter(|one| is_component(one, home) && !ready(one).is_ready()).map(Object::id);
    let mut places: BTreeSet<String> = stuck.filter_map(|id| id.namespace).collect();
    let of_mesh = |one: &&Unready| one.is_in_mesh(namespaces.iter().find(|place| place.name() == one.namespace()));
    let unready: Vec<&Unready> = unready.iter().filter(of_mesh).collect();
    places.extend(unready.iter().map(|one| one.namespace().to_owned()));
    let mut found = Surroundings::default();
    let looks = places.iter().take(MOST).map(|place| of_namespace(cluster, place));
    for (workloads, more) in join_all(looks).await {
        let lacks = |one: &Object| {
            unready.iter().any(|lacking| {
                lacking.kind == one.kind() && lacking.name == one.name() && Some(lacking.namespace()) == one.namespace()
            })
        };
        found.workloads.extend(workloads.into_iter().filter(|one| lacks(one) && !ready(one).is_ready()));
        found.replica_sets.extend(more.replica_sets);
        found.pods.extend(more.pods);
        found.events.extend(more.events);
    }
    found
}

async fn of_namespace(cluster: &Cluster, place: &str) -> (Vec<Object>, Surroundings) {
    let kinds = &Kinds::built_in();
    let list = async |version: &str, kind: &str| {
        let id = ObjectId::new(version, kind, Some(place), "");
        match kinds.collection(&id) {
            Ok(path) => cluster.list(&path, &id, None).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    };
    let (workloads, replica_sets, pods, events) = futures::join!(
        join_all(WORKLOADS.map(|kind| list("apps/v1", kind))),
        list("apps/v1", "ReplicaSet"),
        list("v1", "Pod"),
        list("v1", "Event"),
    );
    (workloads.concat(), Surroundings { replica_sets, pods, events, ..Surroundings::default() })
}
