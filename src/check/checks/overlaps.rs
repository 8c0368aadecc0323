//! Webhooks of several revisions or tags that inject the same pods.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::inject::{Namespace, selecting};
use crate::istio::label;

pub(super) const CHECK: Check = Check {
    id: "overlaps",
    title: "One revision injects each pod",
    when: When::After,
    hint: "kubectl get mutatingwebhookconfigurations -L istio.io/rev,istio.io/tag shows them; remove the one that is left over: \
           mesh tag remove TAG, mesh uninstall --revision NAME, or kubectl delete mutatingwebhookconfiguration NAME",
    run,
};

fn run(facts: &Facts) -> Verdict {
    if facts.webhooks.is_none() {
        return Verdict::skipped("webhooks may not be read");
    }
    let injectors = facts.istio_webhooks().filter(|one| one.kind() == "MutatingWebhookConfiguration");
    let configurations: Vec<Value> = injectors.map(|one| one.value().clone()).collect();
    let mut reasons: Vec<String> = Vec::new();
    let mut known: BTreeSet<Vec<String>> = BTreeSet::new();
    for (namespace, pod, what) in asking(&configurations, facts) {
        let both: BTreeSet<String> =
            selecting(&configurations, &namespace, &pod).into_iter().map(|found| found.configuration).collect();
        let both: Vec<String> = both.into_iter().collect();
        if both.len() > 1 && known.insert(both.clone()) {
            reasons
                .push(format!("{what} are injected by each of MutatingWebhookConfigurations {}", both.join(" and ")));
        }
    }
    Verdict::unless_empty(Grade::Failed, reasons, "no two of their webhooks match the same pods")
}

/// Pods that ask for injection in every way there is, each with its namespace and how people call them.
fn asking(configurations: &[Value], facts: &Facts) -> Vec<(Namespace, Value, String)> {
    let labels = |key: &str, value: &str| Map::from_iter([(key.to_owned(), Value::from(value))]);
    let of_namespace = |labels: Map<String, Value>| Namespace { name: String::new(), labels };
    let pod = |labels: Map<String, Value>| json!({"metadata": {"labels": labels}});
    let none = || pod(Map::new());
    let enabled = label::enabled();
    let mut all = vec![
        (of_namespace(labels(label::INJECTION, "enabled")), none(), format!("pods of namespaces labelled {enabled}")),
        (of_namespace(Map::new()), pod(labels(label::INJECT, "true")), format!("pods labelled {}=true", label::INJECT)),
    ];
    let named = |one: &Value| {
        let labels = &one["metadata"]["labels"];
        labels[label::TAG].as_str().or(labels[label::REVISION].as_str()).map(str::to_owned)
    };
    for name in configurations.iter().filter_map(named).collect::<BTreeSet<String>>() {
        let asked = format!("pods of namespaces labelled {}", label::of_revision(&name));
        all.push((of_namespace(labels(label::REVISION, &name)), none(), asked));
    }
    for namespace in facts.namespaces.iter().flatten() {
        all.push((Namespace::of(namespace), none(), format!("pods of namespace {}", namespace.name())));
    }
    all
}
