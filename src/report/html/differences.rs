//! What a change would write, and what differs.

use serde_json::Value;

use super::markup::{Html, Tone, code, fold, lines, list, part, table};
use super::{Shown, items, text, texts, value_of, warnings};
use crate::report::unified;
use crate::text::count;

/// Of `diff`, and of a change that is only shown.
pub(super) fn diff(one: &Value) -> Shown {
    let several = items(one, "installations");
    let inside = match several {
        [] => installation(one),
        several => several
            .iter()
            .map(|one| fold(true, format!("installation {}", text(one, "installation")), installation(one)))
            .collect(),
    };
    let because = match text(one, "because") {
        "" => Html::default(),
        why => Html::element("p", "", why).then(Html::element("p", "dim", text(one, "hint"))),
    };
    let refused = items(one, "refused").len() + several.iter().map(|one| items(one, "refused").len()).sum::<usize>();
    let (tone, word) = match () {
        () if refused > 0 => (Tone::Bad, format!("{} would be refused", count(refused, "object"))),
        () if one["same"] == true => (Tone::Good, "nothing differs".to_owned()),
        () => (Tone::Warn, "differs".to_owned()),
    };
    Shown::new(tone, word, because.then(inside))
}

fn installation(one: &Value) -> Html {
    let why = |one: &Value| code(text(one, "object")).then(format!(": {}", text(one, "why")));
    let created = items(one, "create").iter().map(|object| {
        let unknown: Vec<&str> = texts(object, "unknownFields").collect();
        let note = match (unknown.as_slice(), text(object, "check")) {
            ([], "none") => " (not checked)".to_owned(),
            ([], _) => String::new(),
            (fields, _) => format!(" (not as its kind has it: {})", fields.join(", ")),
        };
        code(text(object, "object")).then(note)
    });
    let effects = list(texts_of(items(one, "effects"), "text").map(Html::from));
    Html::element("p", "dim", summary(one))
        .then(part("Takes effect on what runs", effects))
        .then(part("Would be refused", list(items(one, "refused").iter().map(why))))
        .then(part("Changes", items(one, "change").iter().map(changed).collect()))
        .then(part("New", list(created)))
        .then(part("Goes", list(texts(one, "delete").map(code))))
        .then(part("Stays, though not wanted any more", list(items(one, "keep").iter().map(why))))
        .then(part("Recorded settings that are left out", dropped(one)))
        .then(warnings(one))
}

fn texts_of<'v>(values: &'v [Value], field: &'static str) -> impl Iterator<Item = &'v str> {
    values.iter().map(move |one| text(one, field)).filter(|text| !text.is_empty())
}

fn summary(one: &Value) -> String {
    let number = |field: &str| items(one, field).len();
    let (create, change, delete) = (number("create"), number("change"), number("delete"));
    format!(
        "installation {}, revision {}: {create} new, {change} changed, {delete} gone",
        text(one, "installation"),
        text(one, "revision")
    )
}

fn dropped(one: &Value) -> Html {
    list(items(one, "dropped").iter().map(value_of))
}

fn changed(object: &Value) -> Html {
    let fields = items(object, "fields");
    let mut summary = code(text(object, "object")).then(format!(" {}", count(fields.len(), "field")));
    if let Some(field) = object["recreatedFor"].as_str() {
        summary = summary.then(format!("; it is deleted and made anew, as {field} cannot be changed"));
    }
    if let Some(from) = object["movesFrom"].as_str() {
        summary = summary.then(format!("; it moves from installation {from}"));
    }
    let row = |field: &Value| {
        let (found, wanted) = (&field["found"], &field["wanted"]);
        let values = match (found.as_str(), wanted.as_str()) {
            (Some(found), Some(wanted)) if found.contains('\n') || wanted.contains('\n') => {
                [lines(&unified::raw(found, wanted)), Html::default()]
            }
            _ => [value_of(found), value_of(wanted)],
        };
        let [found, wanted] = values;
        vec![code(text(field, "path")), found, wanted, text(field, "manager").into()]
    };
    fold(fields.len() <= 10, summary, table(&["Field", "Is", "Becomes", "Set by"], fields.iter().map(row).collect()))
}
