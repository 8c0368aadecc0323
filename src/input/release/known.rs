//! The releases that were known when this mesh was made: what to name where somebody asks for one that is not there.

use semver::Version;

/// The newest patch of each minor version.
const NEWEST: [(u64, u64); 5] = [(28, 10), (29, 6), (30, 8), (31, 4), (32, 0)];

/// The newest patch of each minor version, the oldest first.
pub(super) fn all() -> Vec<String> {
    NEWEST.iter().map(name).collect()
}

/// The newest release.
pub(super) fn newest() -> String {
    NEWEST.last().map(name).unwrap_or_default()
}

fn name((minor, patch): &(u64, u64)) -> String {
    format!("1.{minor}.{patch}")
}

/// Those that are near: the newest of the same minor version, or else of each.
pub(super) fn near(version: &str) -> Vec<String> {
    let wanted = Version::parse(version).ok();
    let of_minor = |minor: u64| wanted.as_ref().is_some_and(|wanted| wanted.major == 1 && wanted.minor == minor);
    match NEWEST.iter().position(|(minor, _)| of_minor(*minor)) {
        // The next minor version is near, too.
        Some(place) => NEWEST.iter().skip(place).take(2).map(name).collect(),
        None => NEWEST.iter().map(name).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_of_the_same_minor_version() {
        assert_eq!(near("1.30.99"), ["1.30.8", "1.31.4"]);
        assert_eq!(near("1.32.7"), ["1.32.0"]);
        assert_eq!(near("1.9.0").len(), 5);
        assert_eq!(newest(), "1.32.0");
    }
}
