//! `mesh uninstall`: what there is to a plan, the plan to the cluster, and what is left.

mod applied;
mod backup;
mod gather;
mod handover;
mod leftovers;
mod target;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::json;

use super::Answer;
use super::settings::Settings;
use crate::apply::{self, Lock, MADE, NAMESPACE, Removing};
use crate::change;
use crate::cli::{TextOutput, UninstallArgs};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope, Sink};
use crate::istio::{Picture, Users, label, maker};
use crate::object::{Object, ObjectId};
use crate::plan::filter::Reason;
use crate::plan::removal::{self, Asked, Removal};
use crate::plan::state;
use crate::read::picture;
use crate::read::records;
use crate::report::document;
use crate::report::question::{self, Question};
use crate::report::{Json, Plain, Terminal};
use crate::ui::interrupt;
use crate::ui::{self, sanitize};
use gather::{Found, gather};
use handover::Handover;
use leftovers::because;
use target::Target;

/// What is to be done, and what it needs.
struct Plan {
    kinds: Kinds,
    removal: Removal,
    found: Found,
    /// How people call what goes.
    name: String,
    /// The revisions that go.
    going: BTreeSet<String>,
    /// The revisions of which something goes.
    revisions: BTreeSet<String>,
    /// What stays, and is written anew as others want it.
    handovers: Vec<Handover>,
    /// The revisions that stay.
    others: Vec<String>,
    /// Control planes that were asked for and are others', with why they would stay.
    staying: Vec<(ObjectId, Reason)>,
    users: Users,
    /// What is not known of users, and why.
    unknown: Vec<String>,
    /// What users configured, where it goes.
    configured: Vec<Object>,
    /// The records that go.
    records: Vec<ObjectId>,
    /// The namespaces that go if they are empty.
    namespaces: Vec<ObjectId>,
}

/// Removes what is asked for.
pub(super) fn run(settings: &Settings, mut args: UninstallArgs) -> Result<Answer> {
    let (target, namespace) = Target::of(settings, &mut args)?;
    let json = Json::default();
    let (plain, terminal);
    let sink: &dyn Sink = match args.output {
        TextOutput::Json => &json,
        TextOutput::Text if settings.ui.live => {
            terminal = Terminal::new(&settings.ui);
            &terminal
        }
        TextOutput::Text => {
            plain = Plain::new(&settings.ui);
            &plain
        }
    };
    let asked = &Request { settings, args: &args, target, namespace };
    let done = settings.on_cluster(|cluster| async move {
        let revision = asked.args.revision.clone().unwrap_or_default();
        let scope = Scope { cluster: cluster.name().to_owned(), revision, sink };
        let removed = RefCell::default();
        let done = on(&cluster, asked, &scope, &removed).await;
        done.map_err(|error| with_removed(settings, error, &removed.borrow()))
    });
    sink.close();
    if args.output == TextOutput::Json {
        let failure = done.as_ref().err().filter(|error| error.kind() != Kind::Usage).map(document::error);
        if done.is_ok() || failure.is_some() {
            let mut cluster = json.cluster(failure);
            if let Ok(left) = &done {
                cluster["dryRun"] = args.dry_run.into();
                cluster["left"] = left.iter().map(|(what, why)| json!({ "what": what, "why": why })).collect();
            }
            let document = json!({ "apiVersion": "mesh/v1", "kind": "Uninstallation", "clusters": [cluster] });
            settings.ui.result(&ui::json(&document))?;
        }
    } else if let Ok(left) = &done {
        let lines = left.iter().map(|(what, why)| format!("  {}: {}\n", sanitize(what), sanitize(why)));
        let lines: String = lines.collect();
        if !lines.is_empty() {
            settings.ui.result(&format!("Left:\n{lines}"))?;
        }
    }
    done.map(|_| Answer::Yes)
}

/// What is asked for.
struct Request<'a> {
    settings: &'a Settings,
    args: &'a UninstallArgs,
    target: Target,
    /// The namespace of the control plane.
    namespace: String,
}

/// What is left, each with why.
type Left = Vec<(String, String)>;

async fn on(
    cluster: &Cluster,
    asked: &Request<'_>,
    scope: &Scope<'_>,
    removed: &RefCell<Vec<ObjectId>>,
) -> Result<Left> {
    let stop = interrupt::wait();
    loop {
        let round = round(cluster, asked, scope, removed, stop.clone()).await?;
        if let Some(left) = round {
            return Ok(left);
        }
    }
}

/// One plan, carried out; none where somebody else has been writing meanwhile.
async fn round(
    cluster: &Cluster,
    asked: &Request<'_>,
    scope: &Scope<'_>,
    removed: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Kind> + Clone,
) -> Result<Option<Left>> {
    let Request { settings, args, .. } = *asked;
    let planned = async {
        scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
        let plan = plan(cluster, asked).await?;
        for kind in &plan.found.forbidden {
            let message = format!("{kind} objects may not be listed: what is of Istio among them stays");
            scope.say(Fact::Warning { message });
        }
        for why in &plan.unknown {
            scope.say(Fact::Warning { message: format!("not known: {why}") });
        }
        if !plan.staying.is_empty() {
            return Err(leftovers::half(&plan.staying));
        }
        refuse_while_used(&plan, args)?;
        Ok(plan)
    };
    let plan = tokio::select! {
        plan = planned => plan?,
        kind = stop.clone() => return Err(interrupted(kind)),
    };
    let lines = summary(&plan, args);
    if args.dry_run {
        question::show(&settings.ui, cluster, "would be removed", &lines);
        return leftovers::of_plan(&plan.removal, args).map(Some);
    }
    if plan.removal.parts.is_empty() && plan.records.is_empty() && plan.namespaces.is_empty() && !args.purge {
        return Err(nothing(&plan));
    }
    let confirmed = async {
        scope.say(Fact::Asking);
        settings.caller().ask(Question::listed(cluster, "this will be removed", &lines)).await?;
        confirm_configuration(settings, args, &plan).await
    };
    let backup = tokio::select! {
        confirmed = confirmed => confirmed?,
        kind = stop.clone() => return Err(interrupted(kind)),
    };
    if settings.yes {
        for message in made_by(&plan).into_iter().chain(plan.users.lines()) {
            scope.say(Fact::Warning { message });
        }
    }
    let is_current = handover::carry_out(cluster, scope, &plan, stop.clone()).await?;
    let left = match is_current {
        true => remove(cluster, scope, &plan, args, removed, stop.map(interrupted)).await?,
        false => None,
    };
    let Some(left) = left else {
        // It has what was there before the other run ended; the next plan makes its own.
        if let Some(backup) = backup {
            let _ = std::fs::remove_file(backup);
        }
        return Ok(None);
    };
    leftovers::look(cluster, &plan, &left, args).await.map(Some)
}

/// Looks at everything and says what goes.
async fn plan(cluster: &Cluster, asked: &Request<'_>) -> Result<Plan> {
    let Request { args, target, namespace, .. } = asked;
    cluster.version().await?;
    let (kinds, picture) = futures::try_join!(cluster.kinds(), picture::read(cluster))?;
    let mut homes: BTreeSet<String> = BTreeSet::from([namespace.clone()]);
    homes.extend(picture.control_planes.iter().filter_map(Object::namespace).map(str::to_owned));
    let mut found = gather(cluster, &kinds, homes, applied::unlabelled(&picture)).await?;
    let recorded = found.ledger.installations().map(|(one, _)| one.revision.clone());
    let names: BTreeSet<String> = picture.names().into_iter().chain(recorded).collect();
    let mut going = target.going(&names, &found.ledger, namespace)?;
    let makers = applied::join(&mut going, &mut found, target, &picture, (cluster, &kinds)).await?;
    let revisions = going.revision.as_ref().map_or_else(|| names.clone(), |one| BTreeSet::from([one.clone()]));
    let others: Vec<String> = names.difference(&revisions).cloned().collect();
    let owners = found.ledger.owners(|one| going.installations.contains(one));
    let wanted: BTreeMap<ObjectId, String> = owners.iter().map(|(id, one)| (id.clone(), one.to_string())).collect();
    if args.delete_crds && (!others.is_empty() || !wanted.is_empty()) {
        let users = if others.is_empty() {
            "another installation".to_owned()
        } else {
            format!("revision {}", others.join(", "))
        };
        return Err(Error::in_the_way("crds-in-use", format!("the CRDs are in use by {users}"))
            .hint("leave out --delete-crds, or remove every revision with --purge"));
    }
    let (others_stay, delete_crds) = (!others.is_empty(), args.delete_crds);
    let asked = Asked { scope: going.scope, wanted, makers, others_stay, delete_crds };
    let removal = removal::removal(&found.objects, &found.inventory, &asked);
    let taken = gone(&removal, &found, going.revision.as_deref(), target, &names);
    let staying = leftovers::of_others(&picture, &removal, &taken);
    let written = found.ledger.owners(|_| false);
    let is_handed = |object: &&Object| {
        let is_kept = || removal.kept.iter().any(|(id, why)| *id == object.id() && is_wanted(why));
        let is_own = written.get(&object.id()).is_some_and(|owner| going.installations.contains(*owner));
        (is_own || object.label(label::REVISION).is_some_and(|revision| taken.contains(revision))) && is_kept()
    };
    let handed: Vec<&Object> = found.objects.iter().filter(is_handed).collect();
    let stays = found.ledger.without(|one| going.installations.contains(one));
    let handovers = Handover::plan(cluster, &handed, &taken, &stays).await?;
    let users = users(&picture, &removal, &taken, &found, &handovers);
    let configured = if args.delete_crds {
        let is_going = |object: &&Object| {
            object.kind() == "CustomResourceDefinition" && removal.goals().any(|goal| goal.id == object.id())
        };
        let definitions: Vec<&Object> = found.objects.iter().filter(is_going).collect();
        backup::objects(cluster, &definitions).await?
    } else {
        Vec::new()
    };
    let histories = going.installations.iter().map(|one| found.ledger.history(one));
    let mut records: Vec<ObjectId> = histories.flat_map(|one| one.secrets().cloned().collect::<Vec<_>>()).collect();
    records.extend(found.secrets.iter().filter(|_| args.purge).cloned());
    let made = found.made.iter().filter(|_| args.purge);
    let namespaces = made.map(|name| ObjectId::new("v1", "Namespace", None, name)).collect();
    let name = going.name;
    Ok(Plan {
        kinds,
        removal,
        found,
        name,
        going: taken,
        revisions,
        handovers,
        others,
        staying,
        users,
        unknown: picture.unknown,
        configured,
        records,
        namespaces,
    })
}

/// The revisions that go: those whose control plane does, or which are asked for by name. With gateways alone goes none.
fn gone(
    removal: &Removal,
    found: &Found,
    revision: Option<&str>,
    target: &Target,
    names: &BTreeSet<String>,
) -> BTreeSet<String> {
    let Some(revision) = revision else { return names.clone() };
    let is_injecting = |object: &&Object| {
        object.label("app") == Some("istiod") && object.kind() == "Deployment"
            || object.label("app") == Some("sidecar-injector")
    };
    let mut going = found.objects.iter().filter(|object| removal.goals().any(|goal| goal.id == object.id()));
    let by_name = !matches!(target, Target::Installation(..) | Target::Named(..));
    if by_name || going.any(|object| is_injecting(&object)) {
        return BTreeSet::from([revision.to_owned()]);
    }
    BTreeSet::new()
}

/// Removes what the plan says; none where somebody else has been writing meanwhile.
async fn remove(
    cluster: &Cluster,
    scope: &Scope<'_>,
    plan: &Plan,
    args: &UninstallArgs,
    removed: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Error>,
) -> Result<Option<apply::Left>> {
    let mut parts: Vec<(&str, &str)> = plan.removal.parts.iter().map(|part| (part.name, part.title)).collect();
    if args.purge {
        parts.push(MADE);
    }
    if !plan.namespaces.is_empty() {
        parts.push(NAMESPACE);
    }
    let components = parts.iter().map(|(name, title)| ((*name).to_owned(), (*title).to_owned())).collect();
    scope.say(Fact::PlannedRemoval { components, deletes: plan.removal.goals().count() });
    let homes = &plan.found.homes;
    let locks: Vec<Lock> =
        homes.iter().flat_map(|home| plan.revisions.iter().map(|revision| Lock::revision(home, revision))).collect();
    let job = Removing {
        removal: &plan.removal,
        ambient: &plan.users.ambient,
        locks: &locks,
        homes,
        purge: args.purge,
        records: &plan.records,
        namespaces: &plan.namespaces,
        holder: apply::Holder::this(),
        still: &Unchanged { cluster, plan },
    };
    apply::remove(cluster, &plan.kinds, scope, &job, removed, stop).await
}

/// A plan that is asked about once more.
struct Unchanged<'a> {
    cluster: &'a Cluster,
    plan: &'a Plan,
}

impl apply::Still for Unchanged<'_> {
    fn is_so(&self) -> LocalBoxFuture<'_, Result<bool>> {
        is_still_so(self.cluster, self.plan).boxed_local()
    }
}

/// Whether nobody has recorded anything since, but for what this run has handed over.
async fn is_still_so(cluster: &Cluster, plan: &Plan) -> Result<bool> {
    let now = records::of_all(cluster, &plan.found.homes).await?;
    let is_handed = |id: &ObjectId| {
        let mut handed = plan.handovers.iter().map(Handover::installation);
        handed.any(|one| id.namespace.as_ref() == Some(&one.namespace) && state::is_of(one, &id.name))
    };
    let counts =
        |id: &ObjectId| id.namespace.as_ref().is_some_and(|home| plan.found.homes.contains(home)) && !is_handed(id);
    Ok(now.is_same(&plan.found.ledger, counts))
}

/// Who needs what goes: not the pods of what goes itself, nor of what is handed over and gets new ones.
fn users(
    picture: &Picture,
    removal: &Removal,
    going: &BTreeSet<String>,
    found: &Found,
    handovers: &[Handover],
) -> Users {
    let goes = |id: &ObjectId| {
        removal.goals().any(|goal| goal.id == *id) || handovers.iter().any(|one| one.objects.contains(id))
    };
    let workloads: Vec<&Object> = found.objects.iter().filter(|object| goes(&object.id())).collect();
    let mut users = picture.users_of(going, |pod| workloads.iter().any(|one| removal::runs_pod(one, pod)));
    if removal.has("ztunnel") || removal.has("cni") {
        users.ambient = picture.ambient();
    }
    users
}

/// A revision that somebody uses goes only with `--force`; `--purge` says that all of it is meant.
fn refuse_while_used(plan: &Plan, args: &UninstallArgs) -> Result<()> {
    if plan.users.is_empty() || args.purge || args.force || args.dry_run {
        return Ok(());
    }
    let message = format!("{} is in use; nothing was removed:\n{}", plan.name, plan.users.lines().join("\n"));
    Err(Error::in_the_way("in-use", message)
        .hint("label these namespaces with another revision and restart their workloads")
        .hint("to remove it all the same: --force"))
}

fn nothing(plan: &Plan) -> Error {
    let error = Error::failed("nothing-to-remove", format!("nothing of {} may be removed", plan.name));
    plan.removal.kept.iter().take(10).fold(error, |error, (id, reason)| error.hint(format!("{id} {}", because(reason))))
}

/// What goes, a line a part, and what that means.
fn summary(plan: &Plan, args: &UninstallArgs) -> Vec<String> {
    let mut lines: Vec<String> = made_by(plan);
    for part in &plan.removal.parts {
        let goals: Vec<String> = part.first.iter().chain(&part.then).map(|goal| goal.id.to_string()).collect();
        lines.push(format!("{}: {}", part.title, few(&goals)));
    }
    for one in &plan.handovers {
        let objects: Vec<String> = one.objects.iter().map(ToString::to_string).collect();
        lines.push(format!("stays, and is handed over to installation {}: {}", one.installation(), few(&objects)));
    }
    let others: Vec<String> = plan.removal.kept.iter().filter_map(|(id, reason)| stays(plan, id, reason)).collect();
    lines.extend(others);
    if args.purge {
        lines.push("what istiod made: its CA, and its certificates and locks in every namespace".to_owned());
    }
    lines.extend(plan.namespaces.iter().map(|id| format!("{id}, if nothing else is in it")));
    if !plan.users.ambient.is_empty() {
        lines.push(format!("these namespaces leave ambient mode first: {}", plan.users.ambient.join(", ")));
    }
    if !plan.configured.is_empty() {
        lines.push(format!("what users configured: {}", backup::counted(&plan.configured)));
    }
    let mut users = plan.users.clone();
    users.ambient.clear();
    lines.extend(users.lines());
    lines
}

/// Who made what goes, where that was somebody else: of control planes and gateways.
fn made_by(plan: &Plan) -> Vec<String> {
    let goes = |object: &&Object| plan.removal.goals().any(|goal| goal.id == object.id());
    let going = plan.found.objects.iter().filter(goes);
    let made = going.filter_map(|object| Some((object, maker::of_others(object)?)));
    made.map(|(object, maker)| {
        let again = if maker.puts_back() { ", which makes it again unless it is told not to" } else { "" };
        format!("{} was made by {maker}{again}", object.id())
    })
    .collect()
}

/// The first few of them.
fn few(names: &[String]) -> String {
    let shown = names.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(3);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{shown}{more}")
}

fn is_wanted(reason: &Reason) -> bool {
    matches!(reason, Reason::WantedBy { .. })
}

/// That an object stays as another installation wants it, where nothing is done about it.
fn stays(plan: &Plan, id: &ObjectId, reason: &Reason) -> Option<String> {
    let is_handed = plan.handovers.iter().any(|one| one.objects.contains(id));
    (is_wanted(reason) && !is_handed).then(|| format!("stays: {id} {reason}"))
}

/// What users configured goes only if the number of it is typed, and after it is in a file, whose path is given.
async fn confirm_configuration(settings: &Settings, args: &UninstallArgs, plan: &Plan) -> Result<Option<PathBuf>> {
    if plan.configured.is_empty() {
        return Ok(None);
    }
    let counted = backup::counted(&plan.configured);
    if !args.yes_delete_crds {
        let count = plan.configured.len().to_string();
        let question = format!("--delete-crds deletes {counted}. Type {count} to go on: ");
        let hint =
            format!("--delete-crds deletes {counted}: to confirm that without being asked, give --yes-delete-crds");
        settings.caller().ask(Question::typed(count, question, hint)).await?;
    }
    let path = backup::write(&plan.configured, args.backup.as_deref())?;
    settings.ui.message(&format!("{counted} written to {}", path.display()));
    Ok(Some(path))
}

fn interrupted(kind: Kind) -> Error {
    interrupt::error(kind, "everything was removed")
}

/// Says what is gone by now, and last the command that goes on.
fn with_removed(settings: &Settings, error: Error, removed: &[ObjectId]) -> Error {
    let Some(last) = removed.last() else { return change::with_command(&settings.caller(), error, false) };
    let were = if removed.len() == 1 { "1 object was".to_owned() } else { format!("{} objects were", removed.len()) };
    change::with_command(&settings.caller(), error.hint(format!("{were} removed so far, the last {last}")), true)
}
