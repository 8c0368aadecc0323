//! Tests of the engine as its callers see it.
#![expect(clippy::unwrap_used, reason = "a test ends with what is unwrapped")]

mod errors;
mod fuzz;
mod limits;
mod probes;
mod sharing;
