//! What Helm has recorded of a release: its chart, what that was given, how its last change ended, and which of its objects
//! are of Istio's charts, where these are only a part of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::adoption::is_istios;
use crate::config;
use crate::object::Object;
use crate::yaml;

/// Istio's charts, as they are called in releases and in repositories of old.
const CHARTS: [&str; 11] = [
    "base",
    "istio-base",
    "istiod",
    "istio-discovery",
    "istiod-remote",
    "cni",
    "istio-cni",
    "ztunnel",
    "gateway",
    "istio-ingress",
    "istio-egress",
];

/// What is recorded of the newest revision of a release.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    /// The name of its chart.
    pub chart: String,
    /// What each of Istio's charts in it was given, by the chart's name.
    pub values: Vec<(String, Value)>,
    /// Of a chart that is not Istio's: kind and name of what it has from charts that are.
    made: BTreeSet<(String, String)>,
}

impl Recorded {
    /// By the release as Helm writes it down.
    pub fn of(release: &Value) -> Option<Self> {
        let chart = release.pointer("/chart/metadata/name")?.as_str()?.to_owned();
        let config = release.get("config").filter(|config| config.is_object()).cloned().unwrap_or_default();
        if CHARTS.contains(&chart.as_str()) {
            return Some(Self { values: vec![(chart.clone(), config)], chart, made: BTreeSet::new() });
        }
        let parts = parts(release);
        let defaults = release.pointer("/chart/values").cloned().unwrap_or_default();
        let given = |key: &str| {
            let mut all = json!({});
            for values in [&defaults, &config] {
                if values["global"].is_object() {
                    config::merge(&mut all, json!({"global": values["global"]}));
                }
                if values[key].is_object() {
                    config::merge(&mut all, values[key].clone());
                }
            }
            all
        };
        let values = parts.iter().map(|(name, key)| (name.clone(), given(key))).collect();
        let keys: Vec<&str> = parts.iter().map(|(_, key)| key.as_str()).collect();
        let made = made(release["manifest"].as_str().unwrap_or_default(), &keys);
        Some(Self { chart, values, made })
    }

    /// Whether Istio's charts are only a part of it.
    pub fn is_umbrella(&self) -> bool {
        !CHARTS.contains(&self.chart.as_str())
    }

    /// Whether an object of an umbrella is from one of Istio's charts; where the record does not tell, by its labels.
    pub fn made(&self, object: &Object) -> bool {
        if self.made.is_empty() {
            return is_istios(object);
        }
        self.made.contains(&(object.kind().to_owned(), object.name().to_owned()))
    }
}

/// The charts of Istio that a chart depends on: the name of each, and what it is called there.
fn parts(release: &Value) -> Vec<(String, String)> {
    let dependencies = release.pointer("/chart/metadata/dependencies").and_then(Value::as_array);
    let part = |one: &Value| {
        let name = one["name"].as_str().filter(|name| CHARTS.contains(name))?;
        let alias = one["alias"].as_str().filter(|alias| !alias.is_empty()).unwrap_or(name);
        Some((name.to_owned(), alias.to_owned()))
    };
    dependencies.into_iter().flatten().filter_map(part).collect()
}

/// Kind and name of what a manifest has from the templates of these parts: Helm writes above each object whose it is.
fn made(manifest: &str, parts: &[&str]) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for text in manifest.split("\n---") {
        // `# Source: umbrella/charts/istiod/templates/deployment.yaml`
        let source = text.lines().find_map(|line| line.strip_prefix("# Source: ")).unwrap_or_default();
        let mut folders = source.split('/').skip_while(|folder| *folder != "charts").skip(1);
        if !folders.next().is_some_and(|folder| parts.contains(&folder)) {
            continue;
        }
        let Ok(object) = yaml::document("manifest", text.trim_start_matches("---")) else { continue };
        if let (Some(kind), Some(name)) = (object["kind"].as_str(), object["metadata"]["name"].as_str()) {
            found.insert((kind.to_owned(), name.to_owned()));
        }
    }
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn of_an_umbrella_only_what_istios_charts_made_is_istios() {
        let manifest = "---\n# Source: platform/charts/control/templates/sa.yaml\nkind: ServiceAccount\nmetadata:\n  name: istiod\n\
                        ---\n# Source: platform/charts/web/templates/web.yaml\nkind: Deployment\nmetadata:\n  name: web\n\
                        ---\n# Source: platform/templates/map.yaml\nkind: ConfigMap\nmetadata:\n  name: map\n";
        let dependencies = json!([{"name": "istiod", "alias": "control"}, {"name": "web"}]);
        let release = json!({
            "chart": {
                "metadata": {"name": "platform", "dependencies": dependencies},
                "values": {"global": {"hub": "h"}, "control": {"autoscaleMin": 2, "meshConfig": {"a": 1}}},
            },
            "config": {"control": {"autoscaleMin": 3}, "web": {"x": 1}},
            "manifest": manifest,
        });
        let recorded = Recorded::of(&release).unwrap();
        assert!(recorded.is_umbrella());
        let expected = json!({"global": {"hub": "h"}, "autoscaleMin": 3, "meshConfig": {"a": 1}});
        assert_eq!(recorded.values, [("istiod".to_owned(), expected)]);
        let object = |kind: &str, name: &str| {
            Object::new(json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}})).unwrap()
        };
        assert!(recorded.made(&object("ServiceAccount", "istiod")));
        assert!(!recorded.made(&object("Deployment", "web")) && !recorded.made(&object("ConfigMap", "map")));
    }

    #[test]
    fn a_release_of_a_chart_of_istios_is_istios_whole() {
        let release = json!({"chart": {"metadata": {"name": "istiod"}}, "config": {"profile": "demo"}});
        let recorded = Recorded::of(&release).unwrap();
        assert!(!recorded.is_umbrella());
        assert_eq!(recorded.values, [("istiod".to_owned(), json!({"profile": "demo"}))]);
        assert_eq!(Recorded::of(&json!({})), None);
    }
}
