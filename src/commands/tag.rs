//! `mesh tag …`: aliases of revisions. The same objects as istioctl's; what is in use is not taken away unasked.

use std::cell::RefCell;
use std::collections::HashMap;

use futures::FutureExt;
use serde_json::{Value, json};

use super::settings::Settings;
use super::{ask, interrupt, next, obstacles};
use crate::apply::{self, Ended, Lock, Move};
use crate::cli::{TagCommand, TagListArgs, TagOutput, TagRemoveArgs, TagSetArgs, TextOutput};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::event::Scope;
use crate::istio::label;
use crate::istio::webhook::webhooks_mut;
use crate::istio::{DEFAULT, Picture};
use crate::object::{Object, ObjectId};
use crate::plan::filter::Reason;
use crate::plan::{Action, Context, decide, default};
use crate::read::picture;
use crate::render::Target;
use crate::render::tag::{DEFAULT_TAG, Tag, deactivated};
use crate::report::{Plain, table};
use crate::report::{document, message};
use crate::ui::{self, Style, sanitize};
use crate::yaml;

/// What an interruption comes before.
const ALL: &str = "all of the tag was written";

/// Runs a subcommand.
pub(super) fn run(settings: &Settings, command: TagCommand) -> Result<()> {
    match command {
        TagCommand::Set(args) => set(settings, &args),
        TagCommand::Generate(args) => generate(settings, &args),
        TagCommand::List(args) => list(settings, &args),
        TagCommand::Remove(args) => remove(settings, &args),
    }
}

/// Prints the objects.
fn generate(settings: &Settings, args: &TagSetArgs) -> Result<()> {
    check_name(&args.tag)?;
    let objects = settings.on_cluster(|cluster| async move {
        let version = cluster.version().await?;
        let picture = picture::read(&cluster).await?;
        let mut objects = objects(settings, args, &picture, version)?;
        free(&picture, args, false)?;
        keep_closed(&cluster, &mut objects).await?;
        objects.iter_mut().for_each(spell_out_ports);
        Ok(objects)
    })?;
    let text = match args.output {
        TagOutput::Json => {
            let items: Vec<&Value> = objects.iter().map(Object::value).collect();
            ui::json(&json!({ "apiVersion": "v1", "kind": "List", "items": items }))
        }
        TagOutput::Text | TagOutput::Yaml => {
            let documents = objects.iter().map(|object| yaml::text(object.value()));
            documents.collect::<Result<Vec<String>>>()?.join("---\n")
        }
    };
    settings.ui.result(&text)
}

/// istiod closes the validator once it answers: a manifest must not open it again.
async fn keep_closed(cluster: &Cluster, objects: &mut [Object]) -> Result<()> {
    let Some(validator) = objects.iter_mut().find(|object| object.kind() == "ValidatingWebhookConfiguration") else {
        return Ok(());
    };
    let kinds = kinds();
    let Some(live) = cluster.get(&kinds, &validator.id()).await? else { return Ok(()) };
    for webhook in webhooks_mut(validator).filter_map(Value::as_object_mut) {
        let there = live.list("/webhooks").iter().find(|there| Some(&there["name"]) == webhook.get("name"));
        match there.map(|there| there["failurePolicy"].clone()) {
            // Left out it is `Fail`.
            Some(policy) if policy == "Fail" => drop(webhook.shift_remove("failurePolicy")),
            Some(policy) if policy.is_string() => drop(webhook.insert("failurePolicy".to_owned(), policy)),
            _ => {}
        }
    }
    Ok(())
}

/// The reference writes a port that is the Service's own as 0, which the API server takes for the same.
fn spell_out_ports(object: &mut Object) {
    let ports = object.value_mut().pointer_mut("/spec/ports").and_then(Value::as_array_mut).into_iter().flatten();
    for port in ports.filter_map(Value::as_object_mut) {
        port.entry("targetPort").or_insert_with(|| 0.into());
    }
}

/// Makes a tag, or moves it.
fn set(settings: &Settings, args: &TagSetArgs) -> Result<()> {
    check_name(&args.tag)?;
    let TagSetArgs { tag, revision, .. } = args;
    let (cluster, moved) = settings.on_cluster(|cluster| async move {
        Ok((cluster.name().to_owned(), set_on(&cluster, settings, args).await?))
    })?;
    let text = match args.output {
        TagOutput::Json | TagOutput::Yaml => {
            let element = json!({ "tag": tag, "revision": revision, "previousRevision": moved });
            let document = document::of_cluster("Tag", &cluster, element);
            if args.output == TagOutput::Json { ui::json(&document) } else { ui::yaml(&document)? }
        }
        TagOutput::Text => {
            let check = settings.ui.paint_result(Style::Good, "✔");
            let from = moved.filter(|old| old != revision).map(|old| format!(", before to {}", sanitize(&old)));
            format!("{check} Tag {tag} leads to revision {revision}{}\n", from.unwrap_or_default())
        }
    };
    settings.ui.result(&text)?;
    let use_it = if tag == DEFAULT_TAG { "istio-injection=enabled".to_owned() } else { format!("istio.io/rev={tag}") };
    settings.ui.progress(&format!("namespaces use it by their label: kubectl label namespace NAME {use_it}"));
    Ok(())
}

/// Gives the revision that the tag led to before.
async fn set_on(cluster: &Cluster, settings: &Settings, args: &TagSetArgs) -> Result<Option<String>> {
    let TagSetArgs { tag, revision, .. } = args;
    let locks = |plan: &Plan| {
        let revisions = [Some(revision), plan.before.as_ref()].into_iter().flatten();
        revisions.map(|revision| Lock::revision(&settings.istio_namespace, revision)).collect()
    };
    let plan = changed(cluster, settings, tag, async || plan_set(cluster, settings, args).await, locks).await?;
    Ok(plan.before)
}

/// What is to be done to the objects of a tag.
#[derive(Default)]
struct Plan {
    /// The revision that the tag leads to now.
    before: Option<String>,
    /// What is done, in this order.
    moves: Vec<Move>,
}

/// Plans, and carries the plan out while nobody else writes the tag or the revisions that `locks` names; with another plan
/// where somebody did until then.
async fn changed(
    cluster: &Cluster,
    settings: &Settings,
    tag: &str,
    planned: impl AsyncFn() -> Result<Plan>,
    locks: impl Fn(&Plan) -> Vec<Lock>,
) -> Result<Plan> {
    let plain = Plain::new(&settings.ui);
    let scope = Scope { cluster: cluster.name().to_owned(), revision: String::new(), sink: &plain };
    let (stop, written, kinds) = (interrupt::wait(), RefCell::default(), kinds());
    let done = async {
        loop {
            let plan = interrupt::unless(stop.clone(), ALL, planned()).await?;
            if plan.moves.is_empty() {
                return Ok(plan);
            }
            let locks = locks(&plan).into_iter().chain([Lock::tag(&settings.istio_namespace, tag)]);
            let stopped = stop.clone().map(|kind| interrupt::error(kind, ALL));
            let work = apply::one_by_one(cluster, &kinds, &scope, "Tag", &plan.moves, &written);
            if apply::exclusively(cluster, locks, &scope, &apply::Holder::this(), stopped, work).await? == Ended::Done {
                return Ok(plan);
            }
        }
    };
    done.await.map_err(|error| next::with_command(settings, error, !written.borrow().is_empty()))
}

/// Plans what makes a tag, or moves it, and asks where it moves.
async fn plan_set(cluster: &Cluster, settings: &Settings, args: &TagSetArgs) -> Result<Plan> {
    let TagSetArgs { tag, revision, .. } = args;
    let version = cluster.version().await?;
    let picture = picture::read(cluster).await?;
    message::unknown(&settings.ui, &picture.unknown);
    let wanted = objects(settings, args, &picture, version)?;
    free(&picture, args, true)?;
    let (kinds, context) = (kinds(), Context::of(&wanted));
    let mut live = HashMap::new();
    for id in wanted.iter().map(Object::id) {
        live.extend(cluster.get(&kinds, &id).await?.map(|object| (id, object)));
    }
    let action = |object: &Object| (object.id(), decide(object, live.get(&object.id()), &context));
    let mut actions: HashMap<ObjectId, Action> = wanted.iter().map(action).collect();
    if let Some(error) = of_release(&actions).or_else(|| obstacles::of(&actions)) {
        return Err(error);
    }
    let refused = apply::dry_run(cluster, &kinds, &wanted, &live, &mut actions).await?;
    if let Some(error) = obstacles::refused_with(&refused, "change what refuses it") {
        return Err(error);
    }
    let in_order = wanted.iter().filter_map(|object| actions.remove_entry(&object.id()));
    let written = in_order.filter(|(_, action)| action.writes());
    let mut moves: Vec<Move> = written.map(|(id, action)| Move::Write(id, action)).collect();
    if tag == DEFAULT_TAG {
        // The tag first: in no moment is a pod left without an injector.
        let closing = picture.injectors(DEFAULT).into_iter().filter(|injector| {
            injector.text("/metadata/deletionTimestamp").is_none() && deactivated(injector) != **injector
        });
        moves.extend(closing.map(|injector| Move::Patch(injector.id(), deactivation(injector))));
    }
    let before = leads_to(&picture, tag);
    if before.as_ref().is_some_and(|before| before != revision) && !moves.is_empty() {
        let mut lines = vec![format!("it leads to revision {}", before.as_deref().unwrap_or_default())];
        lines.extend(picture.users_of_tag(tag).lines());
        lines.push(
            "their pods get the other proxy when they are created anew; running pods stay as they are".to_owned(),
        );
        ask::proceed(cluster, settings, &format!("tag {tag} will lead to revision {revision}"), &lines).await?;
    }
    Ok(Plan { before, moves })
}

/// The revision that a tag leads to. Without a tag `default` it is the revision whose injector answers in its place.
fn leads_to(picture: &Picture, tag: &str) -> Option<String> {
    let answers = || default::answering(&picture.webhooks).filter(|_| tag == DEFAULT_TAG);
    picture.tags().remove(tag).or_else(|| answers().map(|answer| answer.revision))
}

/// That an object of the tag belongs to a Helm release, which makes tags of its own.
fn of_release(actions: &HashMap<ObjectId, Action>) -> Option<Error> {
    let mut releases = actions.iter().filter_map(|(id, action)| match action {
        Action::Skip(reason @ Reason::HelmRelease { .. }) => Some((id, reason)),
        _ => None,
    });
    let (id, reason) = releases.next()?;
    Some(
        Error::failed("conflict", format!("nothing was written: {id} {reason}"))
            .hint("set `revisionTags` in the values of that release, or take it over: mesh adopt"),
    )
}

/// A JSON patch that lets no webhook of an injector match, as long as they stand in this order.
fn deactivation(injector: &Object) -> Value {
    let closed = deactivated(injector);
    let operations = closed.list("/webhooks").iter().enumerate().flat_map(|(index, webhook)| {
        let at = |field: &str| format!("/webhooks/{index}/{field}");
        let set = |field: &str| json!({"op": "replace", "path": at(field), "value": webhook[field]});
        let is_it = json!({"op": "test", "path": at("name"), "value": webhook["name"]});
        [is_it, set("namespaceSelector"), set("objectSelector")]
    });
    operations.collect()
}

fn list(settings: &Settings, args: &TagListArgs) -> Result<()> {
    let (cluster, listed) = settings.on_cluster(|cluster| async move {
        cluster.version().await?;
        Ok((cluster.name().to_owned(), picture::read(&cluster).await?.listed()))
    })?;
    let document = document::of_cluster("TagList", &cluster, json!({ "tags": listed }));
    let text = match args.output {
        TagOutput::Json => ui::json(&document),
        TagOutput::Yaml => ui::yaml(&document)?,
        TagOutput::Text if listed.is_empty() => "there are no tags, as no revision of Istio is installed\n".to_owned(),
        TagOutput::Text => {
            let rows = listed.iter().map(|one| vec![one.tag.clone(), one.revision.clone(), one.namespaces.join(",")]);
            table::table(&["TAG", "REVISION", "NAMESPACES"], rows)
        }
    };
    settings.ui.result(&text)
}

fn remove(settings: &Settings, args: &TagRemoveArgs) -> Result<()> {
    let TagRemoveArgs { tag, output, .. } = args;
    let (cluster, removed) = settings.on_cluster(|cluster| async move {
        let locks = |plan: &Plan| {
            plan.before.iter().map(|revision| Lock::revision(&settings.istio_namespace, revision)).collect()
        };
        let plan =
            changed(&cluster, settings, tag, async || plan_removal(&cluster, settings, args).await, locks).await?;
        let going = plan.moves.into_iter().filter_map(|one| match one {
            Move::Delete(id, _) => Some(id),
            Move::Write(..) | Move::Patch(..) => None,
        });
        Ok((cluster.name().to_owned(), going.collect::<Vec<ObjectId>>()))
    })?;
    let text = match output {
        TextOutput::Text => format!("{} Tag {} removed\n", settings.ui.paint_result(Style::Good, "✔"), sanitize(tag)),
        TextOutput::Json => {
            let removed: Vec<String> = removed.iter().map(ToString::to_string).collect();
            let element = json!({ "tag": tag, "removed": removed });
            let document = document::of_cluster("TagRemoval", &cluster, element);
            ui::json(&document)
        }
    };
    settings.ui.result(&text)
}

/// Plans what removes a tag, and asks.
async fn plan_removal(cluster: &Cluster, settings: &Settings, args: &TagRemoveArgs) -> Result<Plan> {
    let TagRemoveArgs { tag, force, .. } = args;
    cluster.version().await?;
    let picture = picture::read(cluster).await?;
    message::unknown(&settings.ui, &picture.unknown);
    let found = picture.webhooks.iter().chain(&picture.services);
    let mut going: Vec<Object> = found.filter(|object| object.label(label::TAG) == Some(tag)).cloned().collect();
    if going.is_empty() {
        let known: Vec<String> = picture.tags().into_keys().collect();
        let error = Error::failed("unknown-tag", format!("there is no tag {tag}"));
        return Err(if known.is_empty() {
            error.hint("there are no tags at all")
        } else {
            error.hint(format!("there are: {}", known.join(", ")))
        });
    }
    if tag == DEFAULT_TAG {
        going.splice(0..0, cluster.get(&kinds(), &validator()).await?);
    }
    let users = picture.users_of_tag(tag);
    if !users.is_empty() && !force {
        return Err(Error::in_the_way(
            "in-use",
            format!("tag {tag} is in use; nothing was removed:\n{}", users.lines().join("\n")),
        )
        .hint("label these namespaces with another revision or tag")
        .hint("to remove it all the same, so that their new pods are not injected any more: --force"));
    }
    let lines: Vec<String> = going.iter().map(|object| object.id().to_string()).chain(users.lines()).collect();
    ask::proceed(cluster, settings, &format!("tag {tag} will be removed"), &lines).await?;
    let uid = |object: &Object| object.text("/metadata/uid").unwrap_or_default().to_owned();
    let moves = going.iter().map(|object| Move::Delete(object.id(), uid(object))).collect();
    Ok(Plan { before: picture.tags().remove(tag), moves })
}

/// The objects of the tag, for the revision as it is in the cluster.
fn objects(settings: &Settings, args: &TagSetArgs, picture: &Picture, kubernetes: String) -> Result<Vec<Object>> {
    let TagSetArgs { tag, revision, overwrite: _, webhook_name, auto_inject_namespaces, output: _ } = args;
    let injector = match picture.injectors(revision).as_slice() {
        [injector] => *injector,
        [] if picture.names().contains(revision) => {
            let message = format!("revision {revision} has no webhook that injects, so that no tag can lead to it");
            let again = if revision == DEFAULT { String::new() } else { format!(" for revision {revision}") };
            return Err(Error::failed("no-injector", message).hint(format!("install it again{again}: mesh install")));
        }
        [] => {
            let names: Vec<String> = picture.names().into_iter().collect();
            let error = Error::failed("unknown-revision", format!("there is no revision {revision} to lead to"));
            return Err(if names.is_empty() {
                error.hint("no control plane is installed: run `mesh install`")
            } else {
                error.hint(format!("there are: {}", names.join(", ")))
            });
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| one.id().to_string()).collect();
            return Err(Error::failed(
                "two-injectors",
                format!("revision {revision} has several webhooks: {}", names.join(", ")),
            )
            .hint("delete the one that is left over, then run the same command again"));
        }
    };
    let target = Target { kubernetes, ..Target::default() };
    let webhook_name = webhook_name.as_deref();
    let namespace = settings.istio_namespace.as_str();
    Tag { name: tag, revision, namespace, webhook_name, everywhere: *auto_inject_namespaces, injector }.objects(&target)
}

/// Whether the name may be given to this tag: it is no revision's, and no other tag's but with `--overwrite`.
fn free(picture: &Picture, args: &TagSetArgs, writes: bool) -> Result<()> {
    let TagSetArgs { tag, revision, overwrite, .. } = args;
    if *overwrite {
        return Ok(());
    }
    if writes && tag != DEFAULT_TAG && picture.names().contains(tag) {
        return Err(Error::failed(
            "revision-of-that-name",
            format!("there is a revision {tag}, which a tag of that name would hide"),
        )
        .hint("give the tag another name, or --overwrite"));
    }
    let there = leads_to(picture, tag);
    let to_move = format!("to let it lead to {revision}: --overwrite");
    match there.filter(|there| there != revision || writes && picture.tags().contains_key(tag)) {
        Some(there) if picture.tags().contains_key(tag) => {
            Err(Error::failed("tag-exists", format!("tag {tag} exists; it leads to revision {there}")).hint(to_move))
        }
        // An injector that has handed over to no tag is as good as one.
        Some(there) => {
            let message = format!("pods that name no revision are injected by revision {there}");
            Err(Error::failed("tag-exists", message).hint(to_move))
        }
        None => Ok(()),
    }
}

fn check_name(tag: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (1..=63).contains(&tag.len()) && tag.chars().all(plain) && !tag.starts_with('-') && !tag.ends_with('-');
    if fits {
        return Ok(());
    }
    Err(Error::usage("bad-tag", format!("`{}` is no name for a tag", sanitize(tag)))
        .hint("use small letters, digits and dashes, such as prod or 1-30-stable"))
}

fn validator() -> ObjectId {
    ObjectId::new("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", None, "istiod-default-validator")
}

/// The kinds of a tag's objects.
fn kinds() -> Kinds {
    let injector = ObjectId::new("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", None, "");
    let service = ObjectId::new("v1", "Service", None, "");
    Kinds::of([
        (&injector, "mutatingwebhookconfigurations", false),
        (&validator(), "validatingwebhookconfigurations", false),
        (&service, "services", true),
    ])
}
