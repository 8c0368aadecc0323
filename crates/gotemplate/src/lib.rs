//! Go's `text/template` with Go's semantics, and the sprig and Helm functions that Helm charts use.
//!
//! Why another engine: templates of the Go world lean on what Go's values do. Maps are shared and
//! mutable, so `set` in one file is seen by the next; a missing key is not a nil one; whole floats
//! print as `1e+06`. This crate keeps those rules, and is compared with Go itself by its tests.
//!
//! ```
//! use gotemplate::{Functions, Templates, Value};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut templates = Templates::new(Functions::helm());
//! templates.parse("greet.txt", "{{ range .names }}Hello, {{ . | title }}!\n{{ end }}")?;
//! let data = Value::from_json(&serde_json::json!({"names": ["ada", "grace"]}));
//! assert_eq!(templates.render("greet.txt", &data)?, "Hello, Ada!\nHello, Grace!\n");
//! # Ok(())
//! # }
//! ```
//!
//! # The way of a template
//! [`Templates::parse`] reads text into trees once (`parse`: lexer, literals, parser, ast);
//! unknown functions, undefined variables and unclosed blocks are refused there.
//! [`Templates::render`] walks a tree with a [`Value`] as `.` (`exec`), calling
//! [`Functions`]. Every error is an [`Error`] with file, line, column and the chain of templates
//! that led there. [`Limits`] bound nesting, steps and output, so that a hostile template ends in
//! an error as well.
//!
//! # Where it differs from Go
//! * There is one integer type; `typeOf` and `kindOf` call it `int` where sprig may say `int64`.
//! * Strings are UTF-8: a byte string cut within a character (`trunc`, `slice`, `b64dec`) carries
//!   U+FFFD in place of what is not UTF-8; a literal such as `"\xff"` is refused.
//! * `call`, dates, random values, certificates and the network are left out: using one is the parse
//!   error "function not defined". So are complex numbers, by an error of their own.
//! * `keys` and `values` come in the order of the keys, where Go's order is random.

mod error;
mod exec;
mod functions;
mod limits;
mod parse;
mod templates;
mod value;
mod yaml;

pub use error::{Error, Failure, Frame, Unknown};
pub use exec::Context;
pub use functions::Functions;
pub use limits::Limits;
pub use templates::{MissingKey, Templates};
pub use value::{List, Map, Object, Value};

/// Appends JSON as YAML in the layout of `sigs.k8s.io/yaml`, which Kubernetes' tools write: keys in natural order, and every
/// value the same when Go reads it back. `out` is empty or ends with a line break; what is appended does not.
///
/// # Errors
/// A value that is nested too deeply, or a number that YAML cannot hold.
pub fn append_yaml(out: &mut String, value: &serde_json::Value) -> Result<(), String> {
    yaml::append(out, value, usize::MAX)
}
