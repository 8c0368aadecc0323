//! Which revisions of Istio a cluster has, as its injection webhooks tell, and which labels put a namespace under one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::inject::{Namespace, selecting};
use crate::istio::DEFAULT;
use crate::istio::label::{DATAPLANE_MODE, INJECTION, REVISION, TAG};
use crate::istio::webhook::injectors;

/// Revisions and tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revisions {
    /// Names of the control planes.
    pub revisions: BTreeSet<String>,
    /// Tags, each with the revision behind it.
    pub tags: BTreeMap<String, String>,
    /// Namespaces of the control planes.
    pub namespaces: BTreeSet<String>,
}

/// How a namespace comes into the mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolment {
    /// With sidecars of the default revision.
    Default,
    /// With sidecars of this revision, or of the one behind this tag.
    Revision(String),
    /// Without sidecars: in ambient mode.
    Ambient,
}

/// What becomes of a label; none is taken away.
pub type LabelChange = (&'static str, Option<String>);

impl Revisions {
    /// From MutatingWebhookConfigurations; those that inject nothing count for nothing.
    pub fn of(configurations: &[Value]) -> Self {
        let mut found = Self::default();
        for configuration in configurations {
            let injectors: Vec<&Value> = injectors(configuration).collect();
            let labels = &configuration["metadata"]["labels"];
            let Some(revision) = labels[REVISION].as_str().filter(|_| !injectors.is_empty()) else { continue };
            let revision = if revision.is_empty() { DEFAULT } else { revision };
            found.revisions.insert(revision.to_owned());
            if let Some(tag) = labels[TAG].as_str() {
                found.tags.insert(tag.to_owned(), revision.to_owned());
            }
            let namespaces = injectors.iter().filter_map(|one| one["clientConfig"]["service"]["namespace"].as_str());
            found.namespaces.extend(namespaces.map(str::to_owned));
        }
        found
    }

    /// The revision that a name stands for: its own, or that behind a tag.
    ///
    /// # Errors
    /// `unknown-revision` (usage) with those that exist.
    pub fn behind(&self, name: &str) -> Result<&str> {
        if let Some(revision) = self.tags.get(name).or_else(|| self.revisions.get(name)) {
            return Ok(revision);
        }
        let error = Error::usage("unknown-revision", format!("no revision and no tag is called `{name}`"));
        Err(match self.listed() {
            Some(listed) => error.hint(format!("there is {listed}")),
            None => error.hint("no control plane is installed here: `mesh install` installs one"),
        })
    }

    /// `revision canary, revision default, tag prod (canary)`; none where there is nothing.
    pub fn listed(&self) -> Option<String> {
        let revisions = self.revisions.iter().map(|name| format!("revision {name}"));
        let tags = self.tags.iter().filter(|(tag, revision)| tag != revision);
        let all: Vec<String> = revisions.chain(tags.map(|(tag, behind)| format!("tag {tag} ({behind})"))).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}

impl Enrolment {
    /// What to change of a namespace's labels: the one that is wanted, and those that would stand against it or beside it.
    /// Empty where the namespace has it that way already.
    pub fn changes(&self, labels: &Map<String, Value>) -> Vec<LabelChange> {
        let (wanted, others): (LabelChange, &[&'static str]) = match self {
            Self::Default => ((INJECTION, Some("enabled".to_owned())), &[REVISION]),
            Self::Revision(name) => ((REVISION, Some(name.clone())), &[INJECTION]),
            Self::Ambient => ((DATAPLANE_MODE, Some("ambient".to_owned())), &[INJECTION, REVISION]),
        };
        let has = |key: &str| labels.get(key).and_then(Value::as_str);
        let mut changes: Vec<LabelChange> = Vec::new();
        if has(wanted.0) != wanted.1.as_deref() {
            changes.push(wanted);
        }
        changes.extend(others.iter().filter(|key| labels.contains_key(**key)).map(|key| (*key, None)));
        // Sidecars and ambient mode exclude each other; `none` stands against neither.
        if *self != Self::Ambient && has(DATAPLANE_MODE) == Some("ambient") {
            changes.push((DATAPLANE_MODE, None));
        }
        changes
    }

    /// Whether any webhook would inject plain pods of a namespace that is labelled so.
    ///
    /// # Errors
    /// `unknown-revision`; `no-default-revision` (usage) with the revisions that exist.
    pub fn check(&self, configurations: &[Value]) -> Result<()> {
        let known = Revisions::of(configurations);
        match self {
            Self::Ambient => Ok(()),
            Self::Revision(name) => known.behind(name).map(drop),
            Self::Default => {
                let mut labels = Map::new();
                labels.insert(INJECTION.to_owned(), "enabled".into());
                let namespace = Namespace { name: String::new(), labels };
                if !selecting(configurations, &namespace, &Value::Null).is_empty() {
                    return Ok(());
                }
                let message = format!("no revision answers to {INJECTION}=enabled");
                let error = Error::usage("no-default-revision", message);
                Err(match known.listed() {
                    Some(listed) => error.hint(format!("name one with --revision; there is {listed}")),
                    None => error.hint("no control plane is installed here: `mesh install` installs one"),
                })
            }
        }
    }
}

/// `labels` with `changes` made.
pub fn changed(labels: &Map<String, Value>, changes: &[LabelChange]) -> Map<String, Value> {
    let mut labels = labels.clone();
    for (key, value) in changes {
        match value {
            Some(value) => drop(labels.insert((*key).to_owned(), value.as_str().into())),
            None => drop(labels.shift_remove(*key)),
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;
    use serde_json::json;

    fn configuration(revision: &str, tag: Option<&str>) -> Value {
        let mut labels = json!({ REVISION: revision });
        if let Some(tag) = tag {
            labels[TAG] = tag.into();
        }
        let selector = if tag == Some("default") {
            json!({"matchLabels": {INJECTION: "enabled"}})
        } else {
            json!({"matchLabels": {REVISION: tag.unwrap_or(revision)}})
        };
        json!({"metadata": {"name": "x", "labels": labels}, "webhooks": [{
            "name": "rev.namespace.sidecar-injector.istio.io",
            "clientConfig": {"service": {"namespace": "istio-system"}},
            "rules": [{"operations": ["CREATE"], "resources": ["pods"]}],
            "namespaceSelector": selector,
        }]})
    }

    #[test]
    fn names_stand_for_revisions() {
        let other =
            json!({"metadata": {"labels": {REVISION: "foreign"}}, "webhooks": [{"name": "policy.example.com"}]});
        let known = Revisions::of(&[configuration("canary", None), configuration("canary", Some("prod")), other]);
        assert_eq!(known.behind("prod").unwrap(), "canary");
        assert_eq!(known.behind("canary").unwrap(), "canary");
        let error = known.behind("foreign").unwrap_err();
        assert_eq!(error.id(), "unknown-revision");
        assert_eq!(error.hints(), ["there is revision canary, tag prod (canary)"]);
        assert!(Revisions::default().behind("x").unwrap_err().hints()[0].contains("mesh install"));
    }

    #[test]
    fn a_namespace_has_one_label_at_a_time() {
        let revision = || Enrolment::Revision("canary".to_owned());
        let table = [
            (Enrolment::Default, json!({}), "istio-injection=enabled"),
            (Enrolment::Default, json!({"istio-injection": "enabled", "a": "b"}), ""),
            (Enrolment::Default, json!({"istio-injection": "disabled"}), "istio-injection=enabled"),
            (Enrolment::Default, json!({"istio.io/rev": "canary"}), "istio-injection=enabled istio.io/rev-"),
            (
                Enrolment::Default,
                json!({"istio.io/dataplane-mode": "ambient"}),
                "istio-injection=enabled istio.io/dataplane-mode-",
            ),
            (Enrolment::Default, json!({"istio-injection": "enabled", "istio.io/dataplane-mode": "none"}), ""),
            (revision(), json!({"istio-injection": "enabled"}), "istio.io/rev=canary istio-injection-"),
            (revision(), json!({"istio.io/rev": "default"}), "istio.io/rev=canary"),
            (
                Enrolment::Ambient,
                json!({"istio-injection": "enabled", "istio.io/rev": "x"}),
                "istio.io/dataplane-mode=ambient istio-injection- istio.io/rev-",
            ),
        ];
        for (enrolment, labels, wanted) in table {
            let labels = labels.as_object().unwrap();
            let changes = enrolment.changes(labels);
            let shown = changes.iter().map(|(key, value)| match value {
                Some(value) => format!("{key}={value}"),
                None => format!("{key}-"),
            });
            assert_eq!(shown.collect::<Vec<_>>().join(" "), wanted, "{enrolment:?} {labels:?}");
            assert!(enrolment.changes(&changed(labels, &changes)).is_empty());
        }
    }

    #[test]
    fn what_nobody_answers_to_is_refused() {
        let canary = [configuration("canary", None)];
        let error = Enrolment::Default.check(&canary).unwrap_err();
        assert_eq!(error.id(), "no-default-revision");
        assert_eq!(error.hints(), ["name one with --revision; there is revision canary"]);
        assert!(Enrolment::Default.check(&[configuration("canary", Some("default"))]).is_ok());
        assert!(Enrolment::Revision("prod".to_owned()).check(&canary).is_err());
        assert!(Enrolment::Ambient.check(&[]).is_ok());
    }
}
