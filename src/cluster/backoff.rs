//! How long to wait before trying again: longer each time, and not everybody at the same moment.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);
/// What has worked for so long begins anew.
const HEALTHY: Duration = Duration::from_secs(5);

/// Pauses that grow.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { next: FIRST }
    }

    /// The next pause: up to half as long again by chance.
    pub(super) fn pause(&mut self) -> Duration {
        let chance = u32::try_from(RandomState::new().build_hasher().finish() % 512).unwrap_or_default();
        let pause = self.next + self.next * chance / 1024;
        self.next = (self.next * 2).min(LONGEST);
        pause.min(LONGEST)
    }

    /// The pause after something that has worked for this long: none where that was a while.
    pub(super) fn after(&mut self, lived: Duration) -> Duration {
        if lived >= HEALTHY {
            *self = Self::new();
            return Duration::ZERO;
        }
        self.pause()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_begin_anew_after_a_healthy_while() {
        let mut backoff = Backoff::new();
        let pauses: Vec<Duration> = (0..12).map(|_| backoff.after(Duration::ZERO)).collect();
        assert!(pauses[0] >= FIRST && pauses[0] < FIRST * 2, "{pauses:?}");
        assert!(pauses.is_sorted_by(|a, b| a < b || *b == LONGEST) && pauses[11] == LONGEST, "{pauses:?}");
        assert_eq!(backoff.after(HEALTHY), Duration::ZERO);
        assert!(backoff.after(Duration::ZERO) < FIRST * 2);
    }
}
