//! The files of an archive, of whichever kind: sorted, owned by nobody in particular, of one time.

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use crate::Time;

/// The mode of what is read.
pub(crate) const READ: u32 = 0o644;
/// The mode of what is run.
pub(crate) const RUN: u32 = 0o755;

/// What stands at a path.
#[derive(Debug, Clone)]
pub(crate) enum What {
    File(Vec<u8>),
    Folder,
    /// A symbolic link, to this path.
    Link(String),
}

/// One path.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) mode: u32,
    /// The number of its user, and of its group.
    pub(crate) owner: u64,
    pub(crate) what: What,
}

/// What an archive holds, by path, without a `/` before or after it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree(pub(crate) BTreeMap<String, Entry>);

impl Tree {
    pub(crate) fn file(&mut self, path: impl Into<String>, mode: u32, bytes: impl Into<Vec<u8>>) {
        self.put(path.into(), Entry { mode, owner: 0, what: What::File(bytes.into()) });
    }

    pub(crate) fn link(&mut self, path: impl Into<String>, to: &str) {
        self.put(path.into(), Entry { mode: 0o777, owner: 0, what: What::Link(to.to_owned()) });
    }

    pub(crate) fn folder(&mut self, path: impl Into<String>, mode: u32, owner: u64) {
        self.put(path.into(), Entry { mode, owner, what: What::Folder });
    }

    fn put(&mut self, path: String, entry: Entry) {
        for (end, _) in path.match_indices('/') {
            let above = || Entry { mode: RUN, owner: 0, what: What::Folder };
            self.0.entry(path[..end].to_owned()).or_insert_with(above);
        }
        self.0.insert(path, entry);
    }

    /// All of it in a folder.
    pub(crate) fn below(self, folder: &str) -> Self {
        let mut below = Self::default();
        for (path, entry) in self.0 {
            below.put(format!("{folder}/{path}"), entry);
        }
        below
    }

    /// A tar archive. `prefix` stands before each path: Debian's packages have `./` there.
    ///
    /// # Errors
    /// A path that tar has no room for.
    pub(crate) fn tar(&self, time: Time, prefix: &str) -> Result<Vec<u8>> {
        let mut builder = Builder::new(Vec::new());
        for (path, Entry { mode, owner, what }) in &self.0 {
            let mut header = Header::new_gnu();
            header.set_mode(*mode);
            header.set_mtime(time.seconds());
            header.set_uid(*owner);
            header.set_gid(*owner);
            let (kind, end, bytes) = match what {
                What::File(bytes) => (EntryType::Regular, "", bytes.as_slice()),
                What::Folder => (EntryType::Directory, "/", [].as_slice()),
                What::Link(_) => (EntryType::Symlink, "", [].as_slice()),
            };
            header.set_entry_type(kind);
            header.set_size(bytes.len() as u64);
            if let What::Link(to) = what {
                header.set_link_name(to)?;
            }
            // As it is: the library would leave out the prefix.
            let name = format!("{prefix}{path}{end}");
            let room = header.as_old_mut().name.get_mut(..name.len());
            room.with_context(|| format!("{name} is too long"))?.copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, bytes).with_context(|| path.clone())?;
        }
        Ok(builder.into_inner()?)
    }
}

/// Compressed by gzip, without a name and a time in it.
pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    // 255 is an unknown system: the same bytes wherever it is made.
    let mut encoder = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
