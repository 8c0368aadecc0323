//! Pod Security of namespaces against what runs in them, and what injection adds.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::istio::label;
use crate::istio::plane::is_istiod;
use crate::object::Object;
use crate::plan::standards::{ENFORCE, Standard, breaches, of_namespace};
use crate::status::explain::SET_SECCOMP;

pub(super) const CHECK: Check = Check {
    id: "pod-security",
    title: "Pod Security lets Istio's and injected pods be",
    when: When::Always,
    hint: "mesh install --set components.cni.enabled=true: with the CNI node agent pods need no rights for their network",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(namespaces) = &facts.namespaces else { return Verdict::skipped("namespaces may not be read") };
    let mut reasons = Vec::new();
    let mut hint = None;
    for namespace in namespaces.iter().filter(|one| of_namespace(one) > Standard::Privileged) {
        let (name, level) = (namespace.name(), namespace.label(ENFORCE).unwrap_or_default());
        for workload in made_in(facts, name) {
            let spec = workload.at("/spec/template/spec").cloned().unwrap_or_default();
            let broken = breaches(of_namespace(namespace), &spec);
            if broken.is_empty() {
                continue;
            }
            reasons.push(format!(
                "namespace {name} enforces {level}, which pods of {} break: {}",
                workload.id(),
                broken.join("; ")
            ));
            let only_seccomp = broken.iter().all(|one| one.starts_with("seccompProfile"));
            let own = if only_seccomp && is_istiod(workload) { format!("{SET_SECCOMP}, or: ") } else { String::new() };
            let takes = if breaches(Standard::Baseline, &spec).is_empty() { "baseline" } else { "privileged" };
            // What takes all of them is what the one takes that asks for most.
            if takes == "privileged" || hint.is_none() {
                hint = Some(format!("{own}kubectl label namespace {name} {ENFORCE}={takes} --overwrite"));
            }
        }
        let broken = of_sidecars(facts, namespace);
        if !broken.is_empty() {
            reasons.push(format!(
                "namespace {name} enforces {level}, which injected pods break without the CNI node agent: {broken}"
            ));
        }
    }
    let verdict = Verdict::unless_empty(Grade::Failed, reasons, "no namespace forbids them");
    match hint {
        Some(hint) => verdict.hint(hint),
        None => verdict,
    }
}

/// What an installation makes in a namespace that runs pods.
fn made_in<'f>(facts: &'f Facts, namespace: &'f str) -> impl Iterator<Item = &'f Object> {
    let runs = |one: &&Object| matches!(one.kind(), "Deployment" | "DaemonSet");
    facts.wanted.iter().filter(runs).filter(move |one| one.namespace() == Some(namespace))
}

/// What injected pods of a namespace break, as far as it is known; where it is not known what is injected, the node agent
/// tells. The control plane's own pods are not injected.
fn of_sidecars(facts: &Facts, namespace: &Object) -> String {
    if namespace.name() == facts.namespace {
        return String::new();
    }
    let is_cni = |object: &Object| object.kind() == "DaemonSet" && object.name().starts_with("istio-cni");
    // With the agent that is to be installed they need no rights, whatever they are given now.
    if facts.wanted.iter().any(is_cni) {
        return String::new();
    }
    if let Some(known) = facts.injected.as_ref().and_then(|known| known.get(namespace.name())) {
        return known.join("; ");
    }
    let is_enrolled =
        namespace.label(label::INJECTION) == Some("enabled") || namespace.label(label::REVISION).is_some();
    let has_cni = facts.daemon_sets.iter().flatten().any(is_cni);
    if has_cni || !is_enrolled { String::new() } else { "istio-init sets their network up".to_owned() }
}
