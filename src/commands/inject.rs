//! `mesh inject`: workloads of a file, a document at a time, through the injector of a mesh that is rendered here.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::Value;

use super::injector::{self, Texts};
use super::inputs;
use super::settings::Settings;
use crate::cli::{InjectArgs, NativeSidecars, RenderArgs};
use crate::config;
use crate::error::{Error, Result};
use crate::inject::Injector;
use crate::render::{self, Target};
use crate::ui::{Ui, sanitize};
use crate::yaml::{self, Piece, Pieces};

/// Output is written in pieces of about this size.
const CHUNK: usize = 64 << 10;

/// Runs the command; makes no connection.
pub(super) fn run(settings: &Settings, args: InjectArgs) -> Result<()> {
    let InjectArgs {
        file,
        sets,
        operator_file,
        revision,
        inject_config_file,
        mesh_config_file,
        values_file,
        native_sidecars,
    } = args;
    let name = file.display().to_string();
    let pieces = Pieces::new(&name, open(&file)?);
    let read =
        |path: Option<&std::path::PathBuf>| path.map(|path| inputs::file(path).map(|source| source.text)).transpose();
    let own = [read(inject_config_file.as_ref())?, read(mesh_config_file.as_ref())?, read(values_file.as_ref())?];
    let texts = match own {
        // All three are given: nothing is left to render.
        [Some(config), Some(mesh), Some(values)] => {
            Texts { config, mesh, values, revision: revision.unwrap_or_default() }
        }
        [config, mesh, values] => {
            let render = RenderArgs { files: operator_file, sets, revision, ..RenderArgs::default() };
            let rendered = rendered(settings, render)?;
            Texts {
                config: config.unwrap_or(rendered.config),
                mesh: mesh.unwrap_or(rendered.mesh),
                values: values.unwrap_or(rendered.values),
                revision: rendered.revision,
            }
        }
    };
    let injector = injector::of(&texts, native_sidecars == NativeSidecars::True)?;
    let mut output = Output { ui: &settings.ui, text: String::with_capacity(CHUNK) };
    let done = pieces.into_iter().try_for_each(|piece| output.add(&inject(settings, &injector, &name, &piece?)?));
    // What came before an error is written all the same.
    output.flush()?;
    done
}

/// The ConfigMaps of the mesh that these settings describe.
fn rendered(settings: &Settings, args: RenderArgs) -> Result<Texts> {
    let config = config::load(&inputs::read(args)?)?;
    let bundle = render::render(&config, &Target::default())?;
    for warning in &bundle.warnings {
        settings.ui.message(&format!("warning: {}", sanitize(warning)));
    }
    Texts::of(&bundle, &config)
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

/// The text of a piece after injection.
fn inject(settings: &Settings, injector: &Injector, name: &str, piece: &Piece) -> Result<String> {
    let place = format!("{name}:{}", piece.line);
    let mut text = String::new();
    for document in yaml::documents(&place, &piece.text)? {
        if !document.is_object() {
            return Err(Error::usage("not-an-object", format!("{place}: this is not a Kubernetes object"))
                .hint("a document has to be a map with `apiVersion` and `kind`"));
        }
        let outcome = injector.inject(&document).map_err(|error| error.at(&place))?;
        for (workload, injected, rule) in &outcome.decisions {
            if !injected {
                settings.ui.message(&format!("not injected: {}: {}", sanitize(workload), sanitize(&rule.to_string())));
            }
        }
        text.push_str(&written(&outcome.object, &document, piece)?);
        text.push_str("---\n");
    }
    Ok(text)
}

/// What injection has not looked at keeps its own spelling.
fn written(object: &Value, document: &Value, piece: &Piece) -> Result<String> {
    if object == document && yaml::document("", &piece.text).is_ok_and(|only| only == *document) {
        let newline = if piece.text.ends_with('\n') { "" } else { "\n" };
        return Ok(format!("{}{newline}", piece.text));
    }
    yaml::text(object)
}

struct Output<'a> {
    ui: &'a Ui,
    text: String,
}

impl Output<'_> {
    fn add(&mut self, text: &str) -> Result<()> {
        self.text.push_str(text);
        if self.text.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.ui.result(&self.text)?;
        self.text.clear();
        Ok(())
    }
}
