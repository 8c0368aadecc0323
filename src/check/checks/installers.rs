//! Other installers at work on the same objects.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::istio::maker;
use crate::object::Object;
use crate::plan::managed::Managed;
use crate::plan::managers::Class;

pub(super) const CHECK: Check = Check {
    id: "installers",
    title: "Nobody else installs Istio here",
    when: When::Before,
    hint: "go on with the other installer, or remove it first: what it manages would be changed back",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let mut reasons = Vec::new();
    let mut is_helms = false;
    for one in ["sailoperator.io/v1", "sailoperator.io/v1alpha1", "maistra.io/v2"] {
        if facts.api_versions.iter().any(|served| served == one) {
            reasons.push(format!("an operator of Istio is installed: {one} is served"));
        }
    }
    for deployment in facts.deployments.iter().flatten() {
        if let Some((_, release)) = maker::release(deployment) {
            reasons.push(format!("{} belongs to the Helm release {release}", deployment.id()));
            is_helms = true;
        }
        if deployment.name().starts_with("istio-operator") {
            reasons.push(format!("{} is the in-cluster operator of older versions", deployment.id()));
        }
        if let Some(manager) = foreign(deployment) {
            reasons.push(format!("{} is managed by {manager}", deployment.id()));
        }
    }
    let verdict = Verdict::unless_empty(Grade::Warning, reasons, "no other installer was found");
    if is_helms {
        return verdict.hint("mesh adopt takes over what Helm installed, with nothing restarted");
    }
    verdict
}

/// Who applies the object beside us and the installers that are taken over.
fn foreign(object: &Object) -> Option<String> {
    let managed = Managed::of(object);
    let applies = managed.entries().iter().filter(|entry| entry.applies && entry.subresource.is_empty());
    let other = applies.into_iter().find(|entry| Class::of(&entry.manager) == Class::Other);
    other.map(|entry| entry.manager.clone())
}
