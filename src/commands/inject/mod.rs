//! `mesh inject`: workloads of a file, a document at a time, through the injector of a mesh that is rendered here.

mod output;
mod stream;
mod uninject;

pub(super) use uninject::run as uninject;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::injector::{self, Texts};
use super::settings::Settings;
use super::{enrol, inputs};
use crate::cli::{InjectArgs, NativeSidecars, RenderArgs};
use crate::config;
use crate::error::{Error, Result};
use crate::inject::{Injector, kubernetes_form};
use crate::istio::ControlPlane;
use crate::render::{self, Target};
use crate::ui::sanitize;
use crate::yaml::{self, Piece, Pieces};
use output::Printer;
use stream::Done;

/// Runs the command; makes no connection, but for `--from-cluster` and what is put into a cluster's mesh.
pub(super) fn run(settings: &Settings, args: InjectArgs) -> Result<()> {
    let InjectArgs {
        file,
        command,
        from_cluster,
        sets,
        operator_file,
        manifests,
        revision,
        inject_config_file,
        mesh_config_file,
        values_file,
        native_sidecars,
        output,
    } = args;
    let file = match (command, file) {
        (Some(command), None) => return enrol::run(settings, command),
        (None, Some(file)) => file,
        _ => {
            return Err(Error::usage(
                "usage",
                "either a file is injected (-f), or a namespace or workload of the cluster",
            )
            .hint("run `mesh inject --help` to see both"));
        }
    };
    let name = file.display().to_string();
    let pieces = Pieces::new(&name, open(&file)?);
    let read = |path: Option<&PathBuf>| path.map(|path| inputs::file(path).map(|source| source.text)).transpose();
    let own = [read(inject_config_file.as_ref())?, read(mesh_config_file.as_ref())?, read(values_file.as_ref())?];
    let mut nodes_can = false;
    let texts = match own {
        // All three are given: nothing is left to render.
        [Some(config), Some(mesh), Some(values)] if !from_cluster => {
            Texts { config, mesh, values, revision: revision.unwrap_or_default() }
        }
        [config, mesh, values] if from_cluster => {
            let (plane, can) = of_cluster(settings, revision.as_deref().unwrap_or_default())?;
            nodes_can = can;
            Texts {
                revision: plane.flag().to_owned(),
                config: config.unwrap_or(plane.config),
                mesh: mesh.unwrap_or(plane.mesh),
                values: values.unwrap_or(plane.values),
            }
        }
        [config, mesh, values] => {
            let render = RenderArgs { files: operator_file, sets, manifests, revision, ..RenderArgs::default() };
            let rendered = rendered(settings, render)?;
            Texts {
                config: config.unwrap_or(rendered.config),
                mesh: mesh.unwrap_or(rendered.mesh),
                values: values.unwrap_or(rendered.values),
                revision: rendered.revision,
            }
        }
    };
    let native = match native_sidecars {
        NativeSidecars::True => true,
        NativeSidecars::False => false,
        NativeSidecars::Auto => nodes_can,
    };
    let printer = Printer::new(&settings.ui, &output);
    let make = || {
        let injector = injector::of(&texts, native)?;
        let (printer, name) = (printer.clone(), name.clone());
        Ok(move |piece: &Piece| inject(&injector, &printer, &name, piece))
    };
    stream::run(&settings.ui, &output, pieces, make)
}

/// What the istiod of a cluster injects by, and whether its proxies are native sidecars there.
fn of_cluster(settings: &Settings, revision: &str) -> Result<(ControlPlane, bool)> {
    settings.on_cluster(|cluster| async move {
        cluster.version().await?;
        let plane = cluster.control_plane(&settings.istio_namespace, revision).await?;
        let native = plane.native_sidecars(cluster.nodes_can().await?);
        Ok((plane, native))
    })
}

/// The ConfigMaps of the mesh that these settings describe.
fn rendered(settings: &Settings, args: RenderArgs) -> Result<Texts> {
    let config = config::load(&inputs::read(args)?)?;
    let control_plane = render::control_plane(&config, &Target::default())?;
    for warning in &control_plane.warnings {
        settings.ui.message(&format!("warning: {}", sanitize(warning)));
    }
    Texts::of(&control_plane, &config)
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| {
        Error::usage("unreadable-file", format!("{}: cannot be read", path.display()))
            .caused_by(error)
            .hint("name a YAML file of workloads, or `-` for stdin")
    })?;
    Ok(Box::new(BufReader::new(file)))
}

/// A piece after injection.
fn inject(injector: &Injector, printer: &Printer, name: &str, piece: &Piece) -> Result<Done> {
    let place = format!("{name}:{}", piece.line);
    let mut done = Done::default();
    let documents = yaml::documents(&place, &piece.text)?;
    let alone = documents.len() == 1;
    for document in documents {
        if !document.is_object() {
            return Err(Error::usage("not-an-object", format!("{place}: this is not a Kubernetes object"))
                .hint("a document has to be a map with `apiVersion` and `kind`"));
        }
        let before = if printer.wants_before() { Some(kubernetes_form(document.clone())?) } else { None };
        let outcome = injector.inject(document).map_err(|error| error.at(&place))?;
        for (workload, injected, rule) in &outcome.decisions {
            if !injected {
                done.messages.push(format!("not injected: {}: {}", sanitize(workload), sanitize(&rule.to_string())));
            }
        }
        if alone && !outcome.known {
            printer.untouched(&mut done, &piece.text);
        } else {
            printer.document(&mut done, before.as_ref(), &outcome.object)?;
        }
    }
    Ok(done)
}
