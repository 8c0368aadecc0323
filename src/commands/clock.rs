//! Now, and the reader's time zone: by `TZ`, else the machine's.

use std::path::Path;

use k8s_openapi::jiff::Timestamp;
use k8s_openapi::jiff::tz::TimeZone;

use crate::report::describe::Clock;

/// Where time zones are, in the order they are looked for.
const ZONES: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"];

/// The clock of this machine.
pub(super) fn now() -> Clock {
    Clock { now: Timestamp::now(), zone: zone(std::env::var("TZ").ok().as_deref()) }
}

fn zone(name: Option<&str>) -> TimeZone {
    let found = match name.map(|name| name.trim_start_matches(':')) {
        None => read(Path::new("/etc/localtime")),
        Some("") => None,
        Some(path) if path.starts_with('/') => read(Path::new(path)),
        Some(name) if name.contains("..") => None,
        Some(name) => ZONES.iter().find_map(|folder| read(&Path::new(folder).join(name))),
    };
    found.unwrap_or(TimeZone::UTC)
}

fn read(path: &Path) -> Option<TimeZone> {
    TimeZone::tzif("Local", &std::fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_zone_is_utc() {
        for name in ["", ":", "No/Such", "../../etc/passwd", "/etc/passwd"] {
            assert_eq!(zone(Some(name)), TimeZone::UTC, "{name}");
        }
    }
}
