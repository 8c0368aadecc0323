//! Durations as Go writes them.

use std::time::Duration;

use jiff::SignedDuration;

/// `300s`, `5m`, `1h30m`, `250ms`, or a bare number of seconds.
///
/// # Errors
/// A sentence that names what is wrong, for clap to show beside the flag.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    if text.starts_with('-') && text.parse::<SignedDuration>().is_ok() {
        return Err(format!("`{text}` is before the start; write 90s, 5m or 1h30m"));
    }
    let duration = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    duration.ok_or_else(|| format!("`{text}` is not a duration; write 90s, 5m or 1h30m"))
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
            ("1m30s", Some(90_000)),
            ("1h2m3s4ms", Some(3_723_004)),
            ("90s", Some(90_000)),
            ("0s", Some(0)),
            ("1.5h", Some(5_400_000)),
            ("7", Some(7_000)),
            ("0", Some(0)),
        ];
        for (text, milliseconds) in table {
            assert_eq!(parse(text).ok(), milliseconds.map(Duration::from_millis), "{text}");
        }
        for text in ["", "m", "5x", "-1s", "-5m", "1m 30", "99999999999999999999h", "18446744073709551615h"] {
            let error = parse(text).expect_err(text);
            assert!(error.contains("write 90s, 5m or 1h30m"), "{error}");
            assert_eq!(error.contains("before the start"), text.starts_with('-'), "{error}");
        }
    }
}
