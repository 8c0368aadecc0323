//! What comes from places that others run: registries, mirrors, bundles that were carried here, and plugins.

use std::fs;

use mesh::cluster::plugin;
use mesh::input::{bundle, digests, release};
use mesh::oci::{Manifest, Reference, media_type};
use serde_json::json;
use tar::{Builder, Header};

use super::{in_a_folder, told};
use crate::Target;

/// What a bundle says of itself has a bound of 16 MiB, and it is parsed twice.
pub(super) const BUNDLE: Target =
    Target { name: "bundle", run: bundles, words: BUNDLE_WORDS, memory: 96, work: 256, share: 50 };

pub(super) const IMAGES: Target =
    Target { name: "images", run: images, words: IMAGES_WORDS, memory: 16, work: 64, share: 100 };

pub(super) const SUM: Target = Target { name: "sum", run: sum, words: SUM_WORDS, memory: 1, work: 4, share: 100 };

pub(super) const PLUGIN: Target =
    Target { name: "plugin", run: credentials, words: PLUGIN_WORDS, memory: 16, work: 64, share: 100 };

/// The checksum of nothing.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const BUNDLE_WORDS: &[&str] = &[
    "\n===\n",
    "{\"apiVersion\":\"mesh/v1\",\"kind\":\"Bundle\",",
    "\"istioVersion\":\"1.30.3\",\"meshVersion\":\"0.1.0\",",
    "\"platforms\":[\"linux/amd64\"],",
    "\"images\":[],",
    "\"images\":[{\"image\":\"r.example.com/pilot:1.30.3\"}],",
    "\"images\":[{\"image\":\"a:1\",\"digest\":\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}],",
    "\"files\":{}}",
    "\"files\":{\"mesh/images.txt\":{\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"bytes\":0}}}",
    "\"files\":{\"../x\":{\"sha256\":\"\",\"bytes\":-1}}}",
    "\"bytes\":17179869185",
    "mesh/images.txt",
    "mesh/manifests/charts/base/Chart.yaml",
    "mesh/manifests/../../x",
    "blobs/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "index.json",
    "ustar\u{0}00",
    "00000000017",
    "77777777777",
    "\0\0\0\0\0\0\0\0",
    "{",
    "}",
    "[[[[[[[[",
    "null",
    "é",
];

const IMAGES_WORDS: &[&str] = &[
    "registry.istio.io/release/pilot",
    "localhost:5000",
    "[::1]:5000/a",
    "docker.io/",
    ":1.30.3",
    ":",
    "/",
    "//",
    "..",
    "@",
    "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    " sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha256:",
    "# a comment",
    "\n",
    "\r\n",
    "{\"schemaVersion\":2,",
    "\"mediaType\":\"application/vnd.oci.image.index.v1+json\",",
    "\"manifests\":[",
    "\"layers\":[",
    "\"config\":",
    "{\"mediaType\":\"x\",\"digest\":\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":7}",
    "\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}",
    "\"size\":18446744073709551616",
    "]",
    "}",
    ",",
    "é",
    "A",
];

const SUM_WORDS: &[&str] = &[
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "E3B0",
    "  istio-1.30.3-linux-amd64.tar.gz\n",
    " *",
    "\\",
    "<!DOCTYPE html>",
    "\r\n",
    "\u{feff}",
    "\0",
    "é",
    "0",
    "f",
];

const PLUGIN_WORDS: &[&str] = &[
    "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",",
    "\"status\":{",
    "\"token\":\"",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl",
    "\"expirationTimestamp\":\"2026-01-01T00:00:00Z\"",
    "\"expirationTimestamp\":\"-9999-99-99T99:99:99+99:99\"",
    "\"clientCertificateData\":\"x\",\"clientKeyData\":\"y\"",
    "status:\n  token: ",
    "\\r\\nX-Other: 1",
    "\\u0000",
    "password=",
    "Authorization: Bearer ",
    "https://me:secret@example.com/",
    "\"",
    "}",
    ",",
    "\n",
    "é",
    "\u{1b}[2J",
];

/// An archive as it is; or what a bundle says of itself and its files, with `===` between them, in one that is whole.
fn bundles(data: &[u8]) {
    in_a_folder(|folder| {
        let path = folder.join("a.tar");
        let parts: Vec<&[u8]> = parts(data);
        let names = ["mesh/bundle.json", "mesh/images.txt", "mesh/manifests/charts/base/Chart.yaml", "index.json"];
        let bytes = if parts.len() == 1 { data.to_vec() } else { archive(names.into_iter().zip(parts)) };
        fs::write(&path, bytes).expect("a file");
        let read = bundle::open(&path);
        told(&read);
        told(&digests::read(&path));
        if let Ok(read) = read {
            // What is taken for a bundle has the files that it names, and its list can be asked.
            for image in &read.contents().images {
                if let Ok(reference) = Reference::parse(&image.image) {
                    assert!(digests::of_bundle(&read).of(&reference).is_some(), "{reference}");
                }
            }
        }
    });
}

fn parts(data: &[u8]) -> Vec<&[u8]> {
    let mark = b"\n===\n";
    let (mut parts, mut rest) = (Vec::new(), data);
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        parts.push(&rest[..at]);
        rest = &rest[at + mark.len()..];
    }
    parts.push(rest);
    parts
}

fn archive<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, text).expect("memory");
    }
    archive.into_inner().expect("memory")
}

/// Names of images, lists of them with their digests, and manifests as a registry gives them.
fn images(data: &[u8]) {
    if let Ok(manifest) = Manifest::parse(data) {
        assert!(manifest.children().iter().all(|child| child.digest.len() == "sha256:".len() + NOTHING.len()));
    }
    let text = String::from_utf8_lossy(data);
    assert!(!media_type(data, &text).is_empty());
    for line in text.lines() {
        let Ok(image) = Reference::parse(line) else { continue };
        // Its path is one in its registry, and stays there.
        assert!(!image.repository.split('/').any(|part| part.is_empty() || part == ".."), "{line:?}");
        assert_eq!(Reference::parse(&image.to_string()).as_ref(), Ok(&image), "{line:?}");
        let elsewhere = image.within("r.example.com/a").expect("a name keeps its end");
        assert_eq!(elsewhere.short(), image.short());
    }
    in_a_folder(|folder| {
        let path = folder.join("digests.txt");
        fs::write(&path, data).expect("a file");
        told(&digests::read(&path));
    });
}

/// What a place says of an archive is a checksum, or nothing.
fn sum(data: &[u8]) {
    if let Some(sum) = release::told_sum(data) {
        assert!(sum.len() == NOTHING.len() && sum.bytes().all(|byte| b"0123456789abcdef".contains(&byte)), "{sum:?}");
    }
}

/// What a plugin of a kubeconfig prints for us, and for people.
fn credentials(data: &[u8]) {
    _ = plugin::is_credential(data);
    let shown = plugin::printed(data);
    let longest = shown.split(|one: char| !(one.is_ascii_alphanumeric() || "-_.=+".contains(one))).map(str::len).max();
    assert!(longest.unwrap_or_default() < 40, "what may be a token is shown: {shown:?}");
    assert!(shown.lines().count() <= 10, "{shown:?}");
    let secret = "pKx7Qm2".repeat(7);
    let asked = json!({"status": {"token": secret}}).to_string();
    let mut said = asked.into_bytes();
    said.extend_from_slice(data);
    assert!(!plugin::printed(&said).contains(&secret), "a token is shown");
}
