//! The first step of a cluster whose control plane runs elsewhere: what is missing before, and what comes next.

use serde_json::Value;

use crate::cluster::Cluster;
use crate::error::Result;
use crate::event::{Fact, Scope};
use crate::istio::remote::{self, SERVED_BY};
use crate::istio::webhook::{injectors, service};
use crate::object::{Object, ObjectId};
use crate::read::{self, Survey};
use crate::status::untrusted;
use crate::text::shell_word;

/// Whether the control plane of an installation is elsewhere.
fn is_elsewhere(survey: &Survey) -> bool {
    remote::is_elsewhere(survey.set.objects())
}

fn webhooks(survey: &Survey) -> impl Iterator<Item = &Object> {
    survey.set.objects().filter(|object| object.kind() == "MutatingWebhookConfiguration")
}

/// Warns where nothing leads to the control plane elsewhere: the webhooks name a Service that neither the inputs nor the
/// cluster has.
///
/// # Errors
/// Cluster errors.
pub(super) async fn warn(cluster: &Cluster, survey: &Survey, scope: &Scope<'_>) -> Result<()> {
    if !is_elsewhere(survey) {
        return Ok(());
    }
    let leads = webhooks(survey).flat_map(|one| injectors(one.value())).find_map(service);
    let leads = leads.map(|(namespace, name)| ObjectId::new("v1", "Service", Some(namespace), name));
    let Some(id) = leads.filter(|id| survey.set.objects().all(|object| object.id() != *id)) else { return Ok(()) };
    if read::there(cluster, &survey.kinds, [id.clone()]).await?.is_empty() {
        let message = format!(
            "{id}, which leads to the control plane elsewhere, is not there and not in the inputs: give its address with \
             --set values.global.remotePilotAddress=ADDRESS, or its URL with --set values.istiodRemote.injectionURL=URL"
        );
        scope.say(Fact::Warning { message });
    }
    Ok(())
}

/// Says what comes next where the control plane elsewhere does not know this cluster yet. What cannot be read is left out.
pub(super) async fn tell(cluster: &Cluster, survey: &Survey, scope: &Scope<'_>) {
    if !is_elsewhere(survey) {
        return;
    }
    let namespace = survey.set.namespace.id();
    let asked = webhooks(survey).map(Object::id).chain([namespace.clone()]);
    let Ok(there) = read::there(cluster, &survey.kinds, asked).await else { return };
    let unsigned = there.values().any(|one| !untrusted(one).is_empty());
    if !unsigned {
        return;
    }
    let say = |message: String| scope.say(Fact::Note { message });
    let context = cluster.name();
    let name =
        cluster_name(survey.inputs()).map(|name| format!(" --name {}", shell_word(&format!("{context}={name}"))));
    say(format!(
        "the control plane of this cluster is elsewhere and does not know it yet: until then pods that ask for a sidecar \
         are refused; to let it in: mesh multicluster link CONTEXT {}{}, with the context of the control plane's cluster",
        shell_word(context),
        name.unwrap_or_default(),
    ));
    if there.get(&namespace).is_some_and(|one| one.annotation(SERVED_BY).is_none()) {
        say(format!(
            "an istiod elsewhere serves clusters that ask for it: kubectl annotate namespace {} {SERVED_BY}=CLUSTER, with \
             the name of the control plane's cluster",
            namespace.name
        ));
    }
    say("whether it has come in: mesh check --only remote".to_owned());
}

/// What the mesh calls this cluster, where the inputs say so.
fn cluster_name(inputs: &Value) -> Option<&str> {
    let name = inputs.pointer("/spec/values/global/multiCluster/clusterName").and_then(Value::as_str);
    let path = || inputs.pointer("/spec/values/istiodRemote/injectionPath").and_then(Value::as_str);
    // `/inject/cluster/NAME/net/NETWORK`
    let of_path = || path()?.split("cluster/").nth(1)?.split('/').next();
    name.or_else(of_path).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_inputs_tell_what_the_cluster_is_called() {
        let values = |values: Value| cluster_name(&json!({"spec": {"values": values}})).map(str::to_owned);
        assert_eq!(values(json!({"global": {"multiCluster": {"clusterName": "two"}}})).as_deref(), Some("two"));
        let path = json!({"istiodRemote": {"injectionPath": "/inject/cluster/two/net/network2"}});
        assert_eq!(values(path).as_deref(), Some("two"));
        assert_eq!(values(json!({"istiodRemote": {"injectionPath": "/inject"}})), None);
    }
}
