//! The rules of two schemas, as far as they are about what mesh writes: JUnit's (junit-10.xsd, which Jenkins publishes) and
//! that of SARIF 2.1.0 (OASIS). Both schemas know more; what is not in these tables counts as wrong, so that whoever writes
//! another element or property looks it up and adds it here.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::formats::Element;

/// An element: its attributes, the elements in it, and whether it may hold text. `!` marks what must be there.
struct Rule {
    element: &'static str,
    attributes: &'static [&'static str],
    children: &'static [&'static str],
    text: bool,
}

const JUNIT: &[Rule] = &[
    Rule {
        element: "testsuites",
        attributes: &["name", "time", "tests", "failures", "errors"],
        children: &["testsuite"],
        text: false,
    },
    Rule {
        element: "testsuite",
        attributes: &["name!", "tests!", "failures!", "errors!", "skipped", "time", "timestamp", "hostname"],
        children: &["testcase"],
        text: false,
    },
    Rule {
        element: "testcase",
        attributes: &["name!", "classname", "time"],
        children: &["skipped", "failure", "system-out"],
        text: false,
    },
    Rule { element: "failure", attributes: &["type", "message"], children: &[], text: true },
    Rule { element: "skipped", attributes: &["type", "message"], children: &[], text: true },
    Rule { element: "system-out", attributes: &[], children: &[], text: true },
];

/// Holds an element and all in it to the rules.
pub(super) fn junit(element: &Element) -> Result<()> {
    let name = element.name.as_str();
    let rule = JUNIT.iter().find(|rule| rule.element == name).with_context(|| format!("<{name}> is not known"))?;
    for (attribute, value) in &element.attributes {
        let known = rule.attributes.iter().any(|known| known.trim_end_matches('!') == attribute);
        ensure!(known, "<{name}> has an attribute {attribute}");
        // Of suites; that of a case may be any text.
        let (whole, part) = value.split_once('.').unwrap_or((value, ""));
        let is_time = part.len() <= 3 && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
        ensure!(attribute != "time" || name == "testcase" || is_time, "<{name}> time={value:?}");
    }
    for required in rule.attributes.iter().filter_map(|known| known.strip_suffix('!')) {
        ensure!(element.attributes.iter().any(|(known, _)| known == required), "<{name}> has no {required}");
    }
    ensure!(rule.text || !element.has_text, "<{name}> holds text");
    for child in &element.children {
        ensure!(rule.children.contains(&child.name.as_str()), "<{}> in <{name}>", child.name);
        junit(child)?;
    }
    Ok(())
}

/// What an object may hold: `name` a string, `name#` a number from 1, `name=KIND` an object, `name[]=KIND` a list of them,
/// `name:A|B` one of these words, `name{}` strings by any name; `#0` a number from 0; `!` what must be there.
const SARIF: &[(&str, &str)] = &[
    ("log", "$schema version!:2.1.0 runs![]=run"),
    ("run", "tool!=tool automationDetails=details results[]=result"),
    ("tool", "driver!=component"),
    ("component", "name! version rules[]=rule"),
    ("rule", "id! shortDescription=text"),
    ("text", "text!"),
    ("details", "id"),
    (
        "result",
        "ruleId ruleIndex#0 level:none|note|warning|error message!=message locations[]=location \
         partialFingerprints{} suppressions[]=suppression",
    ),
    // One of text and id must be there: it is the text.
    ("message", "text!"),
    ("location", "physicalLocation=place logicalLocations[]=logical"),
    // Of a place its address or its file.
    ("place", "artifactLocation!=file region=region"),
    ("file", "uri"),
    // Of a region its line, character or byte.
    ("region", "startLine!#"),
    ("logical", "fullyQualifiedName kind"),
    ("suppression", "kind!:inSource|external justification"),
];

/// Lists that must not hold anything twice.
const UNIQUE: [&str; 3] = ["rules", "logicalLocations", "suppressions"];

/// Holds an object of this kind and all in it to the rules.
pub(super) fn sarif(kind: &str, object: &Value) -> Result<()> {
    let (_, rule) = SARIF.iter().find(|(known, _)| *known == kind).with_context(|| format!("no kind {kind}"))?;
    let object = object.as_object().with_context(|| format!("{kind} is no object: {object}"))?;
    let rules: Vec<(String, &str, bool)> = rule
        .split_whitespace()
        .map(|word| {
            let required = word.contains('!');
            let end = word.find(['!', '#', '=', '[', ':', '{']).unwrap_or(word.len());
            (word[..end].to_owned(), &word[end..], required)
        })
        .collect();
    let missing = rules.iter().find(|(name, _, required)| *required && !object.contains_key(name));
    ensure!(missing.is_none(), "{kind}: not there: {missing:?}");
    for (name, value) in object {
        let found = rules.iter().find(|(known, ..)| known == name);
        let (_, shape, _) = found.with_context(|| format!("{kind} has a property {name}"))?;
        property(name, shape.trim_start_matches('!'), value).with_context(|| format!("{name} of {kind}"))?;
    }
    Ok(())
}

fn property(name: &str, shape: &str, value: &Value) -> Result<()> {
    if let Some(kind) = shape.strip_prefix("[]=") {
        let list = value.as_array().context("no list")?;
        let twice = UNIQUE.contains(&name) && list.iter().enumerate().any(|(place, one)| list[..place].contains(one));
        ensure!(!twice, "something is there twice: {value}");
        return list.iter().try_for_each(|one| sarif(kind, one));
    }
    if let Some(kind) = shape.strip_prefix('=') {
        return sarif(kind, value);
    }
    let is_right = match (shape, shape.strip_prefix(':')) {
        (_, Some(words)) => value.as_str().is_some_and(|value| words.split('|').any(|word| word == value)),
        ("#", _) => value.as_u64().is_some_and(|number| number > 0),
        ("#0", _) => value.is_u64(),
        ("{}", _) => value.as_object().is_some_and(|map| map.values().all(Value::is_string)),
        ("", _) => value.is_string(),
        (shape, _) => bail!("no shape {shape}"),
    };
    ensure!(is_right, "{value} is not {shape:?}");
    Ok(())
}
