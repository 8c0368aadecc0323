//! The template engine with Istio's own functions: what istiod offers to an injection template, on top of Go's and
//! sprig's. Knows nothing of charts or pods: it sees values, and Go's structs as objects with a type name.

mod functions;
mod go_text;
mod interfaces;
mod maps;
mod otel;
mod ports;

pub use functions::istio;
pub use go_text::{go_json, go_json_sorted};
pub use gotemplate::{Error as TemplateError, Functions, MissingKey, Object, Templates, Unknown, Value};
pub use maps::TextMap;
