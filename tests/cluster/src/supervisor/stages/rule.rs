//! One failure as kwok understands it: a jq expression that says which pods, and stages that play the fault.

use std::time::Duration;

use crate::protocol::{Failure, Fault, Pods};

/// How long ErrImagePull lasts before the kubelet backs off.
const PULL: Duration = Duration::from_millis(1000);
/// How long it backs off before it tries again.
const PULL_BACK_OFF: Duration = Duration::from_secs(10);
/// How long a container runs before it crashes, and how long the kubelet then waits.
const CRASH_AFTER: Duration = Duration::from_millis(300);
const CRASH_BACK_OFF: Duration = Duration::from_secs(2);

/// A failure, numbered.
pub(in crate::supervisor) struct Rule {
    pub(super) id: String,
    pub(in crate::supervisor) failure: Failure,
    /// The value of the annotation that chooses it, for a built-in rule.
    annotation: Option<&'static str>,
}

/// One transition: from a state, after a delay, with these steps.
pub(super) struct Transition {
    pub(super) state: &'static str,
    pub(super) delay: Duration,
    pub(super) steps: Vec<Step>,
}

/// What a transition does.
pub(super) enum Step {
    /// Writes the pod's status.
    Status(Fill),
    /// Writes an Event.
    Event(Fill),
}

/// What is filled into a template; see the templates for the meaning of each.
pub(super) struct Fill {
    bad: String,
    state: &'static str,
    kind: &'static str,
    reason: String,
    message: String,
    exit: i32,
}

impl Fill {
    /// The template with everything filled in.
    pub(super) fn apply(&self, template: &str) -> String {
        template
            .replace("@BAD@", &self.bad)
            .replace("@STATE@", self.state)
            .replace("@TYPE@", self.kind)
            .replace("@REASON@", &self.reason)
            .replace("@MESSAGE@", &self.message)
            .replace("@EXIT@", &self.exit.to_string())
    }
}

/// The status of a pod with which nothing is wrong.
pub(super) fn healthy_status(template: &str) -> String {
    Fill { bad: "false".to_owned(), state: "ready", kind: "Normal", reason: quote(""), message: quote(""), exit: 0 }
        .apply(template)
}

/// A Go template string literal. A JSON string is one, except that JSON knows `\/`, which is never written.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The same for jq, whose strings are JSON's, but for interpolation.
fn jq_string(text: &str) -> String {
    quote(text).replace("\\\\(", "\\\\\\u0028")
}

impl Rule {
    pub(super) fn new(index: usize, failure: Failure, annotation: Option<&'static str>) -> Self {
        Self { id: format!("rule-{index}"), failure, annotation }
    }

    /// jq: whether a pod belongs to this rule. Faults of starting never meet a pod that has started.
    pub(super) fn matches(&self) -> String {
        let Pods { namespace, labels, image } = &self.failure.pods;
        let mut all: Vec<String> = Vec::new();
        if let Some(value) = self.annotation {
            all.push(format!("(.metadata.annotations[\"{}\"]? // \"\") == {}", super::ANNOTATION, jq_string(value)));
        }
        if let Some(namespace) = namespace {
            all.push(format!(".metadata.namespace == {}", jq_string(namespace)));
        }
        for (key, value) in labels {
            all.push(format!("(.metadata.labels[{}]? // \"\") == {}", jq_string(key), jq_string(value)));
        }
        if let Some(image) = image {
            all.push(format!(
                "([.spec.initContainers[]?, .spec.containers[]?] | any(.image | contains({})))",
                jq_string(image)
            ));
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
        !matches!(self.failure.fault, Fault::CrashLoop { .. } | Fault::NeverReady { .. })
    }

    /// jq: which state of this rule's play a pod is in.
    pub(super) fn state(&self) -> String {
        let statuses = "[.status.initContainerStatuses[]?, .status.containerStatuses[]?]";
        let waits = |reason: &str| format!("({statuses} | any(.state.waiting.reason? == {}))", jq_string(reason));
        let runs_unready = format!("({statuses} | any(.state.running? != null and .ready == false))");
        match &self.failure.fault {
            Fault::ImageNotFound | Fault::ImageDenied | Fault::ImageTimeout => format!(
                "if {} then \"pulling\" elif {} then \"backing-off\" else \"new\" end",
                waits("ErrImagePull"),
                waits("ImagePullBackOff")
            ),
            Fault::CrashLoop { .. } | Fault::InitCrashLoop { .. } => format!(
                "if {} then \"backing-off\" elif {runs_unready} then \"running\" else \"new\" end",
                waits("CrashLoopBackOff")
            ),
            Fault::NeverReady { .. } => format!("if {runs_unready} then \"there\" else \"new\" end"),
            Fault::Waiting { reason, .. } => format!("if {} then \"there\" else \"new\" end", waits(reason)),
            Fault::Slow(_) | Fault::Stuck { .. } => {
                format!("if {} then \"there\" else \"new\" end", waits("ContainerCreating"))
            }
        }
    }

    /// The transitions between those states.
    pub(super) fn stages(&self) -> Vec<Transition> {
        let from = |state: &'static str, delay: Duration, steps: Vec<Step>| Transition { state, delay, steps };
        match &self.failure.fault {
            Fault::ImageNotFound => self.pull_stages(
                "rpc error: code = NotFound desc = failed to pull and unpack image \\\"%[1]s\\\": failed to resolve \
                 reference \\\"%[1]s\\\": %[1]s: not found",
            ),
            Fault::ImageDenied => self.pull_stages(
                "failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \\\"%[1]s\\\": pull access \
                 denied, repository does not exist or may require authorization: server message: \
                 insufficient_scope: authorization failed",
            ),
            Fault::ImageTimeout => self.pull_stages(
                "failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \\\"%[1]s\\\": failed to do \
                 request: Head \\\"https://%[1]s\\\": dial tcp: i/o timeout",
            ),
            Fault::CrashLoop { exit_code, .. } | Fault::InitCrashLoop { exit_code, .. } => {
                let run = || self.status("unready", "", quote(""), 0);
                let crash = self.status("crashed", "", quote(""), *exit_code);
                let told = self.event(
                    "Warning",
                    "BackOff",
                    "(printf \"Back-off restarting failed container %s in pod %s_%s(%s)\" $c.name $.metadata.name \
                     $.metadata.namespace $.metadata.uid)"
                        .to_owned(),
                );
                vec![
                    from("new", Duration::ZERO, vec![run()]),
                    from("running", CRASH_AFTER, vec![crash, told]),
                    from("backing-off", CRASH_BACK_OFF, vec![run()]),
                ]
            }
            Fault::Slow(start) => vec![
                from("new", Duration::ZERO, vec![self.status("waiting", "ContainerCreating", quote(""), 0)]),
                from("there", *start, vec![self.healed()]),
            ],
            Fault::NeverReady { message } => {
                let told = self.event("Warning", "Unhealthy", quote(&format!("Readiness probe failed: {message}")));
                vec![from("new", Duration::ZERO, vec![self.status("unready", "", quote(""), 0), told])]
            }
            Fault::Waiting { reason, message } => {
                let told = self.event("Warning", "Failed", quote(&format!("Error: {message}")));
                vec![from("new", Duration::ZERO, vec![self.status("waiting", reason, quote(message), 0), told])]
            }
            Fault::Stuck { reason, message } => {
                let told = self.event("Warning", reason, quote(message));
                vec![from("new", Duration::ZERO, vec![self.status("waiting", "ContainerCreating", quote(""), 0), told])]
            }
        }
    }

    /// A pull that fails: the kubelet tries, backs off, and tries again. `cause` is the inside of a Go string for
    /// printf, in which `%[1]s` is the image.
    fn pull_stages(&self, cause: &str) -> Vec<Transition> {
        let cause = format!("(printf \"{cause}\" $c.image)");
        let failed = || {
            vec![
                self.event("Normal", "Pulling", "(printf \"Pulling image \\\"%s\\\"\" $c.image)".to_owned()),
                self.event(
                    "Warning",
                    "Failed",
                    format!("(printf \"Failed to pull image \\\"%s\\\": %s\" $c.image {cause})"),
                ),
                self.event("Warning", "Failed", quote("Error: ErrImagePull")),
                self.status("waiting", "ErrImagePull", cause.clone(), 0),
            ]
        };
        let backed_off = vec![
            self.event("Normal", "BackOff", "(printf \"Back-off pulling image \\\"%s\\\"\" $c.image)".to_owned()),
            self.event("Warning", "Failed", quote("Error: ImagePullBackOff")),
            self.status(
                "waiting",
                "ImagePullBackOff",
                format!("(printf \"Back-off pulling image \\\"%s\\\": ErrImagePull: %s\" $c.image {cause})"),
                0,
            ),
        ];
        vec![
            Transition { state: "new", delay: Duration::ZERO, steps: failed() },
            Transition { state: "pulling", delay: PULL, steps: backed_off },
            Transition { state: "backing-off", delay: PULL_BACK_OFF, steps: failed() },
        ]
    }

    /// Go template: whether the fault is about container `$c`.
    fn bad(&self) -> String {
        if let Some(name) = &self.failure.container {
            return format!("eq $c.name {}", quote(name));
        }
        match (&self.failure.fault, &self.failure.pods.image) {
            (Fault::InitCrashLoop { .. }, _) => "eq $c.name (index $.spec.initContainers 0).name".to_owned(),
            (_, Some(image)) => format!("contains {} $c.image", quote(image)),
            (Fault::ImageNotFound | Fault::ImageDenied | Fault::ImageTimeout, None) => "true".to_owned(),
            _ => "eq $c.name (index $.spec.containers 0).name".to_owned(),
        }
    }

    fn status(&self, state: &'static str, reason: &str, message: String, exit: i32) -> Step {
        Step::Status(Fill { bad: self.bad(), state, kind: "Normal", reason: quote(reason), message, exit })
    }

    fn healed(&self) -> Step {
        Step::Status(Fill {
            bad: "false".to_owned(),
            state: "ready",
            kind: "Normal",
            reason: quote(""),
            message: quote(""),
            exit: 0,
        })
    }

    fn event(&self, kind: &'static str, reason: &str, message: String) -> Step {
        Step::Event(Fill { bad: self.bad(), state: "", kind, reason: reason.to_owned(), message, exit: 0 })
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
        self.annotation.is_none_or(|value| has(&metadata.annotations, super::ANNOTATION, value))
            && namespace.as_ref().is_none_or(|namespace| metadata.namespace.as_ref() == Some(namespace))
            && labels.iter().all(|(key, value)| has(&metadata.labels, key, value))
            && image.as_ref().is_none_or(|part| images.any(|image| image.contains(part.as_str())))
    }

    /// What the failing containers log.
    pub(in crate::supervisor) fn logs(&self) -> Option<&[String]> {
        match &self.failure.fault {
            Fault::CrashLoop { logs, .. } | Fault::InitCrashLoop { logs, .. } => Some(logs),
            _ => None,
        }
    }
}
