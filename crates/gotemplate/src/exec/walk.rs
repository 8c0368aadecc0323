//! Nodes: text, actions, branches, loops, calls of templates.

use super::{Exec, Maybe, Run, Scope};
use crate::{
    error::{Error, Failure, Frame, position},
    parse::ast::{Branch, Call, Node, Tree},
    templates::{MissingKey, NO_VALUE},
    value::{Value, write_go},
};
use std::rc::Rc;

/// Runs `tree` with `dot`, appending to `out`.
pub(super) fn run(run: &Run<'_>, scope: &Scope<'_>, tree: &Tree, dot: Maybe, out: &mut String) -> Exec<()> {
    let _level = run.enter().map_err(|m| Error::at(&tree.file, &tree.source, 0, m))?;
    let mut walker = Walker { run, scope, tree, variables: vec![("$".into(), dot.clone())], out };
    walker.nodes(&tree.body, &dot).map(|_| ())
}

/// One template being run.
pub(super) struct Walker<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) scope: &'a Scope<'a>,
    pub(super) tree: &'a Tree,
    /// Variables in scope, innermost last.
    pub(super) variables: Vec<(Rc<str>, Maybe)>,
    out: &'a mut String,
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Done,
    Break,
    Continue,
}

impl Walker<'_> {
    /// An error at byte `at` of this template.
    #[cold]
    pub(super) fn error(&self, at: usize, message: impl Into<String>) -> Box<Error> {
        Error::at(&self.tree.file, &self.tree.source, at, message)
    }

    /// The error of a function called at `at`. One from another template keeps its place, and its
    /// chain grows by this call.
    #[cold]
    pub(super) fn failure(&self, at: usize, function: &str, failure: Failure) -> Box<Error> {
        match failure {
            Failure::Message(m) => self.error(at, format!("error calling {function}: {m}")),
            Failure::Error(error) => self.called(at, function.into(), error),
        }
    }

    fn called(&self, at: usize, template: Rc<str>, mut error: Box<Error>) -> Box<Error> {
        /// Enough to see a recursion; the rest would repeat.
        const MAX_FRAMES: usize = 50;
        if error.chain.len() < MAX_FRAMES {
            let (line, col) = position(&self.tree.source, at);
            error.chain.push(Frame { file: self.tree.file.clone(), line, col, template });
        }
        error
    }

    fn nodes(&mut self, nodes: &[Node], dot: &Maybe) -> Exec<Flow> {
        for node in nodes {
            let flow = self.node(node, dot)?;
            if flow != Flow::Done {
                return Ok(flow);
            }
        }
        Ok(Flow::Done)
    }

    fn node(&mut self, node: &Node, dot: &Maybe) -> Exec<Flow> {
        match node {
            Node::Text(text) => self.write(0, text).map(|()| Flow::Done),
            Node::Action(pipe) => {
                let at = pipe.commands.first().map_or(0, |c| c.head.at);
                let value = self.pipeline(pipe, dot)?;
                if pipe.sets.is_empty() {
                    self.print(at, value)?;
                }
                Ok(Flow::Done)
            }
            Node::If(branch) => self.block(branch, |w| {
                let value = w.pipeline(&branch.pipe, dot)?;
                let truth = value.is_some_and(|v| v.truth());
                w.nodes(if truth { &branch.body } else { &branch.otherwise }, dot)
            }),
            Node::With(branch) => self.block(branch, |w| {
                let value = w.pipeline(&branch.pipe, dot)?;
                if value.as_ref().is_some_and(Value::truth) {
                    w.nodes(&branch.body, &value)
                } else {
                    w.nodes(&branch.otherwise, dot)
                }
            }),
            Node::Range(branch) => self.block(branch, |w| w.range(branch, dot)),
            Node::Template(call) => self.template(call, dot).map(|()| Flow::Done),
            Node::Break => Ok(Flow::Break),
            Node::Continue => Ok(Flow::Continue),
        }
    }

    /// Runs a branch one level deeper, in a scope of its own.
    fn block(&mut self, branch: &Branch, body: impl FnOnce(&mut Self) -> Exec<Flow>) -> Exec<Flow> {
        let run = self.run;
        let _level = run.enter().map_err(|m| self.error(branch.at, m))?;
        let scope = self.variables.len();
        let flow = body(self);
        self.variables.truncate(scope);
        flow
    }

    fn write(&mut self, at: usize, text: &str) -> Exec<()> {
        self.out.push_str(text);
        let room = self.run.fits(self.out.len());
        let paid = self.run.charge(1 + text.len() / 16);
        room.and(paid).map_err(|m| self.error(at, m))
    }

    fn print(&mut self, at: usize, value: Maybe) -> Exec<()> {
        let before = self.out.len();
        let printed = match &value {
            None | Some(Value::Nil) => {
                self.out.push_str(NO_VALUE);
                Ok(())
            }
            Some(value) => write_go(value, self.out, self.run.limits.output_bytes),
        };
        let paid = self.run.charge(1 + (self.out.len() - before) / 16);
        printed.and(paid).map_err(|m| self.error(at, m))
    }

    fn range(&mut self, branch: &Branch, dot: &Maybe) -> Exec<Flow> {
        let value = self.pipeline(&branch.pipe, dot)?.map(|v| v.plain());
        let ran = match value {
            None | Some(Value::Nil) => false,
            Some(Value::List(items)) => {
                self.rounds(branch, items.iter().enumerate().map(|(i, v)| (Some(index(i)), v.clone())))?
            }
            Some(Value::Map(map)) => {
                let entries = map.entries();
                self.rounds(branch, entries.into_iter().map(|(k, v)| (Some(Value::Str(k)), v)))?
            }
            Some(Value::Int(n)) => {
                if branch.pipe.sets.len() > 1 {
                    let message = format!("can't use {n} to iterate over more than one variable");
                    return Err(self.error(branch.at, message));
                }
                self.rounds(branch, (0..n).map(|i| (None, Value::Int(i))))?
            }
            Some(other) => {
                let message = format!("range can't iterate over {other}");
                return Err(self.error(branch.at, message));
            }
        };
        if ran {
            return Ok(Flow::Done);
        }
        self.nodes(&branch.otherwise, dot)
    }

    /// Runs the body once per item; whether there was one.
    fn rounds(&mut self, branch: &Branch, items: impl Iterator<Item = (Maybe, Value)>) -> Exec<bool> {
        let scope = self.variables.len();
        let mut ran = false;
        for (key, item) in items {
            ran = true;
            self.run.charge(1).map_err(|m| self.error(branch.at, m))?;
            let item = Some(item);
            self.set_round(branch, key, &item)?;
            let flow = self.nodes(&branch.body, &item)?;
            self.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(ran)
    }

    /// Sets the variables of a loop: those the pipeline declared, on top of the stack, or those it
    /// assigns to.
    fn set_round(&mut self, branch: &Branch, key: Maybe, item: &Maybe) -> Exec<()> {
        let pipe = &branch.pipe;
        let values = match pipe.sets.as_slice() {
            [] => return Ok(()),
            [one] => [Some((one, item.clone())), None],
            [first, second, ..] => [Some((first, key)), Some((second, item.clone()))],
        };
        let top = self.variables.len();
        let count = pipe.sets.len();
        for (i, (variable, value)) in values.into_iter().flatten().enumerate() {
            if pipe.assigns {
                self.assign(variable, value)?;
            } else if let Some(slot) = (top + i).checked_sub(count).and_then(|i| self.variables.get_mut(i)) {
                slot.1 = value;
            }
        }
        Ok(())
    }

    fn template(&mut self, call: &Call, dot: &Maybe) -> Exec<()> {
        let Some(tree) = self.scope.find(&call.name) else {
            return Err(self.error(call.at, format!("template {:?} not defined", call.name)));
        };
        let dot = match &call.pipe {
            Some(pipe) => self.pipeline(pipe, dot)?,
            None => None,
        };
        run(self.run, self.scope, &tree, dot, self.out).map_err(|e| self.called(call.at, call.name.clone(), e))
    }

    /// What a missing key gives.
    pub(super) fn missing(&self, at: usize, key: &str) -> Exec<Maybe> {
        match self.run.missing_key {
            MissingKey::Invalid => Ok(None),
            MissingKey::Zero | MissingKey::Helm => Ok(Some(Value::Nil)),
            MissingKey::Error => Err(self.error(at, format!("map has no entry for key {key:?}"))),
        }
    }
}

fn index(i: usize) -> Value {
    Value::Int(i64::try_from(i).unwrap_or(i64::MAX))
}
