//! The values of templates: Go's kinds, with Go's sharing.

mod compare;
mod json;
mod kinds;
mod list;
mod map;
mod print;

pub(crate) use kinds::{MAX_NESTING, TOO_DEEP};
pub use kinds::{Object, Value};
pub use list::List;
pub use map::Map;
pub(crate) use print::{Quote, TOO_LONG, binary, float, go_quote, hexadecimal, printable, with_exponent, write_go};
