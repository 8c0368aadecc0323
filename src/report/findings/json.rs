//! For machines: one versioned document.

use serde_json::{Value, json as value};

use super::Findings;
use crate::check::Level;

/// The document's element for this cluster: of one installation what was found of it, of several all of that together, with
/// whose it is.
pub fn json(all: &[Findings]) -> Value {
    if let [findings] = all {
        let mut element = one(findings);
        element["installation"] = findings.installation.as_str().into();
        return element;
    }
    let elements: Vec<Value> = all.iter().map(one).collect();
    let named = |list: &str| -> Vec<Value> {
        let of = |(findings, element): (&Findings, &Value)| -> Vec<Value> {
            let mut items = element[list].as_array().cloned().unwrap_or_default();
            items.iter_mut().for_each(|item| item["installation"] = findings.installation.as_str().into());
            items
        };
        all.iter().zip(&elements).flat_map(of).collect()
    };
    let installations = all.iter().map(|findings| {
        value!({
            "installation": findings.installation,
            "revision": findings.revision,
            "against": findings.against,
            "passed": findings.passes(),
            "errors": findings.count(Level::Error),
        })
    });
    let warnings: Vec<&String> = all.iter().flat_map(|findings| &findings.warnings).collect();
    value!({
        "passed": all.iter().all(Findings::passes),
        "errors": all.iter().map(|findings| findings.count(Level::Error)).sum::<usize>(),
        "warnings": warnings,
        "installations": installations.collect::<Vec<_>>(),
        "cases": named("cases"),
        "findings": named("findings"),
    })
}

fn one(findings: &Findings) -> Value {
    let cases: Vec<Value> = findings
        .cases
        .iter()
        .map(|case| {
            let result = match (&case.skipped, case.fails(), case.counted().next()) {
                (Some(_), ..) => "skipped",
                (None, true, _) => "failed",
                (None, false, Some(_)) => "warning",
                (None, false, None) => "passed",
            };
            let mut shown = value!({ "suite": case.suite, "name": case.name, "result": result });
            if let Some(why) = &case.skipped {
                shown["because"] = why.as_str().into();
            }
            shown
        })
        .collect();
    let all: Vec<Value> = findings.cases.iter().flat_map(|case| &case.findings).map(|one| value!(one)).collect();
    value!({
        "revision": findings.revision,
        "against": findings.against,
        "passed": findings.passes(),
        "errors": findings.count(Level::Error),
        "warnings": findings.warnings,
        "cases": cases,
        "findings": all,
    })
}
