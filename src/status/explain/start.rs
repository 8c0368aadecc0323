//! What was there before a run began: it is no failure of the run.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use crate::object::Object;

/// When a run began, and how often containers had restarted by then.
#[derive(Debug, Clone)]
pub struct Start {
    /// By the cluster's clock, whole seconds: kubelets tell no less.
    at: i64,
    /// By uid of the pod and name of the container.
    restarts: BTreeMap<(String, String), i64>,
    /// The uids of pods that were seen.
    seen: HashSet<String>,
}

impl Start {
    /// A run that begins at this time, by the cluster's clock.
    pub fn at(time: Timestamp) -> Self {
        Self { at: time.as_second(), restarts: BTreeMap::new(), seen: HashSet::new() }
    }

    /// Takes how often the containers of these pods have restarted, of each when it is first seen. Those of pods that are made
    /// in the run have not, before it.
    pub fn note<'p>(&mut self, pods: impl IntoIterator<Item = &'p Object>) {
        for pod in pods {
            let uid = pod.text("/metadata/uid").unwrap_or_default();
            if self.seen.contains(uid) {
                continue;
            }
            self.seen.insert(uid.to_owned());
            let created = pod.text("/metadata/creationTimestamp").and_then(|text| text.parse().ok());
            if created.is_some_and(|created: Timestamp| created.as_second() >= self.at) {
                continue;
            }
            for status in
                ["/status/initContainerStatuses", "/status/containerStatuses"].iter().flat_map(|at| pod.list(at))
            {
                let count = status["restartCount"].as_i64().unwrap_or(0);
                if count > 0 {
                    let key = (uid.to_owned(), status["name"].as_str().unwrap_or_default().to_owned());
                    self.restarts.insert(key, count);
                }
            }
        }
    }

    /// Whether what was last seen at `time` belongs to the run; where nobody says when, it does.
    pub(super) fn counts(&self, time: Option<Timestamp>) -> bool {
        time.is_none_or(|time| time.as_second() >= self.at)
    }

    /// How often a container had restarted before.
    pub(super) fn restarts(&self, pod: &Object, container: &str) -> i64 {
        let uid = pod.text("/metadata/uid").unwrap_or_default();
        self.restarts.get(&(uid.to_owned(), container.to_owned())).copied().unwrap_or(0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(uid: &str, created: &str, restarts: i64) -> Object {
        Object::new(json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": uid, "uid": uid, "creationTimestamp": created},
            "status": {"containerStatuses": [{"name": "c", "restartCount": restarts}]}}))
        .unwrap()
    }

    #[test]
    fn restarts_count_from_the_run_on() {
        let mut start = Start::at("2026-01-01T00:01:00.7Z".parse().unwrap());
        let (old, new) = (pod("old", "2026-01-01T00:00:00Z", 7), pod("new", "2026-01-01T00:01:00Z", 1));
        start.note([&old, &new]);
        start.note([&pod("old", "2026-01-01T00:00:00Z", 9)]);
        assert_eq!((start.restarts(&old, "c"), start.restarts(&new, "c")), (7, 0));
    }

    #[test]
    fn what_was_seen_before_does_not_count() {
        let start = Start::at("2026-01-01T00:01:00.7Z".parse().unwrap());
        for (time, counts) in [("2026-01-01T00:00:59Z", false), ("2026-01-01T00:01:00Z", true)] {
            assert_eq!(start.counts(time.parse().ok()), counts, "{time}");
        }
        assert!(start.counts(None));
    }
}
