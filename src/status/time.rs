//! Times as the cluster writes them (RFC 3339), only to be put in order and subtracted: no clock is read here.

use std::time::Duration;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From whole seconds since 1970.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// From `2026-09-30T12:34:56Z`, with any fraction and any offset; none where the text is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let zone = rest.rfind(['Z', 'z', '+', '-'])?;
        let (clock, zone) = rest.split_at(zone);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut clock = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let in_range = (1..=12).contains(&month) && (1..=31).contains(&day) && (0..=24).contains(&hour);
        if !in_range || !(0..10_000).contains(&year) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
            return None;
        }
        let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        Some(Self((seconds - offset_seconds(zone)?) * 1_000_000 + microseconds(fraction)?))
    }

    /// How long after `earlier` this is; zero where it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        u64::try_from(self.0 - earlier.0).map(Duration::from_micros).unwrap_or_default()
    }
}

fn offset_seconds(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    let in_range = (0..24).contains(&hours) && (0..60).contains(&minutes);
    in_range.then_some(sign * (hours * 3600 + minutes * 60))
}

fn microseconds(fraction: &str) -> Option<i64> {
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    digits.parse().ok()
}

/// Days of the proleptic Gregorian calendar, counted with years that begin in March so that a leap day ends its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    days + (month * 306 + 5) / 10 + day - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let table = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T00:00:00Z", Some(951_782_400_000_000)),
            ("2026-09-30T12:34:56Z", Some(1_790_771_696_000_000)),
            ("2026-09-30T12:34:56.123456Z", Some(1_790_771_696_123_456)),
            ("2026-09-30T12:34:56.5+02:00", Some(1_790_764_496_500_000)),
            ("2026-09-30T12:34:56-01:30", Some(1_790_777_096_000_000)),
            ("2026-09-30T12:34:56", None),
            ("2026-13-30T12:34:56Z", None),
            ("2026-09-30T12:34:56+99999999999999:00", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, micros) in table {
            assert_eq!(Timestamp::parse(text), micros.map(Timestamp), "{text}");
        }
    }

    #[test]
    fn since_never_is_negative() {
        let (early, late) = (Timestamp::from_unix(10), Timestamp::from_unix(13));
        assert_eq!(late.since(early), Duration::from_secs(3));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
