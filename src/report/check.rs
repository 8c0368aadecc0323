//! What checks say.

use serde_json::{Value, json};

use super::document;
use crate::check::{Check, Facts, Grade, Verdict};
use crate::text;
use crate::ui::{Style, Ui, sanitize};

/// Checks, each with what it says.
type Verdicts = [(&'static Check, Verdict)];

/// What was mended, and what is found: with `all` also what is well.
pub fn text(ui: &Ui, all: bool, verdicts: &Verdicts, fixed: &[String]) -> String {
    let mut text = String::new();
    for one in fixed {
        text.push_str(&format!("{} {} removed\n", ui.paint_result(Style::Good, "✔"), sanitize(one)));
    }
    for (check, verdict) in verdicts {
        let (mark, style) = match verdict.outcome {
            Grade::Failed => ("✘", Style::Bad),
            Grade::Warning => ("!", Style::Warn),
            Grade::Skipped => ("-", Style::Dim),
            Grade::Passed => ("✔", Style::Good),
        };
        let is_bad = matches!(verdict.outcome, Grade::Failed | Grade::Warning);
        if !is_bad && !all {
            continue;
        }
        text.push_str(&format!("{} {} ({})\n", ui.paint_result(style, mark), check.title, check.id));
        for reason in &verdict.reasons {
            text.push_str(&format!("  {}\n", sanitize(reason)));
        }
        if is_bad {
            text.push_str(&format!("  hint: {}\n", sanitize(verdict.hint.as_deref().unwrap_or(check.hint))));
        }
    }
    let count = |outcome: Grade| verdicts.iter().filter(|(_, verdict)| verdict.outcome == outcome).count();
    let (failed, warned) = (count(Grade::Failed), count(Grade::Warning));
    let checks = text::count(verdicts.len(), "check");
    text.push_str(&match (failed, warned) {
        (0, 0) => format!("{checks}, nothing was found\n"),
        (failed, warned) => format!("{checks}: {failed} failed, {warned} to look at\n"),
    });
    text
}

/// A document of kind `Check`.
pub fn json(cluster: &str, facts: &Facts, verdicts: &Verdicts, fixed: &[String]) -> Value {
    let checks: Vec<Value> = verdicts
        .iter()
        .map(|(check, verdict)| {
            json!({
                "id": check.id,
                "title": check.title,
                "when": check.when,
                "result": verdict.outcome,
                "reasons": verdict.reasons,
                "hint": verdict.hint.as_deref().unwrap_or(check.hint),
            })
        })
        .collect();
    let passed = verdicts.iter().all(|(_, verdict)| verdict.outcome != Grade::Failed);
    let element = json!({
        "passed": passed,
        "checks": checks,
        "fixed": fixed,
        "unknown": facts.unknown,
    });
    document::of_cluster("Check", cluster, element)
}

/// Says what could not be read.
pub fn unknown(ui: &Ui, facts: &Facts) {
    facts.unknown.iter().for_each(|why| ui.message(&format!("warning: not known: {}", sanitize(why))));
}
