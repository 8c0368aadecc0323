//! What is checked before anything is rendered: the schema, then the rules of istioctl's own validation.

mod names;
mod nulls;
mod rules;
mod since;

pub(super) use names::revision;

use serde_json::Value;

use super::layer::{self, User};
use super::schema::{self, Problem};
use super::{Config, Inputs, Source, load, operator, retired};
use crate::error::{Error, Result};
use crate::line::Line;
use crate::text;
use crate::yaml::{Place, Places};

/// Something that is not allowed.
#[derive(Debug)]
pub(super) struct Finding {
    id: &'static str,
    /// Where, from the root of the document.
    pub(super) path: Vec<Place>,
    /// What, as a sentence.
    pub(super) message: String,
    /// What to do.
    pub(super) hints: Vec<String>,
}

/// Checks what the user wrote against the schema, as far as manifests of `line` know it, and the merged document against the
/// rules; the warnings.
///
/// # Errors
/// The first finding, with what else there is in its hints; none with `--force`, which makes warnings of them.
pub(super) fn check(inputs: &Inputs, user: &User, document: &Value, line: Line) -> Result<Vec<String>> {
    let (findings, warnings) = look(user, document, line);
    if findings.is_empty() {
        return Ok(warnings);
    }
    if inputs.force {
        let ignored = findings.iter().map(|finding| format!("{} (ignored: --force)", worded(user, finding)));
        return Ok(ignored.chain(warnings).collect());
    }
    Err(error(user, &findings))
}

/// Renders a configuration, whatever is made of it then.
pub(super) type Render<'a> = &'a dyn Fn(&Config) -> Result<()>;

/// What is refused of the text of a file by itself, whose keys and types are right, until it is rendered.
pub(super) fn refused(text: &str, render: Render<'_>) -> Vec<Finding> {
    let file = Source { name: String::new(), text: text.to_owned() };
    let inputs = Inputs { files: vec![file], ..Inputs::default() };
    let Ok(user) = layer::read(&inputs) else { return Vec::new() };
    // What charts of its own would say to it is not known here.
    if user.tree["spec"]["installPackagePath"].as_str().is_some_and(|path| !path.is_empty()) {
        return Vec::new();
    }
    let document = match operator::assemble(&inputs, &user) {
        Ok((_, document)) => document,
        Err(error) => return vec![Finding::of(&error, text)],
    };
    let (findings, _) = look(&user, &document, Line::default());
    if !findings.is_empty() {
        return findings;
    }
    let rendered = load(&inputs).and_then(|config| render(&config));
    rendered.err().iter().map(|error| Finding::of(error, text)).collect()
}

impl Finding {
    /// What an error says of a text that has no name: where it is known, it begins with the place, as `:LINE:COLUMN: `.
    fn of(error: &Error, text: &str) -> Self {
        let said = error.to_string();
        let placed = said.strip_prefix(':').and_then(|rest| {
            let (place, what) = rest.split_once(": ")?;
            let (line, column) = place.split_once(':')?;
            Some(((line.parse().ok()?, column.parse().ok()?), what))
        });
        let path = placed.and_then(|(place, _)| Places::of(text).path(place));
        let what = placed.map_or(said.as_str(), |(_, what)| what).to_owned();
        let message = std::iter::once(what).chain(error.causes()).collect::<Vec<_>>().join(": ");
        let path = path.unwrap_or_else(|| vec![Place::key("spec")]);
        Self { id: error.id(), path, message, hints: error.hints().to_vec() }
    }
}

/// Everything that is not allowed, and the warnings.
fn look(user: &User, document: &Value, line: Line) -> (Vec<Finding>, Vec<String>) {
    let mut warnings = Vec::new();
    let mut findings = Vec::new();
    for problem in schema::check(&user.tree, &schema::document()) {
        if problem.lenient {
            warnings.push(worded(user, &lenient(problem)));
        } else {
            findings.push(strict(user, problem));
        }
    }
    since::check(&user.tree, line, &mut findings);
    // Rules read values by their type, so a document of wrong types is not held to them.
    if findings.is_empty() {
        rules::check(&document["spec"], &mut findings, &mut warnings);
        nulls::check(&document["spec"], &mut findings);
    }
    notices(user, &mut warnings);
    (findings, warnings)
}

fn strict(user: &User, problem: Problem) -> Finding {
    let shown = Place::join(below_spec(&problem.path));
    let old = retired::at(&problem.path).next();
    if let Some(old) = old.filter(|_| problem.unknown) {
        let hints = user.origins.migrates(&problem.path).into_iter().collect();
        return Finding { id: "unknown-key", message: format!("`{shown}` {}", old.said()), path: problem.path, hints };
    }
    let in_values = below_spec(&problem.path).first().is_some_and(|step| step.is("values"));
    let quoted = user.origins.quoted(&problem.path).filter(|_| problem.unquoted);
    let quoted = quoted.map(|quoted| format!("quote it: {quoted}"));
    let mut hints: Vec<_> = quoted.into_iter().chain(problem.hint).collect();
    if problem.unknown && in_values && !hints.iter().any(|hint| hint.starts_with("did you mean")) {
        hints.push("values of your own templates go below `unvalidatedValues`".to_owned());
    }
    let id = if problem.unknown { "unknown-key" } else { "mistyped-value" };
    Finding { id, message: format!("`{shown}` {}", problem.what), path: problem.path, hints }
}

fn lenient(problem: Problem) -> Finding {
    let shown = Place::join(below_spec(&problem.path));
    let near = problem.hint.filter(|hint| hint.starts_with("did you mean")).map(|hint| format!("; {hint}"));
    let message = format!("`{shown}` {}{}", problem.what, near.unwrap_or_default());
    Finding { id: "unknown-key", path: problem.path, message, hints: Vec::new() }
}

/// A path as the user knows it: what is below `spec` begins there.
fn below_spec(path: &[Place]) -> &[Place] {
    match path {
        [first, rest @ ..] if first.is("spec") && !rest.is_empty() => rest,
        path => path,
    }
}

fn worded(user: &User, finding: &Finding) -> String {
    match user.origins.nearest(&finding.path) {
        Some(place) => format!("{place}: {}", finding.message),
        None => finding.message.clone(),
    }
}

fn error(user: &User, findings: &[Finding]) -> Error {
    let Some((first, others)) = findings.split_first() else {
        return Error::usage("bad-value", "the configuration is not valid");
    };
    let mut error = Error::usage(first.id, worded(user, first));
    for hint in &first.hints {
        error = error.hint(hint.clone());
    }
    for other in others.iter().take(9) {
        error = error.hint(format!("also: {}", worded(user, other)));
    }
    match text::more(others.len().saturating_sub(9)) {
        Some(more) => error.hint(more),
        None => error,
    }
}

/// What is accepted and does nothing.
fn notices(user: &User, warnings: &mut Vec<String>) {
    let spec = &user.tree["spec"];
    let mut notice = |path: &[&str], why: &str| {
        let place: Vec<_> = std::iter::once("spec").chain(path.iter().copied()).map(Place::key).collect();
        let from = user.origins.of(&place).map_or_else(String::new, |place| format!("{place}: "));
        warnings.push(format!("{from}`{}` {why}", path.join(".")));
    };
    if spec.get("namespace").and_then(Value::as_str).is_some_and(|name| !name.is_empty()) {
        notice(&["namespace"], "has no effect; set `values.global.istioNamespace`");
    }
    if spec.get("values").is_some_and(Value::is_null) {
        notice(&["values"], "is empty and hides the values of the profile; remove the line to keep them");
    }
    if spec.pointer("/components/istiodRemote").is_some_and(|entry| !entry.is_null()) {
        notice(&["components", "istiodRemote"], "has no effect; use `--set profile=remote`");
    }
    for key in ["ingressGateways", "egressGateways"] {
        let entries = spec.pointer(&format!("/components/{key}")).and_then(Value::as_array);
        let nameless = |entry: &&Value| entry["name"].as_str().is_none_or(str::is_empty);
        if entries.into_iter().flatten().any(|entry| nameless(&entry)) {
            let name = if key == "ingressGateways" { "istio-ingressgateway" } else { "istio-egressgateway" };
            notice(&["components", key], &format!("has a gateway without a name; it becomes {name}"));
        }
    }
    for (component, entry) in spec.get("components").and_then(Value::as_object).into_iter().flatten() {
        let entries = entry.as_array().map_or_else(|| std::slice::from_ref(entry), Vec::as_slice);
        for field in ["volumes", "volumeMounts"] {
            if entries.iter().any(|entry| entry.pointer(&format!("/k8s/{field}")).is_some()) {
                notice(
                    &["components", component],
                    &format!("has `k8s.{field}`, which is not rendered; use `k8s.overlays`"),
                );
            }
        }
    }
}
