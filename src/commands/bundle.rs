//! `mesh bundle`: all that an installation needs, in one file; and its images into a registry.

use std::path::PathBuf;

use super::inputs;
use super::settings::Settings;
use crate::cli::{BundleArgs, BundleCommand, BundlePushArgs, RenderArgs, TextOutput};
use crate::component;
use crate::config;
use crate::error::{Error, Result};
use crate::input::bundle::{self, Begun, From, Order};
use crate::render::{self, Target};
use crate::report::{bundle as report, manifest, message};

/// Runs the command; makes no connection to a cluster.
pub(super) fn run(settings: &Settings, args: BundleArgs) -> Result<()> {
    let BundleArgs {
        file,
        command,
        from,
        images,
        platforms,
        no_images,
        program,
        insecure_registry: insecure,
        render,
        output,
    } = args;
    let file = match (command, file) {
        (Some(BundleCommand::Push(args)), _) => return push(settings, args),
        (None, Some(file)) => file,
        (None, None) => return Err(Error::usage("no-file", "no file is named").hint("mesh bundle istio.tar")),
    };
    let from = match (from, images) {
        _ if no_images => From::Nowhere,
        (Some(registry), _) => From::Registry(registry),
        (None, Some(layout)) => From::Layout(layout),
        (None, None) => From::Names,
    };
    let (limit, no_charts) = (settings.timeout, std::collections::BTreeMap::new());
    let (version, images, manifest) = (String::new(), Vec::new(), String::new());
    let order = Order { version, images, charts: no_charts, manifest, from, platforms, program, insecure, limit };
    write(settings, file, of(settings, order, render)?, output)
}

/// What is to be in it, by what is rendered.
fn of(settings: &Settings, order: Order, args: RenderArgs) -> Result<Order> {
    let inputs = inputs::read(args)?;
    let config = config::load(&inputs)?;
    let rendered = render::render(&config, &Target::default())?;
    message::warnings(&settings.ui, &rendered.warnings);
    let images = render::images_of(&rendered, &config)?.into_keys().collect();
    let manifest = manifest::text(&rendered.generate_set())?;
    let version = component::version(&config).to_owned();
    Ok(Order { version, images, manifest, ..order }.with_charts(&inputs))
}

fn write(settings: &Settings, file: PathBuf, order: Order, output: TextOutput) -> Result<()> {
    let (tell, begun) = (report::teller(&settings.ui, "copying"), Begun::default());
    let own = begun.clone();
    let written = Settings::aside("the bundle was whole", move || bundle::write(&file, order, &own, &tell));
    // Who was interrupted has left the thread that writes it.
    let written = written.inspect_err(|_| begun.discard())?;
    settings.ui.result(&match output {
        TextOutput::Text => report::written(&written),
        TextOutput::Json => report::written_json(&written),
    })
}

fn push(settings: &Settings, args: BundlePushArgs) -> Result<()> {
    let BundlePushArgs { file, registry, insecure_registry, output } = args;
    let (tell, limit) = (report::teller(&settings.ui, "pushing"), settings.timeout);
    let pushed = Settings::aside("all images were there", move || {
        let bundle = bundle::open(&file)?;
        bundle::push(&bundle, &registry, insecure_registry, limit, &tell)
    })?;
    settings.ui.result(&match output {
        TextOutput::Text => report::pushed(&pushed),
        TextOutput::Json => report::pushed_json(&pushed),
    })
}
