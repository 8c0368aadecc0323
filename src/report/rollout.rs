//! Workloads that are put into the mesh or restarted: what was begun with, the plan, how it ended.

use serde_json::{Map, Value, json};

use super::{RestartWords, document, message, workload_name};
use crate::apply::restart::Fate;
use crate::error::{Error, Result};
use crate::event::{Event, Sink};
use crate::object::{Object, ObjectId};
use crate::plan::enrol::{Enrolled, Labelled};
use crate::plan::restart::{Restart, Restarts, Way};
use crate::plan::revisions::LabelChange;
use crate::ui::{self, Ui, sanitize};

/// What of a plan is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// All of it.
    Restart,
    /// Nothing: it is shown.
    DryRun,
    /// Nothing: it is said what is left to do.
    LabelOnly,
}

/// What is done besides, and shown with it.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Namespaces that got labels.
    pub namespaces: Vec<Enrolled>,
    /// Workloads whose templates get labels.
    pub workloads: Vec<Labelled>,
    /// Whether workloads that get no proxy are listed.
    pub outside: bool,
    /// Whether names need their namespace.
    pub spread: bool,
    /// Revisions whose injector is configured elsewhere.
    pub unknown: Vec<String>,
    /// What to say of control planes that are newer than what is known.
    pub newer: Vec<String>,
}

/// Tells of a plan and how it ended: in lines, or in one document at the end.
pub struct Rollout<'a> {
    ui: &'a Ui,
    json: bool,
    frame: &'a Frame,
    plan: &'a Restarts,
    doing: Doing,
}

impl<'a> Rollout<'a> {
    /// Tells through `ui`.
    pub fn new(ui: &'a Ui, json: bool, frame: &'a Frame, plan: &'a Restarts, doing: Doing) -> Self {
        Self { ui, json, frame, plan, doing }
    }

    fn line(&self, line: &str) -> Result<()> {
        if self.json { Ok(()) } else { self.ui.result(&self.ui.fitted(line)) }
    }

    /// What was begun with, and what of the plan is not carried out.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn begin(&self) -> Result<()> {
        let Self { frame, plan, doing, .. } = self;
        message::warnings(self.ui, &warnings(frame));
        for Enrolled { before, changes, .. } in &frame.namespaces {
            self.line(&head(before, changes, *doing == Doing::DryRun))?;
        }
        for Labelled { id, .. } in frame.workloads.iter().filter(|one| one.missing.is_empty()) {
            self.line(&format!("{} has the label already", workload_name(id, false)))?;
        }
        let verb = match doing {
            Doing::Restart => return Ok(()),
            Doing::DryRun => "would restart",
            Doing::LabelOnly => "has to restart",
        };
        for Restart { id, why, .. } in &plan.restarts {
            self.line(&format!("{} {verb}: {}", self.name(id), sanitize(&why.join("; "))))?;
        }
        Ok(())
    }

    /// What tells of the restarts themselves.
    pub fn sink(&self) -> Box<dyn Sink> {
        sink(self.ui, self.json)
    }

    /// What is left, and the document.
    ///
    /// # Errors
    /// Those of stdout; `done`.
    pub fn end(&self, cluster: &str, ended: &[Fate], done: Result<()>) -> Result<()> {
        let Self { frame, plan, doing, .. } = self;
        for left in &plan.left {
            let (outdated, why) = (sanitize(&left.outdated), sanitize(&left.why));
            self.line(&format!("- {} not restarted: {outdated}; {why}", self.name(&left.id)))?;
        }
        for outside in plan.outside.iter().filter(|_| frame.outside) {
            self.line(&format!("- {} not injected: {}", self.name(&outside.id), sanitize(&outside.rule)))?;
        }
        if plan.restarts.is_empty() && plan.left.is_empty() && done.is_ok() {
            self.line("nothing has to restart")?;
        }
        if self.json {
            self.ui.result(&ui::json(&as_document(cluster, frame, plan, ended, done.as_ref().err())))?;
        }
        done?;
        if *doing == Doing::LabelOnly && !plan.restarts.is_empty() {
            for namespace in &frame.namespaces {
                let name = sanitize(namespace.before.name());
                self.ui.message(&format!("hint: restart them with care: mesh restart --outdated -n {name}"));
            }
        }
        Ok(())
    }

    fn name(&self, id: &ObjectId) -> String {
        workload_name(id, self.frame.spread)
    }
}

/// Says of a namespace which of its labels are gone now.
pub fn replaced(ui: &Ui, namespace: &Enrolled) {
    let Enrolled { before, changes, .. } = namespace;
    for (key, _) in changes.iter().filter(|(_, value)| value.is_none()) {
        let was = sanitize(before.label(key).unwrap_or_default());
        ui.message(&format!("note: label {key}={was} of namespace {} is replaced", sanitize(before.name())));
    }
}

fn warnings(frame: &Frame) -> Vec<String> {
    let warning = |revision: &String| {
        format!(
            "the injector of revision {revision} is configured elsewhere: only presence and revision of its proxies are compared"
        )
    };
    frame.unknown.iter().map(warning).chain(frame.newer.iter().cloned()).collect()
}

/// `namespace/default labeled`, as kubectl says it.
fn head(namespace: &Object, changes: &[LabelChange], dry_run: bool) -> String {
    let verb = if changes.is_empty() { "not labeled" } else { "labeled" };
    format!("namespace/{} {verb}{}", sanitize(namespace.name()), if dry_run { " (dry run)" } else { "" })
}

fn as_document(cluster: &str, frame: &Frame, plan: &Restarts, ended: &[Fate], error: Option<&Error>) -> Value {
    let restarts = plan.restarts.iter().enumerate().map(|(place, one)| restart(one, ended.get(place)));
    let left = plan.left.iter().map(|one| json!({ "object": one.id, "outdated": one.outdated, "why": one.why }));
    let outside = plan.outside.iter().map(|one| json!({ "object": one.id, "rule": one.rule }));
    let mut element = json!({
        "changes": changes(frame),
        "restarts": restarts.collect::<Vec<_>>(),
        "left": left.collect::<Vec<_>>(),
        "outside": outside.collect::<Vec<_>>(),
        "current": plan.current,
        "warnings": warnings(frame),
    });
    if let Some(error) = error {
        element["error"] = document::error(error);
    }
    document::of_cluster("Restart", cluster, element)
}

fn changes(frame: &Frame) -> Vec<Value> {
    let namespaces = frame.namespaces.iter().map(|Enrolled { before, changes, .. }| {
        let labels: Map<String, Value> = changes.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        json!({ "object": before.id(), "labels": labels })
    });
    let workloads = frame.workloads.iter().map(|one| json!({ "object": one.id, "template": one.missing }));
    namespaces.chain(workloads).collect()
}

fn restart(one: &Restart, ended: Option<&Fate>) -> Value {
    let mut row = json!({
        "object": one.id,
        "why": one.why,
        "way": one.way,
        "pods": one.pods.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "before": one.before.to_string(),
        "state": "planned",
    });
    if one.way == Way::Rollout
        && let Some(after) = one.after
    {
        row["wanted"] = after.to_string().into();
    }
    match ended {
        Some(Fate::Done { after, pods }) => {
            row["state"] = "done".into();
            row["after"] = after.to_string().into();
            row["count"] = (*pods).into();
        }
        Some(Fate::Failed { cause, lines, .. }) => {
            row["state"] = "failed".into();
            row["cause"] = (*cause).into();
            row["causes"] = lines.clone().into();
        }
        Some(Fate::TimedOut { cause, lines, .. }) => {
            row["state"] = "timed-out".into();
            row["cause"] = (*cause).into();
            row["causes"] = lines.clone().into();
        }
        Some(Fate::NotBegun) => row["state"] = "not-begun".into(),
        None => {}
    }
    row
}

/// Who is told of restarts: where the result is one document, nobody before it.
pub fn sink(ui: &Ui, json: bool) -> Box<dyn Sink> {
    if json { Box::new(Silent) } else { Box::new(RestartWords::new(ui)) }
}

struct Silent;

impl Sink for Silent {
    fn event(&self, _: &Event) {}
}
