//! What `verify` looks at: inputs and cluster side by side, and what runs beside them.

mod gather;
mod look;

pub use look::{VerifyOptions, looked};
