//! What to send of a wanted object: not what another manager owns by design.
//!
//! * istiod writes the `caBundle` of its webhooks, and closes its validators (`failurePolicy: Fail`) once it can answer.
//!   `Ignore` is sent only while the field is not there, or an installation of Istio wrote it.
//! * A HorizontalPodAutoscaler sets `spec.replicas` of what it scales.
//! * Any other field that a controller holds with another value is left to it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::istio::webhook::webhooks_mut;
use crate::istio::{Maker, label};
use crate::object::{Object, ObjectId, drop_nulls, drop_server_fields};
use crate::plan::compare::{self, Difference};
use crate::plan::managed::Managed;
use crate::plan::managers::Class;
use crate::plan::path::{Path, Step};
use crate::render::{InstallSet, PrintedLabels};

/// What has to be known beside an object to say what to do with it.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// What is scaled by an autoscaler of the installation, with the smallest number of replicas.
    autoscaled: BTreeMap<ObjectId, i64>,
    adopts: bool,
    /// The labels of each object without those that say whose it is, where they are known.
    printed: PrintedLabels,
    compares: bool,
}

impl Context {
    /// The context of an installation made of `objects`.
    pub fn of<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Self {
        let scalers = objects.into_iter().filter(|object| object.kind() == "HorizontalPodAutoscaler");
        let autoscaled = scalers.filter_map(|scaler| {
            let text = |field: &str| scaler.text(&format!("/spec/scaleTargetRef/{field}"));
            let target = ObjectId::new(text("apiVersion")?, text("kind")?, scaler.namespace(), text("name")?);
            Some((target, scaler.int("/spec/minReplicas").unwrap_or(1)))
        });
        Self { autoscaled: autoscaled.collect(), ..Self::default() }
    }

    /// The context of an installation, knowing the labels that `manifest generate` prints of each object.
    pub fn of_set(set: &InstallSet) -> Self {
        Self { printed: set.printed_labels.clone(), ..Self::of(set.objects()) }
    }

    /// The same, taking over objects that belong to a Helm release.
    #[must_use]
    pub fn adopting(mut self) -> Self {
        self.adopts = true;
        self
    }

    /// The same for a comparison that changes nothing: what is as it is printed is as wanted.
    #[must_use]
    pub fn comparing(mut self) -> Self {
        self.compares = true;
        self
    }

    /// Whether nothing is changed by what is found.
    pub(super) fn compares(&self) -> bool {
        self.compares
    }

    /// Whether `difference` is a label that says whose an object is, and `live` has it as `manifest generate` prints it:
    /// applied by somebody who adds nothing, or held by one who would put it back. It is as wanted.
    pub(super) fn is_stamp(&self, wanted: &Object, live: &Object, difference: &Difference) -> bool {
        let fields = difference.path.fields();
        let ["metadata", "labels", name] = fields.as_slice() else { return false };
        let is_as_printed =
            |labels: &BTreeMap<String, String>| labels.get(*name).map(String::as_str) == live.label(name);
        let is_held = || {
            let managed = Managed::of(live);
            managed.holders(&difference.path).iter().any(|name| Class::of(name) == Class::Other)
        };
        label::STAMPED.contains(name)
            && self.printed.get(&wanted.id()).is_some_and(is_as_printed)
            && (Maker::of(live).applies_manifests() || is_held())
    }

    /// Whether objects of a Helm release are taken over.
    pub(super) fn adopts(&self) -> bool {
        self.adopts
    }

    /// The smallest number of replicas, where an autoscaler of the installation scales this object.
    pub(super) fn autoscaled(&self, id: &ObjectId) -> Option<i64> {
        self.autoscaled.get(id).copied()
    }
}

/// What to send of `wanted` while `live` is what is there, with who holds what of it.
pub fn body(wanted: &Object, live: Option<(&Object, &Managed)>, context: &Context) -> Object {
    let mut body = wanted.clone();
    // A null in an apply would ask for a field that is null, where it means one that is not there.
    drop_nulls(body.value_mut());
    drop_server_fields(body.value_mut(), &[]);
    webhooks(&mut body, live);
    if context.autoscaled(&wanted.id()).is_some() {
        remove(body.value_mut(), &Path::of(&["spec", "replicas"]));
    }
    if let Some((live, managed)) = live {
        leave_to_controllers(&mut body, live, managed);
    }
    body
}

/// How many replicas `wanted` should have, where it has none and that cannot be meant.
///
/// An autoscaler does nothing about 0 replicas, so they are put back to its smallest number; without one, to 1.
pub(super) fn mended_replicas(wanted: &Object, live: &Object, context: &Context) -> Option<i64> {
    let scalable = matches!(wanted.kind(), "Deployment" | "StatefulSet");
    if !scalable || live.int("/spec/replicas") != Some(0) {
        return None;
    }
    match context.autoscaled(&wanted.id()) {
        Some(least) => Some(least.max(1)),
        None => wanted.at("/spec/replicas").is_none_or(Value::is_null).then_some(1),
    }
}

fn webhooks(body: &mut Object, live: Option<(&Object, &Managed)>) {
    if !body.kind().ends_with("WebhookConfiguration") {
        return;
    }
    let nobody = Managed::default();
    let managed = live.map_or(&nobody, |(_, managed)| managed);
    let live = live.map(|(live, _)| live);
    for webhook in webhooks_mut(body) {
        let element = Path::of(&["webhooks"]).then(Step::key([("name".to_owned(), webhook["name"].clone())]));
        let Some(webhook) = webhook.as_object_mut() else { continue };
        if let Some(client) = webhook.get_mut("clientConfig").and_then(Value::as_object_mut) {
            authority(client, &element.field("clientConfig").field("caBundle"), live, managed);
        }
        let policy = element.field("failurePolicy");
        let there = live.and_then(|live| policy.find(live.value()));
        let installed = managed.holders(&policy).iter().any(|name| Class::of(name).installs());
        if webhook.get("failurePolicy").is_some_and(|value| value == "Ignore") {
            match there {
                // Closed after a proof, by us or by istiod: an apply must not open it again.
                Some(closed) if installed && closed == "Fail" => {
                    webhook.insert("failurePolicy".to_owned(), closed.clone());
                }
                Some(_) if !installed => {
                    webhook.shift_remove("failurePolicy");
                }
                _ => {}
            }
        }
    }
}

/// The CA of a webhook is istiod's to write. Where we lent it one, leaving it out would take it away again.
fn authority(client: &mut Map<String, Value>, path: &Path, live: Option<&Object>, managed: &Managed) {
    if client.get("caBundle").and_then(Value::as_str).is_some_and(str::is_empty) {
        client.shift_remove("caBundle");
    }
    let lent = managed.ours().is_some_and(|entry| entry.holds(path));
    if let Some(there) = live.and_then(|live| path.find(live.value())).filter(|_| lent) {
        client.insert("caBundle".to_owned(), there.clone());
    }
}

/// Leaves out what a controller holds and what is not as we would have it.
fn leave_to_controllers(body: &mut Object, live: &Object, managed: &Managed) {
    if !managed.entries().iter().any(|entry| Class::of(&entry.manager) == Class::Controller) {
        return;
    }
    for difference in compare::fields(body, live, managed).differences {
        let controlled = managed.holders(&difference.path).iter().any(|name| Class::of(name) == Class::Controller);
        // Of a value that is taken as one, no part can be left out.
        let whole = difference.path.steps().iter().all(|step| !matches!(step, Step::Index(_)));
        if controlled && whole && difference.wanted.is_some() && difference.found.is_some() {
            remove(body.value_mut(), &difference.path);
        }
    }
}

/// Takes the field at `path` out, where there is one.
pub(super) fn remove(value: &mut Value, path: &Path) {
    let Some((Step::Field(name), above)) = path.steps().split_last() else { return };
    let Some(pointer) = Path::from_steps(above).pointer(value) else { return };
    if let Some(Value::Object(map)) = value.pointer_mut(&pointer) {
        map.shift_remove(name);
    }
}
