//! What is installed: the installations of each shape, each as its IstioOperator says and as it is rendered.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use mesh::config::{self, Inputs, Source};
use mesh::render::crds::crds;
use mesh::render::{Bundle, Target, render};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::state::key;

/// How an installation is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One control plane with a gateway, from one file without a name.
    OneFile,
    /// A control plane and two gateways, each from a file of its own, the gateways in namespaces of their own.
    GatewayFiles,
    /// `default` and `canary` from the same inputs, with one gateway that both list.
    TwoRevisions,
    /// `default` and `canary`, no tag: `default` injects by its own webhook.
    NoTag,
    /// A control plane and a gateway of it; beside them another control plane, in a namespace of its own.
    TwoHomes,
}

/// One IstioOperator.
pub(super) struct Installation {
    pub(super) name: &'static str,
    pub(super) revision: &'static str,
    /// The namespace of its control plane.
    pub(super) home: &'static str,
    pub(super) file: NamedTempFile,
    /// What changes one value of it.
    pub(super) change: &'static str,
    /// What `manifest generate` prints.
    pub(super) generated: Vec<Value>,
    /// What an installer that labels them has in the cluster.
    pub(super) labelled: Vec<Value>,
    /// The keys of all of it, with the default tag where it is this one's.
    pub(super) keys: BTreeSet<String>,
    /// Of those, the ones of the default tag.
    pub(super) tag: Vec<Value>,
}

/// What one is called here whose file has no name.
const UNNAMED: &str = "one";

impl Installation {
    pub(super) fn is_unnamed(&self) -> bool {
        self.name == UNNAMED
    }
}

/// Makes a change of a value visible.
pub(super) const MARK: &str = "/dev/matrix";
const LOG: &str = "meshConfig.accessLogFile=/dev/matrix";
const NOTE: &str = "components.ingressGateways.[0].k8s.serviceAnnotations.note=/dev/matrix";

/// A shape, made.
pub(super) struct Layout {
    pub(super) shape: Shape,
    pub(super) all: Vec<Installation>,
    /// Which one is installed again, upgraded and rolled back.
    pub(super) target: usize,
    /// Which one is uninstalled.
    pub(super) victim: usize,
}

impl Layout {
    pub(super) fn of(shape: Shape) -> Result<Self> {
        let (all, target, victim) = match shape {
            Shape::OneFile => (vec![one("one", "default", "istio-system", "default", LOG)?], 0, 0),
            Shape::GatewayFiles => {
                let plane = one("control-plane", "default", "istio-system", "minimal", LOG)?;
                (vec![plane, gateway("gw-a", "edge-a")?, gateway("gw-b", "edge-b")?], 1, 2)
            }
            Shape::TwoRevisions => {
                let default = one("one", "default", "istio-system", "default", LOG)?;
                (vec![default, one("one", "canary", "istio-system", "default", LOG)?], 0, 1)
            }
            Shape::NoTag => {
                let default = one("one", "default", "istio-system", "minimal", LOG)?;
                (vec![default, one("one", "canary", "istio-system", "minimal", LOG)?], 1, 1)
            }
            Shape::TwoHomes => {
                let plane = one("control-plane", "default", "istio-system", "minimal", LOG)?;
                let beta = one("beta", "beta", "istio-beta", "minimal", LOG)?;
                (vec![plane, gateway("gw-a", "edge-a")?, beta], 2, 1)
            }
        };
        Ok(Self { shape, all, target, victim })
    }

    pub(super) fn target(&self) -> &Installation {
        &self.all[self.target]
    }

    /// The one with the default control plane.
    pub(super) fn plane(&self) -> &Installation {
        &self.all[0]
    }

    pub(super) fn victim(&self) -> &Installation {
        &self.all[self.victim]
    }

    /// What only this one has.
    pub(super) fn own(&self, one: &Installation) -> BTreeSet<String> {
        let others: BTreeSet<&String> =
            self.all.iter().filter(|other| !std::ptr::eq(*other, one)).flat_map(|other| &other.keys).collect();
        one.keys.iter().filter(|key| !others.contains(key)).cloned().collect()
    }

    /// The revision that injects a pod that asks for one by its label.
    pub(super) fn second(&self) -> Option<&'static str> {
        self.all.iter().map(|one| one.revision).find(|revision| *revision != "default")
    }
}

/// A file with a control plane. One that is called `one` has no name.
fn one(
    name: &'static str,
    revision: &'static str,
    home: &'static str,
    profile: &str,
    change: &'static str,
) -> Result<Installation> {
    // They are the cluster's from its start: writing 15 of them again and again says nothing.
    let names = crds()?.iter().map(|crd| crd["metadata"]["name"].clone()).collect::<Vec<_>>();
    let values = json!({"base": {"excludedCRDs": names}, "global": {"istioNamespace": home}});
    let mut spec = json!({"profile": profile, "values": values});
    if revision != "default" {
        spec["revision"] = revision.into();
    }
    installation(name, revision, home, &spec, change)
}

/// A file with one gateway and nothing else.
fn gateway(name: &'static str, namespace: &str) -> Result<Installation> {
    let gateways = json!([{"name": name, "namespace": namespace, "enabled": true}]);
    let spec = json!({"profile": "empty", "components": {"ingressGateways": gateways}});
    installation(name, "default", "istio-system", &spec, NOTE)
}

fn installation(
    name: &'static str,
    revision: &'static str,
    home: &'static str,
    spec: &Value,
    change: &'static str,
) -> Result<Installation> {
    let mut operator = json!({"apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator", "spec": spec});
    if name != UNNAMED {
        operator["metadata"] = json!({"name": name, "namespace": home});
    }
    let file = NamedTempFile::with_suffix(".yaml")?;
    let text = operator.to_string();
    std::fs::write(file.path(), &text)?;
    let files = vec![Source { name: file.path().display().to_string(), text }];
    let bundle = bundle(&Inputs { files, ..Inputs::default() })?;
    let generated = bundle.generate_set().into_iter().map(|object| object.value().clone()).collect();
    // The default tag is made apart, where it is.
    let labelled: Vec<Value> =
        bundle.install_set(false).objects().skip(1).map(|object| object.value().clone()).collect();
    let set = bundle.install_set(revision == "default");
    let tag: Vec<Value> = set.default_tag.iter().map(|object| object.value().clone()).collect();
    let keys = labelled.iter().chain(&tag).map(key).collect();
    Ok(Installation { name, revision, home, file, change, generated, labelled, keys, tag })
}

fn bundle(inputs: &Inputs) -> Result<Bundle> {
    let config = config::load(inputs).context("the inputs of a shape")?;
    render(&config, &Target::default()).context("the inputs of a shape")
}
