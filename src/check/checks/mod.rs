//! The checks: each is data, with a function from what was read to a verdict. A new one is a file here and a line in the
//! table.

mod api_groups;
mod certificates;
mod cni;
mod definitions;
mod installers;
mod kubernetes;
mod orphans;
mod permissions;
mod platform;
mod pod_security;
mod pull_secrets;
mod room;
mod skew;
mod webhooks;

pub use orphans::orphans;

use serde::Serialize;

use super::facts::Facts;

/// When a check says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Before an installation.
    Before,
    /// Once there is one.
    After,
}

/// A check.
pub struct Check {
    /// Its name, in kebab-case: for `--only` and `--skip`, and in the JSON output.
    pub id: &'static str,
    /// What it is about, in some words.
    pub title: &'static str,
    /// When it says something.
    pub when: When,
    /// The command or change that mends what it mostly finds.
    pub hint: &'static str,
    /// Looks.
    pub run: fn(&Facts) -> Verdict,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// All is well.
    Passed,
    /// It could not be told, or there is nothing to look at.
    Skipped,
    /// It works, and should be looked at.
    Warning,
    /// It does not work, or would not.
    Failed,
}

/// What a check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence a line. Text of the cluster in it is raw.
    pub reasons: Vec<String>,
    /// A better hint than the check's own.
    pub hint: Option<String>,
}

impl Verdict {
    fn new(outcome: Outcome, reasons: Vec<String>) -> Self {
        Self { outcome, reasons, hint: None }
    }

    fn passed(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Passed, vec![reason.into()])
    }

    fn skipped(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Skipped, vec![reason.into()])
    }

    /// This outcome where there are reasons for it, else passed.
    fn unless_empty(outcome: Outcome, reasons: Vec<String>, passed: &str) -> Self {
        if reasons.is_empty() { Self::passed(passed) } else { Self::new(outcome, reasons) }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// All checks, in the order they are shown.
pub static CHECKS: &[Check] = &[
    kubernetes::CHECK,
    permissions::CHECK,
    api_groups::CHECK,
    room::CHECK,
    pod_security::CHECK,
    pull_secrets::CHECK,
    installers::CHECK,
    definitions::CHECK,
    cni::CHECK,
    platform::CHECK,
    webhooks::CHECK,
    certificates::CHECK,
    skew::CHECK,
    orphans::CHECK,
];

#[cfg(test)]
mod tests;
