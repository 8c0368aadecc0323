//! Making a bundle: what is to be in it is gathered, then written beside its place, and takes that when it is whole.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tar::{Builder, Header};

use super::gather::Gathered;
use super::held::{Broken, Held};
use super::layout::Layout;
use super::source::Source;
use super::{CONTENTS, Contents, From, IMAGES, Image, MANIFESTS, Step, Sum, Tell, listed, unreadable};
use crate::config::Inputs;
use crate::error::{Error, Result};
use crate::fetch::registry::{Registries, digest_of, hex};
use crate::input::{checksum, login};

/// What a bundle is to be made of.
pub struct Order {
    /// The version of Istio.
    pub version: String,
    /// The images, by their names.
    pub images: Vec<String>,
    /// The charts and profiles that were given, by their paths in the bundle.
    pub charts: BTreeMap<String, String>,
    /// What would be installed, as YAML.
    pub manifest: String,
    /// Where images are copied from.
    pub from: From,
    /// The platforms that they are wanted for; all where none is named.
    pub platforms: Vec<String>,
    /// The program; this one where none is named.
    pub program: Option<PathBuf>,
    /// Speak to registries without TLS.
    pub insecure: bool,
    /// How long all of it may take.
    pub limit: Duration,
}

impl Order {
    /// With the charts of these inputs, where they have any.
    #[must_use]
    pub fn with_charts(mut self, inputs: &Inputs) -> Self {
        let charts = inputs.charts.iter().flat_map(|all| all.iter());
        let charts = charts.map(|one| (format!("{MANIFESTS}charts/{}", one.name), one.text.clone()));
        let profiles = inputs.profiles.iter().flatten();
        let profiles = profiles.map(|one| (format!("{MANIFESTS}profiles/{}.yaml", one.name), one.text.clone()));
        self.charts = charts.chain(profiles).collect();
        self
    }
}

/// A bundle that was written.
#[derive(Debug)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// Its own checksum, in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub bytes: u64,
    /// The version of Istio.
    pub version: String,
    /// Its images.
    pub images: Vec<Image>,
}

/// Writes a bundle to `path`, in place of one that may be there.
///
/// # Errors
/// `no-image`, `registry-…`, `unwritable-file` (failed); `same-name`, `no-platform`, `bad-layout`, `bad-registry` (usage); `locked`
/// (timed out) where another run writes it. What was begun is gone then.
pub fn write(path: &Path, order: Order, begun: &Begun, tell: &Tell) -> Result<Written> {
    let part = Part::of(path)?;
    begun.at(&part.path);
    let written = filled(path, &part, order, tell)?;
    part.becomes(path)?;
    Ok(written)
}

/// What a run has begun to write, for who ends it from outside.
#[derive(Debug, Clone, Default)]
pub struct Begun(Arc<Mutex<Option<PathBuf>>>);

impl Begun {
    fn at(&self, path: &Path) {
        if let Ok(mut begun) = self.0.lock() {
            *begun = Some(path.to_owned());
        }
    }

    /// Takes it away: it does not come to its end.
    pub fn discard(&self) {
        if let Some(path) = self.0.lock().ok().and_then(|mut begun| begun.take()) {
            let _ = fs::remove_file(path);
        }
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

/// A file that is gone where it does not become whole. Nobody else writes it meanwhile.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn of(path: &Path) -> Result<Self> {
        if path.is_dir() {
            let error = Error::usage("unwritable-file", format!("{}: it is a folder", path.display()));
            return Err(error.hint("name the file to write: mesh bundle istio.tar"));
        }
        let part = beside(path);
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&part);
        let file = opened.map_err(|error| unwritable(path, error))?;
        if file.try_lock().is_err() {
            return Err(Error::new(
                crate::error::Kind::TimedOut,
                "locked",
                format!("{}: another run writes it", path.display()),
            )
            .hint("wait for its end, or name another file"));
        }
        // What a run has left that was killed.
        file.set_len(0).map_err(|error| unwritable(path, error))?;
        Ok(Self { path: part, file })
    }

    fn becomes(&self, path: &Path) -> Result<()> {
        self.file.sync_all().and_then(|()| fs::rename(&self.path, path)).map_err(|error| unwritable(path, error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Gone already, if all went well.
        let _ = fs::remove_file(&self.path);
    }
}

/// What is written is summed up.
struct Summed<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(from)?;
        self.hash.update(&from[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// What stands in the archive besides blobs and the program: short, and known before.
fn texts(order: &mut Order, gathered: &Gathered, has_images: bool) -> BTreeMap<String, Vec<u8>> {
    let mut texts = BTreeMap::from([
        (IMAGES.to_owned(), listed(&gathered.images).into_bytes()),
        ("mesh/manifest.yaml".to_owned(), std::mem::take(&mut order.manifest).into_bytes()),
    ]);
    texts.extend(std::mem::take(&mut order.charts).into_iter().map(|(path, text)| (path, text.into_bytes())));
    if has_images {
        texts.insert("oci-layout".to_owned(), b"{\"imageLayoutVersion\":\"1.0.0\"}\n".to_vec());
        texts.insert("index.json".to_owned(), gathered.index().into_bytes());
        let manifests = gathered.manifests.values();
        texts.extend(manifests.map(|came| (blob(&came.digest), came.bytes.clone())));
    }
    texts
}

fn source(order: &Order) -> Result<Option<Source>> {
    let registries =
        |at: Option<String>| Source::Registries(Box::new(Registries::new(order.limit, order.insecure, login)), at);
    Ok(match &order.from {
        From::Names => Some(registries(None)),
        From::Registry(name) => Some(registries(Some(name.clone()))),
        From::Layout(layout) => Some(Source::Layout(Layout::open(layout)?)),
        From::Nowhere => None,
    })
}

fn filled(path: &Path, part: &Part, mut order: Order, tell: &Tell) -> Result<Written> {
    let mut source = source(&order)?;
    let gathered = match &mut source {
        Some(source) => Gathered::of(source, &order.images, &order.platforms, tell)?,
        None => Gathered::named(&order.images),
    };
    let program = match order.program.take() {
        Some(program) => program,
        None => std::env::current_exe().map_err(|error| unreadable(Path::new("mesh"), error))?,
    };
    let of_program = sum_of(&program)?;
    let texts = texts(&mut order, &gathered, source.is_some());
    let mut files: BTreeMap<String, Sum> = texts.iter().map(|(name, text)| (name.clone(), sum(text))).collect();
    files.insert("mesh/bin/mesh".to_owned(), of_program.clone());
    let sums =
        gathered.blobs.iter().map(|(digest, (bytes, _))| (blob(digest), Sum { sha256: bare(digest), bytes: *bytes }));
    files.extend(sums);
    let total = files.values().map(|one| one.bytes).sum();
    let contents = Contents {
        api_version: "mesh/v1".to_owned(),
        kind: "Bundle".to_owned(),
        istio_version: order.version.clone(),
        mesh_version: env!("CARGO_PKG_VERSION").to_owned(),
        platforms: order.platforms.clone(),
        images: gathered.images.clone(),
        files,
    };
    let summed = Summed { inner: BufWriter::new(&part.file), hash: Sha256::new(), bytes: 0 };
    let mut tar = Tar { path, builder: Builder::new(summed), here: std::cell::Cell::new(0), total, tell };
    tar.text(CONTENTS, contents.text()?.as_bytes())?;
    for (name, text) in &texts {
        tar.text(name, text)?;
    }
    let file = File::open(&program).map_err(|error| unreadable(&program, error))?;
    tar.stream("mesh/bin/mesh", 0o755, file, &of_program)
        .map_err(|broken| broken.of(path, |broken| unreadable(&program, io::Error::other(format!("{broken:?}")))))?;
    for (digest, (bytes, place)) in &gathered.blobs {
        let Some(source) = &mut source else { break };
        let sum = Sum { sha256: bare(digest), bytes: *bytes };
        let from = source.blob(place, digest)?;
        let copied = tar.stream(&blob(digest), 0o644, from, &sum);
        copied.map_err(|broken| {
            broken.of(path, |broken| match broken {
                Broken::Wrong(why) => source.wrong(place, &why),
                Broken::Lost(error) => source.cut(place, &error),
            })
        })?;
    }
    let mut summed = tar.builder.into_inner().map_err(|error| unwritable(path, error))?;
    summed.flush().map_err(|error| unwritable(path, error))?;
    let (sha256, bytes) = (bare(&hex(&summed.hash.finalize())), summed.bytes);
    Ok(Written { path: path.to_owned(), sha256, bytes, version: order.version, images: gathered.images })
}

/// The archive on its way. The same files make the same bytes: nobody owns them, and they are of no time.
struct Tar<'a, W: Write> {
    path: &'a Path,
    builder: Builder<W>,
    here: std::cell::Cell<u64>,
    total: u64,
    tell: &'a Tell,
}

/// Why a stream is not in the archive.
enum Uncopied {
    From(Broken),
    To(io::Error),
}

impl Uncopied {
    fn of(self, path: &Path, from: impl FnOnce(Broken) -> Error) -> Error {
        match self {
            Self::From(broken) => from(broken),
            Self::To(error) => unwritable(path, error),
        }
    }
}

impl<W: Write> Tar<'_, W> {
    fn text(&mut self, name: &str, text: &[u8]) -> Result<()> {
        let copied = self.stream(name, 0o644, text, &sum(text));
        copied.map_err(|broken| {
            broken.of(self.path, |broken| unwritable(self.path, io::Error::other(format!("{broken:?}"))))
        })
    }

    fn stream(&mut self, name: &str, mode: u32, from: impl Read, sum: &Sum) -> Result<(), Uncopied> {
        let mut header = Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(sum.bytes);
        header.set_mode(mode);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        let heard = |read: u64| {
            self.here.set(self.here.get() + read);
            (self.tell)(&Step::Copying { here: self.here.get(), total: self.total });
        };
        let mut held = Held::new(from, &format!("sha256:{}", sum.sha256), sum.bytes, &heard);
        let copied = self.builder.append_data(&mut header, name, &mut held);
        copied.map_err(|error| held.failed.take().map_or(Uncopied::To(error), Uncopied::From))
    }
}

impl Contents {
    fn text(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|error| Error::failed("unwritable-file", "the contents of a bundle").caused_by(error));
        Ok(text? + "\n")
    }
}

fn sum(text: &[u8]) -> Sum {
    Sum { sha256: bare(&digest_of(text)), bytes: text.len() as u64 }
}

fn sum_of(path: &Path) -> Result<Sum> {
    let (sha256, bytes) = checksum(path).map_err(|error| unreadable(path, error))?;
    Ok(Sum { sha256, bytes })
}

/// Where a blob is in a layout.
pub(super) fn blob(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

fn bare(digest: &str) -> String {
    digest.trim_start_matches("sha256:").to_owned()
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::failed("unwritable-file", format!("{}: cannot be written", path.display()))
        .caused_by(error)
        .hint("check the folder, its permissions, and the room there")
}
