//! Istio's own workloads and those of the mesh: whether their pods are there and ready, and why not.

use super::{Check, Grade, Verdict, When};
use crate::check::{Facts, Standing};
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "workloads",
    title: "Istio's own workloads and those of the mesh are ready",
    when: When::After,
    hint: "kubectl describe -n NAMESPACE KIND NAME, and kubectl get events -n NAMESPACE, show all there is to it",
    run,
};

fn run(facts: &Facts) -> Verdict {
    if facts.deployments.is_none() {
        return Verdict::skipped("Deployments may not be read");
    }
    let own = facts.components().map(|one| (one, true));
    let all = own.chain(facts.unready_of_mesh().map(|one| (one, false)));
    let unready = all.filter_map(|(one, is_own)| Some((one, is_own, facts.surroundings.standing(one)?)));
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let mut look = None;
    for (one, is_own, Standing { state, is_stuck }) in unready {
        // What is only on its way may be ready a moment later; what is of the mesh's users may be theirs to mend.
        let reasons = if is_own && (is_stuck || !is_starting(one)) { &mut errors } else { &mut warnings };
        reasons.push(format!("{}: {state}", one.id()));
        look.get_or_insert_with(|| look_at(one));
    }
    let fleet = facts.fleet.iter();
    warnings.extend(fleet.flat_map(|fleet| &fleet.troubles).map(|(pod, trouble)| format!("Pod/{pod}: {trouble}")));
    let verdict = if errors.is_empty() {
        Verdict::unless_empty(Grade::Warning, warnings, "all of them")
    } else {
        Verdict::new(Grade::Failed, errors.into_iter().chain(warnings).collect())
    };
    Verdict { hint: look, ..verdict }
}

/// The command that shows more of a workload.
fn look_at(workload: &Object) -> String {
    let (namespace, kind) = (workload.namespace().unwrap_or_default(), workload.kind().to_lowercase());
    format!("kubectl describe -n {namespace} {kind} {}, and kubectl get events -n {namespace}", workload.name())
}

/// Whether a workload was changed so short ago that its controller still waits for it.
fn is_starting(workload: &Object) -> bool {
    let mut conditions = workload.list("/status/conditions").iter();
    conditions
        .any(|one| one["type"] == "Progressing" && one["status"] == "True" && one["reason"] != "NewReplicaSetAvailable")
}
