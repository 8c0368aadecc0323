//! What was found: by `verify`, and by `check`.

use serde_json::Value;

use super::markup::{Html, Tone, badge, code, fold, list, part, table};
use super::{Shown, items, number, text, texts, value_of, warnings};
use crate::text::count;

/// Of `verify`: what is wrong, by what it is about, and what was looked at.
pub(super) fn verification(one: &Value) -> Shown {
    let findings = items(one, "findings");
    let counted = findings.iter().filter(|finding| finding.get("ignored").is_none());
    let inside = about(one)
        .then(part("Findings", counted.map(shown).collect()))
        .then(part("Ignored by a rule", ignored(findings)))
        .then(warnings(one))
        .then(fold(false, Html::from(looked_at(one)), cases(one)));
    match one["passed"] == true {
        true => Shown::new(Tone::Good, "as wanted", inside),
        false => Shown::new(Tone::Bad, format!("not as wanted: {}", count(number(one, "errors"), "error")), inside),
    }
}

/// Whose installations they are, and what they were compared with.
fn about(one: &Value) -> Html {
    let line = |one: &Value| -> Html {
        let passes =
            if one["passed"] == true { badge(Tone::Good, "as wanted") } else { badge(Tone::Bad, "not as wanted") };
        Html::from(format!(
            "installation {}, revision {}, against {} ",
            name(one),
            text(one, "revision"),
            text(one, "against")
        ))
        .then(passes)
    };
    match items(one, "installations") {
        [] => Html::element("p", "dim", line(one)),
        several => list(several.iter().map(line)),
    }
}

fn name(one: &Value) -> &str {
    match text(one, "installation") {
        "" => "without a name",
        name => name,
    }
}

fn shown(finding: &Value) -> Html {
    let tone = if finding["level"] == "error" { Tone::Bad } else { Tone::Warn };
    let summary = badge(tone, text(finding, "rule"))
        .then(Html::from(" "))
        .then(code(text(finding, "object")))
        .then(Html::from(" "));
    let summary = summary.then(text(finding, "message"));
    let mut rows: Vec<Vec<Html>> = Vec::new();
    for (field, head) in [
        ("field", "Field"),
        ("wanted", "Wanted"),
        ("found", "Found"),
        ("manager", "Changed by"),
        ("installation", "Installation"),
    ] {
        if let Some(value) = finding.get(field) {
            rows.push(vec![head.into(), value_of(value)]);
        }
    }
    let hint = match text(finding, "hint") {
        "" => Html::default(),
        hint => Html::element("p", "", Html::from("hint: ").then(code(hint))),
    };
    fold(tone == Tone::Bad, summary, table(&["", ""], rows).then(hint))
}

fn ignored(findings: &[Value]) -> Html {
    let ignored = findings.iter().filter(|finding| finding.get("ignored").is_some());
    list(ignored.map(|one| {
        code(text(one, "object")).then(format!(" {}: ", text(one, "message"))).then(Html::element(
            "span",
            "dim",
            text(one, "ignored"),
        ))
    }))
}

fn looked_at(one: &Value) -> String {
    format!("{} looked at", crate::text::were(items(one, "cases").len(), "thing"))
}

fn cases(one: &Value) -> Html {
    let tone = |case: &Value| match text(case, "result") {
        "passed" => Tone::Good,
        "warning" => Tone::Warn,
        "failed" => Tone::Bad,
        _ => Tone::Plain,
    };
    let row = |case: &Value| {
        let why = Html::element("span", "dim", text(case, "because"));
        vec![
            text(case, "suite").into(),
            code(text(case, "name")),
            badge(tone(case), text(case, "result")).then(Html::from(" ")).then(why),
        ]
    };
    table(&["Suite", "What", "Result"], items(one, "cases").iter().map(row).collect())
}

/// Of `check`: what fails, what to look at, and what is well.
pub(super) fn check(one: &Value) -> Shown {
    let of = |results: &[&str]| -> Html {
        let all = items(one, "checks").iter().filter(|check| results.contains(&text(check, "result")));
        all.map(checked).collect()
    };
    let unknown: Html = list(texts(one, "unknown").map(Html::from));
    let fixed: Html = list(texts(one, "fixed").map(code));
    let inside = part("Found", of(&["failed", "warning"]))
        .then(part("Removed", fixed))
        .then(part("Not known", unknown))
        .then(part("Nothing found, or not looked at", of(&["passed", "skipped"])));
    let count_of = |result: &str| items(one, "checks").iter().filter(|check| text(check, "result") == result).count();
    match (count_of("failed"), count_of("warning")) {
        (0, 0) => Shown::new(Tone::Good, "nothing was found", inside),
        (0, warned) => Shown::new(Tone::Warn, format!("{warned} to look at"), inside),
        (failed, _) => Shown::new(Tone::Bad, format!("{failed} failed"), inside),
    }
}

fn checked(check: &Value) -> Html {
    let (tone, is_found) = match text(check, "result") {
        "failed" => (Tone::Bad, true),
        "warning" => (Tone::Warn, true),
        "passed" => (Tone::Good, false),
        _ => (Tone::Plain, false),
    };
    let summary =
        badge(tone, text(check, "result")).then(format!(" {} ", text(check, "title"))).then(code(text(check, "id")));
    let reasons = list(texts(check, "reasons").map(Html::from));
    let hint = match text(check, "hint") {
        hint if is_found && !hint.is_empty() => Html::element("p", "", format!("hint: {hint}")),
        _ => Html::default(),
    };
    fold(is_found, summary, reasons.then(hint))
}
