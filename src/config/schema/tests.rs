//! The tables themselves, and what they refuse.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::{Value, json};

use super::*;
use crate::config::ComponentKind;
use crate::config::profile::{Folder, defaults};

/// Every type a type mentions exists.
#[test]
fn tables_are_closed() {
    fn named(kind: &Type) {
        match kind {
            Type::List(inner) | Type::Map(inner) => named(inner),
            Type::Struct(table, name) => assert!(table.has(name), "{name}"),
            _ => {}
        }
    }
    for table in table::all() {
        for name in table.type_names() {
            let fields = Type::of(table, name).fields();
            fields.iter().for_each(|field| named(&field.kind));
            let mut names: Vec<_> = fields.iter().map(|field| field.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), fields.len(), "{name} has a key twice");
        }
    }
}

#[test]
fn our_own_profiles_are_valid() {
    for name in Folder::Profiles.names() {
        let file = Folder::Profiles.read(name).unwrap();
        assert_eq!(check(&file["spec"], &spec()), [], "{name}");
    }
}

/// What presets and defaults hold is known, or known to be a value that the reference's own schema forgot.
#[test]
fn presets_and_defaults_are_in_the_schema() {
    let values = find(&spec(), &[Place::key("values")]).unwrap().kind;
    let pilot = find(&values, &[Place::key("pilot")]).unwrap().kind;
    let cni = find(&values, &[Place::key("cni")]).unwrap().kind;
    let mut unknown = Vec::new();
    let mut look = |name: &str, tree: &Value, kinds: &[&Type]| {
        for (key, value) in tree.as_object().into_iter().flatten() {
            let fitting = kinds.iter().find(|kind| kind.field(key).is_some());
            let one = json!({key.as_str(): value});
            for problem in check(&one, fitting.unwrap_or(&kinds[0])) {
                assert!(problem.unknown, "{name}: {problem:?}");
                unknown.push(Place::join(&problem.path));
            }
        }
    };
    for folder in [Folder::Profiles, Folder::Platforms, Folder::Compatibility] {
        for name in folder.names() {
            look(name, &folder.read(name).unwrap()["preset"], &[&values, &pilot, &cni]);
        }
    }
    let ztunnel = find(&values, &[Place::key("ztunnel")]).unwrap().kind;
    for component in ComponentKind::ALL {
        let kinds: [&Type; 2] = match component {
            ComponentKind::ControlPlane => [&values, &pilot],
            ComponentKind::Cni => [&cni, &values],
            ComponentKind::Ztunnel => [&ztunnel, &values],
            _ => [&values, &values],
        };
        look(component.key(), &defaults(component).unwrap(), &kinds);
    }
    unknown.sort_unstable();
    unknown.dedup();
    // istioctl 1.30 refuses these too, unless they come as `unvalidatedValues`.
    let forgotten = [
        "ambient",
        "ambient.enableAmbientDetectionRetry",
        "ambient.enablementSelectors",
        "ambient.shareHostNetworkNamespace",
        "deploymentAnnotations",
        "global.proxy_init.forceApplyIptables",
        "global.waypoint.tolerations",
        "initContainers",
        "ownerName",
        "pdb",
        "platform",
        "resourceQuotas",
        "seLinuxOptions",
        "sidecarInjectorWebhookAnnotations",
        "terminationGracePeriodSeconds",
        "tolerations",
        "trustedZtunnelName",
        "updateStrategy",
    ];
    for path in &unknown {
        assert!(forgotten.contains(&path.as_str()), "{path} is in no schema");
    }
}

/// A spec, where the problem is, what is said, the hint.
fn problems(table: &[(Value, &str, &str, &str)]) {
    for (tree, path, what, hint) in table {
        let problems = check(tree, &spec());
        assert_eq!(problems.len(), 1, "{tree}: {problems:?}");
        let problem = &problems[0];
        assert_eq!(Place::join(&problem.path), *path);
        assert!(problem.what.contains(what), "{tree}: {problem:?}");
        assert!(problem.hint.as_deref().unwrap_or_default().contains(hint), "{tree}: {problem:?}");
        assert!(!problem.lenient);
    }
}

#[test]
fn problems_name_the_key_and_the_nearest() {
    problems(&[
        (json!({"profil": "demo"}), "profil", "is not a known key", "did you mean `profile` (a string)?"),
        (
            json!({"values": {"global": {"proxy": {"loglevel": "x"}}}}),
            "values.global.proxy.loglevel",
            "is not a known key",
            "did you mean `logLevel` (a string)?",
        ),
        (
            json!({"components": {"pilot": {"k8s": {"tolerations": [{"thats": 1}]}}}}),
            "components.pilot.k8s.tolerations[0].thats",
            "is not a known key",
            "the keys there are: effect, key, operator, tolerationSeconds, value",
        ),
        (
            json!({"values": {"global": {"waypoint": {"nodeSelector": {"a": "b"}}}}}),
            "values.global.waypoint.nodeSelector.a",
            "is not a known key",
            "the keys there are: nodeSelectorTerms",
        ),
        (
            json!({"components": {"base": {"namespace": "x"}}}),
            "components.base.namespace",
            "is not a known key",
            "keys",
        ),
    ]);
}

#[test]
fn problems_name_the_type_that_is_wanted() {
    problems(&[
        (json!({"hub": 1}), "hub", "has to be a string, not 1", ""),
        (
            json!({"values": {"pilot": {"autoscaleEnabled": "true"}}}),
            "values.pilot.autoscaleEnabled",
            "has to be true or false, not \"true\"",
            "write true without quotes",
        ),
        (
            json!({"values": {"pilot": {"autoscaleMin": -1}}}),
            "values.pilot.autoscaleMin",
            "an integer from 0, not -1",
            "",
        ),
        (json!({"values": {"pilot": {"autoscaleMin": "x"}}}), "values.pilot.autoscaleMin", "not \"x\"", ""),
        (
            json!({"values": {"pilot": {"tolerations": {}}}}),
            "values.pilot.tolerations",
            "has to be a list, not a map",
            "",
        ),
        (
            json!({"values": {"global": {"proxy": {"tracer": "x"}}}}),
            "values.global.proxy.tracer",
            "has to be one of zipkin, lightstep, datadog, stackdriver, openCensusAgent, none",
            "",
        ),
        (
            json!({"components": {"pilot": {"k8s": {"resources": {"limits": {"cpu": "many"}}}}}}),
            "components.pilot.k8s.resources.limits.cpu",
            "has to be a quantity such as 500m or 1Gi",
            "",
        ),
        (
            json!({"components": {"pilot": {"k8s": {"replicaCount": "2"}}}}),
            "components.pilot.k8s.replicaCount",
            "has to be an integer from 0",
            "",
        ),
        (
            json!({"values": {"pilot": {"keepaliveMaxServerConnectionAge": "30"}}}),
            "values.pilot.keepaliveMaxServerConnectionAge",
            "has to be a duration such as 1m30s",
            "",
        ),
        (json!({"components": []}), "components", "has to be a map, not a list", ""),
        (
            json!({"meshConfig": {"configSources": [{"subscribedResources": ["PODS"]}]}}),
            "meshConfig.configSources[0].subscribedResources[0]",
            "has to be SERVICE_REGISTRY, not \"PODS\"",
            "",
        ),
        (
            json!({"values": {"revisionTags": "[\"a\"]"}}),
            "values.revisionTags",
            "has to be a list, each element a string, not ",
            "give each element by itself",
        ),
    ]);
}

#[test]
fn what_the_reference_takes_is_taken() {
    let table = [
        json!({"values": {"pilot": {"autoscaleMin": "2", "traceSampling": "1.5", "env": {"A": true}}}}),
        json!({"values": {"pilot": {"autoscaleEnabled": null}, "global": null}, "meshConfig": null}),
        json!({"values": {"cni": {"resource_quotas": {"pods": 5}}}, "tag": 1.5}),
        json!({"values": {"global": {"proxy": {"tracer": 0}, "proxy_init": {"image": "x"}}}}),
        json!({"values": {"gateways": {"istio-ingressgateway": {"rollingMaxSurge": 1, "rollingMaxUnavailable": "25%"}}}}),
        json!({"meshConfig": {"enable_tracing": true, "connectTimeout": "1.5s", "defaultConfig": {"concurrency": 2}}}),
        json!({"components": {"cni": {"k8s": {"resources": {"limits": {"cpu": 2, "memory": "1Gi"}}}}}}),
        json!({"unvalidatedValues": {"anything": {"goes": [1]}}}),
    ];
    for tree in table {
        assert_eq!(check(&tree, &spec()), [], "{tree}");
    }
}

#[test]
fn unknown_keys_of_the_mesh_and_of_ztunnel_are_warnings() {
    let lenient = [
        json!({"meshConfig": {"enableTracng": true}}),
        json!({"values": {"meshConfig": {"defaultConfig": {"nope": 1}}}}),
        json!({"values": {"ztunnel": {"logLevl": "debug"}}}),
        json!({"values": {"ztunnel": {"logAsJson": "yes"}}}),
    ];
    for tree in lenient {
        let problems = check(&tree, &spec());
        assert!(problems.len() == 1 && problems[0].lenient, "{tree}: {problems:?}");
    }
    let mistyped = check(&json!({"meshConfig": {"enableTracing": "yes"}}), &spec());
    assert!(!mistyped[0].lenient);
}

#[test]
fn keys_are_found_by_path() {
    let path = |text: &str| text.split('.').map(Place::key).collect::<Vec<_>>();
    let field = find(&spec(), &path("values.pilot.resources")).unwrap();
    assert!(field.deprecated && field.name == "resources");
    assert_eq!(
        find(&spec(), &path("values.global.imagePullSecrets")).unwrap().kind.to_string(),
        "a list, each element a string"
    );
    assert!(find(&spec(), &path("values.nope")).is_none());
    let element = [path("components.ingressGateways"), vec![Place::Index(0), Place::key("name")]].concat();
    assert_eq!(find(&spec(), &element).unwrap().name, "name");
}
