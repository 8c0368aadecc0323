//! What Istio is made of: one table, a row a component. A new component is a row here and a folder in `templates/`.

mod table;

use include_dir::{Dir, include_dir};

use crate::config::{ComponentKind, Config, Instance};
use crate::error::Result;

/// The version of Istio that the templates and defaults are those of.
pub const ISTIO_VERSION: &str = "1.30.3";

/// The version of Istio that `config` installs: that of the charts it is given, else the built-in one.
pub fn version(config: &Config) -> &str {
    config.version().unwrap_or(ISTIO_VERSION)
}

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The templates right in a folder below `templates/` (`""` for what all components share): paths and texts, sorted by
/// path. Those whose names begin with `_` only define.
pub fn templates(folder: &str) -> Vec<(&'static str, &'static str)> {
    let dir = if folder.is_empty() { Some(&TEMPLATES) } else { TEMPLATES.get_dir(folder) };
    let mut files: Vec<_> = dir
        .into_iter()
        .flat_map(Dir::files)
        .filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
        .filter(|(name, _)| name.ends_with(".yaml") || name.ends_with(".tpl"))
        .collect();
    files.sort_unstable_by_key(|(name, _)| *name);
    files
}

/// A row of the table.
#[derive(Debug)]
pub struct Component {
    /// What the configuration calls it.
    pub kind: ComponentKind,
    /// Its stable name in events and JSON, such as `ingress-gateways`.
    pub name: &'static str,
    /// How the checkmark line calls it, such as `Ingress gateways`.
    pub title: &'static str,
    /// The value of the label `operator.istio.io/component`, such as `IngressGateways`.
    pub label: &'static str,
    /// The value of the label `app.kubernetes.io/name`.
    pub app: &'static str,
    /// The value of the label `helm.sh/chart`: objects taken over from another installer keep it.
    pub chart: &'static str,
    /// The names of the components that have to be ready before this one is written; those that are off do not count.
    pub after: &'static [&'static str],
    /// The folder of its templates below `templates/`.
    pub templates: &'static str,
    /// What `k8s` settings are about; none where only overlays apply.
    pub workload: Option<RunBy>,
    /// The kinds of its objects that are waited for; the others are ready once written.
    pub awaited: &'static [&'static str],
}

/// The object that runs a component.
#[derive(Debug, Clone, Copy)]
pub struct RunBy {
    /// `Deployment` or `DaemonSet`.
    pub kind: &'static str,
    /// Its name; gateways have their own, the control plane's ends with the revision.
    pub name: &'static str,
    /// The container that settings such as `resources` are about.
    pub container: &'static str,
}

impl Component {
    /// All components, in the order of the checkmark lines.
    pub fn all() -> &'static [Self] {
        &table::COMPONENTS
    }

    /// The row of a kind.
    pub fn of(kind: ComponentKind) -> &'static Self {
        // `every_kind_has_one_row` holds the table to it.
        Self::all().iter().find(|row| row.kind == kind).unwrap_or(&table::COMPONENTS[0])
    }

    /// The row of that `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|row| row.name == name)
    }

    /// The row whose objects carry `operator.istio.io/component: LABEL`.
    pub fn labelled(label: &str) -> Option<&'static Self> {
        Self::all().iter().find(|row| row.label == label)
    }

    /// Its instances that `config` asks for: none where it is off, several only for gateways.
    ///
    /// # Errors
    /// As [`Config::instances`].
    pub fn enabled(&self, config: &Config) -> Result<Vec<Instance>> {
        config.instances(self.kind)
    }

    /// Its templates, as [`templates`] gives them.
    pub fn files(&self) -> Vec<(&'static str, &'static str)> {
        templates(self.templates)
    }

    /// Whether objects of `kind` are waited for.
    pub fn awaits(&self, kind: &str) -> bool {
        self.awaited.contains(&kind)
    }
}
