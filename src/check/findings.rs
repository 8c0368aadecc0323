//! What `verify` has found, of one installation.

use super::{Case, Finding, Level, Suite};

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
    /// Of a cluster that could not be looked at, and why.
    pub fn unseen(cluster: String, why: String) -> Self {
        let mut case = Case::new(Suite::Records, cluster.clone());
        case.findings.push(Finding::error("not-seen", None, why));
        Self { cluster: cluster.clone(), installation: cluster, cases: vec![case], ..Self::default() }
    }

    /// Whether the answer is yes.
    pub fn passes(&self) -> bool {
        !self.cases.iter().any(Case::fails)
    }

    /// `revision canary`, `installation gw (revision canary)`.
    pub fn subject(&self) -> String {
        let what = if self.installation == self.revision { "revision" } else { "installation" };
        format!("{what} {}", self.installation)
    }

    /// The findings that count.
    pub fn counted(&self) -> impl Iterator<Item = &Finding> {
        self.cases.iter().flat_map(Case::counted)
    }

    /// How many of them are of this level.
    pub fn count(&self, level: Level) -> usize {
        self.counted().filter(|finding| finding.level == level).count()
    }
}
