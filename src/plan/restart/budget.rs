//! Whether PodDisruptionBudgets let a workload's pods go.

use serde_json::{Map, Value};

use crate::inject::Selector;
use crate::object::{Object, ObjectId};
use crate::text;

/// The budgets of a namespace that are about pods with these labels.
pub fn of<'a>(budgets: &'a [Object], namespace: Option<&str>, labels: &Map<String, Value>) -> Vec<&'a Object> {
    let here = budgets.iter().filter(|budget| budget.namespace() == namespace);
    // A budget without a selector is about no pod; an empty one is about all.
    let selects = |budget: &&Object| {
        let selector = budget.at("/spec/selector").filter(|selector| !selector.is_null());
        selector.is_some_and(|selector| Selector::read(selector).is_ok_and(|selector| selector.matches(labels)))
    };
    here.filter(selects).collect()
}

/// Why a budget lets no pod go now; none where it does.
pub fn holds(budget: &Object) -> Option<String> {
    let count = |field: &str| budget.int(&format!("/status/{field}")).unwrap_or(0);
    let ObjectId { name, .. } = budget.id();
    if count("observedGeneration") < budget.int("/metadata/generation").unwrap_or(0) {
        return Some(format!("PodDisruptionBudget {name}, which its controller has not looked at yet"));
    }
    (count("disruptionsAllowed") < 1).then(|| {
        let number = |field: &str| usize::try_from(count(field)).unwrap_or(0);
        let (healthy, wanted) = (number("currentHealthy"), number("desiredHealthy"));
        format!(
            "PodDisruptionBudget {name}, which allows no disruption: {} {} healthy and {wanted} {} to be",
            text::count(healthy, "pod"),
            text::verb(healthy, "is", "are"),
            text::verb(wanted, "has", "have")
        )
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;
    use serde_json::json;

    fn budget(selector: Value, allowed: i64) -> Object {
        let status =
            json!({"observedGeneration": 1, "disruptionsAllowed": allowed, "currentHealthy": 3, "desiredHealthy": 3});
        Object::new(json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"name": "b", "namespace": "n", "generation": 1},
            "spec": {"selector": selector}, "status": status,
        }))
        .unwrap()
    }

    #[test]
    fn a_budget_is_about_the_pods_it_selects() {
        let labels = json!({"app": "web"}).as_object().cloned().unwrap();
        let table = [
            (json!({"matchLabels": {"app": "web"}}), Some("n"), 1),
            (json!({}), Some("n"), 1),
            (Value::Null, Some("n"), 0),
            (json!({"matchLabels": {"app": "api"}}), Some("n"), 0),
            (json!({}), Some("other"), 0),
        ];
        for (selector, namespace, count) in table {
            let budgets = [budget(selector, 1)];
            assert_eq!(of(&budgets, namespace, &labels).len(), count, "{budgets:?}");
        }
    }

    #[test]
    fn a_budget_holds_until_it_allows_a_disruption() {
        assert_eq!(holds(&budget(json!({}), 1)), None);
        let why = holds(&budget(json!({}), 0)).unwrap();
        assert!(why.ends_with("allows no disruption: 3 pods are healthy and 3 have to be"), "{why}");
        let mut single = budget(json!({}), 0);
        single.value_mut()["status"]["currentHealthy"] = 1.into();
        single.value_mut()["status"]["desiredHealthy"] = 1.into();
        assert!(holds(&single).unwrap().ends_with("1 pod is healthy and 1 has to be"));
        let mut changed = budget(json!({}), 1);
        changed.value_mut()["metadata"]["generation"] = 2.into();
        assert!(holds(&changed).unwrap().contains("not looked at"));
    }
}
