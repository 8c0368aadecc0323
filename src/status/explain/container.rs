//! Containers of a pod, with what the kubelet says about each.

use jiff::Timestamp;
use serde_json::Value;

use crate::object::Object;

/// What a container is in its pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContainerRole {
    Init,
    /// An init container that keeps running (`restartPolicy: Always`).
    Sidecar,
    Main,
}

/// A container and its status.
#[derive(Debug, Clone, Copy)]
pub(super) struct ContainerState<'a> {
    pub(super) role: ContainerRole,
    pub(super) name: &'a str,
    /// The image as the pod asks for it.
    pub(super) image: &'a str,
    /// How much memory it may use, as the pod says it.
    pub(super) memory_limit: Option<&'a str>,
    status: &'a Value,
}

/// How a container ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending<'a> {
    pub(super) reason: &'a str,
    pub(super) exit_code: i64,
    /// What it left in its termination message, raw.
    pub(super) message: &'a str,
    /// When; none where it does not say.
    pub(super) at: Option<Timestamp>,
}

impl<'a> ContainerState<'a> {
    /// All containers of a pod in the order they start.
    pub(super) fn all(pod: &'a Object) -> Vec<Self> {
        let of = |spec: &str, status: &str, main: bool| {
            let statuses = pod.list(status);
            let read = move |container: &'a Value| {
                let name = container["name"].as_str()?;
                let role = match container["restartPolicy"].as_str() {
                    _ if main => ContainerRole::Main,
                    Some("Always") => ContainerRole::Sidecar,
                    _ => ContainerRole::Init,
                };
                let status = statuses.iter().find(|status| status["name"] == name).unwrap_or(&Value::Null);
                let image = container["image"].as_str().unwrap_or_default();
                let memory_limit = container["resources"]["limits"]["memory"].as_str();
                Some(Self { role, name, image, memory_limit, status })
            };
            pod.list(spec).iter().filter_map(read).collect::<Vec<_>>()
        };
        let mut all = of("/spec/initContainers", "/status/initContainerStatuses", false);
        all.extend(of("/spec/containers", "/status/containerStatuses", true));
        all
    }

    /// `container discovery`, `init container istio-init`.
    pub(super) fn title(&self) -> String {
        match self.role {
            ContainerRole::Init => format!("init container {}", self.name),
            ContainerRole::Sidecar => format!("sidecar container {}", self.name),
            ContainerRole::Main => format!("container {}", self.name),
        }
    }

    /// Reason and message of its waiting state.
    pub(super) fn waiting(&self) -> Option<(&'a str, &'a str)> {
        let waiting = &self.status["state"]["waiting"];
        Some((waiting["reason"].as_str()?, waiting["message"].as_str().unwrap_or_default()))
    }

    /// How it ended: now, or the last time it ran.
    pub(super) fn ending(&self) -> Option<Ending<'a>> {
        let ended =
            ["state", "lastState"].iter().map(|state| &self.status[*state]["terminated"]).find(|t| t.is_object())?;
        Some(Ending {
            reason: ended["reason"].as_str().unwrap_or_default(),
            exit_code: ended["exitCode"].as_i64().unwrap_or_default(),
            message: ended["message"].as_str().unwrap_or_default(),
            at: ended["finishedAt"].as_str().and_then(|text| text.parse().ok()),
        })
    }

    pub(super) fn restarts(&self) -> i64 {
        self.status["restartCount"].as_i64().unwrap_or(0)
    }

    pub(super) fn is_ready(&self) -> bool {
        self.status["ready"] == true
    }

    /// Whether it has ended and was not started again.
    pub(super) fn is_terminated(&self) -> bool {
        self.status["state"]["terminated"].is_object()
    }

    pub(super) fn is_running(&self) -> bool {
        self.status["state"]["running"].is_object()
    }
}
