//! What ten times the work takes.

use super::{Figure, Report, Row};

/// The rows that have ten times the work of another one.
pub(super) fn large(report: &Report) -> impl Iterator<Item = &Row> {
    report.rows.iter().filter(|row| row.ten_times.is_some())
}

/// How many times as much as for a tenth of it somebody takes for this row; none where that takes nothing.
pub(super) fn grown(report: &Report, large: &Row, who: &str, figure: Figure) -> Option<f64> {
    let what = large.ten_times.as_ref()?;
    let small = report.rows.iter().find(|row| row.work == large.work && row.what == *what)?;
    let tenth = small.median(who, figure).filter(|tenth| *tenth > 0.0)?;
    Some(large.median(who, figure)? / tenth)
}

/// A factor as text.
pub(super) fn times(value: f64) -> String {
    if value < 9.95 { format!("{value:.1}x") } else { format!("{value:.0}x") }
}
