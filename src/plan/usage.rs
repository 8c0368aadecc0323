//! Who uses which revision: control planes, the tags that lead to them, and the namespaces, proxies and gateways that
//! depend on either.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::object::Object;
use crate::status::version;

/// The revision of a control plane without a name.
pub const DEFAULT: &str = "default";
const REVISION: &str = "istio.io/rev";
const TAG: &str = "istio.io/tag";

/// What a cluster has of Istio, as far as it tells of revisions.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// MutatingWebhookConfigurations with a revision.
    pub webhooks: Vec<Object>,
    /// Services with a revision.
    pub services: Vec<Object>,
    /// Deployments of istiod.
    pub control_planes: Vec<Object>,
    /// All namespaces.
    pub namespaces: Vec<Object>,
    /// All pods that have a proxy, or may have.
    pub pods: Vec<Object>,
}

/// A control plane and what depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Revision {
    /// Its name, `default` for the one without.
    pub revision: String,
    /// The version of its istiod; none where there is no istiod.
    pub version: Option<String>,
    /// The namespace of its istiod.
    pub control_plane: Option<String>,
    /// The tags that lead to it.
    pub tags: Vec<String>,
    /// The namespaces that ask for it, or for one of its tags.
    pub namespaces: Vec<String>,
    /// How many pods run its proxy, gateways included.
    pub proxies: usize,
    /// Its gateways, as `NAMESPACE/NAME`.
    pub gateways: Vec<String>,
}

/// A tag, or a revision that none leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Tag {
    /// The revision it leads to.
    pub revision: String,
    /// Its name; empty for a revision without tags.
    pub tag: String,
    /// The namespaces that name it.
    pub namespaces: Vec<String>,
}

/// What stops working when a revision or tag goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Users {
    /// Namespaces that ask for it.
    pub namespaces: Vec<String>,
    /// Pods that run a proxy of it, as `NAMESPACE/NAME`; not the gateways that go with it.
    pub pods: Vec<String>,
    /// Namespaces in ambient mode.
    pub ambient: Vec<String>,
}

impl Users {
    /// Whether nobody uses it.
    pub fn is_empty(&self) -> bool {
        self.namespaces.is_empty() && self.pods.is_empty() && self.ambient.is_empty()
    }

    /// One line for each sort of user.
    pub fn lines(&self) -> Vec<String> {
        let line = |one: &str, many: &str, names: &[String]| {
            let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
            let more = names.len().saturating_sub(SHOWN);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let noun = if names.len() == 1 { one } else { many };
            (!names.is_empty()).then(|| format!("{} {noun}: {}{more}", names.len(), shown.join(", ")))
        };
        [
            line("namespace is injected by it", "namespaces are injected by it", &self.namespaces),
            line("namespace is in ambient mode", "namespaces are in ambient mode", &self.ambient),
            line("pod runs its proxy", "pods run its proxy", &self.pods),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// How many users of a sort are named.
const SHOWN: usize = 30;

impl Picture {
    /// The tags, each with the revision it leads to.
    pub fn tags(&self) -> BTreeMap<String, String> {
        let objects = self.webhooks.iter().chain(&self.services);
        objects.filter_map(|object| Some((object.label(TAG)?.to_owned(), revision(object)?.to_owned()))).collect()
    }

    /// The names of all revisions: of control planes that are there, and of webhooks that are left.
    pub fn names(&self) -> BTreeSet<String> {
        let webhooks = self.webhooks.iter().filter(|webhook| webhook.label(TAG).is_none());
        let services = self.services.iter().filter(|service| is_of_istiod(service) && service.label(TAG).is_none());
        let of_objects = webhooks.chain(services).filter_map(revision).map(str::to_owned);
        of_objects
            .chain(self.control_planes.iter().map(|plane| revision(plane).unwrap_or(DEFAULT).to_owned()))
            .collect()
    }

    /// The injector of a revision: not of a tag that leads to it.
    pub fn injectors(&self, name: &str) -> Vec<&Object> {
        let of_revision = |webhook: &&Object| webhook.label(TAG).is_none() && revision(webhook) == Some(name);
        self.webhooks.iter().filter(of_revision).collect()
    }

    /// All revisions, sorted by name.
    pub fn revisions(&self) -> Vec<Revision> {
        let tags = self.tags();
        let mut found: BTreeMap<String, Revision> = BTreeMap::new();
        for name in self.names() {
            found.insert(name.clone(), Revision { revision: name, ..Revision::default() });
        }
        for plane in &self.control_planes {
            let Some(own) = found.get_mut(revision(plane).unwrap_or(DEFAULT)) else { continue };
            own.version =
                container_image(plane.list("/spec/template/spec/containers"), "discovery").map(version::of_image);
            own.control_plane = plane.namespace().map(str::to_owned);
        }
        for (tag, name) in &tags {
            let own =
                found.entry(name.clone()).or_insert_with(|| Revision { revision: name.clone(), ..Revision::default() });
            own.tags.push(tag.clone());
        }
        for namespace in &self.namespaces {
            let asked = asks_for(namespace).map(|asked| behind(&tags, asked));
            if let Some(own) = asked.and_then(|name| found.get_mut(name)) {
                own.namespaces.push(namespace.name().to_owned());
            }
        }
        for pod in &self.pods {
            let Some(proxy) = Proxy::of(pod) else { continue };
            // Proxies whose control plane is gone are worth a line too.
            let name = proxy.revision.clone();
            let own = found.entry(name.clone()).or_insert_with(|| Revision { revision: name, ..Revision::default() });
            own.proxies += 1;
            if let Some(gateway) = proxy.gateway.filter(|gateway| !own.gateways.contains(gateway)) {
                own.gateways.push(gateway);
            }
        }
        for own in found.values_mut() {
            own.namespaces.sort();
            own.gateways.sort();
        }
        found.into_values().collect()
    }

    /// The tags and the revisions without one, as `istioctl tag list` has them.
    pub fn listed(&self) -> Vec<Tag> {
        let tags = self.tags();
        let naming = |name: &str| {
            let names = self.namespaces.iter().filter(|namespace| namespace.label(REVISION) == Some(name));
            names.map(|namespace| namespace.name().to_owned()).collect()
        };
        let of_tags =
            tags.iter().map(|(tag, name)| Tag { revision: name.clone(), tag: tag.clone(), namespaces: naming(tag) });
        let bare = self.names().into_iter().filter(|name| !tags.values().any(|tagged| tagged == name));
        let bare = bare.map(|name| Tag { revision: name, tag: String::new(), namespaces: Vec::new() });
        let mut listed: Vec<Tag> = of_tags.chain(bare).collect();
        listed.sort();
        listed
    }

    /// Who depends on a tag: namespaces and pods that name it.
    pub fn users_of_tag(&self, tag: &str) -> Users {
        let namespaces = self.namespaces.iter().filter(|namespace| asks_for(namespace) == Some(tag));
        let pods = self.pods.iter().filter(|pod| pod.label(REVISION) == Some(tag) && Proxy::of(pod).is_some());
        Users { namespaces: names(namespaces), pods: paths(pods), ambient: Vec::new() }
    }

    /// Who depends on some revision of `going`: namespaces that ask for it or for one of its tags, pods with its proxy. Pods
    /// for which `goes_too` holds are those of its own gateways.
    pub fn users_of(&self, going: &BTreeSet<String>, goes_too: impl Fn(&Object) -> bool) -> Users {
        let tags = self.tags();
        let asking =
            |namespace: &&Object| asks_for(namespace).is_some_and(|asked| going.contains(behind(&tags, asked)));
        let with_proxy =
            |pod: &&Object| Proxy::of(pod).is_some_and(|proxy| going.contains(&proxy.revision)) && !goes_too(pod);
        Users {
            namespaces: names(self.namespaces.iter().filter(asking)),
            pods: paths(self.pods.iter().filter(with_proxy)),
            ambient: Vec::new(),
        }
    }

    /// The namespaces in ambient mode.
    pub fn ambient(&self) -> Vec<String> {
        let mode = |namespace: &&Object| namespace.label("istio.io/dataplane-mode") == Some("ambient");
        names(self.namespaces.iter().filter(mode))
    }
}

/// The proxy of a pod.
struct Proxy {
    revision: String,
    /// `NAMESPACE/NAME` of the gateway it is.
    gateway: Option<String>,
}

impl Proxy {
    fn of(pod: &Object) -> Option<Self> {
        let named = |pointer: &str| pod.list(pointer).iter().find(|container| container["name"] == "istio-proxy");
        let container = named("/spec/containers").or_else(|| named("/spec/initContainers"))?;
        let role = container["args"].get(1).and_then(Value::as_str).unwrap_or("sidecar");
        // ztunnel calls its container so too, and follows no revision's webhook.
        if role == "ztunnel" {
            return None;
        }
        let status =
            pod.annotation("sidecar.istio.io/status").and_then(|text| serde_json::from_str::<Value>(text).ok());
        let of_status = status.and_then(|status| status["revision"].as_str().map(str::to_owned));
        let revision = pod.annotation(REVISION).map(str::to_owned).or(of_status).filter(|name| !name.is_empty());
        let labels = ["gateway.networking.k8s.io/gateway-name", "service.istio.io/canonical-name", "app"];
        let gateway = (role == "router" || role == "waypoint").then(|| {
            let name = labels.iter().find_map(|label| pod.label(label)).unwrap_or(pod.name());
            format!("{}/{name}", pod.namespace().unwrap_or_default())
        });
        Some(Self { revision: revision.unwrap_or_else(|| DEFAULT.to_owned()), gateway })
    }
}

/// The revision or tag that a namespace asks for. `istio-injection` wins over `istio.io/rev`, as the webhooks' selectors say.
fn asks_for(namespace: &Object) -> Option<&str> {
    match (namespace.label("istio-injection"), namespace.label(REVISION)) {
        (Some("enabled"), _) => Some(DEFAULT),
        (Some(_), _) => None,
        (None, Some(name)) if !name.is_empty() => Some(name),
        _ => None,
    }
}

/// The revision that a name stands for: a tag's, or the name itself.
fn behind<'a>(tags: &'a BTreeMap<String, String>, name: &'a str) -> &'a str {
    tags.get(name).map_or(name, String::as_str)
}

fn revision(object: &Object) -> Option<&str> {
    object.label(REVISION).map(|name| if name.is_empty() { DEFAULT } else { name })
}

fn is_of_istiod(service: &Object) -> bool {
    service.label("app") == Some("istiod")
}

fn names<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<String> {
    let mut names: Vec<String> = objects.map(|object| object.name().to_owned()).collect();
    names.sort();
    names
}

fn paths<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<String> {
    let path = |object: &Object| format!("{}/{}", object.namespace().unwrap_or_default(), object.name());
    let mut paths: Vec<String> = objects.map(path).collect();
    paths.sort();
    paths
}

/// The image of the container of that name.
fn container_image<'a>(containers: &'a [Value], name: &str) -> Option<&'a str> {
    containers.iter().find(|container| container["name"] == name)?["image"].as_str()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(kind: &str, name: &str, labels: Value) -> Object {
        let metadata = json!({"name": name, "namespace": "n", "labels": labels});
        Object::new(json!({"apiVersion": "v1", "kind": kind, "metadata": metadata})).unwrap()
    }

    fn pod(name: &str, revision: &str, role: &str, labels: Value) -> Object {
        let mut pod = object("Pod", name, labels);
        pod.set_annotation("istio.io/rev", revision);
        pod.value_mut()["spec"] = json!({"containers": [{"name": "istio-proxy", "args": ["proxy", role]}]});
        pod
    }

    fn picture() -> Picture {
        let plane = |name: &str, revision: &str, tag: &str| {
            let mut plane = object("Deployment", name, json!({"app": "istiod", "istio.io/rev": revision}));
            let image = format!("r.example.com/pilot:{tag}-distroless");
            plane.value_mut()["spec"] =
                json!({"template": {"spec": {"containers": [{"name": "discovery", "image": image}]}}});
            plane
        };
        Picture {
            webhooks: vec![
                object("M", "istio-sidecar-injector", json!({"istio.io/rev": "default"})),
                object("M", "istio-sidecar-injector-canary", json!({"istio.io/rev": "canary"})),
                object("M", "istio-revision-tag-prod", json!({"istio.io/rev": "canary", "istio.io/tag": "prod"})),
            ],
            services: vec![object("Service", "x", json!({"istio.io/rev": "old", "app": "ingress"}))],
            control_planes: vec![plane("istiod", "default", "1.29.1"), plane("istiod-canary", "canary", "1.30.3")],
            namespaces: vec![
                object("Namespace", "a", json!({"istio-injection": "enabled", "istio.io/rev": "canary"})),
                object("Namespace", "b", json!({"istio.io/rev": "prod"})),
                object("Namespace", "c", json!({"istio.io/rev": "canary"})),
                object("Namespace", "d", json!({"istio-injection": "disabled", "istio.io/rev": "prod"})),
                object("Namespace", "e", json!({"istio.io/dataplane-mode": "ambient"})),
            ],
            pods: vec![
                pod("web", "canary", "sidecar", json!({})),
                pod("in", "canary", "router", json!({"service.istio.io/canonical-name": "ingress"})),
                pod("z", "canary", "ztunnel", json!({})),
                pod("lost", "gone", "sidecar", json!({"istio.io/rev": "prod"})),
            ],
        }
    }

    #[test]
    fn revisions_with_all_that_depends_on_them() {
        let found = picture().revisions();
        let short: Vec<_> = found
            .iter()
            .map(|one| {
                let version = one.version.as_deref().unwrap_or("-");
                format!(
                    "{} {version} {:?} {:?} {} {:?}",
                    one.revision, one.tags, one.namespaces, one.proxies, one.gateways
                )
            })
            .collect();
        assert_eq!(
            short,
            [
                r#"canary 1.30.3 ["prod"] ["b", "c"] 2 ["n/ingress"]"#,
                r#"default 1.29.1 [] ["a"] 0 []"#,
                r#"gone - [] [] 1 []"#,
            ]
        );
    }

    #[test]
    fn tags_and_revisions_without_one() {
        let listed = picture().listed();
        let short: Vec<_> =
            listed.iter().map(|one| format!("{}:{}:{}", one.revision, one.tag, one.namespaces.join(","))).collect();
        assert_eq!(short, ["canary:prod:b,d", "default::"]);
    }

    #[test]
    fn users_are_named() {
        let picture = picture();
        let tag = picture.users_of_tag("prod");
        assert_eq!((tag.namespaces.join(","), tag.pods.join(",")), ("b".to_owned(), "n/lost".to_owned()));
        let going = BTreeSet::from(["canary".to_owned()]);
        let users = picture.users_of(&going, |pod| pod.name() == "in");
        assert_eq!(users.lines(), ["2 namespaces are injected by it: b, c", "1 pod runs its proxy: n/web"]);
        assert!(picture.users_of(&BTreeSet::from(["none".to_owned()]), |_| false).is_empty());
        assert_eq!(picture.ambient(), ["e"]);
    }
}
