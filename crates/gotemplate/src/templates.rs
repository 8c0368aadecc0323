//! A set of templates that see each other.

use crate::{
    error::Error,
    exec::{Run, Scope},
    functions::Functions,
    limits::Limits,
    parse::parse,
    value::Value,
};
use std::rc::Rc;

/// What a field of a map gives when its key is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingKey {
    /// Go's default: no value, printed as `<no value>`; its fields are no value either.
    #[default]
    Invalid,
    /// nil, printed as `<no value>`; a field of it is an error (`missingkey=zero`).
    Zero,
    /// As Helm has it: like [`Zero`](MissingKey::Zero), and `<no value>` is taken out of the result.
    Helm,
    /// An error (`missingkey=error`; Helm's strict mode).
    Error,
}

/// Templates under their names. All texts parsed into one set see each other's `define`s.
///
/// ```
/// use gotemplate::{Functions, MissingKey, Templates, Value};
/// # fn main() -> Result<(), gotemplate::Error> {
/// let mut set = Templates::new(Functions::helm()).missing_key(MissingKey::Helm);
/// set.parse("_names.tpl", r#"{{ define "name" }}{{ .Values.name | default "anon" }}{{ end }}"#)?;
/// set.parse("pod.yaml", r#"name: {{ include "name" . | quote }}"#)?;
/// let data = Value::from_json(&serde_json::json!({"Values": {}}));
/// assert_eq!(set.render("pod.yaml", &data)?, "name: \"anon\"");
/// let error = set.parse("bad.yaml", "a: {{ nope }}").map_err(|e| e.to_string());
/// assert_eq!(error, Err("bad.yaml:1:7: function \"nope\" not defined".into()));
/// # Ok(())
/// # }
/// ```
pub struct Templates {
    functions: Functions,
    scope: Scope<'static>,
    limits: Limits,
    missing_key: MissingKey,
}

impl Templates {
    /// An empty set whose templates may call `functions`.
    pub fn new(functions: Functions) -> Templates {
        Templates { functions, scope: Scope::default(), limits: Limits::default(), missing_key: MissingKey::default() }
    }

    /// Sets the bounds of each rendering.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Templates {
        self.limits = limits;
        self
    }

    /// Sets what a missing key gives.
    #[must_use]
    pub fn missing_key(mut self, missing_key: MissingKey) -> Templates {
        self.missing_key = missing_key;
        self
    }

    /// Parses `text` as the template `name`, with the templates it defines. A later definition of
    /// a name replaces an earlier one, unless it is blank.
    ///
    /// # Errors
    /// Syntax, unknown functions, undefined variables, unclosed blocks. The set is unchanged then.
    pub fn parse(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let file: Rc<str> = name.into();
        let trees = parse(&file, text, &self.functions).map_err(|e| *e)?;
        self.scope.add(trees);
        Ok(())
    }

    /// Renders the template `name` with `data` as `.` and `$`. Maps in `data` are shared: what a
    /// template sets in them is there afterwards.
    ///
    /// # Errors
    /// There is no such template; a function failed; a limit was reached.
    pub fn render(&self, name: &str, data: &Value) -> Result<String, Error> {
        let run = Run::new(&self.functions, self.limits, self.missing_key);
        let text = run.render(&self.scope, name, data).map_err(|e| *e)?;
        Ok(match self.missing_key {
            MissingKey::Helm if text.contains(NO_VALUE) => text.replace(NO_VALUE, ""),
            _ => text,
        })
    }

    /// The names of all templates, in order.
    pub fn names(&self) -> Vec<Rc<str>> {
        self.scope.names()
    }
}

/// What no value prints as.
pub(crate) const NO_VALUE: &str = "<no value>";
