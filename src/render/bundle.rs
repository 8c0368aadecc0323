//! All that a configuration renders to, and the set of it that `mesh manifest generate` prints.

use serde_json::Value;

use super::charts::{ChartOutput, Charts};
use super::context::Target;
use super::engine::Engine;
use super::{crds, definitions, install, k8s, order, overlay, stamp};
use crate::component::Component;
use crate::config::{ComponentKind, Config, Instance};
use crate::error::{Error, Result};
use crate::inject::check_mesh_config;
use crate::object::Object;

/// The objects of one component, all its instances together.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Its row in the component table.
    pub component: &'static Component,
    /// Its objects, in the order of its templates.
    pub objects: Vec<Object>,
}

/// Everything a configuration renders to.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The components that are on, in the order of the component table.
    pub components: Vec<Rendered>,
    /// What the user should know and that stops nothing; one sentence each.
    pub warnings: Vec<String>,
    pub(super) owner: stamp::Whose,
    pub(super) namespace: Object,
    pub(super) tag: Option<install::DefaultTag>,
}

/// Renders what `config` asks for, for a cluster like `target`.
///
/// # Errors
/// Usage errors: a value that a template cannot take or that breaks the YAML around it, a `k8s` setting that does not
/// merge, an overlay that matches nothing, a given chart that lacks files or refuses the values. Each names the component and what of it.
pub fn render(config: &Config, target: &Target) -> Result<Bundle> {
    components(config, target, |_| true)
}

/// The control plane alone: what decides about injection is in its objects.
///
/// # Errors
/// As [`render`], for what concerns it.
pub fn control_plane(config: &Config, target: &Target) -> Result<Bundle> {
    components(config, target, |component| component.kind == ComponentKind::ControlPlane)
}

fn components(config: &Config, target: &Target, wanted: impl Fn(&Component) -> bool) -> Result<Bundle> {
    std::thread::scope(|scope| {
        let mut crds = None;
        let mut engine = Engine::new(target);
        let charts = config.charts().map(|files| Charts::new(files, target));
        let mut warnings = config.warnings.clone();
        warnings.extend(mesh_config(config)?);
        let mut drafts = Vec::new();
        let mut tag = None;
        for component in Component::all().iter().filter(|component| wanted(component)) {
            let instances = component.enabled(config)?;
            if instances.is_empty() {
                continue;
            }
            if component.kind == ComponentKind::Core && charts.is_none() {
                // Most of the bytes, and they depend on nothing: they are made beside the rest.
                crds = Some(scope.spawn(crds::crds));
            }
            let mut draft = Draft { component, rendered: Vec::new() };
            let mut chart = charts.as_ref().map(|charts| charts.of(component)).transpose()?;
            for instance in instances {
                let (instance, objects) = match &mut chart {
                    None => {
                        let objects = engine.objects(component, &instance)?;
                        (instance, objects)
                    }
                    Some(chart) => {
                        let ChartOutput { objects, values, warnings: said } = chart.render(&instance)?;
                        warnings.extend(said);
                        (Instance { values, ..instance }, objects)
                    }
                };
                if component.kind == ComponentKind::ControlPlane {
                    engine.read(component)?;
                    tag = install::DefaultTag::of(&engine, component, &instance, config.has_default_tag())?;
                }
                draft.rendered.push((instance, objects));
            }
            drafts.push(draft);
        }
        let mut crds = match crds.map(std::thread::ScopedJoinHandle::join) {
            // A thread that panicked has said so; its share is done here instead.
            Some(made) => made.unwrap_or_else(|_| crds::crds())?,
            None => Vec::new(),
        };
        let components = drafts.into_iter().map(|draft| draft.finish(&mut crds)).collect::<Result<_>>()?;
        let network = config.text("values.global.network").filter(|network| !network.is_empty());
        let namespace = install::namespace(config.istio_namespace(), network)?;
        Ok(Bundle { components, warnings, owner: stamp::Whose::of(config), namespace, tag })
    })
}

/// Holds the mesh's configuration to istiod's rules, where one is given; warnings where they are not to stop anything.
fn mesh_config(config: &Config) -> Result<Vec<String>> {
    let Some(given) = config.get("values.meshConfig").filter(|given| given.is_object()) else { return Ok(Vec::new()) };
    let mut wrong = check_mesh_config(given).into_iter().map(|why| format!("`meshConfig`: {why}"));
    if config.forced() {
        return Ok(wrong.map(|why| format!("{why} (ignored: --force)")).collect());
    }
    let Some(first) = wrong.next() else { return Ok(Vec::new()) };
    let error = wrong.fold(Error::usage("bad-mesh-config", first), |error, other| error.hint(format!("also: {other}")));
    Err(match config.origin("meshConfig").or_else(|| config.origin("values.meshConfig")) {
        Some(from) => error.at(from),
        None => error,
    })
}

/// What the templates of a component gave for each of its instances.
struct Draft {
    component: &'static Component,
    rendered: Vec<(Instance, Vec<Object>)>,
}

impl Draft {
    /// With the `k8s` settings and overlays of the instances; the core takes the `crds`.
    fn finish(self, crds: &mut Vec<Value>) -> Result<Rendered> {
        let Self { component, rendered } = self;
        let mut objects = Vec::new();
        for (instance, mut made) in rendered {
            if component.kind == ComponentKind::Core {
                made.extend(definitions::wanted(std::mem::take(crds), &instance.values)?);
            }
            k8s::apply(component, &instance, &mut made)?;
            overlay::apply(component, &instance.overlays, &mut made)?;
            objects.append(&mut made);
        }
        Ok(Rendered { component, objects })
    }
}

impl Bundle {
    /// What `mesh manifest generate` prints, in its order: what others need comes first, Services last.
    pub fn generate_set(&self) -> Vec<&Object> {
        let mut objects: Vec<&Object> = self.components.iter().flat_map(|rendered| &rendered.objects).collect();
        objects.sort_by(|a, b| order::key(a).cmp(&order::key(b)));
        objects
    }

    /// The objects of that component, by its name in the component table; none where it is off.
    pub fn of(&self, component: &str) -> &[Object] {
        self.components
            .iter()
            .find(|rendered| rendered.component.name == component)
            .map_or(&[], |rendered| rendered.objects.as_slice())
    }
}
