//! `mesh export --helm`: the same installation by Helm with upstream's charts.

use super::inputs;
use super::settings::Settings;
use crate::cli::ExportArgs;
use crate::error::Result;
use crate::render::{self, Target, helm};
use crate::report::{self, message};

/// Writes the folder and names its files; makes no connection.
pub(super) fn run(settings: &Settings, args: ExportArgs) -> Result<()> {
    let ExportArgs { helm: folder, render } = args;
    let config = inputs::config(render)?;
    let target = Target::default();
    let bundle = render::render(&config, &target)?;
    message::warnings(&settings.ui, &bundle.warnings);
    let releases = helm::releases(&config, &target)?;
    if let Some(charts) = config.charts() {
        for release in &releases {
            let rendered = helm::template(charts, &target, release, release.values.clone())?;
            let differences = helm::differences(release, &rendered, bundle.of(release.component.name));
            report::export::warn(&settings.ui, release, &differences);
        }
    }
    settings.ui.result(&report::export::write(&folder, &releases)?)
}
