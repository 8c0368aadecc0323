//! Containers that end and are started again.

use std::time::Duration;

use crate::object::Object;
use crate::status::explain::container::{ContainerRole, ContainerState, Ending};
use crate::status::explain::starting::{SOON, unrunnable};
use crate::status::explain::{Candidate, Consequence, Evidence, event, log, rank};

/// After so many restarts it is a loop, not a start that had to wait for something else.
const LOOP: i64 = 3;
/// How long a container may be down before that.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many log lines are told.
const TAIL: usize = 5;

/// The first container of `pod` that has ended without success. One that runs again is not crashed: it is only said, where
/// nothing else is to be said, that it has been.
pub(super) fn find(pod: &Object, evidence: &Evidence<'_>) -> Option<Candidate> {
    let ends_well = |container: &ContainerState<'_>, ending: &Ending<'_>| {
        let may_end =
            container.role == ContainerRole::Init || pod.text("/spec/restartPolicy").is_some_and(|it| it != "Always");
        ending.exit_code == 0 && may_end
    };
    ContainerState::all(pod).into_iter().find_map(|container| {
        let ending = container.ending();
        let failed = ending.is_some_and(|ending| !ends_well(&container, &ending));
        let loops = matches!(container.waiting(), Some(("CrashLoopBackOff", _)));
        if loops || (failed && container.is_terminated()) {
            return Some(Crash { pod, container, ending, evidence }.found());
        }
        let again = failed && container.is_running() && !container.is_ready();
        let crash = Crash { pod, container, ending, evidence };
        (again && crash.restarts_in_run() > 0).then(|| crash.running_again())
    })
}

struct Crash<'a> {
    pod: &'a Object,
    container: ContainerState<'a>,
    ending: Option<Ending<'a>>,
    evidence: &'a Evidence<'a>,
}

impl Crash<'_> {
    /// A container that is down.
    fn found(&self) -> Candidate {
        let restarts = self.container.restarts();
        let times = match restarts {
            0 => "ended".to_owned(),
            1 => "crashes, restarted once".to_owned(),
            n => format!("crashes, restarted {n} times"),
        };
        let (id, how) = self.how();
        let title = self.container.title();
        if !self.evidence.counts(self.ending.and_then(|ending| ending.at)) {
            let summary = format!("{title} crashed before this run{how}, and is to be started again");
            return self.candidate(rank::CRASH, id, summary, Consequence::KeepWaiting);
        }
        let consequence = match id {
            "no-command" => Consequence::EndAfter(SOON),
            _ if self.restarts_in_run() >= LOOP => Consequence::EndNow,
            _ => Consequence::EndAfter(PATIENCE),
        };
        let summary = match id {
            "no-command" => format!("{title} cannot be started{how}"),
            _ => format!("{title} {times}{how}"),
        };
        self.candidate(rank::CRASH, id, summary, consequence)
    }

    /// A container that runs after it has crashed, and is not ready yet.
    fn running_again(&self) -> Candidate {
        let (_, how) = self.how();
        let after = match self.container.restarts() {
            1 => "a crash".to_owned(),
            n => format!("{n} restarts"),
        };
        let summary = format!("{} runs again after {after}{how}, and is not ready yet", self.container.title());
        self.candidate(rank::AGAIN, "restarted", summary, Consequence::KeepWaiting)
    }

    fn restarts_in_run(&self) -> i64 {
        let before = self.evidence.start.map_or(0, |start| start.restarts(self.pod, self.container.name));
        self.container.restarts() - before
    }

    /// What sort of end it is, and how it is told.
    fn how(&self) -> (&'static str, String) {
        let role = if self.container.role == ContainerRole::Init { "init-failed" } else { "crash-loop" };
        let Some(ending) = self.ending else { return (role, String::new()) };
        if let Some(command) = unrunnable(ending.message) {
            return ("no-command", format!(": its image has no such command: {command}"));
        }
        match (ending.reason, self.container.memory_limit) {
            ("OOMKilled", Some(limit)) => ("out-of-memory", format!(" (out of memory, its limit is {limit})")),
            ("OOMKilled", None) => ("out-of-node-memory", " (out of memory, without a limit of its own)".to_owned()),
            _ => match self.killed() {
                Some(probe) => ("probe-failed", format!(", as the kubelet ends it: {probe}")),
                None => (role, format!(" (exit code {})", ending.exit_code)),
            },
        }
    }

    /// Why the kubelet ends it, where that is what happens: `Container NAME failed liveness probe, will be restarted`.
    fn killed(&self) -> Option<String> {
        let events = event::about(self.evidence.events, self.pod);
        let about = |message: &str| message.contains(&format!("Container {} failed", self.container.name));
        let killing = events.iter().find(|event| event.reason == "Killing" && about(event.message))?;
        let probe = events.iter().find(|event| event.reason == "Unhealthy" && event.last <= killing.last);
        Some(probe.map_or(killing.message, |probe| probe.message).to_owned())
    }

    fn candidate(&self, rank: u8, id: &'static str, summary: String, consequence: Consequence) -> Candidate {
        let Self { pod, container, ending, evidence } = self;
        let title = container.title();
        let mut lines = vec![(pod.id(), summary.clone())];
        let message = ending.map(|ending| ending.message).filter(|message| !message.is_empty() && id != "no-command");
        lines.extend(message.map(|message| (pod.id(), format!("{title}: {message}"))));
        let tail = evidence.logs.iter().find(|tail| tail.pod == pod.id() && tail.container == container.name);
        let written = tail.map(|tail| tail.lines.as_slice()).unwrap_or_default();
        let told = log::telling(written.iter().map(String::as_str), TAIL);
        lines.extend(told.into_iter().map(|line| (pod.id(), format!("{} | {line}", container.name))));
        let container = Some(container.name.to_owned());
        Candidate { rank, id, object: pod.id(), container, summary, lines, consequence }
    }
}
