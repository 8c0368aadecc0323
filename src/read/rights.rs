//! What we may not do of what is planned.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::{join_all, try_join_all};
use serde_json::Value;

use crate::cluster::{Cluster, Rights};
use crate::error::Result;
use crate::plan::access::Deed;

/// So many namespaces are asked about one by one.
const FEW: usize = 4;

/// What is to be done.
#[derive(Debug, Clone, Default)]
pub struct Taken<'a> {
    /// Each once.
    pub deeds: BTreeSet<Deed>,
    /// What the server asks for beside the write of a role or a binding; or else every right of these rules.
    pub escalations: Vec<(Deed, Option<&'a [Value]>)>,
}

/// What of `taken` we may not do: one request a namespace, those of the cluster with that of `home`. What an authorizer does
/// not list counts as allowed.
///
/// # Errors
/// Cluster errors.
pub async fn denied(cluster: &Cluster, home: &str, taken: &Taken<'_>) -> Result<Vec<Deed>> {
    let mut deeds = taken.deeds.clone();
    let places: BTreeSet<&str> = taken.deeds.iter().filter_map(|deed| deed.namespace.as_deref()).collect();
    if places.len() > FEW {
        deeds = not_everywhere(cluster, deeds).await?;
    }
    let of = |deed: &Deed| deed.namespace.clone().unwrap_or_else(|| home.to_owned());
    let places: BTreeSet<String> = deeds.iter().chain(taken.escalations.iter().map(|(deed, _)| deed)).map(of).collect();
    let rights = try_join_all(places.iter().map(|place| cluster.rights(place))).await?;
    let rights: BTreeMap<String, Rights> = places.into_iter().zip(rights).collect();
    let may = |deed: &Deed| rights.get(&of(deed)).is_none_or(|rights| rights.allow(deed));
    let holds = |deed: &Deed, rules: Option<&[Value]>| {
        rules.is_some_and(|rules| rights.get(&of(deed)).is_none_or(|rights| rights.cover(rules)))
    };
    let escalations = taken.escalations.iter().filter(|(deed, rules)| !may(deed) && !holds(deed, *rules));
    Ok(deeds.iter().filter(|deed| !may(deed)).chain(escalations.map(|(deed, _)| deed)).cloned().collect())
}

/// The deeds without those that we may do in every namespace: each kind of them is asked for once.
async fn not_everywhere(cluster: &Cluster, deeds: BTreeSet<Deed>) -> Result<BTreeSet<Deed>> {
    let wide = |deed: &Deed| Deed { namespace: None, name: None, ..deed.clone() };
    let kinds: BTreeSet<Deed> = deeds.iter().map(wide).collect();
    let answers = try_join_all(kinds.iter().map(|deed| cluster.may(deed))).await?;
    let allowed: BTreeSet<&Deed> =
        kinds.iter().zip(answers).filter(|(_, allowed)| *allowed).map(|(deed, _)| deed).collect();
    Ok(deeds.into_iter().filter(|deed| !allowed.contains(&wide(deed))).collect())
}

/// The same, asked one by one: also of authorizers that list nothing.
///
/// # Errors
/// Cluster errors.
pub async fn denied_one_by_one(cluster: &Cluster, home: &str, taken: &Taken<'_>) -> Result<Vec<Deed>> {
    let escalations = taken.escalations.iter().map(|(deed, _)| deed);
    let all: Vec<&Deed> = taken.deeds.iter().chain(escalations).collect();
    let mut denied = BTreeSet::new();
    for (deed, allowed) in all.iter().zip(join_all(all.iter().map(|deed| cluster.may(deed))).await) {
        if !allowed? {
            denied.insert(*deed);
        }
    }
    let (of_roles, mut found): (Vec<_>, Vec<_>) = denied.into_iter().partition(|deed| !taken.deeds.contains(deed));
    if !of_roles.is_empty() {
        let rights = cluster.rights(home).await?;
        let holds = |deed: &Deed| {
            let mut rules = taken.escalations.iter().filter(|(of, _)| of == deed).map(|(_, rules)| *rules);
            rules.all(|rules| rules.is_some_and(|rules| rights.cover(rules)))
        };
        found.extend(of_roles.into_iter().filter(|deed| !holds(deed)));
    }
    Ok(found.into_iter().cloned().collect())
}
