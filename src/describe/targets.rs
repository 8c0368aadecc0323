//! What is to be described, in kubectl's spellings.

use crate::error::{Error, Result};
use crate::object::ObjectId;

/// A kind that can be described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoughtKind {
    /// A Deployment.
    Deployment,
    /// A Pod.
    Pod,
    /// A Service.
    Service,
    /// A Namespace.
    Namespace,
    /// Of Istio's API.
    Gateway,
    /// Of the Gateway API.
    GatewayApi,
}

/// A kind, and one object of it where a name is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The kind.
    pub kind: SoughtKind,
    /// The name of one object; none for all.
    pub name: Option<String>,
}

/// A kind's group, preferred version, name, path segment, the short names, and whether it lives in namespaces.
struct Row {
    kind: SoughtKind,
    group: &'static str,
    version: &'static str,
    name: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
    namespaced: bool,
}

const ROWS: [Row; 6] = [
    Row {
        kind: SoughtKind::Deployment,
        group: "apps",
        version: "v1",
        name: "Deployment",
        plural: "deployments",
        short: &["deploy"],
        namespaced: true,
    },
    Row {
        kind: SoughtKind::Pod,
        group: "",
        version: "v1",
        name: "Pod",
        plural: "pods",
        short: &["po"],
        namespaced: true,
    },
    Row {
        kind: SoughtKind::Service,
        group: "",
        version: "v1",
        name: "Service",
        plural: "services",
        short: &["svc"],
        namespaced: true,
    },
    Row {
        kind: SoughtKind::Namespace,
        group: "",
        version: "v1",
        name: "Namespace",
        plural: "namespaces",
        short: &["ns"],
        namespaced: false,
    },
    Row {
        kind: SoughtKind::Gateway,
        group: "networking.istio.io",
        version: "v1",
        name: "Gateway",
        plural: "gateways",
        short: &["gw"],
        namespaced: true,
    },
    Row {
        kind: SoughtKind::GatewayApi,
        group: "gateway.networking.k8s.io",
        version: "v1",
        name: "Gateway",
        plural: "gateways",
        short: &["gtw"],
        namespaced: true,
    },
];

impl SoughtKind {
    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.kind == self).unwrap_or(&ROWS[0])
    }

    /// The id of an object of this kind, in the version that is asked for where nothing better is known.
    pub fn id(self, namespace: Option<&str>, name: &str) -> ObjectId {
        let row = self.row();
        let api_version =
            if row.group.is_empty() { row.version.to_owned() } else { format!("{}/{}", row.group, row.version) };
        ObjectId::new(&api_version, row.name, namespace.filter(|_| row.namespaced), name)
    }

    /// Whether it lives in namespaces.
    pub fn namespaced(self) -> bool {
        self.row().namespaced
    }
}

/// Reads `KIND NAME…`, `KIND/NAME…`, `KIND,KIND`.
///
/// # Errors
/// Usage errors: `unknown-kind`, and both forms mixed.
pub fn targets(words: &[String]) -> Result<Vec<Sought>> {
    let mut found = Vec::new();
    if words.iter().any(|word| word.contains('/')) {
        for word in words {
            let Some((kind, name)) = word.split_once('/').filter(|(kind, name)| !kind.is_empty() && !name.is_empty())
            else {
                return Err(Error::usage(
                    "usage",
                    format!("`{word}`: where one argument is KIND/NAME, all have to be"),
                )
                .hint("write mesh describe KIND NAME…, or mesh describe KIND/NAME…"));
            };
            found.extend(kinds(kind)?.into_iter().map(|kind| Sought { kind, name: Some(name.to_owned()) }));
        }
        return Ok(found);
    }
    let Some((first, names)) = words.split_first() else { return Ok(found) };
    for kind in first.split(',') {
        for kind in kinds(kind)? {
            match names {
                [] => found.push(Sought { kind, name: None }),
                names => found.extend(names.iter().map(|name| Sought { kind, name: Some(name.clone()) })),
            }
        }
    }
    Ok(found)
}

/// Refuses what has no meaning: a name beside a selector, and in all namespaces.
///
/// # Errors
/// `usage`.
pub fn check_targets(targets: &[Sought], by_label: bool, everywhere: bool) -> Result<()> {
    if by_label && targets.iter().any(|target| target.name.is_some()) {
        return Err(Error::usage("usage", "a name and a selector exclude each other").hint("give -l without a name"));
    }
    if everywhere && targets.iter().any(|target| target.name.is_some() && target.kind.namespaced()) {
        return Err(Error::usage("usage", "an object cannot be found by its name in all namespaces")
            .hint("give its namespace with -n"));
    }
    Ok(())
}

/// The kinds a word means: one, but `gateway` means those of both APIs.
fn kinds(word: &str) -> Result<Vec<SoughtKind>> {
    let lower = word.to_lowercase();
    let (name, group) = lower.split_once('.').unwrap_or((&lower, ""));
    // A version may stand before the group: `deployments.v1.apps`.
    let group = match group.split_once('.') {
        Some((version, rest)) if version.starts_with('v') && version[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            rest
        }
        _ => group,
    };
    let is_named = |row: &&Row| name == row.name.to_lowercase() || name == row.plural || row.short.contains(&name);
    // Both kinds of gateway are called so; `gw` and `gtw` are short for one each, and people mean the other as well.
    let found: Vec<SoughtKind> =
        ROWS.iter().filter(is_named).filter(|row| group.is_empty() || group == row.group).map(|row| row.kind).collect();
    match (name, group, found.is_empty()) {
        ("gw" | "gtw", "", _) => Ok(vec![SoughtKind::Gateway, SoughtKind::GatewayApi]),
        (_, _, false) => Ok(found),
        _ => Err(Error::usage("unknown-kind", format!("`{word}` is no kind that mesh describes"))
            .hint("there are: deployment, pod, service, namespace, gateway")
            .hint(format!("kubectl describe {word} shows other kinds"))),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn shown(words: &str) -> String {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let one = |target: Sought| format!("{:?}/{}", target.kind, target.name.unwrap_or_default());
        targets(&words).unwrap().into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn kubectls_spellings() {
        let table = [
            ("deploy", "Deployment/"),
            ("deployments.apps web", "Deployment/web"),
            ("deployments.v1.apps web api", "Deployment/web Deployment/api"),
            ("Pod a", "Pod/a"),
            ("po/a svc/b ns/c", "Pod/a Service/b Namespace/c"),
            ("po,svc a", "Pod/a Service/a"),
            ("namespaces", "Namespace/"),
            ("gw a", "Gateway/a GatewayApi/a"),
            ("gateway", "Gateway/ GatewayApi/"),
            ("gateways.networking.istio.io a", "Gateway/a"),
            ("gateways.gateway.networking.k8s.io a", "GatewayApi/a"),
        ];
        for (words, wanted) in table {
            assert_eq!(shown(words), wanted, "{words}");
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for words in [&["node"][..], &["po/a", "b"], &["po/"], &["pods.apps"], &["deployments."]] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            if words[0] == "deployments." {
                assert!(targets(&words).is_ok());
                continue;
            }
            assert!(targets(&words).is_err_and(|error| error.kind() == crate::error::Kind::Usage), "{words:?}");
        }
    }
}
