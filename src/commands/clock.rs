//! Now, and the reader's time zone: by `TZ`, else the machine's; UTC where neither says one.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::report::describe::Clock;

/// The clock of this machine.
pub(super) fn now() -> Clock {
    Clock { now: Timestamp::now(), zone: TimeZone::try_system().unwrap_or(TimeZone::UTC) }
}
