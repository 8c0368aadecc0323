//! Istio's lines (1.28, 1.29, …): what is not in charts and images and differs between them, in one table.
//!
//! The line is that of the charts where charts are given, that of a control plane where it is about a cluster, else the built-in
//! one. Read from the sources of 1.28.10, 1.29.6, 1.30.3 and 1.31.0-rc.0.

use std::fmt;

/// One line, and what holds in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its minor version; the major one is 1.
    pub minor: u32,
    /// The oldest minor version of Kubernetes 1 that it supports, and the newest it was released with (Istio's supported
    /// releases).
    pub kubernetes: (u32, u32),
    /// Replicas, their bounds and CPU under `components.*.k8s` are values too, before the charts are rendered
    /// (`operator/pkg/render/manifest.go`).
    pub settings_are_values: bool,
    /// A `proxyConfig.image` without `imageType` leaves `global.variant` as it is; before, it meant no variant
    /// (`pkg/kube/inject/inject.go`, `ProxyImage`).
    pub empty_image_type_is_none: bool,
    /// The agent scrapes several ports (annotation `prometheus.istio.io/scrape-targets`), and is scraped by TLS
    /// (`prometheus.istio.io/secure-port`) (`pkg/kube/inject/webhook.go`).
    pub scrapes_targets: bool,
    /// Names of interfaces in annotations are checked before they are handed to the script that redirects traffic
    /// (`pkg/kube/inject/validate.go`, `ValidateExcludeInterfaces`).
    pub checks_interfaces: bool,
}

/// How a version of Kubernetes stands to a line of Istio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supported {
    /// It is older than the oldest that the line supports.
    TooOld,
    /// It is newer than the newest that the line was released with.
    Newer,
    /// It is one of those that the line was released for.
    Yes,
}

/// What holds in the line that nothing was added to since.
const OLDEST: Line = Line {
    minor: 28,
    kubernetes: (30, 34),
    settings_are_values: false,
    empty_image_type_is_none: false,
    scrapes_targets: false,
    checks_interfaces: false,
};

/// Every line that is known, the oldest first.
const LINES: [Line; 4] = [
    OLDEST,
    Line { minor: 29, kubernetes: (31, 35), ..OLDEST },
    Line { minor: 30, kubernetes: (32, 36), checks_interfaces: true, ..OLDEST },
    Line {
        minor: 31,
        kubernetes: (32, 36),
        settings_are_values: true,
        empty_image_type_is_none: true,
        scrapes_targets: true,
        checks_interfaces: true,
    },
];

/// The line of the manifests that are built in.
impl Default for Line {
    fn default() -> Self {
        LINES[2]
    }
}

impl Line {
    /// That of a version: `1.31.0-rc.0`, `v1.29.6`, `1.32-alpha.0f2a`; the nearest one that is known. None where the text is no
    /// version of Istio, such as `latest`, or that of a chart that was never released (`1.0.0`).
    pub fn of_version(version: &str) -> Option<Self> {
        let minor = minor(version)?;
        LINES.into_iter().rev().find(|line| line.minor <= minor).or(Some(LINES[0]))
    }

    /// The later one of it and of what templates of an injection read.
    #[must_use]
    pub fn with_templates(self, text: &str) -> Self {
        // `SidecarTemplateData` of 1.31 has one field more than all before it.
        let read = if text.contains(".ProxyInitImage") { LINES[3] } else { OLDEST };
        if read.minor > self.minor { read } else { self }
    }

    /// The newest one that is known.
    pub const fn newest() -> Self {
        LINES[LINES.len() - 1]
    }

    /// How a version of Kubernetes (`v1.34.1`, `v1.33.4-eks-d1`, `1.32+`) stands to it; none where the text is no version.
    pub fn supports(&self, kubernetes: &str) -> Option<Supported> {
        let (oldest, newest) = self.kubernetes;
        let minor = minor(kubernetes)?;
        Some(match minor {
            _ if minor < oldest => Supported::TooOld,
            _ if minor > newest => Supported::Newer,
            _ => Supported::Yes,
        })
    }

    /// What it says of a version of Kubernetes that is older than it supports.
    pub fn said_of_older(&self, kubernetes: &str) -> Option<String> {
        let is_old = self.supports(kubernetes) == Some(Supported::TooOld);
        is_old.then(|| format!("Istio {self} supports 1.{} and later", self.kubernetes.0))
    }

    /// What to say of a version that is newer than the newest line that is known.
    pub fn said_of_newer(version: &str) -> Option<String> {
        let newest = Self::newest();
        (minor(version)? > newest.minor).then(|| {
            format!("Istio {version} is newer than what this mesh knows; it is treated as {newest}, a newer mesh may know more")
        })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

/// The minor version of `1.MINOR…`; charts that were never released have 0.
fn minor(version: &str) -> Option<u32> {
    let rest = version.strip_prefix('v').unwrap_or(version).strip_prefix("1.")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    digits.parse().ok().filter(|minor| *minor > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_of_the_nearest_line() {
        let table = [
            ("1.28.10", Some(28)),
            ("v1.29.6", Some(29)),
            ("1.30.3-distroless", Some(30)),
            ("1.31.0-rc.0", Some(31)),
            ("1.31", Some(31)),
            ("1.31-alpha.2f6f", Some(31)),
            ("1.33.1", Some(31)),
            ("1.24.0", Some(28)),
            ("1.0.0", None),
            ("latest", None),
            ("2.0.0", None),
            ("1.", None),
            ("sha256:abc", None),
            ("1.99999999999.0", None),
        ];
        for (version, wanted) in table {
            assert_eq!(Line::of_version(version).map(|line| line.minor), wanted, "{version}");
        }
        assert_eq!(Line::default().to_string(), "1.30");
        assert!(LINES.is_sorted_by_key(|line| line.minor));
    }

    #[test]
    fn each_line_has_its_own_versions_of_kubernetes() {
        let table = [
            (28, "v1.29.9", Some(Supported::TooOld)),
            (28, "v1.30.0", Some(Supported::Yes)),
            (28, "v1.35.0", Some(Supported::Newer)),
            (29, "v1.30.14+k3s1", Some(Supported::TooOld)),
            (29, "v1.31.2-eks-7f9249a", Some(Supported::Yes)),
            (30, "v1.31.2-gke.100", Some(Supported::TooOld)),
            (30, "1.32+", Some(Supported::Yes)),
            (31, "v1.36.3", Some(Supported::Yes)),
            (31, "v1.37.0", Some(Supported::Newer)),
            (30, "", None),
            (30, "v2", None),
        ];
        for (minor, version, wanted) in table {
            let line = LINES[minor - 28];
            assert_eq!(line.supports(version), wanted, "{line} {version}");
            assert_eq!(line.said_of_older(version).is_some(), wanted == Some(Supported::TooOld), "{line} {version}");
        }
        assert_eq!(LINES[1].said_of_older("v1.30.1").as_deref(), Some("Istio 1.29 supports 1.31 and later"));
    }

    #[test]
    fn templates_tell_what_reads_them() {
        let table = [("1.29.0", "{{ .ProxyImage }}", 29), ("1.30.0", "{{ .ProxyInitImage }}", 31), ("1.31.0", "", 31)];
        for (version, text, wanted) in table {
            let line = Line::of_version(version).unwrap_or_default();
            assert_eq!(line.with_templates(text).minor, wanted, "{version} {text}");
        }
    }

    #[test]
    fn only_what_is_newer_than_known_is_told() {
        assert!(Line::said_of_newer("1.32.0").is_some_and(|said| said.contains("treated as 1.31")));
        for version in ["1.31.4", "1.28.0", "latest"] {
            assert_eq!(Line::said_of_newer(version), None, "{version}");
        }
    }
}
