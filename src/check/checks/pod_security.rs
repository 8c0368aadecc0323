//! Pod Security of namespaces against what injection adds.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::istio::label;
use crate::object::Object;

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

pub(super) const CHECK: Check = Check {
    id: "pod-security",
    title: "Pod Security lets injected pods and node agents be",
    when: When::Before,
    hint: "mesh install --set components.cni.enabled=true: with the CNI node agent pods need no rights for their network",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(namespaces) = &facts.namespaces else { return Verdict::skipped("namespaces may not be read") };
    let is_cni = |object: &Object| object.kind() == "DaemonSet" && object.name().starts_with("istio-cni");
    let has_cni = facts.daemon_sets.iter().flatten().chain(&facts.wanted).any(is_cni);
    let mut reasons = Vec::new();
    let mut hint = None;
    for namespace in namespaces {
        let Some(level) = namespace.label(ENFORCE).filter(|level| *level != "privileged") else { continue };
        let name = namespace.name();
        let agents: Vec<&str> = facts
            .wanted
            .iter()
            .filter(|one| one.kind() == "DaemonSet" && one.namespace() == Some(name))
            .map(Object::name)
            .collect();
        if !agents.is_empty() {
            reasons.push(format!("namespace {name} enforces {level}, and {} need the node", agents.join(", ")));
            hint = Some(format!("kubectl label namespace {name} {ENFORCE}=privileged --overwrite"));
        }
        let enrolled =
            namespace.label(label::INJECTION) == Some("enabled") || namespace.label(label::REVISION).is_some();
        // The control plane's own pods are not injected.
        if enrolled && !has_cni && name != facts.namespace {
            reasons.push(format!(
                "namespace {name} enforces {level}, which injected pods break without the CNI node agent"
            ));
        }
    }
    let verdict = Verdict::unless_empty(Grade::Failed, reasons, "no namespace forbids them");
    match hint {
        Some(hint) => verdict.hint(hint),
        None => verdict,
    }
}
