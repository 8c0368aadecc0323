//! Which version may follow which, in place. Istio supports control planes that are one minor version apart from what
//! they manage, so upgrades in place go minor version by minor version (Istio's documentation, "In-place Upgrades").

use semver::Version;

use crate::error::{Error, Result};

/// No Istio has as many minor versions: the number is somebody's own, and the way there would fill the memory.
const MOST_MINORS: u64 = 1000;

/// Whether `to` may take the place of `from`. What is no version (a build of somebody's own) is not judged.
///
/// # Errors
/// `version-skew` (usage), with the way to go.
pub fn step(from: &str, to: &str, revision: &str) -> Result<()> {
    let (Some(old), Some(new)) = (parse(from), parse(to)) else { return Ok(()) };
    let beside = format!(
        "or install it beside as a revision, and move workloads over: mesh upgrade --revision {}",
        to.replace('.', "-")
    );
    let anyway = "to do it all the same: --allow-version-skew";
    if new < old {
        let message = format!("revision {revision} runs Istio {old}; {new} is older");
        return Err(Error::usage("version-skew", message)
            .hint(format!("use the mesh that installs Istio {}.{} or later", old.major, old.minor))
            .hint("to go back to what was there before the last change: mesh rollback")
            .hint(anyway));
    }
    if new.major == old.major && new.minor > old.minor + 1 {
        let path: Vec<String> = (old.minor..=new.minor).map(|minor| format!("{}.{minor}", old.major)).collect();
        let message = format!("revision {revision} runs Istio {old}; {new} skips {}", skipped(&path));
        return Err(Error::usage("version-skew", message)
            .hint(format!("go step by step, with the mesh or istioctl of each: {}", path.join(" → ")))
            .hint(beside)
            .hint(anyway));
    }
    Ok(())
}

fn skipped(path: &[String]) -> String {
    path.get(1..path.len().saturating_sub(1)).unwrap_or_default().join(", ")
}

/// Whether version `a` is older than `b`. What is no version is not older than anything.
pub fn is_older(a: &str, b: &str) -> bool {
    parse(a).zip(parse(b)).is_some_and(|(a, b)| a < b)
}

/// `1.30.3`, `v1.30.3`, `1.30.3-distroless`, `1.30`.
fn parse(text: &str) -> Option<Version> {
    let text = text.trim_start_matches('v');
    let whole =
        if text.split(['-', '+']).next()?.split('.').count() == 2 { format!("{text}.0") } else { text.to_owned() };
    let mut version = Version::parse(&whole).ok().filter(|version| version.minor < MOST_MINORS)?;
    // A variant of an image is no version before it.
    version.pre = semver::Prerelease::EMPTY;
    version.build = semver::BuildMetadata::EMPTY;
    Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_minor_at_a_time_and_never_back() {
        let table = [
            ("1.30.3", "1.30.3", ""),
            ("1.29.9", "1.30.3", ""),
            ("1.30.9", "1.30.10", ""),
            ("1.30.10", "1.30.9", "is older"),
            ("1.31.0", "1.30.3", "is older"),
            ("1.28.1", "1.30.3", "skips 1.29"),
            ("1.26.0", "1.30.3", "skips 1.27, 1.28, 1.29"),
            ("1.28", "1.30.3", "skips 1.29"),
            ("1.28.0-distroless", "1.30.3", "skips 1.29"),
            ("latest", "1.30.3", ""),
            ("", "1.30.3", ""),
        ];
        for (from, to, says) in table {
            let said = step(from, to, "default").err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(says) && said.is_empty() == says.is_empty(), "{from} {to}: {said}");
        }
        let way = step("1.27.0", "1.30.3", "default").err().map(|error| error.hints()[0].clone()).unwrap_or_default();
        assert!(way.ends_with("1.27 → 1.28 → 1.29 → 1.30"), "{way}");
    }
}
