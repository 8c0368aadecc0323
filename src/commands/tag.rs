//! `mesh tag …`: aliases of revisions. The same objects as istioctl's; what is in use is not taken away unasked.

use super::settings::Settings;
use crate::change::Change;
use crate::change::tag::{Remove, Set};
use crate::cli::{TagCommand, TagListArgs, TagOutput, TagRemoveArgs, TagSetArgs, TextOutput};
use crate::error::Result;
use crate::istio::label;
use crate::plan::tag::{Wanted, check_name};
use crate::read::{self, View};
use crate::render::tag::DEFAULT_TAG;
use crate::report::Plain;
use crate::report::tag::{self as report, Format};

/// Runs a subcommand.
pub(super) fn run(settings: &Settings, command: TagCommand) -> Result<()> {
    match command {
        TagCommand::Set(args) => set(settings, &args),
        TagCommand::Generate(args) => generate(settings, &args),
        TagCommand::List(args) => list(settings, &args),
        TagCommand::Remove(args) => remove(settings, &args),
    }
}

/// Prints the objects.
fn generate(settings: &Settings, args: &TagSetArgs) -> Result<()> {
    let asked = asked(settings, args)?;
    let objects = settings.on_cluster(|cluster| async move { read::tag::manifest(&cluster, &asked).await })?;
    settings.ui.result(&report::manifest(&objects, format(args.output))?)
}

/// Makes a tag, or moves it.
fn set(settings: &Settings, args: &TagSetArgs) -> Result<()> {
    let asked = asked(settings, args)?;
    let (cluster, before) = changed(settings, &Set { asked })?;
    let by_label = match asked.tag {
        DEFAULT_TAG => label::enabled(),
        tag => label::of_revision(tag),
    };
    let format = format(args.output);
    report::set(&settings.ui, &cluster, (asked.tag, asked.revision), before.as_deref(), &by_label, format)
}

fn remove(settings: &Settings, args: &TagRemoveArgs) -> Result<()> {
    let TagRemoveArgs { tag, force, output } = args;
    let (cluster, removed) = changed(settings, &Remove { tag, force: *force })?;
    let format = if *output == TextOutput::Json { Format::Json } else { Format::Text };
    report::removed(&settings.ui, &cluster, tag, &removed, format)
}

/// Carries a change of a tag out; with the name of the cluster.
fn changed<C: Change>(settings: &Settings, change: &C) -> Result<(String, C::Done)> {
    let sink = &Plain::new(&settings.ui);
    settings.on_cluster(|cluster| async move {
        let done = super::change::on(settings, &cluster, "", sink, change).await?;
        Ok((cluster.name().to_owned(), done))
    })
}

fn list(settings: &Settings, args: &TagListArgs) -> Result<()> {
    let (cluster, listed) = settings.on_cluster(|cluster| async move {
        let view = View::of(&cluster);
        view.version().await?;
        Ok((cluster.name().to_owned(), view.picture().await?.listed()))
    })?;
    settings.ui.result(&report::list(&cluster, &listed, format(args.output))?)
}

fn asked<'a>(settings: &'a Settings, args: &'a TagSetArgs) -> Result<Wanted<'a>> {
    let TagSetArgs { tag, revision, overwrite, webhook_name, auto_inject_namespaces, output: _ } = args;
    check_name(tag)?;
    Ok(Wanted {
        tag,
        revision,
        overwrite: *overwrite,
        namespace: &settings.istio_namespace,
        webhook_name: webhook_name.as_deref(),
        everywhere: *auto_inject_namespaces,
    })
}

fn format(output: TagOutput) -> Format {
    match output {
        TagOutput::Text => Format::Text,
        TagOutput::Json => Format::Json,
        TagOutput::Yaml => Format::Yaml,
    }
}
