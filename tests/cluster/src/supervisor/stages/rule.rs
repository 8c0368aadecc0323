//! One failure as kwok understands it: a jq expression that says which pods, and where each stands in its play.

use super::play;
use crate::protocol::{Failure, Fault, Pods};

/// The type of the condition that says where a pod stands in a play: states of the status alone would not tell a kubelet
/// that backs off from one that has begun to pull again.
pub(super) const PLAY: &str = "test.mesh.dev/play";

/// A failure, numbered.
pub(in crate::supervisor) struct Rule {
    pub(super) id: String,
    pub(in crate::supervisor) failure: Failure,
    pub(super) chosen: Chosen,
}

/// What chooses a failure, besides the pods that it names. No pod is chosen by two built-in ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Whoever started the cluster, or changed what fails in it.
    Given,
    /// This value of the annotation.
    Annotated(&'static str),
    /// The registry that its pods name, where it is that of the first image that cannot be pulled.
    Registry,
}

/// A Go template string literal. A JSON string is one, except that JSON knows `\/`, which is never written.
pub(super) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The same for jq, whose strings are JSON's, but for interpolation.
fn jq_string(text: &str) -> String {
    quote(text).replace("\\\\(", "\\\\\\u0028")
}

impl Rule {
    pub(super) fn new(index: usize, failure: Failure, chosen: Chosen) -> Self {
        Self { id: format!("rule-{index}"), failure, chosen }
    }

    /// jq: whether a pod belongs to this rule. Faults of starting never meet a pod that has started.
    pub(super) fn matches(&self) -> String {
        let Pods { namespace, labels, image } = &self.failure.pods;
        let mut all: Vec<String> = Vec::new();
        let annotated = |value: &str| {
            format!("(.metadata.annotations[{}]? // \"\") == {}", jq_string(super::ANNOTATION), jq_string(value))
        };
        let images = "[.spec.initContainers[]?, .spec.containers[]?] | map(.image)";
        match (self.chosen, image) {
            (Chosen::Annotated(value), _) => all.push(annotated(value)),
            (_, None) => {}
            (Chosen::Given, Some(image)) => all.push(format!("({images} | any(contains({})))", jq_string(image))),
            (Chosen::Registry, Some(host)) => {
                let first = format!("map(select(contains({}))) | first // \"\"", jq_string(super::NOWHERE));
                all.push(annotated(""));
                all.push(format!("({images} | {first} | startswith({}))", jq_string(host)));
            }
        }
        if let Some(namespace) = namespace {
            all.push(format!(".metadata.namespace == {}", jq_string(namespace)));
        }
        for (key, value) in labels {
            all.push(format!("(.metadata.labels[{}]? // \"\") == {}", jq_string(key), jq_string(value)));
        }
        if matches!(self.failure.fault, Fault::InitCrashLoop { .. }) {
            all.push("((.spec.initContainers // []) | length > 0)".to_owned());
        }
        if self.only_starting() {
            all.push("(.status.phase // \"Pending\") == \"Pending\"".to_owned());
        }
        if all.is_empty() { "true".to_owned() } else { format!("({})", all.join(" and ")) }
    }

    fn only_starting(&self) -> bool {
        let fault = &self.failure.fault;
        let starts =
            matches!(fault, Fault::InitCrashLoop { .. } | Fault::Slow(_) | Fault::Waiting { .. } | Fault::Stuck { .. });
        starts || play::unpulled(fault).is_some()
    }

    /// jq: which state of this rule's play a pod is in.
    pub(super) fn state(&self) -> String {
        let name = format!("{}:", self.name());
        format!(
            "([.status.conditions[]? | select(.type == {}) | .reason // \"\" | select(startswith({})) | .[{}:]] | last) // \"new\"",
            jq_string(PLAY),
            jq_string(&name),
            name.len()
        )
    }

    /// The name of its fault's play.
    pub(super) const fn name(&self) -> &'static str {
        match &self.failure.fault {
            Fault::CrashLoop { .. } => "CrashLoop",
            Fault::InitCrashLoop { .. } => "InitCrashLoop",
            Fault::CrashOnce { .. } => "CrashOnce",
            Fault::CrashedBefore => "CrashedBefore",
            Fault::NoCommand => "NoCommand",
            Fault::Slow(_) => "Slow",
            Fault::NeverReady { .. } => "NeverReady",
            Fault::Waiting { .. } => "Waiting",
            Fault::Stuck { .. } => "Stuck",
            _ => "Image",
        }
    }

    /// Go template: whether the fault is about container `$c`.
    pub(super) fn bad(&self) -> String {
        if let Some(name) = &self.failure.container {
            return format!("eq $c.name {}", quote(name));
        }
        match (&self.failure.fault, &self.failure.pods.image) {
            (Fault::InitCrashLoop { .. }, _) => "eq $c.name (index $.spec.initContainers 0).name".to_owned(),
            (_, Some(image)) => format!("contains {} $c.image", quote(image)),
            (fault, None) if play::unpulled(fault).is_some() => "true".to_owned(),
            _ => "eq $c.name (index $.spec.containers 0).name".to_owned(),
        }
    }
}

impl Rule {
    /// Whether a pod belongs to this rule, as far as its fault has logs: the same as [`Rule::matches`], for Rust.
    pub(in crate::supervisor) fn is_about(&self, pod: &k8s_openapi::api::core::v1::Pod) -> bool {
        let Pods { namespace, labels, image } = &self.failure.pods;
        let metadata = &pod.metadata;
        let has = |map: &Option<std::collections::BTreeMap<String, String>>, key: &str, value: &str| {
            map.as_ref().and_then(|map| map.get(key)).is_some_and(|found| found == value)
        };
        let images = pod.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten().chain(&spec.containers));
        let mut images = images.filter_map(|container| container.image.as_ref());
        let annotated = match self.chosen {
            Chosen::Annotated(value) => has(&metadata.annotations, super::ANNOTATION, value),
            Chosen::Given | Chosen::Registry => true,
        };
        annotated
            && namespace.as_ref().is_none_or(|namespace| metadata.namespace.as_ref() == Some(namespace))
            && labels.iter().all(|(key, value)| has(&metadata.labels, key, value))
            && image.as_ref().is_none_or(|part| images.any(|image| image.contains(part.as_str())))
    }

    /// What the failing containers log.
    pub(in crate::supervisor) fn logs(&self) -> Option<&[String]> {
        match &self.failure.fault {
            Fault::CrashLoop { logs, .. } | Fault::InitCrashLoop { logs, .. } | Fault::CrashOnce { logs, .. } => {
                Some(logs)
            }
            _ => None,
        }
    }
}
