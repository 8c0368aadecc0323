//! Workloads: their annotations, they themselves, what decides how they are injected, and how patches meet them.

use mesh::config::{self, Inputs};
use mesh::inject::{Injector, MeshInputs, json_patch, kubernetes_form, uninject};
use mesh::object::{Object, Reading, go_form, strategic_merge};
use mesh::render::{InjectorTexts, Target as Rendered, control_plane};
use serde_json::{Map, Value, json};

use super::{documents, one_spelling, text, told, yaml::comes_back};
use crate::Target;

pub(super) const ANNOTATIONS: Target =
    Target { name: "annotations", run: annotations, words: ANNOTATION_WORDS, memory: 64, work: 512, share: 30 };

pub(super) const WORKLOAD: Target =
    Target { name: "workload", run: workload, words: WORKLOAD_WORDS, memory: 64, work: 512, share: 30 };

pub(super) const CONFIG_MAPS: Target =
    Target { name: "config_maps", run: config_maps, words: CONFIG_WORDS, memory: 256, work: 4096, share: 50 };

pub(super) const MERGE: Target =
    Target { name: "merge", run: merge, words: MERGE_WORDS, memory: 64, work: 512, share: 100 };

const ANNOTATION_WORDS: &[&str] = &[
    "sidecar.istio.io/inject=",
    "sidecar.istio.io/proxyCPU=",
    "sidecar.istio.io/proxyMemoryLimit=",
    "sidecar.istio.io/interceptionMode=",
    "sidecar.istio.io/userVolume=",
    "sidecar.istio.io/userVolumeMount=",
    "sidecar.istio.io/bootstrapOverride=",
    "sidecar.istio.io/status=",
    "sidecar.istio.io/proxyImage=",
    "sidecar.istio.io/extraStatTags=",
    "sidecar.istio.io/nativeSidecar=",
    "sidecar.istio.io/logLevel=",
    "sidecar.istio.io/agentLogLevel=",
    "traffic.sidecar.istio.io/includeOutboundIPRanges=",
    "traffic.sidecar.istio.io/excludeInboundPorts=",
    "traffic.sidecar.istio.io/includeInboundPorts=",
    "traffic.sidecar.istio.io/excludeInterfaces=",
    "traffic.sidecar.istio.io/kubevirtInterfaces=",
    "proxy.istio.io/config=",
    "proxy.istio.io/overrides=",
    "inject.istio.io/templates=",
    "prometheus.io/scrape=",
    "prometheus.io/port=",
    "prometheus.istio.io/merge-metrics=",
    "readiness.status.sidecar.istio.io/periodSeconds=",
    "status.sidecar.istio.io/port=",
    "k8s.v1.cni.cncf.io/networks=",
    "istio.io/reroute-virtual-interfaces=",
    "label:topology.istio.io/network=",
    "label:sidecar.istio.io/inject=",
    "label:app=",
    "label:service.istio.io/canonical-name=",
    "true",
    "false",
    "1",
    "-1",
    "0",
    "65536",
    "99999999999999999999",
    "100m",
    "1Gi",
    "1e309",
    "REDIRECT",
    "TPROXY",
    "NONE",
    "10.0.0.0/8",
    "::/0",
    "*",
    "1-2",
    ",",
    ",,",
    "sidecar",
    "gateway",
    "grpc-agent",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    "concurrency: 2",
    "{\"concurrency\": 99999999999}",
    "proxyMetadata: {A: b}",
    "{\"v\": {\"name\": \"v\", \"emptyDir\": {}}}",
    "{\"containers\":[{\"name\":\"istio-proxy\"}]}",
    "{\"initContainers\":null,\"containers\":[\"istio-proxy\"]}",
    "drainDuration: 1e99s",
    "statusPort: 70000",
    "\\n",
    " ",
    "\u{0}",
    "é",
    "\u{2028}",
    "{{ .Values }}",
    "{{",
    "&a [*a]",
    "null",
    "\\",
];

const WORKLOAD_WORDS: &[&str] = &[
    "apiVersion: apps/v1\n",
    "apiVersion: v1\n",
    "kind: Deployment\n",
    "kind: Pod\n",
    "kind: CronJob\n",
    "kind: Job\n",
    "kind: List\nitems:\n",
    "metadata:\n",
    "  name: a\n",
    "  namespace: b\n",
    "  labels: {a: b}\n",
    "  annotations:\n",
    "    sidecar.istio.io/inject: \"true\"\n",
    "spec:\n",
    "  template:\n",
    "    spec:\n",
    "      containers:\n",
    "      - name: c\n",
    "        image: i\n",
    "        ports: [{containerPort: 80}]\n",
    "  containers:\n",
    "  - name: istio-proxy\n",
    "    image: auto\n",
    "    readinessProbe: {httpGet: {port: 80, path: /}}\n",
    "    livenessProbe: {httpGet: {port: http}}\n",
    "    startupProbe: {grpc: {port: 99999}}\n",
    "    lifecycle: {preStop: {httpGet: {port: 1}}}\n",
    "    resources: {requests: {cpu: 1e309}}\n",
    "    securityContext: {runAsUser: 1337}\n",
    "  hostNetwork: true\n",
    "  volumes: [{name: v, emptyDir: {}}]\n",
    "  initContainers: [{name: istio-init, image: x}]\n",
    "  securityContext: {fsGroup: 1337}\n",
    "  dnsConfig: {searches: [global]}\n",
    "  jobTemplate:\n",
    "null",
    "~",
    "[]",
    "{}",
    "1",
    "\"1\"",
    "true",
    "&a ",
    "*a",
    "- ",
    ": ",
    "  ",
    "\n",
    "---\n",
    "é",
    "\t",
];

const CONFIG_WORDS: &[&str] = &[
    "policy: enabled\n",
    "policy: disabled\n",
    "defaultTemplates: [sidecar]\n",
    "aliases: {a: [sidecar, b], b: [a]}\n",
    "templates:\n",
    "  sidecar: |\n",
    "  gateway: \"{{ .Values }}\"\n",
    "    spec:\n",
    "      containers:\n",
    "      - name: istio-proxy\n",
    "        image: {{ .ProxyConfig.Image }}\n",
    "    {{ range 1000000000 }}x{{ end }}\n",
    "    {{ repeat 1000000000 \"x\" }}\n",
    "    {{ template \"t\" . }}\n",
    "    {{ define \"t\" }}{{ template \"t\" . }}{{ end }}\n",
    "    {{ toYaml .Spec }}\n",
    "    {{ .DeploymentMeta.Name }}\n",
    "    {{ index .ObjectMeta.Annotations \"a\" }}\n",
    "    {{ structToJSON .ProxyConfig }}\n",
    "    {{ .MeshConfig.TrustDomain }}\n",
    "neverInjectSelector:\n",
    "alwaysInjectSelector:\n",
    "- matchLabels: {a: b}\n",
    "- matchExpressions: [{key: a, operator: In, values: [b]}]\n",
    "injectedAnnotations: {a: b}\n",
    "\n===\n",
    "{\"global\": {}}",
    "global: {proxy: {}}\n",
    "global:\n",
    "  network: n\n",
    "defaultConfig:\n",
    "  concurrency: 99999999999\n",
    "  statusPort: -1\n",
    "  proxyMetadata: {A: 1}\n",
    "  drainDuration: 1e99s\n",
    "trustDomain: x\n",
    "extensionProviders: [{name: a}]\n",
    "- ",
    ": ",
    "null",
    "{}",
    "[]",
    "\"",
    "é",
    "{{",
    "}}",
];

const MERGE_WORDS: &[&str] = &[
    "spec:\n",
    "  containers:\n",
    "  - name: a\n",
    "    image: b\n",
    "    ports: [{containerPort: 80, protocol: TCP}]\n",
    "    env: [{name: A, value: b}]\n",
    "  - $patch: delete\n",
    "  $patch: replace\n",
    "  $retainKeys: [a]\n",
    "  $setElementOrder/containers: [{name: a}]\n",
    "  $deleteFromPrimitiveList/finalizers: [a]\n",
    "  volumes: [{name: v, emptyDir: {}}]\n",
    "  tolerations: [{key: a}]\n",
    "metadata:\n",
    "  finalizers: [a]\n",
    "  labels: {a: b}\n",
    "  annotations: null\n",
    "---\n",
    "null",
    "~",
    "{}",
    "[]",
    "1",
    "1e3",
    "\"1\"",
    "true",
    "a: ",
    "a/b: ",
    "~1: ",
    "\"\": ",
    "- ",
    "&a ",
    "*a",
    "é",
    "{a: {a: {a: 1}}}",
    "[[1], [2]]",
    "{x: 1.0}",
    "{x: 1}",
    "  resources: {limits: {cpu: \"0.5\"}}\n",
    "  terminationGracePeriodSeconds: \"30\"\n",
    "  creationTimestamp: 5\n",
    "  restartPolicy: 1\n",
];

fn texts() -> InjectorTexts {
    let config = config::load(&Inputs::default()).expect("the default profile");
    let bundle = control_plane(&config, &Rendered::default()).expect("it renders");
    InjectorTexts::of(&bundle, &config).expect("it has an injector")
}

thread_local! {
    static TEXTS: InjectorTexts = texts();
    static INJECTOR: Injector = TEXTS.with(|texts| {
        let inputs = MeshInputs { config: &texts.config, values: &texts.values, mesh: &texts.mesh, line: texts.line, ..MeshInputs::default() };
        Injector::new(&inputs).expect("the built-in injector")
    });
}

fn pod() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b", "labels": {"app": "a"}},
        "spec": {"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80}], "readinessProbe": {"httpGet": {"port": 80}}}]},
    })
}

/// Each line is an annotation `NAME=VALUE`, or a label with `label:` before it; `\n` is a line break.
fn annotations(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut pod = pod();
    for line in text.split('\n') {
        let Some((name, value)) = line.split_once('=') else { continue };
        let (list, name) = name.strip_prefix("label:").map_or(("annotations", name), |name| ("labels", name));
        pod["metadata"][list][name] = value.replace("\\n", "\n").into();
    }
    injected(&pod);
    // What the webhook would do with it.
    INJECTOR.with(|injector| told(&injector.inject_pod(&pod, "b", &json!({"metadata": {"name": "b"}}))));
}

fn injected(object: &Value) {
    let outcome = INJECTOR.with(|injector| injector.inject(object.clone()));
    told(&outcome);
    let Ok(outcome) = outcome else { return };
    comes_back(&outcome.object);
    let back = uninject(outcome.object.clone());
    told(&back);
    // Twice is once, as long as the first is what the second sees.
    if let Ok(twice) = INJECTOR.with(|injector| injector.inject(outcome.object.clone())) {
        told(&uninject(twice.object));
    }
}

fn workload(data: &[u8]) {
    for document in documents(data).into_iter().flatten() {
        told(&uninject(document.clone()));
        let formed = kubernetes_form(document.clone());
        told(&formed);
        injected(&document);
    }
}

/// The `config` and `values` of the injector's ConfigMap and the `mesh` of Istio's, with `===` between them; what is empty is
/// as it comes.
fn config_maps(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut parts = text.split("\n===\n");
    TEXTS.with(|own| {
        let mut part = |own: &str| parts.next().filter(|part| !part.is_empty()).unwrap_or(own).to_owned();
        let (config, values, mesh) = (part(&own.config), part(&own.values), part(&own.mesh));
        let inputs = MeshInputs { config: &config, values: &values, mesh: &mesh, ..MeshInputs::default() };
        let injector = Injector::new(&inputs);
        told(&injector);
        if let Ok(injector) = injector {
            told(&injector.inject(pod()));
        }
    });
}

/// Two documents.
fn merge(data: &[u8]) {
    let Some(mut documents) = documents(data) else { return };
    let (Some(patch), Some(base)) = (documents.pop(), documents.pop()) else { return };
    for kind in ["Pod", "Deployment", "Service", "Unknown"] {
        let mut merged = base.clone();
        let outcome = strategic_merge(&mut merged, patch.clone(), kind);
        told(&outcome);
        let formed = go_form(base.clone(), kind, Reading::Json);
        told(&formed);
        if let Ok(formed) = formed {
            let again = go_form(formed.clone(), kind, Reading::Json).expect("its own form");
            assert_eq!(again, formed, "{kind}");
        }
    }
    let mut merged = base.clone();
    config::merge(&mut merged, patch.clone());
    let patches = json_patch(&base, &patch);
    let mut patched = base.clone();
    let patches: json_patch::Patch = serde_json::from_value(patches.into()).expect("a JSON patch");
    json_patch::patch(&mut patched, &patches).unwrap_or_else(|error| panic!("{error}: {base} to {patch}: {patches:?}"));
    assert_eq!(one_spelling(&patched), one_spelling(&patch), "{patches:?}");
    if let (Ok(left), Ok(right)) = (Object::new(base), Object::new(patch)) {
        _ = (left.id(), right.labels());
        let labels: Map<String, Value> =
            left.labels().into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
        _ = mesh::plan::labels::patch(&right, &labels);
    }
}
