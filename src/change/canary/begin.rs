//! What an upgrade begins with: from which revision, to which, with which inputs.

use serde_json::Value;

use super::{Canary, Plan, Wish};
use crate::change::runner::Run;
use crate::component::ISTIO_VERSION;
use crate::config::{self, Inputs};
use crate::error::{Error, Result};
use crate::input::{Asked, Home, Parts, Precedence};
use crate::istio::{DEFAULT, DEFAULT_NAMESPACE, Installation, Maker, Picture};
use crate::plan::canary::{self, Note, Row};
use crate::plan::ledger::Ledger;
use crate::plan::tag;
use crate::read::Moving as Seen;

impl Canary<'_> {
    /// What is to be done, by what is there; none where nothing is under way and nothing is to begin.
    pub(super) fn planned(&self, run: &Run<'_>, mut seen: Seen) -> Result<Option<Plan>> {
        let doing = self.options.doing;
        let home = home(run);
        let names = seen.picture.names();
        // Where all of it was removed meanwhile, what was noted is about nothing any more.
        let stands = |note: &Note| names.contains(&note.from) || names.contains(&note.to);
        let (mut note, mut asked) = match seen.note.take().filter(stands) {
            Some(note) => {
                let asked = resumed(self.asked, &note, home)?;
                (note, asked)
            }
            None if doing == Wish::Go => self.begun(run, &seen)?,
            None if doing == Wish::Status => return Ok(None),
            None => {
                return Err(
                    Error::usage("no-upgrade", "no upgrade is under way").hint("begin one: mesh upgrade --canary")
                );
            }
        };
        if !note.aborting && doing != Wish::Status {
            note.add(&seen.picture);
        }
        if doing == Wish::Abort {
            note.aborting = true;
        }
        let rows = seen.way(&note);
        self.check_namespaces(&note, &rows)?;
        let source = source(&note, &asked, &seen.ledger, home.namespace);
        asked = asked.beside(&source, &note.to);
        asked.mirror.clone_from(&self.asked.mirror);
        Ok(Some(Plan { seen, note, rows, asked }))
    }

    /// A new upgrade.
    fn begun(&self, run: &Run<'_>, seen: &Seen) -> Result<(Note, Asked)> {
        let from = old(&seen.picture)?;
        let plane = with_plane(&seen.ledger, &from).ok_or_else(|| unrecorded(&seen.picture, &from))?;
        let namespace = &run.caller.istio_namespace;
        let meant = seen.ledger.meant(&from, namespace, self.asked.installation.name.as_deref());
        // Gateways in files of their own move too; the inputs are those of the control plane.
        let of_old = meant.unwrap_or(plane);
        // Its inputs say which version that will be; the revision that they are rendered for says nothing of it.
        let draft = self.asked.clone().beside(&of_old, &from);
        let resolved = draft.resolve(&seen.ledger)?;
        let to = match &self.asked.given.revision {
            Some(name) => name.clone(),
            None => canary::revision(&config::load(&resolved.inputs)?)?,
        };
        if to == from || to == DEFAULT {
            return Err(Error::usage(
                "same-revision",
                format!("the new revision would be called {to}, as the old one is"),
            )
            .hint("give it a name of its own: --revision NAME"));
        }
        if seen.picture.tags().contains_key(&to) {
            return Err(Error::usage(
                "tag-of-that-name",
                format!("there is a tag {to}, which a revision cannot be called"),
            )
            .hint("give it a name of its own: --revision NAME"));
        }
        let mut note = Note::begin(&from, &to, &seen.picture, &seen.ledger);
        note.stamp(&seen.default_tag);
        note.inputs = config::given(&self.asked.given)?;
        note.exactly = self.asked.is_given();
        Ok((note, self.asked.clone()))
    }

    /// Holds `--namespaces` to those that there are to move.
    fn check_namespaces(&self, note: &Note, rows: &[Row]) -> Result<()> {
        let known: Vec<&str> = rows.iter().filter_map(|row| row.step.namespace()).collect();
        match self.options.namespaces.iter().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let message = format!("namespace {name} has nothing of revision {}", note.from);
                Err(Error::usage("not-of-this-revision", message).hint(format!("there are: {}", known.join(", "))))
            }
        }
    }
}

fn home<'a>(run: &'a Run<'_>) -> Home<'a> {
    let namespace = run.caller.istio_namespace.as_str();
    Home { namespace, is_given: namespace != DEFAULT_NAMESPACE }
}

/// What was given when it began; what is given now has to be the same, or nothing.
fn resumed(now: &Asked, note: &Note, home: Home<'_>) -> Result<Asked> {
    let other = now.given.revision.as_ref().filter(|name| **name != note.to);
    let mut bare = now.given.clone();
    bare.revision = None;
    let bare = config::given(&bare)?;
    let mut noted = note.inputs.clone();
    if let Some(spec) = noted.get_mut("spec").and_then(Value::as_object_mut) {
        spec.remove("revision");
    }
    let is_empty = bare == config::given(&Inputs { sets: home.set().into_iter().collect(), ..Inputs::default() })?;
    if other.is_some() || !is_empty && bare != noted && bare != note.inputs {
        return Err(Error::usage(
            "another-upgrade",
            format!("an upgrade of revision {} to {} is under way", note.from, note.to),
        )
        .hint("go on with it: mesh upgrade --canary --continue")
        .hint("or move everything back first: mesh upgrade --canary --abort"));
    }
    let rule = if note.exactly { Precedence::Given } else { Precedence::RecordedAndGiven };
    let mut inputs = config::recorded(&note.inputs, "the note of the upgrade")?;
    crate::input::read_charts(&mut inputs, None)?;
    Asked::of(inputs, true, rule, home)
}

/// The revision that moves: the default one, else the only one.
fn old(picture: &Picture) -> Result<String> {
    if let Some(revision) = tag::leads_to(picture, DEFAULT) {
        return Ok(revision);
    }
    let names = picture.names();
    let mut all = names.iter();
    match (all.next(), all.next()) {
        (Some(only), None) => Ok(only.clone()),
        (None, _) => {
            Err(Error::failed("nothing-installed", "no revision of Istio is installed")
                .hint("install one: mesh install"))
        }
        _ => {
            let list: Vec<&str> = names.iter().map(String::as_str).collect();
            Err(Error::usage(
                "which-revision",
                format!("there are several revisions, and none is the default one: {}", list.join(", ")),
            )
            .hint("make the one that is to move the default one: mesh tag set default --revision NAME"))
        }
    }
}

/// That nobody knows what the old revision was made from, and how that comes to be recorded without changing it.
fn unrecorded(picture: &Picture, from: &str) -> Error {
    let found = picture.revisions().into_iter().find(|one| one.revision == from);
    let (version, maker) = found.map(|one| (one.version, one.made_by)).unwrap_or_default();
    let by = maker.as_ref().map(|maker| format!(", which {maker} made")).unwrap_or_default();
    let error = Error::usage("no-record", format!("nothing is recorded of revision {from}{by}"));
    let error = match maker {
        Some(Maker::Helm { .. }) => error.hint("take it over as it is first: mesh adopt"),
        _ => {
            let version = version.filter(|one| one != ISTIO_VERSION);
            let flag = version.map(|version| format!(" --version {version}")).unwrap_or_default();
            error.hint(format!(
                "take it over as it is first, with the inputs it was made from: mesh install -f FILE{flag}"
            ))
        }
    };
    error.hint("then go on: mesh upgrade --canary")
}

/// The installation whose inputs hold the control plane of a revision.
fn with_plane(ledger: &Ledger, revision: &str) -> Option<Installation> {
    let mut all = ledger.standing().filter(|(one, _)| one.revision == revision);
    all.find(|(_, history)| history.has_control_plane()).map(|(one, _)| one.clone())
}

/// The installation from whose inputs the new control plane is made.
fn source(note: &Note, asked: &Asked, ledger: &Ledger, namespace: &str) -> Installation {
    let plane = with_plane(ledger, &note.from).or_else(|| with_plane(ledger, &note.to));
    let source = plane.unwrap_or_else(|| Installation::unnamed(&note.from, namespace));
    let name = match &asked.installation.name {
        // As the command line calls the one without.
        Some(name) if name.is_empty() => None,
        name => name.clone().or(source.name),
    };
    Installation { revision: note.from.clone(), name, ..source }
}

/// The installations to install, that of the control plane first.
pub(super) fn homes(note: &Note, asked: &Asked, ledger: &Ledger, parts: Parts) -> Vec<Installation> {
    let first = source(note, asked, ledger, &asked.installation.namespace);
    let mut all = vec![first.clone()];
    if parts == Parts::All {
        all.extend(note.homes(&note.from, &first.namespace).into_iter().filter(|one| *one != first));
    }
    all
}

/// The inputs of the one that `from` becomes. What was given is about the control plane's; others stay as recorded.
pub(super) fn asked_for(asked: &Asked, note: &Note, from: &Installation) -> Asked {
    if from.is_called(asked.installation.name.as_deref().unwrap_or_default()) {
        return asked.clone();
    }
    Asked::upgraded(from).beside(from, &note.to)
}
