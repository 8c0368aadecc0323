//! A summary of changes in words and as JSON: the result of `diff` and of dry runs, and what every question shows.

use serde_json::{Value, json};
use similar::ChangeTag;

use super::question::{self, Question};
use super::unified;
use crate::cluster::Cluster;
use crate::config::Dropped;
use crate::istio::Installation;
use crate::object::ObjectId;
use crate::plan::summary::{Changed, Checked, Creation};
use crate::plan::{Class, Difference, Summary};
use crate::read::Survey;
use crate::text;
use crate::ui::{Style, Ui, sanitize};

/// Longer values are cut.
const LONGEST_VALUE: usize = 100;
/// Of a text of many lines, so many that differ are shown.
const MOST_LINES: usize = 20;
/// How many lines are shown before a question: what fits on a screen.
const SHOWN_LINES: usize = 40;

/// How text is coloured: for stdout or for stderr.
pub type Paint<'p> = &'p dyn Fn(Style, &str) -> String;

/// The lines of a summary. `dropped` are recorded settings that are not given.
pub fn lines(summary: &Summary, dropped: &[Dropped], paint: Paint<'_>) -> Vec<String> {
    told(summary, dropped, paint, true)
}

/// The same without the fields: a line an object.
pub fn brief(summary: &Summary, dropped: &[Dropped], paint: Paint<'_>) -> Vec<String> {
    told(summary, dropped, paint, false)
}

fn told(summary: &Summary, dropped: &[Dropped], paint: Paint<'_>, fields: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let number = summary.create.len();
    heading(&mut lines, paint, "create", number);
    if let Some(heading) = lines.last_mut().filter(|_| number > 0) {
        heading.push_str(&how_checked(summary));
    }
    lines.extend(summary.create.iter().map(|creation| created(creation, paint)));
    heading(&mut lines, paint, "change", summary.change.len());
    for change in &summary.change {
        changed(&mut lines, change, paint, fields);
    }
    heading(&mut lines, paint, "delete", summary.delete.len());
    lines.extend(summary.delete.iter().map(|id| paint(Style::Bad, &format!("  - {}", shown(id)))));
    heading(&mut lines, paint, "keep, though not wanted any more:", summary.keep.len());
    lines.extend(summary.keep.iter().map(|(id, why)| format!("  = {} {}", shown(id), sanitize(why))));
    heading(&mut lines, paint, "may not be written:", summary.refused.len());
    lines.extend(summary.refused.iter().map(|(id, why)| format!("  ! {} {}", shown(id), sanitize(why))));
    for (manager, objects) in &summary.taken_over {
        lines.push(format!("takes over fields of {} from {}", text::count(*objects, "object"), sanitize(manager)));
    }
    for (id, maker) in &summary.made_by {
        lines.push(format!("{} was made by {}", shown(id), sanitize(&maker.to_string())));
    }
    if !dropped.is_empty() {
        lines.push(paint(Style::Bold, &format!("leaves out {}", text::count(dropped.len(), "recorded setting"))));
        lines.extend(dropped.iter().map(|setting| format!("  - {}", sanitize(&setting.to_string()))));
    }
    if !summary.effects.is_empty() {
        let effects: Vec<String> = summary.effects.iter().map(|effect| sanitize(&effect.to_string())).collect();
        lines.push(paint(Style::Warn, &format!("this {}", effects.join(", "))));
    }
    lines
}

/// The question before a change like this: what it is about, as far as it fits on a screen.
pub fn question(ui: &Ui, cluster: &Cluster, summary: &Summary, dropped: &[Dropped]) -> Question {
    let paint = |style: Style, text: &str| ui.paint(style, text);
    let mut all = lines(summary, dropped, &paint);
    if all.len() > SHOWN_LINES {
        all = brief(summary, dropped, &paint);
    }
    let mut shown = vec![format!("on {} ({}):", sanitize(cluster.name()), sanitize(cluster.server()))];
    // The last line says what it means, and is always shown.
    let rest = all.split_off(all.len().min(SHOWN_LINES - 1));
    shown.append(&mut all);
    if let Some((last, between)) = rest.split_last() {
        if !between.is_empty() {
            shown.push(format!("  and {} more (see all: mesh diff)", text::count(between.len(), "line")));
        }
        shown.push(last.clone());
    }
    Question::proceed(shown, question::unconfirmed("existing objects would change").hint("nothing was written"))
}

/// The element of a `clusters` list for one cluster.
pub fn document(cluster: &Cluster, survey: &Survey, summary: &Summary) -> Value {
    let mut document = of_summary(cluster, &survey.installation, summary);
    document["dropped"] = json!(survey.dropped);
    document["warnings"] = survey.warnings.clone().into();
    if let Some(number) = survey.record_in_use() {
        document["record"] = number.into();
    }
    document
}

/// What a change of `installation` changes.
pub fn of_summary(cluster: &Cluster, installation: &Installation, summary: &Summary) -> Value {
    let creations = summary.create.iter().map(|creation| {
        let mut object = json!({ "object": creation.id.to_string(), "check": creation.check });
        if !creation.unknown.is_empty() {
            object["unknownFields"] = creation.unknown.clone().into();
        }
        object
    });
    let made_by = summary.made_by.iter().map(|(id, maker)| json!({ "object": id.to_string(), "maker": maker }));
    json!({
        "cluster": cluster.name(),
        "server": cluster.server(),
        "revision": installation.revision,
        "installation": installation.to_string(),
        "same": summary.is_same(),
        "create": creations.collect::<Vec<_>>(),
        "change": changes(summary),
        "delete": summary.delete.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "keep": reasons(&summary.keep),
        "refused": reasons(&summary.refused),
        "takenOver": summary.taken_over,
        "madeBy": made_by.collect::<Vec<_>>(),
        "dropped": [],
        "effects": effects(summary),
        "warnings": [],
    })
}

/// What differs, each with its fields.
pub(super) fn changes(summary: &Summary) -> Value {
    let changes = summary.change.iter().map(|change| {
        let differences: Vec<Value> =
            change.differences.iter().map(|difference| difference_value(&change.id, difference)).collect();
        let mut object = json!({ "object": change.id.to_string(), "fields": differences });
        if let Some(field) = &change.recreated_for {
            object["recreatedFor"] = field.as_str().into();
        }
        if let Some(installation) = &change.moves_from {
            object["movesFrom"] = installation.as_str().into();
        }
        object
    });
    changes.collect()
}

/// What that does to what runs.
pub(super) fn effects(summary: &Summary) -> Value {
    let effects = summary.effects.iter().map(|effect| {
        let objects: Vec<String> = effect.objects.iter().map(ToString::to_string).collect();
        json!({ "effect": effect.effect, "objects": objects, "text": effect.to_string() })
    });
    effects.collect()
}

/// Objects, each with why.
pub(super) fn reasons(list: &[(ObjectId, String)]) -> Value {
    list.iter().map(|(id, why)| json!({ "object": id.to_string(), "why": why })).collect()
}

fn heading(lines: &mut Vec<String>, paint: Paint<'_>, what: &str, number: usize) {
    if number > 0 {
        lines.push(paint(Style::Bold, &format!("{what} {number}")));
    }
}

/// By whom what is created was checked. What is not there cannot always be tried, as its namespace or kind may be new too.
fn how_checked(summary: &Summary) -> String {
    let count = |check: Checked| summary.create.iter().filter(|creation| creation.check == check).count();
    match (count(Checked::Server), count(Checked::Schema)) {
        (0, schema) if schema == summary.create.len() => " (checked by schema, not by the cluster)".to_owned(),
        (0, schema) => format!(" (checked {schema} by schema, not by the cluster)"),
        (tried, _) => format!(" ({tried} tried on the cluster, the rest checked by schema)"),
    }
}

fn created(creation: &Creation, paint: Paint<'_>) -> String {
    let mut line = paint(Style::Good, &format!("  + {}", shown(&creation.id)));
    if creation.check == Checked::None {
        line.push_str(" (not checked)");
    }
    if !creation.unknown.is_empty() {
        line.push_str(&format!(" (not as its kind has it: {})", sanitize(&creation.unknown.join(", "))));
    }
    line
}

fn changed(lines: &mut Vec<String>, change: &Changed, paint: Paint<'_>, fields: bool) {
    let mut line = paint(Style::Warn, &format!("  ~ {}", shown(&change.id)));
    if let Some(field) = &change.recreated_for {
        line.push_str(&format!(" is deleted and created: {} cannot be changed", sanitize(field)));
    }
    if let Some(installation) = &change.moves_from {
        line.push_str(&format!(" (moves from installation {})", sanitize(installation)));
    }
    lines.push(line);
    for difference in change.differences.iter().filter(|_| fields) {
        field(lines, &change.id, difference, paint);
    }
}

/// One field: `spec.replicas: 1 → 2`; texts of many lines as the lines that differ.
fn field(lines: &mut Vec<String>, id: &ObjectId, difference: &Difference, paint: Paint<'_>) {
    let difference = &difference.shown(id);
    let other = difference.manager.as_ref().filter(|manager| Class::of(manager) != Class::Ours);
    let by = other.map(|manager| format!(" (set by {})", sanitize(manager))).unwrap_or_default();
    let path = sanitize(&difference.path.to_string());
    if let (Some(Value::String(found)), Some(Value::String(wanted))) = (&difference.found, &difference.wanted)
        && (found.contains('\n') || wanted.contains('\n'))
    {
        lines.push(format!("      {path}:{by}"));
        let differing = unified::differing(found, wanted);
        for (tag, line) in differing.iter().take(MOST_LINES) {
            let (sign, style) = if *tag == ChangeTag::Delete { ('-', Style::Bad) } else { ('+', Style::Good) };
            lines.push(paint(style, &format!("        {sign} {}", sanitize(&cut(line)))));
        }
        if differing.len() > MOST_LINES {
            lines.push(format!(
                "        and {} more (see all: -o json)",
                text::count(differing.len() - MOST_LINES, "line")
            ));
        }
        return;
    }
    let value = |side: &Option<Value>| match side {
        None => "nothing".to_owned(),
        Some(Value::String(text)) if !text.is_empty() => sanitize(&cut(text)),
        Some(value) => sanitize(&cut(&value.to_string())),
    };
    lines.push(format!("      {path}: {} → {}{by}", value(&difference.found), value(&difference.wanted)));
}

fn difference_value(id: &ObjectId, difference: &Difference) -> Value {
    json!(difference.shown(id))
}

fn shown(id: &ObjectId) -> String {
    sanitize(&id.to_string())
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST_VALUE {
        return text.to_owned();
    }
    text.chars().take(LONGEST_VALUE - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::istio::Maker;
    use crate::plan::path::Path;
    use crate::plan::summary::Checked;

    fn plain(_: Style, text: &str) -> String {
        text.to_owned()
    }

    fn difference(field: &str, wanted: Option<Value>, found: Option<Value>) -> Difference {
        Difference { path: Path::of(&["data", field]), wanted, found, manager: None }
    }

    #[test]
    fn a_summary_in_words() {
        let map = ObjectId::new("v1", "ConfigMap", Some("n"), "istio");
        let secret = ObjectId::new("v1", "Secret", Some("n"), "s");
        let differences = vec![
            difference("mesh", Some(json!("a\nc\n")), Some(json!("a\nb\u{1b}[31m\n"))),
            difference("n", Some(json!(2)), None),
        ];
        let hidden = vec![difference("k", Some(json!("new")), Some(json!("old")))];
        let summary = Summary {
            create: vec![Creation { id: map.clone(), check: Checked::Schema, unknown: vec!["spec.x".into()] }],
            change: vec![
                Changed {
                    id: map.clone(),
                    differences,
                    recreated_for: None,
                    moves_from: Some("gw (revision x)".into()),
                },
                Changed {
                    id: secret.clone(),
                    differences: hidden,
                    recreated_for: Some("type".into()),
                    moves_from: None,
                },
            ],
            delete: vec![map.clone()],
            keep: vec![(secret.clone(), "is kept by x".into())],
            refused: vec![(secret, "no".into())],
            taken_over: BTreeMap::from([("helm".to_owned(), 2)]),
            made_by: vec![(map.clone(), Maker::Kubectl)],
            effects: Vec::new(),
        };
        let dropped = [Dropped { path: "meshConfig.a".into(), value: json!("b") }];
        let text = lines(&summary, &dropped, &plain).join("\n");
        let wanted = "\
create 1 (checked by schema, not by the cluster)
  + ConfigMap/n/istio (not as its kind has it: spec.x)
change 2
  ~ ConfigMap/n/istio (moves from installation gw (revision x))
      data.mesh:
        - b\\u{1b}[31m
        + c
      data.n: nothing → 2
  ~ Secret/n/s is deleted and created: type cannot be changed
      data.k: (hidden) → (hidden)
delete 1
  - ConfigMap/n/istio
keep, though not wanted any more: 1
  = Secret/n/s is kept by x
may not be written: 1
  ! Secret/n/s no
takes over fields of 2 objects from helm
ConfigMap/n/istio was made by kubectl
leaves out 1 recorded setting
  - meshConfig.a=b";
        assert_eq!(text, wanted);
    }
}
