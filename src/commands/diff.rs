//! `mesh diff`: what differs between what is wanted and what is there, without writing anything.

use std::path::Path;

use super::inputs::Given;
use super::settings::Settings;
use super::targets::Targets;
use super::{Answer, change, inputs, paged};
use crate::cli::{DiffArgs, PageOutput, RenderArgs};
use crate::component;
use crate::config;
use crate::error::Result;
use crate::input::Precedence;
use crate::input::gitops::{Kept, written};
use crate::object::{Manifest, differences};
use crate::plan::version::is_older;
use crate::render::{self, Target, gitops};
use crate::report::clusters::Subject;
use crate::report::{manifest, message};

/// Shows the differences; yes where there are none.
pub(super) fn run(settings: &Settings, args: DiffArgs) -> Result<Answer> {
    let DiffArgs { gitops, render, output, clusters } = args;
    let (settings, as_json) = (&paged(settings, output == PageOutput::Html), output.is_document());
    if let Some(dir) = gitops {
        return with_folder(settings, &dir, render, as_json).map(Answer::from);
    }
    let targets = Targets::of(settings, &clusters)?;
    let asked = targets.asked(Given::of(render)?, Precedence::RecordedUnlessGiven)?;
    targets.each((Subject::DIFF, as_json), asked, move |settings, asked| change::shown(settings, asked, as_json))
}

/// Compares with what was exported for a GitOps engine; makes no connection.
fn with_folder(settings: &Settings, dir: &Path, render: RenderArgs, as_json: bool) -> Result<bool> {
    let given = inputs::read(render)?;
    let kept = Kept::of(dir, given.revision.as_deref())?;
    let config = config::load(&kept.inputs(&given)?)?;
    let bundle = render::render(&config, &Target::default())?;
    message::warnings(&settings.ui, &bundle.warnings);
    let (mut there, mut wanted) = (Manifest::new(), Manifest::new());
    let parts = gitops::parts(&bundle, kept.engine)?;
    for name in gitops::NAMES {
        let folder = gitops::folder(name, &kept.revision);
        let before = written(dir, &folder)?;
        let is_newer = before.version.as_deref().is_some_and(|there| is_older(component::version(&config), there));
        // What a newer revision beside it needs stays.
        if name == gitops::CORE && is_newer {
            continue;
        }
        there.extend(before.objects);
        let objects = parts.iter().filter(|part| part.name == name).flat_map(|part| &part.objects);
        wanted.extend(objects.map(|object| (object.id(), object.value().clone())));
    }
    manifest::tell(&settings.ui, &differences(&there, &wanted), as_json)
}
