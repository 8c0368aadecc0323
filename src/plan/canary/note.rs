//! What is noted in the cluster before the first write of an upgrade: what cannot be read from it afterwards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::istio::label::{DATAPLANE_MODE, INJECTION, REVISION, STAMPED};
use crate::istio::{DEFAULT, Installation, Picture, asks};
use crate::object::{Object, ObjectId};
use crate::plan::ledger::Ledger;
use crate::plan::tag;

/// The ConfigMap that holds it, in the namespace of the control plane.
pub const CONFIG_MAP: &str = "mesh-canary";
const KEY: &str = "note";

/// The labels of a namespace that say who injects it.
pub type Labels = BTreeMap<String, String>;

/// What was there, and what is to be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Note {
    /// The old revision.
    pub from: String,
    /// The new one.
    pub to: String,
    /// Names of the installations that move; none for the one without a name.
    pub installations: Vec<Option<String>>,
    /// What was given for the new one, as a configuration tree.
    pub inputs: Value,
    /// Whether only that counts, and nothing recorded.
    pub exactly: bool,
    /// The namespaces that asked for the old one, with their labels of then.
    pub namespaces: BTreeMap<String, Labels>,
    /// The tags that led to it, but for `default`.
    pub tags: Vec<String>,
    /// Whether the tag `default` did.
    pub default: bool,
    /// The objects of that tag with the labels by which an installer says that they are its: a tag that is moved is its
    /// user's, and loses them.
    pub stamps: Vec<(ObjectId, Labels)>,
    /// Its workloads beside istiod: gateways, and what there is once on every node.
    pub gateways: Vec<ObjectId>,
    /// Whether everything is to go back.
    pub aborting: bool,
}

impl Note {
    /// Of a mesh of revision `from` that is to become `to`.
    pub fn begin(from: &str, to: &str, picture: &Picture, ledger: &Ledger) -> Self {
        let own = ledger.standing().filter(|(one, _)| one.revision == from);
        let (mut installations, mut gateways) = (Vec::new(), Vec::new());
        for (one, history) in own {
            installations.push(one.name.clone());
            let is_gateway = |id: &ObjectId| {
                matches!(id.kind.as_str(), "Deployment" | "DaemonSet") && !id.name.starts_with("istiod")
            };
            gateways.extend(history.inventory().into_iter().filter(is_gateway));
        }
        let of_old = picture.tags().into_iter().filter(|(name, behind)| behind == from && name != DEFAULT);
        let mut note = Self {
            from: from.to_owned(),
            to: to.to_owned(),
            installations,
            gateways,
            tags: of_old.map(|(name, _)| name).collect(),
            default: tag::leads_to(picture, DEFAULT).as_deref() == Some(from),
            ..Self::default()
        };
        note.add(picture);
        note
    }

    /// From which revision to which it goes now: back, once everything is to go back.
    pub fn direction(&self) -> (&str, &str) {
        let (from, to) = (self.from.as_str(), self.to.as_str());
        if self.aborting { (to, from) } else { (from, to) }
    }

    /// Notes the namespaces that ask for the old revision by now; whether there are more.
    pub fn add(&mut self, picture: &Picture) -> bool {
        let before = self.namespaces.len();
        for namespace in &picture.namespaces {
            let Some(asked) = asks::of_namespace(namespace) else { continue };
            let is_default = asked == DEFAULT && self.default && self.from != DEFAULT;
            if asked != self.from && !is_default && !self.tags.iter().any(|tag| tag == asked) {
                continue;
            }
            let labels = || -> Labels {
                let keys = [INJECTION, REVISION, DATAPLANE_MODE].into_iter();
                keys.filter_map(|key| Some((key.to_owned(), namespace.label(key)?.to_owned()))).collect()
            };
            self.namespaces.entry(namespace.name().to_owned()).or_insert_with(labels);
        }
        self.namespaces.len() > before
    }

    /// Notes the labels of an installer on the objects of the tag `default`.
    pub fn stamp(&mut self, tag: &[Object]) {
        let own = |object: &Object| -> Labels {
            let keys = STAMPED.into_iter().filter(|key| *key != REVISION);
            keys.filter_map(|key| Some((key.to_owned(), object.label(key)?.to_owned()))).collect()
        };
        let stamped = tag.iter().map(|object| (object.id(), own(object)));
        self.stamps = stamped.filter(|(_, labels)| self.default && !labels.is_empty()).collect();
    }

    /// The revision or tag that a namespace asked for then.
    pub fn asked(&self, namespace: &str) -> Option<&str> {
        let labels = self.namespaces.get(namespace)?;
        if labels.contains_key(INJECTION) {
            return Some(DEFAULT);
        }
        labels.get(REVISION).map(String::as_str)
    }

    /// The installations of a revision, that of the control plane first.
    pub fn homes(&self, revision: &str, namespace: &str) -> Vec<Installation> {
        let of =
            |name: &Option<String>| Installation { name: name.clone(), ..Installation::unnamed(revision, namespace) };
        self.installations.iter().map(of).collect()
    }

    /// As an object.
    ///
    /// # Errors
    /// What cannot be written as JSON.
    pub fn object(&self, namespace: &str) -> Result<Object> {
        let text = serde_json::to_string(self)
            .map_err(|error| Error::failed("client", "the upgrade cannot be noted").caused_by(error))?;
        Object::new(json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": CONFIG_MAP, "namespace": namespace, "labels": {"mesh/canary": self.to}},
            "data": {KEY: text},
        }))
    }

    /// From that object.
    ///
    /// # Errors
    /// `bad-note` (failed) where it cannot be read.
    pub fn of(object: &Object) -> Result<Self> {
        serde_json::from_str(object.text(&format!("/data/{KEY}")).unwrap_or_default()).map_err(|error| {
            let id = object.id();
            Error::failed("bad-note", format!("{id}, which says where the upgrade stands, cannot be read"))
                .caused_by(error)
                .hint("if no upgrade is under way, delete it; its namespaces keep the labels that they have")
        })
    }
}
