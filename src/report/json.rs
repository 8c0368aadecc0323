//! For machines: what became of each component, as one document at the end.

use std::cell::RefCell;

use serde_json::{Value, json};

use crate::event::{Event, Fact, Sink, Wrote};

/// Collects a run into the `clusters` element of a document.
#[derive(Debug, Default)]
pub struct Json(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    cluster: String,
    revision: String,
    components: Vec<Component>,
    warnings: Vec<String>,
    notes: Vec<String>,
    finished: bool,
    changes: Vec<Value>,
    evidence: Vec<String>,
    rolled_back: Option<Value>,
}

#[derive(Debug)]
struct Component {
    name: String,
    title: String,
    state: &'static str,
    cause: Option<&'static str>,
    causes: Vec<String>,
    because: Option<String>,
    changes: Vec<Value>,
}

impl Json {
    /// Whether anything is known of a cluster yet.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().cluster.is_empty()
    }

    /// The document's element for this cluster; `failure` is the error of the run.
    pub fn cluster(&self, failure: Option<Value>) -> Value {
        let state = self.0.borrow();
        let components: Vec<Value> = state.components.iter().map(component).collect();
        let mut cluster = json!({
            "cluster": state.cluster,
            "revision": state.revision,
            "complete": state.finished,
            "components": components,
            "warnings": state.warnings,
        });
        if !state.notes.is_empty() {
            cluster["notes"] = state.notes.clone().into();
        }
        if !state.changes.is_empty() {
            cluster["changes"] = state.changes.clone().into();
        }
        if !state.evidence.is_empty() {
            cluster["evidence"] = state.evidence.clone().into();
        }
        if let Some(back) = &state.rolled_back {
            cluster["rolledBack"] = back.clone();
        }
        if let Some(failure) = failure {
            cluster["error"] = failure;
        }
        cluster
    }
}

fn component(component: &Component) -> Value {
    let mut value = json!({
        "name": component.name,
        "title": component.title,
        "state": component.state,
        "changes": component.changes,
    });
    if let Some(cause) = component.cause {
        value["cause"] = cause.into();
    }
    if !component.causes.is_empty() {
        value["causes"] = component.causes.clone().into();
    }
    if let Some(because) = &component.because {
        value["because"] = because.as_str().into();
    }
    value
}

impl Sink for Json {
    fn event(&self, event: &Event) {
        let mut state = self.0.borrow_mut();
        state.cluster.clone_from(&event.cluster);
        state.revision.clone_from(&event.revision);
        match &event.fact {
            Fact::Planned { components, .. } | Fact::PlannedRemoval { components, .. } => {
                let rows = components.iter().map(|(name, title)| Component {
                    name: name.clone(),
                    title: title.clone(),
                    state: "pending",
                    cause: None,
                    causes: Vec::new(),
                    because: None,
                    changes: Vec::new(),
                });
                state.components = rows.collect();
            }
            Fact::Warning { message } => state.warnings.push(message.clone()),
            Fact::Note { message } => state.notes.push(message.clone()),
            Fact::Finished | Fact::Uninstalled => state.finished = true,
            Fact::Evidence { lines } => state.evidence.clone_from(lines),
            Fact::RolledBack { to, restored, recreated, deleted, kept } => {
                let kept: Vec<Value> = kept.iter().map(|(id, why)| json!({ "object": id, "why": why })).collect();
                state.rolled_back = Some(json!({
                    "to": to, "restored": restored, "recreated": recreated, "deleted": deleted, "kept": kept,
                }));
            }
            _ => {}
        }
        let name = event.component.as_ref();
        let Some(row) = state.components.iter_mut().find(|row| Some(&row.name) == name) else {
            // Of components that are off by now.
            if let (Fact::Applied { change }, Some(object)) = (&event.fact, &event.object) {
                state.changes.push(json!({ "object": object.to_string(), "change": change }));
            }
            return;
        };
        match &event.fact {
            Fact::Ready => row.state = "ready",
            Fact::Removed => row.state = "removed",
            Fact::Failed { cause, causes } => {
                row.state = "failed";
                row.cause = Some(cause);
                row.causes.clone_from(causes);
            }
            Fact::Skipped { because } => {
                row.state = "skipped";
                row.because = Some(because.clone());
            }
            Fact::Applied { change } if *change != Wrote::Unchanged => {
                let object = event.object.as_ref().map(ToString::to_string);
                row.changes.push(json!({ "object": object, "change": change }));
            }
            _ => {}
        }
    }
}
