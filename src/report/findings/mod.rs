//! Findings for people and for machines: text, JSON, JUnit, SARIF, and GitHub's annotations.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use text::text;

pub use crate::check::Findings;

/// What every rule is about: for lists of rules that formats want.
fn about(rule: &str) -> &'static str {
    match rule {
        "not-seen" => "A cluster could not be looked at.",
        "not-recorded" => "Nothing is recorded to compare with.",
        "missing" => "An object of the installation is not there.",
        "drift" => "A field of an object is not as wanted.",
        "being-deleted" => "An object of the installation is being deleted.",
        "leftover" => "An object that an earlier installation wrote is not wanted any more.",
        "not-established" => "A CustomResourceDefinition is not established.",
        "not-served" => "A version of a kind is not served.",
        "not-ready" => "A workload is not ready.",
        "webhook-unsigned" => "A webhook has no caBundle.",
        "webhook-ca" => "The caBundle of a webhook is not the CA of the mesh.",
        "webhook-expired" => "The caBundle of a webhook has expired.",
        "webhook-no-service" => "The Service of a webhook is not there.",
        "webhook-no-backend" => "No ready pod answers for a webhook.",
        "outdated-proxy" => "Proxies run another version than their control plane.",
        "probe" => "A pod made as a dry run did not come back injected.",
        _ => "Something is not as it should be.",
    }
}
