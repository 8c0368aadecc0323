//! A stream that is held to its length and its digest while it is copied.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::fetch::registry::hex;

/// Gives what `inner` gives; its end is an error where that was not what was promised.
pub(super) struct Held<'a> {
    inner: Box<dyn Read + 'a>,
    digest: String,
    size: u64,
    here: u64,
    hash: Sha256,
    heard: &'a dyn Fn(u64),
    /// Why it ended before its end.
    pub(super) failed: Option<Broken>,
}

/// What is wrong with it.
#[derive(Debug)]
pub(super) enum Broken {
    /// It is something else.
    Wrong(String),
    /// It does not come.
    Lost(io::Error),
}

impl<'a> Held<'a> {
    /// `digest` is `sha256:…`; `heard` is told of every piece how long it is.
    pub(super) fn new(inner: impl Read + 'a, digest: &str, size: u64, heard: &'a dyn Fn(u64)) -> Self {
        let (inner, digest) = (Box::new(inner), digest.to_owned());
        Self { inner, digest, size, here: 0, hash: Sha256::new(), heard, failed: None }
    }

    fn fails(&mut self, why: Broken) -> io::Error {
        let error = io::Error::other(match &why {
            Broken::Wrong(why) => why.clone(),
            Broken::Lost(error) => error.to_string(),
        });
        self.failed = Some(why);
        error
    }
}

impl Read for Held<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match self.inner.read(into) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => return Err(self.fails(Broken::Lost(error))),
        };
        let (wanted, size) = (self.digest.clone(), self.size);
        self.here += read as u64;
        if self.here > size {
            return Err(self.fails(Broken::Wrong(format!("{wanted} has more than its {size} bytes"))));
        }
        self.hash.update(&into[..read]);
        (self.heard)(read as u64);
        if read > 0 || into.is_empty() {
            return Ok(read);
        }
        let here = self.here;
        if here < size {
            return Err(self.fails(Broken::Wrong(format!("{wanted} ended after {here} of {size} bytes"))));
        }
        let found = hex(&self.hash.clone().finalize());
        if found != wanted {
            return Err(self.fails(Broken::Wrong(format!("{found} came for {wanted}"))));
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::registry::digest_of;

    #[test]
    fn only_what_was_promised_comes_to_its_end() {
        let all = |text: &str, promised: &str, size: u64| {
            let mut held = Held::new(text.as_bytes(), &digest_of(promised.as_bytes()), size, &|_| ());
            let end = held.read_to_end(&mut Vec::new());
            (end.is_ok(), held.failed.is_none())
        };
        assert_eq!(all("abc", "abc", 3), (true, true));
        assert_eq!(all("", "", 0), (true, true));
        for (text, promised, size) in [("abd", "abc", 3), ("ab", "abc", 3), ("abcd", "abc", 3), ("abc", "abc", 4)] {
            assert_eq!(all(text, promised, size), (false, false), "{text} {promised} {size}");
        }
    }
}
