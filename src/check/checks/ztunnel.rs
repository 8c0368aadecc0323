//! ztunnel, and whether istiod gives it the certificates of its pods.

use std::collections::BTreeMap;

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::istio::names::ZTUNNEL;
use crate::istio::plane::{environment, is_istiod};
use crate::object::{Object, ObjectId};

pub(super) const CHECK: Check = Check {
    id: "ztunnel-trust",
    title: "istiod trusts ztunnel",
    when: When::Always,
    hint: "mesh install --set values.pilot.trustedZtunnelNamespace=NAMESPACE",
    run,
};

/// The accounts that may ask for certificates in the name of others, `NAMESPACE/NAME` each.
const TRUSTED: &str = "CA_TRUSTED_NODE_ACCOUNTS";

fn run(facts: &Facts) -> Verdict {
    // As it will be, where an installation is asked for.
    let mut all: BTreeMap<ObjectId, &Object> = BTreeMap::new();
    let there = facts.deployments.iter().flatten().chain(facts.daemon_sets.iter().flatten());
    for object in there.chain(&facts.wanted) {
        all.insert(object.id(), object);
    }
    let ztunnels = all.values().filter(|one| one.kind() == "DaemonSet" && one.name() == ZTUNNEL);
    let istiods: Vec<&&Object> = all.values().filter(|one| is_istiod(one)).collect();
    let mut found = false;
    let mut reasons = Vec::new();
    let mut place = None;
    for ztunnel in ztunnels {
        found = true;
        let namespace = ztunnel.namespace().unwrap_or_default();
        let account = ztunnel.text("/spec/template/spec/serviceAccountName").unwrap_or(ZTUNNEL);
        let account = format!("{namespace}/{account}");
        if !istiods.is_empty() && !istiods.iter().any(|istiod| trusts(istiod, &account)) {
            reasons.push(format!(
                "{} runs as {account}, which no istiod trusts ({TRUSTED}): it gets no certificates for its pods",
                ztunnel.id()
            ));
            place = Some(namespace);
        }
    }
    if !found || istiods.is_empty() {
        return Verdict::skipped("there is no ztunnel, or no istiod");
    }
    let verdict = Verdict::unless_empty(Grade::Failed, reasons, "it does");
    match place {
        Some(place) => verdict.hint(format!("mesh install --set values.pilot.trustedZtunnelNamespace={place}")),
        None => verdict,
    }
}

fn trusts(istiod: &Object, account: &str) -> bool {
    environment(istiod).get(TRUSTED).is_some_and(|list| list.split(',').any(|one| one.trim() == account))
}
