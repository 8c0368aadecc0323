//! The labels that say whose an installed object is; other installers of Istio read and write the same ones.

use crate::component::{self, Component};
use crate::config::Config;
use crate::istio::label;
use crate::istio::label::NOT_PRUNED;
use crate::object::Object;

/// The label that names an object's component.
pub(super) use crate::istio::label::COMPONENT;

/// Whose the objects of an installation are.
#[derive(Debug, Clone)]
pub(super) struct Whose {
    /// `metadata.name` of the operator file, where it has one.
    pub(super) name: Option<String>,
    /// The namespace of the installation.
    pub(super) namespace: String,
    /// `default` where no revision is set.
    pub(super) revision: String,
    /// The version of Istio that its manifests are of.
    pub(super) version: String,
}

impl Whose {
    pub(super) fn of(config: &Config) -> Self {
        let revision = config.revision();
        Self {
            name: config.owner().map(str::to_owned),
            namespace: config.istio_namespace().to_owned(),
            revision: if revision.is_empty() { "default" } else { revision }.to_owned(),
            version: component::version(config).to_owned(),
        }
    }

    /// Labels an object as one of `component`.
    pub(super) fn stamp(&self, object: &mut Object, component: &Component) {
        self.stamp_shared(object);
        object.set_label(COMPONENT, component.label);
    }

    /// Labels an object that goes with the installation but stays when a component goes: those of the default tag.
    pub(super) fn stamp_kept(&self, object: &mut Object) {
        self.stamp_shared(object);
        object.set_label(NOT_PRUNED, "true");
    }

    fn stamp_shared(&self, object: &mut Object) {
        object.set_label(label::MANAGED, "Reconcile");
        object.set_label(label::VERSION, &self.version);
        object.set_label(label::REVISION, &self.revision);
        object.set_label(label::OWNER_NAMESPACE, &self.namespace);
        if let Some(name) = &self.name {
            object.set_label(label::OWNER, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ComponentKind;
    use serde_json::json;

    #[test]
    fn the_owner_replaces_what_the_template_wrote_and_keeps_the_rest() {
        let labels = json!({"app": "istiod", "install.operator.istio.io/owning-resource": "unknown"});
        let value = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio", "labels": labels}});
        let mut object = Object::new(value).expect("an object");
        let (namespace, revision) = ("istio-system".to_owned(), "canary".to_owned());
        let mut owner = Whose { name: None, namespace, revision, version: "1.31.4".to_owned() };
        owner.stamp(&mut object, Component::of(ComponentKind::ControlPlane));
        assert_eq!(object.label("app"), Some("istiod"));
        assert_eq!(object.label(COMPONENT), Some("Pilot"));
        assert_eq!(object.label("istio.io/rev"), Some("canary"));
        assert_eq!(object.label("operator.istio.io/version"), Some("1.31.4"));
        assert_eq!(object.label("install.operator.istio.io/owning-resource"), Some("unknown"));
        owner.name = Some("mine".into());
        owner.stamp_kept(&mut object);
        assert_eq!(object.label("install.operator.istio.io/owning-resource"), Some("mine"));
        assert_eq!(object.label(NOT_PRUNED), Some("true"));
    }
}
