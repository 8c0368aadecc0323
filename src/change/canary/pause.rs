//! The time after a namespace has moved, in which it is looked at: what becomes worse stops the upgrade.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Canary;
use crate::change::runner::Run;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::istio::Pod;
use crate::object::Object;
use crate::plan::canary::{Note, Step};
use crate::read::Moving;
use crate::status::ready;

/// How often pods are looked at.
const OFTEN: Duration = Duration::from_secs(15);

/// Waits as long as is asked for, while all pods of the namespace are well.
pub(super) async fn hold(canary: &Canary<'_>, run: &Run<'_>, note: &Note, step: &Step) -> Result<()> {
    let (pause, Some(name)) = (canary.options.pause, step.namespace()) else { return Ok(()) };
    if pause.is_zero() {
        return Ok(());
    }
    run.scope.say(Fact::Step { doing: format!("looking at namespace {name} for {}s", pause.as_secs()) });
    let until = Instant::now() + pause;
    let cluster = run.cluster.with_at_least(pause + OFTEN);
    let before = Moving::pods_in(&cluster, name).await?;
    let mut last = before.clone();
    while Instant::now() < until {
        let nap = OFTEN.min(pause / 4).min(until - Instant::now());
        tokio::select! {
            () = sleep(nap) => {}
            error = run.stopped("the namespace was looked at") => return Err(error),
        }
        let now = Moving::pods_in(&cluster, name).await?;
        let why = trouble(&before, &now).or_else(|| unready(&last, &now).filter(|_| Instant::now() >= until));
        last = now;
        if let Some(why) = why {
            let message = format!("namespace {name} is not well since it runs revision {}: {why}", note.to);
            return Err(Error::failed("not-well", message).hint(format!("look closer: kubectl -n {name} get pods")));
        }
    }
    Ok(())
}

/// A pod that lives and was not ready at either of the last two looks: one that was made meanwhile, and does not become so.
fn unready(last: &[Object], now: &[Object]) -> Option<String> {
    let waits = |pod: &&Object| Pod::from(*pod).lives() && !ready(pod).is_ready();
    let mut both = now.iter().filter(waits).filter(|pod| last.iter().filter(waits).any(|one| one.name() == pod.name()));
    both.next().map(|pod| format!("pod {} does not become ready", pod.name()))
}

/// What became worse between two looks: a pod that was ready and is not, a container that has restarted.
fn trouble(before: &[Object], now: &[Object]) -> Option<String> {
    let known: BTreeMap<&str, &Object> = before.iter().map(|pod| (pod.name(), pod)).collect();
    let restarts = |pod: &Object| -> i64 {
        let lists = ["/status/initContainerStatuses", "/status/containerStatuses"];
        lists.iter().flat_map(|list| pod.list(list)).filter_map(|one| one["restartCount"].as_i64()).sum()
    };
    for pod in now.iter().filter(|pod| pod.text("/metadata/deletionTimestamp").is_none()) {
        let name = pod.name();
        let was = known.get(name);
        if was.map_or(0, |was| restarts(was)) < restarts(pod) {
            return Some(format!("a container of pod {name} has restarted"));
        }
        if was.is_some_and(|was| ready(was).is_ready()) && !ready(pod).is_ready() {
            return Some(format!("pod {name} is not ready any more"));
        }
    }
    None
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_does_not_become_ready_is_told() {
        let table = [
            (pod("a", false, 0), pod("a", false, 0), Some("pod a does not become ready")),
            (pod("a", false, 0), pod("a", true, 0), None),
            (pod("a", true, 0), pod("b", false, 0), None),
        ];
        for (last, now, wanted) in table {
            assert_eq!(unready(&[last], &[now]).as_deref(), wanted);
        }
    }

    fn pod(name: &str, is_ready: bool, restarts: i64) -> Object {
        let conditions = json!([{"type": "Ready", "status": if is_ready { "True" } else { "False" }}]);
        let statuses = json!([{"name": "a", "ready": is_ready, "restartCount": restarts}]);
        let status = json!({"phase": "Running", "conditions": conditions, "containerStatuses": statuses});
        let spec = json!({"containers": [{"name": "a"}]});
        Object::new(
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec, "status": status}),
        )
        .unwrap()
    }

    #[test]
    fn what_becomes_worse_is_told() {
        let table = [
            (pod("a", true, 0), pod("a", true, 0), None),
            (pod("a", true, 0), pod("a", false, 0), Some("pod a is not ready any more")),
            (pod("a", false, 0), pod("a", false, 0), None),
            (pod("a", true, 1), pod("a", true, 2), Some("a container of pod a has restarted")),
            (pod("a", true, 3), pod("b", true, 1), Some("a container of pod b has restarted")),
            (pod("a", true, 3), pod("b", false, 0), None),
        ];
        for (before, now, wanted) in table {
            assert_eq!(trouble(&[before], &[now]).as_deref(), wanted);
        }
    }
}
