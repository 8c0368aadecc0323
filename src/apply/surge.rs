//! Gateways that roll one pod at a time, each new one beside the old ones, whatever their Deployments say: a connection
//! finds at no time fewer of them than before.

use serde_json::{Value, json};

use super::install::{Installer, Installing};
use crate::component::Component;
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::path::Path;
use crate::plan::{Action, decide};
use crate::wait::Waited;

impl Installer<'_> {
    /// Rolls those gateways out whose pods change: each Deployment goes out with the strategy of one more pod and none less,
    /// and as it is wanted once its new pods are there. Gives those that are written by now; the first verdict that is not
    /// [`Waited::Ready`] ends it.
    ///
    /// # Errors
    /// As [`Installer::write_all`].
    pub(super) async fn roll_gently(
        &self,
        job: &Installing<'_>,
        component: &Component,
        workloads: &[&Object],
    ) -> Result<(Waited, Vec<ObjectId>)> {
        let mut written = Vec::new();
        for object in workloads.iter().filter(|_| job.gently && component.kind.is_gateway()) {
            let id = object.id();
            let rolls = self.actions.get(&id).is_some_and(rolls);
            let Some(gentle) = self.live.get(&id).filter(|_| rolls).and_then(|live| gentle(object, live)) else {
                continue;
            };
            // Ingress and egress gateways are components of their own: side by side they would be two pods at a time.
            let _turn = self.turn.lock().await;
            // Where its strategy is somebody else's, it rolls as that one wants.
            let action = decide(&gentle, self.observer.get(&id).as_deref(), &self.context);
            if !matches!(action, Action::Apply(_)) {
                continue;
            }
            self.act(component.name, &gentle, &action).await?;
            let outcome = self.waiter.ready(component.name, &self.awaited(&[&gentle], None)).await?;
            if outcome != Waited::Ready {
                return Ok((outcome, written));
            }
            self.write_instead(component.name, [*object]).await?;
            written.push(id);
        }
        Ok((Waited::Ready, written))
    }
}

/// Whether an action makes a controller replace pods.
fn rolls(action: &Action) -> bool {
    let template = Path::of(&["spec", "template"]);
    matches!(action, Action::Apply(apply) if apply.differences.iter().any(|one| one.path.starts_with(&template)))
}

/// `object` with the strategy of one more pod and none less; none where no pod may be beside another, or where it has that
/// strategy anyway.
fn gentle(object: &Object, live: &Object) -> Option<Object> {
    let wanted = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
    let alone = |one: &Object| {
        let spec = one.at("/spec/template/spec");
        let is_host = spec.and_then(|spec| spec.get("hostNetwork")).and_then(Value::as_bool) == Some(true);
        let mut ports = one.list("/spec/template/spec/containers").iter().filter_map(|own| own["ports"].as_array());
        let takes_port = ports.any(|own| own.iter().any(|port| port["hostPort"].as_i64().is_some_and(|port| port > 0)));
        is_host || takes_port || one.text("/spec/strategy/type") == Some("Recreate")
    };
    if object.kind() != "Deployment" || alone(object) || alone(live) || object.at("/spec/strategy") == Some(&wanted) {
        return None;
    }
    let mut gentle = object.clone();
    gentle.value_mut().get_mut("spec")?.as_object_mut()?.insert("strategy".to_owned(), wanted);
    Some(gentle)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn gateway(strategy: Option<Value>, pod: Value) -> Object {
        let mut spec = json!({"replicas": 3, "template": {"spec": pod}});
        if let Some(strategy) = strategy {
            spec["strategy"] = strategy;
        }
        let metadata = json!({"name": "gateway", "namespace": "istio-system"});
        Object::new(json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})).unwrap()
    }

    #[test]
    fn only_who_can_stand_beside_another_pod_surges() {
        let surge = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
        let plain = || gateway(None, json!({"containers": [{"name": "a"}]}));
        let quick = json!({"rollingUpdate": {"maxSurge": "100%", "maxUnavailable": "25%"}});
        let port = json!({"containers": [{"name": "a", "ports": [{"containerPort": 80, "hostPort": 80}]}]});
        let table = [
            (plain(), plain(), true),
            (gateway(Some(quick), json!({})), plain(), true),
            (gateway(Some(surge.clone()), json!({})), plain(), false),
            (gateway(Some(json!({"type": "Recreate"})), json!({})), plain(), false),
            (plain(), gateway(Some(json!({"type": "Recreate"})), json!({})), false),
            (gateway(None, json!({"hostNetwork": true})), plain(), false),
            (gateway(None, port), plain(), false),
        ];
        for (place, (wanted, live, is_gentle)) in table.into_iter().enumerate() {
            let found = gentle(&wanted, &live);
            assert_eq!(found.is_some(), is_gentle, "{place}");
            assert!(found.is_none_or(|one| one.at("/spec/strategy") == Some(&surge)), "{place}");
        }
    }
}
