//! What earlier runs recorded of installations.

use std::collections::BTreeSet;

use futures::future::try_join_all;

use super::istiods;
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::input::Asked;
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::ledger::Ledger;
use crate::plan::state::{self, REVISION_LABEL};

/// What earlier runs recorded in a namespace, of whichever installation.
///
/// # Errors
/// Cluster errors. That records cannot be listed does not mean that there are none: taken for none, the next change would
/// be number 1, over what is there.
pub async fn read(cluster: &Cluster, namespace: &str) -> Result<Ledger> {
    secrets(cluster, namespace, REVISION_LABEL).await.map(|secrets| Ledger::read(&secrets))
}

/// The same of several namespaces.
///
/// # Errors
/// As [`read`].
pub async fn of_all(cluster: &Cluster, namespaces: &BTreeSet<String>) -> Result<Ledger> {
    let mut all = Ledger::default();
    for ledger in try_join_all(namespaces.iter().map(|namespace| read(cluster, namespace))).await? {
        all.join(ledger);
    }
    Ok(all)
}

/// All that is recorded, and the control planes that there are.
pub struct Everything {
    /// What is recorded.
    pub ledger: Ledger,
    /// The control planes, as their Deployments.
    pub control_planes: Vec<Object>,
}

impl Everything {
    /// What is asked for, an installation each, with why its records cannot be read where that is so.
    pub fn each(&self, asked: &Asked) -> Vec<(Asked, Option<String>)> {
        let with_why = |one: Asked| {
            let history = self.ledger.history(&one.installation);
            let why = history.lost.first().filter(|_| history.in_use().is_none()).map(|(_, why)| why.clone());
            (one, why)
        };
        asked.each(&self.ledger).into_iter().map(with_why).collect()
    }
}

/// What earlier runs recorded in `namespace` and in the namespaces of all control planes.
///
/// # Errors
/// As [`read`]. Where control planes may not be looked for, it is about `namespace` alone.
pub async fn everything(cluster: &Cluster, namespace: &str) -> Result<Everything> {
    let labelled = match istiods::labelled(cluster).await {
        Err(error) if error.is_forbidden() => Vec::new(),
        found => found?,
    };
    let found = beside(cluster, namespace, labelled).await?;
    if found.ledger.installations().next().is_some() {
        return Ok(found);
    }
    // Before it is said that there is nothing: one may have lost its label.
    match istiods::all(cluster).await {
        Err(error) if error.is_forbidden() => Ok(found),
        all => beside(cluster, namespace, all?).await,
    }
}

/// What is recorded in `namespace` and beside `control_planes`.
async fn beside(cluster: &Cluster, namespace: &str, control_planes: Vec<Object>) -> Result<Everything> {
    let homes = control_planes.iter().filter_map(Object::namespace).chain([namespace]);
    let ledger = of_all(cluster, &homes.map(str::to_owned).collect()).await?;
    Ok(Everything { ledger, control_planes })
}

/// Whether nobody has recorded anything of the revision of `installation` since `ledger` was read, nor, where something of it
/// is shared, of any other: else a plan that was made by it may not be carried out. What is not shared others write at the
/// same time, as their Leases are their own: to plan anew whenever one of them does would be to do so without end.
///
/// # Errors
/// As [`read`].
pub async fn are_unchanged(
    cluster: &Cluster,
    installation: &Installation,
    ledger: &Ledger,
    is_shared: bool,
) -> Result<bool> {
    let Installation { namespace, revision, .. } = installation;
    let now = read(cluster, namespace).await?;
    let is_of =
        |id: &ObjectId| state::parse_name(&id.name).is_some_and(|parsed| is_shared || parsed.revision == *revision);
    Ok(now.is_same(ledger, |id| id.namespace.as_ref() == Some(namespace) && is_of(id)))
}

/// The Secrets in `namespace` that hold records.
///
/// # Errors
/// Cluster errors.
pub async fn secrets(cluster: &Cluster, namespace: &str, selector: &str) -> Result<Vec<Object>> {
    let secret = ObjectId::new("v1", "Secret", Some(namespace), "");
    let kinds = Kinds::built_in();
    cluster.list(&kinds.collection(&secret)?, &secret, Some(selector)).await
}
