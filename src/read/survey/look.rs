//! The look at a cluster from which a survey is made.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use futures::future::try_join;

use super::default::Claim;
use super::draft::Draft;
use super::labelled::{labelled, usual};
use super::live::{self, Live};
use super::needed::{self, Unwanted};
use super::{Survey, default, shared};
use crate::cluster::Cluster;
use crate::config;
use crate::error::{Error, Result};
use crate::input::bundle::Mirror;
use crate::input::{Asked, Origin};
use crate::istio::Installation;
use crate::object::{Object, ObjectId, types};
use crate::plan::default::is_as_printed;
use crate::plan::ledger::{History, Ledger};
use crate::plan::{Action, Context, budgets, decide, prune};
use crate::read::{View, records};
use crate::render::{self, Bundle, InstallSet};

/// What earlier runs recorded of an installation, as far as it counts for what goes.
struct Known {
    history: Rc<History>,
    inventory: Vec<ObjectId>,
    /// Whether records are missing, so that it is not known what it consists of.
    has_gap: bool,
}

impl Known {
    fn of(ledger: &Ledger, installation: &Installation) -> Self {
        let history = ledger.history(installation);
        Self { inventory: history.inventory(), has_gap: history.gap().is_some(), history }
    }

    /// Whether its labels have to say what belongs to it.
    fn by_labels(&self) -> bool {
        self.inventory.is_empty() && !self.has_gap
    }

    fn warnings(&self, installation: &Installation) -> Vec<String> {
        let mut warnings: Vec<String> = self.history.lost.iter().map(|(_, why)| why.clone()).collect();
        if self.has_gap {
            warnings
                .push(format!("what installation {installation} consists of is not known: nothing of it is deleted"));
        }
        warnings
    }

    /// What to look for, and the default tag among it.
    fn looked_for(&self, bundle: &Bundle) -> (Vec<ObjectId>, Option<ObjectId>) {
        // A copy of every object, which is to be gone before as many are read.
        let everything = bundle.install_set(true);
        let unrecorded = if self.by_labels() { usual(everything.namespace.name()) } else { Vec::new() };
        let ids = everything.objects().map(Object::id).chain(self.inventory.iter().cloned()).chain(unrecorded);
        (ids.collect(), everything.default_tag.first().map(Object::id))
    }
}

impl Survey {
    /// Asks the cluster what it is and what is there, renders for it what is wanted by the rule of `asked`, and compares.
    /// What `install`, `diff`, `verify` and `upgrade` begin with.
    ///
    /// # Errors
    /// Cluster errors; bad inputs, also recorded ones; `no-record`, `which-installation`, `default-elsewhere`.
    pub async fn of(view: &View<'_>, asked: &Asked) -> Result<Self> {
        view.version().await?;
        let read = async { Ok(records::read(view.cluster, &asked.installation.namespace).await) };
        let (_, read) = try_join(view.kinds(), read).await?;
        let (ledger, unlisted) = match read {
            Ok(ledger) => (ledger, None),
            // What is given can be compared without.
            Err(error) if asked.is_given() && (asked.looks || error.is_forbidden()) => (Ledger::default(), Some(error)),
            Err(error) => return Err(unsafe_without(error)),
        };
        let mut survey = Self::by(view, asked, ledger).await?;
        if asked.looks {
            survey.warnings.extend(unlisted.as_ref().map(not_listed));
        }
        survey.unlisted = unlisted;
        Ok(survey)
    }

    /// The same by records that are known.
    ///
    /// # Errors
    /// As [`Survey::of`].
    pub async fn by(view: &View<'_>, asked: &Asked, mut ledger: Ledger) -> Result<Self> {
        let (cluster, version) = (view.cluster, view.version().await?.to_owned());
        let kinds = view.kinds().await?.clone();
        let Draft { tree, origin, installation, bundle, platform, mut warnings, notes, config } =
            Draft::of(cluster, asked, &ledger, version, &kinds).await?;
        let known = Known::of(&ledger, &installation);
        warnings.extend(known.warnings(&installation));
        let (ids, tag) = known.looked_for(&bundle);
        let home = ObjectId::new("v1", "Namespace", None, &installation.namespace);
        let found = live::read(cluster, &kinds, &home, ids).await?;
        warnings.extend(read_others(cluster, asked, &found, &mut ledger).await?);
        // Compared with a record, an installation has the tag where it had it then: nobody has asked it to take it since.
        let leaves = asked.is_recorded() && !tag.is_some_and(|tag| known.inventory.contains(&tag));
        let claim = Claim { cluster, asked, installation: &installation, leaves };
        let all = found.objects.values().chain(&found.others);
        let holder = claim.holder(&found).await?;
        // It is no drift of who had it before, and nothing that is kept against its will.
        let moved: BTreeSet<ObjectId> = all.clone().filter(|object| holder.has_moved(object)).map(Object::id).collect();
        let mut set = if asked.compares() && is_as_printed(all, &installation.revision) {
            warnings.push(format!(
                "revision {} was applied as `mesh manifest generate` prints it, and is compared with that: mesh install would \
                 label its objects as an installer does, and make the default tag where that is its to have",
                installation.revision
            ));
            bundle.install_set(false)
        } else {
            claim.install_set(&bundle, &found, holder, &mut warnings)?
        };
        let left_over = claim.left_over(&set, &found, &mut warnings).await?;
        let Live { objects: mut live, others } = found;
        shared::leave_to_its_user(&mut set, &live);
        shared::share(&mut set, &live);
        let theirs = shared::taken_over(&ledger, &installation, &known.inventory);
        let actions = actions(asked, &set, &live, |id| theirs.contains_key(id));
        let mut gone = gone(&known, &set, &mut live, &others, &ledger, &installation);
        gone.retain(|id| !moved.contains(id));
        let unwanted = stays(cluster, asked, &installation, (gone, &live, &ledger), &mut warnings).await?;
        let dropped = match (&origin, known.history.newest()) {
            (Origin::Given, Some(record)) => config::dropped(&record.inputs, &tree),
            _ => Vec::new(),
        };
        warnings.extend(budgets::useless(set.objects()));
        let refused = wrong(&set, &config);
        let mirrored = |mirror: &Arc<Mirror>| -> Result<_> {
            let images = render::images_of(&bundle, &config)?;
            Ok((Arc::clone(mirror), images.into_keys().collect()))
        };
        let mirror = asked.mirror.as_ref().map(mirrored).transpose()?;
        Ok(Self {
            revision: installation.revision.clone(),
            origin,
            stand_in: shared::stand_in(&set, bundle.of("istiod")),
            moves: shared::moves(&ledger, &installation, &actions),
            set,
            left_over,
            live,
            actions,
            unwanted,
            refused,
            tried: BTreeSet::new(),
            unlisted: None,
            dropped,
            theirs,
            kinds,
            platform,
            warnings,
            notes,
            history: known.history,
            ledger,
            inputs: tree,
            installation,
            mirror,
        })
    }
}

/// What of the set no server takes, with why, and where the user has written it. With `--force` the server is asked.
fn wrong(set: &InstallSet, config: &config::Config) -> Vec<(ObjectId, String)> {
    let all = set.objects().filter(|_| !config.forced());
    let found = all.flat_map(|object| types::wrong_values(object).into_iter().map(|wrong| (object.id(), wrong)));
    let told = found.map(|(id, wrong)| match config.written(&wrong.value, &wrong.field) {
        Some(place) => (id, format!("{wrong} ({place})")),
        None => (id, wrong.to_string()),
    });
    told.collect()
}

/// What to do with each object of the set; `is_theirs` are those that somebody else has written since.
fn actions(
    asked: &Asked,
    set: &InstallSet,
    live: &HashMap<ObjectId, Object>,
    is_theirs: impl Fn(&ObjectId) -> bool,
) -> HashMap<ObjectId, Action> {
    let context = Context::of_set(set);
    let context = if asked.adopting { context.adopting() } else { context };
    let context = if asked.compares() { context.comparing() } else { context };
    let action = |wanted: &Object| match live.get(&wanted.id()) {
        // What somebody else has written since is as they want it.
        Some(_) if asked.is_recorded() && is_theirs(&wanted.id()) => Action::Unchanged,
        live => decide(wanted, live, &context),
    };
    set.objects().map(|wanted| (wanted.id(), action(wanted))).collect()
}

/// What the installation has and its inputs do not want any more. What only its labels tell of is added to `live`.
fn gone(
    known: &Known,
    set: &InstallSet,
    live: &mut HashMap<ObjectId, Object>,
    others: &[Object],
    ledger: &Ledger,
    installation: &Installation,
) -> Vec<ObjectId> {
    let inventory = if known.by_labels() {
        let (ids, found) = labelled(set, others, &ledger.owners(|one| one == installation));
        live.extend(found.into_iter().map(|object| (object.id(), object)));
        ids
    } else if known.has_gap {
        Vec::new()
    } else {
        known.inventory.clone()
    };
    prune::unwanted(&inventory, set.objects())
}

/// Why each object of `gone` stays, where it does.
async fn stays(
    cluster: &Cluster,
    asked: &Asked,
    installation: &Installation,
    (gone, live, ledger): (Vec<ObjectId>, &HashMap<ObjectId, Object>, &Ledger),
    warnings: &mut Vec<String>,
) -> Result<Unwanted> {
    let wanted_by = ledger.owners(|one| one == installation);
    let mut unwanted = needed::reasons(gone, live, &wanted_by, installation);
    match needed::keep_used(cluster, installation, live, &mut unwanted).await {
        Err(error) if asked.looks => warnings.push(format!("who uses it is not known: {error}")),
        kept => kept?,
    }
    warnings.extend(needed::without_name(&unwanted, live, installation));
    Ok(unwanted)
}

/// The error of a run that would write without knowing what earlier ones have.
pub fn unsafe_without(error: Error) -> Error {
    error.hint("without the records of earlier runs nothing can be done safely")
}

fn not_listed(error: &Error) -> String {
    format!("the records of earlier runs are not known, so what is left of them is not told: {error}")
}

/// Adds the records of other control planes' namespaces; where that fails and nothing is to be written, gives what to say.
async fn read_others(cluster: &Cluster, asked: &Asked, found: &Live, ledger: &mut Ledger) -> Result<Option<String>> {
    let homes: BTreeSet<String> =
        default::other_homes(found, &asked.installation.namespace).map(str::to_owned).collect();
    match records::of_all(cluster, &homes).await {
        Ok(others) => ledger.join(others),
        Err(error) if asked.looks => return Ok(Some(not_listed(&error))),
        Err(error) => return Err(error),
    }
    Ok(None)
}
