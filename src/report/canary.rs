//! An upgrade by a second revision: its way, where it stands, what became of a namespace.

use serde_json::{Map, Value, json};

use super::{table, workload_name};
use crate::error::Result;
use crate::plan::canary::{Note, Row, State, Step};
use crate::plan::restart::Restarts;
use crate::text;
use crate::ui::{Style, Ui, sanitize};

/// A step in words.
pub fn step(step: &Step, note: &Note) -> String {
    let (from, to) = note.direction();
    match step {
        Step::Install => format!("install revision {to} beside {from}"),
        Step::Tag(name) => format!("tag {name} leads to {to}"),
        Step::Namespace(name) => format!("namespace {name}"),
        Step::Gateways => "gateways and agents of the installation".to_owned(),
        Step::Default => format!("tag default leads to {to}"),
        Step::Pods(name) => format!("workloads of namespace {name} that ask for a proxy themselves"),
        Step::Finish => format!("remove revision {from}"),
    }
}

/// What keeps its old proxy, a line each.
pub fn stuck(row: &Row) -> Vec<String> {
    row.stuck.iter().map(|one| format!("{}: {}", one.object, one.why)).collect()
}

/// The way, a line a step, with what restarts and what cannot.
pub fn way(note: &Note, rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows.iter().filter(|row| note.aborting || row.step != Step::Finish) {
        lines.push(format!("{} {}{}", mark(row.state), step(&row.step, note), restarts(row)));
        // What keeps it from being removed was said where it is.
        let stuck = if row.step == Step::Finish { Vec::new() } else { stuck(row) };
        lines.extend(stuck.into_iter().map(|line| format!("    not restarted: {line}")));
    }
    if !note.aborting {
        lines.push(format!("{} stays until you ask for its end: mesh upgrade --canary --finish", note.from));
    }
    lines
}

/// One sentence about the whole.
pub fn where_it_stands(note: &Note, rows: &[Row]) -> String {
    let moved = |row: &&Row| row.state == State::Done;
    let all = rows.iter().filter(|row| row.step != Step::Finish);
    let (count, done) = (all.clone().count(), all.filter(moved).count());
    let (from, to) = (&note.from, &note.to);
    match () {
        () if note.aborting => format!("{from} to {to}: going back; go on with: mesh upgrade --canary --continue"),
        () if done == count => {
            format!("{from} to {to}: everything has moved; to remove {from}: mesh upgrade --canary --finish")
        }
        () => format!(
            "{from} to {to}: {done} of {} done; to go on: mesh upgrade --canary --continue",
            text::count(count, "step")
        ),
    }
}

fn mark(state: State) -> &'static str {
    match state {
        State::Done => "✔",
        State::Next => "→",
        State::ToDo => "·",
        State::Blocked => "!",
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Done => "done",
        State::Next => "next",
        State::ToDo => "to do",
        State::Blocked => "blocked",
    }
}

fn restarts(row: &Row) -> String {
    if row.workloads.is_empty() {
        return String::new();
    }
    let names: Vec<String> = row.workloads.iter().map(|id| workload_name(id, false)).collect();
    format!(": {} {}", text::few(names, 5), text::verb(row.workloads.len(), "restarts", "restart"))
}

/// What a namespace has got, and what of it stays as it is.
///
/// # Errors
/// Those of stdout.
pub fn moved(
    ui: &Ui,
    name: &str,
    plan: &Restarts,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Result<()> {
    for left in &plan.left {
        let (outdated, why) = (sanitize(&left.outdated), sanitize(&left.why));
        ui.result(&ui.fitted(&format!("- {} not restarted: {outdated}; {why}", workload_name(&left.id, true))))?;
    }
    let labelled = if before == after { "" } else { " labeled" };
    ui.result(&ui.fitted(&format!(
        "namespace/{}{labelled}: {} restarted",
        sanitize(name),
        text::count(plan.restarts.len(), "workload")
    )))
}

/// Where it stands, for people.
///
/// # Errors
/// Those of stdout.
pub fn tell(ui: &Ui, standing: Option<&(Note, Vec<Row>)>, said: &str) -> Result<()> {
    if let Some((note, rows)) = standing {
        let shown = rows.iter().map(|row| {
            let what = format!("{}{}", step(&row.step, note), restarts(row));
            vec![word(row.state).to_owned(), what]
        });
        ui.result(&table::table(&["STATE", "STEP"], shown))?;
        for row in rows.iter().filter(|row| row.step != Step::Finish) {
            for line in stuck(row) {
                ui.result(&ui.fitted(&format!("- not restarted: {}", sanitize(&line))))?;
            }
        }
    }
    ui.result(&format!("{} {}\n", ui.paint_result(Style::Good, "✔"), sanitize(said)))
}

/// The same as fields of a document.
pub fn add(element: &mut Value, standing: Option<&(Note, Vec<Row>)>, said: &str) {
    element["said"] = said.into();
    let Some((note, rows)) = standing else { return };
    element["from"] = note.from.as_str().into();
    element["to"] = note.to.as_str().into();
    element["aborting"] = note.aborting.into();
    element["steps"] = rows.iter().map(|row| document(row, note)).collect();
}

fn document(row: &Row, note: &Note) -> Value {
    let kind = match &row.step {
        Step::Install => "install",
        Step::Tag(_) => "tag",
        Step::Namespace(_) => "namespace",
        Step::Gateways => "gateways",
        Step::Default => "default-tag",
        Step::Pods(_) => "pods",
        Step::Finish => "finish",
    };
    let name = match &row.step {
        Step::Tag(name) | Step::Namespace(name) | Step::Pods(name) => Some(name),
        Step::Install | Step::Gateways | Step::Default | Step::Finish => None,
    };
    json!({
        "step": kind, "name": name, "state": row.state, "what": step(&row.step, note),
        "workloads": row.workloads, "stuck": row.stuck,
    })
}
