//! Where a stream of documents goes: to stdout, or into a file; in pieces of a good size.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::input::{Done, Take};
use crate::ui::Ui;

/// Output is written in pieces of about this size.
const CHUNK: usize = 64 << 10;

/// Writes results as they come, and messages to stderr.
pub struct Written {
    ui: Ui,
    text: String,
    file: Option<File>,
}

impl Written {
    /// To stdout, or into the file at `path`, which takes the place of one that may be there once all is written.
    ///
    /// # Errors
    /// `unwritable-file` (failed).
    pub fn to(ui: &Ui, path: Option<&Path>) -> Result<Self> {
        let file = path.map(File::at).transpose()?;
        Ok(Self { ui: ui.clone(), text: String::with_capacity(CHUNK), file })
    }

    fn flush(&mut self) -> Result<()> {
        match &mut self.file {
            Some(file) => file.write(&self.text)?,
            None => self.ui.result(&self.text)?,
        }
        self.text.clear();
        Ok(())
    }
}

impl Take for Written {
    fn take(&mut self, done: Done) -> Result<()> {
        done.messages.iter().for_each(|message| self.ui.message(message));
        self.text.push_str(&done.text);
        if self.text.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn end(mut self, run: Result<()>) -> Result<()> {
        // What came before an error is written all the same, but for a file, which is whole or not written at all.
        self.flush()?;
        run?;
        self.file.map_or(Ok(()), File::finish)
    }
}

/// Writes a whole file, which takes the place of one that may be there.
///
/// # Errors
/// `unwritable-file` (failed).
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    let mut file = File::at(path)?;
    file.write(text)?;
    file.finish()
}

/// A file that takes the place of one that may be there, the one that is read included, once it is whole.
struct File {
    path: PathBuf,
    temporary: PathBuf,
    file: std::fs::File,
}

impl File {
    /// Beside the file that is at `path`, or that a link there leads to; with its mode, where there is one.
    fn at(path: &Path) -> Result<Self> {
        let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let there = std::fs::metadata(path).ok();
        if let Some(there) = &there {
            let wrong = match (there.is_file(), there.permissions().readonly()) {
                (true, false) => None,
                (true, true) => Some(std::io::ErrorKind::PermissionDenied.into()),
                (false, _) => Some(std::io::Error::other("it is no plain file")),
            };
            wrong.map_or(Ok(()), |error| Err(unwritable(path, error)))?;
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", std::process::id()));
        let temporary = path.with_file_name(name);
        match std::fs::File::create_new(&temporary) {
            Ok(file) => {
                let own = Self { path: path.to_owned(), temporary, file };
                let kept = there.map_or(Ok(()), |there| own.file.set_permissions(there.permissions()));
                kept.map_err(|error| unwritable(path, error)).map(|()| own)
            }
            Err(error) => Err(unwritable(path, error)),
        }
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.file.write_all(text.as_bytes()).map_err(|error| unwritable(&self.path, error))
    }

    fn finish(self) -> Result<()> {
        std::fs::rename(&self.temporary, &self.path).map_err(|error| unwritable(&self.path, error))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // Gone already, if all went well.
        _ = std::fs::remove_file(&self.temporary);
    }
}

fn unwritable(path: &Path, error: std::io::Error) -> Error {
    Error::failed("unwritable-file", format!("{}: cannot be written", path.display()))
        .caused_by(error)
        .hint("name a file in a folder that you may write to")
}
