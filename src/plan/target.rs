//! What an uninstallation is about: everything, a revision, or one installation; and who goes with it.

use std::collections::{BTreeSet, HashSet};

use super::ledger::Ledger;
use super::removal::{Reach, Removal};
use crate::config::{self, ComponentKind};
use crate::error::{Error, Result};
use crate::istio::Installation;
use crate::istio::plane::is_istiod;
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
                let recorded: Vec<&Installation> = ledger.installations().map(|(one, _)| one).collect();
                if recorded.len() > 1 {
                    let names = Installation::names(recorded.iter().copied()).join(", ");
                    let message = format!("there are several installations: {names}");
                    let error = Error::usage("which-installation", message)
                        .hint("name one with -f FILE or --installation, or remove all of them with --purge");
                    let has_unnamed = recorded.iter().any(|one| one.name.is_none());
                    return Err(if has_unnamed {
                        error.hint("the one without a name is --installation ''")
                    } else {
                        error
                    });
                }
                match names.first() {
                    Some(revision) => of_revision(revision, names, ledger),
                    None => Err(Error::failed("nothing-installed", "no revision of Istio is installed")
                        .hint("what is left of an earlier installation goes with: mesh uninstall --purge")),
                }
            }
        }
    }

    /// The revisions that go with `removal`, of all that there are (`names`): the one that goes where its control plane does,
    /// or where it is asked for by its name. With gateways alone goes none.
    pub fn gone(
        &self,
        removal: &Removal,
        found: &[Object],
        revision: Option<&str>,
        names: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let Some(revision) = revision else { return names.clone() };
        let is_injecting = |object: &Object| is_istiod(object) || object.label("app") == Some("sidecar-injector");
        let mut going = found.iter().filter(|object| removal.goals().any(|goal| goal.id == object.id()));
        let by_name = !matches!(self, Self::Installation(..) | Self::Named(..));
        if by_name || going.any(is_injecting) {
            return BTreeSet::from([revision.to_owned()]);
        }
        BTreeSet::new()
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
        let meant = all.filter(|(_, history)| !planes || history.has_control_plane());
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::plan::removal::{Extent, removal};
    use serde_json::json;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn inputs(name: Option<&str>) -> Meant {
        let installation = Installation::unnamed("default", "istio-system");
        let name = name.map(str::to_owned);
        Meant::Installation(Installation { name, ..installation }, Box::default())
    }

    #[test]
    fn what_is_named_is_found_or_refused() {
        let (none, default, two) = (set(&[]), set(&["default"]), set(&["canary", "default"]));
        let revision = |name: &str| Meant::Revision(name.to_owned());
        let table = [
            (Meant::Everything, &none, "everything"),
            (revision("canary"), &two, "revision canary"),
            (revision("canary"), &default, "unknown-revision"),
            (Meant::Only, &default, "revision default"),
            (Meant::Only, &two, "which-revision"),
            (Meant::Only, &none, "nothing-installed"),
            // Whoever installed it: without a name it is its revision.
            (inputs(None), &default, "revision default"),
            (inputs(None), &none, "unknown-revision"),
            (inputs(Some("gw")), &default, "installation gw (revision default)"),
            // What is recorded nowhere, labels may tell of.
            (Meant::Named("gw".to_owned(), None), &default, "installation gw (revision default)"),
        ];
        for (row, (target, names, expected)) in table.into_iter().enumerate() {
            let going = target.going(names, &Ledger::default(), "istio-system");
            let said = going.map_or_else(|error| error.id().to_owned(), |going| going.name);
            assert_eq!(said, expected, "row {row}, of {names:?}");
        }
    }

    #[test]
    fn a_revision_goes_by_its_name_or_with_its_control_plane() {
        let object = |kind: &str, app: &str| {
            let labels = json!({"app": app, "istio.io/rev": "default", "operator.istio.io/component": "Pilot"});
            let metadata = json!({"name": app, "uid": app, "labels": labels});
            Object::new(json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata})).unwrap()
        };
        let (names, default) = (set(&["canary", "default"]), set(&["default"]));
        let gone = |target: &Meant, revision: Option<&str>, found: &[Object]| {
            target.gone(&removal(found, &[], &Extent::default()), found, revision, &names)
        };
        assert_eq!(gone(&Meant::Everything, None, &[]), names);
        assert_eq!(gone(&Meant::Revision("default".to_owned()), Some("default"), &[]), default);
        for target in [inputs(Some("gw")), Meant::Named("gw".to_owned(), None)] {
            let gone = |found: &[Object]| gone(&target, Some("default"), found);
            assert_eq!(gone(&[object("Deployment", "istiod")]), default);
            assert_eq!(gone(&[object("MutatingWebhookConfiguration", "sidecar-injector")]), default);
            // Of an installation of gateways alone nothing injects.
            assert_eq!(gone(&[object("Deployment", "istio-ingressgateway")]), set(&[]));
        }
    }
}
