//! The network plugin, beside Istio's node agent.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "cni",
    title: "The network plugin lets Istio's node agent be",
    when: When::Before,
    hint: "with Cilium set cni.exclusive=false and, for ambient, bpf.masquerade=false: helm upgrade cilium … --set cni.exclusive=false",
    run,
};

/// Plugins, by the beginning of their DaemonSet's name.
const PLUGINS: &[&str] =
    &["cilium", "calico", "kube-flannel", "weave-net", "kube-router", "aws-node", "azure-cni", "ovnkube", "antrea"];

fn run(facts: &Facts) -> Verdict {
    let Some(sets) = &facts.daemon_sets else { return Verdict::skipped("DaemonSets may not be read") };
    let is_agent = |one: &Object| one.kind() == "DaemonSet" && one.name().starts_with("istio-cni");
    let wants_agent = facts.wanted.iter().chain(sets).any(is_agent);
    let plugin = PLUGINS.iter().find(|name| sets.iter().any(|set| set.name().starts_with(**name)));
    match plugin {
        Some(&"cilium") if wants_agent => {
            let reason =
                "Cilium removes the configuration of other plugins unless it is told not to (cni.exclusive=false)";
            Verdict::new(Grade::Warning, vec![reason.to_owned()])
        }
        Some(name) => Verdict::passed(format!("the network plugin is {name}")),
        None if wants_agent => Verdict::skipped("no known network plugin was found"),
        None => Verdict::passed("no node agent is wanted"),
    }
}
