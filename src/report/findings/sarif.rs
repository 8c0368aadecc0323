//! SARIF 2.1.0 (OASIS), as code scanning takes it.

use serde_json::{Value, json};

use super::{Findings, about};
use crate::check::{Finding, Level};
use crate::ui::sanitize;

/// The document: a run an installation.
pub fn sarif(all: &[Findings]) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": all.iter().map(run).collect::<Vec<_>>(),
    })
}

fn run(findings: &Findings) -> Value {
    let all: Vec<&Finding> = findings.cases.iter().flat_map(|case| &case.findings).collect();
    let mut rules: Vec<&str> = all.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let results: Vec<Value> = all
        .iter()
        .map(|finding| {
            let place = finding.object.clone().unwrap_or_else(|| findings.subject());
            let field = finding.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
            let logical = sanitize(&format!("{place}{field}"));
            // Code scanning shows results at a file: that of the inputs, else one that is named after the object.
            let uri = findings.file.clone().unwrap_or_else(|| place.clone());
            let mut result = json!({
                "ruleId": finding.rule,
                "ruleIndex": rules.iter().position(|rule| *rule == finding.rule),
                "level": if finding.level == Level::Error { "error" } else { "warning" },
                "message": { "text": sanitize(&told(finding)) },
                "locations": [{
                    "physicalLocation": { "artifactLocation": { "uri": encoded(&uri) }, "region": { "startLine": 1 } },
                    "logicalLocations": [{ "fullyQualifiedName": logical, "kind": "object" }],
                }],
                "partialFingerprints": { "mesh/v1": format!("{}:{logical}", finding.rule) },
            });
            if let Some(reason) = &finding.ignored {
                result["suppressions"] = json!([{ "kind": "external", "justification": sanitize(reason) }]);
            }
            result
        })
        .collect();
    let rules: Vec<Value> =
        rules.iter().map(|rule| json!({ "id": rule, "shortDescription": { "text": about(rule) } })).collect();
    json!({
        "tool": { "driver": { "name": "mesh", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
        "automationDetails": { "id": format!("mesh-verify/{}", sanitize(&findings.installation)) },
        "results": results,
    })
}

fn told(finding: &Finding) -> String {
    match &finding.hint {
        Some(hint) => format!("{}. To mend: {hint}", finding.line()),
        None => finding.line(),
    }
}

/// A relative reference (RFC 3986): everything else than its plain characters is encoded.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
