//! `mesh tag …`: aliases of revisions. The same objects as istioctl's; what is in use is not taken away unasked.

use std::cell::Cell;

use futures::FutureExt;
use serde_json::{Value, json};

use super::settings::Settings;
use super::{ask, interrupt, next};
use crate::apply::{self, Ended, Lock};
use crate::cli::{TagCommand, TagListArgs, TagOutput, TagRemoveArgs, TagSetArgs, TextOutput};
use crate::cluster::{Cluster, Kinds, Write};
use crate::error::{Error, Result};
use crate::event::Scope;
use crate::istio::label;
use crate::istio::webhook::webhooks_mut;
use crate::istio::{DEFAULT, Picture};
use crate::object::{Object, ObjectId};
use crate::plan::filter::Reason;
use crate::plan::{Action, Context, decide};
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
        free(&picture, args, false)?;
        let mut objects = objects(settings, args, &picture, version)?;
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
    /// What is written, in this order.
    writes: Vec<Writing>,
    /// What is deleted, in this order.
    going: Vec<ObjectId>,
}

/// One write.
enum Writing {
    Apply(Action, Object),
    /// The selectors of an injector that steps back.
    Deactivate(Object),
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
    let (stop, begun) = (interrupt::wait(), Cell::new(false));
    let done = async {
        loop {
            let plan = interrupt::unless(stop.clone(), ALL, planned()).await?;
            if plan.writes.is_empty() && plan.going.is_empty() {
                return Ok(plan);
            }
            let locks = locks(&plan).into_iter().chain([Lock::tag(&settings.istio_namespace, tag)]);
            let stopped = stop.clone().map(|kind| interrupt::error(kind, ALL));
            let work = carry_out(cluster, &plan, &begun);
            if apply::exclusively(cluster, locks, &scope, &apply::Holder::this(), stopped, work).await? == Ended::Done {
                return Ok(plan);
            }
        }
    };
    done.await.map_err(|error| next::with_command(settings, error, begun.get()))
}

/// Plans what makes a tag, or moves it, and asks where it moves.
async fn plan_set(cluster: &Cluster, settings: &Settings, args: &TagSetArgs) -> Result<Plan> {
    let TagSetArgs { tag, revision, .. } = args;
    let version = cluster.version().await?;
    let picture = picture::read(cluster).await?;
    message::unknown(&settings.ui, &picture.unknown);
    let before = picture.tags().get(tag).cloned();
    free(&picture, args, true)?;
    let mut wanted = objects(settings, args, &picture, version)?;
    if tag == DEFAULT_TAG {
        // The tag first: in no moment is a pod left without an injector.
        wanted.extend(picture.injectors(DEFAULT).into_iter().map(deactivated));
    }
    let (kinds, context) = (kinds(), Context::of(&wanted));
    let mut writes = Vec::new();
    for object in &wanted {
        let live = cluster.get(&kinds, &object.id()).await?;
        // Of the injector that steps back only the selectors are to change.
        let is_injector = picture.injectors(DEFAULT).iter().any(|injector| injector.id() == object.id());
        match decide(object, live.as_ref(), &context) {
            Action::Unchanged => {}
            Action::Conflict(differences) if !is_injector => {
                let lines: Vec<String> = differences.iter().map(|one| format!("{} {one}", object.id())).collect();
                return Err(Error::in_the_way("conflict", format!("nothing was written:\n{}", lines.join("\n")))
                    .hint("let the other manager release the field"));
            }
            Action::Skip(reason @ Reason::HelmRelease { .. }) if !is_injector => {
                return Err(Error::in_the_way("conflict", format!("nothing was written: {} {reason}", object.id()))
                    .hint("set `revisionTags` in the values of that release, or take it over: mesh adopt"));
            }
            _ if is_injector => writes.push(Writing::Deactivate(object.clone())),
            action => writes.push(Writing::Apply(action, object.clone())),
        }
    }
    let users = picture.users_of_tag(tag);
    if before.as_ref().is_some_and(|before| before != revision) && !writes.is_empty() {
        let mut lines = vec![format!("it leads to revision {}", before.as_deref().unwrap_or_default())];
        lines.extend(users.lines());
        lines.push(
            "their pods get the other proxy when they are created anew; running pods stay as they are".to_owned(),
        );
        ask::proceed(cluster, settings, &format!("tag {tag} will lead to revision {revision}"), &lines).await?;
    }
    Ok(Plan { before, writes, going: Vec::new() })
}

async fn carry_out(cluster: &Cluster, plan: &Plan, begun: &Cell<bool>) -> Result<()> {
    let kinds = kinds();
    for write in &plan.writes {
        match write {
            Writing::Deactivate(injector) => {
                cluster.json_patch(&kinds, &injector.id(), deactivation(injector)).await?;
            }
            Writing::Apply(action, object) => {
                let (body, force) = match action {
                    Action::Apply(apply) => {
                        if let Some(patch) = &apply.before {
                            cluster.json_patch(&kinds, &object.id(), patch.clone()).await?;
                        }
                        (&apply.body, !apply.force_over.is_empty())
                    }
                    _ => (object, false),
                };
                cluster.apply(&kinds, body, Write { force, dry_run: false }).await?;
            }
        }
        begun.set(true);
    }
    for id in &plan.going {
        cluster.delete(&kinds, id, None).await?;
        begun.set(true);
    }
    Ok(())
}

/// A JSON patch that sets the selectors of every webhook.
fn deactivation(injector: &Object) -> Value {
    let selectors = injector.list("/webhooks").iter().enumerate().flat_map(|(index, webhook)| {
        ["namespaceSelector", "objectSelector"].map(|selector| {
            json!({"op": "replace", "path": format!("/webhooks/{index}/{selector}"), "value": webhook[selector]})
        })
    });
    selectors.collect()
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
        Ok((cluster.name().to_owned(), plan.going))
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
    let mut going: Vec<ObjectId> = of_tag(&picture.webhooks, tag).chain(of_tag(&picture.services, tag)).collect();
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
        going.splice(0..0, cluster.get(&kinds(), &validator()).await?.map(|found| found.id()));
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
    let lines: Vec<String> = going.iter().map(ToString::to_string).chain(users.lines()).collect();
    ask::proceed(cluster, settings, &format!("tag {tag} will be removed"), &lines).await?;
    Ok(Plan { before: picture.tags().get(tag).cloned(), writes: Vec::new(), going })
}

fn of_tag<'a>(objects: &'a [Object], tag: &'a str) -> impl Iterator<Item = ObjectId> + 'a {
    objects.iter().filter(move |object| object.label(label::TAG) == Some(tag)).map(Object::id)
}

/// The objects of the tag, for the revision as it is in the cluster.
fn objects(settings: &Settings, args: &TagSetArgs, picture: &Picture, kubernetes: String) -> Result<Vec<Object>> {
    let TagSetArgs { tag, revision, overwrite: _, webhook_name, auto_inject_namespaces, output: _ } = args;
    let injector = match picture.injectors(revision).as_slice() {
        [injector] => *injector,
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
    match picture.tags().get(tag) {
        Some(there) if writes || there != revision => {
            Err(Error::failed("tag-exists", format!("tag {tag} exists; it leads to revision {there}"))
                .hint(format!("to let it lead to {revision}: --overwrite")))
        }
        _ => Ok(()),
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
