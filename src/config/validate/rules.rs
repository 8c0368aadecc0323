//! The rules of istioctl's own validation, over the merged operator spec.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::{Finding, names};
use crate::config::ComponentKind;
use crate::config::load::HOME;
use crate::config::merge::at;
use crate::config::operator::scalar_text;
use crate::config::profile::{self, Folder};
use crate::yaml::Place;

/// Holds `spec` to all rules.
pub(super) fn check(spec: &Value, findings: &mut Vec<Finding>, warnings: &mut Vec<String>) {
    let mut rules = Rules { spec, findings };
    rules.form("hub", names::hub);
    rules.form("tag", names::tag);
    if rules.spec.get("tag").is_some_and(|tag| tag == "") {
        rules.add("bad-value", vec![Place::key("tag")], "`tag` is empty".to_owned());
    }
    if rules.spec.get("tag").is_some_and(|tag| tag.is_object() || tag.is_array()) {
        rules.add("bad-value", vec![Place::key("tag")], "`tag` has to be a string or a number".to_owned());
    }
    rules.form("revision", names::revision);
    rules.form("values.global.imagePullPolicy", names::pull_policy);
    rules.form("values.global.remotePilotAddress", names::address);
    rules.pull_policies();
    for key in ["includeIPRanges", "excludeIPRanges"] {
        rules.form(&format!("values.global.proxy.{key}"), names::ranges);
    }
    for key in ["includeInboundPorts", "excludeInboundPorts"] {
        rules.form(&format!("values.global.proxy.{key}"), names::ports);
    }
    for side in ["ingress", "egress"] {
        rules.gateways(side);
    }
    rules.legacy_ports();
    rules.removed();
    replicas(spec, warnings);
    same_names(spec, warnings);
}

/// Gateways of one name in one namespace: the reference writes the objects of each, and the last ones stay.
fn same_names(spec: &Value, warnings: &mut Vec<String>) {
    let home = spec.pointer("/values/global/istioNamespace").and_then(Value::as_str).unwrap_or(HOME);
    let mut known: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for kind in [ComponentKind::IngressGateway, ComponentKind::EgressGateway] {
        let entries = spec.pointer(&format!("/components/{}", kind.key())).and_then(Value::as_array);
        for (index, entry) in entries.into_iter().flatten().enumerate().filter(|(_, entry)| entry["enabled"] == true) {
            let name =
                entry["name"].as_str().filter(|name| !name.is_empty()).or(kind.gateway_key()).unwrap_or_default();
            let namespace = entry["namespace"].as_str().filter(|name| !name.is_empty()).unwrap_or(home);
            let place = format!("components.{}[{index}]", kind.key());
            if let Some(other) = known.insert((namespace, name), place.clone()) {
                warnings.push(format!(
                    "`{place}` and `{other}` are both gateway {name} of namespace {namespace}: their objects are the same, \
                     and those of the last one stay"
                ));
            }
        }
    }
}

/// What Istio's charts no longer take (`failDeps` of istiod's), and why: below each path, the keys.
const REMOVED: [(&str, &[&str], &str); 4] = [
    ("global.tracer.stackdriver", &STACKDRIVER, "Istio no longer traces with Stackdriver"),
    ("meshConfig.defaultConfig.tracing.stackdriver", &STACKDRIVER, "Istio no longer traces with Stackdriver"),
    ("telemetry.v2.prometheus", &["configOverride"], "a Telemetry resource changes metrics now"),
    ("telemetry.v2.stackdriver", &["disableOutbound"], "a Telemetry resource says what is reported now"),
];
const STACKDRIVER: [&str; 4] = ["debug", "maxNumberOfAttributes", "maxNumberOfAnnotations", "maxNumberOfMessageEvents"];

struct Rules<'a> {
    spec: &'a Value,
    findings: &'a mut Vec<Finding>,
}

impl Rules<'_> {
    /// The text at a dotted path has to have a form; an empty one is none.
    fn form(&mut self, path: &str, rule: impl Fn(&str) -> Result<(), String>) {
        let text = at(self.spec, path).and_then(scalar_text).filter(|text| !text.is_empty());
        if let Some(Err(why)) = text.map(|text| rule(&text)) {
            let place = path.split('.').map(Place::key).collect();
            self.add("bad-value", place, format!("`{path}`: {why}"));
        }
    }

    /// Names of gateways, and ports that only root could listen on.
    fn gateways(&mut self, side: &str) {
        let key = format!("{side}Gateways");
        let as_root = format!("/values/gateways/istio-{side}gateway/runAsRoot");
        let root = self.spec.pointer(&as_root).and_then(Value::as_bool).unwrap_or_default();
        let entries = self.spec.pointer(&format!("/components/{key}")).and_then(Value::as_array);
        for (index, entry) in entries.into_iter().flatten().enumerate() {
            let place = |more: &[Place]| {
                let own = [Place::key("components"), Place::key(&key), Place::Index(index)];
                [&own[..], more].concat()
            };
            let text = scalar_text(&entry["name"]).unwrap_or_default();
            let name = text.as_str();
            // Also of one that is off, as in the reference; without a name it has the usual one.
            if let Some(why) = names::gateway(name).err().filter(|_| !name.is_empty()) {
                self.add("bad-value", place(&[Place::key("name")]), format!("`components.{key}[{index}].name`: {why}"));
            }
            let ports = entry.pointer("/k8s/service/ports").and_then(Value::as_array);
            for (number, port) in ports.into_iter().flatten().enumerate().filter(|_| !root) {
                if let Some(target) = privileged(port, false) {
                    let steps = ["k8s", "service", "ports"].map(Place::key);
                    let at = place(&[&steps[..], &[Place::Index(number)]].concat());
                    let shown = port["port"].as_i64().unwrap_or_default();
                    self.privileged_port(at, shown, target, &format!("gateway {name}"), side);
                }
            }
        }
    }

    /// What each component says of when its image is pulled.
    fn pull_policies(&mut self) {
        let components = self.spec["components"].as_object().into_iter().flatten();
        let pulled = components.filter(|(name, _)| *name != ComponentKind::Core.key());
        for (component, entry) in pulled {
            for (index, one) in instances(entry).iter().enumerate() {
                let policy = one.pointer("/k8s/imagePullPolicy").and_then(Value::as_str).unwrap_or_default();
                let Some(why) = names::pull_policy(policy).err().filter(|_| !policy.is_empty()) else { continue };
                let mut place = vec![Place::key("components"), Place::key(component)];
                place.extend(entry.is_array().then_some(Place::Index(index)));
                place.extend(["k8s", "imagePullPolicy"].map(Place::key));
                let message = format!("`{}`: {why}", Place::join(&place));
                self.add("bad-value", place, message);
            }
        }
    }

    /// `ingressPorts`, the older way to give an ingress gateway its ports.
    fn legacy_ports(&mut self) {
        let path = ["values", "gateways", "istio-ingressgateway", "ingressPorts"];
        let ports = path.iter().try_fold(self.spec, |value, key| value.get(key)).and_then(Value::as_array);
        for (index, port) in ports.into_iter().flatten().enumerate() {
            let Some(number) = port["port"].as_i64() else { continue };
            if let Some(target) = privileged(port, true) {
                let mut place: Vec<_> = path.map(Place::key).into();
                place.push(Place::Index(index));
                self.privileged_port(place, number, target, "ingressPorts", "ingress");
            }
        }
    }

    /// Values that are refused wherever istiod is rendered.
    fn removed(&mut self) {
        let installed = self.spec.pointer("/components/pilot/enabled").and_then(Value::as_bool);
        let all = ["values", "unvalidatedValues"].into_iter().flat_map(|root| REMOVED.map(|one| (root, one)));
        for (root, (path, keys, why)) in all.filter(|_| installed != Some(false)) {
            let steps: Vec<&str> = std::iter::once(root).chain(path.split('.')).collect();
            let Some(found) = steps.iter().try_fold(self.spec, |value, key| value.get(key)) else { continue };
            let is_set = |key: &&&str| found.get(**key).is_some_and(|value| !value.is_null() && value != "");
            for key in keys.iter().filter(is_set) {
                let place = steps.iter().chain([key]).map(|key| Place::key(key)).collect();
                self.add("removed-value", place, format!("`{root}.{path}.{key}`: {why}"));
            }
        }
    }

    fn privileged_port(&mut self, place: Vec<Place>, port: i64, target: i64, of: &str, side: &str) {
        let message = format!("port {port} of {of} goes to port {target} of the pod, which only root may listen on");
        let hint = format!("set a targetPort from 1024, or values.gateways.istio-{side}gateway.runAsRoot=true");
        self.add("privileged-port", place, message);
        if let Some(finding) = self.findings.last_mut() {
            finding.hints.push(hint);
        }
    }

    fn add(&mut self, id: &'static str, place: Vec<Place>, message: String) {
        let path = std::iter::once(Place::key("spec")).chain(place).collect();
        self.findings.push(Finding { id, path, message, hints: Vec::new() });
    }
}

/// The port of the pod, where it is below 1024. Named ports are not looked at; without a target it is the port itself, and
/// then only one above 1024 is let through, as in the reference.
fn privileged(port: &Value, skip_odd: bool) -> Option<i64> {
    let target = match &port["targetPort"] {
        Value::Null => 0,
        Value::Number(target) => target.as_i64()?,
        _ => return None,
    };
    let number = match port["port"].as_i64() {
        Some(number) => number,
        None if skip_odd => return None,
        None => 0,
    };
    let safe = target == 0 && number > 1024 || target >= 1024;
    (!safe).then_some(target)
}

/// The instances of a component: of gateways there is a list.
fn instances(entry: &Value) -> &[Value] {
    entry.as_array().map_or(std::slice::from_ref(entry), Vec::as_slice)
}

/// A fixed number of replicas and an autoscaler do not go together. Without a word, also of the profile, the charts have an
/// autoscaler.
fn replicas(spec: &Value, warnings: &mut Vec<String>) {
    let profile = spec.pointer("/values/profile").and_then(Value::as_str);
    let read = || profile.and_then(|name| profile::preset(Folder::Profiles, name).ok()).unwrap_or_default();
    // Few ask for replicas: nobody else waits for the profile to be read.
    let preset = LazyCell::new(read);
    let on = |pointer: &str| {
        let of_profile = || pointer.strip_prefix("/values").and_then(|below| preset.pointer(below));
        spec.pointer(pointer).or_else(of_profile).and_then(Value::as_bool).unwrap_or(true)
    };
    let is_more = |count: Option<&Value>| count.and_then(Value::as_i64).is_some_and(|count| count > 1);
    let mut warn = |what: &str, chart: &str| {
        let (switch, least) = (format!("{chart}.autoscaleEnabled"), format!("{chart}.autoscaleMin"));
        warnings.push(format!(
            "`{what}` does nothing while `{switch}` is true: the autoscaler sets the replicas, from `{least}` on"
        ));
    };
    let charts = [
        ("pilot", "values.pilot"),
        ("ingressGateways", "values.gateways.istio-ingressgateway"),
        ("egressGateways", "values.gateways.istio-egressgateway"),
    ];
    for (component, chart) in charts {
        let at = format!("/{}", chart.replace('.', "/"));
        let entry = spec.pointer(&format!("/components/{component}"));
        let entries = entry.map_or(&[][..], instances);
        let is_on = |entry: &Value| entry["enabled"].as_bool().unwrap_or(true);
        let of_chart = is_more(spec.pointer(&format!("{at}/replicaCount"))) && entries.iter().any(is_on);
        let mut fixed: Vec<String> = of_chart.then(|| format!("{chart}.replicaCount")).into_iter().collect();
        fixed.extend(entries.iter().filter(|one| is_on(one) && is_more(one.pointer("/k8s/replicaCount"))).map(|one| {
            let name = one["name"].as_str().map(|name| format!(".[name:{name}]")).unwrap_or_default();
            format!("components.{component}{name}.k8s.replicaCount")
        }));
        if !fixed.is_empty() && on(&format!("{at}/autoscaleEnabled")) {
            fixed.iter().for_each(|what| warn(what, chart));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn warnings(spec: Value) -> Vec<String> {
        let (mut findings, mut warnings) = (Vec::new(), Vec::new());
        check(&spec, &mut findings, &mut warnings);
        assert!(findings.is_empty(), "{spec}");
        warnings
    }

    #[test]
    fn replicas_do_nothing_where_the_profile_leaves_the_autoscaler_on() {
        let of = |profile: Value| {
            let egress = json!([{"name": "out", "enabled": true, "k8s": {"replicaCount": 2}}]);
            json!({"components": {"egressGateways": egress}, "values": {"profile": profile}})
        };
        assert_eq!(warnings(of(Value::Null)).len(), 1);
        assert_eq!(warnings(of("ambient".into())).len(), 1);
        assert_eq!(warnings(of("demo".into())), Vec::<String>::new());
        let mut asked = of("demo".into());
        asked["values"]["gateways"] = json!({"istio-egressgateway": {"autoscaleEnabled": true}});
        assert_eq!(warnings(asked).len(), 1);
    }

    #[test]
    fn gateways_of_one_name_in_one_namespace_are_told() {
        let of = |ingress: Value| json!({"components": {"ingressGateways": ingress}});
        let table = [
            (json!([{"name": "a", "enabled": true}, {"name": "a", "enabled": true}]), 1),
            (json!([{"name": "istio-ingressgateway", "enabled": true}, {"enabled": true}]), 1),
            (json!([{"name": "a", "enabled": true}, {"name": "a", "enabled": false}]), 0),
            (json!([{"name": "a", "enabled": true}, {"name": "a", "namespace": "b", "enabled": true}]), 0),
            (json!([{"name": "a", "enabled": true}, {"name": "a", "namespace": "istio-system", "enabled": true}]), 1),
        ];
        for (ingress, wanted) in table {
            assert_eq!(warnings(of(ingress.clone())).len(), wanted, "{ingress}");
        }
    }
}
