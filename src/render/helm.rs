//! The same installation as releases of Helm: for each component upstream's chart, the values it takes, and what those
//! cannot say as patches of what the chart renders.
//!
//! The charts `base`, `istiod`, `cni` and `ztunnel` are those of Istio's chart repository. Its chart `gateway` makes other
//! objects than an installation by istioctl or mesh (other names of service accounts and roles, another way to inject), so
//! gateways take the charts `gateways/istio-ingress` and `gateways/istio-egress` of the release archive, which make the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::charts::{self, Charts};
use super::context::Target;
use super::engine::Engine;
use super::{crds, definitions, k8s, overlay};
use crate::component::{self, Component};
use crate::config::{ComponentKind, Config, Instance, Source};
use crate::error::{Error, Result};
use crate::inject::json_patch;
use crate::object::{Object, ObjectId, drop_nulls};

/// Where a chart is to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartSource {
    /// In Istio's chart repository, by name.
    Repository(&'static str),
    /// In the release archive, by its folder below `manifests/charts`.
    Archive(&'static str),
}

/// One release.
#[derive(Debug, Clone)]
pub struct HelmRelease {
    /// Its name, the same every time.
    pub name: String,
    /// The namespace it is installed in.
    pub namespace: String,
    /// Its chart.
    pub chart: ChartSource,
    /// The version of Istio that the chart is of.
    pub version: String,
    /// The component it is.
    pub component: &'static Component,
    /// What goes into the chart's values.
    pub values: Value,
    /// What `k8s` settings and overlays change in the chart's objects: JSON patches (RFC 6902), by object.
    pub patches: Vec<(ObjectId, Vec<Value>)>,
    instance: Instance,
}

/// The releases that make what [`render`](super::render) renders, in the order in which they are installed.
///
/// # Errors
/// As [`render`](super::render); `nothing-to-export` (usage) where no component is on.
pub fn releases(config: &Config, target: &Target) -> Result<Vec<HelmRelease>> {
    let mut engine = Engine::new(target);
    let charts = config.charts().map(|files| Charts::new(files, target));
    let mut all: Vec<HelmRelease> = Vec::new();
    for component in Component::all() {
        for instance in component.enabled(config)? {
            let name = release_name(config, &instance);
            let mut chart = charts.as_ref().map(|charts| charts.of(component)).transpose()?;
            let rendered = match &mut chart {
                None => {
                    let mut objects = engine.objects(component, &instance)?;
                    if component.kind == ComponentKind::Core {
                        objects.extend(definitions::wanted(crds::crds()?, &instance.values)?);
                    }
                    objects
                }
                Some(chart) => chart.render(&instance)?.objects,
            };
            let patches = patches(component, &instance, rendered)?;
            let values = instance.given.clone();
            let namespace = instance.namespace.clone();
            all.push(HelmRelease {
                version: component::version(config).to_owned(),
                name,
                namespace,
                chart: chart_of(component.kind),
                component,
                values,
                patches,
                instance,
            });
        }
    }
    if all.is_empty() {
        return Err(Error::usage("nothing-to-export", "no component is on: there is nothing to install")
            .hint("turn one on, such as --set components.pilot.enabled=true"));
    }
    Ok(all)
}

const fn chart_of(kind: ComponentKind) -> ChartSource {
    match kind {
        ComponentKind::Core => ChartSource::Repository("base"),
        ComponentKind::ControlPlane => ChartSource::Repository("istiod"),
        ComponentKind::Cni => ChartSource::Repository("cni"),
        ComponentKind::Ztunnel => ChartSource::Repository("ztunnel"),
        ComponentKind::IngressGateway | ComponentKind::EgressGateway => ChartSource::Archive(charts::folder(kind)),
    }
}

fn release_name(config: &Config, instance: &Instance) -> String {
    match instance.component {
        ComponentKind::Core => "istio-base".to_owned(),
        ComponentKind::ControlPlane if config.revision().is_empty() => "istiod".to_owned(),
        ComponentKind::ControlPlane => format!("istiod-{}", config.revision()),
        ComponentKind::Cni => "istio-cni".to_owned(),
        ComponentKind::Ztunnel => "ztunnel".to_owned(),
        ComponentKind::IngressGateway | ComponentKind::EgressGateway => instance.name.clone(),
    }
}

/// What settings and overlays change in the objects of a component.
fn patches(
    component: &'static Component,
    instance: &Instance,
    rendered: Vec<Object>,
) -> Result<Vec<(ObjectId, Vec<Value>)>> {
    let mut changed = rendered.clone();
    k8s::apply(component, instance, &mut changed)?;
    overlay::apply(component, &instance.overlays, &mut changed)?;
    let mut all = Vec::new();
    for (before, after) in rendered.into_iter().zip(changed) {
        let id = before.id();
        let (mut before, mut after) = (before.into_value(), after.into_value());
        // Tools drop nulls when they read; a patch must not count on them.
        drop_nulls(&mut before);
        drop_nulls(&mut after);
        let mut patch = json_patch(&before, &after);
        // Of a member of a map both mean the same, but only this one minds nothing.
        patch.iter_mut().filter(|step| step["op"] == "replace").for_each(|step| step["op"] = "add".into());
        if !patch.is_empty() {
            all.push((id, patch));
        }
    }
    Ok(all)
}

/// The `kustomization.yaml` that patches what Helm has rendered into `rendered.yaml`; none where nothing is patched.
pub fn kustomization(release: &HelmRelease) -> Option<Value> {
    if release.patches.is_empty() {
        return None;
    }
    let patch = |(id, steps): &(ObjectId, Vec<Value>)| {
        let mut target = Map::new();
        if !id.group.is_empty() {
            target.insert("group".to_owned(), id.group.as_str().into());
        }
        target.insert("version".to_owned(), id.version.as_str().into());
        target.insert("kind".to_owned(), id.kind.as_str().into());
        target.insert("name".to_owned(), id.name.as_str().into());
        if let Some(namespace) = &id.namespace {
            target.insert("namespace".to_owned(), namespace.as_str().into());
        }
        let text = Value::Array(steps.clone()).to_string();
        serde_json::json!({"target": target, "patch": text})
    };
    Some(serde_json::json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["rendered.yaml"],
        "patches": release.patches.iter().map(patch).collect::<Vec<_>>(),
    }))
}

/// What Helm renders of a release from these charts with these values, patches aside.
///
/// # Errors
/// As [`render`](super::render) with given charts.
pub fn template(charts: &[Source], target: &Target, release: &HelmRelease, values: Value) -> Result<Vec<Object>> {
    let instance = Instance { given: values.clone(), values, ..release.instance.clone() };
    let chart = Charts::new(charts, target).of(release.component)?;
    Ok(chart.released_as(&release.name).render(&instance)?.objects)
}

/// Objects that a release's chart makes and mesh does not, or the other way round: a sentence each. `rendered` is what
/// [`template`] gives, `wanted` what mesh renders.
pub fn differences(release: &HelmRelease, rendered: &[Object], wanted: &[Object]) -> Vec<String> {
    let ids = |objects: &[Object]| objects.iter().map(|object| object.id().to_string()).collect::<BTreeSet<_>>();
    let (rendered, wanted) = (ids(rendered), ids(wanted));
    // Several gateways are one component and a release each.
    let missing = wanted.difference(&rendered).filter(|_| !release.component.kind.is_gateway());
    let missing = missing.map(|id| format!("the chart makes no {id}"));
    missing.chain(rendered.difference(&wanted).map(|id| format!("the chart makes {id} too"))).collect()
}
