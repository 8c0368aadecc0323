//! What Istio refuses in the parts of a mesh's configuration that say where traffic goes: weights and fallbacks between
//! localities, settings of single hosts.

use serde_json::Value;

use super::MeshConfig;

/// Labels that a priority may not name beside `failover`, which is about regions already.
const TOPOLOGY: [&str; 3] =
    ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

/// Checks `localityLbSetting`; all that is wrong.
pub(super) fn localities(mesh: &MeshConfig) -> Vec<String> {
    let Some(setting) = mesh.at("localityLbSetting") else { return Vec::new() };
    let list = |key: &str| setting.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let (distribute, failover) = (list("distribute"), list("failover"));
    let mut wrong = Vec::new();
    if !distribute.is_empty() && !failover.is_empty() {
        wrong.push("only one of distribute and failover can be set".to_owned());
    }
    let mut priorities = list("failoverPriority").iter().filter_map(Value::as_str);
    if let Some(label) = priorities.find(|label| !failover.is_empty() && TOPOLOGY.contains(label)) {
        wrong.push(format!("failoverPriority cannot name {label} where failover is set"));
    }
    for (index, rule) in distribute.iter().enumerate() {
        let to = rule.get("to").and_then(Value::as_object);
        let weight = |value: &Value| value.as_i64().unwrap_or_default();
        let weights: Vec<i64> = to.into_iter().flat_map(|to| to.values().map(weight)).collect();
        if let Some(weight) = weights.iter().find(|weight| !(1..=100).contains(*weight)) {
            wrong.push(format!("distribute[{index}]: weight {weight} must be in the range 1..100"));
        } else if weights.iter().sum::<i64>() != 100 {
            wrong.push(format!("distribute[{index}]: the weights must add up to 100"));
        }
        // A map has no order: what stands for all the rest counts as its last.
        let mut targets: Vec<&str> = to.into_iter().flat_map(|to| to.keys().map(String::as_str)).collect();
        targets.sort_by_key(|target| target.ends_with('*'));
        wrong.extend(apart(&targets).map(|why| format!("distribute[{index}].to: {why}")));
    }
    let sources: Vec<&str> = distribute.iter().map(|rule| text(rule, "from")).collect();
    wrong.extend(apart(&sources).map(|why| format!("distribute.from: {why}")));
    for (index, rule) in failover.iter().enumerate() {
        let (from, to) = (text(rule, "from"), text(rule, "to"));
        if from == to {
            wrong.push(format!("failover[{index}] must lead to another region"));
        }
        if [from, to].iter().any(|region| region.contains(['/', '*'])) {
            wrong.push(format!("failover[{index}] must name whole regions, without / and *"));
        }
    }
    wrong.into_iter().map(|why| format!("localityLbSetting: {why}")).collect()
}

fn text<'a>(rule: &'a Value, key: &str) -> &'a str {
    rule.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What is wrong with localities (`region/zone/subzone`, the rest `*`), of which none may lie in one before it.
fn apart(localities: &[&str]) -> Option<String> {
    let mut before: Vec<Vec<&str>> = Vec::new();
    for locality in localities {
        let mut parts: Vec<&str> = locality.splitn(3, '/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Some(format!("{locality:?} has an empty part"));
        }
        if locality.trim_end_matches('*').contains('*') || locality.ends_with("**") {
            return Some(format!("{locality:?} can have a * at its end only"));
        }
        // What covers a whole region or zone: no later one may be there. A `*` covers what nobody named before.
        let rest = parts.last() == Some(&"*");
        if rest {
            parts.pop();
        }
        let covered = |other: &Vec<&str>| parts.starts_with(other) || !rest && other.starts_with(&parts);
        if before.iter().any(covered) {
            return Some(format!("{locality:?} lies in one before it, or around it"));
        }
        before.push(parts);
    }
    None
}

/// Checks the hosts of `serviceSettings`: DNS names, of which the first label may be or begin with a `*`.
pub(super) fn service_hosts(mesh: &MeshConfig) -> Vec<String> {
    let settings = mesh.at("serviceSettings").and_then(Value::as_array).into_iter().flatten();
    let mut wrong = Vec::new();
    for (index, setting) in settings.enumerate() {
        let hosts = setting.get("hosts").and_then(Value::as_array).into_iter().flatten();
        for host in hosts.filter_map(Value::as_str).filter(|host| !is_host(host)) {
            wrong.push(format!("serviceSettings[{index}]: {host:?} must be a DNS name"));
        }
    }
    wrong
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let inner = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        inner && label.len() <= 63 && edge(label.chars().next()) && edge(label.chars().last())
    };
    let (first, rest) = host.split_once('.').map_or((host, None), |(first, rest)| (first, Some(rest)));
    let wild = first == "*" || label(first.strip_prefix("*-").unwrap_or(first));
    // A dot may end the name.
    let rest = rest.map(|rest| if rest.len() > 1 { rest.strip_suffix('.').unwrap_or(rest) } else { rest });
    !host.is_empty() && host.len() <= 255 && wild && rest.is_none_or(|rest| rest.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use serde_json::json;

    /// Each seen with istioctl 1.30.3: taken, or refused.
    #[test]
    fn localities_as_the_reference_takes_them() -> Result<()> {
        let distribute = |from: &[&str]| json!({"distribute": from.iter().map(|from| json!({"from": from, "to": {"r": 100}})).collect::<Vec<_>>()});
        let to = |to: Value| json!({"distribute": [{"from": "a", "to": to}]});
        let failover = |from: &str, to: &str| json!({"failover": [{"from": from, "to": to}]});
        let good = [
            json!({}),
            distribute(&["a/b", "a/c", "*"]),
            distribute(&["a/b/c", "a/b/d", "a/b/*", "a/*"]),
            to(json!({"a/*": 40, "b": 60})),
            failover("a", "b"),
            json!({"failoverPriority": [TOPOLOGY[0]]}),
        ];
        let bad = [
            distribute(&["a", "a/b"]),
            distribute(&["a/b", "a"]),
            distribute(&["*", "a"]),
            distribute(&["a/*", "a/b"]),
            distribute(&["a/*/c"]),
            distribute(&["a//c"]),
            distribute(&[""]),
            to(json!({})),
            to(json!({"a": 0, "b": 100})),
            to(json!({"a": 60, "b": 60})),
            failover("a", "a"),
            failover("a/b", "c"),
            failover("a", "*"),
            json!({"failover": [{"from": "a", "to": "b"}], "failoverPriority": [TOPOLOGY[1]]}),
            json!({"failover": [{"from": "a", "to": "b"}], "distribute": [{"from": "a", "to": {"b": 100}}]}),
        ];
        for (setting, want) in good.iter().map(|one| (one, true)).chain(bad.iter().map(|one| (one, false))) {
            let mesh = MeshConfig::mesh(&json!({"localityLbSetting": setting}))?;
            let wrong = localities(&mesh);
            assert_eq!(wrong.is_empty(), want, "{setting}: {wrong:?}");
        }
        Ok(())
    }

    #[test]
    fn hosts_are_dns_names() {
        for host in ["a", "*", "*.a.b", "*-a.b", "a.b.", "A-1.b"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["", "x.y/z", "a.*", "**", "-a", "a-.b", "a..b", "a_b"] {
            assert!(!is_host(host), "{host}");
        }
    }
}
