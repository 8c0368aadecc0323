//! Whether pods get a proxy, which rule decided, and the one command that changes it.

use serde::Serialize;
use serde_json::{Value, json};

use super::world::World;
use crate::inject::{Injector, Namespace, Rule, WebhookMatch, selecting};
use crate::istio::label;
use crate::istio::label::INJECT;
use crate::istio::webhook;
use crate::object::Object;

/// What happens to pods that are made now.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Injection {
    /// Whether they are injected; none where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injected: Option<bool>,
    /// The rule that decided.
    pub rule: String,
    /// The webhooks that are asked, `CONFIGURATION/WEBHOOK`.
    pub webhooks: Vec<String>,
    /// The revision that injects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The command that changes the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

/// What pods are made from: the object that a change has to be made to.
#[derive(Debug, Clone, Copy)]
pub(super) enum MadeFrom<'a> {
    /// Every pod of the namespace that says nothing itself.
    Namespace,
    /// A workload with a pod template, as `deployment/web`.
    Workload(&'a str),
    /// Nothing: a pod that somebody made.
    Nobody,
}

/// The answer for `pod` (its `metadata` and `spec`) in `namespace`.
pub(super) fn injection(world: &World, namespace: &str, pod: &Value, maker: MadeFrom<'_>) -> Injection {
    let labels = world.namespace(namespace).and_then(|one| one.at("/metadata/labels")?.as_object().cloned());
    let place = Namespace { name: namespace.to_owned(), labels: labels.unwrap_or_default() };
    let configurations: Vec<Value> = world.webhooks.iter().map(|one| one.value().clone()).collect();
    let matches = selecting(&configurations, &place, pod);
    let names = matches.iter().map(|one| format!("{}/{}", one.configuration, one.webhook)).collect();
    let revision = matches.first().map(|one| or_default(&one.revision));
    let Some(first) = matches.first() else {
        let change = change(world, &place, pod, maker, Some(&Rule::NoWebhook), false);
        return Injection {
            injected: Some(false),
            rule: no_webhook(world, &place, pod),
            webhooks: names,
            revision: None,
            change,
        };
    };
    match decided(world, first, pod, namespace) {
        Ok((injected, rule)) => Injection {
            injected: Some(injected),
            rule: rule.to_string(),
            webhooks: names,
            revision,
            change: change(world, &place, pod, maker, Some(&rule), injected),
        },
        Err(why) => Injection {
            injected: None,
            rule: format!("istiod's own rule is not known: {why}"),
            webhooks: names,
            revision,
            change: None,
        },
    }
}

fn or_default(revision: &str) -> String {
    if revision.is_empty() { "default".to_owned() } else { revision.to_owned() }
}

fn decided(world: &World, asked: &WebhookMatch, pod: &Value, namespace: &str) -> Result<(bool, Rule), String> {
    let revision = or_default(&asked.revision);
    let plane = world.control_plane(&revision).ok_or_else(|| format!("there is no istiod of revision {revision}"))?;
    if !plane.is_known() {
        return Err(format!("the ConfigMaps of revision {revision} are not there"));
    }
    let injector = Injector::of(plane, false).map_err(|error| error.to_string())?;
    Ok(injector.decide(pod, namespace))
}

/// Why no webhook is asked, in terms of the labels that webhooks look at.
fn no_webhook(world: &World, namespace: &Namespace, pod: &Value) -> String {
    let of_namespace = |label: &str| namespace.labels.get(label).and_then(Value::as_str);
    let of_pod = |label: &str| pod["metadata"]["labels"][label].as_str();
    if injectors(world).next().is_none() {
        return "no injection webhook is installed".to_owned();
    }
    if let Some(value) = of_pod(INJECT).filter(|value| *value != "true") {
        return format!("label {INJECT}: {value:?} of the pod");
    }
    if let Some(value) = of_namespace(label::INJECTION).filter(|value| *value != "enabled") {
        return format!("label istio-injection: {value:?} of namespace {}", namespace.name);
    }
    let revisions = [("the pod", of_pod(label::REVISION)), ("its namespace", of_namespace(label::REVISION))];
    for (whose, revision) in revisions {
        if let Some(revision) = revision.filter(|revision| !has_revision(world, revision)) {
            return format!(
                "label istio.io/rev: {revision:?} of {whose} names no revision and no tag that is installed"
            );
        }
    }
    format!("neither the pod nor namespace {} has a label that asks for it", namespace.name)
}

/// The configurations of Istio's injectors.
pub(super) fn injectors(world: &World) -> impl Iterator<Item = &Object> {
    world.webhooks.iter().filter(|one| webhook::injectors(one.value()).next().is_some())
}

fn has_revision(world: &World, name: &str) -> bool {
    injectors(world).any(|one| one.label(label::REVISION) == Some(name) || one.label(label::TAG) == Some(name))
}

/// The command that turns the answer over; none where no single one does.
fn change(
    world: &World,
    namespace: &Namespace,
    pod: &Value,
    maker: MadeFrom<'_>,
    rule: Option<&Rule>,
    injected: bool,
) -> Option<String> {
    let name = &namespace.name;
    if injected {
        return match maker {
            MadeFrom::Namespace => {
                let has = |label: &str| namespace.labels.contains_key(label);
                [label::INJECTION, label::REVISION]
                    .into_iter()
                    .find(|label| has(label))
                    .map(|label| format!("kubectl label namespace {name} {label}-"))
            }
            MadeFrom::Workload(workload) => Some(label_pods(name, workload, "false")),
            MadeFrom::Nobody => None,
        };
    }
    match rule? {
        Rule::HostNetwork => match maker {
            MadeFrom::Workload(workload) => {
                Some(patch(name, workload, &json!({"spec": {"template": {"spec": {"hostNetwork": false}}}})))
            }
            _ => None,
        },
        Rule::SystemNamespace(_) => None,
        Rule::NoWebhook if pod["metadata"]["labels"][INJECT].as_str().is_none_or(|value| value == "true") => {
            label_namespace(world, namespace)
        }
        Rule::Policy(crate::inject::Policy::Unknown(_)) => Some("mesh install".to_owned()),
        _ => match maker {
            MadeFrom::Workload(workload) => Some(label_pods(name, workload, "true")),
            _ => None,
        },
    }
}

fn label_namespace(world: &World, namespace: &Namespace) -> Option<String> {
    let Some(any) = injectors(world).next() else { return Some("mesh install".to_owned()) };
    let has_default = injectors(world)
        .any(|one| one.label(label::TAG) == Some("default") || one.label(label::REVISION) == Some("default"));
    let label = if namespace.labels.contains_key(label::REVISION) || !has_default {
        let revision = if has_default { "default" } else { any.label(label::REVISION)? };
        format!("istio.io/rev={revision}")
    } else {
        "istio-injection=enabled".to_owned()
    };
    let key = label.split('=').next().unwrap_or_default();
    let overwrite = if namespace.labels.contains_key(key) { " --overwrite" } else { "" };
    // Whatever it says, it comes before the revision.
    let first = key == label::REVISION && namespace.labels.contains_key(label::INJECTION);
    let without = if first { format!(" {}-", label::INJECTION) } else { String::new() };
    Some(format!("kubectl label namespace {} {label}{without}{overwrite}", namespace.name))
}

fn label_pods(namespace: &str, workload: &str, value: &str) -> String {
    patch(namespace, workload, &json!({"spec": {"template": {"metadata": {"labels": {INJECT: value}}}}}))
}

fn patch(namespace: &str, workload: &str, patch: &Value) -> String {
    format!("kubectl patch -n {namespace} {workload} --type merge -p '{patch}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_before_the_revision_is_taken_away() {
        let webhook = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "injector", "labels": {"istio.io/rev": "default"}},
            "webhooks": [{"name": "rev.namespace.sidecar-injector.istio.io", "clientConfig": {"service": {
                "name": "istiod", "namespace": "istio-system", "path": "/inject"}}}],
        });
        let world = World { webhooks: Object::new(webhook).into_iter().collect(), ..World::default() };
        let table = [
            (json!({}), "istio-injection=enabled"),
            (json!({"istio-injection": "no"}), "istio-injection=enabled --overwrite"),
            (json!({"istio.io/rev": "old"}), "istio.io/rev=default --overwrite"),
            (
                json!({"istio-injection": "Enabled", "istio.io/rev": "default"}),
                "istio.io/rev=default istio-injection- --overwrite",
            ),
        ];
        for (labels, wanted) in table {
            let labels = labels.as_object().cloned().unwrap_or_default();
            let said = label_namespace(&world, &Namespace { name: "shop".to_owned(), labels });
            assert_eq!(said, Some(format!("kubectl label namespace shop {wanted}")));
        }
    }
}
