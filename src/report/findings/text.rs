//! For people: a line for what belongs together, and one for each finding.

use std::collections::BTreeMap;

use super::Findings;
use crate::check::{Case, Level, Suite};
use crate::text::{count, verb};
use crate::ui::{Style, Ui, sanitize};

/// The text, each line with its end: an installation after the other.
pub fn text(all: &[Findings], ui: &Ui) -> String {
    all.iter().map(|findings| one(findings, ui)).collect::<Vec<_>>().join("\n")
}

fn one(findings: &Findings, ui: &Ui) -> String {
    let mut text = String::new();
    let suites = [
        Suite::Records,
        Suite::Objects,
        Suite::Definitions,
        Suite::Workloads,
        Suite::Webhooks,
        Suite::Proxies,
        Suite::Probe,
    ];
    for suite in suites {
        let cases: Vec<&Case> = findings.cases.iter().filter(|case| case.suite == suite).collect();
        if cases.is_empty() {
            continue;
        }
        let (skipped, cases): (Vec<&Case>, Vec<&Case>) = cases.into_iter().partition(|case| case.skipped.is_some());
        let failed = cases.iter().filter(|case| case.fails()).count();
        let (mark, style) = if failed > 0 { ("✘", Style::Bad) } else { ("✔", Style::Good) };
        if !cases.is_empty() {
            text.push_str(&format!("{} {}\n", ui.paint_result(style, mark), headline(suite, cases.len(), failed)));
        }
        text.push_str(&not_looked_at(&skipped));
        for finding in cases.iter().flat_map(|case| case.counted()) {
            let warning = if finding.level == Level::Warning { "warning: " } else { "" };
            text.push_str(&format!("  {warning}{}\n", sanitize(&finding.line())));
            if let Some(hint) = &finding.hint {
                text.push_str(&format!("    {}\n", sanitize(hint)));
            }
        }
    }
    let ignored = findings.cases.iter().flat_map(|case| &case.findings).filter(|one| one.ignored.is_some()).count();
    if ignored > 0 {
        let what = format!("{} {} ignored", count(ignored, "finding"), verb(ignored, "is", "are"));
        text.push_str(&format!("- {what} by rules\n"));
    }
    if findings.against.is_empty() {
        text.push_str(&format!("nothing on {} was compared\n", sanitize(&findings.cluster)));
        return text;
    }
    let answer = if findings.passes() { "as wanted" } else { "not as wanted" };
    text.push_str(&format!(
        "{} on {} is {answer} by {}\n",
        sanitize(&findings.subject()),
        sanitize(&findings.cluster),
        sanitize(&findings.against)
    ));
    text
}

/// What was not compared, a line a reason.
fn not_looked_at(skipped: &[&Case]) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for why in skipped.iter().filter_map(|case| case.skipped.as_deref()) {
        *reasons.entry(why).or_default() += 1;
    }
    reasons.iter().map(|(why, number)| format!("- {number} not looked at: {}\n", sanitize(why))).collect()
}

fn headline(suite: Suite, all: usize, failed: usize) -> String {
    let (noun, rest, good, bad) = match suite {
        Suite::Records => ("record", "", "read", "not there"),
        Suite::Objects => ("object", "", "as wanted", "not as wanted"),
        Suite::Definitions => ("definition", "", "served", "not served"),
        Suite::Workloads => ("workload", "", "ready", "not ready"),
        Suite::Webhooks => ("webhook configuration", "", "answered", "not answered"),
        Suite::Proxies => ("version", " of proxies", "as wanted", "not as wanted"),
        Suite::Probe => ("probe", "", "injected", "not injected"),
    };
    let all = count(all, noun) + rest;
    if failed == 0 { format!("{all} {good}") } else { format!("{failed} of {all} {bad}") }
}
