//! The checks: each is data, with a function from what was read to a verdict. A new one is a file here and a line in the
//! table.

mod api_groups;
mod authority;
mod bystanders;
mod certificates;
mod cni;
mod definitions;
mod gateway_api;
mod injectors;
mod installers;
mod kubernetes;
mod orphans;
mod overlaps;
mod permissions;
mod platform;
mod pod_security;
mod pull_secrets;
mod remote;
mod room;
mod skew;
mod webhooks;
mod workloads;
mod ztunnel;

pub use certificates::ENDS_SOON;
pub use orphans::orphans;

use serde::Serialize;

use super::facts::Facts;
use crate::error::{Error, Result};

/// When a check says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Before an installation.
    Before,
    /// Once there is one.
    After,
    /// Both.
    Always,
}

impl When {
    /// Whether it says something before an installation.
    pub fn is_before(self) -> bool {
        self != Self::After
    }

    /// Whether it says something once there is one.
    pub fn is_after(self) -> bool {
        self != Self::Before
    }
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
pub enum Grade {
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
    pub outcome: Grade,
    /// Why, in a sentence a line. Text of the cluster in it is raw.
    pub reasons: Vec<String>,
    /// A better hint than the check's own.
    pub hint: Option<String>,
}

impl Verdict {
    fn new(outcome: Grade, reasons: Vec<String>) -> Self {
        Self { outcome, reasons, hint: None }
    }

    fn passed(reason: impl Into<String>) -> Self {
        Self::new(Grade::Passed, vec![reason.into()])
    }

    fn skipped(reason: impl Into<String>) -> Self {
        Self::new(Grade::Skipped, vec![reason.into()])
    }

    /// This outcome where there are reasons for it, else passed.
    fn unless_empty(outcome: Grade, reasons: Vec<String>, passed: &str) -> Self {
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
    gateway_api::CHECK,
    cni::CHECK,
    ztunnel::CHECK,
    platform::CHECK,
    bystanders::CHECK,
    workloads::CHECK,
    remote::CHECK,
    webhooks::CHECK,
    injectors::CHECK,
    overlaps::CHECK,
    authority::CHECK,
    certificates::CHECK,
    skew::CHECK,
    orphans::CHECK,
];

/// The checks that are left of all where `only` these are wanted, or where none is named, and `skip` those not.
///
/// # Errors
/// `unknown-check` (usage) with those there are.
pub fn chosen(only: &[String], skip: &[String]) -> Result<Vec<&'static Check>> {
    for id in only.iter().chain(skip) {
        if CHECKS.iter().all(|check| check.id != id) {
            let known: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
            return Err(Error::usage("unknown-check", format!("there is no check `{id}`"))
                .hint(format!("there are: {}", known.join(", "))));
        }
    }
    let is_chosen = |check: &&Check| {
        let named = |ids: &[String]| ids.iter().any(|id| id == check.id);
        (only.is_empty() || named(only)) && !named(skip)
    };
    Ok(CHECKS.iter().filter(is_chosen).collect())
}

#[cfg(test)]
mod tests;
