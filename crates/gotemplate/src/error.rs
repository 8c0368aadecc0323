//! Errors with the place in the template and the way that led there.

use std::{fmt, rc::Rc};

/// What went wrong in a template, and where.
///
/// Displayed as `file:line:col: message`, then one line per [`Frame`], innermost call first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Name the text was parsed under.
    pub file: Rc<str>,
    /// Line, from 1; 0 where no text is involved.
    pub line: u32,
    /// Column in characters, from 1; 0 where no text is involved.
    pub col: u32,
    /// What is wrong, without place.
    pub message: String,
    /// The calls that led here, innermost first.
    pub chain: Vec<Frame>,
    /// The name that is not known, where that is what is wrong.
    pub unknown: Option<Unknown>,
}

/// A name that a template uses and that nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// A field that an [`Object`](crate::Object) does not have.
    Field(Rc<str>),
    /// A function that is not among those given.
    Function(Rc<str>),
}

/// One call of a template, by `template`, `block`, `include` or `tpl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// File of the call.
    pub file: Rc<str>,
    /// Line of the call, from 1.
    pub line: u32,
    /// Column of the call, from 1.
    pub col: u32,
    /// Name of the template that was called.
    pub template: Rc<str>,
}

impl Error {
    /// An error at byte `at` of `source`.
    pub(crate) fn at(file: &Rc<str>, source: &str, at: usize, message: impl Into<String>) -> Box<Error> {
        let (line, col) = position(source, at);
        Box::new(Error { file: file.clone(), line, col, message: message.into(), chain: Vec::new(), unknown: None })
    }

    /// The same, of a name that is not known.
    pub(crate) fn of_unknown(mut self: Box<Error>, name: Unknown) -> Box<Error> {
        self.unknown = Some(name);
        self
    }

    /// An error about `file` as a whole.
    pub(crate) fn of(file: &str, message: impl Into<String>) -> Error {
        Error { file: file.into(), line: 0, col: 0, message: message.into(), chain: Vec::new(), unknown: None }
    }
}

/// Line and column (characters), both from 1, of byte `at`.
pub(crate) fn position(source: &str, at: usize) -> (u32, u32) {
    let before = source.get(..at).unwrap_or(source);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let col = before.get(start..).unwrap_or("").chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(col).unwrap_or(u32::MAX))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)?;
        } else {
            write!(f, "{}:{}:{}: {}", self.file, self.line, self.col, self.message)?;
        }
        for frame in &self.chain {
            write!(f, "\n  in {:?}, called at {}:{}:{}", frame.template, frame.file, frame.line, frame.col)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Why a function could not give a value.
///
/// Functions return a plain message (`Err("…".into())`); the engine adds name and place. An error
/// of a template that the function itself rendered keeps its own place and chain.
#[derive(Debug, Clone)]
pub enum Failure {
    /// A message without place.
    Message(String),
    /// An error that knows its place already.
    Error(Box<Error>),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Failure::Message(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Failure::Message(message.into())
    }
}

impl From<Box<Error>> for Failure {
    fn from(error: Box<Error>) -> Self {
        Failure::Error(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(Box::new(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Message(message) => f.write_str(message),
            Failure::Error(error) => error.fmt(f),
        }
    }
}
