//! The `mesh` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(mesh::commands::main(std::env::args_os()))
}
