//! The injection templates, parsed once, each a world of its own: what one defines, another does not see.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;

use super::mesh::{MeshConfig, proto_json, without_defaults};
use crate::error::{Error, Result, Why};
use crate::template::{Functions, Object, TemplateError, Templates, Unknown, Value, istio};
use crate::yaml;

/// Templates by name.
pub(super) struct TemplateSet(BTreeMap<String, Templates>);

impl TemplateSet {
    /// Parses every template.
    ///
    /// # Errors
    /// `bad-template` (usage) with the place.
    pub(super) fn parse(texts: &BTreeMap<String, String>, env: &BTreeMap<String, String>) -> Result<Self> {
        let functions = functions(env);
        let parsed = texts.iter().map(|(name, text)| {
            let mut set = Templates::new(functions.clone());
            set.parse(name, text).map_err(|error| failed("does not parse", &error))?;
            Ok((name.clone(), set))
        });
        Ok(Self(parsed.collect::<Result<_>>()?))
    }

    /// The patch that a template makes of the data.
    ///
    /// # Errors
    /// Usage errors: `unknown-template` with those that exist; `bad-template` where it fails or makes no map.
    pub(super) fn render(&self, name: &str, data: &Value) -> Result<Json> {
        let Some(set) = self.0.get(name) else {
            let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
            let message = format!(
                "injection template {name:?} is not in the injection configuration, which has {}",
                known.join(", ")
            );
            return Err(
                Error::usage("unknown-template", message).hint("correct the annotation inject.istio.io/templates")
            );
        };
        let text = set.render(name, data).map_err(|error| failed("fails", &error))?;
        let patch = yaml::document_last_wins(&format!("injection template {name}, rendered"), &text)?;
        match patch {
            Json::Object(_) => Ok(patch),
            Json::Null => Ok(Json::Object(serde_json::Map::new())),
            _ => Err(Error::usage(
                "bad-template",
                format!("injection template {name:?} makes no patch of a pod, which is a map"),
            )),
        }
    }
}

/// A template that fails. One that uses what is not known here may well be right for another version of Istio.
fn failed(what: &str, error: &TemplateError) -> Error {
    let TemplateError { file, line, unknown, .. } = error;
    let (id, used) = match unknown {
        Some(Unknown::Field(name)) => ("unknown-template-field", format!("reads the field {name}")),
        Some(Unknown::Function(name)) => ("unknown-template-function", format!("calls the function {name}")),
        None => return bad(what, error),
    };
    Error::usage(id, format!("injection template {file}, line {line}, {used}, which this mesh does not know"))
        .because(Why::Unknown)
        .hint("a newer mesh may know it: mesh version shows which one this is")
        .hint("or inject by templates that it knows: mesh inject -f FILE --injectConfigFile TEMPLATES")
}

fn bad(what: &str, error: &TemplateError) -> Error {
    Error::usage("bad-template", format!("injection template {what}: {error}"))
}

/// Istio's functions, with the one that knows the mesh's messages.
fn functions(env: &BTreeMap<String, String>) -> Functions {
    let mut functions = istio(env.clone());
    // Most pods have the mesh's own configuration, which is one and the same value.
    let last: RefCell<Option<(Rc<dyn Object>, Value)>> = RefCell::default();
    functions.insert("protoToJSON", move |_, args| -> std::result::Result<Value, String> {
        let Some(Value::Object(message)) = args.first() else { return Ok("{}".into()) };
        if let Some((_, text)) = last.borrow().as_ref().filter(|(known, _)| Rc::ptr_eq(known, message)) {
            return Ok(text.clone());
        }
        let text = message_json(message.as_ref())?;
        *last.borrow_mut() = Some((message.clone(), text.clone()));
        Ok(text)
    });
    functions
}

/// A message as protobuf writes it in JSON; `{}` of what is none.
fn message_json(message: &dyn Object) -> std::result::Result<Value, String> {
    let Json::Object(content) = message.value().to_json()? else { return Ok("{}".into()) };
    let kind = message.type_name().trim_start_matches("*v1alpha1.").replace('_', ".");
    if kind == "ProxyConfig" {
        let own = without_defaults(&MeshConfig::of(content));
        return Ok(proto_json(own.map(), &kind).into());
    }
    Ok(proto_json(&content, &kind).into())
}
