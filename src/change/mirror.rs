//! What an installation from a bundle is held to before anything is written: each image is where it is pulled from, as it is in
//! the bundle, and each Secret to pull it with is there.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::check::images::{self, Held, Wrong};
use crate::error::{Error, Result};
use crate::fetch;
use crate::input::bundle::Mirror;
use crate::input::digests;
use crate::text::shell_word;

/// The images that are not as they have to be, each with why; `secrets` are those that are missing.
///
/// # Errors
/// `incomplete` (failed) with all that is missing, and what brings it; what the registry cannot be asked for.
pub(super) async fn check(mirror: &Arc<Mirror>, images: &BTreeSet<String>, secrets: &[String]) -> Result<()> {
    let (of_thread, names) = (Arc::clone(mirror), images.clone());
    let missing_secrets = || secrets.iter().map(|id| format!("{id} is not there"));
    let wrong = fetch::aside(move || wrong(&of_thread, &names)).await.map_err(|error| {
        let error = missing_secrets().fold(error, |error, missing| error.hint(format!("also: {missing}")));
        error.hint("nodes may reach it though mesh does not: --no-image-check leaves the registry unasked")
    })?;
    let of_images = wrong.iter().filter_map(|Held { image, wrong, .. }| {
        Some(match wrong.as_ref()? {
            Wrong::Unlisted => format!("{image} is not in the bundle"),
            wrong => format!("{image} {wrong}"),
        })
    });
    let all: Vec<String> = of_images.chain(missing_secrets()).collect();
    if all.is_empty() {
        return Ok(());
    }
    let path = shell_word(&mirror.bundle.path().display().to_string());
    let mut error =
        Error::in_the_way("incomplete", format!("what is to be pulled is not complete: {}", all.join("; ")));
    let is_unlisted = |one: &&Held| one.wrong == Some(Wrong::Unlisted);
    if wrong.iter().any(|one| is_unlisted(&one)) {
        error = error.hint(format!(
            "make the bundle by the settings that are installed: mesh bundle {path} -f FILE --set PATH=VALUE"
        ));
    }
    if let Some(Held { image, .. }) = wrong.iter().find(|one| !is_unlisted(one)) {
        let registry = image.rsplit_once('/').map_or(image.as_str(), |(registry, _)| registry);
        error = error.hint(format!("to copy the images there: mesh bundle push {path} --registry {registry}"));
    }
    for id in secrets {
        let mut parts = id.rsplit('/');
        let (name, namespace) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        error = error.hint(format!(
            "kubectl create secret docker-registry {name} -n {namespace} --docker-server=REGISTRY --docker-username=USER --docker-password=PASSWORD"
        ));
    }
    Err(error)
}

fn wrong(mirror: &Mirror, images: &BTreeSet<String>) -> Result<Vec<Held>> {
    let list = digests::of_bundle(&mirror.bundle);
    let mut listed = BTreeSet::new();
    for image in images {
        // What is not in the bundle need not be looked for.
        listed.extend(list.of(&digests::reference(image)?).map(|_| image.clone()));
    }
    let found = mirror.asks.then(|| digests::resolve(&listed, mirror.insecure, mirror.limit)).transpose()?;
    let all = images::all(images, Some(&list), found.as_ref())?;
    Ok(all.into_iter().filter(|one| one.wrong.is_some()).collect())
}
