//! How a fault is played: which states a pod goes through, after how long, and what a kubelet says of each.

use std::time::Duration;

use super::rule::{PLAY, Rule, quote};
use crate::protocol::Fault;

/// How long a pull takes that fails, and one that does not.
const PULL: Duration = Duration::from_secs(1);
const LATE_PULL: Duration = Duration::from_secs(6);
/// How long ErrImagePull lasts before the kubelet backs off.
const PULL_FAILED: Duration = Duration::from_secs(1);
/// How long it backs off before it tries again.
const PULL_BACK_OFF: Duration = Duration::from_secs(10);
/// How long a container runs before it crashes, how long its end is all there is to see, and how long the kubelet then
/// says that it backs off.
const CRASH_AFTER: Duration = Duration::from_millis(300);
const ENDED: Duration = Duration::from_millis(1200);
const CRASH_BACK_OFF: Duration = Duration::from_millis(800);
/// How long the kubelet backs off of what has crashed long ago, and how long it runs before it is ready.
const OLD_BACK_OFF: Duration = Duration::from_secs(6);
const OLD_START: Duration = Duration::from_secs(3);

/// What containerd says where an image has no such command.
const NO_COMMAND: &str = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc \
    create failed: unable to start container process: error during container init: exec: \"/no/such/command\": stat \
    /no/such/command: no such file or directory";

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
    /// Writes only where the pod stands in its play.
    Mark(String),
    /// Writes an Event.
    Event(Fill),
}

/// What is filled into a template; see the templates for the meaning of each.
#[derive(Default)]
pub(super) struct Fill {
    bad: String,
    state: &'static str,
    play: String,
    kind: &'static str,
    reason: String,
    message: String,
    exit: i32,
}

impl Fill {
    /// The template with everything filled in.
    pub(super) fn apply(&self, template: &str) -> String {
        // What it says to its readers is not for kwok.
        let (_, template) = template.split_once("*/ -}}").unwrap_or(("", template));
        template
            .replace("@BAD@", &self.bad)
            .replace("@STATE@", self.state)
            .replace("@PLAY@", &self.play)
            .replace("@TYPE@", self.kind)
            .replace("@REASON@", &self.reason)
            .replace("@MESSAGE@", &self.message)
            .replace("@EXIT@", &self.exit.to_string())
    }

    /// Of a pod with which nothing is wrong.
    pub(super) fn healthy() -> Self {
        Self { bad: "false".to_owned(), state: "ready", reason: quote(""), message: quote(""), ..Self::default() }
    }
}

/// A status with only where the pod stands in its play.
pub(super) fn marked(play: &str) -> String {
    let play = quote(play);
    format!(
        "conditions:\n- type: {PLAY}\n  status: \"True\"\n  reason: {play}\n  lastTransitionTime: {{{{ Now | Quote }}}}\n"
    )
}

/// What the bad container is in.
struct Bad {
    state: &'static str,
    reason: String,
    message: String,
    exit: i32,
}

impl Bad {
    fn new(state: &'static str) -> Self {
        Self { state, reason: quote(""), message: quote(""), exit: 0 }
    }

    /// It waits; `message` is a template's expression.
    fn waiting(reason: &str, message: String) -> Self {
        Self { reason: quote(reason), message, ..Self::new("waiting") }
    }

    fn ended(exit: i32, message: &str) -> Self {
        let reason = match exit {
            128 => "StartError",
            137 => "OOMKilled",
            _ => "Error",
        };
        Self { exit, reason: quote(reason), message: quote(message), ..Self::new("ended") }
    }
}

fn from(state: &'static str, delay: Duration, steps: Vec<Step>) -> Transition {
    Transition { state, delay, steps }
}

impl Rule {
    /// The transitions between the states of its play.
    pub(super) fn transitions(&self) -> Vec<Transition> {
        match &self.failure.fault {
            Fault::CrashLoop { exit_code, .. } | Fault::InitCrashLoop { exit_code, .. } => vec![
                from("new", Duration::ZERO, vec![self.status(Bad::new("unready"), "running")]),
                from("running", CRASH_AFTER, vec![self.status(Bad::ended(*exit_code, ""), "ended")]),
                from("ended", ENDED, self.backs_off()),
                from("backing-off", CRASH_BACK_OFF, vec![self.status(Bad::new("restarted"), "running")]),
            ],
            Fault::CrashOnce { exit_code, ready_after, .. } => vec![
                from("new", Duration::ZERO, vec![self.status(Bad::new("unready"), "running")]),
                from("running", CRASH_AFTER, vec![self.status(Bad::ended(*exit_code, ""), "ended")]),
                from("ended", ENDED, vec![self.status(Bad::new("restarted"), "again")]),
                from("again", *ready_after, vec![self.well()]),
            ],
            Fault::CrashedBefore => vec![
                from("new", Duration::ZERO, vec![self.status(Bad::new("long-ago"), "backing-off")]),
                from("backing-off", OLD_BACK_OFF, vec![self.status(Bad::new("restarted"), "running")]),
                from("running", OLD_START, vec![self.well()]),
            ],
            Fault::NoCommand => {
                let fails = |state: &'static str| {
                    let bad = Bad { state, ..Bad::waiting("RunContainerError", quote(NO_COMMAND)) };
                    vec![
                        self.event("Warning", "Failed", quote(&format!("Error: {NO_COMMAND}"))),
                        self.status(bad, "starting"),
                    ]
                };
                vec![
                    from("new", Duration::ZERO, fails("waiting")),
                    from("starting", CRASH_AFTER, vec![self.status(Bad::ended(128, NO_COMMAND), "ended")]),
                    from("ended", ENDED, self.backs_off()),
                    from("backing-off", CRASH_BACK_OFF, fails("waiting-again")),
                ]
            }
            Fault::Slow(start) => vec![
                from("new", Duration::ZERO, vec![self.creating("there")]),
                from("there", *start, vec![self.well()]),
            ],
            Fault::NeverReady { message } => {
                let told = self.event("Warning", "Unhealthy", quote(&format!("Readiness probe failed: {message}")));
                vec![from("new", Duration::ZERO, vec![self.status(Bad::new("unready"), "there"), told])]
            }
            Fault::Waiting { reason, message } => {
                let told = self.event("Warning", "Failed", quote(&format!("Error: {message}")));
                let waits = self.status(Bad::waiting(reason, quote(message)), "there");
                vec![from("new", Duration::ZERO, vec![waits, told])]
            }
            Fault::Stuck { reason, message } => {
                let told = self.event("Warning", reason, quote(message));
                vec![from("new", Duration::ZERO, vec![self.creating("there"), told])]
            }
            fault => self.pulls(unpulled(fault).unwrap_or_default()),
        }
    }

    /// A pull that fails: the kubelet tries, backs off, and tries again, which only an Event tells until it has ended.
    /// `cause` is the inside of a Go string for printf, in which `%[1]s` is the image.
    fn pulls(&self, cause: &str) -> Vec<Transition> {
        let cause = format!("(printf \"{cause}\" $c.image)");
        let pulling = || self.event("Normal", "Pulling", "(printf \"Pulling image \\\"%s\\\"\" $c.image)".to_owned());
        let failed = || {
            vec![
                self.event(
                    "Warning",
                    "Failed",
                    format!("(printf \"Failed to pull image \\\"%s\\\": %s\" $c.image {cause})"),
                ),
                self.event("Warning", "Failed", quote("Error: ErrImagePull")),
                self.status(Bad::waiting("ErrImagePull", cause.clone()), "failed"),
            ]
        };
        let back_off = format!("(printf \"Back-off pulling image \\\"%s\\\": ErrImagePull: %s\" $c.image {cause})");
        let backs_off = vec![
            self.event("Normal", "BackOff", "(printf \"Back-off pulling image \\\"%s\\\"\" $c.image)".to_owned()),
            self.event("Warning", "Failed", quote("Error: ImagePullBackOff")),
            self.status(Bad::waiting("ImagePullBackOff", back_off), "backing-off"),
        ];
        let again = match self.failure.fault {
            Fault::ImageLate => {
                let pulled = "(printf \"Successfully pulled image \\\"%s\\\" in 6s\" $c.image)".to_owned();
                from("pulling-again", LATE_PULL, vec![self.event("Normal", "Pulled", pulled), self.well()])
            }
            _ => from("pulling-again", PULL, failed()),
        };
        vec![
            from("new", Duration::ZERO, vec![pulling(), self.creating("pulling")]),
            from("pulling", PULL, failed()),
            from("failed", PULL_FAILED, backs_off),
            from("backing-off", PULL_BACK_OFF, vec![pulling(), Step::Mark(self.play("pulling-again"))]),
            again,
        ]
    }

    /// The kubelet says that it waits before it starts the container again.
    fn backs_off(&self) -> Vec<Step> {
        let told = "(printf \"Back-off restarting failed container %s in pod %s_%s(%s)\" $c.name $.metadata.name \
                    $.metadata.namespace $.metadata.uid)";
        let told = self.event("Warning", "BackOff", told.to_owned());
        vec![told, self.status(Bad::new("backing-off"), "backing-off")]
    }

    fn play(&self, state: &str) -> String {
        format!("{}:{state}", self.name())
    }

    fn creating(&self, next: &str) -> Step {
        self.status(Bad::waiting("ContainerCreating", quote("")), next)
    }

    fn status(&self, bad: Bad, next: &str) -> Step {
        let Bad { state, reason, message, exit } = bad;
        let play = self.play(next);
        Step::Status(Fill { bad: self.bad(), state, play, kind: "Normal", reason, message, exit })
    }

    /// The play is over, and nothing is wrong any more.
    fn well(&self) -> Step {
        Step::Status(Fill { play: self.play("well"), ..Fill::healthy() })
    }

    fn event(&self, kind: &'static str, reason: &str, message: String) -> Step {
        Step::Event(Fill { bad: self.bad(), kind, reason: reason.to_owned(), message, ..Fill::default() })
    }
}

/// What the kubelet says the pull failed of where `fault` is about images: the inside of a Go string for printf, in which
/// `%[1]s` is the image.
pub(super) const fn unpulled(fault: &Fault) -> Option<&'static str> {
    Some(match fault {
        Fault::ImageNotFound | Fault::ImageLate => {
            "rpc error: code = NotFound desc = failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \
             \\\"%[1]s\\\": %[1]s: not found"
        }
        Fault::ImageDenied => {
            "failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \\\"%[1]s\\\": pull access denied, \
             repository does not exist or may require authorization: server message: insufficient_scope: \
             authorization failed"
        }
        Fault::ImageUnauthorized => {
            "failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \\\"%[1]s\\\": unexpected status \
             from HEAD request to https://%[1]s: 401 Unauthorized"
        }
        Fault::ImageLimited => {
            "failed to pull and unpack image \\\"%[1]s\\\": failed to copy: httpReadSeeker: failed open: unexpected status \
             code https://%[1]s: 429 Too Many Requests - Server message: toomanyrequests: You have reached your \
             unauthenticated pull rate limit"
        }
        Fault::ImageUntrusted => {
            "failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \\\"%[1]s\\\": failed to do request: \
             Head \\\"https://%[1]s\\\": tls: failed to verify certificate: x509: certificate signed by unknown authority"
        }
        Fault::ImageNoHost => {
            "failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \\\"%[1]s\\\": failed to do request: \
             Head \\\"https://%[1]s\\\": dial tcp: lookup nowhere.invalid on 10.96.0.10:53: no such host"
        }
        Fault::ImageTimeout => {
            "failed to pull and unpack image \\\"%[1]s\\\": failed to resolve reference \\\"%[1]s\\\": failed to do request: \
             Head \\\"https://%[1]s\\\": dial tcp: i/o timeout"
        }
        _ => return None,
    })
}
