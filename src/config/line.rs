//! The line of Istio that an installation is of.

use super::load::Source;
use crate::line::Line;
use crate::yaml;

/// The chart of the control plane, below the folder of charts.
const CHART: &str = "istio-control/istio-discovery/Chart.yaml";

/// The version that charts are of, as they say it: a release does in its charts, and in its profile `default`. None of charts
/// that were never released.
fn version(charts: &[Source], profiles: &[Source]) -> Option<String> {
    let text = |sources: &[Source], name: &str, field: &str| {
        let source = sources.iter().find(|source| source.name == name)?;
        let document = yaml::document(name, &source.text).ok()?;
        document.pointer(field)?.as_str().map(str::to_owned)
    };
    let told = [text(charts, CHART, "/appVersion"), text(profiles, "default", "/spec/tag")];
    told.into_iter().flatten().find(|version| Line::of_version(version).is_some())
}

/// What manifests are of.
#[derive(Debug, Clone, Default)]
pub(super) struct Manifests {
    /// Their version, where charts are given and say it.
    pub(super) version: Option<String>,
    /// Their line.
    pub(super) line: Line,
}

impl Manifests {
    /// What given charts are of. Those that were never released are of the line whose fields their templates read.
    pub(super) fn of(charts: &[Source], profiles: &[Source]) -> Self {
        let version = version(charts, profiles);
        let told = version.as_deref().and_then(Line::of_version);
        let read = || charts.iter().fold(Line::default(), |line, file| line.with_templates(&file.text));
        Self { line: told.unwrap_or_else(read), version }
    }

    /// What to say where they are newer than what is known.
    pub(super) fn said(&self) -> Option<String> {
        Line::said_of_newer(self.version.as_deref()?)
    }
}

/// What to say where images of another minor version are asked for than the built-in manifests are of.
pub(super) fn of_images(tag: &str) -> Option<String> {
    let (images, own) = (Line::of_version(tag)?, Line::default());
    (images.minor != own.minor).then(|| {
        let version = tag.trim_end_matches("-distroless").trim_end_matches("-debug");
        let flag = if is_release(version) { format!("--version {version}") } else { "--manifests DIR|TGZ".to_owned() };
        format!("images of {tag} get the manifests of {own}; to take those of its own: {flag}")
    })
}

/// Whether Istio publishes releases of that form: `1.31.4`, `1.32.0-rc.0`. Who builds their own adds words to it
/// (`1.20.3-asm.1`).
fn is_release(version: &str) -> bool {
    let Ok(version) = semver::Version::parse(version) else { return false };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_stage = match version.pre.split_once('.') {
        Some((stage, number)) => matches!(stage, "alpha" | "beta" | "rc") && is_number(number),
        None => version.pre.is_empty(),
    };
    is_stage && version.build.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_another_line_are_told() {
        let said = of_images("1.31.4-distroless");
        assert!(said.is_some_and(|said| said.ends_with("--version 1.31.4")));
        for tag in ["1.30.9", "latest", "1.30-alpha.1", ""] {
            assert_eq!(of_images(tag), None, "{tag}");
        }
        for tag in ["1.29.6", "1.31.0-rc.0", "1.29.0-alpha.1", "1.29.0-beta.0-debug"] {
            let flag = format!(": --version {}", tag.trim_end_matches("-debug"));
            assert!(of_images(tag).is_some_and(|said| said.ends_with(&flag)), "{tag}");
        }
        // No release of Istio is called so: nothing could be fetched.
        for tag in ["1.20.3-asm.1", "1.29", "1.29-alpha.2f6f", "1.29.6-fips", "1.29.6-rc", "1.29.6-rc.x"] {
            assert!(of_images(tag).is_some_and(|said| said.ends_with(": --manifests DIR|TGZ")), "{tag}");
        }
    }

    /// Names and texts of files.
    type Files<'a> = &'a [(&'a str, &'a str)];

    #[test]
    fn charts_tell_their_line() {
        let source = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned() };
        let table: [(Files<'_>, &str, &str); 6] = [
            (&[(CHART, "version: 1.29.6\nappVersion: 1.29.6\n")], "spec:\n  tag: 1.31.0\n", "1.29"),
            (&[(CHART, "appVersion: 1.0.0\n")], "spec:\n  tag: 1.31.0-rc.0\n", "1.31"),
            (&[(CHART, "appVersion: 1.0.0\n")], "spec:\n  tag: latest\n", "1.30"),
            (&[(CHART, "appVersion: 1.0.0\n"), ("a.yaml", "image: {{ .ProxyInitImage }}")], "spec: {}\n", "1.31"),
            (&[(CHART, "appVersion: [")], "spec: {}\n", "1.30"),
            (&[], "", "1.30"),
        ];
        for (charts, profile, wanted) in table {
            let charts: Vec<Source> = charts.iter().map(|(name, text)| source(name, text)).collect();
            let of = Manifests::of(&charts, &[source("default", profile)]);
            assert_eq!((of.line.to_string().as_str(), of.said()), (wanted, None), "{charts:?} {profile}");
        }
        let of = Manifests::of(&[source(CHART, "appVersion: 1.40.2")], &[]);
        assert_eq!(of.line, Line::newest());
        assert!(of.said().is_some_and(|said| said.contains("1.40.2")));
    }
}
