//! Containers that start and end again.

use std::time::Duration;

use crate::object::Object;
use crate::status::explain::container::{ContainerRole, ContainerState};
use crate::status::explain::{Candidate, Consequence, Evidence, rank};

/// After so many restarts it is a loop, not a start that had to wait for something else.
const LOOP: i64 = 3;
/// How long a container may crash before that.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many of the last log lines are told.
const TAIL: usize = 5;

/// The first container of `pod` that has ended without success and is not running well since.
pub(super) fn find(pod: &Object, evidence: &Evidence<'_>) -> Option<Candidate> {
    ContainerState::all(pod).into_iter().find_map(|container| {
        let looping = matches!(container.waiting(), Some(("CrashLoopBackOff", _)));
        let ending = container.ending();
        let failed = ending.is_some_and(|ending| ending.exit_code != 0 || container.role == ContainerRole::Main);
        let crashed = looping || (failed && container.restarts() > 0 && !container.is_ready());
        let first =
            failed && !container.is_running() && container.waiting().is_none() && container.role != ContainerRole::Main;
        (crashed || first).then(|| crashed_container(pod, &container, evidence))
    })
}

fn crashed_container(pod: &Object, container: &ContainerState<'_>, evidence: &Evidence<'_>) -> Candidate {
    let ending = container.ending();
    let out_of_memory = ending.is_some_and(|ending| ending.reason == "OOMKilled");
    let how = match ending {
        Some(_) if out_of_memory => " (out of memory)".to_owned(),
        Some(ending) => format!(" (exit code {})", ending.exit_code),
        None => String::new(),
    };
    let restarts = container.restarts();
    let times = match restarts {
        0 => "ended".to_owned(),
        1 => "crashes, restarted once".to_owned(),
        n => format!("crashes, restarted {n} times"),
    };
    let title = container.title();
    let mut lines = vec![(pod.id(), format!("{title} {times}{how}"))];
    if let Some(message) = ending.map(|ending| ending.message).filter(|message| !message.is_empty()) {
        lines.push((pod.id(), format!("{title}: {message}")));
    }
    let tail = evidence.logs.iter().find(|tail| tail.pod == pod.id() && tail.container == container.name);
    let log = tail.map(|tail| tail.lines.as_slice()).unwrap_or_default();
    for line in &log[log.len().saturating_sub(TAIL)..] {
        lines.push((pod.id(), format!("{} | {line}", container.name)));
    }
    let id = match (out_of_memory, container.role) {
        (true, _) => "out-of-memory",
        (false, ContainerRole::Init) => "init-failed",
        (false, _) => "crash-loop",
    };
    let consequence = if restarts >= LOOP { Consequence::EndNow } else { Consequence::EndAfter(PATIENCE) };
    Candidate { rank: rank::CRASH, id, object: pod.id(), summary: format!("{title} {times}{how}"), lines, consequence }
}
