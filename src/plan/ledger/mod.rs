//! All that is recorded: a history an installation, and whose an object is that several of them want.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::istio::{DEFAULT, Installation};
use crate::object::{Object, ObjectId};
use crate::plan::state::{self, INSTALLATION_LABEL, KEPT, Outcome, Parsed, Record};

/// The records of one installation.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Those that can be read, by number, the newest first.
    pub records: Vec<(u64, Record)>,
    /// Those that cannot, with why.
    pub lost: Vec<(u64, String)>,
    /// Secrets without its name in theirs, of before that was part of it: each with what to write in its place.
    pub carried: Vec<(ObjectId, Object)>,
    /// What is to be deleted once these are written.
    pub replaced: Vec<ObjectId>,
    numbers: Vec<(u64, ObjectId)>,
    /// Numbers of its series that others have still.
    taken: BTreeSet<u64>,
    /// The highest resource version of its Secrets.
    version: u64,
}

impl History {
    fn add(&mut self, number: u64, secret: &Object) {
        self.numbers.push((number, secret.id()));
        let version = secret.text("/metadata/resourceVersion").and_then(|version| version.parse().ok());
        self.version = self.version.max(version.unwrap_or(0));
        match state::decode(secret) {
            Ok(record) => self.records.push((number, record)),
            Err(error) => self.lost.push((number, error.to_string())),
        }
    }

    fn sort(&mut self) {
        self.records.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        self.lost.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        self.numbers.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    }

    /// The newest record that can be read.
    pub fn newest(&self) -> Option<&Record> {
        self.records.first().map(|(_, record)| record)
    }

    /// Whether the newest change was not brought to its end.
    pub fn is_unfinished(&self) -> bool {
        self.newest().is_some_and(|record| record.outcome != Outcome::Done)
    }

    /// The newest record with inputs, with its number. A rollback of everything leaves nothing to go by.
    pub fn in_use(&self) -> Option<(u64, &Record)> {
        self.records.first().filter(|(_, record)| !record.inputs.is_null()).map(|(number, record)| (*number, record))
    }

    /// What may be installed: what the newest record names, and where that change did not end well also what those
    /// before it name, down to the last that did.
    pub fn inventory(&self) -> Vec<ObjectId> {
        let mut inventory: Vec<ObjectId> = Vec::new();
        let mut known = HashSet::new();
        for (_, record) in &self.records {
            // What only older records name was written before, so that it is deleted after.
            let unfinished = record.created.iter().filter(|_| record.outcome != Outcome::Done);
            let all = unfinished.chain(&record.inventory);
            let new: Vec<ObjectId> = all.filter(|id| known.insert((*id).clone())).cloned().collect();
            inventory.splice(0..0, new);
            if record.outcome == Outcome::Done {
                break;
            }
        }
        inventory
    }

    /// Whether it holds a control plane.
    pub fn has_control_plane(&self) -> bool {
        self.inventory().iter().any(|id| id.kind == "Deployment" && id.name.starts_with("istiod"))
    }

    /// Why it is not known what is installed: a record that cannot be read, and may name more than [`History::inventory`].
    pub fn gap(&self) -> Option<&str> {
        let whole = self.records.iter().find(|(_, record)| record.outcome == Outcome::Done).map(|(number, _)| *number);
        self.lost.iter().find(|(number, _)| whole.is_none_or(|whole| *number > whole)).map(|(_, why)| why.as_str())
    }

    /// The number of the next record: unreadable ones keep theirs.
    pub fn next(&self) -> u64 {
        let own = self.numbers.first().map(|(number, _)| *number);
        own.max(self.taken.last().copied()).map_or(1, |number| number.saturating_add(1))
    }

    /// The Secrets to delete once record `number` is written, so that [`KEPT`] remain.
    pub fn obsolete(&self, number: u64) -> Vec<ObjectId> {
        let others = self.numbers.iter().filter(|(other, _)| *other != number);
        others.skip(KEPT - 1).map(|(_, id)| id.clone()).collect()
    }

    /// The Secrets that hold it.
    pub fn secrets(&self) -> impl Iterator<Item = &ObjectId> {
        let own = self.numbers.iter().map(|(_, id)| id);
        own.chain(self.replaced.iter().filter(|id| self.numbers.iter().all(|(_, known)| known != *id)))
    }

    /// What tells which of two histories was written last: the time of the newest change by the clock of who made it, and
    /// the order of the server for what is of one second.
    fn age(&self) -> (&str, u64) {
        (self.newest().map_or("", |record| record.time.as_str()), self.version)
    }
}

/// All that is recorded in the namespaces that were read.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    histories: BTreeMap<Installation, Rc<History>>,
    /// The Secrets with their resource versions: what changes with every record.
    versions: BTreeMap<ObjectId, String>,
}

impl Ledger {
    /// Reads records from `secrets`; other Secrets are passed over.
    pub fn read(secrets: &[Object]) -> Self {
        let mut histories: BTreeMap<Installation, History> = BTreeMap::new();
        let mut versions = BTreeMap::new();
        let mut unnamed: BTreeMap<Installation, BTreeMap<u64, &Object>> = BTreeMap::new();
        for secret in secrets.iter().filter(|secret| secret.kind() == "Secret") {
            let Some(Parsed { revision, name, number }) = state::parse_name(secret.name()) else { continue };
            let version = secret.text("/metadata/resourceVersion").unwrap_or_default().to_owned();
            versions.insert(secret.id(), version);
            let home = Installation::unnamed(revision, secret.namespace().unwrap_or_default());
            let Some(name) = name else {
                unnamed.entry(home).or_default().insert(number, secret);
                continue;
            };
            let name = secret.label(INSTALLATION_LABEL).unwrap_or(name).to_owned();
            histories.entry(Installation { name: Some(name), ..home }).or_default().add(number, secret);
        }
        for (home, series) in unnamed {
            add_unnamed(&mut histories, &home, &series);
        }
        histories.values_mut().for_each(History::sort);
        Self { histories: histories.into_iter().map(|(one, history)| (one, Rc::new(history))).collect(), versions }
    }

    /// Adds what is recorded in other namespaces.
    pub fn join(&mut self, other: Self) {
        self.histories.extend(other.histories);
        self.versions.extend(other.versions);
    }

    /// Whether both have the same records, none of them written since, as far as `counts` holds for the Secrets.
    pub fn is_same(&self, other: &Self, counts: impl Fn(&ObjectId) -> bool) -> bool {
        let of = |ledger: &Self| -> BTreeMap<ObjectId, String> {
            let counted = ledger.versions.iter().filter(|(id, _)| counts(id));
            counted.map(|(id, version)| (id.clone(), version.clone())).collect()
        };
        of(self) == of(other)
    }

    /// Without what is recorded of some installations.
    pub fn without(&self, gone: impl Fn(&Installation) -> bool) -> Self {
        let mut ledger = self.clone();
        ledger.histories.retain(|installation, _| !gone(installation));
        ledger
    }

    /// The history of an installation, empty where it has none.
    pub fn history(&self, installation: &Installation) -> Rc<History> {
        self.histories.get(installation).cloned().unwrap_or_default()
    }

    /// Every installation with records of its own.
    pub fn installations(&self) -> impl Iterator<Item = (&Installation, &History)> {
        let all = self.histories.iter().map(|(installation, history)| (installation, history.as_ref()));
        all.filter(|(_, history)| !history.numbers.is_empty())
    }

    /// The same, of which something may be there: a rollback of everything leaves a record and nothing else.
    pub fn standing(&self) -> impl Iterator<Item = (&Installation, &History)> {
        let stands = |history: &History| history.records.is_empty() || !history.inventory().is_empty();
        self.installations().filter(move |(_, history)| stands(history))
    }

    /// Whom every object belongs to that some installation but those of `without` lists: who wrote it last.
    pub fn owners(&self, without: impl Fn(&Installation) -> bool) -> BTreeMap<ObjectId, &Installation> {
        let mut others: Vec<_> = self.installations().filter(|(installation, _)| !without(installation)).collect();
        others.sort_by_key(|(_, history)| history.age());
        let mut owners = BTreeMap::new();
        for (installation, history) in others {
            owners.extend(history.inventory().into_iter().map(|id| (id, installation)));
        }
        owners
    }

    /// The recorded installation that is meant by a revision and perhaps a name, empty for the one that has none: of several,
    /// where no name is given, the one that has none, else the only one.
    ///
    /// # Errors
    /// `which-installation` (usage) with those there are.
    pub fn meant(&self, revision: &str, namespace: &str, name: Option<&str>) -> Result<Installation> {
        let unnamed = Installation::unnamed(revision, namespace);
        if let Some(name) = name {
            let name = Some(name.to_owned()).filter(|name| !name.is_empty());
            return Ok(Installation { name, ..unnamed });
        }
        let is_of = |one: &&Installation| one.revision == unnamed.revision && one.namespace == namespace;
        let found: Vec<&Installation> =
            self.installations().map(|(installation, _)| installation).filter(is_of).collect();
        match found.as_slice() {
            [] => Ok(unnamed),
            [one] => Ok((*one).clone()),
            several if several.contains(&&unnamed) => Ok(unnamed),
            several => Err(several_of(several)),
        }
    }

    /// The same without a revision: that of the default revision, or the only one there is.
    ///
    /// # Errors
    /// As [`Ledger::meant`].
    pub fn only(&self, namespace: &str, name: Option<&str>) -> Result<Installation> {
        let is_of = |one: &&Installation| one.namespace == namespace && name.is_none_or(|name| one.is_called(name));
        let found: Vec<&Installation> =
            self.installations().map(|(installation, _)| installation).filter(is_of).collect();
        if found.iter().any(|one| one.revision == DEFAULT) {
            return self.meant(DEFAULT, namespace, name);
        }
        match found.as_slice() {
            [] => self.meant(DEFAULT, namespace, name),
            [one] => Ok((*one).clone()),
            several => Err(several_of(several)),
        }
    }
}

/// Takes the records that bear no name. Before a name was part of it, those of named installations bore none either: their
/// inputs tell. What tells nothing itself belongs to who wrote before it.
fn add_unnamed(histories: &mut BTreeMap<Installation, History>, home: &Installation, series: &BTreeMap<u64, &Object>) {
    let named = |secret: &Object| -> Option<Option<String>> {
        let record = state::decode(secret).ok().filter(|record| !record.inputs.is_null())?;
        Some(Installation::of(&record.inputs, "").name)
    };
    let mut name = series.values().find_map(|secret| named(secret)).flatten();
    let mut taken = BTreeSet::new();
    for (number, secret) in series {
        name = named(secret).unwrap_or(name);
        let installation = Installation { name: name.clone(), ..home.clone() };
        let history = histories.entry(installation.clone()).or_default();
        if name.is_some() {
            taken.insert(*number);
            history.replaced.push(secret.id());
            // Carried over already, by a run that has ended before it took the old one away.
            if history.numbers.iter().any(|(known, _)| known == number) {
                continue;
            }
            let anew = state::renamed(secret, &installation, *number);
            history.carried.extend(anew.ok().map(|anew| (secret.id(), anew)));
        }
        history.add(*number, secret);
    }
    if !taken.is_empty() {
        histories.entry(home.clone()).or_default().taken = taken;
    }
}

fn several_of(several: &[&Installation]) -> Error {
    let names = Installation::names(several.iter().copied()).join(", ");
    Error::usage("which-installation", format!("there are several installations: {names}"))
        .hint("name one with --revision and --installation, or by its file with -f where that is taken")
}

#[cfg(test)]
mod tests;
