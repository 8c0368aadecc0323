//! Helm's objects that change hands: what will, and what has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::document;
use crate::error::Result;
use crate::object::ObjectId;
use crate::plan::adoption::Release;
use crate::read::releases::{Releases, State};
use crate::text;
use crate::ui::{self, Style, Ui, sanitize};

/// How many differences are told.
const SHOWN: usize = 10;

/// What became of it, or would.
#[derive(Debug, Clone, Copy)]
pub struct Handing<'a> {
    /// The cluster's name.
    pub cluster: &'a str,
    /// The revision it is about.
    pub revision: &'a str,
    /// Whether they are Helm's again, rather than ours.
    pub released: bool,
    /// Whether it was only shown.
    pub dry_run: bool,
    /// How many objects changed hands.
    pub objects: usize,
    /// The releases they are of.
    pub releases: &'a BTreeSet<Release>,
    /// What an installation would change from now on.
    pub pending: &'a [String],
    /// What of the releases stays Helm's.
    pub foreign: &'a [String],
}

/// The releases, a line each.
pub fn releases(releases: &BTreeSet<Release>) -> Vec<String> {
    releases.iter().map(|release| format!("Helm release {release}")).collect()
}

/// What is said of a plan to take over, a line each.
pub fn lines(releases: &Releases, pending: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&Release, usize> = BTreeMap::new();
    for (_, release) in &releases.objects {
        *counts.entry(release).or_default() += 1;
    }
    let mut lines: Vec<String> = counts
        .iter()
        .map(|(release, count)| format!("Helm release {release}: {}", text::count(*count, "object")))
        .collect();
    lines.push("their fields are held by mesh from now on; nothing that runs changes, no pod restarts".to_owned());
    lines.push(format!(
        "{} of Helm's are kept, hidden from Helm: mesh adopt --release brings them back",
        text::count(releases.records.len(), "record")
    ));
    if !pending.is_empty() {
        lines.push(format!("later, mesh upgrade would change {}:", text::count(pending.len(), "field")));
        lines.extend(pending.iter().take(SHOWN).map(|line| format!("  {line}")));
    }
    lines
}

/// What mesh has made since it adopted, and Helm will not know of, in a sentence; nothing where there is none.
pub fn stays(made: &BTreeSet<ObjectId>) -> Vec<String> {
    if made.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = made.iter().map(ToString::to_string).collect();
    let stay = if made.len() == 1 { "stays" } else { "stay" };
    vec![format!(
        "{} that mesh has made since, and that Helm does not know, {stay}: {}; once istiod is gone such a webhook refuses pods: \
         mesh uninstall --purge after helm uninstall",
        text::count(made.len(), "object"),
        names.join(", ")
    )]
}

/// What is not as simple as the rest of the plan, a sentence each: releases that are only partly Istio's, that Helm has not
/// brought to their end, or that it has no record of.
pub fn warnings(releases: &Releases) -> Vec<String> {
    let mut warnings = Vec::new();
    for release in &releases.umbrellas {
        let others = releases.foreign.iter().filter(|(_, of)| of == release).map(|(object, _)| object.id());
        let others: Vec<ObjectId> = others.collect();
        let stays = if others.is_empty() {
            String::new()
        } else {
            format!(
                "; {} of it {} Helm's: {}",
                others.len(),
                text::verb(others.len(), "stays", "stay"),
                text::few(&others, SHOWN)
            )
        };
        warnings.push(format!(
            "Istio is only a part of Helm release {release}, which goes on with Helm{stays}; take Istio's charts out of it \
             next: helm upgrade leaves what mesh has taken over then, but takes it back while they are in it, and helm \
             uninstall would delete it"
        ));
    }
    for (release, state) in &releases.states {
        warnings.push(match state {
            State::Is(status) if status.starts_with("pending") => format!(
                "Helm release {release} is {status}: another helm is at work on it, or was interrupted; see helm status {} \
                 -n {}",
                release.name, release.namespace
            ),
            State::Is(status) => format!("the last change of Helm release {release} ended as {status}; its objects may be half-way"),
            State::Unrecorded => format!(
                "Helm has no record of release {release} in Secrets or ConfigMaps: where it keeps them in a database \
                 (HELM_DRIVER=sql) they cannot be hidden, and helm uninstall {} -n {} would delete what is taken over",
                release.name, release.namespace
            ),
        });
    }
    warnings
}

impl Handing<'_> {
    /// As a document.
    pub fn json(&self) -> String {
        let Self { cluster, revision, released, dry_run, objects, releases, pending, foreign } = self;
        let names: Vec<String> = releases.iter().map(ToString::to_string).collect();
        let element = json!({
            "revision": revision, "released": released, "dryRun": dry_run,
            "objects": objects, "releases": names, "pending": pending, "foreign": foreign,
        });
        ui::json(&document::of_cluster("Adoption", cluster, element))
    }

    /// In a line, and on stderr what is left to do.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn tell(&self, ui: &Ui) -> Result<()> {
        let Self { released, dry_run, objects, releases, pending, .. } = self;
        let names: Vec<String> = releases.iter().map(ToString::to_string).collect();
        let (names, would) = (sanitize(&names.join(", ")), if *dry_run { "would be " } else { "" });
        let what = if *released { "handed back to" } else { "taken over from" };
        let (check, objects) = (ui.paint_result(Style::Good, "✔"), text::count(*objects, "object"));
        ui.result(&format!("{check} {objects} {would}{what} Helm ({names}); nothing was restarted\n"))?;
        if !released && !pending.is_empty() && !dry_run {
            let fields = text::count(pending.len(), "field");
            ui.progress(&format!(
                "the objects are as they were; mesh upgrade would change {fields} and the labels: see mesh diff"
            ));
        }
        Ok(())
    }
}
