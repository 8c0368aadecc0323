//! The injector of one istiod: from its ConfigMaps to injected workloads.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::config::InjectionConfig;
use super::containers::{self, PROXY};
use super::data::{self, Data, Parts};
use super::decision::{self, Decision, Namespace, Rule, selecting};
use super::owner::Owner;
use super::templates::TemplateSet;
use super::workload::WithPod;
use super::{annotations, finish, mesh, openshift, overrides, probes, prometheus};
use crate::error::{Error, Result};
use crate::istio::label;
use crate::object::{Reading, go_form, strategic_merge};
use crate::template::Value as TemplateValue;
use crate::yaml;

/// What decides how pods are injected: the texts of ConfigMaps `istio-sidecar-injector` and `istio`, and istiod's flags.
#[derive(Debug, Clone, Default)]
pub struct MeshInputs<'a> {
    /// `config` of `istio-sidecar-injector`; a text without `templates` is itself the sidecar's template.
    pub config: &'a str,
    /// `values` of `istio-sidecar-injector`: JSON or YAML.
    pub values: &'a str,
    /// `mesh` of `istio`: YAML, may be empty.
    pub mesh: &'a str,
    /// istiod's revision; empty for the default one.
    pub revision: &'a str,
    /// Whether the proxy becomes a native sidecar (an init container that stays), unless a pod's annotation says
    /// otherwise.
    pub native_sidecars: bool,
    /// istiod's environment, as far as templates ask for it with `env`; `COMPLIANCE_POLICY` goes into the proxy.
    pub env: BTreeMap<String, String>,
}

/// Injects workloads as one istiod does.
///
/// Not `Send`: templates share their values. A thread makes its own.
pub struct Injector {
    config: InjectionConfig,
    /// What decides where the user asks for injection: the pod alone.
    asked: InjectionConfig,
    templates: TemplateSet,
    values: Value,
    values_shared: TemplateValue,
    mesh: mesh::MeshConfig,
    mesh_shared: TemplateValue,
    /// The configuration of proxies whose pods say nothing.
    proxy: mesh::MeshConfig,
    proxy_shared: TemplateValue,
    revision: String,
    native_sidecars: bool,
    compliance_policy: String,
}

/// A workload after [`Injector::inject`].
#[derive(Debug, Clone)]
pub struct Injected {
    /// The workload, injected or as it was. Its keys are in Kubernetes' order where the kind is known.
    pub object: Value,
    /// Whether it is of a kind that injection looks at: any other came back untouched.
    pub known: bool,
    /// Whether anything was injected: into the object, or into one of a List.
    pub injected: bool,
    /// What decided, for each workload in it that has a pod (one, or several in a List), with `Kind/name` or
    /// `Kind/namespace/name`.
    pub decisions: Vec<(String, bool, Rule)>,
}

/// What istiod would refuse in a mesh configuration (`meshConfig`, or the `mesh` key of ConfigMap `istio`); empty where
/// nothing is wrong.
pub fn check_mesh_config(given: &Value) -> Vec<String> {
    match mesh::MeshConfig::mesh(given) {
        Ok(mesh) => mesh::validate_mesh_config(&mesh),
        Err(error) => vec![error.to_string()],
    }
}

/// How the pod comes to be injected: it changes little, but it changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Via {
    /// From a file, because the user asks for it: only the pod itself can say no.
    File,
    /// Through the webhook.
    Webhook,
}

impl Injector {
    /// Reads the configuration and parses every template.
    ///
    /// # Errors
    /// Usage errors: `bad-yaml`, `bad-inject-config`, `bad-mesh-config`, `bad-values`; `bad-template` with the place in
    /// the template.
    pub fn new(inputs: &MeshInputs<'_>) -> Result<Self> {
        let config = InjectionConfig::read(inputs.config)?;
        let templates = TemplateSet::parse(&config.templates, &inputs.env)?;
        let values = yaml::document("values", inputs.values)?;
        if !values.is_object() {
            return Err(Error::usage("bad-values", "the values of the injection configuration have to be a map"));
        }
        let mesh = mesh::MeshConfig::mesh(&yaml::document("mesh configuration", inputs.mesh)?)?;
        let proxy = mesh.default_config();
        Ok(Self {
            asked: InjectionConfig::asked(),
            templates,
            values_shared: TemplateValue::from_json_floats(&values),
            values,
            mesh_shared: mesh::Message::named("MeshConfig", mesh.map()),
            mesh,
            proxy_shared: mesh::Message::named("ProxyConfig", proxy.map()),
            proxy,
            revision: inputs.revision.to_owned(),
            native_sidecars: inputs.native_sidecars,
            compliance_policy: inputs.env.get("COMPLIANCE_POLICY").cloned().unwrap_or_default(),
            config,
        })
    }

    /// Injects a workload that a user wrote: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController,
    /// Job, CronJob, DeploymentConfig, or a List of objects. Other kinds come back untouched.
    ///
    /// # Errors
    /// Usage errors that name the workload: `wrong-type`, `bad-annotation`, `unknown-template`, `bad-template`,
    /// `bad-patch`.
    pub fn inject(&self, object: Value) -> Result<Injected> {
        let mut outcome = Injected { object: Value::Null, known: false, injected: false, decisions: Vec::new() };
        outcome.object = self.inject_object(object, &mut outcome)?;
        Ok(outcome)
    }

    fn inject_object(&self, mut object: Value, outcome: &mut Injected) -> Result<Value> {
        if object["kind"] == "List" && object["apiVersion"] == "v1" {
            outcome.known = true;
            for item in object["items"].as_array_mut().into_iter().flatten() {
                *item = self.inject_object(item.take(), outcome)?;
            }
            if object["metadata"].is_null() {
                object["metadata"] = json!({});
            }
            return Ok(object);
        }
        let Some(workload) = WithPod::of(&object) else { return Ok(object) };
        outcome.known = true;
        let kind = object["kind"].as_str().unwrap_or_default();
        let owner = workload.owner(&object);
        let name =
            if owner.namespace.is_empty() { owner.name.clone() } else { format!("{}/{}", owner.namespace, owner.name) };
        let name = format!("{kind}/{name}");
        let mut whole = go_form(object, workload.type_name(), Reading::Yaml).map_err(|error| error.at(&name))?;
        let Some(mut pod) = workload.take_pod(&mut whole) else {
            return Err(Error::usage("no-template", format!("{name}: it has no pod template")));
        };
        let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
        let (injected, rule) = decision::by_istiod(&self.asked, namespace, &pod);
        if injected {
            outcome.injected = true;
            pod = self.inject_into(pod, &owner, None, Via::File).map_err(|error| error.at(&name))?;
        }
        outcome.decisions.push((name, injected, rule));
        workload.set_pod(&mut whole, pod);
        Ok(whole)
    }

    /// Istiod's answer about a pod in a namespace, webhooks aside.
    pub fn decide(&self, pod: &Value, namespace: &str) -> (bool, Rule) {
        decision::by_istiod(&self.config, namespace, pod)
    }

    /// The whole decision about a pod that is made in `namespace`, in the order in which it is asked: do any of the
    /// installed webhooks select it, and does istiod inject it then.
    pub fn decision(&self, configurations: &[Value], namespace: &Namespace, pod: &Value) -> Decision {
        let webhooks = selecting(configurations, namespace, pod);
        if webhooks.is_empty() {
            return Decision { injected: false, rule: Rule::NoWebhook, webhooks };
        }
        let (injected, rule) = self.decide(pod, &namespace.name);
        Decision { injected, rule, webhooks }
    }

    /// Injects a pod as the webhook does, after the decision: `pod` is what the API server sends, `namespace` the object
    /// (or null) whose annotations OpenShift fills. None where istiod lets the pod through as it is.
    ///
    /// # Errors
    /// As [`Injector::inject`]; istiod refuses the pod then.
    pub fn inject_pod(&self, pod: &Value, namespace_name: &str, namespace: &Value) -> Result<Option<Value>> {
        let mut pod = go_form(pod.clone(), "Pod", Reading::Json)?;
        if pod["metadata"]["namespace"].as_str().unwrap_or_default().is_empty() {
            pod["metadata"]["namespace"] = namespace_name.into();
        }
        let place = pod["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
        if !self.decide(&pod, &place).0 {
            return Ok(None);
        }
        let openshift = self.values["global"]["platform"] == "openshift";
        if openshift {
            openshift::drop_assigned_user(&mut pod);
        }
        let owner = Owner::of_pod(&pod);
        self.inject_into(pod, &owner, Some(namespace).filter(|_| openshift), Via::Webhook).map(Some)
    }

    fn inject_into(&self, pod: Value, owner: &Owner, namespace: Option<&Value>, way: Via) -> Result<Value> {
        let none = Map::new();
        let notes = pod["metadata"]["annotations"].as_object().unwrap_or(&none);
        let note = |name: &str| notes.get(name).and_then(Value::as_str);
        annotations::check(notes)?;
        let (own_mesh, own_proxy) = self.configured(note("proxy.istio.io/config"), way)?;
        let mesh = own_mesh.as_ref().unwrap_or(&self.mesh);
        let proxy = own_proxy.as_ref().unwrap_or(&self.proxy);
        let shared = |own: &Option<mesh::MeshConfig>, kind: &str, shared: &TemplateValue| match own {
            Some(own) => mesh::Message::named(kind, own.map()),
            None => shared.clone(),
        };
        let location = self.location(&pod);
        let native = match note(label::NATIVE_SIDECAR) {
            Some("true") => true,
            Some("false") => false,
            _ => self.native_sidecars,
        };

        let mut stripped = without_injection(&pod, mesh);
        overrides::reinsert(&mut stripped)?;
        let data = Data::of(Parts {
            image: data::proxy_image(&self.values, proxy, stripped["metadata"]["annotations"].as_object()),
            pod: stripped,
            owner,
            proxy_value: shared(&own_proxy, "ProxyConfig", &self.proxy_shared),
            mesh,
            mesh_value: shared(&own_mesh, "MeshConfig", &self.mesh_shared),
            values: self.values_shared.clone(),
            revision: &self.revision,
            native_sidecars: self.native_sidecars,
            ids: openshift::proxy_ids(namespace),
            compliance_policy: &self.compliance_policy,
        });
        let names = self.config.selected(note("inject.istio.io/templates"));
        let mut injected = json!({});
        let mut overlays = Vec::with_capacity(names.len());
        for name in names {
            let overlay = self.templates.render(&name, &data)?;
            strategic_merge(&mut injected, containers::names_only(&overlay), "Pod")?;
            // A user's own istio-proxy container stands among the containers; it has to meet the template's.
            let moves = native && containers::in_list(&injected, "initContainers", PROXY).is_some();
            overlays.push((overlay, moves));
        }
        let own = overrides::Own::of(&pod, &injected)?;

        let mut pod = pod;
        for (overlay, moves) in overlays {
            if moves {
                move_to_init(&mut pod);
            }
            strategic_merge(&mut pod, overlay, "Pod")?;
        }
        own.apply(&mut pod, proxy)?;
        for field in ["annotations", "labels"] {
            if pod["metadata"][field].is_null() {
                pod["metadata"][field] = json!({});
            }
        }
        finish::set_location(&mut pod, &location);
        prometheus::merge(&mut pod, mesh);
        let rewrite = self.values["sidecarInjectorWebhook"]["rewriteAppHTTPProbe"] == true;
        let status_port = mesh.at("defaultConfig.statusPort").and_then(Value::as_i64).unwrap_or_default();
        probes::rewrite(&mut pod, rewrite, status_port);
        finish::set_metadata(&mut pod, &injected, &location, &self.config.annotations, &self.revision);
        finish::order(&mut pod, self.holds(proxy));
        go_form(pod, "Pod", Reading::Json)
    }

    /// The mesh's and the proxy's configuration for a pod, each where the pod changes it. From a file the pod's own
    /// settings count as the mesh's, through the webhook they are the proxy's alone.
    fn configured(
        &self,
        annotation: Option<&str>,
        way: Via,
    ) -> Result<(Option<mesh::MeshConfig>, Option<mesh::MeshConfig>)> {
        let Some(text) = annotation else { return Ok((None, None)) };
        let given = yaml::document("annotation proxy.istio.io/config", text)?;
        let proxy = self
            .proxy
            .with_proxy(&given)
            .map_err(|why| Error::usage("bad-annotation", format!("annotation `proxy.istio.io/config`: {why}")))?;
        let mesh = match way {
            Via::File => Some(self.mesh.with_default_config(&proxy)),
            Via::Webhook => None,
        };
        Ok((mesh, Some(proxy)))
    }

    fn holds(&self, proxy: &mesh::MeshConfig) -> bool {
        proxy.flag("holdApplicationUntilProxyStarts")
            || self.values["global"]["proxy"]["holdApplicationUntilProxyStarts"] == true
    }

    /// Cluster and network of the proxy: the pod's label before the values.
    fn location(&self, pod: &Value) -> BTreeMap<String, String> {
        let global = &self.values["global"];
        let cluster = global["multiCluster"]["clusterName"].as_str().unwrap_or_default();
        let label = pod["metadata"]["labels"]["topology.istio.io/network"].as_str();
        let network = label.or_else(|| global["network"].as_str()).unwrap_or_default();
        let all = [("ISTIO_META_CLUSTER_ID", cluster), ("ISTIO_META_NETWORK", network)];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// The pod without what an earlier injection added, so that templates see the user's alone.
fn without_injection(pod: &Value, mesh: &mesh::MeshConfig) -> Value {
    let mut pod = pod.clone();
    let status = pod["metadata"]["annotations"][label::STATUS].as_str();
    let readable =
        status.and_then(|text| serde_json::from_str::<Value>(text).ok()).is_some_and(|status| status.is_object());
    if !readable {
        return pod;
    }
    for list in ["containers", "initContainers"] {
        for name in overrides::injected_before(&pod, list) {
            containers::put(&mut pod, list, &name, containers::Position::Nowhere);
        }
    }
    if let Some(annotations) = pod["metadata"]["annotations"].as_object_mut() {
        prometheus::clear_own(annotations, mesh);
        annotations.shift_remove(label::STATUS);
    }
    pod
}

fn move_to_init(pod: &mut Value) {
    let Some(own) = containers::in_list(pod, "containers", PROXY).cloned() else { return };
    containers::put(pod, "containers", PROXY, containers::Position::Nowhere);
    match pod["spec"]["initContainers"].as_array_mut() {
        Some(list) => list.push(own),
        None => pod["spec"]["initContainers"] = Value::Array(vec![own]),
    }
}
