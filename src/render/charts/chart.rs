//! A folder of charts, and one chart of it: read, then rendered for each instance.

use std::collections::BTreeMap;

use gotemplate::{Functions, Map, MissingKey, Templates, Value};
use serde_json::Value as Json;

use super::{files, metadata, values};
use crate::component::Component;
use crate::config::{ComponentKind, Instance, Source};
use crate::error::{Error, Result};
use crate::object::Object;
use crate::render::context::{RELEASE, Target, release};
use crate::yaml;

/// Lines of notes that begin with this are for the user.
const WARNING: &str = "WARNING: ";

/// A folder of charts, and the cluster they are rendered for.
pub(in crate::render) struct Charts<'a> {
    files: &'a [Source],
    capabilities: Value,
}

impl<'a> Charts<'a> {
    /// `files` are named by their paths below the folder.
    pub(in crate::render) fn new(files: &'a [Source], target: &Target) -> Self {
        Self { files, capabilities: target.capabilities() }
    }

    /// The chart of a component.
    pub(in crate::render) fn of(&self, component: &Component) -> Result<Chart<'a>> {
        let folder = folder(component.kind);
        let within = |file: &'a Source| Some((file.name.strip_prefix(folder)?.strip_prefix('/')?, file.text.as_str()));
        let files: BTreeMap<&str, &str> = self.files.iter().filter_map(within).collect();
        if files.is_empty() {
            return Err(Error::usage("no-chart", format!("{}: the charts have no {folder}", component.title))
                .hint("give --manifests the `manifests` folder of an Istio release, or the release archive"));
        }
        Chart::read(folder, &files, self.capabilities.clone())
    }
}

/// Where Istio keeps the chart of a component, below `charts/`. Source: the component table of Istio's operator.
pub(in crate::render) const fn folder(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Core => "base",
        ComponentKind::ControlPlane => "istio-control/istio-discovery",
        ComponentKind::IngressGateway => "gateways/istio-ingress",
        ComponentKind::EgressGateway => "gateways/istio-egress",
        ComponentKind::Cni => "istio-cni",
        ComponentKind::Ztunnel => "ztunnel",
    }
}

/// A chart, read.
pub(in crate::render) struct Chart<'a> {
    /// How errors call it: its folder.
    folder: &'static str,
    name: String,
    metadata: Value,
    defaults: Json,
    templates: Templates,
    /// The names of the templates that are rendered, in the order of rendering.
    order: Vec<String>,
    files: BTreeMap<&'a str, &'a str>,
    capabilities: Value,
    release: String,
}

/// What a chart gives for one instance.
pub(in crate::render) struct ChartOutput {
    /// Its objects, by the names of its templates, those of `crds/` last.
    pub(in crate::render) objects: Vec<Object>,
    /// The values as its templates left them: defaults and profiles below what was given.
    pub(in crate::render) values: Json,
    /// What its notes warn of.
    pub(in crate::render) warnings: Vec<String>,
}

impl<'a> Chart<'a> {
    fn read(folder: &'static str, files: &BTreeMap<&'a str, &'a str>, capabilities: Value) -> Result<Self> {
        let document = |file: &str| match files.get(file) {
            None => Ok(Json::Null),
            Some(text) => yaml::document_last_wins(&format!("charts/{folder}/{file}"), text),
        };
        let (name, metadata) = metadata::read(folder, &document("Chart.yaml")?)?;
        let mut templates = Templates::new(Functions::helm()).missing_key(MissingKey::Helm);
        let mut order: Vec<&str> = files.keys().copied().filter(|path| path.starts_with("templates/")).collect();
        order.sort_by_key(|path| std::cmp::Reverse((path.matches('/').count(), *path)));
        for path in &order {
            templates.parse(&format!("{name}/{path}"), files[path]).map_err(|error| failed(folder, &error))?;
        }
        let rendered = order.iter().filter(|path| !path.rsplit('/').next().unwrap_or_default().starts_with('_'));
        Ok(Self {
            folder,
            metadata,
            defaults: document("values.yaml")?,
            order: rendered.map(|path| format!("{name}/{path}")).collect(),
            templates,
            name,
            files: files.clone(),
            capabilities,
            release: RELEASE.to_owned(),
        })
    }

    /// The same chart in a release of that name.
    pub(in crate::render) fn released_as(self, name: &str) -> Self {
        Self { release: name.to_owned(), ..self }
    }

    /// Renders the chart for one instance.
    pub(in crate::render) fn render(&self, instance: &Instance) -> Result<ChartOutput> {
        let context = self.context(instance);
        let mut texts = BTreeMap::new();
        let root = Value::Map(context.clone());
        for name in &self.order {
            let template = [("Name", name.as_str().into()), ("BasePath", format!("{}/templates", self.name).into())];
            context.insert("Template", Value::map(template));
            let text = self.templates.render(name, &root).map_err(|error| failed(self.folder, &error))?;
            texts.insert(name.as_str(), text);
        }
        let (notes, manifests): (Vec<_>, Vec<_>) = texts.into_iter().partition(|(name, _)| name.ends_with(".txt"));
        let mut objects = Vec::new();
        for (name, text) in manifests {
            objects.extend(self.objects(name, &text)?);
        }
        if !self.leaves_definitions_out(&instance.given) {
            for (path, text) in self.files.iter().filter(|(path, _)| path.starts_with("crds/")) {
                objects.extend(self.objects(&format!("{}/{path}", self.name), text)?);
            }
        }
        let warnings = notes.iter().flat_map(|(_, text)| text.lines()).filter_map(|line| line.strip_prefix(WARNING));
        let values = context.get("Values").unwrap_or_default().to_json();
        let values =
            values.map_err(|why| Error::usage("chart", format!("chart {}: its values: {why}", self.folder)))?;
        Ok(ChartOutput { objects, values, warnings: warnings.map(|line| line.trim().to_owned()).collect() })
    }

    /// What templates see; one map that all of them share and may change.
    fn context(&self, instance: &Instance) -> Map {
        let values = values::coalesced(&self.defaults, &instance.given);
        let entries = [
            ("Values", values),
            ("Release", release(&self.release, &instance.namespace)),
            ("Chart", self.metadata.clone()),
            ("Files", files::of(&self.files)),
            ("Capabilities", self.capabilities.clone()),
            ("Subcharts", Map::new().into()),
        ];
        entries.into_iter().collect()
    }

    fn objects(&self, name: &str, text: &str) -> Result<Vec<Object>> {
        // Trimmed, as istioctl trims it: a block of text that ends a document then has no line break at its end.
        // A key that is there twice counts as it does for Helm: the last.
        let documents = pieces(text).map(|piece| yaml::document_last_wins(name, piece.trim()));
        let documents = documents.collect::<Result<Vec<_>>>();
        let documents = documents.map_err(|error| {
            let message = format!("chart {}: the values do not fit into template {name}", self.folder);
            Error::usage("bad-template-output", message)
                .caused_by(error)
                .hint("look for a value with line breaks or `: ` where a plain word is expected")
        })?;
        let at = |error: Error| error.at(format!("chart {}: {name}", self.folder));
        let filled = documents.into_iter().filter(|document| !document.is_null());
        filled.map(|document| Object::new(document).map_err(at)).collect()
    }

    /// Whether the user does without the CRDs of the chart's `crds/`, as is said to releases that keep them there.
    fn leaves_definitions_out(&self, given: &Json) -> bool {
        self.name == "base" && given.pointer("/base/enableIstioConfigCRDs") == Some(&Json::Bool(false))
    }
}

/// The documents of a text.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let body = whole.strip_prefix("---").unwrap_or(whole);
        let end = body.find("\n---");
        rest = end.map(|at| &body[at + 1..]);
        Some(end.map_or(body, |at| &body[..at]))
    })
}

fn failed(folder: &str, error: &gotemplate::Error) -> Error {
    Error::usage("chart", format!("chart {folder} does not render")).caused_by(error.to_string())
}
