//! Cargo, called from a program that cargo itself has started.

use std::ffi::OsStr;
use std::process::Command;

/// A call of the cargo that runs this program, without what it told this program about its package: build scripts (that of
/// `ring` for one) watch those variables, and would build everything again that a plain `cargo build` has built.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if is_about_the_package(&name) {
            command.env_remove(name);
        }
    }
    command
}

fn is_about_the_package(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|prefix| name.starts_with(prefix))
            || name == "CARGO_PRIMARY_PACKAGE"
            || name == "OUT_DIR"
    })
}
