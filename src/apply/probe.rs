//! The proof of an installation that nobody changes: what `install` does before it closes webhooks, for whoever asks.

use super::proof::{self, Proof, Proven};
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::object::Object;
use crate::render::InstallSet;

/// Creates a pod as a dry run, which has to come back injected. Gives why it could not be told, where it could not.
///
/// # Errors
/// `injection-unproven` with what lies between the API server and istiod; cluster errors.
pub async fn probe(cluster: &Cluster, kinds: &Kinds, set: &InstallSet, revision: &str) -> Result<Option<String>> {
    let of_kind = |kind: &'static str| set.objects().filter(move |object| object.kind() == kind);
    let webhooks: Vec<&Object> = of_kind("MutatingWebhookConfiguration").collect();
    let names = proof::names(&webhooks, "MutatingWebhookConfiguration");
    let of_istiod =
        |object: &&Object| object.name().starts_with("istiod") && object.namespace() == Some(set.namespace.name());
    let service = of_kind("Service").find(of_istiod).map_or("istiod", Object::name).to_owned();
    let subject = Proven {
        namespace: set.namespace.name().to_owned(),
        revision: revision.to_owned(),
        service_account: "default".to_owned(),
        service,
    };
    match proof::injection(cluster, &proof::kinds(kinds), &subject, &names).await? {
        Proof::Proven => Ok(None),
        Proof::Untold(why) => Ok(Some(why)),
    }
}
