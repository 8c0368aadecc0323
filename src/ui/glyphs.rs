//! Which signs a terminal can show: marks, arrows and what turns round while something is waited for.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::sync::LazyLock;

use super::output::Stream;

/// Looked at once, as the environment does not change under a run.
static OF_STDOUT: LazyLock<Glyphs> = LazyLock::new(|| Glyphs::here(io::stdout().is_terminal()));
static OF_STDERR: LazyLock<Glyphs> = LazyLock::new(|| Glyphs::here(io::stderr().is_terminal()));

/// The signs of a stream. Every sign is one cell wide in each of them: what was measured in one fits in the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// All of them: a terminal with UTF-8, a file, a pipe.
    All,
    /// Those that the fonts of a Windows console and of the Linux console have (WGL4).
    Few,
    /// ASCII: the locale names another encoding than UTF-8.
    Ascii,
}

/// What each set shows for a sign of ours.
const SIGNS: [(char, char, char); 9] = [
    ('✔', '√', '+'),
    ('✘', '×', 'x'),
    ('⏎', '¶', '|'),
    ('→', '→', '>'),
    ('…', '…', '~'),
    ('·', '·', '-'),
    ('—', '—', '-'),
    ('“', '"', '"'),
    ('”', '"', '"'),
];

/// Terminals of Windows that show what others show, and the variables by which they are known.
const GOOD_ON_WINDOWS: [&str; 5] = ["WT_SESSION", "TERM_PROGRAM", "ConEmuTask", "ALACRITTY_LOG", "TERM"];

impl Glyphs {
    /// Those of stdout.
    pub fn of_stdout() -> Self {
        *OF_STDOUT
    }

    /// Those of stderr.
    pub fn of_stderr() -> Self {
        *OF_STDERR
    }

    pub(super) fn of(stream: Stream) -> Self {
        match stream {
            Stream::Stdout => Self::of_stdout(),
            Stream::Stderr => Self::of_stderr(),
        }
    }

    fn here(is_terminal: bool) -> Self {
        if is_terminal { Self::by(|name| std::env::var_os(name), cfg!(windows)) } else { Self::All }
    }

    /// Those of a terminal with this environment. The locale is the first of `LC_ALL`, `LC_CTYPE` and `LANG` that says
    /// something (POSIX, Base Definitions 8.2); one that nobody has set says nothing of the terminal.
    fn by(variable: impl Fn(&str) -> Option<OsString>, on_windows: bool) -> Self {
        let set = |name: &&str| variable(name).is_some_and(|value| !value.is_empty());
        if on_windows {
            return if GOOD_ON_WINDOWS.iter().any(set) { Self::All } else { Self::Few };
        }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(set).and_then(&variable);
        let encoding = locale.map(|locale| locale.to_string_lossy().to_lowercase());
        if encoding.is_some_and(|encoding| !encoding.contains("utf-8") && !encoding.contains("utf8")) {
            return Self::Ascii;
        }
        if variable("TERM").is_some_and(|term| term == "linux") { Self::Few } else { Self::All }
    }

    /// `text` in these signs; what has none in them stays as it is.
    pub fn shown(self, text: &str) -> Cow<'_, str> {
        if self == Self::All || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let shown = |one: char| match (SIGNS.iter().find(|(sign, ..)| *sign == one), self) {
            (Some((_, few, _)), Self::Few) => *few,
            (Some((_, _, ascii)), Self::Ascii) => *ascii,
            _ => one,
        };
        Cow::Owned(text.chars().map(shown).collect())
    }

    /// What turns round while something is waited for, and what stands there at the end; none where it is indicatif's own.
    pub fn spinner(self) -> Option<&'static str> {
        (self != Self::All).then_some("|/-\\ ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables = &'static [(&'static str, &'static str)];

    #[test]
    fn the_environment_says_what_a_terminal_shows() {
        let table: [(Variables, bool, Glyphs); 10] = [
            (&[], false, Glyphs::All),
            (&[("LANG", "de_DE.UTF-8")], false, Glyphs::All),
            (&[("LANG", "de_DE.utf8"), ("TERM", "xterm")], false, Glyphs::All),
            (&[("LANG", "C.UTF-8"), ("TERM", "linux")], false, Glyphs::Few),
            (&[("LANG", "C")], false, Glyphs::Ascii),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "POSIX")], false, Glyphs::Ascii),
            (&[("LANG", "de_DE.ISO-8859-1"), ("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8")], false, Glyphs::All),
            (&[], true, Glyphs::Few),
            (&[("LANG", "C")], true, Glyphs::Few),
            (&[("WT_SESSION", "0")], true, Glyphs::All),
        ];
        for (variables, on_windows, wanted) in table {
            let of = |name: &str| variables.iter().find(|(one, _)| *one == name).map(|(_, value)| value.into());
            assert_eq!(Glyphs::by(of, on_windows), wanted, "{variables:?} {on_windows}");
        }
    }

    #[test]
    fn signs_are_one_cell_wide_in_each_set() {
        let all: String = SIGNS.iter().map(|(sign, ..)| *sign).collect();
        for set in [Glyphs::All, Glyphs::Few, Glyphs::Ascii] {
            assert_eq!(console::measure_text_width(&set.shown(&all)), SIGNS.len(), "{set:?}");
            assert!(set.spinner().is_none_or(str::is_ascii), "{set:?}");
        }
        assert!(Glyphs::Ascii.shown(&all).is_ascii());
        assert_eq!(Glyphs::Few.shown("✔ Ingress gateways: 1 → 2 世界"), "√ Ingress gateways: 1 → 2 世界");
        assert_eq!(Glyphs::Ascii.shown("✘ a…"), "x a~");
    }
}
