//! `mesh diff`: what differs between what is wanted and what is there, without writing anything.

use serde_json::{Value, json};

use super::recorded::{Asked, Rule};
use super::settings::Settings;
use super::survey::Survey;
use super::{changes, records};
use crate::cli::{DiffArgs, TextOutput};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::object::Object;
use crate::plan::Summary;
use crate::ui::{self, Style, sanitize};

/// Shows the differences; true where there are none.
pub(super) fn run(settings: &Settings, args: DiffArgs) -> Result<bool> {
    let DiffArgs { render, output } = args;
    let asked = Asked::read(settings, render, Rule::RecordedUnlessGiven)?;
    shown(settings, &asked, output)
}

/// Shows what a change as `asked` would change; true where that is nothing.
pub(super) fn shown(settings: &Settings, asked: &Asked, output: TextOutput) -> Result<bool> {
    let asked = &asked.clone().looking();
    settings.on_cluster(|cluster| async move {
        let mut found: Vec<(Survey, Summary)> = Vec::new();
        let mut unread = Vec::new();
        if asked.is_recorded() {
            cluster.version().await?;
            let everything = records::everything(&cluster, &asked.installation.namespace).await?;
            for one in asked.each(&everything.ledger) {
                let history = everything.ledger.history(&one.installation);
                match (history.in_use(), history.lost.first()) {
                    (None, Some((_, why))) => unread.push(why.clone()),
                    _ => found.push(tried(&cluster, Survey::by(&cluster, &one, everything.ledger.clone()).await?).await?),
                }
            }
            if found.is_empty() {
                return told_nothing(settings, &cluster, output, &unread, &everything.control_planes);
            }
        } else {
            found.push(tried(&cluster, Survey::of(&cluster, asked).await?).await?);
        }
        unread.iter().for_each(|why| settings.ui.message(&format!("warning: {}", sanitize(why))));
        let is_same = unread.is_empty() && found.iter().all(|(_, summary)| summary.is_same());
        if output == TextOutput::Json {
            let mut elements: Vec<Value> =
                found.iter().map(|(survey, summary)| changes::document(&cluster, survey, summary)).collect();
            let element = match elements.len() {
                1 => elements.remove(0),
                _ => json!({ "cluster": cluster.name(), "server": cluster.server(), "same": is_same, "installations": elements }),
            };
            settings.ui.result(&ui::json(&in_document(element)))?;
            return Ok(is_same);
        }
        let several = found.len() > 1;
        let told = found.iter().map(|(survey, summary)| lines(settings, survey, summary, several));
        settings.ui.result(&(told.collect::<Vec<_>>().concat().join("\n") + "\n"))?;
        Ok(is_same)
    })
}

/// With what the server says to it.
async fn tried(cluster: &Cluster, mut survey: Survey) -> Result<(Survey, Summary)> {
    survey.try_out(cluster).await?;
    let summary = survey.summary();
    Ok((survey, summary))
}

fn in_document(element: Value) -> Value {
    json!({ "apiVersion": "mesh/v1", "kind": "Diff", "clusters": [element] })
}

/// What differs of one installation; what it is called where there are several.
fn lines(settings: &Settings, survey: &Survey, summary: &Summary, several: bool) -> Vec<String> {
    for note in &survey.notes {
        settings.ui.progress(&sanitize(note));
    }
    for warning in &survey.warnings {
        settings.ui.message(&format!("warning: {}", sanitize(warning)));
    }
    let paint = |style: Style, text: &str| settings.ui.paint_result(style, text);
    let mut lines = changes::lines(summary, &survey.dropped, &paint);
    if summary.is_same() {
        lines.push("nothing differs".to_owned());
    }
    if several {
        lines.insert(0, paint(Style::Bold, &format!("installation {}:", sanitize(&survey.installation.to_string()))));
    }
    lines
}

/// There is nothing to compare with: what a profile that nobody chose would change says nothing.
fn told_nothing(
    settings: &Settings,
    cluster: &Cluster,
    output: TextOutput,
    unread: &[String],
    control_planes: &[Object],
) -> Result<bool> {
    let why = if unread.is_empty() { "nothing is recorded to compare with".to_owned() } else { unread.join("; ") };
    let hint = "compare with inputs: mesh diff -f FILE, or --set profile=NAME";
    let there: Vec<String> = control_planes.iter().map(|object| object.id().to_string()).collect();
    if output == TextOutput::Json {
        let element = json!({
            "cluster": cluster.name(), "server": cluster.server(), "same": false, "because": why, "hint": hint,
            "controlPlanes": there, "installations": [], "create": [], "change": [], "delete": [],
        });
        settings.ui.result(&ui::json(&in_document(element)))?;
        return Ok(false);
    }
    let mut lines = vec![why];
    lines.extend(there.iter().map(|id| format!("there is {id}: mesh status tells how it is")));
    lines.push(hint.to_owned());
    settings.ui.result(&lines.iter().map(|line| format!("{}\n", sanitize(line))).collect::<String>())?;
    Ok(false)
}
