//! Roles that hold what is needed, and no more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Deed, Need, Purpose, When};

const GROUP: &str = "rbac.authorization.k8s.io";
const VERSION: &str = "rbac.authorization.k8s.io/v1";
const EVERY: &str = "*";

/// Who gets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grantee {
    /// A user.
    User(String),
    /// A group.
    Group(String),
    /// A service account: its namespace and name.
    ServiceAccount(String, String),
}

impl Grantee {
    fn subject(&self) -> Value {
        match self {
            Self::User(name) => json!({ "apiGroup": GROUP, "kind": "User", "name": name }),
            Self::Group(name) => json!({ "apiGroup": GROUP, "kind": "Group", "name": name }),
            Self::ServiceAccount(namespace, name) => {
                json!({ "kind": "ServiceAccount", "namespace": namespace, "name": name })
            }
        }
    }
}

/// What roles for these commands are called.
pub fn name(purposes: &[Purpose]) -> String {
    let names = purposes.iter().map(|purpose| purpose.name());
    std::iter::once("mesh").chain(names).collect::<Vec<_>>().join("-")
}

/// How they are made.
#[derive(Debug, Clone)]
pub struct Shape<'a> {
    /// Their name.
    pub name: &'a str,
    /// Whether what lies in one namespace is granted there alone, by a Role.
    pub namespaced: bool,
    /// Whom they are bound to; nobody where it is empty.
    pub grantees: &'a [Grantee],
}

/// The ClusterRole, the Roles, and the bindings where there is somebody to bind.
pub fn roles(needs: &[Need], shape: &Shape<'_>) -> Vec<Value> {
    let mut places: BTreeMap<Option<&str>, BTreeSet<Deed>> = BTreeMap::new();
    let everywhere: BTreeSet<Deed> =
        needs.iter().map(|need| &need.deed).filter(|deed| deed.namespace.is_none()).cloned().collect();
    for Need { deed, .. } in needs {
        let place = deed.namespace.as_deref().filter(|_| shape.namespaced);
        if place.is_none() || !everywhere.iter().any(|wide| includes(wide, deed)) {
            places.entry(place).or_default().insert(deed.clone());
        }
    }
    let roles = places.iter().map(|(place, deeds)| role(shape.name, *place, deeds));
    let bindings = places.keys().filter(|_| !shape.grantees.is_empty()).map(|place| binding(shape, *place));
    roles.chain(bindings).collect()
}

/// Whether who may do `wide` may do `deed`.
fn includes(wide: &Deed, deed: &Deed) -> bool {
    let fits = |wide: &str, word: &str| wide == EVERY || wide == word;
    wide.verb == deed.verb
        && fits(&wide.group, &deed.group)
        && fits(&wide.resource, &deed.resource)
        && (wide.name.is_none() || wide.name == deed.name)
}

fn metadata(name: &str, place: Option<&str>) -> Value {
    let mut metadata = json!({ "name": name });
    if let Some(place) = place {
        metadata["namespace"] = place.into();
    }
    metadata
}

fn role(name: &str, place: Option<&str>, deeds: &BTreeSet<Deed>) -> Value {
    let kind = if place.is_some() { "Role" } else { "ClusterRole" };
    json!({ "apiVersion": VERSION, "kind": kind, "metadata": metadata(name, place), "rules": rules(deeds) })
}

/// Words, each once.
type Words<'a> = BTreeSet<&'a str>;

/// Rules of these deeds: what is included in another one is left out, and what has the same verbs is one.
fn rules(deeds: &BTreeSet<Deed>) -> Vec<Value> {
    let is_included = |deed: &Deed| deeds.iter().any(|wide| is_wider(wide, deed) && includes(wide, deed));
    let mut verbs: BTreeMap<(&str, &str, Words<'_>), Words<'_>> = BTreeMap::new();
    let mut names: BTreeMap<(&str, &str, &str), Words<'_>> = BTreeMap::new();
    for deed in deeds.iter().filter(|deed| !is_included(deed)) {
        let of = names.entry((&deed.group, &deed.resource, deed.verb)).or_default();
        of.extend(deed.name.as_deref());
    }
    for ((group, resource, verb), names) in names {
        verbs.entry((group, resource, names)).or_default().insert(verb);
    }
    let mut resources: BTreeMap<(&str, Words<'_>, Words<'_>), Words<'_>> = BTreeMap::new();
    for ((group, resource, names), verbs) in verbs {
        resources.entry((group, names, verbs)).or_default().insert(resource);
    }
    let rule = |((group, names, verbs), resources): (_, _)| {
        let mut rule = json!({ "apiGroups": [group], "resources": resources });
        if !Words::is_empty(&names) {
            rule["resourceNames"] = json!(names);
        }
        rule["verbs"] = json!(verbs);
        rule
    };
    resources.into_iter().map(rule).collect()
}

/// Whether `wide` is another deed, about more.
fn is_wider(wide: &Deed, deed: &Deed) -> bool {
    (wide.resource == EVERY && deed.resource != EVERY)
        || (wide.name.is_none() && deed.name.is_some() && wide.resource == deed.resource)
}

fn binding(shape: &Shape<'_>, place: Option<&str>) -> Value {
    let kind = if place.is_some() { "Role" } else { "ClusterRole" };
    let subjects: Vec<Value> = shape.grantees.iter().map(Grantee::subject).collect();
    json!({
        "apiVersion": VERSION, "kind": format!("{kind}Binding"), "metadata": metadata(shape.name, place),
        "roleRef": { "apiGroup": GROUP, "kind": kind, "name": shape.name },
        "subjects": subjects,
    })
}

/// What the reason says of a deed that is a dry run and nothing else.
const TRIES: &str = "a dry run, which takes the right to write";

/// What is to be known of a set of needs before it is granted, a sentence each.
pub fn warnings(needs: &[Need]) -> Vec<String> {
    let has = |verb: &str| needs.iter().any(|need| need.deed.verb == verb);
    let mut warnings = Vec::new();
    if has("escalate") || has("bind") {
        warnings.push(
            "escalate and bind are in it: the API server lets only those write a role who hold every right in it, or may \
             `escalate` it, and only those bind it who hold them, or may `bind` it. Whoever has them for these roles can give \
             themselves any right by way of them: bind this as you would bind cluster-admin. Who has every right that Istio's own \
             roles hold needs neither"
                .to_owned(),
        );
    }
    if needs.iter().any(|need| need.deed.resource == EVERY) {
        warnings.push(
            "everything may be listed, Secrets too: what goes with an installation is looked for by its labels in every kind, and a \
             namespace goes only where nothing else is in it"
                .to_owned(),
        );
    }
    let tries = |need: &&Need| matches!(need.when, When::Maybe(why) | When::Better(why) if why.contains(TRIES));
    if needs.iter().any(|need| tries(&need)) {
        warnings.push(
            "RBAC does not tell a dry run from a write: what is tried on the server takes the right to write it"
                .to_owned(),
        );
    }
    warnings
}

/// What is not asked for in every run: the reasons, each with its deeds as `get pods/log`; sorted.
pub fn reasons(needs: &[Need]) -> Vec<(&'static str, Vec<String>)> {
    let mut reasons: BTreeMap<&'static str, BTreeMap<String, BTreeSet<&'static str>>> = BTreeMap::new();
    for Need { deed, when } in needs {
        if let When::Maybe(why) | When::Better(why) = *when {
            let dot = if deed.group.is_empty() { "" } else { "." };
            let resource = format!("{}{dot}{}", deed.resource, deed.group);
            reasons.entry(why).or_default().entry(resource).or_default().insert(deed.verb);
        }
    }
    let verbs = |(resource, verbs): (String, BTreeSet<&str>)| {
        format!("{} {resource}", verbs.into_iter().collect::<Vec<_>>().join(","))
    };
    reasons.into_iter().map(|(why, of)| (why, of.into_iter().map(verbs).collect())).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn need(verb: &'static str, resource: &str, place: &[&str]) -> Need {
        let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
        let at = |index: usize| place.get(index).filter(|text| !text.is_empty()).map(|text| (*text).to_owned());
        let deed = Deed { verb, group: group.to_owned(), resource: resource.to_owned(), namespace: at(0), name: at(1) };
        Need { deed, when: When::Always }
    }

    #[test]
    fn what_is_in_one_namespace_is_granted_there_alone() {
        let needs = [
            need("list", "pods", &[]),
            need("list", "pods", &["n"]),
            need("get", "pods", &["n"]),
            need("patch", "deployments.apps", &["n"]),
            need("patch", "statefulsets.apps", &["n"]),
            need("escalate", "roles.r", &["n", "a"]),
            need("escalate", "roles.r", &["n", "b"]),
        ];
        let grantees = [Grantee::ServiceAccount("ci".to_owned(), "robot".to_owned())];
        let shape = Shape { name: "x", namespaced: true, grantees: &grantees };
        let made = roles(&needs, &shape);
        let told: Vec<String> = made.iter().map(|one| format!("{} {}", one["kind"], one["metadata"])).collect();
        assert_eq!(
            told,
            [
                r#""ClusterRole" {"name":"x"}"#,
                r#""Role" {"name":"x","namespace":"n"}"#,
                r#""ClusterRoleBinding" {"name":"x"}"#,
                r#""RoleBinding" {"name":"x","namespace":"n"}"#,
            ]
        );
        assert_eq!(made[0]["rules"], json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]));
        assert_eq!(
            made[1]["rules"],
            json!([
                {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
                {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets"], "verbs": ["patch"]},
                {"apiGroups": ["r"], "resources": ["roles"], "resourceNames": ["a", "b"], "verbs": ["escalate"]},
            ])
        );
        assert_eq!(made[3]["subjects"], json!([{"kind": "ServiceAccount", "namespace": "ci", "name": "robot"}]));
        let wide = roles(&needs, &Shape { namespaced: false, grantees: &[], ..shape });
        assert_eq!(wide.len(), 1);
        assert_eq!(wide[0]["rules"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn what_is_included_in_another_rule_is_not_said_again() {
        let needs = [
            need("list", "*.*", &[]),
            need("list", "pods", &["n"]),
            need("get", "pods", &[]),
            need("get", "pods", &["", "a"]),
        ];
        let made = roles(&needs, &Shape { name: "x", namespaced: false, grantees: &[] });
        assert_eq!(
            made[0]["rules"],
            json!([
                {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
                {"apiGroups": ["*"], "resources": ["*"], "verbs": ["list"]},
            ])
        );
        assert_eq!(warnings(&needs).len(), 1);
    }

    #[test]
    fn reasons_are_told_once() {
        let rare = |verb, resource| Need { when: When::Maybe("why"), ..need(verb, resource, &[]) };
        let needs = [rare("get", "pods"), rare("list", "pods"), rare("get", "nodes.x"), need("get", "a", &[])];
        assert_eq!(reasons(&needs), [("why", vec!["get nodes.x".to_owned(), "get,list pods".to_owned()])]);
        assert!(warnings(&[need("bind", "roles.r", &[])])[0].contains("cluster-admin"));
    }
}
