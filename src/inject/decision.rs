//! Whether a pod is injected, and which rule decides: first the API server's, whose webhooks it asks by their
//! selectors, then istiod's own, in istiod's order.

use crate::istio::label;
use crate::istio::label::INJECT;
use crate::object::Object;
use serde_json::{Map, Value};

use super::config::{InjectionConfig, Policy};
use super::selector::{Labels, Selector};

/// Namespaces of Kubernetes itself, whose pods istiod never injects.
pub const SYSTEM_NAMESPACES: [&str; 4] = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

/// The answer, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether the pod is injected.
    pub injected: bool,
    /// The rule that decided.
    pub rule: Rule,
    /// The webhooks that the API server asks about the pod; empty where none was looked at.
    pub webhooks: Vec<WebhookMatch>,
}

/// A webhook whose selectors match a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookMatch {
    /// Name of the MutatingWebhookConfiguration.
    pub configuration: String,
    /// Name of the webhook in it.
    pub webhook: String,
    /// The revision behind it (`istio.io/rev` of the configuration).
    pub revision: String,
    /// The revision tag it belongs to (`istio.io/tag`), where it does.
    pub tag: Option<String>,
}

/// What decides about a pod, in the order in which it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// No webhook selects the pod: namespace and pod have no label that asks for it, or one that forbids it.
    NoWebhook,
    /// The pod uses the network of its node.
    HostNetwork,
    /// The pod is in a namespace of Kubernetes itself.
    SystemNamespace(String),
    /// The pod's label `sidecar.istio.io/inject`.
    Label(String),
    /// The pod's annotation `sidecar.istio.io/inject`, which counts where there is no such label.
    Annotation(String),
    /// A `neverInjectSelector` of the injection configuration, by its place.
    NeverSelector(usize),
    /// An `alwaysInjectSelector` of the injection configuration, by its place.
    AlwaysSelector(usize),
    /// The policy of the injection configuration.
    Policy(Policy),
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoWebhook => f.write_str("no injection webhook selects it by the labels of namespace and pod"),
            Self::HostNetwork => f.write_str("hostNetwork: true"),
            Self::SystemNamespace(name) => write!(f, "namespace {name} is Kubernetes' own"),
            Self::Label(value) => write!(f, "label {INJECT}: {value:?}"),
            Self::Annotation(value) => write!(f, "annotation {INJECT}: {value:?}"),
            Self::NeverSelector(place) => write!(f, "neverInjectSelector[{place}] of the injection configuration"),
            Self::AlwaysSelector(place) => write!(f, "alwaysInjectSelector[{place}] of the injection configuration"),
            Self::Policy(Policy::Enabled) => f.write_str("injection policy enabled"),
            Self::Policy(Policy::Disabled) => f.write_str("injection policy disabled"),
            Self::Policy(Policy::Unknown(policy)) => write!(f, "unknown injection policy {policy:?}"),
        }
    }
}

/// A namespace, as selectors see it.
#[derive(Debug, Clone, Default)]
pub struct Namespace {
    /// Its name; may be unknown, and is empty then.
    pub name: String,
    /// Its labels. The API server's own `kubernetes.io/metadata.name` is added.
    pub labels: Map<String, Value>,
}

impl Namespace {
    /// Of a namespace's object.
    pub fn of(object: &Object) -> Self {
        let labels = object.at("/metadata/labels").and_then(Value::as_object).cloned().unwrap_or_default();
        Self { name: object.name().to_owned(), labels }
    }
}

/// The webhooks of these MutatingWebhookConfigurations that the API server asks about a pod that is made in `namespace`,
/// in the order of their names.
pub fn selecting(configurations: &[Value], namespace: &Namespace, pod: &Value) -> Vec<WebhookMatch> {
    let mut of_namespace = namespace.labels.clone();
    if !namespace.name.is_empty() {
        of_namespace.entry("kubernetes.io/metadata.name").or_insert_with(|| namespace.name.as_str().into());
    }
    let none = Map::new();
    let of_pod = pod["metadata"]["labels"].as_object().unwrap_or(&none);
    let mut matches = Vec::new();
    for configuration in configurations {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        for webhook in configuration["webhooks"].as_array().into_iter().flatten() {
            // A selector that cannot be read matches nothing: the API server would not have taken it.
            let selects = |field: &str, labels: &Labels| {
                Selector::read(&webhook[field]).is_ok_and(|selector| selector.matches(labels))
            };
            if asks_for_pods(webhook)
                && selects("namespaceSelector", &of_namespace)
                && selects("objectSelector", of_pod)
            {
                let labels = &configuration["metadata"]["labels"];
                matches.push(WebhookMatch {
                    configuration: text(&configuration["metadata"]["name"]).unwrap_or_default(),
                    webhook: text(&webhook["name"]).unwrap_or_default(),
                    revision: text(&labels[label::REVISION]).unwrap_or_default(),
                    tag: text(&labels[label::TAG]),
                });
            }
        }
    }
    matches.sort_by(|a, b| (&a.configuration, &a.webhook).cmp(&(&b.configuration, &b.webhook)));
    matches
}

fn asks_for_pods(webhook: &Value) -> bool {
    let sidecar = webhook["name"].as_str().is_some_and(|name| name.ends_with("sidecar-injector.istio.io"));
    let has =
        |list: &Value, wanted: &str| list.as_array().into_iter().flatten().any(|item| item == wanted || item == "*");
    let rules = webhook["rules"].as_array().into_iter().flatten();
    sidecar && rules.into_iter().any(|rule| has(&rule["operations"], "CREATE") && has(&rule["resources"], "pods"))
}

/// Istiod's own answer for a pod in the namespace of this name (empty where unknown).
pub(super) fn by_istiod(config: &InjectionConfig, namespace: &str, pod: &Value) -> (bool, Rule) {
    if pod["spec"]["hostNetwork"] == true {
        return (false, Rule::HostNetwork);
    }
    if SYSTEM_NAMESPACES.contains(&namespace) {
        return (false, Rule::SystemNamespace(namespace.to_owned()));
    }
    let none = Map::new();
    let labels = pod["metadata"]["labels"].as_object().unwrap_or(&none);
    let annotations = pod["metadata"]["annotations"].as_object().unwrap_or(&none);
    let value = |from: &Map<String, Value>| from.get(INJECT).and_then(Value::as_str).map(str::to_owned);
    // The label is asked before the annotation, even where it says neither true nor false.
    let asked = value(labels).map(Rule::Label).or_else(|| value(annotations).map(Rule::Annotation));
    let wish = match &asked {
        Some(Rule::Label(value) | Rule::Annotation(value)) => match value.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    };
    let selected = |selectors: &[std::result::Result<Selector, String>]| {
        selectors.iter().position(|selector| selector.as_ref().is_ok_and(|one| !one.is_empty() && one.matches(labels)))
    };
    let found = match (wish, asked) {
        (Some(wish), Some(rule)) => Some((wish, rule)),
        _ => selected(&config.never)
            .map(|place| (false, Rule::NeverSelector(place)))
            .or_else(|| selected(&config.always).map(|place| (true, Rule::AlwaysSelector(place)))),
    };
    match (&config.policy, found) {
        (Policy::Unknown(_), _) => (false, Rule::Policy(config.policy.clone())),
        (_, Some(found)) => found,
        (Policy::Enabled, None) => (true, Rule::Policy(Policy::Enabled)),
        (Policy::Disabled, None) => (false, Rule::Policy(Policy::Disabled)),
    }
}
