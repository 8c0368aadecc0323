//! The measured part of the page, and its charts.

use std::fmt::Write as _;

use anyhow::{Context, Result};

use super::aims::aims;
use super::chart::Chart;
use super::growth::{grown, large, times};
use super::{Figure, MESH, Report, Row, Runs};

/// What stands around the measured part.
const BEGIN: &str = "<!-- measured -->\n";
const END: &str = "<!-- until here -->\n";

/// A page with this as its measured part; what is around it stays as it is.
///
/// # Errors
/// The page does not say where its measured part is.
pub(crate) fn placed(page: &str, part: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).with_context(|| format!("the page has no line {}", BEGIN.trim()))?;
    let (_, after) =
        rest.split_once(END).with_context(|| format!("no line {} comes after {}", END.trim(), BEGIN.trim()))?;
    Ok([before, BEGIN, part, END, after].concat())
}

/// The measured part: what it ran on, what is missing, aims, charts, all figures, and how they grow.
pub(crate) fn page(report: &Report) -> String {
    let mut page = format!("On {}, with {}.\n", report.machine, report.tools.join(", "));
    if !report.notes.is_empty() {
        page.push_str("\nNot measured:\n\n");
        for note in &report.notes {
            let _ = writeln!(page, "- {note}");
        }
    }
    page.push_str("\n### Aims\n\n");
    table(&mut page, &["what", "wanted", "measured", ""], aims(report).iter().map(|aim| aim.cells().to_vec()));
    page.push_str("\n### Figures\n\n");
    for (file, title, _) in drawings(report) {
        let _ = writeln!(page, "![{title}]({file})\n");
    }
    let columns = ["work", "who", "runs", "time", "processor", "peak memory", "requests", "time to that of mesh"];
    table(&mut page, &columns, report.rows.iter().flat_map(lines));
    let grown = growth(report);
    if !grown.is_empty() {
        page.push_str("\n### Ten times the work\n\nWhat it takes, as a multiple of what a tenth of it takes.\n\n");
        let columns = ["work", "a tenth of it", "who", "time", "processor", "peak memory", "requests"];
        table(&mut page, &columns, grown.into_iter());
    }
    page
}

/// The charts, by the names of their files.
pub(crate) fn charts(report: &Report) -> Vec<(&'static str, String)> {
    drawings(report).into_iter().map(|(file, _, svg)| (file, svg)).collect()
}

fn table(page: &mut String, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = writeln!(page, "| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
    for row in rows {
        let _ = writeln!(page, "| {} |", row.join(" | "));
    }
}

const FIGURES: [Figure; 4] = [Figure::Time, Figure::Processor, Figure::Memory, Figure::Requests];

/// The lines of a row: one for each who did it.
fn lines(row: &Row) -> Vec<Vec<String>> {
    let line = |(index, (who, runs)): (usize, &Runs)| {
        let name = if index == 0 { row.name() } else { String::new() };
        let mut cells = vec![name, (*who).to_owned(), runs.len().to_string()];
        cells.extend(FIGURES.map(|figure| row.median(who, figure).map_or_else(dash, |value| figure.text(value))));
        let ratio = row.ratio(Figure::Time, who, MESH).filter(|_| *who != MESH);
        cells.push(ratio.map_or_else(String::new, times));
        cells
    };
    row.by.iter().enumerate().map(line).collect()
}

fn dash() -> String {
    "-".to_owned()
}

fn growth(report: &Report) -> Vec<Vec<String>> {
    let lines = |row: &Row| -> Vec<Vec<String>> {
        let known = row.by.iter().filter(|(who, _)| grown(report, row, who, Figure::Time).is_some());
        let line = |(index, (who, _)): (usize, &Runs)| {
            let first = |text: String| if index == 0 { text } else { String::new() };
            let tenth = row.ten_times.clone().unwrap_or_default();
            let mut cells = vec![first(row.name()), first(tenth), (*who).to_owned()];
            cells.extend(FIGURES.map(|figure| grown(report, row, who, figure).map_or_else(dash, times)));
            cells
        };
        known.enumerate().map(line).collect()
    };
    large(report).flat_map(lines).collect()
}

/// How a figure is written.
type Text = fn(f64) -> String;

/// File, title and text of each chart that has something to show.
fn drawings(report: &Report) -> Vec<(&'static str, &'static str, String)> {
    let by_figure = |figure: Figure| {
        let bars = |row: &Row| {
            let bar = |(who, _): &Runs| Some((*who, row.median(who, figure).filter(|value| *value > 0.0)?));
            (row.name(), row.by.iter().filter_map(bar).collect::<Vec<_>>())
        };
        report.rows.iter().filter(|row| row.drawn).map(bars).collect::<Vec<_>>()
    };
    let more = large(report).map(|row| {
        let bar = |(who, _): &Runs| Some((*who, grown(report, row, who, Figure::Time)?));
        (row.name(), row.by.iter().filter_map(bar).collect::<Vec<_>>())
    });
    let all: [(_, _, _, Text); 4] = [
        ("benchmarks-time.svg", "Time", by_figure(Figure::Time), |value| Figure::Time.text(value)),
        ("benchmarks-memory.svg", "Peak memory", by_figure(Figure::Memory), |value| Figure::Memory.text(value)),
        ("benchmarks-requests.svg", "Requests to the API server", by_figure(Figure::Requests), |value| {
            Figure::Requests.text(value)
        }),
        ("benchmarks-growth.svg", "Time of ten times the work", more.collect(), times),
    ];
    all.into_iter()
        .filter_map(|(file, title, mut groups, text)| {
            groups.retain(|(_, bars)| !bars.is_empty());
            let chart = Chart { title: title.to_owned(), groups, text, own: MESH };
            (!chart.groups.is_empty()).then(|| (file, title, chart.svg()))
        })
        .collect()
}
