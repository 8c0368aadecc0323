//! What templates see.

use std::collections::BTreeSet;

use gotemplate::{Object, Value};

use crate::component::Component;
use crate::config::Instance;

/// The cluster that is rendered for.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its version as the server says it, such as `v1.33.2-gke.100`.
    pub kubernetes: String,
    /// What it serves: `apps/v1`, `apps/v1/Deployment`, …
    pub api_versions: BTreeSet<String>,
}

/// No cluster at hand: the oldest Kubernetes that Istio 1.30 supports, of which nothing else is known.
impl Default for Target {
    fn default() -> Self {
        Self { kubernetes: "v1.32.0".to_owned(), api_versions: BTreeSet::new() }
    }
}

impl Target {
    /// `.Capabilities`.
    pub(super) fn capabilities(&self) -> Value {
        let mut numbers = self.kubernetes.trim_start_matches('v').split('.');
        let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        let version = self.kubernetes.as_str();
        let kubernetes = [("Version", version), ("GitVersion", version), ("Major", major), ("Minor", minor)];
        Value::map([
            ("KubeVersion", Value::map(kubernetes.map(|(key, value)| (key, value.into())))),
            ("APIVersions", Value::object(ApiVersions(self.api_versions.clone()))),
        ])
    }
}

/// `.Capabilities.APIVersions`: `Has "apps/v1"`.
struct ApiVersions(BTreeSet<String>);

impl Object for ApiVersions {
    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        match (name, args) {
            ("Has", [Value::Str(wanted)]) => Ok(self.0.contains(wanted.as_ref()).into()),
            ("Has", _) => Err("APIVersions.Has wants one name".to_owned()),
            _ => Err(format!("APIVersions has no {name}")),
        }
    }

    fn type_name(&self) -> &'static str {
        "chartutil.VersionSet"
    }
}

/// The name of the release where nobody names one.
pub(super) const RELEASE: &str = "istio";

/// `.Release`: as Helm's, so that an installation can change hands.
pub(super) fn release(name: &str, namespace: &str) -> Value {
    Value::map([
        ("Name", name.into()),
        ("Namespace", namespace.into()),
        ("Service", "Helm".into()),
        ("IsInstall", true.into()),
        ("IsUpgrade", false.into()),
        ("Revision", 1.into()),
    ])
}

/// The whole context of one instance. `injection` are the texts of the injection templates by their names.
pub(super) fn of(component: &Component, instance: &Instance, capabilities: &Value, injection: &Value) -> Value {
    let values = Value::from_json_floats(&instance.values);
    let revision = instance.values.get("revision").and_then(|value| value.as_str()).unwrap_or_default();
    let (shown, suffix) =
        if revision.is_empty() { ("default", String::new()) } else { (revision, format!("-{revision}")) };
    let version = component.chart.rsplit('-').next().unwrap_or_default();
    let labels = [("Label", component.label), ("App", component.app), ("Chart", component.chart), ("Version", version)];
    let gateway = instance.values.pointer(&format!("/gateways/{}", component.app)).map(Value::from_json_floats);
    Value::map([
        ("Values", values),
        ("Given", Value::from_json_floats(&instance.given)),
        ("Gateway", gateway.unwrap_or_default()),
        ("Release", release(RELEASE, &instance.namespace)),
        ("Capabilities", capabilities.clone()),
        ("Component", Value::map(labels.map(|(key, value)| (key, value.into())))),
        ("Revision", shown.into()),
        ("Suffix", suffix.into()),
        ("Injection", injection.clone()),
    ])
}
