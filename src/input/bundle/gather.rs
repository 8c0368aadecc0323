//! What there is to copy of images: their manifests, read whole, and the blobs that these name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::layout::NAMES;
use super::source::Source;
use super::{Image, Step, Tell};
use crate::error::{Error, Result};
use crate::fetch::registry::{Came, digest_of};
use crate::oci::{Descriptor, INDEX, MAX_MANIFEST_BYTES, Manifest, Reference, index_of};
use crate::text;

/// Indexes within indexes.
const MAX_DEPTH: usize = 4;
/// The most manifests and blobs of all images.
const MAX_PARTS: usize = 20_000;

/// Everything of some images.
#[derive(Default)]
pub(super) struct Gathered {
    /// The images, with their digests.
    pub(super) images: Vec<Image>,
    /// Manifests by their digest.
    pub(super) manifests: BTreeMap<String, Came>,
    /// Blobs by their digest: how long each is, and where it is asked for.
    pub(super) blobs: BTreeMap<String, (u64, Reference)>,
    /// The entries of `index.json`.
    index: Vec<Value>,
}

impl Gathered {
    /// Images that are named, and not copied.
    pub(super) fn named(images: &[String]) -> Self {
        let images = images.iter().map(|image| Image { image: image.clone(), digest: None }).collect();
        Self { images, ..Self::default() }
    }

    /// Asks for all of these images.
    ///
    /// # Errors
    /// `no-image` (failed) with all that are not there, `same-name`, `no-platform` (usage); those of the source.
    pub(super) fn of(source: &mut Source, images: &[String], platforms: &[String], tell: &Tell) -> Result<Self> {
        let mut all = Self::default();
        let (mut missing, mut names) = (Vec::new(), BTreeMap::<String, (String, String)>::new());
        for image in images {
            let reference = Reference::parse(image).map_err(|why| Error::usage("bad-image", why))?;
            let place = source.place(&reference)?;
            tell(&Step::Looking { image: &place.to_string() });
            let Some(came) = source.root(&place)? else {
                missing.push(place.to_string());
                continue;
            };
            let came = chosen(source, &place, came, platforms)?;
            if let Some((other, digest)) = names.get(&reference.short()).filter(|(_, digest)| *digest != came.digest) {
                let message =
                    format!("{image} ({}) and {other} ({digest}) are called the same in one registry", came.digest);
                return Err(Error::usage("same-name", message).hint("give one of them another tag"));
            }
            names.insert(reference.short(), (image.clone(), came.digest.clone()));
            let annotations = json!({ NAMES[0]: image, NAMES[1]: reference.to_string() });
            let (kind, digest, size) = (&came.media_type, &came.digest, came.bytes.len());
            all.index.push(json!({ "mediaType": kind, "digest": digest, "size": size, "annotations": annotations }));
            all.images.push(Image { image: image.clone(), digest: Some(came.digest.clone()) });
            all.take(source, &place, came, 0)?;
        }
        if missing.is_empty() {
            return Ok(all);
        }
        let were = text::verb(missing.len(), "is", "are");
        let error = Error::failed("no-image", format!("{} {were} not there", missing.join(", ")));
        Err(match source.has().as_slice() {
            [] => error.hint(
                "name the registry that has them: --from registry.example.com/istio; which they are says: mesh images",
            ),
            names => error.hint(format!("there are: {}", text::few(names, 10))),
        })
    }

    /// Takes a manifest in, and all that it names.
    fn take(&mut self, source: &mut Source, place: &Reference, came: Came, depth: usize) -> Result<()> {
        if self.manifests.contains_key(&came.digest) {
            return Ok(());
        }
        let manifest = read(place, &came)?;
        for child in manifest.children() {
            if child.is_manifest() && depth < MAX_DEPTH {
                let came = source.manifest(place, child)?;
                self.take(source, place, came, depth + 1)?;
            } else {
                self.blobs.entry(child.digest.clone()).or_insert_with(|| (child.size, place.clone()));
            }
            if self.blobs.len() + self.manifests.len() > MAX_PARTS {
                return Err(odd(place, &format!("it has more than {MAX_PARTS} parts")));
            }
        }
        self.manifests.insert(came.digest.clone(), came);
        Ok(())
    }

    /// The text of `index.json`.
    pub(super) fn index(&self) -> String {
        json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": self.index }).to_string() + "\n"
    }
}

/// The manifest of an image for these platforms alone: one of them is a manifest of its own, several make a new index.
fn chosen(source: &mut Source, place: &Reference, came: Came, platforms: &[String]) -> Result<Came> {
    if platforms.is_empty() {
        return Ok(came);
    }
    let all = match read(place, &came)? {
        Manifest::Index(all) => all,
        Manifest::Image { config, .. } => {
            let own = platform(source, place, &config)?;
            let fits = platforms.iter().all(|wanted| *wanted == own || own.starts_with(&format!("{wanted}/")));
            return if fits { Ok(came) } else { Err(no_platform(place, platforms, &[&own])) };
        }
    };
    let there: Vec<&str> = all.iter().filter_map(|one| one.platform.as_deref()).collect();
    for wanted in platforms {
        if !all.iter().any(|one| one.is_for(std::slice::from_ref(wanted))) {
            return Err(no_platform(place, std::slice::from_ref(wanted), &there));
        }
    }
    let kept: Vec<&Descriptor> = all.iter().filter(|one| one.is_for(platforms)).collect();
    match kept.as_slice() {
        [one] => source.manifest(place, one),
        kept => {
            let bytes = index_of(kept);
            Ok(Came { media_type: INDEX.to_owned(), digest: digest_of(&bytes), bytes })
        }
    }
}

/// The platform of an image that has only one.
fn platform(source: &mut Source, place: &Reference, config: &Descriptor) -> Result<String> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = source.blob(place, &config.digest)?.take(MAX_MANIFEST_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| source.cut(place, &error))?;
    if digest_of(&bytes) != config.digest {
        return Err(source.wrong(place, &config.digest));
    }
    let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let part = |field: &str| value[field].as_str().unwrap_or("unknown").to_owned();
    let variant = value["variant"].as_str().map_or_else(String::new, |variant| format!("/{variant}"));
    Ok(format!("{}/{}{variant}", part("os"), part("architecture")))
}

fn read(place: &Reference, came: &Came) -> Result<Manifest> {
    Manifest::parse(&came.bytes).map_err(|why| odd(place, &format!("its manifest {}: {why}", came.digest)))
}

fn odd(place: &Reference, why: &str) -> Error {
    Error::failed("registry-answer", format!("{place}: {why}"))
}

fn no_platform(place: &Reference, wanted: &[String], there: &[&str]) -> Error {
    Error::usage("no-platform", format!("{place} is not there for {}", wanted.join(", ")))
        .hint(format!("it is there for {}", there.join(", ")))
}
