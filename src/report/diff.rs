//! What differs of installations, in words and as a document.

use serde_json::{Value, json};

use super::plan;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::object::Object;
use crate::plan::Summary;
use crate::read::Survey;
use crate::ui::{Style, Ui, sanitize};

/// Tells what differs of `found`; `unread` are the records that cannot be read. True where nothing differs.
///
/// # Errors
/// Those of stdout.
pub fn tell(ui: &Ui, cluster: &Cluster, found: &[(Survey, Summary)], unread: &[String], as_json: bool) -> Result<bool> {
    super::message::warnings(ui, unread);
    let is_same = unread.is_empty() && found.iter().all(|(_, summary)| summary.is_same());
    if as_json {
        let mut elements: Vec<Value> =
            found.iter().map(|(survey, summary)| plan::document(cluster, survey, summary)).collect();
        let element = match elements.len() {
            1 => elements.remove(0),
            _ => json!({
                "cluster": cluster.name(), "server": cluster.server(), "same": is_same, "installations": elements,
            }),
        };
        ui.document(&document(element))?;
        return Ok(is_same);
    }
    let several = found.len() > 1;
    let told: Vec<Vec<String>> = found.iter().map(|(survey, summary)| lines(ui, survey, summary, several)).collect();
    ui.result(&(told.concat().join("\n") + "\n"))?;
    Ok(is_same)
}

pub(super) fn document(element: Value) -> Value {
    json!({ "apiVersion": "mesh/v1", "kind": "Diff", "clusters": [element] })
}

/// What differs of one installation; what it is called where there are several.
fn lines(ui: &Ui, survey: &Survey, summary: &Summary, several: bool) -> Vec<String> {
    survey.notes.iter().for_each(|note| ui.progress(&sanitize(note)));
    super::message::warnings(ui, &survey.warnings);
    let paint = |style: Style, text: &str| ui.paint_result(style, text);
    let mut lines = plan::lines(summary, &survey.dropped, &paint);
    if summary.is_same() {
        lines.push("nothing differs".to_owned());
    }
    if several {
        lines.insert(0, paint(Style::Bold, &format!("installation {}:", sanitize(&survey.installation.to_string()))));
    }
    lines
}

/// There is nothing to compare with: what a profile that nobody chose would change says nothing.
///
/// # Errors
/// Those of stdout.
pub fn tell_nothing(
    ui: &Ui,
    cluster: &Cluster,
    unread: &[String],
    control_planes: &[Object],
    as_json: bool,
) -> Result<bool> {
    let why = if unread.is_empty() { "nothing is recorded to compare with".to_owned() } else { unread.join("; ") };
    let hint = "compare with inputs: mesh diff -f FILE, or --set profile=NAME";
    let there: Vec<String> = control_planes.iter().map(|object| object.id().to_string()).collect();
    if as_json {
        let element = json!({
            "cluster": cluster.name(), "server": cluster.server(), "same": false, "because": why, "hint": hint,
            "controlPlanes": there, "installations": [], "create": [], "change": [], "delete": [],
        });
        ui.document(&document(element))?;
        return Ok(false);
    }
    let mut lines = vec![why];
    lines.extend(there.iter().map(|id| format!("there is {id}: mesh status tells how it is")));
    lines.push(hint.to_owned());
    ui.result(&lines.iter().map(|line| format!("{}\n", sanitize(line))).collect::<String>())?;
    Ok(false)
}
