//! JUnit's XML, as Jenkins' and GitLab's readers take it: a suite for what belongs together, a case for each object.

use std::collections::BTreeMap;

use super::Findings;
use crate::check::{Case, Finding, Level, Suite};
use crate::text::more;
use crate::ui::sanitize;

/// The document.
pub fn junit(all: &[Findings]) -> String {
    let (tests, failures, _) = counts(all.iter().flat_map(|findings| &findings.cases));
    let seconds: f64 = all.iter().map(|findings| findings.seconds).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str(&format!(
        "<testsuites name=\"mesh verify\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{seconds:.3}\">\n",
    ));
    all.iter().for_each(|findings| write_suites(&mut xml, findings));
    xml.push_str("</testsuites>\n");
    xml
}

fn write_suites(xml: &mut String, findings: &Findings) {
    let mut suites: BTreeMap<Suite, Vec<&Case>> = BTreeMap::new();
    for case in &findings.cases {
        suites.entry(case.suite).or_default().push(case);
    }
    for (suite, cases) in suites {
        let (tests, failures, skipped) = counts(cases.iter().copied());
        xml.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" \
             time=\"0.000\" timestamp=\"{}\" hostname=\"{}\">\n",
            suite.name(),
            escaped(&findings.time),
            escaped(&findings.cluster)
        ));
        cases.iter().for_each(|case| write_case(xml, findings, case));
        xml.push_str("  </testsuite>\n");
    }
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> (usize, usize, usize) {
    cases.fold((0, 0, 0), |(tests, failures, skipped), case| {
        (tests + 1, failures + usize::from(case.fails()), skipped + usize::from(case.skipped.is_some()))
    })
}

fn write_case(xml: &mut String, findings: &Findings, case: &Case) {
    let class = format!("mesh.{}.{}", findings.installation, case.suite.name());
    xml.push_str(&format!(
        "    <testcase name=\"{}\" classname=\"{}\" time=\"0.000\"",
        escaped(&case.name),
        escaped(&class)
    ));
    let errors: Vec<&Finding> = case.counted().filter(|one| one.level == Level::Error).collect();
    let others: Vec<&Finding> = case.findings.iter().filter(|one| !errors.contains(one)).collect();
    if errors.is_empty() && others.is_empty() && case.skipped.is_none() {
        xml.push_str("/>\n");
        return;
    }
    xml.push_str(">\n");
    if let Some(why) = &case.skipped {
        xml.push_str(&format!("      <skipped message=\"{}\"/>\n", escaped(why)));
    }
    // One failure a case: more than one is more than some readers take.
    if let Some(first) = errors.first() {
        let message = match more(errors.len() - 1) {
            None => first.message.clone(),
            Some(more) => format!("{} ({more})", first.message),
        };
        let lines: Vec<String> = errors.iter().map(|one| escaped(&told(one))).collect();
        xml.push_str(&format!(
            "      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
            escaped(&message),
            first.rule,
            lines.join("\n")
        ));
    }
    if !others.is_empty() {
        let line = |one: &&Finding| {
            let why = one.ignored.as_ref().map_or_else(|| "warning".to_owned(), |why| format!("ignored ({why})"));
            escaped(&format!("{why}: {}", told(one)))
        };
        let lines: Vec<String> = others.iter().map(line).collect();
        xml.push_str(&format!("      <system-out>{}</system-out>\n", lines.join("\n")));
    }
    xml.push_str("    </testcase>\n");
}

fn told(finding: &Finding) -> String {
    match &finding.hint {
        Some(hint) => format!("{} [{hint}]", finding.line()),
        None => finding.line(),
    }
}

/// Text as XML 1.0 takes it: no control characters, which [`sanitize`] writes out, and none of the two that are no characters.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in sanitize(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_xml() {
        assert_eq!(escaped("a<b>&\"c\"\u{1b}\u{ffff}\n"), "a&lt;b&gt;&amp;&quot;c&quot;\\u{1b}\u{fffd} ⏎ ");
    }
}
