//! Random inputs, made from the schema's own tables, to mesh and to istioctl 1.30.3 (where `MESH_TEST_ISTIOCTL` names it):
//! what one refuses the other refuses, and what both take renders the same objects. `MESH_TEST_RANDOM=COUNT@SEED` makes
//! another number of them, others each time.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;

use mesh::config::{self, Inputs, Source};
use mesh::error::Result;
use mesh::render::{Target, render};
use mesh::yaml;
use serde_json::{Map, Value, json};

use crate::render::{comparable, same};

const TABLES: [(&str, &[&str]); 4] = [
    ("operator", &[include_str!("../../src/config/schema/operator.txt")]),
    ("values", &[include_str!("../../src/config/schema/values.txt")]),
    ("mesh", &[include_str!("../../src/config/schema/mesh.txt")]),
    (
        "kubernetes",
        &[include_str!("../../src/config/schema/kubernetes.txt"), include_str!("../../src/config/schema/volumes.txt")],
    ),
];
const PROFILES: [&str; 13] = [
    "default",
    "demo",
    "minimal",
    "empty",
    "ambient",
    "preview",
    "remote",
    "stable",
    "openshift",
    "openshift-ambient",
    "default",
    "demo",
    "ambient",
];
const TEXTS: [&str; 14] =
    ["a", "b-c", "istio-system", "x.y/z", "1", "true", "80", "1.5", "100m", "1Gi", "debug", "", "info", "k8s.io/os"];

/// The keys of every type, with the types they hold: by table, then by type.
type Schema = HashMap<&'static str, HashMap<&'static str, Vec<(&'static str, &'static str)>>>;

fn schema() -> Schema {
    let read = |texts: &[&'static str]| {
        let mut types: HashMap<_, Vec<_>> = HashMap::new();
        let mut current = "";
        for line in texts.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#')) {
            match line.strip_prefix("  ") {
                None => {
                    current = line.split(' ').next().unwrap_or_default();
                    types.entry(current).or_default();
                }
                Some(field) => {
                    let (name, kind) = field.split_once(' ').expect("a name and a type");
                    types.entry(current).or_default().push((name, kind.trim_end_matches(" deprecated")));
                }
            }
        }
        types
    };
    TABLES.iter().map(|(name, texts)| (*name, read(texts))).collect()
}

/// The same numbers for the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("below a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// True so many times in a thousand.
    fn is(&mut self, thousandths: usize) -> bool {
        self.below(1000) < thousandths
    }
}

struct Maker<'a> {
    schema: &'a Schema,
    dice: Dice,
    /// How many values in a thousand are of any type but the right one.
    odd: usize,
}

impl Maker<'_> {
    fn value(&mut self, table: &str, kind: &str, depth: usize) -> Value {
        if self.dice.is(self.odd) {
            let odd = json!([null, "x", "", 0, 1, -1, 2, 1.5, true, "true", "5", [], {}, ["x"], {"a": "b"}, {"a": 1},
                [null], {"a": null}, [1], "1m", "500m", 4_294_967_296_i64]);
            return self.dice.pick(odd.as_array().expect("a list")).clone();
        }
        let inner = |open, close| kind.strip_prefix(open).and_then(|kind: &str| kind.strip_suffix(close));
        if let Some(inner) = inner('[', ']') {
            let length = *self.dice.pick(&[0, 1, 1, 2]);
            return (0..length).map(|_| self.value(table, inner, depth + 1)).collect();
        }
        if let Some(inner) = inner('{', '}') {
            let length = *self.dice.pick(&[0, 1, 1, 2]);
            let entry = |maker: &mut Self| {
                let key = *maker.dice.pick(&["a", "b", "x.y/z", "c-d"]);
                (key.to_owned(), maker.value(table, inner, depth + 1))
            };
            return Value::Object((0..length).map(|_| entry(self)).collect());
        }
        let pick = |dice: &mut Dice, values: Value| dice.pick(values.as_array().expect("a list")).clone();
        match kind {
            "any" => pick(&mut self.dice, json!(["x", "1", "a-b"])),
            "bool" => self.dice.is(500).into(),
            "string" => (*self.dice.pick(&TEXTS)).into(),
            "int" => pick(&mut self.dice, json!([0, 1, 5, 80, 15001, -1])),
            "uint" => pick(&mut self.dice, json!([0, 1, 2, 5, 80])),
            "number" => pick(&mut self.dice, json!([0, 1, 1.5, 99.99, 0.01])),
            "duration" => pick(&mut self.dice, json!(["1s", "10s", "1m30s", "0s", "1.5h"])),
            "quantity" => pick(&mut self.dice, json!(["1", "500m", "1Gi", 2, "0.5"])),
            "int-or-string" => pick(&mut self.dice, json!([1, "25%", "1", 0])),
            words if words.contains('|') => (*self.dice.pick(&words.split('|').collect::<Vec<_>>())).into(),
            word if word.starts_with('=') => word[1..].into(),
            name => {
                let (table, name) = name.split_once('.').unwrap_or((table, name));
                self.map(table, name, depth)
            }
        }
    }

    fn map(&mut self, table: &str, name: &str, depth: usize) -> Value {
        let fields = &self.schema[table][name];
        let mut map = Map::new();
        if fields.is_empty() || depth > 7 {
            return map.into();
        }
        for _ in 0..*self.dice.pick(&[1, 1, 1, 2, 3]) {
            let (field, kind) = self.dice.pick(fields);
            // An overlay that matches nothing is an error here, and installations from elsewhere are another test's.
            if !matches!(*field, "overlays" | "installPackagePath") {
                map.insert((*field).to_owned(), self.value(table, kind, depth + 1));
            }
        }
        map.into()
    }

    fn spec(&mut self) -> Value {
        let mut spec = json!({});
        for _ in 0..*self.dice.pick(&[1, 1, 2, 3, 4]) {
            match self.dice.below(7) {
                0..3 => {
                    let (field, kind) = *self.dice.pick(&self.schema["values"]["Values"]);
                    spec["values"][field] = self.value("values", kind, 1);
                }
                3..5 => {
                    let (field, kind) = *self.dice.pick(&self.schema["operator"]["Components"]);
                    let mut component = self.value("operator", kind, 1);
                    self.switch_on(field, &mut component);
                    spec["components"][field] = component;
                }
                5 => spec["meshConfig"] = self.value("mesh", "MeshConfig", 1),
                _ => {
                    let settings = json!([["hub", "docker.io/x"], ["hub", "localhost:5000"], ["tag", "1.30.3"],
                        ["tag", "x-y"], ["namespace", "other"], ["revision", "r1"], ["compatibilityVersion", "1.25"],
                        ["compatibilityVersion", "1.27"], ["compatibilityVersion", "1.29"],
                        ["unvalidatedValues", {"pilot": {"foo": "bar"}}], ["unvalidatedValues", {"cni": {"cniBinDir": "/x"}}]]);
                    let setting = self.dice.pick(settings.as_array().expect("a list")).clone();
                    spec[setting[0].as_str().expect("a key")] = setting[1].clone();
                }
            }
        }
        spec
    }

    /// Mostly on; gateways have names, each its own (without one they are named here, and nothing is there).
    fn switch_on(&mut self, field: &str, component: &mut Value) {
        match component {
            Value::Array(gateways) => {
                let first = if field.starts_with("in") { "istio-ingressgateway" } else { "istio-egressgateway" };
                for (number, gateway) in gateways.iter_mut().enumerate().filter(|(_, one)| one.is_object()) {
                    let own = if number == 0 { first.to_owned() } else { format!("{field}-{number}").to_lowercase() };
                    gateway["name"] = own.into();
                    if self.dice.is(800) {
                        gateway["enabled"] = true.into();
                    }
                }
            }
            Value::Object(component) if self.dice.is(700) => _ = component.insert("enabled".to_owned(), true.into()),
            _ => {}
        }
    }
}

/// The leaves of a spec as `--set` takes them.
fn flags(value: &Value, path: &str, dice: &mut Dice, found: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let key = key.replace('.', "\\.");
                flags(value, &if path.is_empty() { key } else { format!("{path}.{key}") }, dice, found);
            }
        }
        Value::Array(list) if !list.is_empty() && dice.is(800) => {
            for (index, value) in list.iter().enumerate() {
                flags(value, &format!("{path}[{index}]"), dice, found);
            }
        }
        Value::String(text) => found.push(format!("{path}={text}")),
        other => found.push(format!("{path}={other}")),
    }
}

fn case(schema: &Schema, seed: u64, number: u64) -> Inputs {
    let mut maker = Maker { schema, dice: Dice(seed << 32 | number), odd: 0 };
    maker.odd = *maker.dice.pick(&[0, 0, 60]);
    let mut spec = maker.spec();
    let profile = *maker.dice.pick(&PROFILES);
    if maker.dice.is(600) {
        spec["profile"] = profile.into();
        let text = yaml::text(&json!({"kind": "IstioOperator", "spec": spec})).expect("YAML");
        return Inputs { files: vec![Source { name: "f.yaml".to_owned(), text }], ..Inputs::default() };
    }
    let mut sets = vec![format!("profile={profile}")];
    flags(&spec, "", &mut maker.dice, &mut sets);
    Inputs { sets, ..Inputs::default() }
}

type Objects = BTreeMap<String, Value>;

fn ours(inputs: &Inputs) -> Result<Objects> {
    let bundle = render(&config::load(inputs)?, &Target::default())?;
    Ok(bundle
        .generate_set()
        .into_iter()
        .filter(|one| one.kind() != "CustomResourceDefinition")
        .map(|object| comparable(object.value().clone()))
        .collect())
}

/// What istioctl makes of the same; an error is what it says.
fn theirs(istioctl: &Path, folder: &Path, inputs: &Inputs) -> std::result::Result<Objects, String> {
    let mut command = Command::new(istioctl);
    command.args(["manifest", "generate"]).current_dir(folder).env("KUBECONFIG", "/nonexistent");
    for file in &inputs.files {
        fs::write(folder.join(&file.name), &file.text).expect("a written file");
        command.args(["-f", &file.name]);
    }
    inputs.sets.iter().for_each(|set| _ = command.args(["--set", set]));
    let output = command.output().expect("istioctl runs");
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(said.lines().last().unwrap_or_default().to_owned());
    }
    // One that is built from a source checkout names no release.
    let text = String::from_utf8_lossy(&output.stdout);
    let text = text.replace("registry.istio.io/testing", "registry.istio.io/release").replace(":latest", ":1.30.3");
    let pieces = text.split("\n---\n").filter(|piece| !piece.contains("\nkind: CustomResourceDefinition\n"));
    Ok(pieces.flat_map(|piece| yaml::documents("istioctl", piece).expect("YAML")).map(comparable).collect())
}

/// What differs, each with its path. Where the reference leaves a text unquoted that then reads as a number, say, and is
/// refused by every API server, it is a text here.
fn differences(path: &str, want: &Value, got: &Value, found: &mut Vec<String>) {
    match (want, got) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, want) in a {
                match b.get(key) {
                    Some(got) => differences(&format!("{path}.{key}"), want, got, found),
                    None if want.is_null() => {}
                    None => found.push(format!("{path}.{key}: missing, want {want}")),
                }
            }
            let more = b.iter().filter(|(key, got)| !a.contains_key(*key) && !got.is_null());
            found.extend(more.map(|(key, got)| format!("{path}.{key}: unwanted {got}")));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(at, (a, b))| differences(&format!("{path}[{at}]"), a, b, found));
        }
        (Value::Number(_) | Value::Bool(_) | Value::Null, Value::String(text))
            if serde_json::from_str(text).is_ok_and(|read: Value| read == *want) => {}
        _ if same(want, got) => {}
        _ => found.push(format!("{path}: want {want}, got {got}")),
    }
}

fn compared(inputs: &Inputs, want: std::result::Result<Objects, String>, got: Result<Objects>) -> Vec<String> {
    let (want, got) = match (want, got) {
        (Err(_), Err(_)) => return Vec::new(),
        // It refuses every entry of these lists, those of its own documentation too.
        (Err(said), Ok(_)) if said.contains(".podAntiAffinity") && said.contains("unknown field") => return Vec::new(),
        (Err(said), Ok(_)) => return vec![format!("taken, and the reference refuses it: {said}")],
        (Ok(_), Err(error)) => return vec![format!("refused, and the reference takes it: {error}")],
        (Ok(want), Ok(got)) => (want, got),
    };
    let mut found = Vec::new();
    for (name, want) in &want {
        match got.get(name) {
            Some(got) => differences(name, want, got, &mut found),
            None => found.push(format!("{name} is missing")),
        }
    }
    found.extend(got.keys().filter(|name| !want.contains_key(*name)).map(|name| format!("{name} is unwanted")));
    if !found.is_empty() {
        let shown = inputs.files.iter().map(|file| &file.text).chain(&inputs.sets);
        found.push(format!("of {}", shown.map(String::as_str).collect::<Vec<_>>().join("\n")));
    }
    found
}

#[test]
fn random_inputs_render_as_the_reference_renders_them() {
    #[expect(clippy::print_stderr, reason = "says that the test did not run")]
    let Some(istioctl) = std::env::var_os("MESH_TEST_ISTIOCTL") else {
        return eprintln!("skipped: MESH_TEST_ISTIOCTL names no istioctl");
    };
    let wanted = std::env::var("MESH_TEST_RANDOM").unwrap_or_default();
    let (count, seed) = wanted.split_once('@').unwrap_or((&wanted, "1"));
    let (count, seed) = (count.parse().unwrap_or(40), seed.parse().unwrap_or(1));
    let folder = tempfile::tempdir().expect("a folder");
    let schema = schema();
    let (mut wrong, mut rendered) = (Vec::new(), 0);
    for number in 0..count {
        let inputs = case(&schema, seed, number);
        let want = theirs(Path::new(&istioctl), folder.path(), &inputs);
        rendered += u64::from(want.is_ok());
        let found = compared(&inputs, want, ours(&inputs));
        if !found.is_empty() {
            wrong.push(format!("{number}@{seed}:\n  {}", found.join("\n  ")));
        }
    }
    // Most have to be inputs that somebody could write.
    assert!(rendered * 2 > count, "only {rendered} of {count} are taken by the reference");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Nulls where a chart has a default: what the reference can do without, and what not.
#[test]
fn nulls_are_taken_where_the_reference_takes_them() {
    let injected = "{injectionTemplate: gateway, env: null}";
    let table = [
        ("pilot: {image: null}", false),
        ("sidecarInjectorWebhook: null", false),
        ("sidecarInjectorWebhook: {templates: null}", false),
        ("sidecarInjectorWebhook: {templates: {a: null}}", true),
        ("telemetry: null", false),
        ("telemetry: {v2: null}", false),
        ("telemetry: {enabled: false, v2: null}", true),
        ("cni: {image: null}", false),
        ("ztunnel: {image: null}", false),
        ("ztunnel: {env: null}", true),
        ("gateways: null", false),
        ("gateways: {istio-egressgateway: null}", false),
        ("gateways: {istio-ingressgateway: {env: null}}", false),
        (&format!("gateways: {{istio-ingressgateway: {injected}, istio-egressgateway: {injected}}}"), true),
        ("gateways: {istio-egressgateway: {serviceAccount: null}}", false),
        ("global: {proxy: {image: null}}", false),
        ("global: {proxy: {tracer: null}}", true),
        ("global: {networkPolicy: null}", true),
        ("ztunnel: {global: {networkPolicy: null}}", true),
        ("istiodRemote: {injectionURL: null}", true),
        ("global: {waypoint: {nodeSelector: {a: b}}}", false),
        ("global: {waypoint: {nodeSelector: null}}", true),
    ];
    let istioctl = std::env::var_os("MESH_TEST_ISTIOCTL");
    let folder = tempfile::tempdir().expect("a folder");
    for (values, taken) in table {
        let gateways = "ingressGateways: [{name: istio-ingressgateway, enabled: true}], egressGateways: [{name: istio-egressgateway, enabled: true}]";
        let text = format!(
            "kind: IstioOperator\nspec: {{profile: ambient, components: {{{gateways}}}, values: {{{values}}}}}\n"
        );
        let inputs = Inputs { files: vec![Source { name: "f.yaml".to_owned(), text }], ..Inputs::default() };
        let got = ours(&inputs);
        if let Err(error) = &got {
            assert!(error.to_string().starts_with("f.yaml:2:"), "{values}: {error}");
        }
        assert_eq!(got.is_ok(), taken, "{values}: {:?}", got.err());
        if let Some(istioctl) = &istioctl {
            let want = theirs(Path::new(istioctl), folder.path(), &inputs);
            assert_eq!(compared(&inputs, want, got), Vec::<String>::new(), "{values}");
        }
    }
}
