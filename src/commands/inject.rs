//! `mesh inject`: workloads of a file, a document at a time, through the injector of a mesh that is rendered here.

use std::path::PathBuf;

use super::inputs;
use super::settings::Settings;
use crate::cli::{InjectArgs, InjectOutput, NativeSidecars, RenderArgs};
use crate::error::{Error, Result};
use crate::input;
use crate::read::View;
use crate::render::{self, InjectorTexts, Target};
use crate::report::{Printer, Written, message};
use crate::yaml::{Piece, Pieces};

/// Runs the command; makes no connection, but for `--from-cluster` and what is put into a cluster's mesh.
pub(super) fn run(settings: &Settings, args: InjectArgs) -> Result<()> {
    let InjectArgs {
        file,
        command,
        from_cluster,
        sets,
        operator_file,
        manifests,
        version,
        revision,
        inject_config_file,
        mesh_config_file,
        values_file,
        native_sidecars,
        output,
    } = args;
    // What of a cluster is put into the mesh is another command.
    let (Some(file), None) = (file, command) else {
        return Err(Error::usage("usage", "either a file is injected (-f), or a namespace or workload of the cluster")
            .hint("run `mesh inject --help` to see both"));
    };
    let name = file.display().to_string();
    let pieces = Pieces::new(&name, input::open(&file)?);
    let own = Own::read(&inject_config_file, &mesh_config_file, &values_file)?;
    let (texts, is_native) = if from_cluster {
        let (texts, can) = of_cluster(settings, revision.as_deref().unwrap_or_default())?;
        message::warnings(&settings.ui, texts.newer.as_slice());
        (own.over(texts), can)
    } else if own.is_whole() {
        // Nothing is left to render.
        (own.over(InjectorTexts { revision: revision.unwrap_or_default(), ..InjectorTexts::default() }), false)
    } else {
        let render = RenderArgs { files: operator_file, sets, manifests, version, revision, ..RenderArgs::default() };
        let texts = own.over(rendered(settings, render)?);
        let native = texts.native_sidecars(false);
        (texts, native)
    };
    let native = match native_sidecars {
        NativeSidecars::True => true,
        NativeSidecars::False => false,
        NativeSidecars::Auto => is_native,
    };
    let printer = Printer::new(&settings.ui, &name, output == InjectOutput::Diff);
    let make = || {
        let (injector, printer) = (texts.injector(native)?, printer.clone());
        Ok(move |piece: &Piece| printer.piece(piece, |document| Ok(injector.inject(document)?.into())))
    };
    input::stream(pieces, make, || Written::to(&settings.ui, output.path()))
}

/// The texts that are given as files.
struct Own {
    config: Option<String>,
    mesh: Option<String>,
    values: Option<String>,
}

impl Own {
    fn read(config: &Option<PathBuf>, mesh: &Option<PathBuf>, values: &Option<PathBuf>) -> Result<Self> {
        let read = |path: &Option<PathBuf>| path.as_ref().map(|path| Ok(input::file(path)?.text)).transpose();
        Ok(Self { config: read(config)?, mesh: read(mesh)?, values: read(values)? })
    }

    fn is_whole(&self) -> bool {
        self.config.is_some() && self.mesh.is_some() && self.values.is_some()
    }

    /// These, and of the others what is not given.
    fn over(self, others: InjectorTexts) -> InjectorTexts {
        InjectorTexts {
            config: self.config.unwrap_or(others.config),
            mesh: self.mesh.unwrap_or(others.mesh),
            values: self.values.unwrap_or(others.values),
            ..others
        }
    }
}

/// What the istiod of a cluster injects by, and whether its proxies are native sidecars there.
fn of_cluster(settings: &Settings, revision: &str) -> Result<(InjectorTexts, bool)> {
    settings.on_cluster(|cluster| async move {
        let place = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
        let (texts, native) = View::of(&cluster).injector(&settings.istio_namespace, revision).await?;
        Ok((InjectorTexts { namespace: place.to_owned(), ..texts }, native))
    })
}

/// The ConfigMaps of the mesh that these settings describe.
fn rendered(settings: &Settings, args: RenderArgs) -> Result<InjectorTexts> {
    let config = inputs::config(args)?;
    let control_plane = render::control_plane(&config, &Target::default())?;
    message::warnings(&settings.ui, &control_plane.warnings);
    InjectorTexts::of(&control_plane, &config)
}
