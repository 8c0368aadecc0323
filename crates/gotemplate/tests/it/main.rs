//! Tests of the engine as its callers see it.
#![expect(clippy::unwrap_used, reason = "a test ends with what is unwrapped")]

mod errors;
mod fuzz;
mod limits;
mod oracle;
mod probes;
mod sharing;

/// Where the source of the program in Go is.
const GO: &str = "tests/go";
