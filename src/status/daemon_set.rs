//! A DaemonSet is ready when each node that should run it runs its newest template.
//!
//! No node at all is no failure: a pool may be scaled to zero. With `OnDelete`, pods are replaced by hand, so old ones
//! that are available count.

use crate::object::Object;
use crate::status::readiness::Readiness;
use crate::text;

pub(crate) fn ready(set: &Object) -> Readiness {
    let count = |field: &str| set.int(&format!("/status/{field}")).unwrap_or(0);
    let (wanted, updated) = (count("desiredNumberScheduled"), count("updatedNumberScheduled"));
    let (ready, available) = (count("numberReady"), count("numberAvailable"));
    if wanted == 0 {
        return Readiness::noted("no node takes it");
    }
    let by_hand = set.text("/spec/updateStrategy/type") == Some("OnDelete");
    if !by_hand && updated < wanted {
        return Readiness::waiting(format!("{ready}/{wanted} ready: {updated} of {wanted} updated"));
    }
    if ready < wanted {
        return Readiness::waiting(format!("{ready}/{wanted} ready"));
    }
    if available < wanted {
        return Readiness::waiting(format!("{available}/{wanted} available"));
    }
    if by_hand && updated < wanted {
        let number = |count: i64| usize::try_from(count).unwrap_or(0);
        let (old, pods) = (number(wanted - updated), text::count(number(wanted), "pod"));
        let are = text::verb(old, "is", "are");
        return Readiness::noted(format!("{old} of {pods} {are} old until deleted (OnDelete)"));
    }
    Readiness::READY
}

#[cfg(test)]
mod tests {
    use crate::status::readiness::tests::check;
    use serde_json::json;

    #[test]
    fn states() {
        let set = |strategy: &str, [wanted, updated, ready, available]: [i64; 4]| {
            json!({
                "spec": {"updateStrategy": {"type": strategy}},
                "status": {"observedGeneration": 2, "desiredNumberScheduled": wanted,
                    "updatedNumberScheduled": updated, "numberReady": ready, "numberAvailable": available},
            })
        };
        check(
            "apps/v1",
            "DaemonSet",
            &[
                (set("RollingUpdate", [0, 0, 0, 0]), "ready: no node takes it"),
                (set("RollingUpdate", [3, 1, 3, 3]), "waiting: 3/3 ready: 1 of 3 updated"),
                (set("RollingUpdate", [3, 3, 2, 2]), "waiting: 2/3 ready"),
                (set("RollingUpdate", [3, 3, 3, 2]), "waiting: 2/3 available"),
                (set("RollingUpdate", [3, 3, 3, 3]), "ready"),
                (set("OnDelete", [3, 1, 2, 2]), "waiting: 2/3 ready"),
                (set("OnDelete", [3, 1, 3, 3]), "ready: 2 of 3 pods are old until deleted (OnDelete)"),
                (set("OnDelete", [1, 0, 1, 1]), "ready: 1 of 1 pod is old until deleted (OnDelete)"),
                (set("OnDelete", [3, 3, 3, 3]), "ready"),
            ],
        );
    }
}
