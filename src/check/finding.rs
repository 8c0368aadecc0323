//! What was looked at, and what was found wrong with it.

use serde::Serialize;
use serde_json::Value;

use crate::object::ObjectId;
use crate::plan::Difference;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// To be known; the answer stays yes.
    Warning,
    /// The answer is no.
    Error,
}

/// What belongs together in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suite {
    /// There are records to compare with.
    Records,
    /// Objects against what is wanted.
    Objects,
    /// CustomResourceDefinitions are served.
    Definitions,
    /// Workloads are ready.
    Workloads,
    /// Webhooks are trusted and answered.
    Webhooks,
    /// Proxies are as new as their control plane.
    Proxies,
    /// The probe came back injected.
    Probe,
}

impl Suite {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Objects => "objects",
            Self::Definitions => "definitions",
            Self::Workloads => "workloads",
            Self::Webhooks => "webhooks",
            Self::Proxies => "proxies",
            Self::Probe => "probe",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it belongs to.
    pub suite: Suite,
    /// What it is called: an object, or what was looked for.
    pub name: String,
    /// What is wrong with it; nothing where all is well.
    pub findings: Vec<Finding>,
    /// Why it was not looked at.
    pub skipped: Option<String>,
}

impl Case {
    /// A case without findings yet.
    pub fn new(suite: Suite, name: impl Into<String>) -> Self {
        Self { suite, name: name.into(), findings: Vec::new(), skipped: None }
    }

    /// The findings that count: not those that a rule ignores.
    pub fn counted(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.ignored.is_none())
    }

    /// Whether the answer is no.
    pub fn fails(&self) -> bool {
        self.counted().any(|finding| finding.level == Level::Error)
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What sort of thing, in kebab-case.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// The object, `KIND/NAMESPACE/NAME`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the field should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Value>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Value>,
    /// Who changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// One sentence without the object. Text of the cluster in it is raw.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The reason of the rule that ignores it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<String>,
}

impl Finding {
    /// An error about an object, or about none.
    pub fn error(rule: &'static str, object: Option<&ObjectId>, message: impl Into<String>) -> Self {
        Self {
            rule,
            level: Level::Error,
            object: object.map(ToString::to_string),
            field: None,
            wanted: None,
            found: None,
            manager: None,
            message: message.into(),
            hint: None,
            ignored: None,
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.level = Level::Warning;
        self
    }

    /// The same with what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A field that is not as wanted. What a Secret holds is not told.
    pub(super) fn drift(id: &ObjectId, difference: &Difference) -> Self {
        let shown = difference.shown(id);
        Self {
            field: Some(shown.path.to_string()),
            message: shown.to_string(),
            wanted: shown.wanted,
            found: shown.found,
            manager: shown.manager,
            ..Self::error("drift", Some(id), "")
        }
    }

    /// The object and the sentence in one line, raw.
    pub fn line(&self) -> String {
        match &self.object {
            Some(object) if self.field.is_some() => format!("{object} {}", self.message),
            Some(object) => format!("{object}: {}", self.message),
            None => self.message.clone(),
        }
    }
}
