//! What a configuration renders to as a GitOps engine is to apply it: its objects in parts that come one after the other,
//! and the documents that tell the engine so. Pure.
//!
//! ```text
//! core (CRDs, namespaces) → control plane → node agents → gateways
//! ```
//!
//! istiod writes into its webhooks: their CA, and `failurePolicy` once it checks configuration. What it writes is no drift,
//! and the engine is told so, path by path.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Bundle;
use crate::config::ComponentKind;
use crate::error::Result;
use crate::istio::{DEFAULT, webhook};
use crate::object::{Object, drop_nulls};

/// The engine that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Argo CD: one Application, whose objects come in sync waves.
    Argocd,
    /// Flux: a Kustomization a part, each depending on the one before.
    Flux,
}

impl Engine {
    const ALL: [Self; 2] = [Self::Argocd, Self::Flux];

    /// Its name, as it is written down.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Argocd => "argocd",
            Self::Flux => "flux",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name() == name)
    }
}

/// Objects that are applied together.
#[derive(Debug, Clone)]
pub struct Part {
    /// One of [`NAMES`].
    pub name: &'static str,
    /// What there is of it.
    pub objects: Vec<Object>,
}

/// Where the engine finds the folder, and which revision it is about.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The revision, `default` for the one without a name.
    pub revision: &'a str,
    /// Where the folder is in its repository: a path that begins with `./`.
    pub path: &'a str,
    /// The URL of the repository, for Argo CD.
    pub repository: &'a str,
}

/// The part with what is no revision's: CRDs and namespaces.
pub const CORE: &str = "core";
/// The part with istiod.
pub const CONTROL_PLANE: &str = "control-plane";
/// All parts, in their order.
pub const NAMES: [&str; 4] = [CORE, CONTROL_PLANE, "node-agents", "gateways"];
/// The wave of each in Argo CD.
const WAVES: [&str; 4] = ["-3", "-2", "-1", "0"];
/// Where Flux and its Kustomizations are.
const FLUX: &str = "flux-system";

impl Part {
    /// Its folder below the one that is exported.
    pub fn folder(&self, revision: &str) -> String {
        folder(self.name, revision)
    }

    /// What Flux's Kustomization of it is called: of control planes there are several, of the rest one.
    fn called(&self, revision: &str) -> String {
        match self.name {
            CONTROL_PLANE => format!("istio-{revision}"),
            name => format!("istio-{name}"),
        }
    }
}

/// The folder of the part `name` below the one that is exported.
pub fn folder(name: &str, revision: &str) -> String {
    if name == CORE { name.to_owned() } else { format!("revisions/{revision}/{name}") }
}

/// The parts that there is something of, in their order.
///
/// # Errors
/// None that an input can cause.
pub fn parts(bundle: &Bundle, engine: Engine) -> Result<Vec<Part>> {
    let mut parts: Vec<Part> = NAMES.iter().map(|name| Part { name, objects: Vec::new() }).collect();
    let all = || bundle.components.iter().flat_map(|rendered| &rendered.objects);
    // Those of Kubernetes are there.
    let spaces: BTreeSet<&str> =
        all().filter_map(Object::namespace).filter(|name| !["kube-system", "default"].contains(name)).collect();
    for name in spaces {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        parts[0].objects.push(Object::new(namespace)?);
    }
    for rendered in &bundle.components {
        let place = match rendered.component.kind {
            ComponentKind::Core | ComponentKind::ControlPlane => 1,
            ComponentKind::Cni | ComponentKind::Ztunnel => 2,
            ComponentKind::EgressGateway | ComponentKind::IngressGateway => 3,
        };
        for object in &rendered.objects {
            let place = if object.kind() == "CustomResourceDefinition" { 0 } else { place };
            let mut object = object.clone();
            drop_nulls(object.value_mut());
            parts[place].objects.push(object);
        }
    }
    parts.retain(|part| !part.objects.is_empty());
    if engine == Engine::Argocd {
        parts.iter_mut().for_each(in_waves);
    }
    Ok(parts)
}

/// Says to Argo CD when the objects of a part come. With a CRD, or a namespace, all would go that users have in it.
fn in_waves(part: &mut Part) {
    let wave = NAMES.iter().zip(WAVES).find(|(name, _)| **name == part.name).map_or("0", |(_, wave)| wave);
    for object in &mut part.objects {
        object.set_annotation("argocd.argoproj.io/sync-wave", wave);
        if part.name == CORE {
            object.set_annotation("argocd.argoproj.io/sync-options", "Prune=false");
        }
    }
}

/// The document that Kustomize reads in the folder of a part: these files, of this version of Istio.
pub fn kustomization(version: &str, files: &[String]) -> Value {
    json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
        "metadata": {"name": "istio", "annotations": {VERSION: version, "config.kubernetes.io/local-config": "true"}},
        "resources": files,
    })
}

/// The annotation of a part's `kustomization.yaml` that says which version of Istio it is of.
pub const VERSION: &str = "mesh/istio-version";

/// What tells the engine of a cluster about the parts: documents by the names of their files.
pub fn documents(parts: &[&Part], engine: Engine, place: Place<'_>) -> Vec<(String, Value)> {
    match engine {
        Engine::Flux => flux(parts, place),
        Engine::Argocd => vec![argocd(parts, place)],
    }
}

fn flux(parts: &[&Part], place: Place<'_>) -> Vec<(String, Value)> {
    let mut documents: Vec<(String, Value)> = Vec::new();
    let mut before: Option<String> = None;
    for part in parts {
        let name = part.called(place.revision);
        let is_core = part.name == CORE;
        let mut spec = json!({
            "interval": "10m", "retryInterval": "1m", "timeout": "5m",
            "sourceRef": {"kind": "GitRepository", "name": FLUX},
            "path": format!("{}/{}", place.path, part.folder(place.revision)),
            // With a CRD, or a namespace, all would go that users have in it.
            "prune": !is_core,
        });
        if let Some(before) = before.replace(name.clone()) {
            spec["dependsOn"] = json!([{"name": before}]);
        }
        let checked = checks(part);
        match checked.is_empty() {
            true => spec["wait"] = true.into(),
            false => spec["healthChecks"] = checked.into(),
        }
        let ignored = written(part);
        if !ignored.is_empty() {
            let rule = |(kind, name, paths): (String, String, Vec<String>)| json!({"paths": paths, "target": {"kind": kind, "name": format!("^{}$", name.replace('.', "\\."))}});
            spec["ignore"] = ignored.into_iter().map(rule).collect();
        }
        let metadata = json!({"name": name, "namespace": FLUX});
        let document = json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": metadata, "spec": spec,
        });
        documents.push((format!("{name}.yaml"), document));
    }
    documents
}

/// What has to be ready before the next part: Deployments and DaemonSets.
fn checks(part: &Part) -> Vec<Value> {
    let awaited = part.objects.iter().filter(|object| matches!(object.kind(), "Deployment" | "DaemonSet"));
    let check = |object: &Object| {
        json!({
            "apiVersion": object.api_version(), "kind": object.kind(),
            "name": object.name(), "namespace": object.namespace(),
        })
    };
    awaited.map(check).collect()
}

/// What istiod writes into the webhooks of a part: kind and name of each, with the JSON pointers (RFC 6901).
fn written(part: &Part) -> Vec<(String, String, Vec<String>)> {
    let configurations = part.objects.iter().filter(|object| webhook::is_configuration(object));
    let paths = |object: &Object| {
        let fails = object.kind() == "ValidatingWebhookConfiguration";
        let each = (0..object.list("/webhooks").len()).flat_map(move |place| {
            let policy = fails.then(|| format!("/webhooks/{place}/failurePolicy"));
            [Some(format!("/webhooks/{place}/clientConfig/caBundle")), policy].into_iter().flatten()
        });
        each.collect()
    };
    configurations.map(|one| (one.kind().to_owned(), one.name().to_owned(), paths(one))).collect()
}

fn argocd(parts: &[&Part], place: Place<'_>) -> (String, Value) {
    let name = if place.revision == DEFAULT { "istio".to_owned() } else { format!("istio-{}", place.revision) };
    let root = place.path.trim_start_matches("./").trim_start_matches('.');
    let path = |part: &Part| [root, &part.folder(place.revision)].join("/").trim_start_matches('/').to_owned();
    let source = |part: &Part| json!({"repoURL": place.repository, "targetRevision": "HEAD", "path": path(part)});
    let rule = |(kind, name, paths): (String, String, Vec<String>)| json!({"group": "admissionregistration.k8s.io", "kind": kind, "name": name, "jsonPointers": paths});
    let ignored: Vec<Value> = parts.iter().flat_map(|part| written(part)).map(rule).collect();
    let document = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "project": "default",
            "destination": {"server": "https://kubernetes.default.svc"},
            "sources": parts.iter().map(|part| source(part)).collect::<Vec<Value>>(),
            "ignoreDifferences": ignored,
            "syncPolicy": {
                "automated": {"prune": true, "selfHeal": true},
                // Without the second, a sync would write what the first comparison was told to leave alone.
                "syncOptions": ["ServerSideApply=true", "RespectIgnoreDifferences=true"],
                "retry": {"limit": 5, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "3m"}},
            },
        },
    });
    (format!("{name}.yaml"), document)
}
