//! The configuration of a mesh or of one proxy, in canonical form.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::types::Named;
use super::{defaults, read};
use crate::error::{Error, Result};

/// A mesh's configuration, or a proxy's, in canonical form: what is not set is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MeshConfig(Map<String, Value>);

impl MeshConfig {
    /// The mesh configuration that `given` (the `mesh` key of ConfigMap `istio`) sets on top of Istio's defaults.
    ///
    /// All is replaced by what is given, but: `defaultConfig` and `defaultProviders` are merged a field at a time,
    /// `extensionProviders` by name, and the trust domain aliases are a set.
    ///
    /// # Errors
    /// `bad-mesh-config` (usage): a value of the wrong type, with its path.
    pub(crate) fn mesh(given: &Value) -> Result<Self> {
        let empty = Map::new();
        let bad = |why: String| Error::usage("bad-mesh-config", format!("mesh configuration: {why}"));
        let given = match given {
            Value::Object(map) => map,
            Value::Null => &empty,
            _ => return Err(bad("a map is wanted".into())),
        };
        let mut mesh = defaults::mesh();
        let kept = ["defaultConfig", "defaultProviders", "extensionProviders"].map(|key| (key, mesh.get(key).cloned()));
        read::apply(&mut mesh, given, named("MeshConfig")?).map_err(bad)?;
        for (key, before) in kept {
            let Some(before) = before else { continue };
            let after = mesh.insert(key.to_owned(), before);
            let Some(slot) = mesh.get_mut(key) else { continue };
            match (key, slot, after) {
                ("defaultConfig", Value::Object(base), _) => {
                    let own = given.get("defaultConfig").and_then(Value::as_object).unwrap_or(&empty);
                    merge_proxy(base, own).map_err(bad)?;
                }
                ("defaultProviders", Value::Object(base), _) => {
                    let own = given.get("defaultProviders").and_then(Value::as_object).unwrap_or(&empty);
                    read::apply(base, own, named("MeshConfig.DefaultProviders")?).map_err(bad)?;
                }
                (_, Value::Array(known), Some(Value::Array(new))) => lay_over(known, new),
                _ => {}
            }
        }
        if let Some(Value::Array(aliases)) = mesh.get_mut("trustDomainAliases") {
            aliases.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            aliases.dedup();
        }
        Ok(Self(mesh))
    }

    /// A configuration that is in canonical form already.
    pub(crate) const fn of(canonical: Map<String, Value>) -> Self {
        Self(canonical)
    }

    /// A proxy's defaults, without any mesh's.
    pub(crate) fn proxy_defaults() -> Self {
        Self(defaults::proxy())
    }

    /// `defaultConfig` of a mesh: what its proxies start from.
    pub(crate) fn default_config(&self) -> Self {
        Self(self.0.get("defaultConfig").and_then(Value::as_object).cloned().unwrap_or_default())
    }

    /// This mesh with another `defaultConfig`.
    pub(crate) fn with_default_config(&self, proxy: &Self) -> Self {
        let mut mesh = self.clone();
        mesh.0.insert("defaultConfig".to_owned(), Value::Object(proxy.0.clone()));
        mesh
    }

    /// This proxy configuration with what `given` sets: `proxyMetadata` is merged, all else replaced.
    ///
    /// # Errors
    /// A value of the wrong type, with its path.
    pub(crate) fn with_proxy(&self, given: &Value) -> Result<Self, String> {
        let mut merged = self.clone();
        match given {
            Value::Object(given) => merge_proxy(&mut merged.0, given)?,
            Value::Null => {}
            _ => return Err("a map is wanted".into()),
        }
        Ok(merged)
    }

    /// The value at a dotted path, such as `image.imageType`.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let found = self.0.get(first)?;
        rest.split('.').filter(|key| !key.is_empty()).try_fold(found, |value, key| value.get(key))
    }

    /// The text at a dotted path; empty where there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.at(path).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether the boolean at a dotted path is set and true.
    pub(crate) fn flag(&self, path: &str) -> bool {
        self.at(path).and_then(Value::as_bool).unwrap_or_default()
    }

    /// All of it, in canonical form.
    pub(crate) fn map(&self) -> &Map<String, Value> {
        &self.0
    }
}

fn named(name: &str) -> Result<&'static Named> {
    Named::of(name).ok_or_else(|| Error::failed("mesh-api", format!("the mesh API has no {name}")))
}

fn merge_proxy(base: &mut Map<String, Value>, given: &Map<String, Value>) -> std::result::Result<(), String> {
    let message = Named::of("ProxyConfig").ok_or("the mesh API has no ProxyConfig")?;
    let before = (base.get("proxyMetadata").cloned(), base.get("proxyHeaders").cloned());
    read::apply(base, given, message)?;
    for (key, old) in [("proxyMetadata", before.0), ("proxyHeaders", before.1)] {
        let Some(Value::Object(old)) = old else { continue };
        // A header's setting that is left out stays as it was; so does a metadata key.
        if key == "proxyHeaders" && !base.contains_key(key) {
            continue;
        }
        if let Value::Object(new) = base.entry(key).or_insert_with(|| Value::Object(Map::new())) {
            for (name, value) in old {
                new.entry(name).or_insert(value);
            }
            new.sort_keys();
        }
    }
    Ok(())
}

/// Puts providers in the place of those of their name, and behind the others. There may be thousands.
fn lay_over(known: &mut Vec<Value>, new: Vec<Value>) {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, provider) in known.iter().enumerate() {
        places.entry(provider["name"].to_string()).or_insert(place);
    }
    for provider in new {
        let place = *places.entry(provider["name"].to_string()).or_insert(known.len());
        match known.get_mut(place) {
            Some(old) => *old = provider,
            None => known.push(provider),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mesh_is_its_settings_over_the_defaults() -> Result<()> {
        let mesh = MeshConfig::mesh(&json!({
            "trustDomain": "td", "enableTracing": false,
            "defaultConfig": {"proxyMetadata": {"B": "2"}, "holdApplicationUntilProxyStarts": true},
            "extensionProviders": [{"name": "otel", "opentelemetry": {"port": 4317}}, {"name": "envoy", "envoyFileAccessLog": {"path": "/x"}}],
        }))?;
        assert_eq!(mesh.text("trustDomain"), "td");
        assert_eq!(mesh.at("enableTracing"), None);
        assert_eq!(mesh.at("defaultConfig.statusPort"), Some(&json!(15020)));
        assert!(mesh.flag("defaultConfig.holdApplicationUntilProxyStarts"));
        let names: Vec<_> = mesh
            .at("extensionProviders")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|p| p["name"].clone())
            .collect();
        assert_eq!(names, ["prometheus", "stackdriver", "envoy", "otel"]);
        let own = mesh.default_config().with_proxy(&json!({"proxyMetadata": {"A": "1"}, "concurrency": 2}));
        let own = own.map_err(|why| Error::usage("test", why))?;
        assert_eq!(own.at("proxyMetadata"), Some(&json!({"A": "1", "B": "2"})));
        Ok(())
    }
}
