//! The injector of one istiod: from its ConfigMaps to injected workloads.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::config::{InjectionConfig, is_of_kubernetes};
use super::configured::OwnProxy;
use super::containers::{self, PROXY};
use super::data::{self, Data, Parts};
use super::decision::{self, Decision, Namespace, Rule, selecting};
use super::outcome::{Injected, Warning};
use super::owner::Owner;
use super::proxies::{Chosen, ProxyConfigs};
use super::templates::TemplateSet;
use super::workload::{self, WithPod};
use super::{annotations, finish, mesh, openshift, overrides, probes, prometheus};
use crate::error::{Error, Result};
use crate::istio::label;
use crate::line::Line;
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
    /// The line of Istio that reads them. Templates may show that it is a later one.
    pub line: Line,
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
    pub(super) mesh: mesh::MeshConfig,
    mesh_shared: TemplateValue,
    /// The configuration of proxies whose pods say nothing.
    pub(super) proxy: mesh::MeshConfig,
    proxy_shared: TemplateValue,
    /// The resources that change it for some pods, and what the last ones made of it.
    pub(super) proxies: ProxyConfigs,
    pub(super) last: RefCell<Option<(Chosen, Rc<OwnProxy>)>>,
    /// The namespace of workloads of a file that name none.
    pub(super) namespace: String,
    revision: String,
    native_sidecars: bool,
    line: Line,
    compliance_policy: String,
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
pub(super) enum Via {
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
        if !values.is_object() || is_of_kubernetes(&values) {
            let message = "the values of the injection configuration have to be a map, and no object of Kubernetes";
            return Err(Error::usage("bad-values", message));
        }
        let mesh = yaml::document("mesh configuration", inputs.mesh)?;
        if is_of_kubernetes(&mesh) {
            let message = "mesh configuration: this is an object of Kubernetes";
            return Err(Error::usage("bad-mesh-config", message)
                .hint("it is the text below `mesh` in the data of ConfigMap istio"));
        }
        let mesh = mesh::MeshConfig::mesh(&mesh)?;
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
            proxies: ProxyConfigs::default(),
            last: RefCell::default(),
            namespace: String::new(),
            revision: inputs.revision.to_owned(),
            native_sidecars: inputs.native_sidecars,
            line: inputs.line.with_templates(inputs.config),
            compliance_policy: inputs.env.get("COMPLIANCE_POLICY").cloned().unwrap_or_default(),
            config,
        })
    }

    /// The same with what `ProxyConfig` resources of the cluster set; those that another revision reads are left out.
    #[must_use]
    pub fn with_proxy_configs(mut self, resources: &[Value]) -> Self {
        self.proxies = ProxyConfigs::of(resources, &self.revision);
        self
    }

    /// The same for files whose workloads, where they name no namespace, go into this one.
    #[must_use]
    pub fn in_namespace(self, namespace: &str) -> Self {
        Self { namespace: namespace.to_owned(), ..self }
    }

    /// Injects a workload that a user wrote: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController,
    /// Job, CronJob, DeploymentConfig, or a List of objects. Other kinds come back untouched.
    ///
    /// # Errors
    /// Usage errors that name the workload: `wrong-type`, `bad-annotation`, `unknown-template`, `bad-template`,
    /// `bad-patch`.
    pub fn inject(&self, object: Value) -> Result<Injected> {
        let mut outcome = Injected::default();
        outcome.object = self.inject_object(object, &mut outcome)?;
        Ok(outcome)
    }

    fn inject_object(&self, mut object: Value, outcome: &mut Injected) -> Result<Value> {
        if let Some(items) = workload::listed(&mut object)? {
            outcome.known = true;
            for item in items {
                *item = self.inject_object(item.take(), outcome)?;
            }
            return Ok(object);
        }
        let Some(workload) = WithPod::of(&object) else {
            if let Some(version) = workload::unknown_kind(&object) {
                let name = shown(&object, &Owner::of_workload(&object));
                outcome.warnings.push((name, Warning::UnknownKind(version.to_owned())));
            }
            return Ok(object);
        };
        outcome.known = true;
        let name = shown(&object, &workload.owner(&object));
        let mut whole = go_form(object, workload.type_name(), Reading::Yaml).map_err(|error| error.at(&name))?;
        // Only now: a name may be written as a number, and its key in any case.
        let owner = workload.owner(&whole);
        let name = shown(&whole, &owner);
        let Some(mut pod) = workload.take_pod(&mut whole) else {
            return Err(Error::usage("no-template", format!("{name}: it has no pod template")));
        };
        let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
        let (injected, rule) = decision::by_istiod(&self.asked, namespace, &pod);
        if injected {
            outcome.injected = true;
            pod = self.inject_into(pod, &owner, None, Via::File).map_err(|error| error.at(&name))?;
            if let Some(twice) = containers::in_both_lists(&pod) {
                outcome.warnings.push((name.clone(), Warning::Twice(twice.to_owned())));
            }
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
        annotations::check(notes, self.line)?;
        let (own_mesh, own_proxy) = self.configured(&pod, owner, note("proxy.istio.io/config"), way)?;
        let mesh = own_mesh.as_ref().unwrap_or(&self.mesh);
        let (proxy, proxy_value) =
            own_proxy.as_ref().map_or((&self.proxy, &self.proxy_shared), |own| (&own.config, &own.shared));
        let mesh_value = own_mesh.as_ref().map(|own| mesh::Message::named("MeshConfig", own.map()));
        let location = self.location(&pod);
        let native = match note(label::NATIVE_SIDECAR) {
            Some("true") => true,
            Some("false") => false,
            _ => self.native_sidecars,
        };

        let mut stripped = without_injection(&pod, mesh, self.line);
        overrides::reinsert(&mut stripped)?;
        let left = stripped["metadata"]["annotations"].as_object();
        let image = data::image(&self.values, "proxy", data::variant(proxy, self.line), left);
        // Its variant is that of the installation, whatever the proxy's configuration says (`ProxyInitImage`, Istio 1.31).
        let init_image = data::image(&self.values, "proxy_init", None, left);
        let data = Data::of(Parts {
            image,
            init_image,
            pod: stripped,
            owner,
            proxy_value: proxy_value.clone(),
            mesh,
            mesh_value: mesh_value.unwrap_or_else(|| self.mesh_shared.clone()),
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
        prometheus::merge(&mut pod, mesh, self.line)?;
        let rewrite = self.values["sidecarInjectorWebhook"]["rewriteAppHTTPProbe"] == true;
        let status_port = mesh.at("defaultConfig.statusPort").and_then(Value::as_i64).unwrap_or_default();
        probes::rewrite(&mut pod, rewrite, status_port);
        finish::set_metadata(&mut pod, &injected, &location, &self.config.annotations, &self.revision);
        finish::order(&mut pod, self.holds(proxy));
        go_form(pod, "Pod", Reading::Json)
    }

    fn holds(&self, proxy: &mesh::MeshConfig) -> bool {
        proxy.flag("holdApplicationUntilProxyStarts")
            || self.values["global"]["proxy"]["holdApplicationUntilProxyStarts"] == true
    }

    /// Cluster and network of the proxy: the pod's label before the values.
    fn location(&self, pod: &Value) -> BTreeMap<String, String> {
        let global = &self.values["global"];
        let cluster = global["multiCluster"]["clusterName"].as_str().unwrap_or_default();
        let own = pod["metadata"]["labels"][label::NETWORK].as_str();
        let network = own.or_else(|| global["network"].as_str()).unwrap_or_default();
        let all = [("ISTIO_META_CLUSTER_ID", cluster), ("ISTIO_META_NETWORK", network)];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// `Kind/name`, or `Kind/namespace/name`.
fn shown(object: &Value, Owner { namespace, name, .. }: &Owner) -> String {
    let kind = object["kind"].as_str().unwrap_or_default();
    if namespace.is_empty() { format!("{kind}/{name}") } else { format!("{kind}/{namespace}/{name}") }
}

/// The pod without what an earlier injection added, so that templates see the user's alone.
fn without_injection(pod: &Value, mesh: &mesh::MeshConfig, line: Line) -> Value {
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
        prometheus::clear_own(annotations, mesh, line);
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
