//! What the demo says, and how it fails.

use std::io::Write;

use anyhow::{Context, Result};

/// A program that the demo ran did not succeed; it has said why itself.
#[derive(Debug)]
pub(crate) struct Failed {
    /// What was run.
    pub(crate) what: String,
    /// Its exit code.
    pub(crate) code: u8,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` failed with exit code {}", self.what, self.code)
    }
}

impl std::error::Error for Failed {}

/// A line on stdout.
pub(crate) fn line(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).context("cannot write to stdout")
}

/// A line on stderr.
pub(crate) fn complain(text: &str) {
    // With stderr closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}
