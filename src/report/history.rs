//! What was changed, when, and how it ended.

use serde_json::{Value, json};

use super::{document, table};
use crate::istio::Installation;
use crate::object::Object;
use crate::plan::ledger::History;
use crate::plan::state::{Outcome, Record};
use crate::text::hidden;
use crate::ui::{self, Style, Ui};

/// The records of these installations as a document.
pub fn json(cluster: &str, histories: &[(&Installation, &History)]) -> String {
    let records: Vec<Value> = each(histories, value);
    ui::json(&document::of_cluster("History", cluster, json!({ "records": records })))
}

/// The same as a table.
pub fn text(ui: &Ui, histories: &[(&Installation, &History)]) -> String {
    let rows: Vec<[String; 7]> = each(histories, row);
    if rows.is_empty() { "nothing is recorded\n".to_owned() } else { table(ui, &rows) }
}

fn each<T>(histories: &[(&Installation, &History)], of: impl Fn(&Installation, u64, &Record) -> T) -> Vec<T> {
    let all = histories.iter().flat_map(|(one, history)| history.records.iter().map(move |record| (*one, record)));
    all.map(|(one, (number, record))| of(one, *number, record)).collect()
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
    let up_to = if record.outcome == Outcome::Done { "" } else { "up to " };
    let changes = format!("{up_to}{} created, {} changed or deleted", record.created.len(), record.snapshot.len());
    let name = installation.name.as_deref().unwrap_or_default();
    let outcome = format!("{}: {changes}", ended(record));
    let number = number.to_string();
    [&installation.revision, name, &number, &record.time, &record.istio, profile(record), &outcome].map(str::to_owned)
}

/// The rows below their heads, without columns that are empty in all of them.
fn table(ui: &Ui, rows: &[[String; 7]]) -> String {
    let head = ["REVISION", "NAME", "RECORD", "TIME", "ISTIO", "PROFILE", "OUTCOME"];
    let shown: Vec<usize> = (0..head.len()).filter(|column| rows.iter().any(|row| !row[*column].is_empty())).collect();
    let heads: Vec<&str> = shown.iter().map(|column| head[*column]).collect();
    let rows = rows.iter().map(|row| shown.iter().map(|column| row[*column].clone()).collect());
    let text = table::table(&heads, rows);
    let (head, rows) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{}\n{rows}", ui.paint_result(Style::Bold, head))
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
        "inputs": hidden::tree(&record.inputs),
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
