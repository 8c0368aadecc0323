//! `mesh diff`: what differs between what is wanted and what is there, without writing anything.

use serde_json::json;

use super::changes;
use super::recorded::{Asked, Rule};
use super::settings::Settings;
use super::survey::Survey;
use crate::cli::{DiffArgs, TextOutput};
use crate::error::Result;
use crate::ui::{self, Style, sanitize};

/// Shows the differences; true where there are none.
pub(super) fn run(settings: &Settings, args: DiffArgs) -> Result<bool> {
    let DiffArgs { render, output } = args;
    let asked = Asked::read(settings, render, Rule::RecordedUnlessGiven)?;
    shown(settings, &asked, output)
}

/// Shows what a change as `asked` would change; true where that is nothing.
pub(super) fn shown(settings: &Settings, asked: &Asked, output: TextOutput) -> Result<bool> {
    settings.on_cluster(|cluster| async move {
        let mut survey = Survey::of(&cluster, asked).await?;
        survey.try_out(&cluster).await?;
        let summary = survey.summary();
        if output == TextOutput::Json {
            let document = changes::document(&cluster, &survey, &summary);
            let document = json!({ "apiVersion": "mesh/v1", "kind": "Diff", "clusters": [document] });
            settings.ui.result(&ui::json(&document))?;
            return Ok(summary.is_same());
        }
        for note in &survey.notes {
            settings.ui.progress(&sanitize(note));
        }
        for warning in &survey.warnings {
            settings.ui.message(&format!("warning: {}", sanitize(warning)));
        }
        let paint = |style: Style, text: &str| settings.ui.paint_result(style, text);
        let mut lines = changes::lines(&summary, &survey.dropped, &paint);
        if summary.is_same() {
            lines.push("nothing differs".to_owned());
        }
        settings.ui.result(&(lines.join("\n") + "\n"))?;
        Ok(summary.is_same())
    })
}
