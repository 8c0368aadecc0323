//! Disruption budgets that allow nothing: a node that has a pod of theirs is never drained.

use serde_json::Value;

use crate::object::{Object, ObjectId};
use crate::plan::Context;
use crate::plan::restart::budget;
use crate::text;

/// A sentence for each budget among `objects` that lets no pod of a workload among them go.
pub fn useless<'o>(objects: impl IntoIterator<Item = &'o Object>) -> Vec<String> {
    let objects: Vec<&Object> = objects.into_iter().collect();
    let context = Context::of(objects.iter().copied());
    let of_kind = |kind: &'static str| objects.iter().filter(move |object| object.kind() == kind);
    let workloads = || ["Deployment", "StatefulSet"].into_iter().flat_map(of_kind);
    let pairs = of_kind("PodDisruptionBudget").flat_map(|budget| {
        let guarded = workloads().filter(|workload| guards(budget, workload));
        guarded.map(move |workload| (budget, workload))
    });
    let held = pairs.filter_map(|(budget, workload)| {
        let count = context.autoscaled(&workload.id()).or_else(|| workload.int("/spec/replicas")).unwrap_or(1);
        (count > 0 && allowed(budget, count)? <= 0).then(|| said(&budget.id(), &workload.id(), count))
    });
    held.collect()
}

fn said(budget: &ObjectId, workload: &ObjectId, count: i64) -> String {
    let replicas = text::count(usize::try_from(count).unwrap_or(0), "replica");
    format!("{budget} lets no pod go while {workload} has {replicas}: a node that runs one cannot be drained")
}

fn guards(budget: &Object, workload: &Object) -> bool {
    let labels = workload.at("/spec/template/metadata/labels").and_then(Value::as_object);
    labels.is_some_and(|labels| !budget::of(std::slice::from_ref(budget), workload.namespace(), labels).is_empty())
}

/// How many of `count` pods may go at a time; none where the budget does not say it.
fn allowed(budget: &Object, count: i64) -> Option<i64> {
    // A part of a pod is a pod, both of those that have to stay and of those that may go.
    let of = |value: &Value| match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let percent: i64 = text.strip_suffix('%')?.parse().ok()?;
            Some((count.checked_mul(percent)? + 99) / 100)
        }
        _ => None,
    };
    match (budget.at("/spec/minAvailable"), budget.at("/spec/maxUnavailable")) {
        (Some(least), _) => Some(count - of(least)?),
        (None, Some(most)) => of(most),
        (None, None) => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(kind: &str, spec: Value) -> Object {
        let api_version = if kind == "Deployment" { "apps/v1" } else { "v1" };
        let metadata = json!({"name": "istiod", "namespace": "n"});
        Object::new(json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec})).unwrap()
    }

    #[test]
    fn budgets_that_allow_nothing_are_named() {
        let labels = json!({"app": "istiod", "x": "y"});
        let deployment = |replicas: Value| {
            object("Deployment", json!({"replicas": replicas, "template": {"metadata": {"labels": labels}}}))
        };
        let budget = |field: &str, value: Value| {
            let mut spec = json!({"selector": {"matchLabels": {"app": "istiod"}}});
            spec[field] = value;
            object("PodDisruptionBudget", spec)
        };
        let scaler = |least: i64| {
            let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "istiod"});
            object("HorizontalPodAutoscaler", json!({"scaleTargetRef": target, "minReplicas": least, "maxReplicas": 9}))
        };
        let table = [
            (deployment(json!(1)), budget("minAvailable", json!(1)), None, true),
            (deployment(json!(2)), budget("minAvailable", json!(1)), None, false),
            (deployment(json!(null)), budget("minAvailable", json!(1)), Some(2), false),
            (deployment(json!(3)), budget("minAvailable", json!(1)), Some(1), true),
            (deployment(json!(3)), budget("minAvailable", json!("51%")), None, false),
            (deployment(json!(3)), budget("minAvailable", json!("67%")), None, true),
            (deployment(json!(3)), budget("maxUnavailable", json!(0)), None, true),
            (deployment(json!(3)), budget("maxUnavailable", json!("1%")), None, false),
            (deployment(json!(0)), budget("minAvailable", json!(1)), None, false),
        ];
        for (workload, budget, least, told) in table {
            let scaler = least.map(scaler);
            let found = useless([&workload, &budget].into_iter().chain(&scaler));
            assert_eq!(found.len(), usize::from(told), "{} {}: {found:?}", workload.value(), budget.value());
        }
        let other =
            object("PodDisruptionBudget", json!({"minAvailable": 1, "selector": {"matchLabels": {"app": "x"}}}));
        assert!(useless([&deployment(json!(1)), &other]).is_empty());
    }
}
