//! `mesh describe`: what kubectl shows of an object, and what the mesh makes of it.

use super::clock;
use super::settings::Settings;
use crate::cli::{DescribeArgs, ReadOutput};
use crate::describe::{self, Sought};
use crate::error::Result;
use crate::read::{Described, View, Within};
use crate::report::describe::{document, nothing, text};
use crate::report::failure;
use crate::ui;

/// Describes what the arguments name.
pub(super) fn run(settings: &Settings, args: DescribeArgs) -> Result<()> {
    let DescribeArgs { targets, selector, all_namespaces, output } = args;
    let targets: Vec<Sought> = describe::targets(&targets)?;
    describe::check_targets(&targets, selector.is_some(), all_namespaces)?;
    let (found, cluster, namespace) = settings.on_cluster(|cluster| async move {
        let namespace = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
        let namespace = (!all_namespaces).then_some(namespace);
        let place = Within { namespace, labels: selector.as_deref(), istio: &settings.istio_namespace };
        let found = View::of(&cluster).described(&targets, &place).await?;
        Ok((found, cluster.name().to_owned(), namespace.map(str::to_owned)))
    })?;
    let Described { subjects, mut failures } = found;
    settings.ui.result(&match output {
        ReadOutput::Text => text(&subjects, &clock::now()),
        ReadOutput::Json => ui::json(&document(&cluster, &subjects)),
        ReadOutput::Yaml => ui::yaml(&document(&cluster, &subjects))?,
    })?;
    if subjects.is_empty() && failures.is_empty() {
        settings.ui.message(&nothing(namespace.as_deref()));
    }
    let Some(last) = failures.pop() else { return Ok(()) };
    for error in failures {
        failure::tell(&settings.ui, &error, output == ReadOutput::Json);
    }
    Err(last)
}
