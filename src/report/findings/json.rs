//! For machines: one versioned document.

use serde_json::{Value, json as value};

use super::Findings;
use crate::check::Level;

/// The document's element for this cluster.
pub fn json(findings: &Findings) -> Value {
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
