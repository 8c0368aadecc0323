//! The terms of container registries, pure: how an image is named, and what its manifest says.
//!
//! The formats are those of the OCI's image and distribution specifications, and Docker's own before them (image manifest
//! version 2, schema 2), which registries give just as well.

use std::fmt;

use serde_json::{Value, json};

/// Registries say no more than this at once: the limit of most.
pub const MAX_MANIFEST_BYTES: u64 = 4 << 20;
/// The most bytes of one layer.
pub const MAX_BLOB_BYTES: u64 = 16 << 30;

/// The media type of an index: one manifest a platform.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// What manifests are asked for.
pub const MANIFESTS: [&str; 4] = [
    INDEX,
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/// The registry of images that name none, and where it answers.
const DOCKER: (&str, &str) = ("docker.io", "registry-1.docker.io");

/// An image by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The registry, with its port where one is named.
    pub host: String,
    /// The repository there, such as `istio/pilot`.
    pub repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Reference {
    /// Reads a name as container runtimes do: without a registry it is Docker's.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(image: &str) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("`{image}` is no name of an image: {why}"));
        let (rest, digest) = match image.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest.to_owned())),
            Some(_) => return wrong("a digest is `sha256:` and 64 digits and letters a to f"),
            None => (image, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            _ => (rest, None),
        };
        let is_host = |text: &str| text.contains(['.', ':']) || text == "localhost";
        let (host, repository) = match name.split_once('/') {
            Some((host, repository)) if is_host(host) => (host.to_owned(), repository.to_owned()),
            _ if name.contains('/') => (DOCKER.0.to_owned(), name.to_owned()),
            _ => (DOCKER.0.to_owned(), format!("library/{name}")),
        };
        let in_host = |one: u8| one.is_ascii_alphanumeric() || b".-_:[]".contains(&one);
        let in_name = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || b"._-/".contains(&one);
        let in_tag = |one: u8| one.is_ascii_alphanumeric() || b"._-".contains(&one);
        let is_path = !repository.split('/').any(|part| part.is_empty() || part.starts_with('.'));
        if !host.bytes().all(in_host) {
            return wrong("its registry is no host");
        }
        if !repository.bytes().all(in_name) || !is_path || repository.len() > 255 {
            return wrong("a repository is lower-case letters, digits and `._-/`");
        }
        if tag.as_ref().is_some_and(|tag| tag.is_empty() || tag.len() > 128 || !tag.bytes().all(in_tag)) {
            return wrong("a tag is letters, digits and `._-`");
        }
        Ok(Self { host, repository, tag, digest })
    }

    /// The digest that it names.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// What of the repository is asked for: the digest, else the tag.
    pub fn version(&self) -> &str {
        self.digest().or(self.tag.as_deref()).unwrap_or("latest")
    }

    /// Its name without the registry and the folders there: `pilot:1.30.3`. What stays where it is copied to another registry.
    pub fn short(&self) -> String {
        let name = self.repository.rsplit('/').next().unwrap_or_default();
        format!("{name}{}", self.suffix())
    }

    /// The same image in another registry, or in a folder of one (`registry.example.com/istio`).
    ///
    /// # Errors
    /// As [`Reference::parse`].
    pub fn within(&self, registry: &str) -> Result<Self, String> {
        let registry = registry.trim_end_matches('/');
        // A host that has no dot is one here.
        let host = registry.split('/').next().unwrap_or_default();
        if !(host.contains(['.', ':']) || host == "localhost") {
            return Err(format!("`{registry}` is no registry: it begins with a host, such as registry.example.com"));
        }
        Self::parse(&format!("{registry}/{}", self.short()))
    }

    /// What has this digest in the same repository.
    #[must_use]
    pub fn at(&self, digest: &str) -> Self {
        Self { tag: None, digest: Some(digest.to_owned()), ..self.clone() }
    }

    fn suffix(&self) -> String {
        let tag = self.tag.as_ref().map_or_else(String::new, |tag| format!(":{tag}"));
        let digest = self.digest.as_ref().map_or_else(String::new, |digest| format!("@{digest}"));
        tag + &digest
    }

    /// Where its registry answers.
    pub fn server(&self) -> &str {
        if self.host == DOCKER.0 { DOCKER.1 } else { &self.host }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.host, self.repository, self.suffix())
    }
}

/// Whether a text is a digest as it is used here: SHA-256 in hexadecimal.
pub fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|one| one.is_ascii_digit() || (b'a'..=b'f').contains(&one))
    })
}

/// A host without its port, and without the brackets of IPv6.
pub fn bare_host(host: &str) -> &str {
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|one| one.is_ascii_digit()) => bare,
        _ => host,
    };
    bare.trim_start_matches('[').trim_end_matches(']')
}

/// Whether a registry is on this machine, so that nobody else hears what is said to it.
pub fn is_loopback(host: &str) -> bool {
    let bare = bare_host(host);
    bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What a manifest points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// What it is.
    pub media_type: String,
    /// Its digest.
    pub digest: String,
    /// Its bytes.
    pub size: u64,
    /// `linux/amd64`, `linux/arm/v7`; of an index' entries.
    pub platform: Option<String>,
    /// As it is written.
    pub value: Value,
}

/// A manifest, as far as it says what else there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manifest {
    /// One manifest a platform.
    Index(Vec<Descriptor>),
    /// One image: its configuration, and its layers.
    Image {
        /// What runs, and on which platform.
        config: Descriptor,
        /// Its files.
        layers: Vec<Descriptor>,
    },
}

impl Manifest {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
        let list = |field: &str| -> Option<Result<Vec<Descriptor>, String>> {
            Some(value.get(field)?.as_array()?.iter().map(Descriptor::read).collect())
        };
        if value["schemaVersion"] == 1 {
            return Err("it is of Docker's schema 1, which is read no more: push the image anew".to_owned());
        }
        if let Some(manifests) = list("manifests") {
            return manifests.map(Self::Index);
        }
        let Some(layers) = list("layers") else { return Err("it has neither `manifests` nor `layers`".to_owned()) };
        Ok(Self::Image { config: Descriptor::read(&value["config"])?, layers: layers? })
    }

    /// Everything that it points to.
    pub fn children(&self) -> Vec<&Descriptor> {
        match self {
            Self::Index(manifests) => manifests.iter().collect(),
            Self::Image { config, layers } => std::iter::once(config).chain(layers).collect(),
        }
    }
}

impl Descriptor {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Value) -> Result<Self, String> {
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        let (media_type, digest) = (text("mediaType"), text("digest"));
        if !is_digest(&digest) {
            return Err(format!("`{digest}` is no digest of sha256"));
        }
        let size = value["size"].as_u64().filter(|size| *size <= MAX_BLOB_BYTES);
        let size = size.ok_or_else(|| format!("the size of {digest} is {}", value["size"]))?;
        let part = |field: &str| value["platform"][field].as_str().filter(|part| !part.is_empty());
        let platform = part("os").zip(part("architecture")).map(|(os, architecture)| {
            let variant = part("variant").map_or_else(String::new, |variant| format!("/{variant}"));
            format!("{os}/{architecture}{variant}")
        });
        Ok(Self { media_type, digest, size, platform, value: value.clone() })
    }

    /// Whether it is a manifest itself.
    pub fn is_manifest(&self) -> bool {
        MANIFESTS.contains(&self.media_type.as_str())
    }

    /// Whether it is for one of these platforms; `linux/arm64` is every variant of it.
    pub fn is_for(&self, platforms: &[String]) -> bool {
        let own = self.platform.as_deref().unwrap_or_default();
        platforms
            .iter()
            .any(|one| own == one || own.strip_prefix(one.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }
}

/// An index with these manifests only, the same bytes every time.
pub fn index_of(manifests: &[&Descriptor]) -> Vec<u8> {
    let manifests: Vec<&Value> = manifests.iter().map(|one| &one.value).collect();
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
    index.to_string().into_bytes()
}

/// The media type that a manifest has: what it says itself, else what it came as.
pub fn media_type(bytes: &[u8], came_as: &str) -> String {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let own = value["mediaType"].as_str().filter(|own| MANIFESTS.contains(own)).map(str::to_owned);
    let came_as = came_as.split(';').next().unwrap_or_default().trim();
    own.unwrap_or_else(|| match (MANIFESTS.contains(&came_as), value.get("manifests").is_some()) {
        (true, _) => came_as.to_owned(),
        (false, true) => INDEX.to_owned(),
        (false, false) => MANIFESTS[2].to_owned(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const SUM: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn names_are_read_as_runtimes_do() {
        let pinned = format!("h:5000/a/b@{SUM}");
        let both = format!("r.example.com/a:1@{SUM}");
        let table = [
            ("registry.istio.io/release/pilot:1.30.3", "registry.istio.io", "release/pilot", "1.30.3", "pilot:1.30.3"),
            ("localhost:5000/pilot:1", "localhost:5000", "pilot", "1", "pilot:1"),
            ("[::1]:5000/pilot:1", "[::1]:5000", "pilot", "1", "pilot:1"),
            ("istio/pilot", "docker.io", "istio/pilot", "latest", "pilot"),
            ("nginx:1.14.2", "docker.io", "library/nginx", "1.14.2", "nginx:1.14.2"),
            (&pinned, "h:5000", "a/b", SUM, &format!("b@{SUM}")),
            (&both, "r.example.com", "a", SUM, &format!("a:1@{SUM}")),
        ];
        for (image, host, repository, version, short) in table {
            let read = Reference::parse(image).unwrap();
            let found = (read.host.as_str(), read.repository.as_str(), read.version());
            assert_eq!(found, (host, repository, version), "{image}");
            assert_eq!(read.short(), short);
        }
        for wrong in [
            "",
            "a.b/",
            "a.b/../c:1",
            "a.b//c",
            "A.b/Pilot:1",
            "a.b/c:",
            "a.b/c@sha256:12",
            "a.b/c:x y",
            "me:pw@a.b/c",
            "a b.c/d",
        ] {
            assert!(Reference::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_image_keeps_its_name_in_another_registry() {
        let image = Reference::parse("registry.istio.io/release/pilot:1.30.3").unwrap();
        assert_eq!(image.within("r.example.com/istio/").unwrap().to_string(), "r.example.com/istio/pilot:1.30.3");
        assert_eq!(image.within("127.0.0.1:5000").unwrap().to_string(), "127.0.0.1:5000/pilot:1.30.3");
        assert!(image.within("istio").is_err());
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (host, wanted) in [
            ("127.0.0.1:5000", true),
            ("localhost", true),
            ("[::1]:5000", true),
            ("127.0.0.1.example.com", false),
            ("localhost.example.com:5000", false),
            ("10.0.0.1:5000", false),
        ] {
            assert_eq!(is_loopback(host), wanted, "{host}");
        }
    }

    #[test]
    fn a_manifest_says_what_else_there_is() {
        let config = json!({"mediaType": "c", "digest": SUM, "size": 7});
        let image = json!({"schemaVersion": 2, "config": config, "layers": [{"digest": SUM, "size": 1}]});
        assert_eq!(Manifest::parse(image.to_string().as_bytes()).unwrap().children().len(), 2);
        let platform = json!({"os": "linux", "architecture": "arm64", "variant": "v8"});
        let index = json!({"manifests": [{"mediaType": MANIFESTS[2], "digest": SUM, "size": 7, "platform": platform}]});
        let Manifest::Index(found) = Manifest::parse(index.to_string().as_bytes()).unwrap() else { panic!("no index") };
        assert!(found[0].is_for(&["linux/arm64".to_owned()]) && !found[0].is_for(&["linux/arm".to_owned()]));
        for wrong in [
            json!({}),
            json!([]),
            json!({"schemaVersion": 1, "fsLayers": []}),
            json!({"config": config, "layers": [{"digest": "sha256:../../etc", "size": 1}]}),
            json!({"config": config, "layers": [{"digest": SUM, "size": -1}]}),
            json!({"config": config, "layers": [{"digest": SUM, "size": u64::MAX}]}),
            json!({"layers": []}),
        ] {
            assert!(Manifest::parse(wrong.to_string().as_bytes()).is_err(), "{wrong}");
        }
    }
}
