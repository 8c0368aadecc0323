//! What of a cluster is put into the mesh, and what has to restart for it. Pure.

use std::collections::BTreeSet;

use super::injection::Injectors;
use super::labels;
use super::restart::{Pods, Restarts, Surroundings, rolled};
use super::revisions::{Enrolment, LabelChange};
use crate::error::{Error, Result};
use crate::inject::SYSTEM_NAMESPACES;
use crate::istio::label::{INJECT, REVISION};
use crate::object::{Object, ObjectId};

/// Refuses namespaces whose pods are not to be injected. `planes` are those of control planes.
///
/// # Errors
/// `control-plane-namespace`, `system-namespace` (usage).
pub fn check(namespaces: &[String], planes: &BTreeSet<String>, istio_namespace: &str) -> Result<()> {
    let refused =
        |id: &'static str, message: String| Err(Error::usage(id, message).hint("name namespaces of your applications"));
    for name in namespaces {
        if planes.contains(name) || name == istio_namespace {
            let message = format!("namespace {name} holds the control plane, which is not injected");
            return refused("control-plane-namespace", message);
        }
        if SYSTEM_NAMESPACES.contains(&name.as_str()) {
            let message = format!("namespace {name} is Kubernetes' own, and istiod never injects its pods");
            return refused("system-namespace", message);
        }
    }
    Ok(())
}

/// A namespace that is put into the mesh.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// As it is.
    pub before: Object,
    /// As it will be.
    pub after: Object,
    /// What changes of its labels; empty where it is in the mesh already.
    pub changes: Vec<LabelChange>,
}

/// These namespaces as `enrolment` has them.
pub fn namespaces(found: Vec<Object>, enrolment: &Enrolment) -> Vec<Enrolled> {
    let enrolled = |before: Object| {
        let own = labels::own(&before);
        let changes = enrolment.changes(&own);
        let after = labels::with(&before, super::revisions::changed(&own, &changes));
        Enrolled { before, after, changes }
    };
    found.into_iter().map(enrolled).collect()
}

/// Workloads of one kind and namespace that are put into the mesh.
#[derive(Debug, Clone)]
pub struct Workloads<'a> {
    /// `Deployment`, `StatefulSet` or `DaemonSet`.
    pub kind: &'a str,
    /// The namespace.
    pub namespace: &'a str,
    /// Their names.
    pub names: &'a [String],
    /// A revision or tag that is asked for.
    pub revision: Option<&'a str>,
    /// The revision behind it.
    pub behind: Option<&'a str>,
}

/// A workload that is put into the mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The workload.
    pub id: ObjectId,
    /// The labels that its template gets, as `key=value`; empty where it has them.
    pub missing: Vec<String>,
}

impl Workloads<'_> {
    /// The labels that their templates get.
    pub fn labels(&self) -> Vec<(String, String)> {
        let mut labels = vec![(INJECT.to_owned(), "true".to_owned())];
        labels.extend(self.revision.map(|revision| (REVISION.to_owned(), revision.to_owned())));
        labels
    }

    /// What becomes of each, and what has to restart. `outdated` is what would have to restart as it is, of these `pods`.
    ///
    /// # Errors
    /// `not-found` (failed), and as [`rolled`].
    pub fn plan(
        &self,
        scene: &Surroundings<'_>,
        injection: &Injectors,
        (outdated, pods): &(Restarts, Pods),
    ) -> Result<(Vec<Labelled>, Restarts)> {
        let (mut all, mut plan, labels) = (Vec::new(), Restarts::default(), self.labels());
        for name in self.names {
            let id = ObjectId::new("apps/v1", self.kind, Some(self.namespace), name);
            let found = scene.workloads.iter().find(|workload| workload.id() == id);
            let found = found.ok_or_else(|| self.not_found(name))?;
            let has = |(key, value): &(String, String)| {
                found.at("/spec/template/metadata/labels").and_then(|all| all[key.as_str()].as_str()) == Some(value)
            };
            let mut wanted = found.clone();
            for (key, value) in &labels {
                wanted.value_mut()["spec"]["template"]["metadata"]["labels"][key.as_str()] = value.as_str().into();
            }
            let missing: Vec<String> =
                labels.iter().filter(|label| !has(label)).map(|(key, value)| format!("{key}={value}")).collect();
            let why = format!("its pods get {}", missing.join(" and "));
            let restart = rolled(scene, injection, pods, &wanted, self.behind, why)?;
            if missing.is_empty() {
                plan.restarts.extend(outdated.restarts.iter().find(|one| one.id == id).cloned());
            } else {
                plan.restarts.push(restart);
            }
            all.push(Labelled { id, missing });
        }
        Ok((all, plan))
    }

    fn not_found(&self, name: &str) -> Error {
        let (kind, namespace) = (self.kind.to_lowercase(), self.namespace);
        Error::failed("not-found", format!("{kind} {name} does not exist in namespace {namespace}"))
            .hint(format!("see those that do: kubectl -n {namespace} get {kind}s"))
    }
}
