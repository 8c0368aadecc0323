//! Findings for people and for machines: text, JSON, JUnit, SARIF, and GitHub's annotations.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use text::text;

use crate::check::{Case, Finding, Level};

/// What was looked at in one cluster.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The cluster.
    pub cluster: String,
    /// The revision.
    pub revision: String,
    /// The installation, as people call it: the revision where it has no name.
    pub installation: String,
    /// What was compared with: `record 3`, `the given inputs`; empty where there is nothing to compare with.
    pub against: String,
    /// The file that the inputs are from, where there is one: where code scanning shows what differs.
    pub file: Option<String>,
    /// Everything that was looked at.
    pub cases: Vec<Case>,
    /// What the user should know beside the findings.
    pub warnings: Vec<String>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// When it was, as RFC 3339.
    pub time: String,
}

impl Findings {
    /// Whether the answer is yes.
    pub fn passes(&self) -> bool {
        !self.cases.iter().any(Case::fails)
    }

    /// `revision canary`, `installation gw (revision canary)`.
    fn subject(&self) -> String {
        let what = if self.installation == self.revision { "revision" } else { "installation" };
        format!("{what} {}", self.installation)
    }

    /// The findings that count.
    fn counted(&self) -> impl Iterator<Item = &Finding> {
        self.cases.iter().flat_map(Case::counted)
    }

    fn count(&self, level: Level) -> usize {
        self.counted().filter(|finding| finding.level == level).count()
    }
}

/// What every rule is about: for lists of rules that formats want.
fn about(rule: &str) -> &'static str {
    match rule {
        "not-recorded" => "Nothing is recorded to compare with.",
        "missing" => "An object of the installation is not there.",
        "drift" => "A field of an object is not as wanted.",
        "being-deleted" => "An object of the installation is being deleted.",
        "leftover" => "An object that an earlier installation wrote is not wanted any more.",
        "not-established" => "A CustomResourceDefinition is not established.",
        "not-served" => "A version of a kind is not served.",
        "not-ready" => "A workload is not ready.",
        "webhook-unsigned" => "A webhook has no caBundle.",
        "webhook-ca" => "The caBundle of a webhook is not the CA of the mesh.",
        "webhook-expired" => "The caBundle of a webhook has expired.",
        "webhook-no-service" => "The Service of a webhook is not there.",
        "webhook-no-backend" => "No ready pod answers for a webhook.",
        "outdated-proxy" => "Proxies run another version than their control plane.",
        "probe" => "A pod made as a dry run did not come back injected.",
        _ => "Something is not as it should be.",
    }
}
