//! Whether the pods of the control plane find a node.

use serde_json::Value;

use super::{Check, Outcome, Verdict, When};
use crate::check::{Facts, Room};
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "room",
    title: "The nodes have room for what is asked for",
    when: When::Before,
    hint: "add nodes, or ask for less: mesh install --set values.pilot.resources.requests.memory=512Mi",
    run,
};

fn run(facts: &Facts) -> Verdict {
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
        return Verdict::new(Outcome::Failed, vec!["no node is ready and takes pods".to_owned()])
            .hint("kubectl get nodes shows their state and taints");
    }
    let mut reasons = Vec::new();
    for deployment in facts.wanted.iter().filter(|object| object.kind() == "Deployment") {
        // What runs already has its room.
        if facts.deployments.iter().flatten().any(|there| there.id() == deployment.id()) {
            continue;
        }
        let containers = deployment.list("/spec/template/spec/containers");
        let need =
            containers.iter().fold(Room::default(), |sum, one| sum.plus(Room::of(&one["resources"]["requests"])));
        for _ in 0..deployment.int("/spec/replicas").unwrap_or(1).clamp(0, 100) {
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
    Verdict::unless_empty(Outcome::Failed, reasons, "every pod finds a node")
}
