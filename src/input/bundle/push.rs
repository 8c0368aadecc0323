//! Copying the images of a bundle into a registry.

use std::collections::BTreeSet;
use std::io::Read;
use std::time::Duration;

use super::held::{Broken, Held};
use super::layout::Layout;
use super::{Bundled, Image, Step, Tell};
use crate::error::{Error, Result};
use crate::fetch::registry::Registries;
use crate::input::login;
use crate::oci::{Descriptor, MAX_MANIFEST_BYTES, Manifest, Reference, media_type};

/// Copies them, each under its own name below `registry`. What is there already is not sent again. Gives the names there.
///
/// # Errors
/// `no-images` (usage) where the bundle has none; `bad-registry` (usage); `registry-…` (failed, timed out).
pub fn push(bundle: &Bundled, registry: &str, insecure: bool, limit: Duration, tell: &Tell) -> Result<Vec<Image>> {
    let images: Vec<(&Image, &String)> =
        bundle.contents.images.iter().filter_map(|one| Some((one, one.digest.as_ref()?))).collect();
    if images.is_empty() {
        let error = Error::usage("no-images", format!("{}: no images are in it", bundle.path.display()));
        return Err(error.hint("make one with them: mesh bundle FILE.tar without --no-images"));
    }
    let layout = Layout::open(&bundle.path)?;
    let blobs = bundle.contents.files.iter().filter(|(name, _)| name.starts_with("blobs/"));
    let total = blobs.map(|(_, sum)| sum.bytes).sum();
    let registries = Registries::new(limit, insecure, login);
    let mut way = Way { layout, registries, done: BTreeSet::new(), here: 0, total, tell };
    let mut pushed = Vec::new();
    for (image, digest) in images {
        let reference = Reference::parse(&image.image).map_err(|why| Error::usage("bad-image", why))?;
        let place = reference.within(registry).map_err(|why| Error::usage("bad-registry", why))?;
        (way.tell)(&Step::Looking { image: &place.to_string() });
        way.manifest(&place, &place, digest, 0)?;
        pushed.push(Image { image: place.to_string(), digest: Some(digest.clone()) });
    }
    Ok(pushed)
}

struct Way<'a> {
    layout: Layout,
    registries: Registries,
    /// What is there, by repository and digest.
    done: BTreeSet<(String, String)>,
    here: u64,
    total: u64,
    tell: &'a Tell,
}

impl Way<'_> {
    /// Sends what a manifest names, then itself, as `name`.
    fn manifest(&mut self, place: &Reference, name: &Reference, digest: &str, depth: usize) -> Result<()> {
        let mut bytes = Vec::new();
        let file = self.layout.blob(digest)?.ok_or_else(|| self.layout.bad(&format!("{digest} is not in it")))?;
        let read = file.take(MAX_MANIFEST_BYTES).read_to_end(&mut bytes);
        read.map_err(|error| self.layout.bad(&error.to_string()))?;
        let manifest = Manifest::parse(&bytes).map_err(|why| self.layout.bad(&format!("{digest}: {why}")))?;
        for child in manifest.children() {
            // What was no index when it was gathered is none now.
            if child.is_manifest() && depth < 4 {
                self.manifest(place, &place.at(&child.digest), &child.digest, depth + 1)?;
            } else {
                self.blob(place, child)?;
            }
        }
        self.hear(bytes.len() as u64);
        self.registries.put_manifest(name, &media_type(&bytes, ""), &bytes)
    }

    fn blob(&mut self, place: &Reference, blob: &Descriptor) -> Result<()> {
        let Descriptor { digest, size, .. } = blob;
        if !self.done.insert((place.repository.clone(), digest.clone())) {
            return Ok(());
        }
        if self.registries.has_blob(place, digest)? {
            self.hear(*size);
            return Ok(());
        }
        let from = self.layout.blob(digest)?.ok_or_else(|| self.layout.bad(&format!("{digest} is not in it")))?;
        let (before, total, tell) = (self.here, self.total, self.tell);
        let sent = std::cell::Cell::new(before);
        let heard = |read: u64| {
            sent.set(sent.get() + read);
            tell(&Step::Copying { here: sent.get(), total });
        };
        let mut held = Held::new(from, digest, *size, &heard);
        let put = self.registries.put_blob(place, digest, *size, &mut held);
        let failed = held.failed.take();
        drop(held);
        self.here = before + size;
        match failed {
            Some(Broken::Wrong(why)) => Err(self.layout.bad(&why)),
            Some(Broken::Lost(error)) => Err(self.layout.bad(&error.to_string())),
            None => put,
        }
    }

    fn hear(&mut self, bytes: u64) {
        self.here += bytes;
        (self.tell)(&Step::Copying { here: self.here, total: self.total });
    }
}
