//! `mesh history`: what was changed, when, and how it ended.

use serde_json::{Value, json};

use super::settings::Settings;
use super::{document, records};
use crate::cli::{HistoryArgs, TextOutput};
use crate::error::Result;
use crate::object::Object;
use crate::plan::state::{History, Outcome, REVISION_LABEL, Record};
use crate::report;
use crate::ui::{self, Style, sanitize};

/// Lists the records.
pub(super) fn run(settings: &Settings, args: HistoryArgs) -> Result<()> {
    let HistoryArgs { revision, output } = args;
    let selector = match &revision {
        Some(revision) => format!("{REVISION_LABEL}={revision}"),
        None => REVISION_LABEL.to_owned(),
    };
    let (cluster, secrets) = settings.on_cluster(|cluster| async move {
        cluster.version().await?;
        let secrets = records::secrets(&cluster, &settings.istio_namespace, &selector).await?;
        Ok((cluster.name().to_owned(), secrets))
    })?;
    let histories = by_revision(&secrets);
    for (_, error) in histories.iter().flat_map(|(_, history)| &history.lost) {
        settings.ui.message(&format!("warning: {}", sanitize(&error.to_string())));
    }
    let records = histories.iter().flat_map(|(revision, history)| {
        history.records.iter().map(move |(number, record)| (revision.as_str(), *number, record))
    });
    let text = match output {
        TextOutput::Json => {
            let records: Vec<Value> =
                records.map(|(revision, number, record)| value(revision, number, record)).collect();
            ui::json(&document::of_cluster("History", &cluster, json!({ "records": records })))
        }
        TextOutput::Text => {
            let rows: Vec<Vec<String>> =
                records.map(|(revision, number, record)| row(revision, number, record)).collect();
            if rows.is_empty() { "nothing is recorded\n".to_owned() } else { table(settings, rows) }
        }
    };
    settings.ui.result(&text)
}

fn by_revision(secrets: &[Object]) -> Vec<(String, History)> {
    let mut revisions: Vec<&str> = secrets.iter().filter_map(|secret| secret.label(REVISION_LABEL)).collect();
    revisions.sort_unstable();
    revisions.dedup();
    revisions.into_iter().map(|revision| (revision.to_owned(), History::read(revision, secrets))).collect()
}

fn ended(record: &Record) -> String {
    let outcome = match record.outcome {
        Outcome::Pending => "not finished",
        Outcome::Done => "done",
        Outcome::Failed => "failed",
    };
    match record.rollback_to {
        Some(0) => format!("{outcome}, rollback of everything"),
        Some(to) => format!("{outcome}, rollback to {to}"),
        None => outcome.to_owned(),
    }
}

fn profile(record: &Record) -> &str {
    if record.inputs.is_null() {
        return "";
    }
    record.inputs.pointer("/spec/profile").and_then(Value::as_str).unwrap_or("default")
}

fn row(revision: &str, number: u64, record: &Record) -> Vec<String> {
    let changes = format!("{} created, {} changed or deleted", record.created.len(), record.snapshot.len());
    let outcome = format!("{}: {changes}", ended(record));
    [revision, &number.to_string(), &record.time, &record.istio, profile(record), &outcome].map(str::to_owned).to_vec()
}

fn table(settings: &Settings, rows: Vec<Vec<String>>) -> String {
    let text = report::table::table(&["REVISION", "RECORD", "TIME", "ISTIO", "PROFILE", "OUTCOME"], rows);
    let (head, rows) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{}\n{rows}", settings.ui.paint_result(Style::Bold, head))
}

fn value(revision: &str, number: u64, record: &Record) -> Value {
    let mut value = json!({
        "revision": revision,
        "record": number,
        "time": record.time,
        "mesh": record.mesh,
        "istio": record.istio,
        "outcome": record.outcome,
        "inputs": record.inputs,
        "objects": record.inventory.len(),
        "created": record.created.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "changed": record.snapshot.iter().filter_map(|object| Object::new(object.clone()).ok()).map(|object| object.id().to_string()).collect::<Vec<_>>(),
        "restorable": record.restorable,
    });
    if let Some(to) = record.rollback_to {
        value["rollbackTo"] = to.into();
    }
    value
}
