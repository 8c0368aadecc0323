//! What the tests of commands share: `mesh` run as its users run it, control planes with an installation, and looks at
//! what it left behind.

pub(crate) mod gate;
pub(crate) mod helm;
pub(crate) mod history;
pub(crate) mod images;
pub(crate) mod kept;
pub(crate) mod live;
pub(crate) mod mesh;
pub(crate) mod paths;
pub(crate) mod planes;
pub(crate) mod proxy;
pub(crate) mod releases;
pub(crate) mod rights;
pub(crate) mod schema;
pub(crate) mod screen;
pub(crate) mod whole;

/// A line for people who run the tests with `--nocapture`, and for logs: what was skipped and why, what took how long.
#[expect(clippy::print_stderr, reason = "it is what it is for")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// Sends a process a signal by name, such as `INT`.
pub(crate) fn signal(pid: u32, name: &str) -> anyhow::Result<()> {
    use anyhow::Context as _;
    let done = std::process::Command::new("kill").args(["-s", name, &pid.to_string()]).status();
    anyhow::ensure!(done.context("cannot run kill")?.success(), "kill -s {name} {pid} failed");
    Ok(())
}

/// A program or a folder that a variable names; `None`, with a line that says so, where it is not set.
pub(crate) fn named_program(variable: &str) -> Option<std::ffi::OsString> {
    let program = std::env::var_os(variable).filter(|value| !value.is_empty());
    if program.is_none() {
        say(&format!("skipped: {variable} names nothing"));
    }
    program
}
