//! Labels of objects, as kubectl tells of them, and what they mean for the mesh.

use serde_json::{Map, Value, json};

use super::{document, workload_name};
use crate::apply::Trial;
use crate::error::{Error, Result};
use crate::istio::label::{INJECTION, REVISION};
use crate::object::{Object, ObjectId};
use crate::plan::labels::{Caution, Labelling, ResourceType};
use crate::plan::restart::Restarts;
use crate::text::{count, few, verb};
use crate::ui::{self, Ui, sanitize};

/// How many workloads that have to restart are named.
const NAMED: usize = 10;

/// Tells of objects as they are labelled: in lines, or in one document at the end.
pub struct Labels {
    ui: Ui,
    json: bool,
    rows: Vec<Value>,
    notes: Vec<String>,
}

impl Labels {
    /// Tells through `ui`.
    pub fn new(ui: &Ui, json: bool) -> Self {
        Self { ui: ui.clone(), json, rows: Vec::new(), notes: Vec::new() }
    }

    fn line(&self, line: &str) -> Result<()> {
        if self.json { Ok(()) } else { self.ui.result(&format!("{line}\n")) }
    }

    /// Labels that are to be removed and are not there.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn missing(&self, keys: &[&str]) -> Result<()> {
        keys.iter().try_for_each(|key| self.line(&format!("label {key:?} not found.")))
    }

    /// The labels of an object, below a head where it is not `alone`.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn list(&mut self, one: ResourceType, object: &Object, labels: &Map<String, Value>, alone: bool) -> Result<()> {
        if !alone {
            self.line(&one.heading(&sanitize(object.name())))?;
        }
        let indent = if alone { "" } else { " " };
        for (key, value) in labels {
            let value = value.as_str().unwrap_or_default();
            self.line(&format!("{indent}{}={}", sanitize(key), sanitize(value)))?;
        }
        self.rows.push(json!({ "object": object.id(), "labels": labels }));
        Ok(())
    }

    /// What became of an object's labels.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn labelled(
        &mut self,
        one: ResourceType,
        object: &Object,
        after: &Map<String, Value>,
        outcome: Labelling,
        trial: Trial,
    ) -> Result<()> {
        let mark = match trial {
            Trial::None => "",
            Trial::Here => " (dry run)",
            Trial::Server => " (server dry run)",
        };
        self.line(&format!("{} {outcome}{mark}", one.shown(&sanitize(object.name()))))?;
        self.rows.push(json!({ "object": object.id(), "outcome": outcome.to_string(), "labels": after }));
        Ok(())
    }

    /// What such a change means.
    pub fn cautions(&mut self, id: &ObjectId, cautions: &[Caution]) {
        self.notes.extend(cautions.iter().map(|one| caution(id, one)));
    }

    /// Which workloads of namespaces are not what would be made now, where that could be found out.
    pub fn restarts(&mut self, namespaces: &[String], plan: &Result<Restarts>) {
        match plan {
            Ok(plan) => self.notes.extend(restarts(namespaces, plan)),
            Err(error) => {
                let why = sanitize(&error.to_string());
                self.notes.push(format!("whether anything has to restart is not known: {why}"));
            }
        }
    }

    /// Ends with the notes, or with the document.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn end(self, cluster: &str) -> Result<()> {
        if !self.json {
            self.notes.iter().for_each(|note| self.ui.message(&format!("note: {note}")));
            return Ok(());
        }
        let element = json!({ "objects": self.rows, "notes": self.notes });
        self.ui.result(&ui::json(&document::of_cluster("Labels", cluster, element)))
    }
}

fn caution(id: &ObjectId, caution: &Caution) -> String {
    let (name, kind) = (sanitize(&id.name), id.kind.to_lowercase());
    match caution {
        Caution::AsksForNothing { value } => {
            format!("{INJECTION}={value} asks for nothing; `enabled` and `disabled` are what counts")
        }
        Caution::Hidden { injection, revision } => format!(
            "{INJECTION}={} comes first, so {REVISION}={} has no effect; remove one: mesh label namespace {name} {INJECTION}-",
            sanitize(injection),
            sanitize(revision)
        ),
        Caution::PodStays => format!(
            "pod {name} stays as it is: these labels count when a pod is made; set them on its workload (mesh inject deployment NAME)"
        ),
        Caution::OfTheWorkload => format!(
            "these are labels of the {kind} itself; those of its pods count, and are set by: mesh inject {kind} {name}"
        ),
    }
}

fn restarts(namespaces: &[String], plan: &Restarts) -> Vec<String> {
    let spread = namespaces.len() > 1;
    let of = |id: &ObjectId, why: &str| format!("{}: {}", workload_name(id, spread), sanitize(why));
    let restarts = plan.restarts.iter().map(|one| of(&one.id, &one.why.join("; ")));
    let lines: Vec<String> = restarts.chain(plan.left.iter().map(|one| of(&one.id, &one.outdated))).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let listed = few(&lines, NAMED);
    let keep = verb(lines.len(), "keeps its", "keep their");
    let mut notes = vec![format!("{} {keep} pods until they restart: {listed}", count(lines.len(), "workload"))];
    let names = namespaces.iter().map(|name| sanitize(name));
    notes.extend(names.map(|name| format!("restart with care: mesh restart --outdated -n {name}")));
    notes
}

/// The run as a whole: what went wrong with single objects and what is `missing`, in one error.
///
/// # Errors
/// `not-found`, `not-all-labeled` (failed), or the only error there is.
pub fn verdict(mut failed: Vec<Error>, missing: &[String]) -> Result<()> {
    if !missing.is_empty() {
        let gone =
            Error::failed("not-found", missing.join("; ")).hint("check the name, and the namespace given with -n");
        failed.push(gone);
    }
    if failed.len() < 2 {
        return failed.pop().map_or(Ok(()), Err);
    }
    let messages: Vec<String> = failed.iter().map(ToString::to_string).collect();
    let mut hints: Vec<&String> = failed.iter().flat_map(Error::hints).collect();
    hints.dedup();
    let error = Error::failed("not-all-labeled", messages.join("; "));
    Err(hints.into_iter().fold(error, |error, hint| error.hint(hint.clone())))
}
