//! The proxies of a mesh, counted as their pods are read page by page: what is kept does not grow with their number.

use std::collections::BTreeMap;

use super::finding::{Case, Finding, Suite};
use crate::istio::{PROXY, Pod, Proxy, label};
use crate::object::Object;
use crate::status::explain;
use crate::text;

/// How many pods with trouble are kept by name.
const KEPT_TROUBLES: usize = 20;

/// Pods with a proxy, by what they run. Only pods that live count.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// By what they run.
    pub groups: BTreeMap<Alike, Group>,
    /// How many proxies each namespace has, by revision.
    pub namespaces: BTreeMap<(String, String), usize>,
    /// The first pods with trouble: `NAMESPACE/NAME` and what it is.
    pub troubles: Vec<(String, String)>,
    /// How many have trouble.
    pub troubled: usize,
    /// Proxies that only say what their pods ask for, which may be a tag.
    asking: Counts,
    /// Since when the mesh has its root certificate, where it is known.
    root: Option<i64>,
}

type Counts = (BTreeMap<Alike, Group>, BTreeMap<(String, String), usize>);

/// What proxies have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    /// Their revision.
    pub revision: String,
    /// The version they run.
    pub version: String,
    /// Whether their pods pin the image by an annotation: a restart changes nothing of it.
    pub pinned: bool,
}

/// Proxies that are alike.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// How many.
    pub pods: usize,
    /// How many of them are ready.
    pub ready: usize,
    /// How many run since before the mesh had its root certificate, and trust another.
    pub older_than_root: usize,
    /// One of them, `NAMESPACE/NAME`.
    pub example: String,
    /// One that is older than the root certificate.
    pub old_example: String,
}

impl Group {
    fn take(&mut self, other: Self) {
        self.pods += other.pods;
        self.ready += other.ready;
        self.older_than_root += other.older_than_root;
        if self.example.is_empty() {
            self.example = other.example;
        }
        if self.old_example.is_empty() {
            self.old_example = other.old_example;
        }
    }
}

impl Fleet {
    /// None yet. `root` is since when the mesh has its root certificate.
    pub fn new(root: Option<i64>) -> Self {
        Self { root, ..Self::default() }
    }

    /// Counts a page of pods; those without a proxy are passed over.
    pub fn add(&mut self, pods: &[Object]) {
        for object in pods {
            let pod = Pod::from(object);
            if let Some(proxy) = pod.living_proxy().filter(Proxy::is_of_a_revision) {
                self.add_one(&pod, proxy);
                self.look_at(object);
            }
        }
    }

    fn add_one(&mut self, pod: &Pod, proxy: Proxy) {
        let path = pod.path();
        let (groups, namespaces) = if proxy.asked {
            (&mut self.asking.0, &mut self.asking.1)
        } else {
            (&mut self.groups, &mut self.namespaces)
        };
        *namespaces.entry((proxy.revision.clone(), pod.namespace().to_owned())).or_default() += 1;
        let is_old = self.root.zip(pod.runs_since(PROXY)).is_some_and(|(root, since)| since < root);
        let alike = Alike { version: proxy.version(), pinned: proxy.pinned.is_some(), revision: proxy.revision };
        groups.entry(alike).or_default().take(Group {
            pods: 1,
            ready: usize::from(pod.is_ready()),
            older_than_root: usize::from(is_old),
            old_example: if is_old { path.clone() } else { String::new() },
            example: path,
        });
    }

    fn look_at(&mut self, pod: &Object) {
        if let Some(trouble) = explain::trouble(pod) {
            self.troubled += 1;
            if self.troubles.len() < KEPT_TROUBLES {
                let path = format!("{}/{}", pod.namespace().unwrap_or_default(), pod.name());
                self.troubles.push((path, trouble));
            }
        }
    }

    /// Puts proxies that name a tag to the revision behind it, once the tags are known.
    pub fn settle(&mut self, tags: &BTreeMap<String, String>) {
        let behind = |name: String| tags.get(&name).cloned().unwrap_or(name);
        let (groups, namespaces) = std::mem::take(&mut self.asking);
        for (alike, group) in groups {
            let alike = Alike { revision: behind(alike.revision), ..alike };
            self.groups.entry(alike).or_default().take(group);
        }
        for ((revision, namespace), count) in namespaces {
            *self.namespaces.entry((behind(revision), namespace)).or_default() += count;
        }
    }

    /// Whether there are proxies that [`Fleet::settle`] may put to another revision.
    pub fn is_unsettled(&self) -> bool {
        !self.asking.0.is_empty()
    }

    /// How many proxies there are.
    pub fn pods(&self) -> usize {
        self.groups.values().chain(self.asking.0.values()).map(|group| group.pods).sum()
    }

    /// The proxies of a revision against the version that is wanted of it: a case a version.
    pub fn against(&self, revision: &str, version: &str) -> Vec<Case> {
        let own = self.groups.iter().filter(|(alike, _)| alike.revision == revision);
        own.map(|(Alike { version: runs, pinned, .. }, group)| {
            let mut case = Case::new(Suite::Proxies, format!("proxies {runs} of revision {revision}"));
            let (pods, run) = (text::count(group.pods, "pod"), text::verb(group.pods, "runs", "run"));
            let restart = |example: &str| {
                let place = example.split('/').next().unwrap_or_default();
                format!("mesh restart --outdated -n {place}")
            };
            if *pinned {
                case.name = format!("{} pinned", case.name);
                if runs != version {
                    let message = format!(
                        "{pods} of revision {revision} {run} proxy {runs} by annotation {}; one is {}",
                        label::PROXY_IMAGE,
                        group.example
                    );
                    let finding = Finding::error("pinned-proxy", None, message).warning();
                    case.findings.push(finding.hint("take the annotation out to let it follow the control plane"));
                }
            } else if runs != version {
                let message = format!(
                    "{pods} of revision {revision} {run} proxy {runs}, where {version} is wanted; one is {}",
                    group.example
                );
                let finding = Finding::error("outdated-proxy", None, message);
                case.findings.push(finding.hint(restart(&group.example)));
            }
            if group.older_than_root > 0 {
                let message = format!(
                    "{} of revision {revision} {} since before the mesh got its root certificate; one is {}",
                    text::count(group.older_than_root, "pod"),
                    text::verb(group.older_than_root, "runs", "run"),
                    group.old_example
                );
                let finding = Finding::error("older-than-root", None, message);
                case.findings.push(finding.hint(restart(&group.old_example)));
            }
            case
        })
        .collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(mut pod: Value) -> Object {
        pod["apiVersion"] = "v1".into();
        pod["kind"] = "Pod".into();
        Object::new(pod).unwrap()
    }

    fn pod(name: &str, image: &str, rest: Value) -> Object {
        let mut pod = json!({
            "metadata": {"name": name, "namespace": "shop", "labels": {"a": "b"}, "annotations": {"istio.io/rev": "default"}},
            "spec": {"containers": [{"name": "app", "image": "app:1"}], "initContainers": [{"name": "istio-proxy", "image": image, "restartPolicy": "Always"}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        });
        if !rest.is_null() {
            pod["status"] = rest;
        }
        object(pod)
    }

    #[test]
    fn proxies_are_counted_by_revision_and_version() {
        let waiting = json!({"phase": "Pending", "containerStatuses": [
            {"name": "app", "state": {"waiting": {"reason": "ErrImagePull", "message": "no such image"}}}]});
        let mut fleet = Fleet::default();
        fleet.add(&[
            pod("a", "proxyv2:1.30.3", Value::Null),
            pod("b", "proxyv2:1.29.1", waiting),
            pod("c", "proxyv2:1.29.1", json!({"phase": "Succeeded"})),
        ]);
        assert_eq!((fleet.pods(), fleet.troubled), (2, 1));
        assert_eq!(fleet.troubles, [("shop/b".to_owned(), "image app:1: not found".to_owned())]);
        let cases = fleet.against("default", "1.30.3");
        let messages: Vec<&str> =
            cases.iter().flat_map(|case| &case.findings).map(|one| one.message.as_str()).collect();
        assert_eq!(messages, ["1 pod of revision default runs proxy 1.29.1, where 1.30.3 is wanted; one is shop/b"]);
        assert!(fleet.against("canary", "1.30.3").is_empty());
    }

    #[test]
    fn what_terminates_what_is_pinned_and_what_has_another_root_is_told_apart() {
        let annotated = |key: &str, value: &str, rest: Value| {
            let container = json!({"name": "istio-proxy", "image": "h/proxyv2:1.29.1"});
            let metadata = json!({"name": "p", "namespace": "shop", "annotations": {key: value}});
            let mut pod = json!({"metadata": metadata, "spec": {"containers": [container]}});
            pod.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
            object(pod)
        };
        let going = object(
            json!({"metadata": {"name": "going", "namespace": "shop", "deletionTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"containers": [{"name": "istio-proxy", "image": "h/proxyv2:1.29.1"}]}}),
        );
        let started = |at: &str| json!({"status": {"containerStatuses": [{"name": "istio-proxy", "state": {"running": {"startedAt": at}}}]}});
        let mut fleet = Fleet::new(Some(100));
        fleet.add(&[
            going,
            annotated(label::PROXY_IMAGE, "h/proxyv2:1.29.1", started("1970-01-01T00:02:00Z")),
            annotated(label::REVISION, "default", started("1970-01-01T00:01:00Z")),
            annotated(label::REVISION, "default", started("1970-01-01T00:02:00Z")),
        ]);
        assert_eq!(fleet.pods(), 3);
        let cases = fleet.against("default", "1.30.3");
        let told: Vec<(&str, usize, bool)> =
            cases.iter().map(|case| (case.name.as_str(), case.findings.len(), case.fails())).collect();
        let name = "proxies 1.29.1 of revision default";
        assert_eq!(told, [(name, 2, true), (format!("{name} pinned").as_str(), 1, false)]);
        let said = &cases[0].findings[1].message;
        assert!(said.starts_with("1 pod of revision default runs since before"), "{said}");
        let said = &cases[1].findings[0].message;
        assert!(said.ends_with("runs proxy 1.29.1 by annotation sidecar.istio.io/proxyImage; one is shop/p"), "{said}");
    }

    #[test]
    fn proxies_that_name_a_tag_are_of_the_revision_behind_it() {
        let asking = json!({"metadata": {"name": "g", "namespace": "in", "labels": {"istio.io/rev": "prod"}},
            "spec": {"containers": [{"name": "istio-proxy", "image": "p:1"}]}});
        let mut fleet = Fleet::default();
        fleet.add(&[object(asking)]);
        fleet.settle(&BTreeMap::from([("prod".to_owned(), "canary".to_owned())]));
        assert_eq!(fleet.namespaces, BTreeMap::from([(("canary".to_owned(), "in".to_owned()), 1)]));
        assert_eq!(fleet.groups.keys().map(|alike| alike.revision.as_str()).collect::<Vec<_>>(), ["canary"]);
    }
}
