//! The `config` key of ConfigMap `istio-sidecar-injector`: policy, selectors, templates.

use std::collections::BTreeMap;

use serde_json::Value;

use super::selector::Selector;
use crate::error::{Error, Result};
use crate::yaml;

/// What decides whether a pod that no rule names is injected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// It is.
    Enabled,
    /// It is not.
    Disabled,
    /// Neither word: istiod injects nothing then.
    Unknown(String),
}

/// The injection configuration.
#[derive(Debug, Clone)]
pub(super) struct InjectionConfig {
    pub(super) policy: Policy,
    /// Templates of pods that name none.
    pub(super) default_templates: Vec<String>,
    /// Templates by name.
    pub(super) templates: BTreeMap<String, String>,
    /// Names that stand for several templates.
    pub(super) aliases: BTreeMap<String, Vec<String>>,
    /// Pods these select are not injected; each with what is wrong with it, where something is.
    pub(super) never: Vec<std::result::Result<Selector, String>>,
    /// Pods these select are injected.
    pub(super) always: Vec<std::result::Result<Selector, String>>,
    /// Annotations every injected pod gets.
    pub(super) annotations: BTreeMap<String, String>,
}

/// Whether it is an object of Kubernetes, which none of an injector's texts is.
pub(super) fn is_of_kubernetes(document: &Value) -> bool {
    document["apiVersion"].is_string() && document["kind"].is_string()
}

impl InjectionConfig {
    /// Reads the configuration; a text that is none is itself the template of a sidecar.
    ///
    /// # Errors
    /// `bad-inject-config` (usage): a field of the wrong type, nothing at all, or an object of Kubernetes.
    pub(super) fn read(text: &str) -> Result<Self> {
        let read = yaml::document("injection configuration", text).ok();
        if read.as_ref().is_some_and(|read| read.is_null() || is_of_kubernetes(read)) {
            let message = "injection configuration: it has no templates, and is none itself";
            return Err(Error::usage("bad-inject-config", message).hint(
                "`mesh manifest generate` writes one into the ConfigMap istio-sidecar-injector, below `config` of its data",
            ));
        }
        match read {
            Some(config) if config["templates"].as_object().is_some_and(|templates| !templates.is_empty()) => {
                Self::of(&config)
            }
            _ => Ok(Self::of_template(text)),
        }
    }

    /// Injects whatever does not refuse, with no template.
    pub(super) fn asked() -> Self {
        Self { templates: BTreeMap::new(), ..Self::of_template("") }
    }

    fn of_template(text: &str) -> Self {
        Self {
            policy: Policy::Enabled,
            default_templates: vec!["sidecar".to_owned()],
            templates: BTreeMap::from([("sidecar".to_owned(), text.to_owned())]),
            aliases: BTreeMap::new(),
            never: Vec::new(),
            always: Vec::new(),
            annotations: BTreeMap::new(),
        }
    }

    fn of(config: &Value) -> Result<Self> {
        let bad = |field: &str, wanted: &str| {
            Error::usage("bad-inject-config", format!("injection configuration: `{field}` has to be {wanted}"))
        };
        let texts = |field: &'static str| -> Result<BTreeMap<String, String>> {
            let entries = config[field].as_object().into_iter().flatten();
            let text = |(key, value): (&String, &Value)| match value.as_str() {
                Some(text) => Ok((key.clone(), text.to_owned())),
                None => Err(bad(&format!("{field}.{key}"), "text")),
            };
            entries.map(text).collect()
        };
        let names = |value: &Value, field: &str| -> Result<Vec<String>> {
            let name = |name: &Value| name.as_str().map(str::to_owned).ok_or_else(|| bad(field, "a list of names"));
            value.as_array().into_iter().flatten().map(name).collect()
        };
        let selectors = |field: &str| -> Vec<std::result::Result<Selector, String>> {
            config[field].as_array().into_iter().flatten().map(Selector::read).collect()
        };
        let mut default_templates = names(&config["defaultTemplates"], "defaultTemplates")?;
        if default_templates.is_empty() {
            default_templates.push("sidecar".to_owned());
        }
        let aliases = config["aliases"].as_object().into_iter().flatten();
        Ok(Self {
            policy: match config["policy"].as_str().unwrap_or_default() {
                "enabled" => Policy::Enabled,
                "disabled" => Policy::Disabled,
                other => Policy::Unknown(other.to_owned()),
            },
            default_templates,
            templates: texts("templates")?,
            aliases: aliases.map(|(key, value)| Ok((key.clone(), names(value, "aliases")?))).collect::<Result<_>>()?,
            never: selectors("neverInjectSelector"),
            always: selectors("alwaysInjectSelector"),
            annotations: texts("injectedAnnotations")?,
        })
    }

    /// The templates a pod gets: those its annotation names, else the default ones, with aliases resolved once.
    pub(super) fn selected(&self, annotation: Option<&str>) -> Vec<String> {
        let asked: Vec<String> = match annotation {
            Some(names) => names.split(',').map(|name| name.trim().to_owned()).collect(),
            None => self.default_templates.clone(),
        };
        asked.into_iter().flat_map(|name| self.aliases.get(&name).cloned().unwrap_or_else(|| vec![name])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_template_is_the_sidecars() -> Result<()> {
        let config = InjectionConfig::read("spec:\n  containers:\n  {{ range .Spec.Containers }}\n")?;
        assert_eq!(config.templates.keys().collect::<Vec<_>>(), ["sidecar"]);
        assert_eq!(config.selected(None), ["sidecar"]);
        Ok(())
    }

    #[test]
    fn aliases_are_resolved_once() -> Result<()> {
        let config = InjectionConfig::read(
            "policy: disabled\naliases: {both: [a, both]}\ntemplates: {a: x}\ndefaultTemplates: [both]\n",
        )?;
        assert_eq!(config.policy, Policy::Disabled);
        assert_eq!(config.selected(None), ["a", "both"]);
        assert_eq!(config.selected(Some("x, both")), ["x", "a", "both"]);
        Ok(())
    }
}
