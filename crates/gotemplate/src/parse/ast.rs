//! What a parsed template is made of. Positions are byte offsets into the source.

use crate::{functions::Function, value::Value};
use std::rc::Rc;

/// One template: a whole file or one `define`.
pub(crate) struct Tree {
    /// Name the text was parsed under.
    pub(crate) file: Rc<str>,
    /// The whole text, for line and column of errors.
    pub(crate) source: Rc<str>,
    /// The template's own name.
    pub(crate) name: Rc<str>,
    pub(crate) body: Vec<Node>,
}

impl Tree {
    /// Whether it holds only white space, so that it must not replace a template with content.
    pub(crate) fn is_blank(&self) -> bool {
        self.body.iter().all(|n| matches!(n, Node::Text(t) if t.trim().is_empty()))
    }
}

pub(crate) enum Node {
    Text(Rc<str>),
    /// `{{ pipeline }}`: printed unless it declares.
    Action(Pipeline),
    If(Box<Branch>),
    With(Box<Branch>),
    Range(Box<Branch>),
    /// `{{ template "name" pipeline }}`, also what `block` leaves in place.
    Template(Box<Call>),
    Break,
    Continue,
}

/// `if`, `with` and `range`.
pub(crate) struct Branch {
    pub(crate) at: usize,
    pub(crate) pipe: Pipeline,
    pub(crate) body: Vec<Node>,
    pub(crate) otherwise: Vec<Node>,
}

pub(crate) struct Call {
    pub(crate) at: usize,
    pub(crate) name: Rc<str>,
    pub(crate) pipe: Option<Pipeline>,
}

/// `$a, $b := command | command`.
pub(crate) struct Pipeline {
    /// Variables set by it; two only in `range`.
    pub(crate) sets: Vec<Variable>,
    /// `=` rather than `:=`.
    pub(crate) assigns: bool,
    pub(crate) commands: Vec<Command>,
}

pub(crate) struct Variable {
    pub(crate) at: usize,
    pub(crate) name: Rc<str>,
}

/// An operand and its arguments.
pub(crate) struct Command {
    pub(crate) head: Operand,
    pub(crate) args: Vec<Operand>,
}

pub(crate) struct Operand {
    pub(crate) at: usize,
    pub(crate) term: Term,
}

pub(crate) enum Term {
    Dot,
    Nil,
    Literal(Value),
    /// `.a.b`; never empty.
    Field(Vec<Rc<str>>),
    /// `$x.a.b`.
    Variable(Rc<str>, Vec<Rc<str>>),
    Function(Rc<str>, Function),
    /// `( pipeline )`.
    Group(Box<Pipeline>),
    /// `(pipeline).a.b` or `function.a.b`; the fields are never empty.
    Chain(Box<Operand>, Vec<Rc<str>>),
}
