//! Bundles that were written and pushed, and those on their way.

use std::path::Path;
use std::sync::Mutex;

use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::arriving;
use super::document;
use crate::input::bundle::{Image, Step, Written};
use crate::text::{count, shell_word};
use crate::ui::{Ui, sanitize};

/// What is in it, and what to do with it.
pub fn written(written: &Written) -> String {
    let Written { path, sha256, bytes, version, images } = written;
    let has_images = images.iter().any(|one| one.digest.is_some());
    let (path, file) = (path.display(), shell_word(&path.display().to_string()));
    let of_images = if has_images { count(images.len(), "image") } else { "no images".to_owned() };
    let size = arriving::mebibytes(*bytes);
    let mut text = format!("✔ {path}: Istio {version}, {of_images}, {size}\n  sha256 {sha256}\n");
    if has_images {
        text += &format!("→ mesh bundle push {file} --registry HOST/PATH\n");
    }
    text + &format!("→ mesh install --bundle {file} --registry HOST/PATH, with the same -f and --set\n")
}

/// A document of kind `BundleFile`.
pub fn written_json(written: &Written) -> String {
    let Written { path, sha256, bytes, version, images } = written;
    let file = json!({
        "path": path, "sha256": sha256, "bytes": bytes, "istioVersion": version, "images": listed(images),
    });
    document::of("BundleFile", "file", file)
}

/// Says that a bundle is read, which takes a while for a large one.
pub fn reading(ui: &Ui, path: &Path) {
    ui.progress(&format!("reading {}", sanitize(&path.display().to_string())));
}

/// A line an image.
pub fn pushed(images: &[Image]) -> String {
    images
        .iter()
        .map(|one| format!("✔ {}@{}\n", sanitize(&one.image), one.digest.as_deref().unwrap_or_default()))
        .collect()
}

/// A document of kind `ImageList`.
pub fn pushed_json(images: &[Image]) -> String {
    document::of("ImageList", "images", listed(images))
}

fn listed(images: &[Image]) -> Value {
    images.iter().map(|one| json!({ "image": one.image, "digest": one.digest })).collect()
}

/// Tells of what is copied: a terminal gets one live line, a pipe a line an image.
pub fn teller(ui: &Ui, doing: &'static str) -> impl Fn(&Step<'_>) + Send + Sync + use<> {
    let (ui, bar) = (ui.clone(), Mutex::new(None::<ProgressBar>));
    move |step| {
        let Ok(mut bar) = bar.lock() else { return };
        match step {
            Step::Looking { image } => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
                ui.progress(&format!("looking at {}", sanitize(image)));
            }
            Step::Copying { here, total } => {
                let bar = bar.get_or_insert_with(|| arriving::begun(&ui, doing, doing, Some(*total)));
                bar.set_position(*here);
                if here == total {
                    bar.finish_and_clear();
                }
            }
        }
    }
}
