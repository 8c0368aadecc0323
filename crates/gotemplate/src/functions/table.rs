//! Functions under their names, and how one is called.

use super::{
    builtin, compare, defaults, dicts, encode, escape, helm, lists, math, merge, paths, regexes, semvers, strings,
    types, words,
};
use crate::{error::Failure, exec::Context, value::Value};
use std::{collections::HashMap, rc::Rc};

/// What a function gives.
pub(crate) type Outcome = Result<Value, Failure>;

/// A function without state.
pub(crate) type Native = fn(&Context<'_>, &[Value]) -> Outcome;

/// A function with state of its own.
pub(crate) type Own = Rc<dyn Fn(&Context<'_>, &[Value]) -> Outcome>;

/// How many arguments a function takes.
#[derive(Clone, Copy)]
pub(crate) enum Arity {
    Exactly(usize),
    AtLeast(usize),
}

/// A row of a table of functions.
pub(super) type Row = (&'static str, Arity, Native);

/// A function as templates hold it.
#[derive(Clone)]
pub(crate) enum Function {
    /// Evaluates its arguments only as far as needed.
    And,
    /// Evaluates its arguments only as far as needed.
    Or,
    Native {
        arity: Arity,
        call: Native,
    },
    Own(Own),
}

impl Function {
    /// Refuses a wrong number of arguments.
    pub(crate) fn check_count(&self, name: &str, count: usize) -> Result<(), String> {
        let arity = match self {
            Function::And | Function::Or => Arity::AtLeast(1),
            Function::Native { arity, .. } => *arity,
            Function::Own(_) => return Ok(()),
        };
        match arity {
            Arity::Exactly(n) if n != count => Err(format!("wrong number of args for {name}: want {n} got {count}")),
            Arity::AtLeast(n) if count < n => {
                Err(format!("wrong number of args for {name}: want at least {n} got {count}"))
            }
            _ => Ok(()),
        }
    }
}

/// Functions under their names.
///
/// ```
/// use gotemplate::{Functions, Templates, Value};
/// # fn main() -> Result<(), gotemplate::Error> {
/// let mut functions = Functions::sprig();
/// let greeting = String::from("Hello"); // captured
/// functions.insert("greet", move |_, args| -> Result<Value, String> {
///     let name = args.first().and_then(Value::as_str).ok_or("greet wants a name")?;
///     Ok(format!("{greeting}, {name}").into())
/// });
/// let mut set = Templates::new(functions);
/// set.parse("t", r#"{{ greet "Ada" | upper }}"#)?;
/// assert_eq!(set.render("t", &Value::Nil)?, "HELLO, ADA");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Functions {
    table: HashMap<Rc<str>, Function>,
}

impl Functions {
    /// Those of `text/template` itself.
    pub fn go() -> Functions {
        let mut functions = Functions { table: HashMap::new() };
        functions.table.insert("and".into(), Function::And);
        functions.table.insert("or".into(), Function::Or);
        functions.extend(builtin::TABLE);
        functions.extend(compare::TABLE);
        functions.extend(escape::TABLE);
        functions
    }

    /// Go's and sprig's (v3.3).
    pub fn sprig() -> Functions {
        let mut functions = Functions::go();
        for table in [
            strings::TABLE,
            words::TABLE,
            lists::TABLE,
            dicts::TABLE,
            merge::TABLE,
            defaults::TABLE,
            math::TABLE,
            types::TABLE,
            encode::TABLE,
            regexes::TABLE,
            semvers::TABLE,
            paths::TABLE,
        ] {
            functions.extend(table);
        }
        functions
    }

    /// Go's, sprig's and Helm's: `include`, `tpl`, `toYaml`, `required`, …
    pub fn helm() -> Functions {
        let mut functions = Functions::sprig();
        functions.extend(helm::TABLE);
        functions
    }

    /// Adds a function, or replaces the one of this name. It may capture state; its error becomes
    /// one with name and place.
    pub fn insert<F, E>(&mut self, name: &str, function: F) -> &mut Functions
    where
        F: Fn(&Context<'_>, &[Value]) -> Result<Value, E> + 'static,
        E: Into<Failure>,
    {
        let own: Own = Rc::new(move |context, args| function(context, args).map_err(Into::into));
        self.table.insert(name.into(), Function::Own(own));
        self
    }

    /// Takes a function out; templates that call it no longer parse.
    pub fn remove(&mut self, name: &str) -> &mut Functions {
        self.table.remove(name);
        self
    }

    /// The names of all functions, in order.
    pub fn names(&self) -> Vec<Rc<str>> {
        let mut names: Vec<_> = self.table.keys().cloned().collect();
        names.sort();
        names
    }

    pub(crate) fn find(&self, name: &str) -> Option<(Rc<str>, Function)> {
        self.table.get_key_value(name).map(|(n, f)| (n.clone(), f.clone()))
    }

    fn extend(&mut self, rows: &[Row]) {
        for (name, arity, call) in rows {
            let function = Function::Native { arity: *arity, call: *call };
            self.table.insert((*name).into(), function);
        }
    }
}
