//! The folder of `mesh export --gitops`: what mesh wrote there before is written anew, what is somebody's stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{document, written};
use crate::error::{Error, Result};
use crate::input::gitops::{self, INPUTS, KUSTOMIZATION};
use crate::object::Object;
use crate::plan::version::is_older;
use crate::render::gitops::{CONTROL_PLANE, CORE, Engine, NAMES, Part, Place, documents, folder, kustomization};
use crate::text;
use crate::yaml;

/// What is exported.
#[derive(Debug, Clone, Copy)]
pub struct Export<'a> {
    /// Where to.
    pub dir: &'a Path,
    /// For which engine.
    pub engine: Engine,
    /// The parts.
    pub parts: &'a [Part],
    /// Where the engine finds them.
    pub place: Place<'a>,
    /// The version of Istio.
    pub version: &'a str,
    /// The document that says from which inputs.
    pub inputs: &'a Value,
    /// The clusters that the engine runs in.
    pub clusters: &'a [String],
}

/// What became of the folder.
#[derive(Debug, Default)]
pub struct Exported {
    /// The files that were written, as there was none or another one.
    pub written: Vec<PathBuf>,
    /// The files that are of no object any more, and were removed.
    pub removed: Vec<PathBuf>,
    /// What was left as it is, with why.
    pub notes: Vec<String>,
}

/// A file to write; what is `ours` may be there already.
struct File {
    text: String,
    ours: bool,
}

impl Export<'_> {
    /// Writes it. Nothing is written where a file is somebody else's.
    ///
    /// # Errors
    /// `file-exists`, `not-ours` (usage), `unwritable-file` (failed).
    pub fn write(&self) -> Result<Exported> {
        let mut done = Exported::default();
        let mut files: BTreeMap<PathBuf, File> = BTreeMap::new();
        let mut stale: Vec<PathBuf> = Vec::new();
        for name in NAMES {
            let objects = self.parts.iter().find(|part| part.name == name).map_or(&[][..], |part| &part.objects);
            self.part(name, objects, &mut files, &mut stale, &mut done.notes)?;
        }
        let revision = self.dir.join("revisions").join(self.place.revision);
        files.insert(revision.join(INPUTS), File { text: yaml::text(self.inputs)?, ours: true });
        self.engine_files(&mut files, &mut done.notes)?;
        if let Some((path, _)) = files.iter().find(|(path, file)| !file.ours && path.exists()) {
            return Err(Error::usage("file-exists", format!("{}: is there already", path.display()))
                .hint("name another folder, or remove that file"));
        }
        for (path, File { text, .. }) in files {
            if gitops::text(&path).is_some_and(|there| there == text) {
                continue;
            }
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(|error| failed(&path, error))?;
            }
            written::replace(&path, &text)?;
            done.written.push(path);
        }
        for path in stale.into_iter().filter(|path| path.is_file()) {
            fs::remove_file(&path).map_err(|error| failed(&path, error))?;
            done.removed.push(path);
        }
        Ok(done)
    }

    /// The files of a part, and those of objects that it has no more.
    fn part(
        &self,
        part: &str,
        objects: &[Object],
        files: &mut BTreeMap<PathBuf, File>,
        stale: &mut Vec<PathBuf>,
        notes: &mut Vec<String>,
    ) -> Result<()> {
        let folder = folder(part, self.place.revision);
        let before = gitops::written(self.dir, &folder)?;
        if let Some(there) = before.version.as_deref().filter(|there| part == CORE && is_older(self.version, there)) {
            notes.push(format!("{folder} is of Istio {there}, which is newer, and stays"));
            return Ok(());
        }
        let path = self.dir.join(&folder);
        let names = names(objects);
        for (object, name) in objects.iter().zip(&names) {
            let ours = before.files.contains(name);
            files.insert(path.join(name), File { text: yaml::text(object.value())?, ours });
        }
        stale.extend(before.files.iter().filter(|name| !names.contains(name)).map(|name| path.join(name)));
        let list = path.join(KUSTOMIZATION);
        match (names.is_empty(), before.version.is_some()) {
            (false, ours) => {
                files.insert(list, File { text: yaml::text(&kustomization(self.version, &names))?, ours });
            }
            (true, true) => stale.push(list),
            (true, false) => {}
        }
        Ok(())
    }

    /// What tells the engine of each cluster, where it is not there: it is the user's to change.
    fn engine_files(&self, files: &mut BTreeMap<PathBuf, File>, notes: &mut Vec<String>) -> Result<()> {
        for cluster in self.clusters {
            let folder = self.dir.join("clusters").join(cluster);
            // Another revision comes beside: what there is once in a cluster is the first one's.
            let is_beside = gitops::has_entries(&folder);
            // In Flux each part has a file, which is there or not; in Argo CD a revision has one.
            let is_all = !is_beside || self.engine == Engine::Flux;
            let told: Vec<&Part> = self.parts.iter().filter(|part| is_all || part.name == CONTROL_PLANE).collect();
            for (name, document) in documents(&told, self.engine, self.place) {
                let path = folder.join(&name);
                if path.exists() {
                    let text = yaml::text(&document)?;
                    if gitops::text(&path).is_some_and(|there| there != text) {
                        notes.push(format!("{} stays as it is: it is yours to change", path.display()));
                    }
                    continue;
                }
                files.insert(path, File { text: yaml::text(&document)?, ours: false });
            }
        }
        let readme = self.dir.join("README.md");
        if !readme.exists() {
            files.insert(readme, File { text: self.readme(), ours: false });
        }
        Ok(())
    }

    fn readme(&self) -> String {
        let (engine, tells) = match self.engine {
            Engine::Flux => (
                "Flux",
                "A Kustomization a part, each after the one that it needs. Point Flux at the folder of a cluster \
                 (`flux bootstrap … --path clusters/NAME`), or apply what is in it. Rules of `ignore` want Flux 2.9.",
            ),
            Engine::Argocd => (
                "Argo CD",
                "One Application, whose objects come in sync waves. Apply it to the cluster that Argo CD runs in.",
            ),
        };
        format!(
            "\
# Istio, by {engine}

Written by `mesh export --gitops`. What is in `core` and `revisions` is written anew by the next export; `clusters` and this file are
yours.

| folder | what |
|---|---|
| `core` | CRDs and namespaces: once in a cluster, never pruned |
| `revisions/NAME` | a control plane, and what comes with it; `mesh.yaml` has its inputs |
| `clusters/NAME` | what tells {engine} of a cluster; patches for that cluster go here |

{tells}

- Another version: `mesh diff --gitops DIR --version VERSION` tells what changes, `mesh export` writes it.
- Another revision beside: `mesh export … --revision NAME` adds it; gateways move once their path in `clusters` does.
- What istiod writes into its webhooks (`caBundle`, `failurePolicy`) is no drift: the documents in `clusters` say so.
- `mesh verify -f FILE`, with the inputs, is green on what the engine applied.
"
        )
    }
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::failed("unwritable-file", format!("{}: cannot be written", path.display()))
        .caused_by(error)
        .hint("name a folder that you may write to")
}

/// A file name for each object: its kind and name, and what else it takes to tell it from the others.
fn names(objects: &[Object]) -> Vec<String> {
    let plain = |text: &str| -> String {
        let kept =
            |one: char| if one.is_ascii_alphanumeric() || "-.".contains(one) { one.to_ascii_lowercase() } else { '-' };
        text.chars().map(kept).collect()
    };
    let mut names: Vec<String> = Vec::new();
    for object in objects {
        let short = plain(&format!("{}-{}", object.kind(), object.name()));
        let long = plain(&format!("{short}-{}", object.namespace().unwrap_or_default()));
        let numbered = (2..).map(|number| format!("{long}-{number}"));
        let mut all = [short, long.clone()].into_iter().chain(numbered).map(|name| format!("{name}.yaml"));
        names.extend(all.find(|name| !names.contains(name)));
    }
    names
}

impl Exported {
    /// The files, a line each.
    pub fn lines(&self) -> String {
        let written = self.written.iter().map(|path| format!("{}\n", path.display()));
        written.chain(self.removed.iter().map(|path| format!("{} (removed)\n", path.display()))).collect()
    }

    /// A document of kind `Export`.
    pub fn json(&self) -> String {
        let names = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<String>>();
        let files = serde_json::json!({"written": names(&self.written), "removed": names(&self.removed)});
        document::of("Export", "files", files)
    }

    /// How many files changed, in words.
    pub fn summary(&self) -> String {
        format!("{} written, {} removed", text::count(self.written.len(), "file"), self.removed.len())
    }
}
