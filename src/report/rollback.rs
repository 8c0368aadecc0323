//! What a way back would change, in words and as a document.

use super::{diff, message, plan};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::istio::Installation;
use crate::plan::Summary;
use crate::ui::{Style, Ui};

/// What a way back would change.
#[derive(Debug)]
pub struct Shown {
    /// Which installation goes back.
    pub installation: Installation,
    /// The record that would be in force again; 0 for before the first.
    pub to: u64,
    /// What would change, and what stands against it.
    pub summary: Summary,
    /// What of it others go on to hold, a sentence each.
    pub left: Vec<String>,
}

/// Tells it.
///
/// # Errors
/// Those of stdout.
pub fn tell(ui: &Ui, cluster: &Cluster, shown: &Shown, as_json: bool) -> Result<()> {
    let Shown { installation, to, summary, left } = shown;
    if as_json {
        let mut element = plan::of_summary(cluster, installation, summary);
        element["to"] = (*to).into();
        element["warnings"] = left.clone().into();
        return ui.document(&diff::document(element));
    }
    message::warnings(ui, left);
    let paint = |style: Style, text: &str| ui.paint_result(style, text);
    let goal = if *to == 0 { "before the first installation".to_owned() } else { format!("to record {to}") };
    let mut lines = vec![paint(Style::Bold, &format!("back {goal}"))];
    lines.extend(plan::lines(summary, &[], &paint));
    if summary.is_same() {
        lines.push("nothing differs".to_owned());
    }
    ui.result(&(lines.join("\n") + "\n"))
}
