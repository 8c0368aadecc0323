//! What people write to say what they want: `--set`, IstioOperator files, overlays, files of old.

use std::cell::OnceCell;

use mesh::component::Component;
use mesh::config::{self, ComponentKind, Inputs, Overlay, Patch, Source};
use mesh::object::Object;
use mesh::render::overlay;
use mesh::yaml;
use serde_json::{Value, json};

use super::{text, told};
use crate::Target;

pub(super) const SET: Target = Target { name: "set", run: set, words: SET_WORDS, memory: 32, work: 512, share: 100 };

pub(super) const OPERATOR: Target =
    Target { name: "operator", run: operator, words: OPERATOR_WORDS, memory: 64, work: 512, share: 50 };

pub(super) const OVERLAY: Target =
    Target { name: "overlay", run: overlays, words: OVERLAY_WORDS, memory: 64, work: 512, share: 100 };

pub(super) const MIGRATE: Target =
    Target { name: "migrate", run: migrate, words: OPERATOR_WORDS, memory: 64, work: 1024, share: 50 };

const SET_WORDS: &[&str] = &[
    "profile",
    "hub",
    "tag",
    "revision",
    "values",
    "global",
    "meshConfig",
    "defaultConfig",
    "proxyMetadata",
    "components",
    "ingressGateways",
    "egressGateways",
    "pilot",
    "cni",
    "k8s",
    "enabled",
    "namespace",
    "name",
    "accessLogFile",
    ".",
    ".a",
    "..",
    "=",
    "==",
    "[",
    "]",
    "[0]",
    "[-1]",
    "[1]",
    "[99999999999]",
    "[18446744073709551616]",
    "[name:x]",
    "[:x]",
    "[a:b:c]",
    "[]",
    "\\.",
    "\\",
    "\\,",
    ",",
    ":",
    "true",
    "T",
    "false",
    "null",
    "1",
    "-1",
    "1e309",
    "1e3",
    "nan",
    "inf",
    "0x10",
    "1_0",
    "\"1\"",
    "\"",
    "'",
    "{}",
    "[a]",
    "{a,b}",
    " ",
    "\n",
    "\t",
    "\0",
    "é",
    "😀",
    "\u{feff}",
    "default",
    "demo",
    "istio-system",
    "spec",
    "labels",
    "annotations",
    "a/b",
    "a.b/c",
    "compatibilityVersion",
    "1.27",
    "values.global.proxy.resources.requests.cpu=",
    "100m",
    "1Gi",
];

const OPERATOR_WORDS: &[&str] = &[
    "apiVersion: install.istio.io/v1alpha1\n",
    "kind: IstioOperator\n",
    "metadata:\n",
    "  name: a\n",
    "  namespace: b\n",
    "spec:\n",
    "  profile: ",
    "demo\n",
    "  components:\n",
    "    pilot:\n",
    "    ingressGateways:\n",
    "    - name: x\n",
    "      enabled: true\n",
    "      k8s:\n",
    "        overlays:\n",
    "        - kind: Service\n",
    "        resources: {requests: {cpu: 1}}\n",
    "        env: [{name: A, value: b}]\n",
    "        hpaSpec: {minReplicas: 1}\n",
    "        tolerations: []\n",
    "  values:\n",
    "    global:\n",
    "      hub: x\n",
    "      proxy: {}\n",
    "      logging: {level: 'default:info'}\n",
    "  meshConfig:\n",
    "    accessLogFile: /dev/stdout\n",
    "    defaultConfig: {concurrency: 2}\n",
    "  addonComponents: {kiali: {enabled: true}}\n",
    "  hub: ",
    "  tag: ",
    "  revision: ",
    "  compatibilityVersion: \"1.27\"\n",
    "  installPackagePath: ",
    "    base: {enabled: false}\n",
    "    cni: {enabled: true}\n",
    "  unvalidatedValues: {a: 1}\n",
    "    telemetry: {enabled: true, v2: {enabled: true}}\n",
    "null\n",
    "true\n",
    "1\n",
    "\"1\"\n",
    "[]\n",
    "{}\n",
    "~\n",
    "1e309\n",
    "&a ",
    "*a\n",
    "<<: *a\n",
    "- ",
    "? ",
    ": ",
    "  ",
    "\n",
    "---\n",
    "# c\n",
    "\r\n",
    "\t",
    "é",
    "\u{feff}",
    "|\n",
    ">\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    "\"",
];

const OVERLAY_WORDS: &[&str] = &[
    "spec",
    "template",
    "metadata",
    "containers",
    "args",
    "ports",
    "env",
    "name",
    "kind",
    "replicas",
    "labels",
    ".",
    "..",
    "\\.",
    "\\",
    "[",
    "]",
    "[0]",
    "[-1]",
    "[99]",
    "[9223372036854775808]",
    "[name:discovery]",
    "[name:other]",
    "[containerPort:8080]",
    "[:x]",
    "[x:]",
    "[]",
    "[30m]",
    "[(a|b)*]",
    "[(]",
    "[.*]",
    "[a{1000}{1000}]",
    "[\\w{500}]",
    "\n",
    "\n\n",
    "x",
    "null",
    "{}",
    "[1]",
    "1",
    "a: b\n",
    "c:\n  d: e\n",
    "|\n  a: b\n",
    "{\"a\": 1}",
    "&a [*a]",
    " ",
    "é",
    "\u{0}",
    "spec.replicas\n2",
    "metadata.name\n",
    "spec.template.spec.containers.[name:discovery].args.[30m]\n",
];

fn sets(sets: Vec<String>) -> Inputs {
    Inputs { sets, ..Inputs::default() }
}

/// Each line is one `--set`.
fn set(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let inputs = sets(text.split('\n').map(str::to_owned).collect());
    let tree = config::given(&inputs);
    told(&tree);
    let Ok(tree) = tree else { return };
    kept(&tree);
    said_again(&tree);
    told(&config::load(&inputs));
}

/// What a record keeps says the same as what was given.
fn kept(tree: &Value) {
    let again = config::recorded(tree, "record").expect("what was read can be recorded");
    let again = config::given(&again).unwrap_or_else(|error| panic!("a record that cannot be read: {error}: {tree}"));
    assert_eq!(super::one_spelling(&again["spec"]), super::one_spelling(&tree["spec"]));
}

/// A path as it is shown, given to `--set` again, leads to the same place.
fn said_again(tree: &Value) {
    // What stands around a path belongs to none: a name that ends in a space can only be a step on the way.
    let said = config::dropped(tree, &Value::Null).into_iter().filter(|dropped| dropped.path.trim() == dropped.path);
    for dropped in said {
        let again = config::given(&sets(vec![format!("{}=x", dropped.path)]));
        // Some paths take no such value, or are no longer a place of their own.
        let Ok(again) = again else { continue };
        let places: Vec<String> = config::dropped(&again, &Value::Null).into_iter().map(|place| place.path).collect();
        assert_eq!(places, [dropped.path.as_str()], "{tree}");
    }
}

fn operator(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let inputs = Inputs { files: vec![source(text)], ..Inputs::default() };
    let tree = config::given(&inputs);
    told(&tree);
    if let Ok(tree) = &tree {
        kept(tree);
    }
    let config = config::load(&inputs);
    told(&config);
    let Ok(config) = config else { return };
    for kind in ComponentKind::ALL {
        told(&config.instances(kind));
    }
    for leaf in config::flags(&config.spec) {
        let path = leaf.split('=').next().unwrap_or_default();
        _ = config.origin(path);
    }
}

fn source(text: &str) -> Source {
    Source { name: "f.yaml".to_owned(), text: text.to_owned() }
}

thread_local! {
    static DEPLOYMENT: OnceCell<Object> = const { OnceCell::new() };
}

fn deployment() -> Object {
    let containers = json!([
        {"name": "discovery", "args": ["a", "--keep", "30m"], "ports": [{"containerPort": 8080}]},
        {"name": "other"},
    ]);
    let spec = json!({"replicas": null, "template": {"spec": {"containers": containers}}});
    let metadata = json!({"name": "istiod", "namespace": "istio-system", "labels": {"a.b/c": "d"}});
    Object::new(json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}))
        .expect("an object")
}

/// The first line is a path, the rest its value as YAML; an empty line ends a patch.
fn overlays(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let patch = |text: &str| {
        let (path, value) = text.split_once('\n').unwrap_or((text, ""));
        let value = if value.is_empty() { None } else { Some(yaml::document("f", value).ok()?) };
        Some(Patch { path: path.to_owned(), value })
    };
    let patches: Vec<Patch> = text.split("\n\n").filter_map(patch).collect();
    let overlay = Overlay { kind: "Deployment".into(), name: "istiod".into(), patches, origin: "f.yaml:1:1".into() };
    let component = Component::of(ComponentKind::ControlPlane);
    let once = || {
        let mut objects = [DEPLOYMENT.with(|own| own.get_or_init(deployment).clone())];
        let applied = overlay::apply(component, std::slice::from_ref(&overlay), &mut objects);
        told(&applied);
        applied.ok().map(|()| objects)
    };
    let Some([object]) = once() else { return };
    assert!(!object.kind().is_empty() && !object.name().is_empty(), "{}", object.value());
    super::yaml::comes_back(object.value());
    assert_eq!(once().map(|[object]| object.into_value()), Some(object.into_value()));
}

/// What is migrated is YAML still, and has nothing more to migrate.
fn migrate(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let migrate = |text: &str| config::migrate(&source(text), &|_| Ok(()));
    let first = migrate(text);
    told(&first);
    let Ok(first) = first else { return };
    if first.is_current() {
        assert_eq!(first.text, text);
        return;
    }
    let again = migrate(&first.text)
        .unwrap_or_else(|error| panic!("migrated, it cannot be read: {error}\n{text:?}\n{:?}", first.text));
    assert_eq!(again.text, first.text, "migrated twice it is something else: {text:?}");
}
