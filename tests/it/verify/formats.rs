//! What readers of the formats insist on: what JUnit's and SARIF's schemas require, and GitHub's commands.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::schema;

/// Holds a document to its schema; it has to tell this many errors.
pub(super) fn check(format: &str, text: &str, errors: usize) -> Result<()> {
    match format {
        "json" => {
            let document: Value = serde_json::from_str(text)?;
            ensure!(document["clusters"][0]["passed"] == (errors == 0));
            Ok(())
        }
        "junit" => junit(text, errors),
        "sarif" => sarif(&serde_json::from_str(text)?, errors),
        "github" => github(text, errors),
        other => bail!("unknown format {other}"),
    }
}

/// An element: name, attributes, children, and whether there is text beside them.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) has_text: bool,
}

impl Element {
    fn attribute(&self, name: &str) -> Result<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).with_context(|| format!("<{}> has no {name}", self.name))
    }

    fn number(&self, name: &str) -> Result<usize> {
        self.attribute(name)?.parse().with_context(|| format!("<{}> {name}", self.name))
    }
}

/// Reads XML: strict about everything that JUnit's readers are strict about.
fn xml(text: &str) -> Result<Element> {
    let text = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").context("no declaration")?;
    let legal = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    ensure!(text.chars().all(legal), "characters that XML does not have");
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        entities(&rest[..start])?;
        let within = open.last_mut().context("nothing is open")?;
        within.has_text |= !rest[..start].trim().is_empty();
        let end = rest[start..].find('>').context("a tag without an end")? + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let element = open.pop().context("nothing is open")?;
            ensure!(element.name == name, "</{name}> closes <{}>", element.name);
            open.last_mut().context("nothing is open")?.children.push(element);
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let element = element(tag)?;
        if closed {
            open.last_mut().context("nothing is open")?.children.push(element);
        } else {
            open.push(element);
        }
    }
    ensure!(open.len() == 1, "<{}> is not closed", open.last().map_or("", |one| &one.name));
    open.pop().and_then(|mut root| root.children.pop()).context("no root")
}

fn element(tag: &str) -> Result<Element> {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    while !rest.trim().is_empty() {
        let (name, after) = rest.split_once("=\"").with_context(|| format!("an attribute in {tag:?}"))?;
        let (value, after) = after.split_once('"').with_context(|| format!("a value in {tag:?}"))?;
        ensure!(!value.contains('<'), "{value:?}");
        entities(value)?;
        let name = name.trim().to_owned();
        ensure!(element.attributes.iter().all(|(known, _)| *known != name), "{name} twice in {tag:?}");
        element.attributes.push((name, value.to_owned()));
        rest = after;
    }
    Ok(element)
}

fn entities(text: &str) -> Result<()> {
    for part in text.split('&').skip(1) {
        ensure!(
            ["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|name| part.starts_with(name)),
            "a bare &: {text:?}"
        );
    }
    Ok(())
}

/// The schema, what readers ask for beside it, and counts that are right.
fn junit(text: &str, errors: usize) -> Result<()> {
    let root = xml(text)?;
    ensure!(root.name == "testsuites", "{}", root.name);
    schema::junit(&root)?;
    let (mut tests, mut failures) = (0, 0);
    for suite in &root.children {
        let time = suite.attribute("timestamp")?;
        ensure!(time.len() == 19 && !time.ends_with('Z'), "ISO 8601 without a zone: {time}");
        suite.attribute("time")?.parse::<f64>()?;
        let mut failed = 0;
        for case in &suite.children {
            ensure!(!case.attribute("name")?.is_empty() && !case.attribute("classname")?.is_empty());
            case.attribute("time")?.parse::<f64>()?;
            let of = |name: &str| case.children.iter().filter(|child| child.name == name).count();
            ensure!(of("failure") <= 1 && of("skipped") <= 1 && of("system-out") <= 1);
            for failure in case.children.iter().filter(|child| child.name == "failure") {
                failure.attribute("message")?;
                failure.attribute("type")?;
                failed += 1;
            }
        }
        ensure!(suite.number("tests")? == suite.children.len() && suite.number("failures")? == failed);
        suite.number("skipped")?;
        tests += suite.children.len();
        failures += failed;
    }
    ensure!(root.number("tests")? == tests && root.number("failures")? == failures && tests > 40);
    ensure!(failures == errors, "{failures} failures, not {errors}");
    Ok(())
}

/// The schema, and what code scanning asks for beside it.
fn sarif(document: &Value, errors: usize) -> Result<()> {
    schema::sarif("log", document)?;
    let runs = document["runs"].as_array().context("runs")?;
    ensure!(runs.len() == 1);
    let driver = &runs[0]["tool"]["driver"];
    ensure!(driver["name"] == "mesh" && driver["version"].is_string() && document["$schema"].is_string());
    let rules = driver["rules"].as_array().context("rules")?;
    for rule in rules {
        ensure!(rule["shortDescription"]["text"].is_string(), "{rule}");
    }
    let results = runs[0]["results"].as_array().context("results")?;
    let mut told = 0;
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().context("ruleIndex")?)?;
        ensure!(rules[index]["id"] == result["ruleId"], "{result}");
        told += usize::from(result["level"] == "error");
        ensure!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()), "{result}");
        for location in result["locations"].as_array().context("locations")? {
            let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().context("uri")?;
            ensure!(!uri.contains([' ', '[', '"', '\\']) && !uri.is_empty(), "{uri}");
            ensure!(location["physicalLocation"]["region"]["startLine"].is_u64());
            ensure!(location["logicalLocations"][0]["fullyQualifiedName"].is_string());
        }
        ensure!(result["partialFingerprints"].is_object());
    }
    ensure!(told == errors, "{told} errors, not {errors}");
    Ok(())
}

fn github(text: &str, errors: usize) -> Result<()> {
    let mut told = 0;
    for line in text.lines() {
        let rest = line.strip_prefix("::").with_context(|| format!("{line:?} is no command"))?;
        let (head, message) = rest.split_once("::").with_context(|| format!("{line:?} has no message"))?;
        let (command, properties) = head.split_once(' ').with_context(|| format!("{line:?} has no properties"))?;
        ensure!(["error", "warning", "notice"].contains(&command) && !message.is_empty(), "{line}");
        ensure!(
            properties.split(',').all(|one| one.split_once('=').is_some_and(|(_, value)| !value.contains(':'))),
            "{line}"
        );
        told += usize::from(command == "error");
    }
    ensure!(told == errors, "{told} errors, not {errors}:\n{text}");
    Ok(())
}
