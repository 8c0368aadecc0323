//! The folder that `mesh export --gitops` writes: what is in it, and from which inputs it was made.
//!
//! ```text
//! DIR/core/…, DIR/revisions/REVISION/{mesh.yaml, control-plane/…, node-agents/…, gateways/…}, DIR/clusters/NAME/…
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::asked::over;
use super::{file, manifest};
use crate::config::{self, Inputs};
use crate::error::{Error, Result};
use crate::istio::DEFAULT;
use crate::object::Manifest;
use crate::render::gitops::{Engine, VERSION};
use crate::yaml;

/// The file of a revision that says from which inputs it was made.
pub const INPUTS: &str = "mesh.yaml";
/// The file that Kustomize reads.
pub const KUSTOMIZATION: &str = "kustomization.yaml";
const REVISIONS: &str = "revisions";

/// What is kept of a revision.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The revision.
    pub revision: String,
    /// For which engine.
    pub engine: Engine,
    inputs: Value,
    name: String,
}

/// A part as it is in the folder.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Its objects.
    pub objects: Manifest,
    /// The files that hold them.
    pub files: BTreeSet<String>,
    /// The version of Istio that it is of; none where it is not there.
    pub version: Option<String>,
}

impl Kept {
    /// What the folder says of `revision`; without one, of the only revision that there is, or of the default one.
    ///
    /// # Errors
    /// `not-exported`, `which-revision` (usage) with those that there are; a file that cannot be read.
    pub fn of(dir: &Path, revision: Option<&str>) -> Result<Self> {
        let known = revisions(dir);
        let wanted = match (revision, known.as_slice()) {
            (Some(revision), _) => revision.to_owned(),
            (None, [only]) => only.clone(),
            (None, []) => DEFAULT.to_owned(),
            (None, several) if several.iter().any(|one| one == DEFAULT) => DEFAULT.to_owned(),
            (None, several) => {
                let message = format!("{}: there are several revisions: {}", dir.display(), several.join(", "));
                return Err(Error::usage("which-revision", message).hint("name one: --revision NAME"));
            }
        };
        if !known.contains(&wanted) {
            let message = format!("{}: nothing of revision {wanted} was exported there", dir.display());
            let error = Error::usage("not-exported", message);
            return Err(match known.as_slice() {
                [] => error.hint(format!("export it: mesh export --gitops flux {} -f FILE", dir.display())),
                known => error.hint(format!("there are: {}", known.join(", "))),
            });
        }
        let source = file(&dir.join(REVISIONS).join(&wanted).join(INPUTS))?;
        let mut document = yaml::document(&source.name, &source.text)?;
        let engine = document["engine"].as_str().and_then(Engine::named).ok_or_else(|| {
            Error::usage("bad-export", format!("{}: `engine` is neither argocd nor flux", source.name))
                .hint("export it anew: mesh export --gitops ENGINE DIR")
        })?;
        Ok(Self { revision: wanted, engine, inputs: document["inputs"].take(), name: source.name })
    }

    /// Its inputs, with what is `given` now over them; where files or settings are given, these alone.
    ///
    /// # Errors
    /// What is wrong with charts that they name.
    pub fn inputs(&self, given: &Inputs) -> Result<Inputs> {
        if is_bare(given) { over(&self.inputs, given, &self.name) } else { Ok(given.clone()) }
    }
}

/// Whether neither files nor settings are given: flags alone say what is to be another way.
fn is_bare(given: &Inputs) -> bool {
    given.files.is_empty() && given.sets.is_empty()
}

/// What is exported into a folder: what is given, or without files and settings what the folder was made from before, with
/// the flags over it.
///
/// # Errors
/// As [`Kept::of`] and [`Kept::inputs`].
pub fn inputs(dir: &Path, given: &Inputs) -> Result<Inputs> {
    let revisions = revisions(dir);
    let is_known = given.revision.as_ref().map_or(!revisions.is_empty(), |name| revisions.contains(name));
    match is_bare(given) && is_known {
        true => Kept::of(dir, given.revision.as_deref())?.inputs(given),
        false => Ok(given.clone()),
    }
}

/// Holds a folder to one engine: what tells the other one would stay, and its objects are not the same.
///
/// # Errors
/// `another-engine` (usage); as [`Kept::of`].
pub fn only_for(dir: &Path, engine: Engine) -> Result<()> {
    for revision in revisions(dir) {
        if Kept::of(dir, Some(&revision))?.engine != engine {
            let message = format!("{}: revision {revision} was exported for another engine", dir.display());
            return Err(Error::usage("another-engine", message).hint("name a new or empty folder"));
        }
    }
    Ok(())
}

/// The revisions that were exported into a folder, sorted.
pub fn revisions(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir.join(REVISIONS)).into_iter().flatten().flatten();
    let kept = entries.filter(|entry| entry.path().join(INPUTS).is_file());
    let mut names: Vec<String> = kept.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// What is written of a part: `folder` is its place below `dir`.
///
/// # Errors
/// `not-ours` (usage) where somebody else wrote its `kustomization.yaml`; files that cannot be read.
pub fn written(dir: &Path, folder: &str) -> Result<Written> {
    let path = dir.join(folder);
    let list = path.join(KUSTOMIZATION);
    if !list.is_file() {
        return Ok(Written::default());
    }
    let source = file(&list)?;
    let document = yaml::document(&source.name, &source.text)?;
    let Some(version) = document["metadata"]["annotations"][VERSION].as_str() else {
        return Err(Error::usage("not-ours", format!("{}: was not written by mesh", source.name))
            .hint("name another folder, or move that file away"));
    };
    let mut found = Written { version: Some(version.to_owned()), ..Written::default() };
    // Only what is right in the folder is ours to read, and to remove.
    let names = document["resources"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for name in names.filter(|name| !name.contains(['/', '\\']) && *name != "..") {
        if path.join(name).is_file() {
            found.objects.extend(manifest(&file(&path.join(name))?)?);
        }
        found.files.insert(name.to_owned());
    }
    Ok(found)
}

/// What is in a file; none where it cannot be read.
pub fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Whether there is anything in a folder.
pub fn has_entries(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Where a folder is in its repository, as a path that begins with `./`; `.` where it is in none, or is its root.
pub fn path_in_repository(dir: &Path) -> String {
    let Ok(whole) = std::path::absolute(dir) else { return ".".to_owned() };
    let root = whole.ancestors().find(|parent| parent.join(".git").exists());
    let below = root.and_then(|root| whole.strip_prefix(root).ok()).filter(|below| !below.as_os_str().is_empty());
    below.map_or_else(|| ".".to_owned(), |below| format!("./{}", below.display()))
}

/// The document that says from which inputs a revision was made.
///
/// # Errors
/// What is wrong with the inputs.
pub fn inputs_document(engine: Engine, inputs: &Inputs) -> Result<Value> {
    let mut given = config::given(inputs)?;
    // As a file has it, whichever way it was given.
    given["kind"] = "IstioOperator".into();
    Ok(serde_json::json!({"apiVersion": "mesh/v1", "kind": "GitOps", "engine": engine.name(), "inputs": given}))
}
