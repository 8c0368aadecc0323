//! Where images come from: registries, or an OCI image layout.

use std::io::Read;

use super::layout::Layout;
use crate::error::{Error, Result};
use crate::fetch::registry::{Came, Registries, digest_of};
use crate::oci::{Descriptor, MAX_MANIFEST_BYTES, Reference, media_type};

/// One of them.
pub(super) enum Source {
    /// From this registry, or else from where each name says.
    Registries(Box<Registries>, Option<String>),
    Layout(Layout),
}

impl Source {
    /// Where `image` is asked for.
    pub(super) fn place(&self, image: &Reference) -> Result<Reference> {
        match self {
            Self::Registries(_, Some(registry)) => {
                image.within(registry).map_err(|why| Error::usage("bad-registry", why))
            }
            _ => Ok(image.clone()),
        }
    }

    /// The manifest that the name of an image stands for; none where there is no such image.
    pub(super) fn root(&mut self, place: &Reference) -> Result<Option<Came>> {
        match self {
            Self::Registries(registries, _) => registries.manifest(place),
            Self::Layout(layout) => match layout.image(place).cloned() {
                Some(found) => in_layout(layout, &found).map(Some),
                None => Ok(None),
            },
        }
    }

    /// A manifest that another one points to.
    pub(super) fn manifest(&mut self, place: &Reference, wanted: &Descriptor) -> Result<Came> {
        match self {
            Self::Registries(registries, _) => {
                let found = registries.manifest(&place.at(&wanted.digest))?;
                found.ok_or_else(|| {
                    let message = format!("{place}: its manifest {} is not there", wanted.digest);
                    Error::failed("registry-answer", message)
                        .hint("copy the image there anew, with all of its platforms, or choose: --platform linux/amd64")
                })
            }
            Self::Layout(layout) => in_layout(layout, wanted),
        }
    }

    /// A blob as a stream.
    pub(super) fn blob(&mut self, place: &Reference, digest: &str) -> Result<Box<dyn Read>> {
        match self {
            Self::Registries(registries, _) => registries.blob(place, digest),
            Self::Layout(layout) => layout.blob(digest)?.ok_or_else(|| layout.bad(&format!("{digest} is not in it"))),
        }
    }

    /// What is there in place of an image that is not.
    pub(super) fn has(&self) -> Vec<&str> {
        match self {
            Self::Registries(..) => Vec::new(),
            Self::Layout(layout) => layout.names(),
        }
    }

    /// A blob that did not come to its end.
    pub(super) fn cut(&self, place: &Reference, error: &std::io::Error) -> Error {
        match self {
            Self::Registries(..) => crate::fetch::registry::broken(place, error),
            Self::Layout(layout) => layout.bad(&error.to_string()),
        }
    }

    /// A blob that is something else.
    pub(super) fn wrong(&self, place: &Reference, why: &str) -> Error {
        match self {
            Self::Registries(..) => {
                Error::failed("registry-answer", format!("{place}: a blob is not what its digest says: {why}"))
                    .hint("try again; if it stays so, the registry or a proxy before it gives something wrong")
            }
            Self::Layout(layout) => layout.bad(&format!("a blob is not what its digest says: {why}")),
        }
    }
}

fn in_layout(layout: &Layout, wanted: &Descriptor) -> Result<Came> {
    let digest = &wanted.digest;
    let file = layout.blob(digest)?.ok_or_else(|| layout.bad(&format!("{digest} is not in it")))?;
    let mut bytes = Vec::new();
    let read = file.take(MAX_MANIFEST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| layout.bad(&error.to_string()))?;
    if digest_of(&bytes) != *digest {
        return Err(layout.bad(&format!("{digest} is not what its digest says")));
    }
    Ok(Came { media_type: media_type(&bytes, &wanted.media_type), digest: digest.clone(), bytes })
}
