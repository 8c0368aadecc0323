//! One error type. Its [`Kind`] alone picks the exit code, so the code is the same in every output format.

mod refusal;

pub use refusal::{Admission, FieldCause, Held, Refusal};

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

/// Why it failed, where code goes on differently. Ids are for other programs, sentences for people; code asks this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The API server said no.
    Refused(Refusal),
    /// Another run is writing.
    LockHeld,
    /// Another run has taken over: this one must not write any more.
    LockLost,
    /// What was asked for does not exist.
    NotThere,
    /// What was found stands against it, and may be gone the next time.
    InTheWay,
    /// It is not known here what it means: nothing can be said of it.
    Unknown,
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
    why: Option<Why>,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    hints: Vec<String>,
}

impl Error {
    /// An error with a stable `id` (kebab-case, part of the JSON output) and a message that says what failed and where.
    pub fn new(kind: Kind, id: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { id, kind, why: None, message: message.into(), source: None, hints: Vec::new() }))
    }

    /// [`Kind::Usage`]: bad input.
    pub fn usage(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, id, message)
    }

    /// [`Kind::Failed`]: the answer is no.
    pub fn failed(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, id, message)
    }

    /// [`Why::InTheWay`]: what was found stands against it, and may be gone the next time.
    pub fn in_the_way(id: &'static str, message: impl Into<String>) -> Self {
        Self::failed(id, message).because(Why::InTheWay)
    }

    /// Another error of the same sort (id, kind and why), with a message of its own.
    pub fn like(&self, message: impl Into<String>) -> Self {
        let mut error = Self::new(self.kind(), self.id(), message);
        error.0.why.clone_from(&self.0.why);
        error
    }

    /// Adds why it failed, for code that goes on differently.
    #[must_use]
    pub fn because(mut self, why: Why) -> Self {
        self.0.why = Some(why);
        self
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

    /// The same failure of what was found in a cluster: nobody has given bad input.
    #[must_use]
    pub fn of_what_is_there(mut self) -> Self {
        self.0.kind = Kind::Failed;
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

    /// Why it failed, where that is known to code.
    pub fn why(&self) -> Option<&Why> {
        self.0.why.as_ref()
    }

    /// Whether it failed of this.
    pub fn is(&self, why: &Why) -> bool {
        self.why() == Some(why)
    }

    /// What the API server said no with.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self.why()? {
            Why::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether somebody else was there first: the object exists, or has changed.
    pub fn is_conflict(&self) -> bool {
        self.refusal().is_some_and(Refusal::is_conflict)
    }

    /// Whether the object does not exist, or the place where it would be.
    pub fn is_not_found(&self) -> bool {
        matches!(self.refusal(), Some(Refusal::NotFound))
    }

    /// Whether the server does not let us do it, whatever the object.
    pub fn is_forbidden(&self) -> bool {
        matches!(self.refusal(), Some(Refusal::Forbidden { .. }))
    }

    /// Whether the server said no for another reason than who we are, or who else was there.
    pub fn is_refused(&self) -> bool {
        self.refusal().is_some_and(|refusal| !refusal.is_about_us() && !refusal.is_conflict())
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
