//! A plan held to the API server before anything is written: what exists and differs is tried, the rest is not.

use std::collections::HashMap;

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;

use super::write::SIDE_BY_SIDE;
use crate::cluster::{Cluster, Kinds, Refusal};
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::{Action, Apply, Context, Recreate};

/// What the server makes of an object of the plan.
enum Answer {
    /// It would change as planned.
    AsPlanned,
    /// Nothing of it would change but who owns its fields.
    Nothing,
    /// A field cannot be changed.
    Fixed(String),
    /// It is refused.
    Refused(String),
}

/// Tries every object that exists and differs, and corrects `actions` by what the server says: no difference where it
/// makes none, a new object where a field cannot be changed. Gives what is refused, with why; nothing may be written then.
///
/// # Errors
/// Cluster errors.
pub async fn dry_run<'o>(
    cluster: &Cluster,
    kinds: &Kinds,
    objects: impl IntoIterator<Item = &'o Object>,
    live: &HashMap<ObjectId, Object>,
    actions: &mut HashMap<ObjectId, Action>,
) -> Result<Vec<(ObjectId, String)>> {
    let wanted: HashMap<ObjectId, &Object> = objects.into_iter().map(|object| (object.id(), object)).collect();
    let context = Context::of(wanted.values().copied());
    let differing = actions.iter().filter_map(|(id, action)| match action {
        Action::Apply(apply) if !apply.differences.is_empty() => {
            Some((id.clone(), live.get(id)?, apply.as_ref().clone()))
        }
        _ => None,
    });
    let differing: Vec<_> = differing.collect();
    let answers: Vec<(ObjectId, &Object, Answer)> = stream::iter(differing)
        .map(|(id, live, apply)| async move {
            let answer = ask(cluster, kinds, &id, live, &apply).await?;
            Ok::<_, crate::error::Error>((id, live, answer))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let mut refused = Vec::new();
    for (id, live, answer) in answers {
        let (Some(Action::Apply(apply)), Some(wanted)) = (actions.get_mut(&id), wanted.get(&id)) else { continue };
        match answer {
            Answer::AsPlanned => {}
            Answer::Nothing => apply.differences.clear(),
            Answer::Fixed(field) => {
                let differences = std::mem::take(&mut apply.differences);
                let recreate = Recreate::of(wanted, live, &context, differences, field);
                actions.insert(id, Action::Recreate(Box::new(recreate)));
            }
            Answer::Refused(why) => refused.push((id, why)),
        }
    }
    refused.sort();
    Ok(refused)
}

async fn ask(cluster: &Cluster, kinds: &Kinds, id: &ObjectId, live: &Object, apply: &Apply) -> Result<Answer> {
    // What a patch has to prepare the apply cannot be tried after it, as a dry run leaves nothing behind.
    let tried = match &apply.before {
        Some(patch) => cluster.try_json_patch(kinds, id, patch).await?,
        None => cluster.try_apply(kinds, &apply.body, apply.force()).await?,
    };
    Ok(match tried {
        Ok(there) if apply.before.is_none() && settled(&there) == settled(live) => Answer::Nothing,
        Ok(_) => Answer::AsPlanned,
        Err(refusal) => fixed(&refusal).map_or_else(|| Answer::Refused(refusal.message.clone()), Answer::Fixed),
    })
}

/// The field that the server says cannot be changed: `… is invalid: spec.selector: Invalid value: …: field is immutable`.
fn fixed(refusal: &Refusal) -> Option<String> {
    let (_, rest) = refusal.message.split_once(" is invalid: ")?;
    let says = ["field is immutable", "cannot change roleRef", "may not change once set"];
    let (field, _) = rest.split_once(": ")?;
    // Several complaints come in one list; deleting helps only where all are of this sort.
    let complaints = rest.matches("Invalid value").count() + rest.matches("Forbidden").count();
    let of_this_sort: usize = says.iter().map(|text| rest.matches(text).count()).sum();
    (refusal.code == 422 && of_this_sort > 0 && complaints <= of_this_sort)
        .then(|| field.trim_start_matches('[').to_owned())
}

/// An object without what the server writes about who wrote it and when.
fn settled(object: &Object) -> Value {
    let mut value = object.value().clone();
    if let Some(root) = value.as_object_mut() {
        root.shift_remove("status");
    }
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["managedFields", "resourceVersion", "generation"] {
            metadata.shift_remove(field);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_cannot_be_changed_is_named() {
        let selector = "Deployment.apps \"istiod\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"x\"}}: field is immutable";
        let role = "RoleBinding.rbac.authorization.k8s.io \"istiod\" is invalid: roleRef: Invalid value: {\"kind\":\"Role\"}: cannot change roleRef";
        let both = "Deployment.apps \"a\" is invalid: [spec.selector: Invalid value: {}: field is immutable, spec.replicas: Invalid value: -1: must be greater]";
        let port = "Service \"a\" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535";
        let table = [(selector, Some("spec.selector")), (role, Some("roleRef")), (both, None), (port, None)];
        for (message, field) in table {
            let refusal = Refusal { code: 422, message: message.to_owned() };
            assert_eq!(fixed(&refusal).as_deref(), field, "{message}");
        }
    }
}
