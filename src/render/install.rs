//! The install set: the generate set as an installation has it in the cluster.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::engine::Engine;
use super::{Bundle, Rendered};
use crate::component::Component;
use crate::config::Instance;
use crate::error::Result;
use crate::istio::label;
use crate::istio::webhook::webhooks_mut;
use crate::object::{Object, ObjectId, drop_nulls};

/// The name of the template that makes the objects of the default tag.
const TAG_TEMPLATE: &str = "default-tag";

/// The objects an installation consists of.
#[derive(Debug, Clone)]
pub struct InstallSet {
    /// The namespace of the installation. Without any of our labels: it is not ours to delete.
    pub namespace: Object,
    /// The components, labelled as theirs and without the nulls that templates leave.
    pub components: Vec<Rendered>,
    /// The default tag: what injects pods that name no revision, and validates configuration that names none. Empty where
    /// another revision has it. To be written last.
    pub default_tag: Vec<Object>,
    /// The labels of each object of a component as [`Bundle::generate_set`] has them: without whose it is.
    pub printed_labels: PrintedLabels,
}

/// Labels by object.
pub type PrintedLabels = BTreeMap<ObjectId, BTreeMap<String, String>>;

impl InstallSet {
    /// All objects: the namespace, the components', the default tag's.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        let components = self.components.iter().flat_map(|rendered| &rendered.objects);
        std::iter::once(&self.namespace).chain(components).chain(&self.default_tag)
    }

    /// The version of Istio that its manifests are of, as its objects are labelled with it.
    pub fn version(&self) -> Option<&str> {
        self.objects().find_map(|object| object.label(label::VERSION))
    }
}

/// The default tag of a control plane.
#[derive(Debug, Clone)]
pub(super) struct DefaultTag {
    objects: Vec<Object>,
    /// The name of the control plane's own injector.
    injector: String,
    /// Whether this control plane is the default one, which hands its injection over to the tag.
    claims: bool,
    /// Whether the installation may have it at all.
    wanted: bool,
}

impl DefaultTag {
    /// None where something else than the control plane manages its webhooks.
    pub(super) fn of(
        engine: &Engine,
        component: &Component,
        instance: &Instance,
        wanted: bool,
    ) -> Result<Option<Self>> {
        let value = |pointer: &str| instance.values.pointer(pointer);
        if value("/global/operatorManageWebhooks").and_then(Value::as_bool).unwrap_or_default()
            || value("/global/resourceScope").and_then(Value::as_str) == Some("namespace")
        {
            return Ok(None);
        }
        let revision = value("/revision").and_then(Value::as_str).unwrap_or_default();
        let objects = engine.defined(TAG_TEMPLATE, component, instance)?;
        let injector = match instance.namespace.as_str() {
            "istio-system" => "istio-sidecar-injector".to_owned(),
            other => format!("istio-sidecar-injector-{other}"),
        };
        Ok(Some(Self { objects, injector, claims: revision.is_empty(), wanted }))
    }

    fn takes_over(&self, object: &Object) -> bool {
        self.claims && object.kind() == "MutatingWebhookConfiguration" && object.name() == self.injector
    }
}

/// The namespace of the installation, with the network its endpoints are in.
pub(super) fn namespace(name: &str, network: Option<&str>) -> Result<Object> {
    let mut metadata = json!({ "name": name });
    if let Some(network) = network {
        metadata["labels"] = json!({ label::NETWORK: network });
    }
    Object::new(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata }))
}

impl Bundle {
    /// Whether `default` is this revision's to have: always without a revision, else only while no other has it; never
    /// where the settings want none.
    /// `taken` is whether a MutatingWebhookConfiguration with the labels `app=sidecar-injector,istio.io/tag=default` is in
    /// the cluster.
    pub fn takes_default(&self, taken: bool) -> bool {
        self.tag.as_ref().is_some_and(|tag| tag.wanted && (tag.claims || !taken))
    }

    /// Lets the injector of `set` match nothing, where it would inject what another revision has by the tag `default`.
    pub fn stand_back(&self, set: &mut InstallSet) {
        let objects = set.components.iter_mut().flat_map(|rendered| &mut rendered.objects);
        for object in objects.filter(|object| self.tag.as_ref().is_some_and(|tag| tag.takes_over(object))) {
            match_nothing(object);
        }
    }

    /// The objects an installation consists of. `default` is what [`Bundle::takes_default`] said.
    pub fn install_set(&self, default: bool) -> InstallSet {
        let tag = self.tag.as_ref().filter(|tag| default && tag.wanted);
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let printed = self.components.iter().flat_map(|rendered| &rendered.objects);
        let printed_labels =
            printed.map(|object| (object.id(), object.labels().into_iter().map(owned).collect())).collect();
        let mut components = self.components.clone();
        for rendered in &mut components {
            for object in &mut rendered.objects {
                drop_nulls(object.value_mut());
                self.owner.stamp(object, rendered.component);
                if tag.is_some_and(|tag| tag.takes_over(object)) {
                    match_nothing(object);
                }
            }
        }
        let mut default_tag = tag.map(|tag| tag.objects.clone()).unwrap_or_default();
        for object in &mut default_tag {
            drop_nulls(object.value_mut());
            self.owner.stamp_kept(object);
        }
        InstallSet { namespace: self.namespace.clone(), components, default_tag, printed_labels }
    }
}

/// Makes every webhook match no pod: as selectors are ANDed, a label that nothing carries is enough. The object stays, so
/// that switching back is one write.
pub(super) fn match_nothing(object: &mut Object) {
    for webhook in webhooks_mut(object) {
        for selector in ["namespaceSelector", "objectSelector"] {
            webhook[selector] = json!({ "matchLabels": { "istio.io/deactivated": "never-match" } });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_says_its_network_and_nothing_of_ours() -> Result<()> {
        assert!(namespace("istio-system", None)?.labels().is_empty());
        let labelled = namespace("istio-system", Some("net1"))?;
        assert_eq!(labelled.labels().into_iter().collect::<Vec<_>>(), [("topology.istio.io/network", "net1")]);
        Ok(())
    }

    #[test]
    fn a_webhook_that_matches_nothing_loses_its_selectors() -> Result<()> {
        let webhooks =
            json!([{"name": "a", "namespaceSelector": {"matchExpressions": [{"key": "k", "operator": "Exists"}]}}]);
        let mut object = Object::new(json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "a"}, "webhooks": webhooks,
        }))?;
        match_nothing(&mut object);
        let never = json!({"matchLabels": {"istio.io/deactivated": "never-match"}});
        assert_eq!(object.at("/webhooks/0/namespaceSelector"), Some(&never));
        assert_eq!(object.at("/webhooks/0/objectSelector"), Some(&never));
        Ok(())
    }
}
