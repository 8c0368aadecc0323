//! Who uses which revision: control planes, the tags that lead to them, and what depends on either: namespaces, pods that
//! live, workloads that have none now, Gateways.
//!
//! All commands that speak of a revision ask here, and so give the same counts.

use std::collections::{BTreeMap, BTreeSet};

use super::workload::{Gateway, Idle};
use super::{Maker, Pod, Proxy, asks, label, named, revision, running, tags_of};
use crate::object::Object;
use crate::text;

/// What a cluster has of Istio, as far as it tells of revisions.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// MutatingWebhookConfigurations with a revision.
    pub webhooks: Vec<Object>,
    /// Services with a revision.
    pub services: Vec<Object>,
    /// Deployments of istiod.
    pub control_planes: Vec<Object>,
    /// Pods of those whose Deployments do not tell what runs.
    pub istiods: Vec<Pod>,
    /// All namespaces.
    pub namespaces: Vec<Object>,
    /// All pods that live and have a proxy.
    pub pods: Vec<Pod>,
    /// Workloads without pods.
    pub idle: Vec<Idle>,
    /// Gateways that Istio serves.
    pub gateways: Vec<Gateway>,
    /// What could not be read, and why.
    pub unknown: Vec<String>,
}

/// A control plane and what depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its name, `default` for the one without.
    pub revision: String,
    /// The version of its istiod; none where there is no istiod.
    pub version: Option<String>,
    /// The namespace of its istiod.
    pub control_plane: Option<String>,
    /// Who made that istiod.
    pub made_by: Option<Maker>,
    /// The tags that lead to it.
    pub tags: Vec<String>,
    /// The namespaces that ask for it, or for one of its tags.
    pub namespaces: Vec<String>,
    /// How many pods run its proxy, gateways included.
    pub proxies: usize,
    /// Workloads without pods that ask for it, as `KIND/NAMESPACE/NAME`.
    pub workloads: Vec<String>,
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
    /// Workloads without pods that ask for it, as `KIND/NAMESPACE/NAME`.
    pub workloads: Vec<String>,
    /// Gateways of the Gateway API that it serves, as `NAMESPACE/NAME`.
    pub gateways: Vec<String>,
    /// Namespaces in ambient mode.
    pub ambient: Vec<String>,
}

impl Users {
    /// Whether nobody uses it.
    pub fn is_empty(&self) -> bool {
        let Self { namespaces, pods, workloads, gateways, ambient } = self;
        [namespaces, pods, workloads, gateways, ambient].into_iter().all(Vec::is_empty)
    }

    /// One line for each sort of user.
    pub fn lines(&self) -> Vec<String> {
        let line = |noun: &str, one: &str, many: &str, names: &[String]| {
            let does = text::verb(names.len(), one, many);
            let count = text::count(names.len(), noun);
            (!names.is_empty()).then(|| format!("{count} {does}: {}", text::few(names, SHOWN)))
        };
        [
            line("namespace", "is injected by it", "are injected by it", &self.namespaces),
            line("namespace", "is in ambient mode", "are in ambient mode", &self.ambient),
            line("pod", "runs its proxy", "run its proxy", &self.pods),
            line("workload", "without pods asks for it", "without pods ask for it", &self.workloads),
            line("Gateway", "is served by it", "are served by it", &self.gateways),
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
        tags_of(self.webhooks.iter().chain(&self.services))
    }

    /// The names of all revisions: of control planes that are there, and of webhooks that are left.
    pub fn names(&self) -> BTreeSet<String> {
        let webhooks = self.webhooks.iter().filter(|webhook| webhook.label(label::TAG).is_none());
        let services =
            self.services.iter().filter(|service| is_of_istiod(service) && service.label(label::TAG).is_none());
        let of_objects = webhooks.chain(services).filter_map(named).map(str::to_owned);
        of_objects.chain(self.control_planes.iter().map(|plane| revision(plane).to_owned())).collect()
    }

    /// The injector of a revision: not of a tag that leads to it.
    pub fn injectors(&self, name: &str) -> Vec<&Object> {
        let of_revision = |webhook: &&Object| webhook.label(label::TAG).is_none() && named(webhook) == Some(name);
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
            let Some(own) = found.get_mut(revision(plane)) else { continue };
            own.version = Some(running::version(plane, &self.istiods)).filter(|version| version != "-");
            own.control_plane = plane.namespace().map(str::to_owned);
            own.made_by = Some(Maker::of(plane));
        }
        for (tag, name) in &tags {
            let own =
                found.entry(name.clone()).or_insert_with(|| Revision { revision: name.clone(), ..Revision::default() });
            own.tags.push(tag.clone());
        }
        for namespace in &self.namespaces {
            let asked = asks::of_namespace(namespace).map(|asked| behind(&tags, asked));
            if let Some(own) = asked.and_then(|name| found.get_mut(name)) {
                own.namespaces.push(namespace.name().to_owned());
            }
        }
        for proxy in self.proxies().map(|(_, proxy)| proxy) {
            // Proxies whose control plane is gone are worth a line too.
            let name = of_proxy(&tags, &proxy).to_owned();
            let own = found.entry(name.clone()).or_insert_with(|| Revision { revision: name, ..Revision::default() });
            own.proxies += 1;
            own.gateways.extend(proxy.gateway);
        }
        for (name, workloads) in idle_by_revision(&self.idle, &self.namespaces, &tags) {
            found.entry(name).and_modify(|own| own.workloads = workloads);
        }
        for gateway in &self.gateways {
            if let Some(own) = found.get_mut(behind(&tags, self.serving(gateway))) {
                own.gateways.push(gateway.path());
            }
        }
        for own in found.values_mut() {
            own.namespaces.sort();
            own.gateways.sort();
            own.gateways.dedup();
        }
        found.into_values().collect()
    }

    /// The tags and the revisions without one, as `istioctl tag list` has them.
    pub fn listed(&self) -> Vec<Tag> {
        let tags = self.tags();
        let naming = |name: &str| {
            let names = self.namespaces.iter().filter(|namespace| namespace.label(label::REVISION) == Some(name));
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

    /// Who depends on a tag: what names it.
    pub fn users_of_tag(&self, tag: &str) -> Users {
        let namespaces = self.namespaces.iter().filter(|namespace| asks::of_namespace(namespace) == Some(tag));
        let pods = self.proxies().filter(|(pod, _)| pod.label(label::REVISION) == Some(tag));
        Users {
            namespaces: names(namespaces),
            pods: sorted(pods.map(|(pod, _)| pod.path())),
            workloads: sorted(self.asking().filter(|(_, asked)| asked == tag).map(|(idle, _)| idle.path())),
            gateways: sorted(self.gateways.iter().filter(|one| self.serving(one) == tag).map(Gateway::path)),
            ambient: Vec::new(),
        }
    }

    /// Who depends on some revision of `going`: what asks for it or for one of its tags, pods with its proxy. Pods for
    /// which `goes_too` holds, and workloads that would make such, are those of its own gateways.
    pub fn users_of(&self, going: &BTreeSet<String>, goes_too: impl Fn(&Pod) -> bool) -> Users {
        let tags = self.tags();
        let goes = |name: &str| going.contains(behind(&tags, name));
        let asking = |namespace: &&Object| asks::of_namespace(namespace).is_some_and(goes);
        let with_proxy = |(pod, proxy): &(&Pod, Proxy)| going.contains(of_proxy(&tags, proxy)) && !goes_too(pod);
        let idle = self.asking().filter(|(idle, asked)| goes(asked) && !goes_too(&idle.pod));
        Users {
            namespaces: names(self.namespaces.iter().filter(asking)),
            pods: sorted(self.proxies().filter(with_proxy).map(|(pod, _)| pod.path())),
            workloads: sorted(idle.map(|(idle, _)| idle.path())),
            gateways: sorted(self.gateways.iter().filter(|one| goes(self.serving(one))).map(Gateway::path)),
            ambient: Vec::new(),
        }
    }

    /// The namespaces in ambient mode.
    pub fn ambient(&self) -> Vec<String> {
        let mode = |namespace: &&Object| namespace.label(label::DATAPLANE_MODE) == Some("ambient");
        names(self.namespaces.iter().filter(mode))
    }

    /// The pods that count, each with its proxy.
    fn proxies(&self) -> impl Iterator<Item = (&Pod, Proxy)> {
        let proxy = |pod: &'_ Pod| pod.living_proxy().filter(Proxy::is_of_a_revision);
        self.pods.iter().filter_map(move |pod| Some((pod, proxy(pod)?)))
    }

    /// The workloads without pods that ask for a revision or tag, with which.
    fn asking(&self) -> impl Iterator<Item = (&Idle, String)> {
        asking(&self.idle, &self.namespaces)
    }

    /// The revision, or tag, that serves a Gateway.
    fn serving<'a>(&'a self, gateway: &'a Gateway) -> &'a str {
        gateway.asks_for(find(&self.namespaces, gateway.namespace()))
    }
}

/// Workloads without pods by the revision that they ask for themselves, or by one of its tags, or through their namespaces.
pub fn idle_by_revision(
    idle: &[Idle],
    namespaces: &[Object],
    tags: &BTreeMap<String, String>,
) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (idle, asked) in asking(idle, namespaces) {
        found.entry(behind(tags, &asked).to_owned()).or_default().push(idle.path());
    }
    found.values_mut().for_each(|paths| paths.sort());
    found
}

fn asking<'a>(idle: &'a [Idle], namespaces: &'a [Object]) -> impl Iterator<Item = (&'a Idle, String)> {
    idle.iter().filter_map(|one| Some((one, one.asks_for(find(namespaces, one.pod.namespace()))?)))
}

fn find<'a>(namespaces: &'a [Object], name: &str) -> Option<&'a Object> {
    namespaces.iter().find(|namespace| namespace.name() == name)
}

/// The revision that a name stands for: a tag's, or the name itself.
fn behind<'a>(tags: &'a BTreeMap<String, String>, name: &'a str) -> &'a str {
    tags.get(name).map_or(name, String::as_str)
}

/// The revision of a proxy. Only what its pod asks for may be a tag: an injector writes its own name.
fn of_proxy<'a>(tags: &'a BTreeMap<String, String>, proxy: &'a Proxy) -> &'a str {
    if proxy.asked { behind(tags, &proxy.revision) } else { &proxy.revision }
}

fn is_of_istiod(service: &Object) -> bool {
    service.label(label::APP) == Some("istiod")
}

fn names<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<String> {
    sorted(objects.map(|object| object.name().to_owned()))
}

fn sorted(paths: impl Iterator<Item = String>) -> Vec<String> {
    let mut paths: Vec<String> = paths.collect();
    paths.sort();
    paths
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(kind: &str, name: &str, labels: Value) -> Object {
        let metadata = json!({"name": name, "namespace": "n", "labels": labels});
        Object::new(json!({"apiVersion": "v1", "kind": kind, "metadata": metadata})).unwrap()
    }

    fn pod(name: &str, revision: &str, role: &str, labels: Value) -> Pod {
        with(name, revision, role, labels, json!({}))
    }

    fn with(name: &str, revision: &str, role: &str, labels: Value, rest: Value) -> Pod {
        let mut pod = object("Pod", name, labels);
        pod.set_annotation(label::REVISION, revision);
        pod.value_mut()["spec"] = json!({"containers": [{"name": "istio-proxy", "args": ["proxy", role]}]});
        pod.value_mut()["status"] = rest["status"].clone();
        if !rest["deletionTimestamp"].is_null() {
            pod.value_mut()["metadata"]["deletionTimestamp"] = rest["deletionTimestamp"].clone();
        }
        Pod::from(&pod)
    }

    fn idle(kind: &'static str, namespace: &str, labels: Value) -> Idle {
        let template = json!({"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app"}]}});
        let spec = json!({"replicas": 0, "template": template, "jobTemplate": {"spec": {"template": template}}});
        let workload = json!({"metadata": {"name": "w", "namespace": namespace}, "spec": spec});
        serde_json::from_value::<super::super::Workload>(workload).unwrap().idle(kind).unwrap()
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
                with("done", "canary", "sidecar", json!({}), json!({"status": {"phase": "Succeeded"}})),
                with("bad", "canary", "sidecar", json!({}), json!({"status": {"phase": "Failed"}})),
                with("going", "canary", "sidecar", json!({}), json!({"deletionTimestamp": "2026-01-01T00:00:00Z"})),
            ],
            idle: vec![
                idle("Deployment", "b", json!({})),
                idle("CronJob", "x", json!({"istio.io/rev": "prod"})),
                idle("StatefulSet", "x", json!({"istio.io/rev": "canary"})),
                idle("DaemonSet", "d", json!({"istio.io/rev": "canary"})),
            ],
            gateways: vec![
                serde_json::from_value(json!({"metadata": {"name": "door", "namespace": "b"}, "spec": {}})).unwrap(),
            ],
            ..Picture::default()
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
                    "{} {version} {:?} {:?} {} {:?} {}",
                    one.revision,
                    one.tags,
                    one.namespaces,
                    one.proxies,
                    one.gateways,
                    one.workloads.join(",")
                )
            })
            .collect();
        assert_eq!(
            short,
            [
                r#"canary 1.30.3 ["prod"] ["b", "c"] 2 ["b/door", "n/ingress"] CronJob/x/w,Deployment/b/w,StatefulSet/x/w"#,
                r#"default 1.29.1 [] ["a"] 0 [] "#,
                r#"gone - [] [] 1 [] "#,
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
        assert_eq!(
            (tag.workloads.join(","), tag.gateways.join(",")),
            ("CronJob/x/w,Deployment/b/w".to_owned(), "b/door".to_owned())
        );
        let going = BTreeSet::from(["canary".to_owned()]);
        let users = picture.users_of(&going, |pod| pod.name() == "in");
        assert_eq!(
            users.lines(),
            [
                "2 namespaces are injected by it: b, c",
                "1 pod runs its proxy: n/web",
                "3 workloads without pods ask for it: CronJob/x/w, Deployment/b/w, StatefulSet/x/w",
                "1 Gateway is served by it: b/door",
            ]
        );
        assert!(picture.users_of(&BTreeSet::from(["none".to_owned()]), |_| false).is_empty());
        assert_eq!(picture.ambient(), ["e"]);
    }
}
