//! Who made an object of Istio, by what it tells of itself: Helm's annotations, and the managers of its fields.

use std::cmp::Reverse;
use std::fmt;

use serde_json::Value;

use super::label;
use crate::object::Object;

/// The field manager of mesh.
pub const MESH: &str = "mesh";
/// The field managers of istioctl and of Istio's operator.
pub const ISTIOCTL: [&str; 2] = ["istio-operator", "istioctl"];
/// istiod, and the parts of Kubernetes that write to whatever there is: none of them makes an installation.
pub const CONTROLLERS: [&str; 5] =
    ["pilot-discovery", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-apiserver"];
/// The annotation that names the Helm release an object belongs to.
pub const RELEASE_NAME: &str = "meta.helm.sh/release-name";
/// The namespace of that release.
pub const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";
/// Whom the API server calls the holder of what was there before anybody's first apply.
pub const UNTRACKED: &str = "before-first-apply";

/// Whether an installer made an object for a component of Istio: it labels it so.
pub fn is_component(object: &Object) -> bool {
    object.label(label::COMPONENT).is_some() || object.label("app.kubernetes.io/part-of") == Some("istio")
}

/// Who made an object, or took it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Maker {
    /// `mesh`.
    Mesh,
    /// istioctl, or Istio's operator.
    Istioctl,
    /// A Helm release.
    Helm {
        /// Its name.
        release: String,
        /// Its namespace.
        namespace: String,
    },
    /// A person with kubectl.
    Kubectl,
    /// Something else that applies manifests, such as a GitOps engine.
    Engine {
        /// Its field manager.
        manager: String,
    },
    /// Nothing tells.
    Unknown,
}

/// `Helm release istio-system/istiod`, `kubectl`, `argocd-controller`.
impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mesh => f.write_str(MESH),
            Self::Istioctl => f.write_str("istioctl"),
            Self::Helm { release, namespace } => write!(f, "Helm release {namespace}/{release}"),
            Self::Kubectl => f.write_str("kubectl"),
            Self::Engine { manager } => f.write_str(manager),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl serde::Serialize for Maker {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Maker {
    /// Who made `object`: Helm where it says so, else the installer among those that wrote what it consists of. Who only
    /// changed a label or an annotation has not made it.
    pub fn of(object: &Object) -> Self {
        if let Some((namespace, release)) = release(object) {
            return Self::Helm { release: release.to_owned(), namespace: namespace.to_owned() };
        }
        let entries: Vec<&Value> =
            object.list("/metadata/managedFields").iter().filter(|one| is_of_object(one)).collect();
        let with_content: Vec<&Value> = entries.iter().copied().filter(|one| has_content(one)).collect();
        let entries = if with_content.is_empty() { entries } else { with_content };
        // Of those that are no installers of Istio whoever holds most has made it.
        let first = entries.into_iter().min_by_key(|entry| (rank(manager(entry)), Reverse(size(&entry["fieldsV1"]))));
        first.map_or(Self::Unknown, |entry| Self::named(manager(entry)))
    }

    /// Who has this field manager.
    fn named(manager: &str) -> Self {
        match manager {
            "" | UNTRACKED => Self::Unknown,
            MESH => Self::Mesh,
            name if ISTIOCTL.contains(&name) => Self::Istioctl,
            // kubectl names itself after what it does: kubectl-client-side-apply, kubectl-create, …
            name if is_kubectl(name) => Self::Kubectl,
            name => Self::Engine { manager: name.to_owned() },
        }
    }

    /// Whether it puts there what `manifest generate` prints, and adds nothing: no labels of an installer, no default tag.
    pub fn applies_manifests(&self) -> bool {
        matches!(self, Self::Kubectl | Self::Engine { .. })
    }

    /// Whether it goes on to put back what it has made, when that is changed or gone.
    pub fn puts_back(&self) -> bool {
        matches!(self, Self::Engine { .. })
    }
}

/// Who made `object`, where it is a control plane, a gateway or another workload, and somebody else than mesh did.
pub fn of_others(object: &Object) -> Option<Maker> {
    let is_workload = matches!(object.kind(), "Deployment" | "DaemonSet" | "StatefulSet");
    let maker = is_workload.then(|| Maker::of(object))?;
    (!matches!(maker, Maker::Mesh | Maker::Unknown)).then_some(maker)
}

/// The Helm release that an object belongs to: its namespace and name. The label `managed-by: Helm` proves nothing: Istio's
/// charts write it whoever installs them.
pub fn release(object: &Object) -> Option<(&str, &str)> {
    let name = object.annotation(RELEASE_NAME)?;
    Some((object.annotation(RELEASE_NAMESPACE).unwrap_or_default(), name))
}

/// Who counts where several hold something.
fn rank(manager: &str) -> u8 {
    match manager {
        MESH => 0,
        name if ISTIOCTL.contains(&name) => 1,
        "" | UNTRACKED => 3,
        _ => 2,
    }
}

fn manager(entry: &Value) -> &str {
    entry["manager"].as_str().unwrap_or_default()
}

/// How many fields a set of fields has.
fn size(fields: &Value) -> usize {
    fields.as_object().into_iter().flatten().map(|(_, below)| 1 + size(below)).sum()
}

/// Whether a field manager is kubectl.
pub fn is_kubectl(manager: &str) -> bool {
    manager == "kubectl" || manager.starts_with("kubectl-")
}

/// Whether an entry of `managedFields` is of somebody who writes the object itself.
fn is_of_object(entry: &Value) -> bool {
    entry["subresource"].as_str().is_none_or(str::is_empty) && !CONTROLLERS.contains(&manager(entry))
}

/// Whether it holds more than labels, annotations and the status.
fn has_content(entry: &Value) -> bool {
    let fields = entry["fieldsV1"].as_object().into_iter().flatten();
    fields.into_iter().any(|(name, _)| name != "f:metadata" && name != "f:status")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn held(entries: &[(&str, &str)]) -> Object {
        let fields = |field: &str| match field.split_once(' ') {
            Some((name, below)) => json!({name: {below: {}}}),
            None => json!({field: {}}),
        };
        let entry = |(manager, field): &(&str, &str)| json!({"manager": manager, "operation": "Update", "fieldsV1": fields(field)});
        let entries: Vec<Value> = entries.iter().map(entry).collect();
        let metadata = json!({"name": "istiod", "managedFields": entries});
        Object::new(json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata})).unwrap()
    }

    #[test]
    fn makers_are_told_by_what_they_hold() {
        let table: [(&[(&str, &str)], &str); 11] = [
            (&[], "unknown"),
            (&[("kube-controller-manager", "f:spec")], "unknown"),
            (&[("mesh", "f:spec"), ("istio-operator", "f:spec")], "mesh"),
            (&[("kubectl-edit", "f:spec"), ("istio-operator", "f:spec")], "istioctl"),
            (&[("kubectl-client-side-apply", "f:spec")], "kubectl"),
            // What adds a label has not made it.
            (&[("kubectl-client-side-apply", "f:spec"), ("admissionsenforcer", "f:metadata")], "kubectl"),
            (&[("argocd-controller", "f:spec"), ("pilot-discovery", "f:webhooks")], "argocd-controller"),
            // A ServiceAccount has nothing but metadata.
            (&[("kustomize-controller", "f:metadata")], "kustomize-controller"),
            // Who holds most of it.
            (&[("kubectl-edit", "f:spec"), ("kustomize-controller", "f:spec f:replicas")], "kustomize-controller"),
            (&[("keda", "f:spec"), ("kubectl-create", "f:spec f:replicas")], "kubectl"),
            (&[("before-first-apply", "f:spec f:replicas"), ("argocd-controller", "f:spec")], "argocd-controller"),
        ];
        for (entries, maker) in table {
            assert_eq!(Maker::of(&held(entries)).to_string(), maker, "{entries:?}");
        }
        let mut helm = held(&[("helm", "f:spec")]);
        helm.set_annotation(RELEASE_NAME, "istiod");
        helm.set_annotation(RELEASE_NAMESPACE, "istio-system");
        assert_eq!(Maker::of(&helm).to_string(), "Helm release istio-system/istiod");
        assert!(!Maker::of(&helm).applies_manifests());
    }

    #[test]
    fn others_are_told_of_by_their_workloads() {
        let by = |manager: &str, kind: &str| {
            let mut object = held(&[(manager, "f:spec")]);
            object.value_mut()["kind"] = kind.into();
            of_others(&object).map(|maker| maker.to_string())
        };
        let table = [
            ("mesh", "Deployment", None),
            ("kubelet", "Deployment", None),
            ("kubectl-create", "Service", None),
            ("kubectl-create", "DaemonSet", Some("kubectl")),
            ("istio-operator", "Deployment", Some("istioctl")),
        ];
        for (manager, kind, maker) in table {
            assert_eq!(by(manager, kind).as_deref(), maker, "{manager} {kind}");
        }
        let puts_back = |manager: &str| Maker::named(manager).puts_back();
        assert!(puts_back("argocd-controller") && !puts_back("kubectl-create") && !puts_back("mesh"));
    }

    #[test]
    fn what_goes_through_a_subresource_makes_nothing() {
        let mut object = held(&[("argocd-controller", "f:spec")]);
        object.value_mut()["metadata"]["managedFields"][0]["subresource"] = json!("scale");
        assert_eq!(Maker::of(&object), Maker::Unknown);
    }
}
