//! Bytes on their way: one live line on a terminal, one line at the beginning elsewhere.

use std::time::Duration;

use indicatif::ProgressBar;

use crate::ui::{Ui, live_style};

/// How much comes, as a bar where it is known how much there is.
const ARRIVING: &str = "{spinner:.yellow} {prefix}: {bytes} of {total_bytes} ({bytes_per_sec})";
const UNKNOWN: &str = "{spinner:.yellow} {prefix}: {bytes} ({bytes_per_sec})";

/// Begins; `line` is what a pipe gets, `prefix` stands on a terminal.
pub(super) fn begun(ui: &Ui, prefix: &str, line: &str, total: Option<u64>) -> ProgressBar {
    if ui.quiet || !ui.live {
        ui.progress(line);
        return ProgressBar::hidden();
    }
    let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
    let template = if total.is_some() { ARRIVING } else { UNKNOWN };
    bar.set_style(live_style(template));
    bar.set_prefix(prefix.to_owned());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// `12.3 MiB`.
pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
