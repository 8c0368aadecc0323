//! Bundles: all that an installation needs where there is no network, in one tar archive.
//!
//! ```text
//! mesh/bundle.json           what it is: versions, images with their digests, and the checksum of every other file
//! mesh/images.txt            the images, for `mesh images --digests`
//! mesh/manifest.yaml         what would be installed, to look at
//! mesh/bin/mesh              the program
//! mesh/manifests/…           the charts and profiles of the release, where they are not those that are built in
//! oci-layout, index.json     an OCI image layout: what copies images reads it (`skopeo`, `crane`, `ctr images import`)
//! blobs/sha256/…
//! ```
//!
//! The same inputs give the same bytes. What is read is held to the checksums before anything of it is used.

mod gather;
mod held;
mod layout;
mod push;
mod read;
mod source;
mod write;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::component::ISTIO_VERSION;
use crate::error::{Error, Result};
use crate::input::charts::ManifestsFolder;

pub use push::push;
pub use read::open;
pub(super) use read::{contents_of, if_one};
pub use write::{Begun, Order, Written, write};

/// The file that says what a bundle is.
const CONTENTS: &str = "mesh/bundle.json";
/// The images once more, for people and `mesh images --digests`.
const IMAGES: &str = "mesh/images.txt";
/// Where the manifests are.
const MANIFESTS: &str = "mesh/manifests/";

/// Where images are copied from.
#[derive(Debug, Clone)]
pub enum From {
    /// Each from the registry that its name says.
    Names,
    /// All from this registry, or a folder of one.
    Registry(String),
    /// From an OCI image layout: an archive, or a folder.
    Layout(PathBuf),
    /// They are not.
    Nowhere,
}

/// What is happening.
#[derive(Debug)]
pub enum Step<'a> {
    /// An image is looked for.
    Looking {
        /// Its name.
        image: &'a str,
    },
    /// Bytes are copied.
    Copying {
        /// How many bytes are there.
        here: u64,
        /// How many there are in all.
        total: u64,
    },
}

/// Who is told.
pub type Tell = dyn Fn(&Step<'_>) + Send + Sync;

/// An image of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its name, as it was rendered.
    pub image: String,
    /// Its digest as it is in the bundle; none where the images are not in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Its checksum, in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub bytes: u64,
}

/// What a bundle says that it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    api_version: String,
    kind: String,
    /// The version of Istio.
    pub istio_version: String,
    /// The version of the mesh that made it.
    pub mesh_version: String,
    /// The platforms that images were chosen for; none where they are for all that there were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// The images.
    pub images: Vec<Image>,
    files: BTreeMap<String, Sum>,
}

/// A bundle whose checksums are right.
#[derive(Debug)]
pub struct Bundled {
    path: PathBuf,
    contents: Contents,
    charts: Option<ManifestsFolder>,
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::usage("unreadable-file", format!("{}: cannot be read", path.display())).caused_by(error)
}

/// A line an image.
fn listed(images: &[Image]) -> String {
    let line = |one: &Image| match &one.digest {
        Some(digest) => format!("{}@{digest}\n", one.image),
        None => format!("{}\n", one.image),
    };
    images.iter().map(line).collect()
}

/// Where the images of an installation have to be, before anything of it is written.
#[derive(Debug)]
pub struct Mirror {
    /// What they are held to.
    pub bundle: Bundled,
    /// Whether their registry is asked for them.
    pub asks: bool,
    /// Whether it is spoken to without TLS.
    pub insecure: bool,
    /// How long it may take to answer.
    pub limit: Duration,
}

impl Bundled {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says that it is.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Its charts; none where its manifests are those that are built into this mesh.
    ///
    /// # Errors
    /// `other-mesh` (usage) where they are built into another one.
    pub(super) fn manifests(&self) -> Result<Option<&ManifestsFolder>> {
        let Contents { istio_version, mesh_version, .. } = &self.contents;
        if self.charts.is_some() || istio_version == ISTIO_VERSION {
            return Ok(self.charts.as_ref());
        }
        let path = self.path.display();
        let message = format!(
            "{path}: the manifests of Istio {istio_version} are built into mesh {mesh_version}, which made it; this one installs {ISTIO_VERSION}"
        );
        let error = Error::usage("other-mesh", message);
        Err(error
            .hint(format!("run the mesh that is in it: tar -xf {path} mesh/bin/mesh && ./mesh/bin/mesh install …")))
    }
}
