//! From tokens to trees.

use super::{
    ast::{Branch, Call, Command, Node, Operand, Pipeline, Term, Tree, Variable},
    lexer::{Kind, Refusal, Token, lex},
};
use crate::{
    error::{Error, Unknown},
    functions::Functions,
    value::Value,
};
use std::rc::Rc;

/// How deep blocks and parentheses may nest in one text.
const MAX_DEPTH: usize = 200;

type Parsed<T> = Result<T, Refusal>;

/// Parses `source` into the trees it defines; the last one is the text itself.
///
/// # Errors
/// Syntax, an unknown function, an undefined variable, a block without end, two definitions of one
/// name.
pub(crate) fn parse(file: &Rc<str>, source: &str, functions: &Functions) -> Result<Vec<Tree>, Box<Error>> {
    let shared: Rc<str> = source.into();
    let refuse = |(at, message): Refusal| Error::at(file, source, at, message);
    let mut parser = Parser {
        tokens: lex(source).map_err(refuse)?,
        next: 0,
        functions,
        variables: vec!["$".into()],
        ranges: 0,
        depth: 0,
        trees: Vec::new(),
        file: file.clone(),
        source: shared,
        unknown: None,
    };
    if let Err(refusal) = parser.file() {
        let error = refuse(refusal);
        return Err(match parser.unknown.take() {
            Some(name) => error.of_unknown(Unknown::Function(name)),
            None => error,
        });
    }
    Ok(parser.trees)
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    functions: &'a Functions,
    /// Variables in scope, innermost last.
    variables: Vec<Rc<str>>,
    /// How many `range` are open, for `break` and `continue`.
    ranges: usize,
    depth: usize,
    trees: Vec<Tree>,
    file: Rc<str>,
    source: Rc<str>,
    /// The function that is not known, where parsing ended at it.
    unknown: Option<Rc<str>>,
}

/// What ended a list of nodes.
enum Stop {
    End(usize),
    Else(usize),
    Eof,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &Token<'a> {
        // The last token is `End` and never consumed.
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn take(&mut self) -> Token<'a> {
        let token = self.peek().clone();
        if token.kind != Kind::End {
            self.next += 1;
        }
        token
    }

    fn unexpected<T>(token: &Token<'_>, context: &str) -> Parsed<T> {
        Err((token.at, format!("unexpected {} in {context}", token.kind.describe())))
    }

    fn close(&mut self, context: &str) -> Parsed<()> {
        let token = self.take();
        if token.kind == Kind::Close {
            return Ok(());
        }
        Self::unexpected(&token, context)
    }

    /// The whole text: as a list of nodes, and `define` is allowed.
    fn file(&mut self) -> Parsed<()> {
        let mut body = Vec::new();
        loop {
            let opens = self.peek().kind == Kind::Open;
            if opens && matches!(self.tokens.get(self.next + 1).map(|t| &t.kind), Some(Kind::Word("define"))) {
                self.next += 2;
                self.define()?;
                continue;
            }
            match self.nodes(&mut body, true)? {
                Some(Stop::Eof) => break,
                Some(Stop::End(at)) => return Err((at, "unexpected {{end}}".into())),
                Some(Stop::Else(at)) => return Err((at, "unexpected {{else}}".into())),
                None => {}
            }
        }
        let name = self.file.clone();
        self.add(name, body, 0)
    }

    /// `"name" }} … {{ end }}`
    fn define(&mut self) -> Parsed<()> {
        let at = self.peek().at;
        let name = self.template_name("define clause")?;
        self.close("define clause")?;
        let body = self.separate_body("define clause", at)?;
        self.add(name, body, at)
    }

    /// The body of `define` and `block`: no variables of around it, no `break` out of it.
    fn separate_body(&mut self, context: &str, at: usize) -> Parsed<Vec<Node>> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let ranges = std::mem::take(&mut self.ranges);
        let (body, stop) = self.list()?;
        self.variables = variables;
        self.ranges = ranges;
        match stop {
            Stop::End(_) => Ok(body),
            Stop::Else(at) => Err((at, format!("unexpected {{{{else}}}} in {context}"))),
            Stop::Eof => Err((at, format!("unclosed {context}: {{{{end}}}} is missing"))),
        }
    }

    /// Adds a tree. Within one text a name may be defined once, blank definitions aside.
    fn add(&mut self, name: Rc<str>, body: Vec<Node>, at: usize) -> Parsed<()> {
        let tree = Tree { file: self.file.clone(), source: self.source.clone(), name, body };
        match self.trees.iter_mut().find(|t| t.name == tree.name) {
            None => self.trees.push(tree),
            Some(old) if old.is_blank() => *old = tree,
            Some(_) if tree.is_blank() => {}
            Some(_) => {
                return Err((at, format!("multiple definition of template {:?}", tree.name)));
            }
        }
        Ok(())
    }

    fn list(&mut self) -> Parsed<(Vec<Node>, Stop)> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err((self.peek().at, format!("blocks are nested deeper than {MAX_DEPTH}")));
        }
        let mut body = Vec::new();
        loop {
            if let Some(stop) = self.nodes(&mut body, false)? {
                self.depth -= 1;
                return Ok((body, stop));
            }
        }
    }

    /// One text or action into `body`; something if it ends the list.
    fn nodes(&mut self, body: &mut Vec<Node>, top: bool) -> Parsed<Option<Stop>> {
        let token = self.take();
        match token.kind {
            Kind::Text(text) => {
                body.push(Node::Text(text.into()));
                Ok(None)
            }
            Kind::Open => self.action(token.at, body, top),
            Kind::End => Ok(Some(Stop::Eof)),
            _ => Self::unexpected(&token, "input"),
        }
    }

    fn action(&mut self, at: usize, body: &mut Vec<Node>, top: bool) -> Parsed<Option<Stop>> {
        let word = match self.peek().kind {
            Kind::Word(word) => word,
            _ => "",
        };
        if keyword(word) {
            self.next += 1;
        }
        let node = match word {
            "end" => {
                self.close("end")?;
                return Ok(Some(Stop::End(at)));
            }
            "else" => {
                if !matches!(self.peek().kind, Kind::Word("if" | "with")) {
                    self.close("else")?;
                }
                return Ok(Some(Stop::Else(at)));
            }
            "if" => Node::If(self.branch("if", at)?),
            "with" => Node::With(self.branch("with", at)?),
            "range" => Node::Range(self.branch("range", at)?),
            "break" | "continue" => {
                let context = format!("{{{{{word}}}}}");
                self.close(&context)?;
                if self.ranges == 0 {
                    return Err((at, format!("{context} outside {{{{range}}}}")));
                }
                if word == "break" { Node::Break } else { Node::Continue }
            }
            "template" => {
                let name = self.template_name("template clause")?;
                let pipe = if self.peek().kind == Kind::Close {
                    self.take();
                    None
                } else {
                    Some(self.pipeline("template clause", &Kind::Close)?)
                };
                Node::Template(Box::new(Call { at, name, pipe }))
            }
            "block" => {
                let name = self.template_name("block clause")?;
                let pipe = Some(self.pipeline("block clause", &Kind::Close)?);
                let inner = self.separate_body("block clause", at)?;
                self.add(name.clone(), inner, at)?;
                Node::Template(Box::new(Call { at, name, pipe }))
            }
            "define" => {
                let hint = if top { "" } else { ": it must stand outside of other blocks" };
                return Err((at, format!("unexpected {{{{define}}}}{hint}")));
            }
            _ => Node::Action(self.pipeline("command", &Kind::Close)?),
        };
        body.push(node);
        Ok(None)
    }

    fn template_name(&mut self, context: &str) -> Parsed<Rc<str>> {
        let token = self.take();
        match token.kind {
            Kind::Str(name) => Ok(name.into()),
            _ => Self::unexpected(&token, context),
        }
    }

    /// `if`, `with` or `range`, after the word.
    fn branch(&mut self, word: &str, at: usize) -> Parsed<Box<Branch>> {
        let scope = self.variables.len();
        let pipe = self.pipeline(word, &Kind::Close)?;
        let looping = usize::from(word == "range");
        self.ranges += looping;
        let (body, stop) = self.list()?;
        self.ranges -= looping;
        let otherwise = match stop {
            Stop::End(_) => Vec::new(),
            Stop::Else(_) => self.otherwise(word, at)?,
            Stop::Eof => {
                return Err((at, format!("unclosed {{{{{word}}}}}: {{{{end}}}} is missing")));
            }
        };
        self.variables.truncate(scope);
        Ok(Box::new(Branch { at, pipe, body, otherwise }))
    }

    /// What follows `else`: `if` goes on after `if`, `with` after `with`; else a list.
    fn otherwise(&mut self, word: &str, at: usize) -> Parsed<Vec<Node>> {
        let next = self.peek().clone();
        match next.kind {
            Kind::Word(chained @ ("if" | "with")) => {
                if chained != word {
                    return Err((next.at, format!("unexpected <{chained}> after else of {{{{{word}}}}}")));
                }
                self.next += 1;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err((next.at, format!("else chains are longer than {MAX_DEPTH}")));
                }
                let branch = self.branch(word, next.at)?;
                self.depth -= 1;
                Ok(vec![if word == "if" { Node::If(branch) } else { Node::With(branch) }])
            }
            _ => match self.list()? {
                (body, Stop::End(_)) => Ok(body),
                (_, Stop::Else(at)) => Err((at, "expected end; found {{else}}".into())),
                (_, Stop::Eof) => Err((at, format!("unclosed {{{{{word}}}}}: {{{{end}}}} is missing"))),
            },
        }
    }

    /// `declarations? command (| command)*` up to and including `end`.
    fn pipeline(&mut self, context: &str, end: &Kind<'_>) -> Parsed<Pipeline> {
        let at = self.peek().at;
        let (sets, assigns) = self.declarations(context)?;
        let mut commands: Vec<Command> = Vec::new();
        loop {
            let token = self.peek();
            if token.kind == *end {
                break;
            }
            match token.kind {
                Kind::Word(word) if keyword(word) => return Self::unexpected(token, context),
                Kind::Word(_)
                | Kind::Field(_)
                | Kind::Variable(_)
                | Kind::Str(_)
                | Kind::Number(_)
                | Kind::Dot
                | Kind::LeftParen => {
                    let command = self.command()?;
                    if !commands.is_empty() && matches!(command.head.term, Term::Literal(_) | Term::Dot | Term::Nil) {
                        let stage = commands.len() + 1;
                        return Err((command.head.at, format!("non executable command in pipeline stage {stage}")));
                    }
                    commands.push(command);
                }
                _ => return Self::unexpected(token, context),
            }
        }
        self.take();
        if commands.is_empty() {
            return Err((at, format!("missing value for {context}")));
        }
        Ok(Pipeline { sets, assigns, commands })
    }

    /// `$x :=`, `$x =`, and in `range` two variables.
    fn declarations(&mut self, context: &str) -> Parsed<(Vec<Variable>, bool)> {
        let mut sets = Vec::new();
        while let Kind::Variable(name) = self.peek().kind {
            let after = self.tokens.get(self.next + 1).map(|t| &t.kind);
            let at = self.peek().at;
            match after {
                Some(Kind::Declare | Kind::Assign) => {
                    let assigns = matches!(after, Some(Kind::Assign));
                    self.next += 2;
                    self.declare(&mut sets, at, name);
                    return Ok((sets, assigns));
                }
                Some(Kind::Char(',')) => {
                    self.next += 2;
                    self.declare(&mut sets, at, name);
                    if context != "range" || sets.len() > 1 {
                        return Err((at, format!("too many declarations in {context}")));
                    }
                    if !matches!(self.peek().kind, Kind::Variable(_)) {
                        return Err((self.peek().at, "range can only initialize variables".into()));
                    }
                }
                _ if sets.is_empty() => break,
                _ => return Err((at, "missing := after the variables of range".into())),
            }
        }
        Ok((sets, false))
    }

    fn declare(&mut self, sets: &mut Vec<Variable>, at: usize, name: &str) {
        let name: Rc<str> = name.into();
        self.variables.push(name.clone());
        sets.push(Variable { at, name });
    }

    /// Operands up to a pipe, which is consumed, or a closing token, which is not.
    fn command(&mut self) -> Parsed<Command> {
        let mut operands = Vec::new();
        loop {
            let at = self.peek().at;
            let operand = self.operand()?;
            let was_operand = operand.is_some();
            operands.extend(operand);
            let token = self.peek();
            match token.kind {
                Kind::Pipe => {
                    self.take();
                    break;
                }
                Kind::Close | Kind::RightParen => break,
                _ if was_operand && token.spaced => {}
                _ => {
                    return Err((at.max(token.at), format!("unexpected {} in operand", token.kind.describe())));
                }
            }
        }
        let mut operands = operands.into_iter();
        match operands.next() {
            Some(head) => Ok(Command { head, args: operands.collect() }),
            None => Err((self.peek().at, "empty command".into())),
        }
    }

    /// A term and the fields that follow it without space; none if no term comes next.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(mut operand) = self.term()? else {
            return Ok(None);
        };
        let mut fields = Vec::new();
        while let Token { kind: Kind::Field(name), spaced: false, .. } = *self.peek() {
            fields.push(Rc::from(name));
            self.next += 1;
        }
        if fields.is_empty() {
            return Ok(Some(operand));
        }
        match &mut operand.term {
            Term::Field(path) | Term::Variable(_, path) => path.append(&mut fields),
            Term::Literal(_) | Term::Nil | Term::Dot => {
                return Err((operand.at, "unexpected . after a term that has no fields".into()));
            }
            Term::Function(..) | Term::Group(_) | Term::Chain(..) => {
                operand = Operand { at: operand.at, term: Term::Chain(Box::new(operand), fields) };
            }
        }
        Ok(Some(operand))
    }

    fn term(&mut self) -> Parsed<Option<Operand>> {
        let token = self.peek().clone();
        let at = token.at;
        let term = match token.kind {
            Kind::Dot => Term::Dot,
            Kind::Field(name) => Term::Field(vec![name.into()]),
            Kind::Variable(name) => {
                let known = self.variables.iter().find(|v| ***v == *name);
                let known = known.ok_or_else(|| (at, format!("undefined variable {name:?}")))?;
                Term::Variable(known.clone(), Vec::new())
            }
            Kind::Str(text) => Term::Literal(text.into()),
            Kind::Number(number) => Term::Literal(number),
            Kind::Word("true") => Term::Literal(Value::Bool(true)),
            Kind::Word("false") => Term::Literal(Value::Bool(false)),
            Kind::Word("nil") => Term::Nil,
            Kind::Word(word) if keyword(word) => return Ok(None),
            Kind::Word(word) => {
                let Some((name, function)) = self.functions.find(word) else {
                    self.unknown = Some(word.into());
                    return Err((at, format!("function {word:?} not defined")));
                };
                Term::Function(name, function)
            }
            Kind::LeftParen => {
                self.next += 1;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err((at, format!("parentheses are nested deeper than {MAX_DEPTH}")));
                }
                let pipe = self.pipeline("parenthesized pipeline", &Kind::RightParen)?;
                self.depth -= 1;
                return Ok(Some(Operand { at, term: Term::Group(Box::new(pipe)) }));
            }
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(Operand { at, term }))
    }
}

fn keyword(word: &str) -> bool {
    matches!(word, "block" | "break" | "continue" | "define" | "else" | "end" | "if" | "range" | "template" | "with")
}
