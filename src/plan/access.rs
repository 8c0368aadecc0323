//! What each command asks of the API server: its own requests, by a table, and those for the objects that are rendered. What
//! may be done is checked by it before anything is written, and `mesh rbac` makes roles of it. Tests hold it to what the
//! commands really ask.

mod objects;
pub mod roles;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use crate::object::Object;

pub use objects::{escalations, is_awaited, plural, pull_secrets};

/// Something one may be allowed to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deed {
    /// `create`, `patch`, …
    pub verb: &'static str,
    /// The API group, empty for the core group; `*` for every one.
    pub group: String,
    /// The path segment of the kind, such as `deployments` or `pods/log`; `*` for every one.
    pub resource: String,
    /// The namespace; none for the whole cluster.
    pub namespace: Option<String>,
    /// The only object it is about; none for all of them.
    pub name: Option<String>,
}

/// `create deployments.apps in namespace istio-system`.
impl std::fmt::Display for Deed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dot = if self.group.is_empty() { "" } else { "." };
        write!(f, "{} {}{dot}{}", self.verb, self.resource, self.group)?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " {name}"))?;
        self.namespace.as_ref().map_or(Ok(()), |namespace| write!(f, " in namespace {namespace}"))
    }
}

/// Whether a deed is a part of every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// In every run that has something to do.
    Always,
    /// Only then, and then the run fails without it.
    Maybe(&'static str),
    /// Only then, and the run goes on without it: less is known, or said.
    Better(&'static str),
}

/// A deed that a command needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The deed.
    pub deed: Deed,
    /// When.
    pub when: When,
}

/// The commands whose requests are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    missing_docs,
    reason = "each is the command of its name; `Canary` is `upgrade --canary`, `Link` is `multicluster link`"
)]
pub enum Purpose {
    Install,
    Upgrade,
    Canary,
    Rollback,
    Uninstall,
    Adopt,
    Diff,
    Verify,
    Status,
    Check,
    Version,
    Revision,
    History,
    Tag,
    Inject,
    Restart,
    Label,
    Describe,
    Link,
    RemoteClusters,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Install,
        Self::Upgrade,
        Self::Canary,
        Self::Rollback,
        Self::Uninstall,
        Self::Adopt,
        Self::Diff,
        Self::Verify,
        Self::Status,
        Self::Check,
        Self::Version,
        Self::Revision,
        Self::History,
        Self::Tag,
        Self::Inject,
        Self::Restart,
        Self::Label,
        Self::Describe,
        Self::Link,
        Self::RemoteClusters,
    ];

    /// What it is called in `mesh rbac --for`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Upgrade => "upgrade",
            Self::Canary => "canary",
            Self::Rollback => "rollback",
            Self::Uninstall => "uninstall",
            Self::Adopt => "adopt",
            Self::Diff => "diff",
            Self::Verify => "verify",
            Self::Status => "status",
            Self::Check => "check",
            Self::Version => "version",
            Self::Revision => "revision",
            Self::History => "history",
            Self::Tag => "tag",
            Self::Inject => "inject",
            Self::Restart => "restart",
            Self::Label => "label",
            Self::Describe => "describe",
            Self::Link => "link",
            Self::RemoteClusters => "remote-clusters",
        }
    }
}

/// What a command works on.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The objects of the installation, its namespace among them.
    pub objects: &'a [&'a Object],
    /// The namespace of the control plane.
    pub home: &'a str,
    /// The namespace of the workloads that it is about; none for all.
    pub place: Option<&'a str>,
}

/// What `purposes` ask for, each once; sorted.
pub fn of_all(purposes: &[Purpose], subject: &Subject<'_>) -> Vec<Need> {
    let of = |purpose: &Purpose| own(*purpose, subject).into_iter().chain(objects::needs(*purpose, subject));
    let mut all: BTreeMap<Deed, When> = BTreeMap::new();
    for Need { deed, when } in purposes.iter().flat_map(of) {
        // What is always needed is not rare, whoever else needs it rarely.
        all.entry(deed).and_modify(|known| *known = when.min(*known)).or_insert(when);
    }
    all.into_iter().map(|(deed, when)| Need { deed, when }).collect()
}

/// The same of one.
pub fn needs(purpose: Purpose, subject: &Subject<'_>) -> Vec<Need> {
    of_all(&[purpose], subject)
}

/// The same without what is asked about the objects of the installation.
fn own(purpose: Purpose, subject: &Subject<'_>) -> Vec<Need> {
    table::rows(purpose, subject).into_iter().flat_map(|row| row.needs(subject)).collect()
}

/// What a run of `purpose` that writes these `written` ones of the objects fails without, beside what it has read by then and
/// what it removes: that its own plan tells.
pub fn to_write(purpose: Purpose, subject: &Subject<'_>, written: &[&Object]) -> BTreeSet<Deed> {
    let is_own = |need: &Need| match need.when {
        When::Always => need.deed.verb != "list",
        When::Maybe(_) => !["list", "delete"].contains(&need.deed.verb),
        When::Better(_) => false,
    };
    let own = own(purpose, subject).into_iter().filter(is_own);
    let objects = objects::needs(purpose, &Subject { objects: written, ..*subject }).into_iter();
    own.chain(objects.filter(|need| WRITES.contains(&need.deed.verb))).map(|need| need.deed).collect()
}

/// What it takes to be the only one that writes in `namespace`.
pub fn to_lock(namespace: &str) -> BTreeSet<Deed> {
    let subject = Subject { objects: &[], home: namespace, place: None };
    table::lock(&subject).into_iter().map(|need| need.deed).collect()
}

/// The verbs by which objects are written and waited for.
const WRITES: [&str; 3] = ["create", "patch", "watch"];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(api_version: &str, kind: &str, namespace: Option<&str>) -> Object {
        let metadata = json!({"name": "a", "namespace": namespace});
        Object::new(json!({"apiVersion": api_version, "kind": kind, "metadata": metadata})).unwrap()
    }

    #[test]
    fn what_is_always_needed_is_not_rare() {
        let object = object("v1", "Service", Some("istio-system"));
        let subject = Subject { objects: &[&object], home: "istio-system", place: None };
        for purpose in Purpose::ALL {
            let all = needs(purpose, &subject);
            assert!(!all.is_empty(), "{purpose:?}");
            for pair in all.windows(2) {
                assert!(pair[0].deed < pair[1].deed, "{purpose:?}: {pair:?}");
            }
        }
    }

    #[test]
    fn who_only_looks_writes_nothing_but_dry_runs() {
        let object = object("v1", "Service", Some("istio-system"));
        let subject = Subject { objects: &[&object], home: "istio-system", place: None };
        let looks = [
            Purpose::Status,
            Purpose::Check,
            Purpose::Version,
            Purpose::Revision,
            Purpose::History,
            Purpose::Describe,
            Purpose::RemoteClusters,
            Purpose::Verify,
            Purpose::Diff,
        ];
        for purpose in looks {
            for need in needs(purpose, &subject) {
                let reads = ["get", "list", "watch"].contains(&need.deed.verb);
                let tries = matches!(need.when, When::Maybe(why) | When::Better(why) if why.contains("dry run"));
                // A way to a pod is opened, and nothing is written by that.
                let opens = need.deed.resource == "pods/portforward";
                assert!(reads || tries || opens, "{purpose:?}: {need:?}");
            }
        }
    }

    #[test]
    fn what_is_checked_before_a_write_is_what_it_takes() {
        let service = object("v1", "Service", Some("istio-system"));
        let subject = Subject { objects: &[&service], home: "istio-system", place: None };
        let all = needs(Purpose::Install, &subject);
        let before = to_write(Purpose::Install, &subject, &[&service]);
        assert!(before.iter().all(|deed| all.iter().any(|need| need.deed == *deed)), "{before:?}");
        let told: Vec<String> = before.iter().map(ToString::to_string).collect();
        for wanted in
            ["create services in namespace istio-system", "create leases.coordination.k8s.io in namespace istio-system"]
        {
            assert!(told.iter().any(|one| one == wanted), "{wanted}: {told:#?}");
        }
        let nothing = to_write(Purpose::Install, &subject, &[]);
        assert!(nothing.len() < before.len() && !nothing.is_empty());
        assert!(!told.iter().any(|one| one.starts_with("delete services") || one.contains("pods/log")), "{told:#?}");
    }
}
