//! How pods fail on purpose.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Which pods a [`Failure`] is about: all that match every condition given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pods {
    /// The namespace, where one is given.
    pub namespace: Option<String>,
    /// Labels the pod must carry.
    pub labels: BTreeMap<String, String>,
    /// A part of the image name that one of its containers must have.
    pub image: Option<String>,
}

impl Pods {
    /// Every pod.
    pub fn all() -> Self {
        Self::default()
    }

    /// The pods that carry this label.
    pub fn label(key: &str, value: &str) -> Self {
        Self::all().and_label(key, value)
    }

    /// The pods with a container whose image contains `part`. Where the fault is about images or containers,
    /// it is about that container.
    pub fn image(part: &str) -> Self {
        Self { image: Some(part.to_owned()), ..Self::default() }
    }

    /// Only those in this namespace.
    pub fn in_namespace(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// Only those that carry this label too.
    pub fn and_label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(key.to_owned(), value.to_owned());
        self
    }
}

/// What goes wrong, told the way a kubelet tells it: container states, conditions and Events, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The registry has no such image. As for every image that is not pulled: `Pulling`, then ErrImagePull, then
    /// ImagePullBackOff, which stays in the status while an Event `Pulling` says that the kubelet tries again.
    ImageNotFound,
    /// The registry has no such image at first: it is there when the kubelet tries again, which takes some seconds.
    ImageLate,
    /// The registry wants other credentials.
    ImageDenied,
    /// The registry wants credentials (401).
    ImageUnauthorized,
    /// The registry was asked too often (429).
    ImageLimited,
    /// The registry has a certificate that the node does not trust.
    ImageUntrusted,
    /// The name of the registry is not known.
    ImageNoHost,
    /// The registry does not answer in time, which may pass.
    ImageTimeout,
    /// The container ends again and again. Between its runs its state is `terminated` at most times, and `waiting:
    /// CrashLoopBackOff` at others; `restartCount` rises every two seconds or so.
    CrashLoop {
        /// How it ends; 137 is told as `OOMKilled`, any other as `Error`.
        exit_code: i32,
        /// What it logs before it ends; served as the container's log, `--previous` included.
        logs: Vec<String>,
    },
    /// As [`Fault::CrashLoop`], for the first init container.
    InitCrashLoop {
        /// How it ends.
        exit_code: i32,
        /// What it logs before it ends.
        logs: Vec<String>,
    },
    /// The container ends once, is started again, and is ready after this long.
    CrashOnce {
        /// How it ends.
        exit_code: i32,
        /// What it logs before it ends.
        logs: Vec<String>,
        /// From its second start to being ready.
        ready_after: Duration,
    },
    /// The container has crashed seven times long ago and waits for the kubelet; its next run is well.
    CrashedBefore,
    /// The image has no such command: RunContainerError, then `terminated` with reason `StartError`, again and again.
    NoCommand,
    /// Stays in ContainerCreating for this long, then starts as usual.
    Slow(Duration),
    /// Runs, but its readiness probe fails.
    NeverReady {
        /// What the kubelet's Event says after `Readiness probe failed: `.
        message: String,
    },
    /// The container waits for ever with this reason, such as `CreateContainerConfigError`.
    Waiting {
        /// The reason of the container's waiting state.
        reason: String,
        /// Its message, told by an Event too.
        message: String,
    },
    /// Stays in ContainerCreating for ever with this Event, such as `FailedMount`.
    Stuck {
        /// The Event's reason.
        reason: String,
        /// The Event's message.
        message: String,
    },
}

/// Pods and what goes wrong with them.
///
/// Pods that cannot be scheduled need no failure: the scheduler is real, so nodes that are too small
/// ([`crate::Builder::nodes`]), or requests that are too large, are enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which pods.
    pub pods: Pods,
    /// The container it happens to; where none is named, the one whose image is named by `pods`, else all of them
    /// for an image fault and the first for any other.
    pub container: Option<String>,
    /// What happens.
    pub fault: Fault,
}

impl Failure {
    /// `fault` for `pods`.
    pub fn new(pods: Pods, fault: Fault) -> Self {
        Self { pods, container: None, fault }
    }

    /// The registry has no image whose name contains `image`.
    pub fn image_not_found(image: &str) -> Self {
        Self::new(Pods::image(image), Fault::ImageNotFound)
    }

    /// The pods end again and again with exit code 1 after logging these lines.
    pub fn crash_loop(pods: Pods, logs: &[&str]) -> Self {
        let logs = logs.iter().map(|&line| line.to_owned()).collect();
        Self::new(pods, Fault::CrashLoop { exit_code: 1, logs })
    }

    /// The pods take this long to start.
    pub fn slow(pods: Pods, start: Duration) -> Self {
        Self::new(pods, Fault::Slow(start))
    }

    /// It happens to this container.
    pub fn in_container(mut self, name: &str) -> Self {
        self.container = Some(name.to_owned());
        self
    }
}
