//! The user that OpenShift gives the containers of a namespace, and which of them the proxy gets.

use serde_json::Value;

/// User and group of the proxy where nothing else is said.
pub(super) const PROXY_ID: i64 = 1337;

const UID_RANGE: &str = "openshift.io/sa.scc.uid-range";
const GROUPS: &str = "openshift.io/sa.scc.supplemental-groups";

/// User and group of the proxy in a namespace: the last of the ranges its annotations name.
pub(super) fn proxy_ids(namespace: Option<&Value>) -> (i64, i64) {
    let annotation = |key: &str| namespace.and_then(|ns| ns["metadata"]["annotations"][key].as_str());
    let uid = annotation(UID_RANGE).and_then(last_of);
    let groups = annotation(GROUPS).or_else(|| annotation(UID_RANGE)).unwrap_or_default();
    let ends: Option<Vec<i64>> = groups.split(',').map(last_of).collect();
    let gid = ends.and_then(|ends| ends.first().copied());
    (uid.unwrap_or(PROXY_ID), gid.unwrap_or(PROXY_ID))
}

/// The last id of `START/SIZE` or `START-END`.
fn last_of(block: &str) -> Option<i64> {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    if let Some((start, size)) = block.split_once('/') {
        return Some(i64::from(number(start)?.checked_add(number(size)?)?.checked_sub(1)?));
    }
    let (start, end) = block.split_once('-')?;
    number(start)?;
    Some(i64::from(number(end)?))
}

/// OpenShift writes the same user into all containers of a pod; in the user's own istio-proxy container that is no wish,
/// so it goes. One that differs from the application's stays.
pub(super) fn drop_assigned_user(pod: &mut Value) {
    let (mut proxy_user, mut app_user) = (0, 0);
    let all = ["containers", "initContainers"]
        .into_iter()
        .flat_map(|list| pod["spec"][list].as_array().into_iter().flatten());
    for container in all {
        let Some(user) = container["securityContext"]["runAsUser"].as_i64() else { continue };
        match container["name"].as_str().unwrap_or_default() {
            "istio-proxy" => proxy_user = user,
            "istio-init" | "istio-validation" => {}
            _ => app_user = user,
        }
    }
    if proxy_user != app_user {
        return;
    }
    if let Some(context) =
        super::containers::find_mut(pod, "istio-proxy").and_then(|found| found["securityContext"].as_object_mut())
    {
        context.shift_remove("runAsUser");
        context.shift_remove("runAsGroup");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_proxy_gets_the_last_of_the_range() {
        let namespace = |annotations: Value| json!({"metadata": {"annotations": annotations}});
        let table = [
            (json!({}), (1337, 1337)),
            (json!({UID_RANGE: "1000620000/10000"}), (1_000_629_999, 1_000_629_999)),
            (json!({UID_RANGE: "1000-1999", GROUPS: "5/2,10/1"}), (1999, 6)),
            (json!({UID_RANGE: "x", GROUPS: ""}), (1337, 1337)),
        ];
        for (annotations, want) in table {
            assert_eq!(proxy_ids(Some(&namespace(annotations))), want);
        }
        assert_eq!(proxy_ids(None), (1337, 1337));
    }
}
