//! Helm's objects that change hands: what will, and what has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::document;
use crate::error::Result;
use crate::plan::adoption::Release;
use crate::read::releases::Releases;
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
        lines.push(format!("later, mesh install would change {}:", text::count(pending.len(), "field")));
        lines.extend(pending.iter().take(SHOWN).map(|line| format!("  {line}")));
    }
    lines
}

impl Handing<'_> {
    /// As a document.
    pub fn json(&self) -> String {
        let Self { cluster, revision, released, dry_run, objects, releases, pending } = self;
        let names: Vec<String> = releases.iter().map(ToString::to_string).collect();
        let element = json!({
            "revision": revision, "released": released, "dryRun": dry_run,
            "objects": objects, "releases": names, "pending": pending,
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
                "the objects are as they were; mesh install would change {fields} and the labels: see mesh diff"
            ));
        }
        Ok(())
    }
}
