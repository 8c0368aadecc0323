//! The one time that everything of a release has, so that the same programs give the same bytes.

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;

/// What counts where nobody names a time: the beginning of the year 2000. Zip knows none before 1980, and tar warns of 1970.
const DEFAULT: i64 = 946_684_800;
/// The last time that a zip archive can have: the end of 2107.
const LAST: i64 = 4_354_819_199;

/// A time, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(Timestamp);

impl Time {
    /// By `SOURCE_DATE_EPOCH`, as reproducible-builds.org defines it; a fixed one where that is not set.
    ///
    /// # Errors
    /// It is no number, or no time between 1980 and 2107.
    pub fn of_variable(value: Option<&str>) -> Result<Self> {
        let Some(text) = value.filter(|text| !text.is_empty()) else { return Self::of_seconds(DEFAULT) };
        Self::of_seconds(text.parse().with_context(|| format!("SOURCE_DATE_EPOCH is `{text}`, no number of seconds"))?)
    }

    fn of_seconds(seconds: i64) -> Result<Self> {
        let (first, time) = (315_532_800, Timestamp::from_second(seconds)?);
        ensure!(
            (first..=LAST).contains(&seconds),
            "SOURCE_DATE_EPOCH is {time}: zip has no time before 1980 or after 2107"
        );
        Ok(Self(time))
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> u64 {
        self.0.as_second().unsigned_abs()
    }

    /// As RFC 3339 has it, in UTC: `2000-01-01T00:00:00Z`.
    pub fn written(self) -> String {
        self.0.to_string()
    }

    /// The date and time of MS-DOS, as zip archives have them, in UTC.
    pub fn of_dos(self) -> (u16, u16) {
        let zoned = self.0.to_zoned(jiff::tz::TimeZone::UTC);
        let part = |number: i16| number.unsigned_abs();
        let date = (part(zoned.year()) - 1980) << 9 | part(zoned.month().into()) << 5 | part(zoned.day().into());
        let time =
            part(zoned.hour().into()) << 11 | part(zoned.minute().into()) << 5 | (part(zoned.second().into()) / 2);
        (date, time)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_every_way() {
        let time = Time::of_variable(Some("1709210096")).unwrap();
        assert_eq!((time.seconds(), time.written().as_str()), (1_709_210_096, "2024-02-29T12:34:56Z"));
        assert_eq!(time.of_dos(), (44 << 9 | 2 << 5 | 29, 12 << 11 | 34 << 5 | 28));
        assert_eq!(Time::of_variable(None).unwrap().written(), "2000-01-01T00:00:00Z");
        for wrong in ["now", "0", "-1", "4354819200", "99999999999999999999"] {
            assert!(Time::of_variable(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
