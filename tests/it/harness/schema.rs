//! Documents against their schemas: the keywords of JSON Schema that mesh's own schemas use, and what a run says held to them.

use std::ffi::{OsStr, OsString};

use anyhow::{Context, Result, ensure};
use k8s_openapi::jiff::Timestamp;
use mesh::cli;
use mesh::report::schema::Document;
use serde_json::{Deserializer, Map, Value};

/// Holds what a run with `-o json` said to the schemas of its command: every document on stdout, and the error on stderr.
/// Without an exit code it was killed, maybe in the middle of a document.
pub(crate) fn hold<'a>(
    args: impl IntoIterator<Item = &'a OsStr>,
    code: Option<i32>,
    stdout: &str,
    stderr: &str,
) -> Result<()> {
    let args: Vec<OsString> = args.into_iter().map(OsStr::to_owned).collect();
    if !cli::wants_json(&args) {
        return Ok(());
    }
    for line in stderr.lines().filter(|line| line.starts_with('{')) {
        let error = serde_json::from_str(line).with_context(|| format!("{line:?} is not JSON"))?;
        let schema = Document::named("Error").context("mesh schema knows no Error")?;
        check(&error, schema).with_context(|| format!("on stderr of {args:?}"))?;
    }
    // What is no command, or asks for help, has no document.
    let Some(command) = command(&args) else { return Ok(()) };
    for document in Deserializer::from_str(stdout).into_iter::<Value>() {
        match document {
            Ok(document) => written(&document, &command).with_context(|| format!("of {args:?}: {document:#}"))?,
            Err(_) if code.is_none() => break,
            Err(error) => return Err(error).with_context(|| format!("stdout of {args:?} is not JSON:\n{stdout}")),
        }
    }
    Ok(())
}

/// The names of the command that these arguments are of, such as `tag list`.
fn command(args: &[OsString]) -> Option<String> {
    let line = std::iter::once(OsString::from("mesh")).chain(args.iter().cloned());
    let matches = cli::command().try_get_matches_from(line).ok()?;
    let (mut names, mut next) = (Vec::new(), matches.subcommand());
    while let Some((name, below)) = next {
        names.push(name.to_owned());
        next = below.subcommand();
    }
    Some(names.join(" "))
}

/// Holds a document to the schema of its kind, which has to be one of this command.
fn written(document: &Value, command: &str) -> Result<()> {
    // What `mesh schema NAME` prints is none of the documents.
    if command == "schema" && document.get("$schema").is_some() {
        return one_error(unknown_keywords(document));
    }
    let kind = document["kind"].as_str().context("a document without a kind")?;
    let schema = Document::named(kind).filter(|one| one.name() == kind);
    let schema = schema.with_context(|| format!("mesh schema knows no {kind}"))?;
    let is_of_command = schema.commands().contains(&command);
    ensure!(is_of_command, "mesh schema says that {kind} is of {:?}, not of mesh {command}", schema.commands());
    check(document, schema)
}

fn check(document: &Value, schema: Document) -> Result<()> {
    one_error(faults(&schema.schema(), document))
}

fn one_error(faults: Vec<String>) -> Result<()> {
    ensure!(faults.is_empty(), "not as its schema has it:\n{}", faults.join("\n"));
    Ok(())
}

/// In what a document is not as a schema has it, a line each.
pub(crate) fn faults(schema: &Value, document: &Value) -> Vec<String> {
    let mut checked = Checked { root: schema, faults: Vec::new() };
    checked.value(schema, document, "");
    checked.faults
}

struct Checked<'a> {
    root: &'a Value,
    faults: Vec<String>,
}

impl<'a> Checked<'a> {
    fn holds(&mut self, holds: bool, place: &str, what: impl FnOnce() -> String) {
        if !holds {
            let place = if place.is_empty() { "the document" } else { place };
            self.faults.push(format!("{place}: {}", what()));
        }
    }

    /// The faults of an alternative.
    fn of(&self, schema: &'a Value, value: &Value, place: &str) -> Vec<String> {
        let mut checked = Checked { root: self.root, faults: Vec::new() };
        checked.value(schema, value, place);
        checked.faults
    }

    fn value(&mut self, schema: &'a Value, value: &Value, place: &str) {
        if *schema == Value::Bool(false) {
            return self.holds(false, place, || format!("nothing may be here, and there is {value}"));
        }
        for (keyword, said) in schema.as_object().into_iter().flatten() {
            match keyword.as_str() {
                "type" => {
                    let fits = said.as_str().is_some_and(|one| is_of(value, one))
                        || said.as_array().into_iter().flatten().filter_map(Value::as_str).any(|one| is_of(value, one));
                    self.holds(fits, place, || format!("{value} is not of type {said}"));
                }
                "const" => self.holds(value == said, place, || format!("{value} is not {said}")),
                "enum" => {
                    let fits = said.as_array().is_some_and(|words| words.contains(value));
                    self.holds(fits, place, || format!("{value} is none of {said}"));
                }
                "minimum" => {
                    let fits = value.as_f64().is_none_or(|number| said.as_f64().is_some_and(|least| number >= least));
                    self.holds(fits, place, || format!("{value} is less than {said}"));
                }
                "minItems" => {
                    let fits = value.as_array().is_none_or(|items| said.as_u64() <= Some(items.len() as u64));
                    self.holds(fits, place, || format!("{value} has fewer than {said} elements"));
                }
                "format" => {
                    let fits =
                        said == "date-time" && value.as_str().is_none_or(|text| text.parse::<Timestamp>().is_ok());
                    self.holds(fits, place, || format!("{value} is not a {said}"));
                }
                "$ref" => match said.as_str().and_then(|to| self.root.pointer(to.strip_prefix('#')?)) {
                    Some(schema) => self.value(schema, value, place),
                    None => self.holds(false, place, || format!("{said} leads nowhere")),
                },
                "anyOf" => {
                    let all = said.as_array().into_iter().flatten().map(|one| self.of(one, value, place));
                    let nearest = all.min_by_key(Vec::len).unwrap_or_default();
                    self.faults.extend(nearest);
                }
                "properties" | "required" | "additionalProperties" => {
                    if let Some(fields) = value.as_object() {
                        self.fields(keyword, (schema, said), fields, place);
                    }
                }
                "prefixItems" | "items" => self.items(keyword, (schema, said), value, place),
                "$schema" | "$defs" | "title" | "description" => {}
                other => self.holds(false, place, || format!("the test knows no keyword {other}")),
            }
        }
    }

    fn fields(
        &mut self,
        keyword: &str,
        (schema, said): (&'a Value, &'a Value),
        fields: &Map<String, Value>,
        place: &str,
    ) {
        match keyword {
            "required" => {
                let missing = said.as_array().into_iter().flatten().filter_map(Value::as_str);
                for name in missing.filter(|name| !fields.contains_key(*name)) {
                    self.holds(false, place, || format!("has no {name}"));
                }
            }
            "properties" => {
                for (name, schema) in said.as_object().into_iter().flatten() {
                    if let Some(value) = fields.get(name) {
                        self.value(schema, value, &format!("{place}.{name}"));
                    }
                }
            }
            _ => {
                for (name, value) in fields.iter().filter(|(name, _)| schema["properties"].get(name).is_none()) {
                    self.value(said, value, &format!("{place}.{name}"));
                }
            }
        }
    }

    fn items(&mut self, keyword: &str, (schema, said): (&'a Value, &'a Value), value: &Value, place: &str) {
        let first = schema["prefixItems"].as_array().map_or(0, Vec::len);
        let all = value.as_array().into_iter().flatten().enumerate();
        for (at, value) in all {
            let schema = match keyword {
                "items" => Some(said).filter(|_| at >= first),
                _ => said.get(at),
            };
            if let Some(schema) = schema {
                self.value(schema, value, &format!("{place}[{at}]"));
            }
        }
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// What a schema has that nobody holds documents to: every part of it is looked at, those of no document too.
pub(crate) fn unknown_keywords(schema: &Value) -> Vec<String> {
    let mut checked = Checked { root: schema, faults: Vec::new() };
    parts(schema, &mut |part| {
        // Nothing is an object and a list at once, so each keyword is asked once.
        checked.value(part, &Value::Null, "");
    });
    checked.faults.retain(|fault| fault.contains("knows no keyword") || fault.contains("leads nowhere"));
    checked.faults
}

/// Shows a schema and the schemas in it.
fn parts<'a>(schema: &'a Value, visit: &mut dyn FnMut(&'a Value)) {
    visit(schema);
    for (keyword, said) in schema.as_object().into_iter().flatten() {
        match keyword.as_str() {
            "properties" | "$defs" => said.as_object().into_iter().flatten().for_each(|(_, one)| parts(one, visit)),
            "anyOf" | "prefixItems" => said.as_array().into_iter().flatten().for_each(|one| parts(one, visit)),
            "items" | "additionalProperties" => parts(said, visit),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
