//! Files of files: release archives and the folder of an export.

use std::fs;
use std::io::Write;
use std::path::{Component, Path};

use mesh::config::Inputs;
use mesh::input::{self, gitops};

use super::{in_a_folder, told};
use crate::Target;

/// An archive may unpack to much more than it has; what is taken of it is bounded.
pub(super) const ARCHIVE: Target =
    Target { name: "archive", run: archive, words: ARCHIVE_WORDS, memory: 160, work: 512, share: 50 };

pub(super) const GITOPS: Target =
    Target { name: "gitops", run: folder, words: GITOPS_WORDS, memory: 64, work: 256, share: 50 };

const ARCHIVE_WORDS: &[&str] = &[
    "manifests/",
    "charts/",
    "profiles/",
    "istio-1.30.3/",
    "default.yaml",
    "base/Chart.yaml",
    "../",
    "/",
    "./",
    "\\",
    "ustar\u{0}00",
    "ustar  \u{0}",
    "\0",
    "\0\0\0\0\0\0\0\0",
    "0000644",
    "77777777777",
    "00000000017",
    "0",
    "1",
    "2",
    "5",
    "x",
    "g",
    "L",
    "K",
    "S",
    "\u{1f}\u{8b}",
    "27 path=manifests/charts/a\n",
    "19 size=99999999999\n",
    "30 linkpath=/etc/passwd\n",
    "é",
];

const GITOPS_WORDS: &[&str] = &[
    "engine: flux\n",
    "engine: argocd\n",
    "inputs:\n",
    "  spec:\n",
    "    profile: demo\n",
    "  flags: {registry: r, force: true, size: tiny, version: 1.30.3}\n",
    "  kind: x\n",
    "\n===\n",
    "metadata:\n",
    "  annotations: {mesh/version: 1.30.3}\n",
    "  annotations:\n",
    "    mesh/istio-version: \"1\"\n",
    "resources:\n",
    "- a.yaml\n",
    "- ..\n",
    "- ../../x\n",
    "- /etc/passwd\n",
    "- kustomization.yaml\n",
    "- \"a\\\\b\"\n",
    "- \"\\0\"\n",
    "- .\n",
    "- ''\n",
    "kind: List\nitems: []\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    "---\n",
    "null",
    "[]",
    "{}",
    ": ",
    "&a ",
    "*a",
    "é",
];

/// A gzipped tar, or a tar that is packed here, so that what is changed in it is not changed in the packing.
fn archive(data: &[u8]) {
    in_a_folder(|folder| {
        let path = folder.join("a.tar.gz");
        fs::write(&path, packed(data)).expect("a file");
        let mut inputs = Inputs::default();
        let read = input::read_charts(&mut inputs, Some(&path));
        told(&read);
        for source in inputs.charts.iter().flat_map(|charts| charts.iter()).chain(inputs.profiles.iter().flatten()) {
            let plain = Path::new(&source.name).components().all(|part| matches!(part, Component::Normal(_)));
            assert!(plain && !source.name.contains('\\'), "{:?}", source.name);
        }
        if read.is_ok() {
            told(&mesh::config::load(&inputs));
        }
    });
}

fn packed(data: &[u8]) -> Vec<u8> {
    if data.starts_with(&[0x1f, 0x8b]) {
        return data.to_vec();
    }
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(data).and_then(|()| packer.finish()).expect("memory")
}

/// What says from which inputs it was made, and the list of files, with `===` between them.
fn folder(data: &[u8]) {
    in_a_folder(|folder| {
        let dir = folder.join("export");
        let part = dir.join("revisions/default");
        fs::create_dir_all(&part).expect("a folder");
        let whole = String::from_utf8_lossy(data);
        let mut parts = whole.split("\n===\n");
        for name in [gitops::INPUTS, gitops::KUSTOMIZATION, "a.yaml"] {
            fs::write(part.join(name), parts.next().unwrap_or_default()).expect("a file");
        }
        let kept = gitops::Kept::of(&dir, None);
        told(&kept);
        if let Ok(inputs) = kept.and_then(|kept| kept.inputs(&Inputs::default())) {
            told(&mesh::config::load(&Inputs { charts: None, ..inputs }));
        }
        let written = gitops::written(&dir, "revisions/default");
        told(&written);
        for file in written.into_iter().flat_map(|written| written.files) {
            assert!(Path::new(&file).components().count() <= 1 && file != "..", "{file:?}");
        }
    });
}
