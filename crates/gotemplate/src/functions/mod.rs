//! The functions templates may call, and how others are added.
//!
//! A function is a row of a table: name, how many arguments, code. The code finds its arguments
//! counted already, and takes them through [`args`], which refuses other types as Go does.

mod args;
mod builtin;
mod compare;
mod defaults;
mod dialect;
mod dicts;
mod encode;
mod escape;
mod helm;
mod lists;
mod math;
mod merge;
mod paths;
mod printf;
mod regexes;
mod semvers;
mod strings;
mod table;
mod types;
mod words;

pub(crate) use dialect::compile;
pub use table::Functions;
use table::{Arity, Outcome, Row};
pub(crate) use table::{Function, Native, Own};
