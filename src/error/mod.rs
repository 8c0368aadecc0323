//! One error type. Its [`Kind`] alone picks the exit code, so the code is the same in every output format.

use std::fmt;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is: the only thing that decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The answer is no: not ready, refused by the server, conflict, proof failed, drift, cancelled.
    Failed,
    /// Wrong usage or bad input; nothing was changed.
    Usage,
    /// The cluster is unreachable, does not know us, or forbids what is needed.
    Cluster,
    /// The deadline passed, or a lock is held by another run.
    TimedOut,
    /// Ended by SIGINT.
    Interrupted,
    /// Ended by SIGTERM.
    Terminated,
}

impl Kind {
    /// The process exit code of this kind (the table of the README).
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Cluster => 3,
            Self::TimedOut => 4,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// A failure: what failed and where, why, and what to run next.
///
/// Printed once, by `main`: `error: MESSAGE`, one `caused by: …` line a source, one `hint: …` line a hint.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    id: &'static str,
    kind: Kind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    hints: Vec<String>,
}

impl Error {
    /// An error with a stable `id` (kebab-case, part of the JSON output) and a message that says what failed and where.
    pub fn new(kind: Kind, id: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { id, kind, message: message.into(), source: None, hints: Vec::new() }))
    }

    /// [`Kind::Usage`]: bad input.
    pub fn usage(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, id, message)
    }

    /// [`Kind::Failed`]: the answer is no.
    pub fn failed(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, id, message)
    }

    /// Adds what made it fail.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds what to do next; a command where there is one.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// The same failure with `context` (a file, a flag, an object) put before its message.
    #[must_use]
    pub fn at(mut self, context: impl fmt::Display) -> Self {
        self.0.message = format!("{context}: {}", self.0.message);
        self
    }

    /// The stable id, such as `unknown-profile`.
    pub fn id(&self) -> &'static str {
        self.0.id
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What to do next, in the order to try.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// The messages of the sources, outermost first; of those, what was not said before.
    pub fn causes(&self) -> Vec<String> {
        let mut causes: Vec<String> = Vec::new();
        let mut next = std::error::Error::source(self);
        while let Some(source) = next {
            let cause = source.to_string();
            if !causes.iter().chain([&self.0.message]).any(|said| said.contains(&cause)) {
                causes.push(cause);
            }
            next = source.source();
        }
        causes
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_documented_codes() {
        let table = [
            (Kind::Failed, 1),
            (Kind::Usage, 2),
            (Kind::Cluster, 3),
            (Kind::TimedOut, 4),
            (Kind::Interrupted, 130),
            (Kind::Terminated, 143),
        ];
        for (kind, code) in table {
            assert_eq!(kind.exit_code(), code, "{kind:?}");
        }
    }

    #[test]
    fn causes_are_listed_outermost_first() {
        let inner = Error::failed("inner", "disk full");
        let outer = Error::failed("outer", "cannot write").caused_by(inner).at("f.yaml");
        assert_eq!(outer.to_string(), "f.yaml: cannot write");
        assert_eq!(outer.causes(), ["disk full"]);
    }

    #[test]
    fn a_cause_that_was_said_is_not_said_again() {
        let inner = Error::failed("inner", "disk full");
        let middle = Error::failed("middle", "cannot write: disk full").caused_by(inner);
        assert_eq!(Error::failed("outer", "f.yaml").caused_by(middle).causes(), ["cannot write: disk full"]);
    }
}
