//! The objects of a tag as a manifest.

use serde_json::Value;

use super::View;
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::label;
use crate::istio::webhook::webhooks_mut;
use crate::object::{Object, ObjectId};
use crate::plan::tag::{self, Wanted};
use crate::render::tag::DEFAULT_TAG;

/// The objects of a tag as they would be for this cluster.
///
/// # Errors
/// What [`tag::objects`] and [`tag::free`] say; cluster errors.
pub async fn manifest(cluster: &Cluster, asked: &Wanted<'_>) -> Result<Vec<Object>> {
    let view = View::of(cluster);
    let version = view.version().await?.to_owned();
    let picture = view.picture().await?;
    let mut objects = tag::objects(asked, picture, version)?;
    tag::free(asked, picture, false)?;
    keep_closed(cluster, &mut objects).await?;
    objects.iter_mut().for_each(tag::spell_out_ports);
    Ok(objects)
}

/// istiod closes the validator once it answers: a manifest must not open it again.
async fn keep_closed(cluster: &Cluster, objects: &mut [Object]) -> Result<()> {
    let Some(validator) = objects.iter_mut().find(|object| object.kind() == "ValidatingWebhookConfiguration") else {
        return Ok(());
    };
    let kinds = Kinds::built_in();
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

/// The validators of a tag: those that are labelled with it, and of `default` the one that it brings.
///
/// # Errors
/// Cluster errors.
pub async fn validators(cluster: &Cluster, tag: &str) -> Result<Vec<Object>> {
    let (kinds, own) = (Kinds::built_in(), validator());
    let labels = format!("{}={tag}", label::TAG);
    let mut found = cluster.list(&kinds.collection(&own)?, &own, Some(&labels)).await?;
    if tag == DEFAULT_TAG && found.iter().all(|one| one.id() != own) {
        found.extend(cluster.get(&kinds, &own).await?);
    }
    Ok(found)
}

/// The validator that the tag `default` brings.
pub fn validator() -> ObjectId {
    ObjectId::new("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", None, "istiod-default-validator")
}
