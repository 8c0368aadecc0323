//! A list of images with the digests that they have to have: lines, or what a bundle says of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::bundle::{self, Bundled, Contents};
use super::{file, login};
use crate::error::{Error, Result};
use crate::fetch::registry::Registries;
use crate::oci::{Reference, is_digest};

/// The most bytes of a list.
const MAX_BYTES: usize = 4 << 20;

/// Images, each with its digest.
#[derive(Debug, Default, Clone)]
pub struct Digests(BTreeMap<String, Option<String>>);

impl Digests {
    /// What is said of an image: of this name, else of its name in any registry. None where it is not listed, and no digest where
    /// any will do.
    pub fn of(&self, image: &Reference) -> Option<Option<&str>> {
        let said = self.0.get(&bare(image)).or_else(|| self.0.get(&bare_short(image)));
        said.map(|digest| digest.as_deref())
    }
}

/// A bundle's, by the names of its images in any registry.
pub fn of_bundle(bundle: &Bundled) -> Digests {
    of_contents(bundle.contents())
}

/// Asks the registry of each of these images for its digest; none where it has none.
///
/// # Errors
/// `bad-image` (usage), `registry-…` (failed, timed out).
pub fn resolve(images: &BTreeSet<String>, insecure: bool, limit: Duration) -> Result<BTreeMap<String, Option<String>>> {
    let mut registries = Registries::new(limit, insecure, login);
    let one = |image: &String| Ok((image.clone(), registries.digest(&reference(image)?)?));
    images.iter().map(one).collect()
}

/// A name of an image.
///
/// # Errors
/// `bad-image` (usage).
pub fn reference(image: &str) -> Result<Reference> {
    Reference::parse(image).map_err(|why| Error::usage("bad-image", why))
}

/// Reads a list: a line an image, `IMAGE@sha256:…` or `IMAGE sha256:…`; or a bundle, or its `bundle.json`.
///
/// # Errors
/// `bad-digests` (usage) with the line; as [`super::file()`].
pub fn read(path: &Path) -> Result<Digests> {
    if let Some(contents) = bundle::contents_of(path)? {
        return Ok(of_contents(&contents));
    }
    let source = file::bounded(path, MAX_BYTES)?;
    if source.text.trim_start().starts_with('{') {
        let contents: Contents = serde_json::from_str(&source.text)
            .map_err(|error| Error::usage("bad-digests", format!("{}: no bundle.json: {error}", source.name)))?;
        return Ok(of_contents(&contents));
    }
    lines(&source.name, &source.text)
}

fn lines(name: &str, text: &str) -> Result<Digests> {
    let mut found = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let bad = |why: &str| {
            let error = Error::usage("bad-digests", format!("{name}:{}: {why}", number + 1));
            error.hint("a line an image, as `mesh images --resolve` prints them: IMAGE@sha256:…")
        };
        let parts = line.split_once('@').or_else(|| line.split_once(char::is_whitespace));
        let (image, digest) = parts.ok_or_else(|| bad("no digest"))?;
        let (image, digest) = (image.trim(), digest.trim());
        if !is_digest(digest) {
            return Err(bad("a digest is `sha256:` and 64 digits and letters a to f"));
        }
        let image = Reference::parse(image).map_err(|why| bad(&why))?;
        match found.insert(bare(&image), Some(digest.to_owned())) {
            Some(other) if other.as_deref() != Some(digest) => {
                return Err(bad(&format!("{image} is there with two digests")));
            }
            _ => {}
        }
    }
    Ok(Digests(found))
}

fn of_contents(contents: &Contents) -> Digests {
    let known = contents.images.iter().filter_map(|one| Some((Reference::parse(&one.image).ok()?, one.digest.clone())));
    Digests(known.flat_map(|(image, digest)| [(bare(&image), digest.clone()), (bare_short(&image), digest)]).collect())
}

/// The name without its digest.
fn bare(image: &Reference) -> String {
    image.to_string().split('@').next().unwrap_or_default().to_owned()
}

fn bare_short(image: &Reference) -> String {
    image.short().split('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_in_both_ways() {
        let (one, two) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
        let text =
            format!("# of today\nr.example.com/a:1@{one}\n\nr.example.com/b:1   {two} # b\nr.example.com/a:1 {one}\n");
        let digests = lines("f", &text).unwrap();
        let of = |image: &str| digests.of(&Reference::parse(image).unwrap()).flatten().map(str::to_owned);
        assert_eq!(of("r.example.com/a:1"), Some(one.clone()));
        assert_eq!(of(&format!("r.example.com/b:1@{one}")), Some(two.clone()));
        assert_eq!(of("other.example.com/a:1"), None);
        for wrong in [
            "r.example.com/a:1".to_owned(),
            "r.example.com/a:1@sha256:12".to_owned(),
            format!("A B {one}"),
            format!("r/a:1@{one}\nr/a:1@{two}"),
        ] {
            assert!(lines("f", &wrong).is_err(), "{wrong}");
        }
    }
}
