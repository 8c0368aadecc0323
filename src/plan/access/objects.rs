//! What is asked for the objects of an installation: to read, write, watch and remove them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Deed, Need, Purpose, Subject, When};
use crate::object::{Object, ObjectId};
use crate::plan::{address, trial};

const RBAC: &str = "rbac.authorization.k8s.io";
/// Kinds that are waited for once they are written.
const AWAITED: [&str; 6] = [
    "CustomResourceDefinition",
    "DaemonSet",
    "Deployment",
    "MutatingWebhookConfiguration",
    "StatefulSet",
    "ValidatingWebhookConfiguration",
];

const NEWS: When = When::Maybe("what is new, or differs from what is there, is written and waited for");
const UNWANTED: When = When::Maybe("what is not wanted any more goes, and what cannot be changed is made anew");
const DIFFERS: When =
    When::Maybe("what differs is tried on the server by a dry run, which takes the right to write it");
const CHANGED: When = When::Maybe("what was changed since goes back");
const ABSENT: When = When::Maybe("the namespace is not there, or its labels differ");
const LEAVES: When = When::Maybe("it was installed by these inputs, and belongs to nobody else");
const SLOWLY: When = When::Maybe("what does not go at once is watched until it is gone");
const CRDS: When = When::Maybe("with --delete-crds");
const ASKED_FOR: When = When::Maybe("the API server asks for it itself, when it takes a role or a binding");

/// Whether an object of this kind is waited for once it is written.
pub fn is_awaited(id: &ObjectId) -> bool {
    AWAITED.contains(&id.kind.as_str())
}

/// The path segment of a kind: its plural. The rule of Kubernetes' own kinds and Istio's, with the exceptions.
pub fn plural(kind: &str) -> String {
    let lower = kind.to_lowercase();
    match lower.as_str() {
        "endpoints" => lower,
        "networkattachmentdefinition" => "network-attachment-definitions".to_owned(),
        _ => match lower.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ if lower.ends_with(['s', 'x']) || lower.ends_with("ch") => format!("{lower}es"),
            _ => format!("{lower}s"),
        },
    }
}

/// What `purpose` asks for about each object of the installation.
pub(super) fn needs(purpose: Purpose, subject: &Subject<'_>) -> Vec<Need> {
    subject.objects.iter().flat_map(|object| of(purpose, object, subject)).collect()
}

fn of(purpose: Purpose, object: &Object, subject: &Subject<'_>) -> Vec<Need> {
    let id = object.id();
    let is_home = id.kind == "Namespace" && id.name == subject.home;
    match purpose {
        // The table has what is read of it.
        _ if is_home => match purpose {
            Purpose::Install | Purpose::Upgrade | Purpose::Canary => about(&id, &[("create patch", ABSENT)]),
            _ => Vec::new(),
        },
        Purpose::Install | Purpose::Upgrade | Purpose::Canary => {
            let writes = if purpose == Purpose::Install { When::Always } else { NEWS };
            let mut needs = about(&id, &[("list", When::Always), ("create patch", writes), ("delete", UNWANTED)]);
            if is_awaited(&id) {
                needs.extend(about(&id, &[("watch", writes)]));
            } else if purpose == Purpose::Canary {
                needs.extend(about(&id, &[("watch", SLOWLY)]));
            }
            if id.kind == "Service" && address::waits(object) {
                needs.extend(about(&id, &[("get", When::Always)]));
            }
            needs.extend(pull_secrets(object).into_iter().map(reading));
            needs.extend(escalation(object).map(|deed| Need { deed, when: ASKED_FOR }));
            needs
        }
        Purpose::Rollback => {
            let mut needs = about(&id, &[("list get create patch update delete", CHANGED)]);
            if is_awaited(&id) {
                needs.extend(about(&id, &[("watch", CHANGED)]));
            }
            needs.extend(escalation(object).map(|deed| Need { deed, when: ASKED_FOR }));
            needs
        }
        Purpose::Uninstall => {
            let delete = if id.kind == "CustomResourceDefinition" { CRDS } else { LEAVES };
            about(&id, &[("delete", delete), ("watch", SLOWLY)])
        }
        Purpose::Adopt => {
            let mut needs = about(&id, &[("list get patch", When::Always)]);
            needs.extend(escalation(object).map(|deed| Need { deed, when: ASKED_FOR }));
            needs
        }
        Purpose::Diff => {
            let mut needs = about(&id, &[("list", When::Always), ("patch", DIFFERS)]);
            if trial::is_tried(&id) {
                needs.extend(about(&id, &[("create", DIFFERS)]));
            }
            needs.extend(escalation(object).map(|deed| Need { deed, when: DIFFERS }));
            needs
        }
        Purpose::Verify => about(&id, &[("list", When::Always)]),
        _ => Vec::new(),
    }
}

impl Deed {
    /// A deed about objects of the kind of `id`, where that is; of a namespace only about that.
    pub fn of(verb: &'static str, id: &ObjectId) -> Self {
        let is_namespace = id.kind == "Namespace";
        Self {
            verb,
            group: id.group.clone(),
            resource: plural(&id.kind),
            // The API server takes a namespace for something that is in itself.
            namespace: if is_namespace { Some(id.name.clone()) } else { id.namespace.clone() },
            name: is_namespace.then(|| id.name.clone()),
        }
    }
}

fn about(id: &ObjectId, rows: &[(&'static str, When)]) -> Vec<Need> {
    let needs = rows.iter().flat_map(|(verbs, when)| verbs.split(' ').map(|verb| (verb, *when)));
    needs.map(|(verb, when)| Need { deed: Deed::of(verb, id), when }).collect()
}

/// The Secrets that images are pulled with: those of a service account, or of a workload's pods.
pub fn pull_secrets(object: &Object) -> BTreeSet<ObjectId> {
    let place =
        if object.kind() == "ServiceAccount" { "/imagePullSecrets" } else { "/spec/template/spec/imagePullSecrets" };
    let names = object.list(place).iter().filter_map(|secret| secret["name"].as_str());
    names.map(|name| ObjectId::new("v1", "Secret", object.namespace(), name)).collect()
}

fn reading(secret: ObjectId) -> Need {
    Need { deed: Deed { name: Some(secret.name.clone()), ..Deed::of("get", &secret) }, when: When::Always }
}

/// What the API server asks of who writes a role or a binding and does not have every right in it: `escalate`, or `bind`.
fn escalation(object: &Object) -> Option<Deed> {
    let id = object.id();
    if id.group != RBAC {
        return None;
    }
    let (verb, kind, name) = match id.kind.as_str() {
        "ClusterRole" | "Role" => ("escalate", id.kind.as_str(), id.name.as_str()),
        _ => ("bind", object.text("/roleRef/kind")?, object.text("/roleRef/name")?),
    };
    Some(Deed {
        verb,
        group: RBAC.to_owned(),
        resource: plural(kind),
        namespace: id.namespace.clone(),
        name: Some(name.to_owned()),
    })
}

/// What each of `objects` that is a role or a binding takes beside its write: the deed, or else every right of these rules.
/// Rules that are not known are none.
pub fn escalations<'a>(objects: &[&'a Object], all: &[&'a Object]) -> Vec<(Deed, Option<&'a [Value]>)> {
    let rules = |object: &&'a Object| {
        if object.kind().ends_with("Binding") {
            let (kind, name) = (object.text("/roleRef/kind"), object.text("/roleRef/name"));
            let is_it = |one: &&&Object| {
                Some(one.kind()) == kind
                    && Some(one.name()) == name
                    && (kind == Some("ClusterRole") || one.namespace() == object.namespace())
            };
            return all.iter().find(is_it).map(|role| role.list("/rules"));
        }
        Some(object.list("/rules"))
    };
    objects.iter().filter_map(|object| Some((escalation(object)?, rules(object)))).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn kinds_have_the_plural_that_their_definitions_name() {
        let mut count = 0;
        for crd in crate::render::crds::crds().unwrap() {
            let names = &crd["spec"]["names"];
            assert_eq!(Some(plural(names["kind"].as_str().unwrap()).as_str()), names["plural"].as_str());
            count += 1;
        }
        assert!(count > 10);
        for (kind, wanted) in [
            ("Endpoints", "endpoints"),
            ("NetworkPolicy", "networkpolicies"),
            ("Gateway", "gateways"),
            ("Ingress", "ingresses"),
            ("NetworkAttachmentDefinition", "network-attachment-definitions"),
            ("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"),
        ] {
            assert_eq!(plural(kind), wanted);
        }
    }

    #[test]
    fn roles_and_bindings_take_more_than_their_write() {
        let of = |kind: &str, namespace: Option<&str>, more: Value| {
            let mut object = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": "a", "namespace": namespace}});
            object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Object::new(object).unwrap()
        };
        let rules = json!({"rules": [{"verbs": ["get"]}]});
        let to = |kind: &str, name: &str| json!({"roleRef": {"kind": kind, "name": name}});
        let (role, cluster_role) = (of("Role", Some("n"), rules.clone()), of("ClusterRole", None, rules));
        let bindings = [
            of("RoleBinding", Some("n"), to("Role", "a")),
            of("RoleBinding", Some("n"), to("ClusterRole", "a")),
            of("ClusterRoleBinding", None, to("ClusterRole", "other")),
        ];
        let all: Vec<&Object> = [&role, &cluster_role].into_iter().chain(&bindings).collect();
        let told: Vec<(String, bool)> =
            escalations(&all, &all).into_iter().map(|(deed, rules)| (deed.to_string(), rules.is_some())).collect();
        let group = "rbac.authorization.k8s.io";
        assert_eq!(
            told,
            [
                (format!("escalate roles.{group} a in namespace n"), true),
                (format!("escalate clusterroles.{group} a"), true),
                (format!("bind roles.{group} a in namespace n"), true),
                (format!("bind clusterroles.{group} a in namespace n"), true),
                (format!("bind clusterroles.{group} other"), false),
            ]
        );
        let account = Object::new(json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "namespace": "n"}, "imagePullSecrets": [{"name": "s"}]})).unwrap();
        let secrets: Vec<String> =
            pull_secrets(&account).into_iter().map(|secret| reading(secret).deed.to_string()).collect();
        assert_eq!(secrets, ["get secrets s in namespace n"]);
        let spec = json!({"template": {"spec": {"imagePullSecrets": [{"name": "p"}, {"name": "p"}]}}});
        let workload = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "n"}, "spec": spec});
        let named = pull_secrets(&Object::new(workload).unwrap());
        assert_eq!(named.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Secret/n/p"]);
    }
}
