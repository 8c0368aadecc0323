//! `mesh version`.

use super::settings::Settings;
use crate::cli::{VersionArgs, VersionOutput};
use crate::error::Result;
use crate::read::View;
use crate::report::version;
use crate::ui;

/// Prints versions: of the client alone, or of what runs in the cluster too when that can be reached.
pub(super) fn run(settings: &Settings, args: VersionArgs) -> Result<()> {
    let VersionArgs { client, output } = args;
    let look =
        || settings.on_cluster(|cluster| async move { View::of(&cluster).versions(&settings.istio_namespace).await });
    let remote = (!client).then(look);
    settings.ui.result(&match output {
        VersionOutput::Text => version::text(remote.as_ref()),
        VersionOutput::Json => ui::json(&version::document(remote.as_ref())),
        VersionOutput::Yaml => ui::yaml(&version::document(remote.as_ref()))?,
    })?;
    // Documents have the error in them.
    if let (VersionOutput::Text, Some(Err(error))) = (output, &remote) {
        version::unknown(&settings.ui, error);
    }
    Ok(())
}
