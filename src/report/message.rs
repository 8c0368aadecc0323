//! Lines on stderr beside a result.

use crate::ui::{Ui, sanitize};

/// What the user should know, a line each.
pub fn warnings(ui: &Ui, warnings: &[String]) {
    warnings.iter().for_each(|warning| ui.message(&format!("warning: {}", sanitize(warning))));
}

/// What could not be read, a line each.
pub fn unknown(ui: &Ui, unknown: &[String]) {
    unknown.iter().for_each(|why| ui.message(&format!("warning: not known: {}", sanitize(why))));
}
