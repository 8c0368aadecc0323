//! `mesh` on a terminal, which script(1) makes.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::say;

/// How long a test waits for something to be shown.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a screen is looked at for what still moves: a live line is drawn ten times in that.
const QUIET: Duration = Duration::from_secs(1);

/// A terminal that a command runs on.
pub(crate) struct Screen {
    child: Child,
    keyboard: ChildStdin,
    pieces: Receiver<String>,
    /// Everything it showed so far, raw.
    shown: String,
    /// Rows and columns.
    size: (u16, u16),
}

impl Screen {
    /// Runs `mesh` with these words on a terminal of 24 rows and 80 columns; none where no terminal can be made.
    pub(crate) fn of(kubeconfig: &Path, words: &str) -> Result<Option<Self>> {
        Self::sized(kubeconfig, words, (24, 80))
    }

    /// The same on a terminal of so many rows and columns.
    pub(crate) fn sized(kubeconfig: &Path, words: &str, size: (u16, u16)) -> Result<Option<Self>> {
        Self::in_colour(kubeconfig, words, size, true)
    }

    /// The same with colours, or without (`NO_COLOR`).
    pub(crate) fn in_colour(kubeconfig: &Path, words: &str, size: (u16, u16), colour: bool) -> Result<Option<Self>> {
        let no_color = if colour { "" } else { "1" };
        Self::under(kubeconfig, words, size, &[("NO_COLOR", no_color)])
    }

    /// The same with these variables of the environment.
    pub(crate) fn under(
        kubeconfig: &Path,
        words: &str,
        (rows, columns): (u16, u16),
        variables: &[(&str, &str)],
    ) -> Result<Option<Self>> {
        let mesh = env!("CARGO_BIN_EXE_mesh");
        let child = Command::new("script")
            .args(["-qefc", &format!("stty rows {rows} cols {columns}; '{mesh}' {words}"), "/dev/null"])
            .env("KUBECONFIG", kubeconfig)
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                say("skipped: script(1), which makes a terminal, is not installed");
                return Ok(None);
            }
            Err(error) => return Err(error).context("cannot run script"),
        };
        let keyboard = child.stdin.take().context("no stdin")?;
        let mut output = child.stdout.take().context("no stdout")?;
        let (tell, pieces) = mpsc::channel();
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut piece) {
                let _ = tell.send(String::from_utf8_lossy(&piece[..read]).into_owned());
            }
        });
        Ok(Some(Self { child, keyboard, pieces, shown: String::new(), size: (rows, columns) }))
    }

    /// Waits until `text` is shown from now on, or was already and nobody has waited for it; gives all until then.
    pub(crate) fn wait_for(&mut self, text: &str) -> Result<String> {
        let began = Instant::now();
        while !self.shown.contains(text) {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let piece = self.pieces.recv_timeout(left);
            self.shown.push_str(&piece.with_context(|| format!("no {text:?} in {:?}", self.shown))?);
        }
        Ok(self.shown.clone())
    }

    /// What stands on the screen once nothing has moved on it for a second: the lines, without spaces at their ends.
    pub(crate) fn standing(&mut self) -> Vec<String> {
        self.settle();
        lines(&self.terminal(), Cells::Text)
    }

    /// The same with the colours written out, as `⟨red⟩text⟨⟩`.
    pub(crate) fn standing_in_colour(&mut self) -> Vec<String> {
        self.settle();
        lines(&self.terminal(), Cells::Colours)
    }

    /// What stands on the screen when the command has ended, with the colours written out, and its exit code.
    pub(crate) fn last(mut self) -> Result<(Vec<String>, Option<i32>)> {
        let code = self.finish()?;
        Ok((lines(&self.terminal(), Cells::Colours), code))
    }

    fn settle(&mut self) {
        let began = Instant::now();
        while let Ok(piece) = self.pieces.recv_timeout(QUIET.saturating_sub(began.elapsed())) {
            self.shown.push_str(&piece);
        }
    }

    fn terminal(&self) -> vt100::Parser {
        let side = |length: u16| NonZeroU16::new(length).unwrap_or(NonZeroU16::MIN);
        let mut terminal = vt100::Parser::new(side(self.size.0), side(self.size.1), 0);
        terminal.process(self.shown.as_bytes());
        terminal
    }

    /// Forgets what was shown until now.
    pub(crate) fn forget(&mut self) {
        while self.pieces.try_recv().is_ok() {}
        self.shown.clear();
    }

    pub(crate) fn type_in(&mut self, keys: &str) -> Result<()> {
        self.keyboard.write_all(keys.as_bytes()).context("cannot type")
    }

    /// Everything that was shown, raw, and the exit code. The keyboard stays until then: a terminal that is gone would be
    /// another story.
    pub(crate) fn end(mut self) -> Result<(String, Option<i32>)> {
        let code = self.finish()?;
        Ok((self.shown, code))
    }

    fn finish(&mut self) -> Result<Option<i32>> {
        let began = Instant::now();
        while let Ok(piece) = self.pieces.recv_timeout(PATIENCE.saturating_sub(began.elapsed())) {
            self.shown.push_str(&piece);
        }
        ensure!(began.elapsed() < PATIENCE, "it did not end: {:?}", self.shown);
        Ok(self.child.wait()?.code())
    }
}

/// What of the cells of a screen is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cells {
    Text,
    Colours,
}

/// The lines of a screen, without spaces at their ends.
fn lines(terminal: &vt100::Parser, cells: Cells) -> Vec<String> {
    let screen = terminal.screen();
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let mut lines: Vec<String> = match cells {
        Cells::Text => screen.rows(0, columns).map(|line| line.trim_end().to_owned()).collect(),
        Cells::Colours => (0..rows).map(|row| coloured(screen, row, columns)).collect(),
    };
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn coloured(screen: &vt100::Screen, row: u16, columns: u16) -> String {
    let mut line = String::new();
    let mut before = String::new();
    for cell in (0..columns).filter_map(|column| screen.cell(row, column)) {
        let style = style(cell);
        if style != before {
            line.push_str(&format!("⟨{style}⟩"));
            before = style;
        }
        match cell.contents() {
            "" if cell.is_wide_continuation() => {}
            "" => line.push(' '),
            text => line.push_str(text),
        }
    }
    line.trim_end().to_owned()
}

fn style(cell: &vt100::Cell) -> String {
    let colour = match cell.fgcolor() {
        vt100::Color::Idx(1) => "red",
        vt100::Color::Idx(2) => "green",
        vt100::Color::Idx(3) => "yellow",
        vt100::Color::Default => "",
        _ => "another colour",
    };
    let marks = [(cell.bold(), "bold"), (cell.dim(), "dim"), (cell.inverse(), "inverse"), (!colour.is_empty(), colour)];
    let marks = marks.iter().filter(|(is_on, _)| *is_on);
    marks.map(|(_, mark)| *mark).collect::<Vec<_>>().join(" ")
}
