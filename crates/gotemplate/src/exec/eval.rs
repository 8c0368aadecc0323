//! Pipelines, commands, operands: from expressions to values.

use super::{Context, Exec, Maybe, walk::Walker};
use crate::{
    error::Unknown,
    functions::Function,
    parse::ast::{Command, Operand, Pipeline, Term, Variable},
    templates::MissingKey,
    value::Value,
};
use std::rc::Rc;

/// What an operand is called with.
struct Args<'a> {
    given: &'a [Operand],
    /// What `.` is in them.
    dot: &'a Maybe,
    /// The result of the command before, which is the last argument.
    last: Option<Maybe>,
}

impl<'a> Args<'a> {
    const fn none(dot: &'a Maybe) -> Self {
        Self { given: &[], dot, last: None }
    }

    fn len(&self) -> usize {
        self.given.len() + usize::from(self.last.is_some())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Walker<'_> {
    /// The value of a pipeline, after setting the variables it declares or assigns.
    pub(super) fn pipeline(&mut self, pipe: &Pipeline, dot: &Maybe) -> Exec<Maybe> {
        let mut value: Maybe = None;
        for (i, command) in pipe.commands.iter().enumerate() {
            let last = (i > 0).then(|| value.take());
            // nil in an interface becomes no value when it leaves a command.
            value = self.command(command, dot, last)?.filter(|v| !v.is_nil());
        }
        for variable in &pipe.sets {
            if pipe.assigns {
                self.assign(variable, value.clone())?;
            } else {
                self.variables.push((variable.name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    /// Sets the innermost variable of this name.
    pub(super) fn assign(&mut self, variable: &Variable, value: Maybe) -> Exec<()> {
        match self.variables.iter_mut().rev().find(|(name, _)| *name == variable.name) {
            Some(slot) => {
                slot.1 = value;
                Ok(())
            }
            None => Err(self.error(variable.at, format!("undefined variable: {}", variable.name))),
        }
    }

    /// An operand with its arguments; `last` is the result of the command before it.
    fn command(&mut self, command: &Command, dot: &Maybe, last: Option<Maybe>) -> Exec<Maybe> {
        let head = &command.head;
        let args = Args { given: &command.args, dot, last };
        match &head.term {
            Term::Function(name, function) => self.function(head.at, name, function, args),
            Term::Field(path) => self.path(head.at, dot.clone(), path, args),
            Term::Variable(name, path) if !path.is_empty() => {
                let value = self.variable(head.at, name)?;
                self.path(head.at, value, path, args)
            }
            Term::Chain(base, path) => {
                let value = self.operand(base, dot)?;
                self.path(head.at, value, path, args)
            }
            _ if !args.is_empty() => Err(self.error(head.at, "can't give argument to non-function")),
            Term::Nil => Err(self.error(head.at, "nil is not a command")),
            _ => self.operand(head, dot),
        }
    }

    /// An operand as an argument or alone.
    fn operand(&mut self, operand: &Operand, dot: &Maybe) -> Exec<Maybe> {
        match &operand.term {
            Term::Dot => Ok(dot.clone()),
            Term::Nil => Ok(None),
            Term::Literal(value) => Ok(Some(value.clone())),
            Term::Variable(name, path) if path.is_empty() => self.variable(operand.at, name),
            Term::Group(pipe) => self.group(operand.at, pipe, dot),
            Term::Field(path) => self.path(operand.at, dot.clone(), path, Args::none(dot)),
            Term::Variable(name, path) => {
                let value = self.variable(operand.at, name)?;
                self.path(operand.at, value, path, Args::none(dot))
            }
            Term::Function(name, function) => self.function(operand.at, name, function, Args::none(dot)),
            Term::Chain(base, path) => {
                let value = self.operand(base, dot)?;
                self.path(operand.at, value, path, Args::none(dot))
            }
        }
    }

    fn group(&mut self, at: usize, pipe: &Pipeline, dot: &Maybe) -> Exec<Maybe> {
        let run = self.run;
        let _level = run.enter().map_err(|m| self.error(at, m))?;
        self.pipeline(pipe, dot)
    }

    fn variable(&self, at: usize, name: &Rc<str>) -> Exec<Maybe> {
        match self.variables.iter().rev().find(|(known, _)| known == name) {
            Some((_, value)) => Ok(value.clone()),
            None => Err(self.error(at, format!("undefined variable: {name}"))),
        }
    }

    /// `.a.b`, where the last one may be a method and takes the arguments.
    fn path(&mut self, at: usize, base: Maybe, path: &[Rc<str>], args: Args<'_>) -> Exec<Maybe> {
        let mut value = base;
        if args.is_empty() {
            for name in path {
                value = self.field(at, value, name)?;
            }
            return Ok(value);
        }
        let (method, fields) = match path.split_last() {
            Some(split) => split,
            None => return Ok(value),
        };
        for name in fields {
            value = self.field(at, value, name)?;
        }
        match value {
            None if self.run.missing_key != MissingKey::Error => Ok(None),
            Some(Value::Object(object)) => {
                let (args, _) = self.arguments(args)?;
                let result = object.call(method, &args);
                result.map(Some).map_err(|m| self.error(at, format!("error calling {method}: {m}")))
            }
            Some(Value::Map(_)) => Err(self.error(at, format!("{method} is not a method but has arguments"))),
            other => self.field(at, other, method),
        }
    }

    /// One field of a value.
    fn field(&self, at: usize, value: Maybe, name: &Rc<str>) -> Exec<Maybe> {
        match value {
            None if self.run.missing_key == MissingKey::Error => {
                Err(self.error(at, format!("nil data; no entry for key {name:?}")))
            }
            None => Ok(None),
            Some(Value::Map(map)) => match map.get(name) {
                Some(value) => Ok(Some(value)),
                None => self.missing(at, name),
            },
            Some(Value::Object(object)) => match object.field(name) {
                Some(value) => Ok(Some(value)),
                None => object
                    .call(name, &[])
                    .map(Some)
                    .map_err(|m| self.error(at, m).of_unknown(Unknown::Field(name.clone()))),
            },
            Some(Value::Nil) => Err(self.error(at, format!("nil pointer evaluating interface {{}}.{name}"))),
            Some(other) => Err(self.error(at, format!("can't evaluate field {name} in type {}", other.type_name()))),
        }
    }

    /// The arguments of a call; what is not there arrives as nil. Also which ones are nil in an
    /// interface, as bits.
    fn arguments(&mut self, args: Args<'_>) -> Exec<(Vec<Value>, u64)> {
        let mut values = Vec::with_capacity(args.len());
        let mut nils = 0;
        for (i, arg) in args.given.iter().enumerate() {
            let value = self.operand(arg, args.dot)?;
            if i < 64 && matches!(value, Some(Value::Nil)) {
                nils |= 1 << i;
            }
            values.push(value.unwrap_or_default());
        }
        values.extend(args.last.map(Option::unwrap_or_default));
        Ok((values, nils))
    }

    fn function(&mut self, at: usize, name: &Rc<str>, function: &Function, args: Args<'_>) -> Exec<Maybe> {
        self.run.charge(1).map_err(|m| self.error(at, m))?;
        function.check_count(name, args.len()).map_err(|m| self.error(at, m))?;
        let call = match function {
            Function::And => return self.short_circuit(args, false),
            Function::Or => return self.short_circuit(args, true),
            Function::Native { call, .. } => Callee::Native(*call),
            Function::Own(call) => Callee::Own(call.clone()),
        };
        let (values, nils) = self.arguments(args)?;
        let context = Context { run: self.run, scope: self.scope, template: &self.tree.name, nils };
        let result = match call {
            Callee::Native(call) => call(&context, &values),
            Callee::Own(call) => call(&context, &values),
        };
        let value = result.map_err(|failure| self.failure(at, name, failure))?;
        self.run.charge_result(&value).map_err(|m| self.error(at, m))?;
        Ok(Some(value))
    }

    /// `and` and `or`: the first argument that decides, else the last; later ones are not evaluated.
    fn short_circuit(&mut self, args: Args<'_>, until: bool) -> Exec<Maybe> {
        let mut value = None;
        for arg in args.given {
            value = self.operand(arg, args.dot)?;
            if value.as_ref().is_some_and(Value::truth) == until {
                return Ok(value);
            }
        }
        Ok(args.last.unwrap_or(value))
    }
}

/// A function taken out of the tree, so that the walker is free while it runs.
enum Callee {
    Native(crate::functions::Native),
    Own(crate::functions::Own),
}
