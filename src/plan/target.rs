//! What an uninstallation is about: everything, a revision, or one installation; and who goes with it.

use std::collections::{BTreeSet, HashSet};

use super::ledger::{History, Ledger};
use super::removal::Reach;
use crate::config::{self, ComponentKind};
use crate::error::{Error, Result};
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::render;

/// What the command line names.
pub enum Meant {
    /// All of it, whoever made it.
    Everything,
    /// The only one there is.
    Only,
    /// The control plane of a revision, with what belongs to it.
    Revision(String),
    /// By `-f` or `--set`.
    Installation(Installation, Box<config::Inputs>),
    /// By its name, perhaps without a revision.
    Named(String, Option<String>),
}

/// What goes.
pub struct Going {
    /// The revision, none for all of them.
    pub revision: Option<String>,
    /// The installations whose records go.
    pub installations: BTreeSet<Installation>,
    /// What of the cluster that is.
    pub reach: Reach,
    /// How people call it.
    pub name: String,
}

impl Meant {
    /// What the inputs say on a cluster of that version, but for what all revisions share.
    ///
    /// # Errors
    /// What [`config::load`] and [`render::render`] say.
    pub fn inputs_say(&self, cluster: &render::Target) -> Result<HashSet<ObjectId>> {
        let Self::Installation(_, inputs) = self else { return Ok(HashSet::new()) };
        let bundle = render::render(&config::load(inputs)?, cluster)?;
        let own = bundle.components.iter().filter(|rendered| rendered.component.kind != ComponentKind::Core);
        Ok(own.flat_map(|rendered| &rendered.objects).map(Object::id).collect())
    }

    /// What goes, by the revisions that there are (`names`) and what is recorded.
    ///
    /// # Errors
    /// `unknown-revision`, `unknown-installation`, `nothing-installed` (failed), `which-revision`, `which-installation`
    /// (usage).
    pub fn going(&self, names: &BTreeSet<String>, ledger: &Ledger, namespace: &str) -> Result<Going> {
        match self {
            Self::Everything => Ok(Going {
                revision: None,
                installations: ledger.installations().map(|(one, _)| one.clone()).collect(),
                reach: Reach::All,
                name: "everything".to_owned(),
            }),
            Self::Revision(revision) => of_revision(revision, names, ledger),
            Self::Named(name, revision) => {
                let known = |revision: &str| ledger.meant(revision, namespace, Some(name));
                let meant = match revision {
                    Some(revision) => known(revision),
                    None => ledger.only(namespace, Some(name)),
                }?;
                of_installation(&meant, ledger)
            }
            Self::Installation(installation, _) => {
                let is_recorded = !ledger.history(installation).records.is_empty();
                if installation.name.is_none() && !is_recorded {
                    // Whoever installed it: without a name it is its revision.
                    return of_revision(&installation.revision, names, ledger);
                }
                of_installation(installation, ledger)
            }
            Self::Only => {
                let list = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                if names.len() > 1 {
                    return Err(Error::usage("which-revision", format!("there are several revisions: {list}"))
                        .hint("name one with --revision, or remove all of them with --purge"));
                }
                let recorded: Vec<String> = ledger.installations().map(|(one, _)| one.to_string()).collect();
                if recorded.len() > 1 {
                    let message = format!("there are several installations: {}", recorded.join(", "));
                    return Err(Error::usage("which-installation", message)
                        .hint("name one with -f FILE or --installation, or remove all of them with --purge"));
                }
                match names.first() {
                    Some(revision) => of_revision(revision, names, ledger),
                    None => Err(Error::failed("nothing-installed", "no revision of Istio is installed")
                        .hint("what is left of an earlier installation goes with: mesh uninstall --purge")),
                }
            }
        }
    }
}

/// The control plane of a revision, with the installations that have it; all of the revision where none does.
fn of_revision(revision: &str, names: &BTreeSet<String>, ledger: &Ledger) -> Result<Going> {
    if !names.contains(revision) {
        let error = Error::failed("unknown-revision", format!("there is no revision {revision}"));
        let list = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(if names.is_empty() {
            error.hint("no control plane is installed; what is left of others goes with: mesh uninstall --purge")
        } else {
            error.hint(format!("there are: {list}"))
        });
    }
    let of = |planes: bool| -> BTreeSet<Installation> {
        let all = ledger.installations().filter(|(one, _)| one.revision == revision);
        let meant = all.filter(|(_, history)| !planes || has_control_plane(history));
        meant.map(|(one, _)| one.clone()).collect()
    };
    let with_plane = of(true);
    let installations = if with_plane.is_empty() { of(false) } else { with_plane };
    let inventory = inventory(&installations, ledger);
    Ok(Going {
        revision: Some(revision.to_owned()),
        installations,
        reach: Reach::Revision(revision.to_owned(), inventory),
        name: format!("revision {revision}"),
    })
}

fn of_installation(installation: &Installation, ledger: &Ledger) -> Result<Going> {
    let history = ledger.history(installation);
    let installations = BTreeSet::from([installation.clone()]);
    let reach = if history.records.is_empty() {
        Reach::Labelled(installation.clone(), HashSet::new())
    } else {
        Reach::Recorded(inventory(&installations, ledger))
    };
    let name = format!("installation {installation}");
    Ok(Going { revision: Some(installation.revision.clone()), installations, reach, name })
}

fn inventory(installations: &BTreeSet<Installation>, ledger: &Ledger) -> HashSet<ObjectId> {
    installations.iter().flat_map(|one| ledger.history(one).inventory()).collect()
}

fn has_control_plane(history: &History) -> bool {
    history.inventory().iter().any(|id| id.kind == "Deployment" && id.name.starts_with("istiod"))
}
