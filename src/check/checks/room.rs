//! Whether the pods of the control plane find a node, and what quotas leave them.

use serde_json::Value;

use super::{Check, Grade, Verdict, When};
use crate::check::{Facts, Room};
use crate::object::{Object, Quantity};

pub(super) const CHECK: Check = Check {
    id: "room",
    title: "The nodes have room for what is asked for",
    when: When::Before,
    hint: "add nodes, or ask for less: mesh install --set values.pilot.resources.requests.memory=512Mi",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let beyond = beyond_quotas(facts);
    if !beyond.is_empty() {
        return Verdict::new(Grade::Failed, beyond).hint(format!(
            "kubectl describe quota -n {} shows who uses it; raise it, or ask for less",
            facts.namespace
        ));
    }
    let (Some(nodes), Some(requested)) = (&facts.nodes, &facts.requested) else {
        return Verdict::skipped("nodes or pods may not be read");
    };
    let is_open = |node: &&Object| {
        let blocked = node.list("/spec/taints").iter().any(|taint| taint["effect"] != "PreferNoSchedule");
        let ready = node.list("/status/conditions").iter().any(|one| one["type"] == "Ready" && one["status"] == "True");
        ready && !blocked && node.at("/spec/unschedulable") != Some(&Value::Bool(true))
    };
    let mut free: Vec<Room> = nodes
        .iter()
        .filter(is_open)
        .map(|node| Room::of(node.at("/status/allocatable").unwrap_or(&Value::Null)).minus(requested.of(node.name())))
        .collect();
    if free.is_empty() {
        return Verdict::new(Grade::Failed, vec!["no node is ready and takes pods".to_owned()])
            .hint("kubectl get nodes shows their state and taints");
    }
    let mut reasons = Vec::new();
    for deployment in new_deployments(facts) {
        let need = requests(deployment);
        for _ in 0..replicas(deployment) {
            match free.iter_mut().find(|room| room.holds(need)) {
                Some(room) => *room = room.minus(need),
                None => {
                    let (cpu, memory) = (need.cpu.decimal(), need.memory.memory());
                    reasons.push(format!("no node has {cpu} CPU and {memory} free for a pod of {}", deployment.id()));
                    break;
                }
            }
        }
    }
    Verdict::unless_empty(Grade::Failed, reasons, "every pod finds a node")
}

/// What is wanted and does not run yet: what runs already has its room.
fn new_deployments(facts: &Facts) -> impl Iterator<Item = &Object> {
    let is_there = |wanted: &Object| facts.deployments.iter().flatten().any(|there| there.id() == wanted.id());
    facts.wanted.iter().filter(move |object| object.kind() == "Deployment" && !is_there(object))
}

fn requests(deployment: &Object) -> Room {
    let containers = deployment.list("/spec/template/spec/containers");
    containers.iter().fold(Room::default(), |sum, one| sum.plus(Room::of(&one["resources"]["requests"])))
}

fn replicas(deployment: &Object) -> i64 {
    deployment.int("/spec/replicas").unwrap_or(1).clamp(0, 100)
}

/// What the quotas of the control plane's namespace do not leave for what is new in it. Quotas of some pods only are left
/// to the API server.
fn beyond_quotas(facts: &Facts) -> Vec<String> {
    let new = || new_deployments(facts).filter(|one| one.namespace() == Some(&facts.namespace));
    let need = new().fold(Room::default(), |sum, one| (0..replicas(one)).fold(sum, |sum, _| sum.plus(requests(one))));
    let pods = Quantity::of(new().map(replicas).sum());
    let mut reasons = Vec::new();
    let for_all = |one: &&Object| one.list("/spec/scopes").is_empty() && one.at("/spec/scopeSelector").is_none();
    for quota in facts.quotas.iter().flatten().filter(for_all) {
        let of = |part: &str, name: &str| Quantity::of_value(quota.at(&format!("/status/{part}"))?.get(name)?);
        let limited = [
            ("requests.cpu", need.cpu),
            ("cpu", need.cpu),
            ("requests.memory", need.memory),
            ("memory", need.memory),
            ("pods", pods),
        ];
        for (name, need) in limited {
            let Some(hard) = of("hard", name) else { continue };
            let left = hard - of("used", name).unwrap_or_default();
            if need > left {
                let shown =
                    |amount: Quantity| if name.ends_with("memory") { amount.memory() } else { amount.decimal() };
                reasons.push(format!(
                    "{} leaves {} of {name}, and {} is asked for",
                    quota.id(),
                    shown(left),
                    shown(need)
                ));
            }
        }
    }
    reasons
}
