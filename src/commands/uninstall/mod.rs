//! `mesh uninstall`: what there is to a plan, the plan to the cluster, and what is left.

mod backup;
mod gather;
mod leftovers;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use futures::FutureExt;
use serde_json::json;

use super::recorded::{Asked as Inputs, Rule};
use super::settings::Settings;
use super::{Answer, ask, failure, interrupt, next, picture, survey};
use crate::apply::{self, Lock, MADE, NAMESPACE, Removing};
use crate::cli::{RenderArgs, TextOutput, UninstallArgs};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope, Sink};
use crate::istio::{Picture, Pod, Users};
use crate::object::{Object, ObjectId};
use crate::plan::removal::{self, Asked, Removal};
use crate::report::{Json, Plain, Terminal};
use crate::ui::{self, sanitize};
use gather::{Found, gather};

/// What is to be done, and what it needs.
struct Plan {
    kinds: Kinds,
    removal: Removal,
    found: Found,
    /// The revisions that go.
    going: BTreeSet<String>,
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
    let namespace = named(settings, &mut args)?;
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
    let (asked, namespace) = (&args, namespace.as_str());
    let done = settings.on_cluster(|cluster| async move {
        let revision = asked.revision.clone().unwrap_or_default();
        let scope = Scope { cluster: cluster.name().to_owned(), revision, sink };
        let removed = RefCell::default();
        let done = on(&cluster, settings, asked, namespace, &scope, &removed).await;
        done.map_err(|error| with_removed(settings, error, &removed.borrow()))
    });
    sink.close();
    if args.output == TextOutput::Json {
        let failure = done.as_ref().err().filter(|error| error.kind() != Kind::Usage).map(failure::as_value);
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

/// Takes the revision from files and values where those are given; gives the namespace of the control plane.
fn named(settings: &Settings, args: &mut UninstallArgs) -> Result<String> {
    let (files, sets) = (std::mem::take(&mut args.files), std::mem::take(&mut args.sets));
    if files.is_empty() && sets.is_empty() {
        return Ok(settings.istio_namespace.clone());
    }
    let (revision, manifests) = (args.revision.take(), args.manifests.take());
    let render = RenderArgs { files, sets, manifests, revision, ..RenderArgs::default() };
    let inputs = Inputs::read(settings, render, Rule::Given)?;
    args.revision = Some(inputs.revision);
    Ok(inputs.namespace)
}

/// What is left, each with why.
type Left = Vec<(String, String)>;

async fn on(
    cluster: &Cluster,
    settings: &Settings,
    args: &UninstallArgs,
    namespace: &str,
    scope: &Scope<'_>,
    removed: &RefCell<Vec<ObjectId>>,
) -> Result<Left> {
    let stop = interrupt::wait();
    loop {
        let round = round(cluster, settings, args, namespace, scope, removed, stop.clone()).await?;
        if let Some(left) = round {
            return Ok(left);
        }
    }
}

/// One plan, carried out; none where somebody else has been writing meanwhile.
async fn round(
    cluster: &Cluster,
    settings: &Settings,
    args: &UninstallArgs,
    namespace: &str,
    scope: &Scope<'_>,
    removed: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Kind> + Clone,
) -> Result<Option<Left>> {
    let planned = async {
        scope.say(Fact::Step { doing: format!("looking at {}", cluster.server()) });
        let plan = plan(cluster, args, namespace).await?;
        for kind in &plan.found.forbidden {
            let message = format!("{kind} objects may not be listed: what is of Istio among them stays");
            scope.say(Fact::Warning { message });
        }
        for why in &plan.unknown {
            scope.say(Fact::Warning { message: format!("not known: {why}") });
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
        ask::show(cluster, settings, "would be removed", &lines);
        return leftovers::of_plan(&plan.removal, args).map(Some);
    }
    if plan.removal.parts.is_empty() && plan.records.is_empty() && plan.namespaces.is_empty() && !args.purge {
        return Err(nothing(&plan, args));
    }
    let confirmed = async {
        ask::proceed(cluster, settings, "this will be removed", &lines).await?;
        confirm_configuration(settings, args, &plan).await
    };
    let backup = tokio::select! {
        confirmed = confirmed => confirmed?,
        kind = stop.clone() => return Err(interrupted(kind)),
    };
    if settings.yes {
        for message in plan.users.lines() {
            scope.say(Fact::Warning { message });
        }
    }
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
        homes.iter().flat_map(|home| plan.going.iter().map(|revision| Lock::revision(home, revision))).collect();
    let job = Removing {
        removal: &plan.removal,
        ambient: &plan.users.ambient,
        locks: &locks,
        homes,
        purge: args.purge,
        records: &plan.records,
        namespaces: &plan.namespaces,
        holder: survey::holder(),
    };
    let Some(left) = apply::remove(cluster, &plan.kinds, scope, &job, removed, stop.map(interrupted)).await? else {
        // It has what was there before the other run ended; the next plan makes its own.
        if let Some(backup) = backup {
            let _ = std::fs::remove_file(backup);
        }
        return Ok(None);
    };
    leftovers::look(cluster, &plan, &left, args).await.map(Some)
}

/// Looks at everything and says what goes.
async fn plan(cluster: &Cluster, args: &UninstallArgs, namespace: &str) -> Result<Plan> {
    cluster.version().await?;
    let (kinds, picture) = futures::try_join!(cluster.kinds(), picture::read(cluster))?;
    let mut homes: BTreeSet<String> = BTreeSet::from([namespace.to_owned()]);
    homes.extend(picture.control_planes.iter().filter_map(Object::namespace).map(str::to_owned));
    let found = gather(cluster, &kinds, homes).await?;
    let recorded = found.records.iter().filter_map(|(_, revision)| revision.clone());
    let names: BTreeSet<String> = picture.names().into_iter().chain(recorded).collect();
    let going = going(args, &names)?;
    let others: Vec<&String> = names.iter().filter(|name| !going.contains(*name)).collect();
    if args.delete_crds && !others.is_empty() {
        let others: Vec<&str> = others.iter().map(|name| name.as_str()).collect();
        return Err(Error::in_the_way("crds-in-use", format!("the CRDs are in use by revision {}", others.join(", ")))
            .hint("leave out --delete-crds, or remove every revision with --purge"));
    }
    let revision = if args.purge { None } else { going.first().cloned() };
    let asked = Asked { revision, others_stay: !others.is_empty(), delete_crds: args.delete_crds };
    let removal = removal::removal(&found.objects, &found.inventory, &asked);
    let users = users(&picture, &removal, &going);
    let configured = if args.delete_crds {
        let is_going = |object: &&Object| {
            object.kind() == "CustomResourceDefinition" && removal.goals().any(|goal| goal.id == object.id())
        };
        let definitions: Vec<&Object> = found.objects.iter().filter(is_going).collect();
        backup::objects(cluster, &definitions).await?
    } else {
        Vec::new()
    };
    let of_going = |revision: &Option<String>| revision.as_ref().map_or(args.purge, |name| going.contains(name));
    let records = found.records.iter().filter(|(_, revision)| of_going(revision)).map(|(id, _)| id.clone()).collect();
    let made = found.made.iter().filter(|_| args.purge);
    let namespaces = made.map(|name| ObjectId::new("v1", "Namespace", None, name)).collect();
    let unknown = picture.unknown;
    Ok(Plan { kinds, removal, found, going, users, unknown, configured, records, namespaces })
}

/// The revisions that go.
fn going(args: &UninstallArgs, names: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let list = || names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match &args.revision {
        _ if args.purge => Ok(names.clone()),
        Some(revision) if names.contains(revision) => Ok(BTreeSet::from([revision.clone()])),
        Some(revision) => {
            let error = Error::failed("unknown-revision", format!("there is no revision {revision}"));
            Err(if names.is_empty() {
                error.hint("no control plane is installed; what is left of others goes with: mesh uninstall --purge")
            } else {
                error.hint(format!("there are: {}", list()))
            })
        }
        None if names.len() == 1 => Ok(names.clone()),
        None if names.is_empty() => Err(Error::failed("nothing-installed", "no revision of Istio is installed")
            .hint("what is left of an earlier installation goes with: mesh uninstall --purge")),
        None => Err(Error::usage("which-revision", format!("there are several revisions: {}", list()))
            .hint("name one with --revision, or remove all of them with --purge")),
    }
}

fn users(picture: &Picture, removal: &Removal, going: &BTreeSet<String>) -> Users {
    let workloads: Vec<_> = removal.goals().filter_map(|goal| Some((&goal.id, goal.pods.as_ref()?))).collect();
    let goes_too = |pod: &Pod| {
        let is_of = |labels: &std::collections::BTreeMap<String, String>| {
            labels.iter().all(|(key, value)| pod.label(key) == Some(value))
        };
        workloads.iter().any(|(id, labels)| id.namespace.as_deref() == Some(pod.namespace()) && is_of(labels))
    };
    let mut users = picture.users_of(going, goes_too);
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
    let names: Vec<&str> = plan.going.iter().map(String::as_str).collect();
    let message =
        format!("revision {} is in use; nothing was removed:\n{}", names.join(", "), plan.users.lines().join("\n"));
    Err(Error::in_the_way("in-use", message)
        .hint("label these namespaces with another revision and restart their workloads")
        .hint("to remove it all the same: --force"))
}

fn nothing(plan: &Plan, args: &UninstallArgs) -> Error {
    let of = args.revision.as_deref().or(plan.going.first().map(String::as_str)).unwrap_or("any revision");
    let error = Error::failed("nothing-to-remove", format!("nothing of {of} may be removed"));
    plan.removal.kept.iter().take(10).fold(error, |error, (id, reason)| error.hint(format!("{id} {reason}")))
}

/// What goes, a line a part, and what that means.
fn summary(plan: &Plan, args: &UninstallArgs) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in &plan.removal.parts {
        let goals: Vec<String> = part.first.iter().chain(&part.then).map(|goal| goal.id.to_string()).collect();
        let shown = goals.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = goals.len().saturating_sub(3);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        lines.push(format!("{}: {shown}{more}", part.title));
    }
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
        ask::typed(&count, &question, &hint).await?;
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
    let Some(last) = removed.last() else { return next::with_command(settings, error, false) };
    let were = if removed.len() == 1 { "1 object was".to_owned() } else { format!("{} objects were", removed.len()) };
    next::with_command(settings, error.hint(format!("{were} removed so far, the last {last}")), true)
}
