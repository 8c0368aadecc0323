//! What was measured, and how it is told: figures in, text out. Nothing here runs, reads or writes anything.

mod aims;
mod chart;
mod growth;
mod page;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use page::{charts, page, placed};

/// What one run took.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// Processor time, user and system.
    pub(crate) cpu: Duration,
    /// Peak memory, in KiB.
    pub(crate) peak: u64,
    /// Requests to the API server; `None` where none was there.
    pub(crate) requests: Option<usize>,
}

impl Took {
    /// Its time as text.
    pub(crate) fn time(&self) -> String {
        Figure::Time.text(self.wall.as_secs_f64())
    }
}

/// A kind of work. Its words come before and after what it is done with: `install`, demo, `again`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Start,
    Generate,
    Inject,
    Install,
    Again,
    Diff,
    Verify,
    Uninstall,
    Canary,
}

impl Work {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Start => ("start", ""),
            Self::Generate => ("generate", ""),
            Self::Inject => ("inject", ""),
            Self::Install => ("install", ""),
            Self::Again => ("install", "again"),
            Self::Diff => ("diff", ""),
            Self::Verify => ("verify", ""),
            Self::Uninstall => ("uninstall", ""),
            Self::Canary => ("canary", ""),
        }
    }
}

/// One of the figures of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    Time,
    Processor,
    Memory,
    Requests,
}

impl Figure {
    /// Seconds, MiB, or a count.
    fn of(self, took: &Took) -> Option<f64> {
        match self {
            Self::Time => Some(took.wall.as_secs_f64()),
            Self::Processor => Some(took.cpu.as_secs_f64()),
            Self::Memory => Some(took.peak as f64 / 1024.0),
            Self::Requests => took.requests.map(|count| count as f64),
        }
    }

    fn text(self, value: f64) -> String {
        match self {
            Self::Time | Self::Processor if value < 0.0995 => format!("{:.1} ms", value * 1000.0),
            Self::Time | Self::Processor if value < 0.9995 => format!("{:.0} ms", value * 1000.0),
            Self::Time | Self::Processor => format!("{value:.2} s"),
            Self::Memory => format!("{value:.1} MiB"),
            Self::Requests => format!("{value:.0}"),
        }
    }
}

/// Who may take part in a piece of work, as tables name them.
pub(crate) const MESH: &str = "mesh";
pub(crate) const ISTIOCTL: &str = "istioctl";
pub(crate) const KUBECTL: &str = "kubectl";
pub(crate) const HELM: &str = "helm";
/// Nothing but requests at once and a watch: what the cluster itself takes.
pub(crate) const BARE: &str = "bare";

/// Somebody's runs.
pub(crate) type Runs = (&'static str, Vec<Took>);

/// A piece of work, and what each took for it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) work: Work,
    /// What it is done with, such as `demo`; may be empty.
    pub(crate) what: String,
    /// The `what` of the row that has a tenth of the work.
    pub(crate) ten_times: Option<String>,
    /// Whether aims and charts look at it; other rows only tell how it grows.
    pub(crate) drawn: bool,
    /// The counted runs of each.
    pub(crate) by: Vec<Runs>,
}

impl Row {
    /// Its work in words, such as `install demo again`.
    pub(crate) fn name(&self) -> String {
        let (before, after) = self.work.words();
        [before, &self.what, after].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The median of somebody's figures.
    fn median(&self, who: &str, figure: Figure) -> Option<f64> {
        let (_, runs) = self.by.iter().find(|(name, _)| *name == who)?;
        let mut values: Vec<f64> = runs.iter().filter_map(|took| figure.of(took)).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }

    /// How many times what `than` takes somebody takes.
    fn ratio(&self, figure: Figure, who: &str, than: &str) -> Option<f64> {
        Some(self.median(who, figure)? / self.median(than, figure)?)
    }
}

/// All that was measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    /// What it ran on, in a line.
    pub(crate) machine: String,
    /// Who took part, with versions.
    pub(crate) tools: Vec<String>,
    /// What could not be measured, and why.
    pub(crate) notes: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// Adds a run to its row, which is made where it is the first: of `like`, without its runs.
    pub(crate) fn add(&mut self, like: Row, who: &'static str, took: Took) {
        let known = self.rows.iter().position(|row| row.work == like.work && row.what == like.what);
        let index = known.unwrap_or_else(|| {
            self.rows.push(like);
            self.rows.len() - 1
        });
        let Some(row) = self.rows.get_mut(index) else { return };
        match row.by.iter_mut().find(|(name, _)| *name == who) {
            Some((_, runs)) => runs.push(took),
            None => row.by.push((who, vec![took])),
        }
    }
}

/// A line of [`Report::notes`].
pub(crate) fn note(what: &str, cause: &anyhow::Error) -> String {
    let said = format!("{cause:#}");
    format!("{what}: {}", said.split_whitespace().collect::<Vec<_>>().join(" "))
}
