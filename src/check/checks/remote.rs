//! A control plane that runs elsewhere: whether it serves this cluster.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

pub(super) const CHECK: Check = Check {
    id: "remote",
    title: "The control plane elsewhere serves this cluster",
    when: When::After,
    hint: "mesh multicluster link CONTROL-PLANE THIS-CLUSTER, with the contexts of both, lets it in; \
           its istiod serves namespaces of control planes that are annotated topology.istio.io/controlPlaneClusters=NAME-OF-ITS-CLUSTER",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let planes = facts.remote_planes();
    if planes.is_empty() {
        return Verdict::skipped("no webhook leads to a control plane elsewhere");
    }
    let waiting = planes.iter().filter(|one| !one.is_signed).map(|one| {
        format!(
            "the control plane of revision {} at {} has not put its CA into the webhooks",
            one.revision, one.address
        )
    });
    let places: Vec<String> =
        planes.iter().map(|one| format!("revision {} at {}", one.revision, one.address)).collect();
    Verdict::unless_empty(Grade::Failed, waiting.collect(), &places.join("; "))
}
