//! The cluster's clock, as far as its answers tell it: what it says of times is to be compared with that, not with ours.

use std::sync::atomic::{AtomicI64, Ordering};

use http::HeaderMap;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};

/// Answers tell whole seconds, and are on their way for a moment: below this, clocks are the same.
const SAME: i64 = 2;

/// By how many seconds the cluster's clock is ahead of ours; the least there is where no answer has told it.
///
/// The more an answer is held up on its way, or here where there is much to do, the older is what it tells: the one that
/// was the fastest is right.
#[derive(Debug)]
pub(super) struct Clock(AtomicI64);

impl Default for Clock {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Clock {
    /// Takes the time that an answer tells.
    pub(super) fn hear(&self, headers: &HeaderMap) {
        if let Some(date) = headers.get(DATE).and_then(|date| date.to_str().ok())
            && let Ok(date) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date)
        {
            let ahead = date.as_second() - Timestamp::now().as_second();
            self.0.fetch_max(ahead, Ordering::Relaxed);
        }
    }

    /// What time it is there.
    pub(super) fn now(&self) -> Timestamp {
        let ahead = match self.0.load(Ordering::Relaxed) {
            i64::MIN => 0,
            ahead if ahead.abs() <= SAME => 0,
            ahead => ahead,
        };
        let ahead = SignedDuration::from_secs(ahead);
        Timestamp::now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_the_one_to_go_by() {
        let clock = Clock::default();
        let tell = |time: Timestamp| {
            let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap();
            clock.hear(&HeaderMap::from_iter([(DATE, date.parse().unwrap())]));
        };
        let off = |ahead: i64| (clock.now().as_second() - Timestamp::now().as_second() - ahead).abs() <= 1;
        assert!(off(0));
        tell(Timestamp::now() - SignedDuration::from_secs(3600));
        assert!(off(-3600));
        tell(Timestamp::now() + SignedDuration::from_secs(1));
        assert!(off(0));
        // It was on its way for long.
        tell(Timestamp::now() - SignedDuration::from_secs(6));
        assert!(off(0));
    }
}
