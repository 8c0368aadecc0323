//! What users configured with Istio's kinds: counted, and written to a file before it goes.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use k8s_openapi::jiff::Timestamp;

use crate::error::{Error, Result};
use crate::object::{Object, drop_server_fields};
use crate::ui::Ui;
use crate::{text, yaml};

/// `214 objects in 31 namespaces`.
pub fn counted(objects: &[Object]) -> String {
    let namespaces: BTreeSet<&str> = objects.iter().filter_map(Object::namespace).collect();
    format!("{} in {}", text::count(objects.len(), "object"), text::count(namespaces.len(), "namespace"))
}

/// The file for one of several clusters.
pub fn named(cluster: &str) -> PathBuf {
    let plain =
        |character: char| if character.is_ascii_alphanumeric() || "._-".contains(character) { character } else { '-' };
    let cluster: String = cluster.chars().map(plain).collect();
    file(&format!("-{cluster}"))
}

/// The file of this moment.
fn file(of: &str) -> PathBuf {
    PathBuf::from(format!("mesh-backup{of}-{}.yaml", Timestamp::now().strftime("%Y%m%dT%H%M%SZ")))
}

/// What is said where several clusters would write to one file.
pub fn of_many() -> Error {
    Error::usage("one-context", "--backup names one file, and several clusters are named")
        .hint("leave it out: each cluster has its own file, mesh-backup-CONTEXT-TIME.yaml")
}

/// Writes the objects, as they can be applied again, to a new file that only its owner may read, and says so. Gives its path.
///
/// # Errors
/// `backup-failed` (usage): there is such a file, or it cannot be written.
pub fn write(ui: &Ui, objects: &[Object], path: Option<&Path>) -> Result<PathBuf> {
    let path = path.map_or_else(|| file(""), Path::to_owned);
    let failed = |error: std::io::Error| {
        let message = format!("{}: the backup cannot be written; nothing was removed", path.display());
        Error::usage("backup-failed", message).caused_by(error).hint("name another file: --backup FILE")
    };
    let mut file = for_its_owner().open(&path).map_err(failed)?;
    for object in objects {
        let mut bare = object.value().clone();
        drop_server_fields(&mut bare, &[]);
        let document = yaml::text(&bare)?;
        file.write_all(format!("---\n{document}").as_bytes()).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    ui.message(&format!("{} written to {}", counted(objects), path.display()));
    Ok(path)
}

/// A new file that only its owner may read. (On Windows a folder says who may.)
fn for_its_owner() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes a backup away that nothing came of.
pub fn discard(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::debug!(%error, "a backup of no use stays");
    }
}
