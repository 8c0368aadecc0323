//! What a run is called by those who type it. kubectl runs the program `kubectl-mesh` as its command `kubectl mesh`; what is told to
//! people then names commands so that they can be typed as they stand.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Regex, escape};

/// How kubectl's users type it.
pub const PLUGIN: &str = "kubectl mesh";

/// Where commands stand in a text; none where the program has its own name.
static COMMANDS: OnceLock<Option<Regex>> = OnceLock::new();

/// From now on these commands are told as kubectl's. The first word counts, until the program ends.
pub fn as_plugin<'a>(commands: impl IntoIterator<Item = &'a str>) {
    COMMANDS.get_or_init(|| pattern(commands));
}

fn pattern<'a>(commands: impl IntoIterator<Item = &'a str>) -> Option<Regex> {
    let commands: Vec<String> = commands.into_iter().map(escape).collect();
    // Before it is no part of a word or path, or a colour's end.
    Regex::new(&format!(r"(^|\x1b\[[0-9;]*m|[^\w/.-])(?:kubectl )?mesh ({}|--help)\b", commands.join("|"))).ok()
}

/// A text for people, with commands as they are typed.
pub fn told(text: &str) -> Cow<'_, str> {
    match COMMANDS.get().and_then(Option::as_ref) {
        Some(pattern) => replaced(pattern, text),
        None => Cow::Borrowed(text),
    }
}

fn replaced<'t>(pattern: &Regex, text: &'t str) -> Cow<'t, str> {
    pattern.replace_all(text, format!("${{1}}{PLUGIN} ${{2}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_as_they_are_typed_and_nothing_else_is() {
        let pattern = pattern(["install", "tag"]).expect("a pattern");
        let table = [
            (
                "run `mesh install` again, or mesh tag list",
                "run `kubectl mesh install` again, or kubectl mesh tag list",
            ),
            ("mesh --help", "kubectl mesh --help"),
            ("\u{1b}[1mmesh install\u{1b}[0m", "\u{1b}[1mkubectl mesh install\u{1b}[0m"),
            ("Usage: kubectl mesh tag [OPTIONS]", "Usage: kubectl mesh tag [OPTIONS]"),
            (
                "mesh installed it; the mesh is whole; ./mesh install; bad-mesh tag",
                "mesh installed it; the mesh is whole; ./mesh install; bad-mesh tag",
            ),
        ];
        for (text, wanted) in table {
            assert_eq!(replaced(&pattern, text), wanted);
        }
    }
}
