//! How long a cause has been seen, so that one that only might pass ends the wait in the end.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::object::ObjectId;
use crate::status::explain::{Cause, Consequence};

/// What to do about a wait now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Go on; look again when something changes.
    Wait,
    /// Go on, and look again no later than at this time, counted like `now`.
    WaitUntil(Duration),
    /// End the wait: it will not become ready.
    End,
}

/// Since when each workload has been held up, by family of cause.
///
/// Times are counted from any fixed moment, such as the start of the run: no clock is read here. A pull that fails is told
/// by the kubelet in turns as `ErrImagePull` and `ImagePullBackOff`, with different words; both belong to one family, so
/// its time goes on.
#[derive(Debug, Clone, Default)]
pub struct Patience {
    first_seen: BTreeMap<(ObjectId, &'static str), Duration>,
}

impl Patience {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what was found for `workload` at `now`: none where nothing is known to be wrong.
    pub fn rule(&mut self, workload: &ObjectId, cause: Option<&Cause>, now: Duration) -> Ruling {
        let Some(cause) = cause else {
            self.first_seen.retain(|(seen, _), _| seen != workload);
            return Ruling::Wait;
        };
        let family = cause.family();
        self.first_seen.retain(|(seen, kept), _| seen != workload || *kept == family);
        let patience = match cause.consequence {
            // An image that is pulled once more does not begin anew: its family's time goes on.
            Consequence::KeepWaiting => return Ruling::Wait,
            Consequence::EndNow => return Ruling::End,
            Consequence::EndAfter(patience) => patience,
        };
        let first = *self.first_seen.entry((workload.clone(), family)).or_insert(now);
        if now >= first + patience { Ruling::End } else { Ruling::WaitUntil(first + patience) }
    }
}

impl Cause {
    /// Causes that take turns with each other and are one trouble.
    fn family(&self) -> &'static str {
        let families = ["image", "unschedulable", "node"];
        let of =
            |family: &&str| self.id.strip_prefix(*family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        families.into_iter().find(of).unwrap_or(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn cause(id: &'static str, consequence: Consequence) -> Cause {
        Cause { id, object: workload(), container: None, summary: String::new(), lines: Vec::new(), consequence }
    }

    fn workload() -> ObjectId {
        ObjectId::new("apps/v1", "Deployment", Some("n"), "a")
    }

    #[test]
    fn time_goes_on_within_a_family_and_starts_anew_after_good_news() {
        let mut patience = Patience::new();
        let (pull, missing) = (
            cause("image-pull", Consequence::EndAfter(seconds(30))),
            cause("image-not-found", Consequence::EndAfter(seconds(5))),
        );
        assert_eq!(patience.rule(&workload(), Some(&pull), seconds(10)), Ruling::WaitUntil(seconds(40)));
        assert_eq!(patience.rule(&workload(), Some(&missing), seconds(12)), Ruling::WaitUntil(seconds(15)));
        assert_eq!(patience.rule(&workload(), Some(&missing), seconds(15)), Ruling::End);
        assert_eq!(patience.rule(&workload(), None, seconds(16)), Ruling::Wait);
        assert_eq!(patience.rule(&workload(), Some(&missing), seconds(17)), Ruling::WaitUntil(seconds(22)));
    }

    #[test]
    fn time_begins_with_what_counts_and_goes_on_while_it_is_tried_again() {
        let mut patience = Patience::new();
        let missing = cause("image-not-found", Consequence::EndAfter(seconds(5)));
        let tried = cause("image-pulling", Consequence::KeepWaiting);
        assert_eq!(patience.rule(&workload(), Some(&tried), seconds(10)), Ruling::Wait);
        assert_eq!(patience.rule(&workload(), Some(&missing), seconds(40)), Ruling::WaitUntil(seconds(45)));
        assert_eq!(patience.rule(&workload(), Some(&tried), seconds(44)), Ruling::Wait);
        assert_eq!(patience.rule(&workload(), Some(&missing), seconds(46)), Ruling::End);
        // A container that runs is another matter: its time begins anew.
        let (crash, runs) =
            (cause("crash-loop", Consequence::EndAfter(seconds(30))), cause("restarted", Consequence::KeepWaiting));
        assert_eq!(patience.rule(&workload(), Some(&crash), seconds(50)), Ruling::WaitUntil(seconds(80)));
        assert_eq!(patience.rule(&workload(), Some(&runs), seconds(79)), Ruling::Wait);
        assert_eq!(patience.rule(&workload(), Some(&crash), seconds(90)), Ruling::WaitUntil(seconds(120)));
    }

    #[test]
    fn another_trouble_has_its_own_time() {
        let mut patience = Patience::new();
        let unschedulable = cause("unschedulable", Consequence::EndAfter(seconds(60)));
        patience.rule(&workload(), Some(&unschedulable), seconds(0));
        let pull = cause("image-pull", Consequence::EndAfter(seconds(30)));
        assert_eq!(patience.rule(&workload(), Some(&pull), seconds(50)), Ruling::WaitUntil(seconds(80)));
        let crash = cause("crash-loop", Consequence::EndNow);
        assert_eq!(patience.rule(&workload(), Some(&crash), seconds(51)), Ruling::End);
        let slow = cause("starting", Consequence::KeepWaiting);
        assert_eq!(patience.rule(&workload(), Some(&slow), seconds(52)), Ruling::Wait);
    }
}
