//! Annotations of GitHub's workflows: a command a finding.

use super::Findings;
use crate::check::Level;
use crate::ui::sanitize;

/// One line a finding, and one that sums an installation up.
pub fn github(all: &[Findings]) -> String {
    all.iter().map(one).collect()
}

fn one(findings: &Findings) -> String {
    let mut text = String::new();
    for finding in findings.counted() {
        let command = if finding.level == Level::Error { "error" } else { "warning" };
        let title = finding
            .object
            .as_ref()
            .map_or_else(|| finding.rule.to_owned(), |object| format!("{}: {object}", finding.rule));
        let file = findings.file.as_ref().map(|file| format!("file={},", property(file))).unwrap_or_default();
        let hint = finding.hint.as_ref().map(|hint| format!(" [{hint}]")).unwrap_or_default();
        let message = data(&format!("{}{hint}", finding.line()));
        text.push_str(&format!("::{command} {file}title={}::{message}\n", property(&title)));
    }
    if findings.passes() {
        let summary = format!("{} on {} is as wanted by {}", findings.subject(), findings.cluster, findings.against);
        text.push_str(&format!("::notice title=mesh verify::{}\n", data(&summary)));
    }
    text
}

/// What GitHub's runner takes apart has to be encoded.
fn data(text: &str) -> String {
    sanitize(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_early() {
        assert_eq!(property("a:b,c%\n::error::x"), "a%3Ab%2Cc%25 ⏎ %3A%3Aerror%3A%3Ax");
    }
}
