//! Tags: their objects, whom they lead to, and when a name is free.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::filter::Reason;
use super::{Action, default};
use crate::error::{Error, Result};
use crate::istio::{DEFAULT, Picture};
use crate::object::{Object, ObjectId};
use crate::render::Target;
use crate::render::tag::{DEFAULT_TAG, NewTag, deactivated};

/// A tag that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Its name.
    pub tag: &'a str,
    /// The revision that it is to lead to.
    pub revision: &'a str,
    /// Also where it leads elsewhere now.
    pub overwrite: bool,
    /// The namespace of the control plane.
    pub namespace: &'a str,
    /// How its webhook configuration is called, where that is not to follow from its name.
    pub webhook_name: Option<&'a str>,
    /// Whether namespaces without a label are injected too.
    pub everywhere: bool,
}

/// The revision that a tag leads to. Without a tag `default` it is the revision whose injector answers in its place.
pub fn leads_to(picture: &Picture, tag: &str) -> Option<String> {
    let answers = || default::answering(&picture.webhooks).filter(|_| tag == DEFAULT_TAG);
    picture.tags().remove(tag).or_else(|| answers().map(|answer| answer.revision))
}

/// That an object of the tag belongs to a Helm release, which makes tags of its own.
pub fn of_release(actions: &HashMap<ObjectId, Action>) -> Option<Error> {
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
pub fn deactivation(injector: &Object) -> Value {
    let closed = deactivated(injector);
    let operations = closed.list("/webhooks").iter().enumerate().flat_map(|(index, webhook)| {
        let at = |field: &str| format!("/webhooks/{index}/{field}");
        let set = |field: &str| json!({"op": "replace", "path": at(field), "value": webhook[field]});
        let is_it = json!({"op": "test", "path": at("name"), "value": webhook["name"]});
        [is_it, set("namespaceSelector"), set("objectSelector")]
    });
    operations.collect()
}

/// The reference writes a port that is the Service's own as 0, which the API server takes for the same.
pub fn spell_out_ports(object: &mut Object) {
    let ports = object.value_mut().pointer_mut("/spec/ports").and_then(Value::as_array_mut).into_iter().flatten();
    for port in ports.filter_map(Value::as_object_mut) {
        port.entry("targetPort").or_insert_with(|| 0.into());
    }
}

/// The objects of the tag, for the revision as it is in the cluster.
///
/// # Errors
/// `no-injector`, `unknown-revision`, `two-injectors` (failed).
pub fn objects(asked: &Wanted<'_>, picture: &Picture, kubernetes: String) -> Result<Vec<Object>> {
    let Wanted { tag, revision, overwrite: _, namespace, webhook_name, everywhere } = *asked;
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
    NewTag { name: tag, revision, namespace, webhook_name, everywhere, injector }.objects(&target)
}

/// Whether the name may be given to this tag: it is no revision's, and no other tag's but with `--overwrite`.
///
/// # Errors
/// `revision-of-that-name`, `tag-exists` (failed).
pub fn free(asked: &Wanted<'_>, picture: &Picture, writes: bool) -> Result<()> {
    let Wanted { tag, revision, overwrite, .. } = *asked;
    if overwrite {
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

/// Whether a tag may be called so.
///
/// # Errors
/// `bad-tag` (usage).
pub fn check_name(tag: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (1..=63).contains(&tag.len()) && tag.chars().all(plain) && !tag.starts_with('-') && !tag.ends_with('-');
    if fits {
        return Ok(());
    }
    Err(Error::usage("bad-tag", format!("`{tag}` is no name for a tag"))
        .hint("use small letters, digits and dashes, such as prod or 1-30-stable"))
}
