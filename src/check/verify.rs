//! Objects against what is wanted, CRDs, and workloads.

use std::collections::HashMap;

use super::finding::{Case, Finding, Suite};
use crate::istio::{Pod, running};
use crate::object::{Object, ObjectId};
use crate::plan::Difference;
use crate::plan::filter::Reason;
use crate::status::explain::{Evidence, Whose, explain};
use crate::status::{Readiness, ready};
use crate::text;

/// What is there.
type Live = HashMap<ObjectId, Object>;

/// Every wanted object: is it there, and equal in the fields that are ours to say. `compare` tells how the second of two
/// objects differs from the first.
pub fn objects<'a>(
    wanted: impl IntoIterator<Item = &'a Object>,
    live: &Live,
    compare: impl Fn(&Object, &Object) -> Vec<Difference>,
) -> Vec<Case> {
    let one = |wanted: &Object| {
        let id = wanted.id();
        let mut case = Case::new(Suite::Objects, id.to_string());
        match live.get(&id) {
            None => case.findings.push(Finding::error("missing", Some(&id), "is not there")),
            Some(live) => {
                if live.text("/metadata/deletionTimestamp").is_some() {
                    case.findings.push(Finding::error("being-deleted", Some(&id), "is being deleted"));
                }
                case.findings.extend(compare(wanted, live).iter().map(|one| Finding::drift(&id, one)));
            }
        }
        case
    };
    wanted.into_iter().map(one).collect()
}

/// What an earlier installation left and nobody wants any more: to be known, no reason to fail.
pub fn leftovers(unwanted: &[(ObjectId, Option<Reason>)]) -> Vec<Case> {
    let left = unwanted.iter().filter(|(_, reason)| reason.is_none());
    left.map(|(id, _)| {
        let finding = Finding::error("leftover", Some(id), "was installed and is not wanted any more").warning();
        Case { findings: vec![finding], ..Case::new(Suite::Objects, id.to_string()) }
    })
    .collect()
}

/// Every wanted CRD: is it established, and are its versions served. `serves` asks discovery.
pub fn definitions<'a>(
    wanted: impl IntoIterator<Item = &'a Object>,
    live: &Live,
    serves: impl Fn(&ObjectId) -> bool,
) -> Vec<Case> {
    let crds = wanted.into_iter().filter(|object| object.kind() == "CustomResourceDefinition");
    let one = |wanted: &Object| {
        let id = wanted.id();
        let mut case = Case::new(Suite::Definitions, id.to_string());
        let Some(there) = live.get(&id) else {
            case.skipped = Some("it is not there".to_owned());
            return case;
        };
        if let Some(why) = unready(there) {
            case.findings.push(Finding::error("not-established", Some(&id), why));
        }
        let text = |pointer: &str| wanted.text(pointer).unwrap_or_default();
        let (group, kind) = (text("/spec/group"), text("/spec/names/kind"));
        for version in wanted.list("/spec/versions").iter().filter(|version| version["served"] == true) {
            let version = version["name"].as_str().unwrap_or_default();
            if !serves(&ObjectId::new(&format!("{group}/{version}"), kind, None, "")) {
                case.findings.push(Finding::error("not-served", Some(&id), format!("{group}/{version} is not served")));
            }
        }
        case
    };
    crds.map(one).collect()
}

/// Why an object is not ready; none where it is.
fn unready(object: &Object) -> Option<String> {
    match ready(object) {
        Readiness::Ready { .. } => None,
        Readiness::Waiting { short } | Readiness::Gone { short } => Some(short),
        Readiness::Failed { reason, message } => Some(format!("{reason}: {message}")),
    }
}

/// Every wanted workload: is it ready, and if not, why.
pub fn workloads<'a>(wanted: impl IntoIterator<Item = &'a Object>, live: &Live, evidence: &Evidence<'_>) -> Vec<Case> {
    let kinds = ["Deployment", "DaemonSet", "StatefulSet"];
    let one = |id: ObjectId| {
        let mut case = Case::new(Suite::Workloads, id.to_string());
        let Some(there) = live.get(&id) else {
            case.skipped = Some("it is not there".to_owned());
            return case;
        };
        if let Some(state) = unready(there) {
            let cause = explain(there, evidence);
            let namespace = id.namespace.as_deref().unwrap_or_default();
            let look = || format!("kubectl describe -n {namespace} {} {}", id.kind.to_lowercase(), id.name);
            let message = cause.as_ref().map_or(&state, |cause| &cause.summary);
            let finding = Finding::error("not-ready", Some(&id), format!("is not ready: {message}"));
            case.findings.push(finding.hint(cause.as_ref().map_or_else(look, |cause| cause.next(Whose::Istio))));
        }
        case
    };
    wanted.into_iter().filter(|object| kinds.contains(&object.kind())).map(|object| one(object.id())).collect()
}

/// Wanted workloads that are ready and whose pods are not all of the newest template: what is replaced by hand is old until
/// somebody deletes it. `pods` are those of such workloads.
pub fn old_pods<'a>(wanted: impl IntoIterator<Item = &'a Object>, live: &Live, pods: &[Pod]) -> Vec<Case> {
    let old = |wanted: &Object| {
        let there = live.get(&wanted.id()).filter(|there| unready(there).is_none())?;
        let new = running::of_template(wanted);
        let versions = running::of_pods(there, pods);
        let all: usize = versions.values().sum();
        let old: Vec<&str> = versions.keys().filter(|version| **version != new).map(String::as_str).collect();
        let count = all - versions.get(&new).unwrap_or(&0);
        (count > 0).then(|| {
            let (id, run) = (wanted.id(), old.join(", "));
            let mut case = Case::new(Suite::Workloads, format!("pods of {id}"));
            let message = format!(
                "{count} of {} {} {run}, where {new} is wanted",
                text::count(all, "pod"),
                text::verb(count, "runs", "run")
            );
            let finding = Finding::error("old-pods", Some(&id), message);
            let (kind, name) = (id.kind.to_lowercase(), &id.name);
            let namespace = id.namespace.as_deref().unwrap_or_default();
            case.findings.push(finding.hint(format!(
                "its pods are replaced when they are deleted: kubectl describe -n {namespace} {kind} {name} shows them"
            )));
            case
        })
    };
    wanted.into_iter().filter_map(old).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(kind: &str, rest: Value) -> Object {
        let mut value = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "a", "namespace": "n"}});
        value.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Object::new(value).unwrap()
    }

    fn of_nobody(wanted: &Object, live: &Object) -> Vec<Difference> {
        crate::plan::compare(wanted, live, &crate::plan::Context::default())
    }

    fn live(objects: impl IntoIterator<Item = Object>) -> Live {
        objects.into_iter().map(|object| (object.id(), object)).collect()
    }

    #[test]
    fn what_is_missing_or_differs_is_named() {
        let wanted = [object("ConfigMap", json!({"data": {"a": "1", "b": "2"}})), object("Service", json!({}))];
        let there = live([object("ConfigMap", json!({"data": {"a": "1", "b": "3"}}))]);
        let cases = objects(&wanted, &there, of_nobody);
        let lines: Vec<String> = cases.iter().flat_map(Case::counted).map(Finding::line).collect();
        assert_eq!(lines, [r#"ConfigMap/n/a data.b: wanted "2", found "3""#, "Service/n/a: is not there"]);
    }

    #[test]
    fn what_secrets_hold_is_not_told() {
        let wanted = [object("Secret", json!({"data": {"key": "d2FudGVk"}}))];
        let there = live([object("Secret", json!({"data": {"key": "Zm91bmQ="}}))]);
        let cases = objects(&wanted, &there, of_nobody);
        let finding = cases[0].counted().next().unwrap();
        assert_eq!(finding.field.as_deref(), Some("data.key"));
        let shown = serde_json::to_string(finding).unwrap();
        assert!(!shown.contains("d2Fu") && !shown.contains("Zm91"), "{shown}");
    }
}
