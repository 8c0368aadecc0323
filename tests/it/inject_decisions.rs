//! Who is injected, compared with 1,425 answers of real istiod: by installation, labels of the namespace, labels and
//! annotations of the pod, and hostNetwork. The webhooks are those that our own installation has.

use std::fs;

use mesh::config::{self, Inputs};
use mesh::inject::{Injector, MeshInputs, Namespace};
use mesh::object::Object;
use mesh::render::{self, Target};
use serde_json::{Value, json};

use crate::inject_golden::reference;

/// The objects of an installation of the profile `minimal`, as they are in the cluster.
fn installed(sets: &[&str], revision: Option<&str>) -> Vec<Object> {
    let sets = std::iter::once(&"profile=minimal").chain(sets).map(|set| (*set).to_owned()).collect();
    let inputs = Inputs { sets, revision: revision.map(str::to_owned), ..Inputs::default() };
    let config = config::load(&inputs).expect("a configuration");
    let bundle = render::render(&config, &Target::default()).expect("objects");
    bundle.install_set(true).objects().cloned().collect()
}

fn webhooks(objects: &[Object]) -> Vec<Value> {
    let mut found: Vec<Value> = objects
        .iter()
        .filter(|object| object.kind() == "MutatingWebhookConfiguration")
        .map(|o| o.value().clone())
        .collect();
    found.dedup();
    found
}

/// A tag of the revision `canary`: the webhooks of any tag select by its name alone.
fn tag(name: &str) -> Value {
    let selected =
        |key: &str, operator: &str, values: Value| json!({"key": key, "operator": operator, "values": values});
    let absent = |key: &str| json!({"key": key, "operator": "DoesNotExist"});
    let rules = json!([{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]);
    let not_false = selected("sidecar.istio.io/inject", "NotIn", json!(["false"]));
    let ours = selected("istio.io/rev", "In", json!([name]));
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": format!("istio-revision-tag-{name}"), "labels": {"istio.io/rev": "canary", "istio.io/tag": name}},
        "webhooks": [
            {"name": "rev.namespace.sidecar-injector.istio.io", "rules": rules,
             "namespaceSelector": {"matchExpressions": [ours, absent("istio-injection")]},
             "objectSelector": {"matchExpressions": [not_false]}},
            {"name": "rev.object.sidecar-injector.istio.io", "rules": rules,
             "namespaceSelector": {"matchExpressions": [absent("istio.io/rev"), absent("istio-injection")]},
             "objectSelector": {"matchExpressions": [not_false, ours]}},
        ],
    })
}

/// The injector that istiod of this installation runs.
fn injector(objects: &[Object], revision: &str) -> Injector {
    let data = |prefix: &str, key: &str| -> String {
        let found = objects.iter().find(|object| object.kind() == "ConfigMap" && object.name().starts_with(prefix));
        found.and_then(|found| found.text(&format!("/data/{key}"))).expect("a ConfigMap of istiod").to_owned()
    };
    let (config, values) = (data("istio-sidecar-injector", "config"), data("istio-sidecar-injector", "values"));
    Injector::new(&MeshInputs { config: &config, values: &values, revision, ..MeshInputs::default() })
        .expect("an injector")
}

#[test]
fn the_same_pods_are_injected_by_the_same_revision() {
    let Some(reference) = reference() else { return };
    let answers = fs::read_to_string(reference.join("golden/decisions.json")).expect("answers");
    let answers: Vec<Value> = serde_json::from_str(&answers).expect("JSON");

    let plain = installed(&[], None);
    let by_default = installed(&["values.sidecarInjectorWebhook.enableNamespacesByDefault=true"], None);
    let canary = installed(&[], Some("canary"));
    let mut of_canary = webhooks(&canary);
    of_canary.push(tag("prod"));
    let installations = [
        ("profile=minimal", webhooks(&plain), injector(&plain, "")),
        (
            "profile=minimal values.sidecarInjectorWebhook.enableNamespacesByDefault=true",
            webhooks(&by_default),
            injector(&by_default, ""),
        ),
        ("profile=minimal revision=canary, tag prod -> canary", of_canary, injector(&canary, "canary")),
    ];

    let (mut same, mut wrong) = (0, Vec::new());
    for answer in &answers {
        let installed = installations.iter().find(|(name, ..)| answer["install"] == *name);
        let (_, webhooks, injector) =
            installed.unwrap_or_else(|| panic!("an installation that is not known: {answer}"));
        let namespace =
            Namespace { name: "app".into(), labels: answer["namespace"].as_object().cloned().unwrap_or_default() };
        let pod = json!({
            "metadata": {"labels": answer["labels"], "annotations": answer["annotations"]},
            "spec": {"hostNetwork": answer["hostNetwork"]},
        });
        let decision = injector.decision(webhooks, &namespace, &pod);
        let revision = decision.webhooks.first().map(|found| found.revision.as_str());
        let right_revision = answer["revision"].as_str().is_none_or(|wanted| revision == Some(wanted));
        if answer["injected"] == decision.injected && (!decision.injected || right_revision) {
            same += 1;
        } else {
            wrong.push(format!(
                "{answer}\n    we say {} because of {}, revision {revision:?}",
                decision.injected, decision.rule
            ));
        }
    }
    assert!(wrong.is_empty(), "decisions {same}/{}\n{}", answers.len(), wrong[..wrong.len().min(5)].join("\n"));
    assert!(same >= crate::inject_golden::kept("decisions"), "only {same} decisions were compared");
}
