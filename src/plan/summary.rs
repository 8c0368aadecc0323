//! What a plan changes, and what that means: what `diff`, dry runs and every question before a change show.

mod effects;

pub use effects::{Effect, Impact};

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::istio::{Maker, maker};
use crate::object::{Object, ObjectId, types};
use crate::plan::compare::Difference;
use crate::plan::decide::{Action, compare};
use crate::plan::filter::Reason;
use crate::plan::ownership::Context;
use crate::plan::restore::Restore;

/// How sure it is that the API server takes an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// The server was asked, and would take it.
    Server,
    /// Its fields are those of its kind; it could not be tried, as its namespace or its kind is new, or need not be.
    Schema,
    /// Nothing is known.
    None,
}

/// An object that is not there.
#[derive(Debug, Clone, PartialEq)]
pub struct Creation {
    /// The object.
    pub id: ObjectId,
    /// How it was checked.
    pub check: Checked,
    /// Fields its kind does not have.
    pub unknown: Vec<String>,
}

/// An object that is there and differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The object.
    pub id: ObjectId,
    /// Its fields that differ.
    pub differences: Vec<Difference>,
    /// The field that makes it necessary to delete and create it.
    pub recreated_for: Option<String>,
    /// The installation whose it was until now, where that is another one.
    pub moves_from: Option<String>,
}

/// What a plan changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Objects to create, in the order of the plan.
    pub create: Vec<Creation>,
    /// Objects to change.
    pub change: Vec<Changed>,
    /// Objects to delete, in that order.
    pub delete: Vec<ObjectId>,
    /// Objects that are not wanted any more and stay, with why.
    pub keep: Vec<(ObjectId, String)>,
    /// Objects that may not be written, with why: conflicts, refusals of the server, other owners.
    pub refused: Vec<(ObjectId, String)>,
    /// Known installers whose fields are taken over, each with of how many objects.
    pub taken_over: BTreeMap<String, usize>,
    /// Control planes and gateways among what is wanted that others made, each with who.
    pub made_by: Vec<(ObjectId, Maker)>,
    /// What all that does to what runs.
    pub effects: Vec<Effect>,
}

impl Summary {
    /// Sums a plan up. `objects` are all that are wanted; `refused` is what the server said no to.
    pub fn of<'o>(
        objects: impl IntoIterator<Item = &'o Object>,
        live: &HashMap<ObjectId, Object>,
        actions: &HashMap<ObjectId, Action>,
        unwanted: &[(ObjectId, Option<Reason>)],
        refused: &[(ObjectId, String)],
    ) -> Self {
        let mut summary = Self { refused: refused.to_vec(), ..Self::default() };
        for object in objects {
            let id = object.id();
            summary.made_by.extend(live.get(&id).and_then(maker::of_others).map(|maker| (id.clone(), maker)));
            match actions.get(&id) {
                Some(Action::Create(body)) => summary.create.push(creation(body)),
                Some(Action::Apply(apply)) => {
                    for manager in &apply.force_over {
                        *summary.taken_over.entry(manager.clone()).or_insert(0) += 1;
                    }
                    if !apply.differences.is_empty() {
                        summary.change.push(Changed {
                            id,
                            differences: apply.differences.clone(),
                            recreated_for: None,
                            moves_from: None,
                        });
                    }
                }
                Some(Action::Recreate(recreate)) => summary.change.push(Changed {
                    id,
                    differences: recreate.differences.clone(),
                    recreated_for: Some(recreate.because.clone()),
                    moves_from: None,
                }),
                Some(Action::Conflict(differences)) => {
                    summary.refused.extend(differences.iter().map(|difference| (id.clone(), difference.to_string())));
                }
                Some(Action::Skip(reason)) => summary.refused.push((id, reason.to_string())),
                Some(Action::Unchanged) | None => {}
            }
        }
        for (id, reason) in unwanted {
            match reason {
                None => summary.delete.push(id.clone()),
                Some(reason) => summary.keep.push((id.clone(), reason.to_string())),
            }
        }
        summary.refused.sort();
        summary.effects = effects::of(&summary, live);
        summary
    }

    /// Says of each change from which other installation the object moves.
    pub fn with_moves(mut self, from: impl Fn(&ObjectId) -> Option<String>) -> Self {
        for change in &mut self.change {
            change.moves_from = from(&change.id);
        }
        self
    }

    /// Says of what is created whether the server was asked about it.
    pub fn with_tried(mut self, tried: &BTreeSet<ObjectId>) -> Self {
        for creation in self.create.iter_mut().filter(|creation| tried.contains(&creation.id)) {
            creation.check = Checked::Server;
        }
        self
    }

    /// Whether it cannot be carried out as it is; `lenient` is whether fields that kinds do not have are let through.
    pub fn is_refused(&self, lenient: bool) -> bool {
        !self.refused.is_empty() || (!lenient && self.create.iter().any(|creation| !creation.unknown.is_empty()))
    }

    /// Sums a way back up; `refused` is what the server said no to.
    pub fn of_restore(restore: &Restore, live: &HashMap<ObjectId, Object>, refused: &[(ObjectId, String)]) -> Self {
        let context = Context::of(live.values());
        let change = restore.replace.iter().map(|body| {
            let id = body.id();
            let differences = live.get(&id).map(|live| compare(body, live, &context)).unwrap_or_default();
            Changed { id, differences, recreated_for: None, moves_from: None }
        });
        let anew = restore.recreate.iter().map(|recreate| Changed {
            id: recreate.body.id(),
            differences: recreate.differences.clone(),
            recreated_for: Some(recreate.because.clone()),
            moves_from: None,
        });
        let create = restore.create.iter().map(creation);
        let mut summary = Self {
            change: change.chain(anew).collect(),
            create: create.collect(),
            delete: restore.delete.iter().map(|(id, _)| id.clone()).collect(),
            keep: restore.keep.clone(),
            taken_over: restore.taken_over.clone(),
            refused: refused.to_vec(),
            ..Self::default()
        };
        for (id, differences) in &restore.conflicts {
            summary.refused.extend(differences.iter().map(|difference| (id.clone(), difference.to_string())));
        }
        summary.effects = effects::of(&summary, live);
        summary
    }

    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.create.is_empty() && self.change.is_empty() && self.delete.is_empty() && self.refused.is_empty()
    }

    /// Whether objects that exist change or go.
    pub fn touches_existing(&self) -> bool {
        !self.change.is_empty() || !self.delete.is_empty()
    }
}

/// What is to be made, checked by what is known of its kind.
fn creation(body: &Object) -> Creation {
    let id = body.id();
    match types::unknown_fields(body) {
        Some(unknown) => Creation { id, check: Checked::Schema, unknown },
        None => Creation { id, check: Checked::None, unknown: Vec::new() },
    }
}

#[cfg(test)]
mod tests;
