//! `mesh export`: the same installation by Helm with upstream's charts, or by a GitOps engine.

use std::path::{Path, PathBuf};

use super::inputs;
use super::settings::Settings;
use crate::cli::{EngineName, ExportArgs, RenderArgs, TextOutput};
use crate::component;
use crate::config;
use crate::error::{Error, Result};
use crate::input::gitops as kept;
use crate::istio::DEFAULT;
use crate::render::gitops::{self, Engine, Place};
use crate::render::{self, Target, helm};
use crate::report::gitops::Export;
use crate::report::{self, message};

/// Writes the folder and names its files; makes no connection.
pub(super) fn run(settings: &Settings, args: ExportArgs) -> Result<()> {
    let ExportArgs { helm, gitops, dir, clusters, repository, output, render } = args;
    match (helm, gitops, dir) {
        (Some(folder), ..) => by_helm(settings, &folder, render, output),
        (None, Some(engine), Some(dir)) => {
            let repository = repository.unwrap_or_default();
            by_engine(settings, engine, &Folder { dir, clusters, repository, output }, render)
        }
        _ => Err(Error::usage("no-folder", "no folder is named").hint("mesh export --gitops flux DIR, or --helm DIR")),
    }
}

fn by_helm(settings: &Settings, folder: &Path, render: RenderArgs, output: TextOutput) -> Result<()> {
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
    settings.ui.result(&report::export::write(folder, &releases, output == TextOutput::Json)?)
}

/// Where to, and for whom.
struct Folder {
    dir: PathBuf,
    clusters: Vec<String>,
    repository: String,
    output: TextOutput,
}

fn by_engine(settings: &Settings, engine: EngineName, folder: &Folder, render: RenderArgs) -> Result<()> {
    let engine = match engine {
        EngineName::Argocd => Engine::Argocd,
        EngineName::Flux => Engine::Flux,
    };
    if engine == Engine::Argocd && folder.repository.is_empty() {
        return Err(Error::usage("no-repository", "Argo CD has to be told where the repository is")
            .hint("name it: --repo https://git.example.com/fleet.git"));
    }
    kept::only_for(&folder.dir, engine)?;
    let given = inputs::read(render)?;
    let inputs = kept::inputs(&folder.dir, &given)?;
    let config = config::load(&inputs)?;
    let bundle = render::render(&config, &Target::default())?;
    message::warnings(&settings.ui, &bundle.warnings);
    let revision = Some(config.revision()).filter(|name| !name.is_empty()).unwrap_or(DEFAULT);
    let path = kept::path_in_repository(&folder.dir);
    let parts = gitops::parts(&bundle, engine)?;
    let export = Export {
        dir: &folder.dir,
        engine,
        parts: &parts,
        place: Place { revision, path: &path, repository: &folder.repository },
        version: component::version(&config),
        inputs: &kept::inputs_document(engine, &inputs)?,
        clusters: &folder.clusters,
    };
    let done = export.write()?;
    message::warnings(&settings.ui, &done.notes);
    settings.ui.progress(&done.summary());
    settings.ui.result(&if folder.output == TextOutput::Json { done.json() } else { done.lines() })
}
