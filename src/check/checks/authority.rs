//! The CA of the mesh, and one that a user brought.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::status::certificate;

pub(super) const CHECK: Check = Check {
    id: "authority",
    title: "The mesh trusts the CA that was brought for it",
    when: When::After,
    hint: "kubectl rollout restart -n istio-system deployment/istiod lets istiod take it; then mesh restart --outdated -A, as \
           until then old and new proxies do not trust each other",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let (Some(brought), Some(root)) = (&facts.brought_root, &facts.root) else {
        return Verdict::skipped("the root certificate of the mesh, or Secret cacerts, could not be read");
    };
    if brought.is_empty() {
        return Verdict::passed("none was: istiod has made its own");
    }
    let known: Vec<Vec<u8>> = certificate::blocks(root).collect();
    if certificate::blocks(brought).any(|one| known.contains(&one)) {
        return Verdict::passed("it does");
    }
    let reason = format!(
        "Secret {}/cacerts has another root certificate than the mesh: it was made after istiod had made a CA of its own",
        facts.namespace
    );
    Verdict::new(Grade::Warning, vec![reason])
}
