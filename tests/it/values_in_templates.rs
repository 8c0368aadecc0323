//! Templates and values say the same: what a template reads is a value that can be set, and what can be set is read.

use std::collections::BTreeSet;

use mesh::component::{Component, templates};
use mesh::config::{self, ComponentKind, Config, Inputs, explain};
use mesh::error::Result;
use mesh::object::types::unknown_fields;
use mesh::render::{self, Target};
use regex::Regex;
use serde_json::Value;

/// What templates read and the schema does not have. Charts of the reference read it, so `unvalidatedValues` reach it.
const BEYOND_THE_SCHEMA: &[&str] = &[
    "cni: platform",
    "control-plane: global.proxy.variant",
    "control-plane: pdb.maxUnavailable",
    "control-plane: platform",
    "control-plane: trafficDistribution",
    "gateway: GATEWAY.egressPorts",
    // Set by `components.*Gateways[].tag`.
    "gateway: GATEWAY.tag",
    "gateway: global.proxy.variant",
    "gateway: platform",
    "ztunnel: trustBundleName",
];

/// Defaults that no template reads, and why they are there.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("cni.ambient.configDir", "of no effect in the reference"),
    ("core.base.enableCRDTemplates", "read by the code that makes the CRDs"),
    ("core.base.enableIstioConfigCRDs", "of no effect in the reference"),
    ("core.base.excludedCRDs", "read by the code that makes the CRDs"),
    ("istiod.base.enableIstioConfigCRDs", "shown in the values ConfigMap, of no effect"),
    ("istiod.meshConfig.enablePrometheusMerge", "part of the mesh configuration as a whole"),
    ("istiod.sidecarInjectorWebhook.rewriteAppHTTPProbe", "read by istiod"),
    ("ztunnel.configValidation", "all of `global` is at the root for ztunnel"),
    ("ztunnel.podAnnotations.prometheus.io/port", "annotations are written as they are"),
    ("ztunnel.podAnnotations.prometheus.io/scrape", "annotations are written as they are"),
];

fn everything_on() -> Result<Config> {
    let on = ["cni", "ztunnel"].map(|name| format!("components.{name}.enabled=true"));
    let mut sets = vec!["values.gateways.istio-egressgateway.enabled=true".to_owned()];
    sets.extend(on);
    config::load(&Inputs { sets, ..Inputs::default() })
}

/// The actions (`{{ … }}`) of all templates of a folder.
fn actions(folder: &str) -> String {
    let action = Regex::new(r"(?s)\{\{.*?\}\}").expect("a pattern");
    let comment = Regex::new(r"(?s)\{\{-? ?/\*.*?\*/ ?-?\}\}").expect("a pattern");
    let text: String =
        templates(folder).into_iter().map(|(_, text)| comment.replace_all(text, "").into_owned()).collect();
    action.find_iter(&text).map(|found| format!("{}\n", found.as_str())).collect()
}

/// Where a component's templates find what `path` says, as users write it.
fn spellings(component: &Component, path: &str) -> Vec<String> {
    let own = match component.kind {
        ComponentKind::ControlPlane => "values.pilot.",
        ComponentKind::Cni => "values.cni.",
        ComponentKind::Ztunnel => "values.ztunnel.",
        _ => "values.",
    };
    vec![format!("values.{path}"), format!("{own}{path}")]
}

/// What is new is held to what is known of its kind: nothing that is rendered may be unknown, or not fit.
#[test]
fn every_object_is_of_a_known_shape() -> Result<()> {
    let more = [
        "components.cni.enabled=true",
        "values.gateways.istio-egressgateway.enabled=true",
        "values.global.networkPolicy.enabled=true",
        "values.experimental.stableValidationPolicy=true",
        "values.pilot.autoscaleMin=2",
        "values.gateways.istio-ingressgateway.autoscaleMin=2",
        "values.cni.resourceQuotas.enabled=true",
    ];
    let mut kinds = BTreeSet::new();
    for profile in ["default", "demo", "ambient", "remote", "stable", "openshift", "openshift-ambient"] {
        for platform in ["", "gke", "openshift"] {
            let own = [format!("profile={profile}"), format!("values.global.platform={platform}")];
            let sets = own.into_iter().chain(more.map(str::to_owned)).collect();
            let config = config::load(&Inputs { sets, ..Inputs::default() })?;
            let target = Target { api_versions: ["k8s.cni.cncf.io/v1".to_owned()].into(), ..Target::default() };
            let set = render::render(&config, &target)?.install_set(true);
            for object in set.objects() {
                assert_eq!(unknown_fields(object), Some(Vec::new()), "{profile} {platform}: {}", object.id());
                kinds.insert(object.kind().to_owned());
            }
        }
    }
    for kind in
        ["ResourceQuota", "NetworkPolicy", "ValidatingAdmissionPolicy", "NetworkAttachmentDefinition", "Namespace"]
    {
        assert!(kinds.contains(kind), "no {kind} among {kinds:?}");
    }
    Ok(())
}

#[test]
fn what_a_template_reads_can_be_set() -> Result<()> {
    let read = Regex::new(r"(\.Values|\$global|\$gateway|\.Gateway)((?:\.[A-Za-z][A-Za-z0-9]*)+)").expect("a pattern");
    let config = everything_on()?;
    let mut unknown = BTreeSet::new();
    for component in Component::all() {
        let instances = config.instances(component.kind)?;
        for found in read.captures_iter(&actions(component.templates)) {
            let path = found[2].trim_start_matches('.');
            // Both kinds of gateways have one template.
            let (shown, paths) = match &found[1] {
                "$global" => (format!("global.{path}"), vec![format!("global.{path}")]),
                "$gateway" | ".Gateway" => {
                    let of = |kind| format!("gateways.{}.{path}", Component::of(kind).app);
                    let kinds = [ComponentKind::IngressGateway, ComponentKind::EgressGateway];
                    (format!("GATEWAY.{path}"), kinds.map(of).to_vec())
                }
                _ => (path.to_owned(), vec![path.to_owned()]),
            };
            let has_default = |path: &String| {
                let pointer = format!("/{}", path.replace('.', "/"));
                instances.iter().any(|instance| instance.values.pointer(&pointer).is_some())
            };
            let has_key = |path: &String| spellings(component, path).iter().any(|path| explain(path).is_ok());
            if !paths.iter().any(|path| has_default(path) || has_key(path)) {
                unknown.insert(format!("{}: {shown}", component.templates));
            }
        }
    }
    let allowed: BTreeSet<String> = BEYOND_THE_SCHEMA.iter().map(|path| (*path).to_owned()).collect();
    assert_eq!(unknown, allowed);
    Ok(())
}

#[test]
fn what_has_a_default_is_read() -> Result<()> {
    let word = Regex::new(r#"[.$"]([A-Za-z][A-Za-z0-9_-]*)"#).expect("a pattern");
    let config = everything_on()?;
    let mut unread = BTreeSet::new();
    for component in Component::all() {
        let text: String = ["", component.templates, "injection"].map(actions).concat();
        let mut words: BTreeSet<&str> =
            word.captures_iter(&text).filter_map(|found| Some(found.get(1)?.as_str())).collect();
        // A gateway's values are found by its name in the component table.
        words.insert(component.app);
        for instance in config.instances(component.kind)? {
            let own = without_given(&instance.values, &instance.given);
            collect(component.name, &own, &words, &mut unread);
        }
    }
    let allowed: BTreeSet<String> = WITHOUT_EFFECT.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(unread, allowed);
    Ok(())
}

/// What is there by default, not because it was given.
fn without_given(values: &Value, given: &Value) -> Value {
    match (values, given) {
        (Value::Object(values), Value::Object(given)) => values
            .iter()
            .filter_map(|(key, value)| match given.get(key) {
                None => Some((key.clone(), value.clone())),
                Some(inner) if inner.is_object() => {
                    let rest = without_given(value, inner);
                    rest.as_object().is_some_and(|rest| !rest.is_empty()).then(|| (key.clone(), rest))
                }
                Some(_) => None,
            })
            .collect(),
        _ => values.clone(),
    }
}

fn collect(path: &str, value: &Value, words: &BTreeSet<&str>, unread: &mut BTreeSet<String>) {
    // What is below a quantity list, a selector or a label map is not named by templates.
    const OPAQUE: &[&str] = &["resources", "defaultResources", "labels", "updateStrategy", "enablementSelectors"];
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        if !words.contains(key.as_str()) {
            unread.insert(path);
        } else if !OPAQUE.contains(&key.as_str()) {
            collect(&path, value, words, unread);
        }
    }
}
