//! The CRDs of the Gateway API, which come from elsewhere, against what this istiod watches.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;

pub(super) const CHECK: Check = Check {
    id: "gateway-api",
    title: "The Gateway API's CRDs are of versions that istiod watches",
    when: When::Always,
    hint: "kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/standard-install.yaml",
    run,
};

const GROUP: &str = "gateway.networking.k8s.io";

/// Kinds that istiod 1.30 waits for once their CRD is there, each with the version it asks for: without that it never gets
/// ready (`pkg/config/schema/gvr`).
const WAITED_FOR: [(&str, &str); 4] =
    [("GatewayClass", "v1"), ("Gateway", "v1"), ("HTTPRoute", "v1"), ("ReferenceGrant", "v1beta1")];

/// Kinds that it leaves alone below a release of the Gateway API (`MinimumCRDVersions`), each with that.
const LEFT_ALONE: [(&str, &str); 3] = [("GRPCRoute", "v1.1"), ("BackendTLSPolicy", "v1.4"), ("TLSRoute", "v1.5")];

fn run(facts: &Facts) -> Verdict {
    let served = |kind: &str| -> Vec<&str> {
        let of_kind = facts.api_versions.iter().filter_map(|one| {
            let (group, rest) = one.split_once('/')?;
            let (version, named) = rest.split_once('/')?;
            (group == GROUP && named == kind).then_some(version)
        });
        of_kind.collect()
    };
    if facts.api_versions.is_empty() {
        return Verdict::skipped("it is not known what the cluster serves");
    }
    if facts.api_versions.iter().all(|one| one.split('/').next() != Some(GROUP)) {
        return Verdict::passed("there are none");
    }
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for (kind, wanted) in WAITED_FOR {
        let versions = served(kind);
        if !versions.is_empty() && !versions.contains(&wanted) {
            errors.push(format!(
                "{kind} is served as {} only, and istiod waits for {wanted}: it does not get ready",
                versions.join(", ")
            ));
        }
    }
    for (kind, release) in LEFT_ALONE {
        let versions = served(kind);
        if !versions.is_empty() && !versions.contains(&"v1") {
            warnings.push(format!(
                "{kind} is served as {} only: istiod leaves objects of it alone below {release} of the Gateway API",
                versions.join(", ")
            ));
        }
    }
    if !errors.is_empty() {
        return Verdict::new(Grade::Failed, errors.into_iter().chain(warnings).collect());
    }
    Verdict::unless_empty(Grade::Warning, warnings, "all of them")
}
