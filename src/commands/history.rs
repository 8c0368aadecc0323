//! `mesh history`: what was changed, when, and how it ended.

use serde_json::{Value, json};

use super::records;
use super::records::Everything;
use super::settings::Settings;
use crate::cli::{HistoryArgs, TextOutput};
use crate::error::Result;
use crate::istio::Installation;
use crate::object::Object;
use crate::plan::ledger::History;
use crate::plan::state::{Outcome, Record};
use crate::report;
use crate::report::document;
use crate::ui::{self, Style, sanitize};

/// Lists the records.
pub(super) fn run(settings: &Settings, args: HistoryArgs) -> Result<()> {
    let HistoryArgs { revision, installation: name, output } = args;
    let (cluster, ledger) = settings.on_cluster(|cluster| async move {
        cluster.version().await?;
        let Everything { ledger, .. } = records::everything(&cluster, &settings.istio_namespace).await?;
        Ok((cluster.name().to_owned(), ledger))
    })?;
    let namespace = settings.istio_namespace_set().map(|_| settings.istio_namespace.as_str());
    let is_meant = |one: &Installation| {
        revision.as_ref().is_none_or(|revision| one.revision == *revision)
            && name.as_ref().is_none_or(|name| one.name.as_ref() == Some(name))
            && namespace.is_none_or(|namespace| one.namespace == namespace)
    };
    let meant: Vec<(&Installation, &History)> = ledger.installations().filter(|(one, _)| is_meant(one)).collect();
    for (_, why) in meant.iter().flat_map(|(_, history)| &history.lost) {
        settings.ui.message(&format!("warning: {}", sanitize(why)));
    }
    let text = match output {
        TextOutput::Json => {
            let of = |(installation, history): &(&Installation, &History)| -> Vec<Value> {
                history.records.iter().map(|(number, record)| value(installation, *number, record)).collect()
            };
            let records: Vec<Value> = meant.iter().flat_map(of).collect();
            ui::json(&document::of_cluster("History", &cluster, json!({ "records": records })))
        }
        TextOutput::Text => {
            let of = |(installation, history): &(&Installation, &History)| -> Vec<[String; 7]> {
                history.records.iter().map(|(number, record)| row(installation, *number, record)).collect()
            };
            let rows: Vec<[String; 7]> = meant.iter().flat_map(of).collect();
            if rows.is_empty() { "nothing is recorded\n".to_owned() } else { table(settings, &rows) }
        }
    };
    settings.ui.result(&text)
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

fn row(installation: &Installation, number: u64, record: &Record) -> [String; 7] {
    let changes = format!("{} created, {} changed or deleted", record.created.len(), record.snapshot.len());
    let name = installation.name.as_deref().unwrap_or_default();
    let outcome = format!("{}: {changes}", ended(record));
    let number = number.to_string();
    [&installation.revision, name, &number, &record.time, &record.istio, profile(record), &outcome].map(str::to_owned)
}

/// The rows below their heads, without columns that are empty in all of them.
fn table(settings: &Settings, rows: &[[String; 7]]) -> String {
    let head = ["REVISION", "NAME", "RECORD", "TIME", "ISTIO", "PROFILE", "OUTCOME"];
    let shown: Vec<usize> = (0..head.len()).filter(|column| rows.iter().any(|row| !row[*column].is_empty())).collect();
    let heads: Vec<&str> = shown.iter().map(|column| head[*column]).collect();
    let rows = rows.iter().map(|row| shown.iter().map(|column| row[*column].clone()).collect());
    let text = report::table::table(&heads, rows);
    let (head, rows) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{}\n{rows}", settings.ui.paint_result(Style::Bold, head))
}

fn value(installation: &Installation, number: u64, record: &Record) -> Value {
    let mut value = json!({
        "revision": installation.revision,
        "namespace": installation.namespace,
        "installation": installation.to_string(),
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
    if let Some(name) = &installation.name {
        value["name"] = name.as_str().into();
    }
    if let Some(to) = record.rollback_to {
        value["rollbackTo"] = to.into();
    }
    value
}
