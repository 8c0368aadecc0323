//! One rendering: what it may use up, and what functions see of it.

use super::{Scope, walk};
use crate::{
    error::{Error, Failure},
    functions::{Functions, compile},
    limits::Limits,
    parse::{ast::Tree, parse},
    templates::{MissingKey, NO_VALUE},
    value::{TOO_LONG, Value},
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

/// Evaluation either works or ends with an error that knows its place.
pub(crate) type Exec<T> = Result<T, Box<Error>>;

/// Go tells a value that is not there (a missing key, the result of nil) from nil in an interface:
/// fields of the first are not there either, fields of the second are an error.
pub(crate) type Maybe = Option<Value>;

/// One rendering: options and what is used up so far.
pub(crate) struct Run<'a> {
    pub(super) functions: &'a Functions,
    pub(super) limits: Limits,
    pub(super) missing_key: MissingKey,
    depth: Cell<usize>,
    steps: Cell<u64>,
    regexes: RefCell<HashMap<Rc<str>, Rc<regex::Regex>>>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(functions: &'a Functions, limits: Limits, missing_key: MissingKey) -> Run<'a> {
        Run { functions, limits, missing_key, depth: Cell::new(0), steps: Cell::new(0), regexes: RefCell::default() }
    }

    /// Renders the template `name` of `scope`.
    pub(crate) fn render(&self, scope: &Scope<'_>, name: &str, data: &Value) -> Exec<String> {
        let tree =
            scope.find(name).ok_or_else(|| Box::new(Error::of(name, format!("template {name:?} not defined"))))?;
        self.render_tree(scope, &tree, data)
    }

    fn render_tree(&self, scope: &Scope<'_>, tree: &Rc<Tree>, data: &Value) -> Exec<String> {
        let mut out = String::new();
        let dot = (!data.is_nil()).then(|| data.clone());
        walk::run(self, scope, tree, dot, &mut out)?;
        Ok(out)
    }

    /// Uses up `steps` of the work allowed.
    pub(crate) fn charge(&self, steps: usize) -> Result<(), String> {
        let used = self.steps.get().saturating_add(steps as u64);
        self.steps.set(used);
        if used > self.limits.steps {
            return Err(format!("rendering takes more than the {} steps allowed", self.limits.steps));
        }
        Ok(())
    }

    /// One level deeper until the guard is dropped.
    pub(super) fn enter(&self) -> Result<Level<'_>, String> {
        let depth = self.depth.get() + 1;
        if depth > self.limits.depth {
            return Err(format!("exceeded maximum template depth ({})", self.limits.depth));
        }
        self.depth.set(depth);
        Ok(Level(&self.depth))
    }

    /// Uses up the work that making `value` took, and refuses text that is too long.
    pub(super) fn charge_result(&self, value: &Value) -> Result<(), String> {
        match value {
            Value::Str(s) => {
                self.fits(s.len())?;
                self.charge(s.len() / 16)
            }
            Value::List(l) => self.charge(l.len() / 8),
            _ => Ok(()),
        }
    }

    pub(super) fn fits(&self, bytes: usize) -> Result<(), String> {
        if bytes > self.limits.output_bytes {
            return Err(TOO_LONG.into());
        }
        Ok(())
    }
}

/// A level of nesting; leaving it is dropping it.
pub(super) struct Level<'r>(&'r Cell<usize>);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// What a function sees of the rendering that calls it.
pub struct Context<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) scope: &'a Scope<'a>,
    pub(super) template: &'a Rc<str>,
    /// Bit i: argument i is nil in an interface, which Go does not take for a nil map.
    pub(super) nils: u64,
}

impl Context<'_> {
    /// Name of the template that makes the call.
    pub fn template(&self) -> &str {
        self.template
    }

    /// Renders the template `name` with `data`, as `include` does.
    ///
    /// # Errors
    /// There is no such template, or it fails.
    pub fn include(&self, name: &str, data: &Value) -> Result<String, Failure> {
        let tree = self.scope.find(name).ok_or_else(|| format!("template {name:?} not defined"))?;
        Ok(self.run.render_tree(self.scope, &tree, data)?)
    }

    /// Renders `text` as a template with `data`, as `tpl` does: it sees all templates, and what it
    /// defines is seen by it alone.
    ///
    /// # Errors
    /// It does not parse, or fails.
    pub fn tpl(&self, text: &str, data: &Value) -> Result<String, Failure> {
        if !text.contains("{{") {
            return Ok(text.into());
        }
        self.run.charge(text.len() / 4)?;
        let file: Rc<str> = format!("{} (tpl)", self.template).into();
        let trees = parse(&file, text, self.run.functions)?;
        let scope = self.scope.child(trees);
        let rendered = self.run.render(&scope, &file, data)?;
        Ok(match self.run.missing_key {
            MissingKey::Helm if rendered.contains(NO_VALUE) => rendered.replace(NO_VALUE, ""),
            _ => rendered,
        })
    }

    /// Uses up `steps` of the work this rendering may do; functions that loop call it.
    ///
    /// # Errors
    /// The work allowed is used up.
    pub fn charge(&self, steps: usize) -> Result<(), String> {
        self.run.charge(steps)
    }

    /// Refuses text of more than the bytes this rendering may write; functions that repeat text
    /// call it before they do.
    ///
    /// # Errors
    /// `bytes` are too many.
    pub fn fits(&self, bytes: usize) -> Result<(), String> {
        self.run.fits(bytes)
    }

    /// Whether argument `i` is nil in an interface rather than no value at all.
    pub(crate) fn is_interface_nil(&self, i: usize) -> bool {
        i < 64 && self.nils >> i & 1 == 1
    }

    /// The bytes that one text may have.
    pub(crate) fn max_bytes(&self) -> usize {
        self.run.limits.output_bytes
    }

    /// The compiled form of a regular expression; each is compiled once per rendering.
    pub(crate) fn regex(&self, pattern: &str) -> Result<Rc<regex::Regex>, String> {
        if let Some(found) = self.run.regexes.borrow().get(pattern) {
            return Ok(found.clone());
        }
        self.run.charge(1000)?;
        let compiled = Rc::new(compile(pattern)?);
        self.run.regexes.borrow_mut().insert(pattern.into(), compiled.clone());
        Ok(compiled)
    }
}
