//! What a removal has to be allowed to do.

use std::collections::BTreeSet;

use super::planned::Planned;
use crate::object::ObjectId;
use crate::plan::access::{self, Deed};

impl Planned {
    /// What carrying it out takes; with `purge` what istiod made goes too.
    pub(super) fn takes(&self, purge: bool) -> BTreeSet<Deed> {
        let mut deeds = BTreeSet::new();
        for goal in self.removal.goals() {
            deeds.insert(Deed::of("delete", &goal.id));
            if goal.pods.is_some() {
                let pod = ObjectId::new("v1", "Pod", goal.id.namespace.as_deref(), "");
                deeds.extend([&goal.id, &pod].map(|id| Deed::of("watch", id)));
            }
        }
        for id in self.records.iter().chain(&self.namespaces) {
            deeds.insert(Deed::of("delete", id));
        }
        for one in &self.handovers {
            deeds.extend(one.objects.iter().map(|id| Deed::of("patch", id)));
        }
        let of = |kind: &str, version: &str, home: Option<&str>| ObjectId::new(version, kind, home, "");
        if purge {
            deeds.insert(Deed::of("delete", &of("ConfigMap", "v1", None)));
        }
        for home in &self.found.homes {
            if !self.revisions.is_empty() {
                deeds.extend(access::to_lock(home));
            }
            if purge {
                let made = [("Secret", "v1"), ("Lease", "coordination.k8s.io/v1")];
                deeds.extend(made.map(|(kind, version)| Deed::of("delete", &of(kind, version, Some(home)))));
            }
        }
        let ambient = self.users.ambient.iter().map(|name| ObjectId::new("v1", "Namespace", None, name));
        deeds.extend(ambient.map(|id| Deed::of("patch", &id)));
        deeds
    }
}
