//! The way of a mesh from one revision to another: its steps, and how far it has come. Pure.
//!
//! ```text
//! what is in the cluster, and what was noted of it before the first write → steps, each done, next, to do or blocked
//! ```

mod note;
#[cfg(test)]
mod tests;

pub use note::{CONFIG_MAP, Labels, Note};

use std::collections::BTreeSet;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::istio::{DEFAULT, Picture, asks};
use crate::object::ObjectId;
use crate::plan::ledger::Ledger;
use crate::plan::restart::PodOwner;
use crate::plan::state::Outcome;
use crate::plan::tag;

/// A pod with a proxy.
#[derive(Debug, Clone)]
pub struct Held {
    /// The pod.
    pub pod: ObjectId,
    /// Whose it is.
    pub owner: PodOwner,
    /// The revision of its proxy; of pods that only ask for one, the one behind the tag.
    pub revision: String,
    /// Whether its proxy is a gateway's.
    pub gateway: bool,
    /// What its own label `istio.io/rev` says.
    pub label: Option<String>,
}

/// What there is of an upgrade.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Who uses which revision.
    pub picture: &'a Picture,
    /// All pods with a proxy.
    pub held: &'a [Held],
    /// What is recorded of installations.
    pub ledger: &'a Ledger,
    /// What was noted before the first write.
    pub note: &'a Note,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The new control plane comes beside the old one.
    Install,
    /// A tag leads to the new revision.
    Tag(String),
    /// A namespace gets the label of the new revision where it names the old one, and its workloads restart.
    Namespace(String),
    /// Gateways, and what there is once on every node, become the new installation's.
    Gateways,
    /// The tag `default` leads to the new revision.
    Default,
    /// Workloads restart that name no revision, in namespaces that name none either.
    Pods(String),
    /// The old revision goes.
    Finish,
}

impl Step {
    /// The namespace whose workloads it restarts.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Namespace(name) | Self::Pods(name) => Some(name),
            Self::Install | Self::Tag(_) | Self::Gateways | Self::Default | Self::Finish => None,
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is as it is to be.
    Done,
    /// It is the next one.
    Next,
    /// It comes later.
    ToDo,
    /// Something has to be done first that this cannot do.
    Blocked,
}

/// A pod, or a workload, that keeps the old revision alive and is not restarted here.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stuck {
    /// The pod or workload.
    pub object: ObjectId,
    /// Why it is left alone, and what to do.
    pub why: String,
}

/// A step with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The step.
    pub step: Step,
    /// Where it stands.
    pub state: State,
    /// The workloads that have old proxies still.
    pub workloads: BTreeSet<ObjectId>,
    /// What keeps its old proxy.
    pub stuck: Vec<Stuck>,
}

/// All steps that are to be done, or were, in their order: those of the way back where everything is to go back.
pub fn way(seen: &Seen<'_>) -> Vec<Row> {
    let Note { from, to, aborting, .. } = seen.note;
    let mut rows = if *aborting {
        let note = Note { from: to.clone(), to: from.clone(), ..seen.note.clone() };
        let mut rows = steps(&Seen { note: &note, ..*seen });
        // Nothing is installed anew where it stayed, and gateways are the old one's again once the new one is gone.
        rows.retain(|row| row.step != Step::Install || row.state != State::Done);
        rows.sort_by_key(|row| match row.step {
            Step::Default => 0,
            Step::Tag(_) => 1,
            Step::Namespace(_) | Step::Pods(_) => 2,
            Step::Finish => 3,
            Step::Install | Step::Gateways => 4,
        });
        rows
    } else {
        steps(seen)
    };
    let next = rows.iter_mut().find(|row| row.state == State::ToDo);
    if let Some(row) = next {
        row.state = State::Next;
    }
    rows
}

fn steps(seen: &Seen<'_>) -> Vec<Row> {
    let Seen { picture, held, note, .. } = seen;
    let (mut plain, mut tagged, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    let named = note.namespaces.keys().cloned();
    let all: BTreeSet<String> = named.chain(held.iter().filter(|one| one.revision == note.from).map(place)).collect();
    for name in all {
        let row = seen.row(&name);
        let asked = picture.namespaces.iter().find(|one| one.name() == name).and_then(asks::of_namespace);
        let before = note.asked(&name).or(asked);
        let has_gateway = held.iter().any(|one| one.gateway && place(one) == name);
        match before {
            Some(tag) if note.tags.iter().any(|known| known == tag) => tagged.push((tag.to_owned(), has_gateway, row)),
            Some(_) if note.namespaces.contains_key(&name) => plain.push((has_gateway, row)),
            // What names no revision waits for the tag `default`; the rest is nobody's to move.
            _ if !row.workloads.is_empty() || !row.stuck.is_empty() => {
                rest.push(Row { step: Step::Pods(name), ..row });
            }
            _ => {}
        }
    }
    // Gateways go last.
    plain.sort_by_key(|(has_gateway, _)| *has_gateway);
    tagged.sort_by_key(|(tag, has_gateway, _)| (tag.clone(), *has_gateway));
    let mut rows = vec![seen.simple(Step::Install, seen.is_installed())];
    rows.extend(plain.into_iter().map(|(_, row)| row));
    for tag in &note.tags {
        rows.push(seen.simple(Step::Tag(tag.clone()), seen.leads_to_new(tag)));
        rows.extend(tagged.iter().filter(|(known, ..)| known == tag).map(|(.., row)| row.clone()));
    }
    if !note.gateways.is_empty() {
        rows.push(seen.simple(Step::Gateways, seen.has_gateways()));
    }
    if note.default {
        rows.push(seen.simple(Step::Default, seen.leads_to_new(DEFAULT)));
    }
    rows.extend(rest);
    rows.push(seen.finish(&rows));
    rows
}

/// What a new revision is called that nobody gives a name: `1-30-3` for inputs that install 1.30.3.
///
/// # Errors
/// `no-version` (usage) where the tag is none of a version.
pub fn revision(config: &Config) -> Result<String> {
    let tag = ["values.global.tag", "tag"]
        .iter()
        .find_map(|path| config.text(path))
        .unwrap_or_else(|| crate::component::version(config));
    let number: String = tag.chars().take_while(|one| one.is_ascii_digit() || *one == '.').collect();
    let name = number.trim_matches('.').replace('.', "-");
    if name.is_empty() {
        return Err(Error::usage("no-version", format!("the tag {tag} tells no version to call the new revision by"))
            .hint("give it a name: --revision NAME"));
    }
    Ok(name)
}

/// The namespace of a pod.
fn place(one: &Held) -> String {
    one.pod.namespace.clone().unwrap_or_default()
}

impl Seen<'_> {
    fn simple(&self, step: Step, is_done: bool) -> Row {
        let state = if is_done { State::Done } else { State::ToDo };
        Row { step, state, workloads: BTreeSet::new(), stuck: Vec::new() }
    }

    /// Whether the new control plane is there as recorded.
    fn is_installed(&self) -> bool {
        let note = self.note;
        let mut homes = self.ledger.installations().filter(|(one, _)| one.revision == note.to);
        let is_done = homes.any(|(_, history)| history.newest().is_some_and(|newest| newest.outcome == Outcome::Done));
        is_done && self.picture.names().contains(&note.to)
    }

    fn leads_to_new(&self, name: &str) -> bool {
        tag::leads_to(self.picture, name).as_deref() == Some(self.note.to.as_str())
    }

    /// Whether every gateway of the old installation was last written by the new one, to its end.
    fn has_gateways(&self) -> bool {
        let owners = self.ledger.owners(|_| false);
        let is_new = |id: &ObjectId| owners.get(id).is_some_and(|one| one.revision == self.note.to);
        self.note.gateways.iter().all(is_new) && self.is_installed()
    }

    /// A namespace: what of it runs the old proxy.
    fn row(&self, name: &str) -> Row {
        let Self { picture, held, note, .. } = self;
        let mut row = self.simple(Step::Namespace(name.to_owned()), false);
        let old = held.iter().filter(|one| one.revision == note.from && place(one) == name);
        let object = picture.namespaces.iter().find(|one| one.name() == name);
        let asked = object.and_then(asks::of_namespace);
        for one in old {
            match &one.owner {
                PodOwner::Workload(id) if note.gateways.contains(id) => {}
                PodOwner::Workload(id) if asked.is_none() && one.label.as_deref() == Some(note.from.as_str()) => {
                    let kind = id.kind.to_lowercase();
                    let why = format!(
                        "its template names revision {}: mesh inject {kind} {} -n {name} --revision {}",
                        note.from, id.name, note.to
                    );
                    if row.stuck.iter().all(|known| known.object != *id) {
                        row.stuck.push(Stuck { object: id.clone(), why });
                    }
                }
                PodOwner::Workload(id) => drop(row.workloads.insert(id.clone())),
                PodOwner::Other(why) => row.stuck.push(Stuck { object: one.pod.clone(), why: why.clone() }),
            }
        }
        // Who asks for `default` asks for the tag, whatever revisions are called; any other name may be a revision's own.
        let asks_for_new = asked.is_none_or(|asked| {
            let named = || Some(asked.to_owned()).filter(|name| name != DEFAULT);
            tag::leads_to(picture, asked).or_else(named).as_ref() == Some(&note.to)
        });
        if asks_for_new && row.workloads.is_empty() {
            row.state = if row.stuck.is_empty() { State::Done } else { State::Blocked };
        }
        row
    }

    /// The last step: while anything runs the old proxy, it does not go.
    fn finish(&self, rows: &[Row]) -> Row {
        let is_gone = !self.picture.names().contains(&self.note.from);
        let mut row = self.simple(Step::Finish, is_gone);
        if !is_gone {
            row.stuck = rows.iter().flat_map(|row| row.stuck.iter().cloned()).collect();
            if !row.stuck.is_empty() {
                row.state = State::Blocked;
            }
        }
        row
    }
}
