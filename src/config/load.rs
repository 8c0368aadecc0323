//! `load`: inputs to the effective configuration of one installation.

use std::sync::Arc;

use serde_json::Value;

use super::line::Manifests;
use super::{ComponentKind, Instance, Platform};
use super::{explain, instance, layer, line, merge, operator, platform, size, validate, values, written};
use crate::error::Result;
use crate::line::Line;
use crate::yaml::Place;

/// The namespace of a control plane unless somebody says otherwise.
pub(super) const HOME: &str = "istio-system";

/// One input file, read by the caller (who refuses what is not UTF-8 or too large).
#[derive(Debug, Clone)]
pub struct Source {
    /// How errors name it: the path as given, or `-`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Everything that decides what is installed.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `-f`, left to right.
    pub files: Vec<Source>,
    /// `--set`, in order, each the raw `path=value`.
    pub sets: Vec<String>,
    /// `--revision`; `default` is the same as none.
    pub revision: Option<String>,
    /// `--force`: what the validation refuses becomes a warning.
    pub force: bool,
    /// The platform found in the cluster (`gke`), by its name in the table of platforms; none where there is no cluster.
    pub detected_platform: Option<String>,
    /// `--size`: a set of requests for small clusters (`tiny`), below whatever files and `--set` say.
    pub size: Option<String>,
    /// `--registry`: every image comes from here, whatever `hub` a file or a component names.
    pub registry: Option<String>,
    /// `--image-pull-secret`: added to every service account and to injected pods.
    pub image_pull_secret: Option<String>,
    /// The profiles that came with `--manifests`, `name` being the profile's; none to use the built-in ones. Given charts do
    /// their own merging, so [`Instance::values`] is then the same as [`Instance::given`].
    pub profiles: Option<Vec<Source>>,
    /// The charts that came with `--manifests`, `name` being the path of a file below their folder, such as
    /// `base/values.yaml`; none to use the built-in templates.
    pub charts: Option<Arc<[Source]>>,
    /// Where those charts are from: an absolute path, for the record.
    pub charts_path: Option<String>,
    /// `--version`: the release those charts are from, for the record.
    pub version: Option<String>,
}

/// The effective configuration of one installation.
#[derive(Debug, Clone)]
pub struct Config {
    /// The profile in use, such as `demo`.
    pub profile: String,
    /// The merged operator spec: `components`, `values` (without the charts' defaults and presets), `meshConfig`, `hub`,
    /// `tag`, `revision`, `namespace`, `profile`, `compatibilityVersion`.
    pub spec: Value,
    /// What the user should know and that stops nothing; one sentence each.
    pub warnings: Vec<String>,
    /// `metadata.namespace`: where components without a namespace of their own go.
    namespace: String,
    /// `metadata.name` of the operator file, where it has one.
    owner: Option<String>,
    /// The values laid over the charts' defaults by profile, compatibility version and platform; none where given charts
    /// do it themselves.
    pub(super) preset: Option<Value>,
    charts: Option<Arc<[Source]>>,
    manifests: Manifests,
    origins: layer::Origins,
    force: bool,
    default_tag: bool,
}

/// The effective configuration of `inputs`.
///
/// # Errors
/// Usage errors, each naming the file and line or the flag.
pub fn load(inputs: &Inputs) -> Result<Config> {
    let user = layer::read(inputs)?;
    let (profile, mut document) = operator::assemble(inputs, &user)?;
    let manifests = match &inputs.charts {
        Some(charts) => Manifests::of(charts, inputs.profiles.as_deref().unwrap_or_default()),
        None => Manifests::default(),
    };
    let mut warnings = validate::check(inputs, &user, &document, manifests.line)?;
    let detected = inputs.detected_platform.as_deref().and_then(platform::named);
    warnings.extend(detected.and_then(|platform| platform::kept(platform, platform.overridden(&user.tree)?)));
    let mut spec = document["spec"].take();
    values::apply_unvalidated(&mut spec);
    let namespace = document["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
    let owner = user.tree["metadata"]["name"].as_str().filter(|name| !name.is_empty()).map(str::to_owned);
    let of_images = || spec["tag"].as_str().and_then(line::of_images).filter(|_| inputs.charts.is_none());
    warnings.extend(manifests.said().or_else(of_images));
    let mut config = Config {
        profile,
        spec,
        warnings,
        namespace,
        owner,
        preset: None,
        charts: inputs.charts.clone(),
        manifests,
        default_tag: user.tree["spec"]["values"].get("defaultRevision").is_none_or(|named| named != ""),
        origins: user.origins,
        force: inputs.force,
    };
    if inputs.profiles.is_none() && ComponentKind::ALL.iter().any(|kind| !instance::entries(&config, *kind).is_empty())
    {
        config.preset = Some(values::preset(&config)?);
    }
    if let Some(size) = &inputs.size {
        let without = load(&Inputs { size: None, ..inputs.clone() })?;
        config.warnings.extend(size::said(size, &config, &without)?);
    }
    Ok(config)
}

/// The folder of charts that the inputs themselves ask for (`spec.installPackagePath`), empty where they ask for none. Who
/// reads files asks this first, and then loads with the profiles of that folder.
///
/// # Errors
/// As [`load`], for what concerns reading files and flags.
pub fn install_package_path(inputs: &Inputs) -> Result<String> {
    let user = layer::read(inputs)?;
    Ok(user.tree["spec"]["installPackagePath"].as_str().unwrap_or_default().to_owned())
}

impl Config {
    /// Whether what `platform` sets counts: nobody says otherwise.
    pub fn obeys(&self, platform: &Platform) -> bool {
        platform.is_in(&self.spec)
    }

    /// The namespace of the control plane (`values.global.istioNamespace`, `istio-system` where unset).
    pub fn istio_namespace(&self) -> &str {
        self.text("values.global.istioNamespace").filter(|name| !name.is_empty()).unwrap_or(HOME)
    }

    /// The name the user gave to the installation (`metadata.name`): objects are labelled with it.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// The revision, empty for the default one (what templates see as `.Values.revision`).
    pub fn revision(&self) -> &str {
        self.text("values.revision").filter(|revision| *revision != "default").unwrap_or_default()
    }

    /// The value at a dotted path below the operator spec, such as `values.global.hub`; no list indices.
    pub fn get(&self, path: &str) -> Option<&Value> {
        merge::at(&self.spec, path)
    }

    /// The string at a dotted path below the operator spec.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.as_str()
    }

    /// The boolean at a dotted path below the operator spec; false where there is none.
    pub fn flag(&self, path: &str) -> bool {
        self.get(path).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Where the value at a dotted path below the operator spec is from: `FILE:LINE:COLUMN`, a flag, `platform gke`,
    /// `compatibility version 1.27`, `profile demo`; none where nobody sets it and it has its default.
    pub fn origin(&self, path: &str) -> Option<String> {
        let below: Vec<_> = path.split('.').map(Place::key).collect();
        let whole: Vec<_> = std::iter::once(Place::key("spec")).chain(below.iter().cloned()).collect();
        self.origins.of(&whole).or_else(|| explain::preset_origin(self, &below))
    }

    /// Where the user has written `value`, which became the field `name` of an object: `FILE:LINE:COLUMN` or a flag; none
    /// where nobody has, or where that cannot be told.
    pub fn written(&self, value: &Value, name: &str) -> Option<String> {
        written::find(&self.spec, value, name, |path| self.origins.of(path))
    }

    /// The instances of a component that are enabled: none or one, any number for gateways, in the order they are written.
    ///
    /// # Errors
    /// Where a preset the values name (`profile`, `platform`, `compatibilityVersion`) does not exist.
    pub fn instances(&self, component: ComponentKind) -> Result<Vec<Instance>> {
        instance::of(self, component)
    }

    /// The line of Istio that it is of: that of its charts.
    pub fn line(&self) -> Line {
        self.manifests.line
    }

    /// The version of its manifests, where charts are given and say it.
    pub fn version(&self) -> Option<&str> {
        self.manifests.version.as_deref()
    }

    /// The charts to render in place of the built-in templates, as [`Inputs::charts`] gave them.
    pub fn charts(&self) -> Option<&[Source]> {
        self.charts.as_deref()
    }

    /// Whether what is not valid is to be warned of only ([`Inputs::force`]).
    pub const fn forced(&self) -> bool {
        self.force
    }

    /// Whether an installation may have the default tag: not where the user empties `values.defaultRevision`. In the
    /// profiles, where it is empty too, that only says that no chart makes it.
    pub const fn has_default_tag(&self) -> bool {
        self.default_tag
    }

    pub(super) fn origins(&self) -> &layer::Origins {
        &self.origins
    }

    pub(super) fn default_namespace(&self) -> &str {
        if self.namespace.is_empty() { HOME } else { &self.namespace }
    }
}

#[cfg(test)]
mod tests;
