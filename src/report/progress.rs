//! How a run that changes a cluster tells of itself: in lines, or in one document at its end.

use serde_json::{Value, json};

use super::{Json, Plain, Terminal, document};
use crate::error::{Kind, Result};
use crate::event::Sink;
use crate::ui::Ui;

/// Takes the events of a run, and gives its result.
pub enum Progress {
    /// One document.
    Document(Json),
    /// Live lines on a terminal.
    Live(Terminal),
    /// One line an event.
    Lines(Plain),
}

impl Progress {
    /// A document where `json` is asked for, else lines, live ones where there is a terminal.
    pub fn new(ui: &Ui, json: bool) -> Self {
        match json {
            true => Self::Document(Json::default()),
            false if ui.live => Self::Live(Terminal::new(ui)),
            false => Self::Lines(Plain::new(ui)),
        }
    }

    /// What takes the events.
    pub fn sink(&self) -> &dyn Sink {
        match self {
            Self::Document(sink) => sink,
            Self::Live(sink) => sink,
            Self::Lines(sink) => sink,
        }
    }

    /// Ends the run: live lines go, and a document of this `kind` comes, with what `more` adds to the cluster's element.
    /// Gives back what the run gave.
    ///
    /// # Errors
    /// Those of the run, and of stdout.
    pub fn end<T>(&self, ui: &Ui, kind: &str, done: Result<T>, more: impl FnOnce(&mut Value, &T)) -> Result<T> {
        self.sink().close();
        // Bad input that only the cluster could tell (another context than expected) has no result either.
        let is_result = done.as_ref().err().is_none_or(|error| error.kind() != Kind::Usage);
        if let Self::Document(json) = self
            && is_result
        {
            let failure = done.as_ref().err().map(document::error);
            let mut document = json!({ "apiVersion": "mesh/v1", "kind": kind, "clusters": [] });
            if json.is_empty() && failure.is_some() {
                // No cluster to speak of: it is not even known which.
                document["error"] = failure.unwrap_or(Value::Null);
            } else {
                let mut element = json.cluster(failure);
                if let Ok(done) = &done {
                    more(&mut element, done);
                }
                document["clusters"] = json!([element]);
            }
            ui.document(&document)?;
        }
        done
    }
}
