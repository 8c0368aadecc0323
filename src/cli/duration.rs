//! Durations as Go writes them.

use std::time::Duration;

/// `300s`, `5m`, `1h30m`, `250ms`, or a bare number of seconds.
///
/// # Errors
/// A sentence that names what is wrong, for clap to show beside the flag.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let wrong = || format!("`{text}` is not a duration; write 90s, 5m or 1h30m");
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit()).ok_or_else(wrong)?;
        let count: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let units = rest[digits..].find(|character: char| character.is_ascii_digit());
        let end = units.map_or(rest.len(), |length| digits + length);
        let milliseconds = match &rest[digits..end] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(wrong()),
        };
        total += Duration::from_millis(count.checked_mul(milliseconds).ok_or_else(wrong)?);
        rest = &rest[end..];
    }
    if text.is_empty() { Err(wrong()) } else { Ok(total) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let table = [
            ("300s", Some(300_000)),
            ("5m", Some(300_000)),
            ("1h30m", Some(5_400_000)),
            ("250ms", Some(250)),
            ("7", Some(7_000)),
        ];
        for (text, milliseconds) in table {
            assert_eq!(parse(text).ok(), milliseconds.map(Duration::from_millis), "{text}");
        }
        for text in ["", "5", "m", "5x", "-1s", "1.5m", "99999999999999999999h", "18446744073709551615h"] {
            assert_eq!(parse(text).is_ok(), text == "5", "{text}");
        }
    }
}
