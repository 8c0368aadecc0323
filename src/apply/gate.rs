//! The webhooks of a control plane: written when it answers, proven, and only then closed.
//!
//! A webhook that fails closed while nothing answers behind it stops every pod of a cluster. So ours start with
//! `failurePolicy: Ignore`, and become `Fail` after the proof; if the proof fails on a first install they are taken out.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::install::Installer;
use super::proof::{self, Proof, Proven};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Wrote};
use crate::istio::webhook::webhooks_mut;
use crate::object::{Object, ObjectId};
use crate::status::untrusted;

/// How long istiod may take to put its CA into a webhook.
const CA_PATIENCE: Duration = Duration::from_secs(30);

/// How long taking webhooks out again may take, also when the time of the run is over.
const CLEANING_UP: Duration = Duration::from_secs(10);

/// Whether this object is a webhook configuration.
pub(super) fn is_webhook(object: &Object) -> bool {
    matches!(object.kind(), "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration")
}

/// `object` with every webhook's failure policy set.
pub(super) fn with_policy(object: &Object, policy: &str) -> Object {
    let mut changed = object.clone();
    for webhook in webhooks_mut(&mut changed) {
        webhook["failurePolicy"] = policy.into();
    }
    changed
}

/// Whether every webhook of a live configuration fails closed.
fn is_closed(configuration: &Object) -> bool {
    let webhooks = configuration.list("/webhooks");
    !webhooks.is_empty() && webhooks.iter().all(|webhook| webhook["failurePolicy"] == "Fail")
}

/// The CA that the first webhook of a configuration trusts.
fn ca_of(configuration: &Object) -> Option<String> {
    configuration.text("/webhooks/0/clientConfig/caBundle").map(str::to_owned)
}

/// `object` with the CA that a sibling's webhooks have, so that it works from its first moment on.
pub(super) fn with_ca_of(object: &Object, sibling: &Object) -> Object {
    let ca = ca_of(sibling).map_or(Value::Null, Value::from);
    let mut changed = object.clone();
    if !ca.is_null() {
        for webhook in webhooks_mut(&mut changed) {
            webhook["clientConfig"]["caBundle"] = ca.clone();
        }
    }
    changed
}

impl Installer<'_> {
    /// Writes the webhooks of `component`, waits for their CA, proves them and closes them.
    ///
    /// Those that are closed already stay so: they have worked, and an open one lets pods without sidecar through. Those among
    /// them that are `left_over` by a control plane that is gone have not: they are opened, and were somebody else's before.
    pub(super) async fn open_gate(
        &self,
        component: &str,
        webhooks: &[&Object],
        left_over: &BTreeSet<ObjectId>,
        subject: &Proven,
    ) -> Result<()> {
        let works = |webhook: &&Object| {
            let id = webhook.id();
            self.live.get(&id).is_some_and(is_closed) && !left_over.contains(&id)
        };
        let (closed, open): (Vec<&Object>, Vec<&Object>) = webhooks.iter().copied().partition(works);
        let ignoring: Vec<Object> = open.iter().map(|webhook| with_policy(webhook, "Ignore")).collect();
        self.write_instead(component, closed.into_iter().chain(&ignoring)).await?;
        if let Err(error) = self.prove(component, webhooks, left_over, subject).await {
            let new: Vec<&Object> = open.into_iter().filter(|webhook| !left_over.contains(&webhook.id())).collect();
            return Err(if new.is_empty() { error } else { self.take_out(component, &new, error).await });
        }
        let closing: Vec<Object> = open.iter().map(|webhook| with_policy(webhook, "Fail")).collect();
        let is_open = |webhook: &&Object| !self.observer.get(&webhook.id()).as_deref().is_some_and(is_closed);
        self.write_instead(component, closing.iter().filter(is_open)).await
    }

    async fn prove(
        &self,
        component: &str,
        webhooks: &[&Object],
        left_over: &BTreeSet<ObjectId>,
        subject: &Proven,
    ) -> Result<()> {
        let step = |doing: &str| self.scope.tell(component, None, Fact::Step { doing: doing.to_owned() });
        step("waiting for istiod to sign its webhooks");
        let (inherited, own): (Vec<&&Object>, Vec<&&Object>) =
            webhooks.iter().partition(|webhook| left_over.contains(&webhook.id()));
        for webhook in &own {
            self.ca_seen(&webhook.id(), |live| untrusted(live).is_empty()).await?;
        }
        // What another control plane has left still has its CA: istiod's own is what the others have.
        let bundles = own.iter().filter_map(|one| self.observer.get(&one.id()).as_deref().and_then(ca_of));
        let bundle = bundles.into_iter().next();
        for webhook in inherited {
            self.ca_seen(&webhook.id(), |live| bundle.is_none() || ca_of(live) == bundle).await?;
        }
        step("proving that pods are injected and configuration is checked");
        let kinds = proof::kinds(self.kinds);
        let injecting = proof::names(webhooks, "MutatingWebhookConfiguration");
        let validating = proof::names(webhooks, "ValidatingWebhookConfiguration");
        let injection = async {
            if injecting.is_empty() {
                return Ok(Proof::Proven);
            }
            proof::injection(self.cluster, &kinds, subject, &injecting).await
        };
        let validation = async {
            if validating.is_empty() {
                return Ok(Proof::Proven);
            }
            proof::validation(self.cluster, &kinds, subject, &validating).await
        };
        // Where both fail, injection is what matters to people.
        let (injection, validation) = futures::join!(injection, validation);
        for (what, proof) in [("injection", injection), ("validation", validation)] {
            if let Proof::Untold(why) = proof? {
                let message = format!("{what} could not be proven: {why}");
                self.scope.say(Fact::Warning { message });
            }
        }
        Ok(())
    }

    async fn ca_seen(&self, id: &ObjectId, is_signed: impl Fn(&Object) -> bool) -> Result<()> {
        self.observer.follow(id, None)?;
        let until = (Instant::now() + CA_PATIENCE).min(self.cluster.deadline());
        let signed =
            self.observer.until(until, |observer| observer.get(id).filter(|webhook| is_signed(webhook)).map(drop));
        signed.await.ok_or_else(|| {
            let namespace = &self.namespace;
            let late = Instant::now() >= self.cluster.deadline();
            let kind = if late { Kind::TimedOut } else { Kind::Failed };
            Error::new(kind, "webhook-unsigned", format!("{id}: istiod has not put its CA into it"))
                .hint(format!("look at what istiod says: kubectl -n {namespace} logs -l app=istiod --tail=50"))
        })
    }

    /// Removes webhooks that were just written and do not work, so that the cluster is as it was.
    async fn take_out(&self, component: &str, webhooks: &[&Object], error: Error) -> Error {
        let cluster = self.cluster.with_at_least(CLEANING_UP);
        for webhook in webhooks {
            let id = webhook.id();
            match cluster.delete(self.kinds, &id, None).await {
                Ok(_) => {
                    self.written.borrow_mut().retain(|written| *written != id);
                    self.scope.tell(component, Some(&id), Fact::Applied { change: Wrote::Deleted });
                }
                Err(failure) => {
                    return error.hint(format!(
                        "{failure}: take it out by hand: kubectl delete {} {}",
                        id.kind.to_lowercase(),
                        id.name
                    ));
                }
            }
        }
        error.hint("the webhooks of this installation were taken out again, so that pods can be created")
    }

    /// Hands `default` over: the tag's objects, then the injector that stood in for them stops matching. `siblings` are the
    /// revision's own webhooks, whose CA the tag's need too.
    pub(super) async fn hand_over_default(
        &self,
        component: &str,
        tag: &[Object],
        siblings: &[&Object],
        injector: Option<&Object>,
    ) -> Result<()> {
        let signed = |kind: &str| {
            let of_kind = siblings.iter().filter(|sibling| sibling.kind() == kind);
            of_kind.filter_map(|sibling| self.observer.get(&sibling.id())).find(|live| untrusted(live).is_empty())
        };
        let wanted = tag.iter().map(|object| {
            let new = is_webhook(object) && !self.live.contains_key(&object.id());
            match signed(object.kind()).filter(|_| new) {
                Some(sibling) => with_policy(&with_ca_of(object, &sibling), "Fail"),
                None => object.clone(),
            }
        });
        let wanted: Vec<Object> = wanted.collect();
        self.write_all(component, &wanted).await?;
        self.write_instead(component, injector).await
    }
}

/// The never-matching injector as it was rendered, matching: what injects until the default tag is there.
pub(super) fn standing_in(injector: &Object, rendered: &Object) -> Object {
    let mut active = injector.clone();
    let selectors = rendered.list("/webhooks").iter();
    for (webhook, matching) in webhooks_mut(&mut active).zip(selectors) {
        for selector in ["namespaceSelector", "objectSelector"] {
            webhook[selector] = matching.get(selector).cloned().unwrap_or_else(|| json!({}));
        }
    }
    active
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(webhooks: Value) -> Result<Object> {
        Object::new(json!({"apiVersion": "v1", "kind": "M", "metadata": {"name": "m"}, "webhooks": webhooks}))
    }

    #[test]
    fn policies_and_selectors_are_set_on_every_webhook() -> Result<()> {
        let object = webhook(json!([{"name": "a", "failurePolicy": "Fail"}, {"name": "b"}]))?;
        let ignoring = with_policy(&object, "Ignore");
        assert!(ignoring.list("/webhooks").iter().all(|webhook| webhook["failurePolicy"] == "Ignore"));
        let rendered = webhook(json!([{"name": "a", "objectSelector": {"x": 1}}, {"name": "b"}]))?;
        let active = standing_in(&object, &rendered);
        assert_eq!(active.at("/webhooks/0/objectSelector"), Some(&json!({"x": 1})));
        assert_eq!(active.at("/webhooks/1/namespaceSelector"), Some(&json!({})));
        Ok(())
    }

    #[test]
    fn a_sibling_lends_its_ca() -> Result<()> {
        let object = webhook(json!([{"name": "a", "clientConfig": {}}]))?;
        let sibling = webhook(json!([{"name": "x", "clientConfig": {"caBundle": "QQ=="}}]))?;
        assert_eq!(with_ca_of(&object, &sibling).at("/webhooks/0/clientConfig/caBundle"), Some(&json!("QQ==")));
        assert_eq!(with_ca_of(&object, &object), object);
        Ok(())
    }
}
