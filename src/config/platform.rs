//! Which platform a cluster runs on, by what it says of itself: the version of its API server, the API groups it serves,
//! and its nodes. One table; what follows from a platform is what its row says.

use serde_json::{Value, json};

use super::merge::{merge, nested};

/// What a cluster says of itself.
#[derive(Debug, Clone, Default)]
pub struct Signs<'a> {
    /// The version of the API server, such as `v1.33.2+k3s1`.
    pub version: &'a str,
    /// The API groups that are served.
    pub groups: Vec<&'a str>,
    /// Some of its nodes, as the API has them; empty where they were not asked for or may not be read.
    pub nodes: &'a [Value],
}

/// A platform that is known.
#[derive(Debug)]
pub struct Platform {
    /// Its name in [`super::Inputs::detected_platform`].
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    signs: &'static [Sign],
    /// What istiod and the CNI have to know of it.
    effect: Effect,
}

#[derive(Debug, Clone, Copy)]
enum Effect {
    /// Nothing: Istio's defaults fit.
    None,
    /// `values.global.platform` is its name.
    Platform,
    /// The same, and pods of the node agent go to a namespace that has a quota for them.
    Gke,
    /// The webhooks ask AKS not to change their selectors.
    Aks,
}

/// Who gives Services their load balancers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Balancer {
    /// The platform, always.
    OfItself,
    /// Nobody, until this command is run.
    Command(&'static str),
    /// It depends on what is installed.
    Unknown,
}

/// By what a platform is known.
#[derive(Debug, Clone, Copy)]
enum Sign {
    /// The version of the API server has this in it.
    Version(&'static str),
    /// An API group is served.
    Group(&'static str),
    /// A node has a label.
    Label(&'static str),
    /// The `providerID` of a node begins so.
    Provider(&'static str),
    /// The container runtime of a node begins so.
    Runtime(&'static str),
}

/// The platforms; of two whose signs are all there, the first counts. Sources: the cloud providers of each platform
/// (`providerID`, node labels), and Istio's documentation of platforms for what follows.
static PLATFORMS: [Platform; 10] = [
    row("openshift", "OpenShift", &[Sign::Group("security.openshift.io")], Effect::Platform),
    row("gke", "GKE", &[Sign::Version("-gke")], Effect::Gke),
    row("eks", "EKS", &[Sign::Version("-eks-")], Effect::None),
    row("k3d", "k3d", &[Sign::Version("+k3s"), Sign::Provider("k3s://k3d-")], Effect::Platform),
    row("k3s", "k3s", &[Sign::Version("+k3s")], Effect::Platform),
    row("microk8s", "MicroK8s", &[Sign::Label("microk8s.io/cluster")], Effect::Platform),
    // Only Docker keeps network namespaces elsewhere.
    row("minikube", "minikube", &[Sign::Label("minikube.k8s.io/name"), Sign::Runtime("docker://")], Effect::Platform),
    row("minikube-containerd", "minikube", &[Sign::Label("minikube.k8s.io/name")], Effect::None),
    row("kind", "kind", &[Sign::Provider("kind://")], Effect::None),
    row("aks", "AKS", &[Sign::Label("kubernetes.azure.com/cluster")], Effect::Aks),
];

const fn row(name: &'static str, title: &'static str, signs: &'static [Sign], effect: Effect) -> Platform {
    Platform { name, title, signs, effect }
}

/// The platform that `signs` are of; none where they fit no row.
pub fn detect(signs: &Signs<'_>) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| platform.signs.iter().all(|sign| sign.is_in(signs)))
}

/// Whether nodes can change what version and groups say, so that they are worth a request.
pub fn asks_for_nodes(version: &str, groups: &[&str]) -> bool {
    let signs = Signs { version, groups: groups.to_vec(), nodes: &[] };
    let by_node = |sign: &Sign| matches!(sign, Sign::Label(_) | Sign::Provider(_) | Sign::Runtime(_));
    let undecided = PLATFORMS.iter().take_while(|platform| !platform.signs.iter().all(|sign| sign.is_in(&signs)));
    // A row above that only lacks what nodes say.
    undecided.into_iter().any(|platform| platform.signs.iter().all(|sign| by_node(sign) || sign.is_in(&signs)))
}

/// The row of that name.
pub(super) fn named(name: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| platform.name == name)
}

impl Sign {
    fn is_in(self, signs: &Signs<'_>) -> bool {
        let text = |node: &Value, pointer: &str| {
            node.pointer(pointer).and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
        };
        match self {
            Self::Version(part) => signs.version.contains(part),
            Self::Group(group) => signs.groups.contains(&group),
            Self::Label(label) => {
                let labels =
                    |node: &Value| node.pointer("/metadata/labels").and_then(|labels| labels.get(label)).is_some();
                signs.nodes.iter().any(labels)
            }
            Self::Provider(start) => signs.nodes.iter().any(|node| text(node, "/spec/providerID").starts_with(start)),
            Self::Runtime(start) => {
                let pointer = "/status/nodeInfo/containerRuntimeVersion";
                signs.nodes.iter().any(|node| text(node, pointer).starts_with(start))
            }
        }
    }
}

impl Platform {
    /// What it makes of an operator spec, as a spec to lay over a profile. `with_cni` is whether the node agent is spoken of.
    pub(super) fn spec(&self, with_cni: bool) -> Value {
        match self.effect {
            Effect::None => json!({}),
            Effect::Platform => nested(&["values", "global", "platform"], self.name.into()),
            // GKE lets system-node-critical pods run in kube-system only, unless there is a quota for them.
            // Source of the rule: the CNI page of Istio's documentation, "Hosted Kubernetes settings".
            Effect::Gke => {
                let values = json!({"global": {"platform": self.name}, "cni": {"resourceQuotas": {"enabled": false}}});
                let mut spec = json!({"values": values});
                if with_cni {
                    merge(&mut spec, nested(&["components", "cni", "namespace"], "kube-system".into()));
                }
                spec
            }
            // Else its admission controller adds to the webhooks' selectors, and holds those fields ever after.
            Effect::Aks => {
                let annotations = json!({"admissions.enforcer/disabled": "true"});
                nested(&["values", "sidecarInjectorWebhookAnnotations"], annotations)
            }
        }
    }

    /// Whether a spec has what this platform sets.
    pub(super) fn is_in(&self, spec: &Value) -> bool {
        match self.effect {
            Effect::None => true,
            Effect::Platform | Effect::Gke => {
                spec.pointer("/values/global/platform").and_then(Value::as_str) == Some(self.name)
            }
            Effect::Aks => {
                let annotation = "/values/sidecarInjectorWebhookAnnotations/admissions.enforcer~1disabled";
                spec.pointer(annotation).and_then(Value::as_str) == Some("true")
            }
        }
    }

    /// Who gives Services their load balancers here.
    pub fn balancer(&self) -> Balancer {
        match self.name {
            "gke" | "eks" | "aks" => Balancer::OfItself,
            "minikube" | "minikube-containerd" => Balancer::Command("minikube tunnel"),
            "kind" => Balancer::Command("cloud-provider-kind"),
            "microk8s" => Balancer::Command("microk8s enable metallb"),
            // k3s brings one that can be left out; what it serves carries its mark.
            _ => Balancer::Unknown,
        }
    }

    /// What is said of it: what it sets, and how that is undone.
    pub fn said(&self) -> String {
        let title = self.title;
        match self.effect {
            Effect::None => format!("detected {title}: nothing has to be set for it"),
            Effect::Platform | Effect::Gke => {
                format!(
                    "detected {title}: values.global.platform={} is set; --set values.global.platform= undoes it",
                    self.name
                )
            }
            Effect::Aks => format!(
                "detected {title}: values.sidecarInjectorWebhookAnnotations asks AKS to leave the webhooks alone; \
                 --set 'values.sidecarInjectorWebhookAnnotations.admissions\\.enforcer/disabled=' undoes it"
            ),
        }
    }

    /// What the user's own layers say where this platform would set something: theirs counts.
    pub(super) fn overridden<'t>(&self, user: &'t Value) -> Option<&'t Value> {
        let path = match self.effect {
            Effect::None => return None,
            Effect::Platform | Effect::Gke => "/spec/values/global/platform",
            Effect::Aks => "/spec/values/sidecarInjectorWebhookAnnotations/admissions.enforcer~1disabled",
        };
        user.pointer(path)
    }
}

/// What is said where the user's layers say otherwise than the platform.
pub(super) fn kept(platform: &Platform, theirs: &Value) -> Option<String> {
    let same = theirs.as_str() == Some(platform.name) || theirs.as_str() == Some("true");
    (!same).then(|| format!("detected {}, but your settings say {theirs}: those count", platform.title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Map;

    fn is_empty(spec: &Value) -> bool {
        spec.as_object().is_none_or(Map::is_empty)
    }

    fn node(provider: &str, labels: &[&str], runtime: &str) -> Value {
        let labels: Map<String, Value> = labels.iter().map(|label| ((*label).to_owned(), "x".into())).collect();
        json!({"metadata": {"name": "n", "labels": labels}, "spec": {"providerID": provider},
            "status": {"nodeInfo": {"containerRuntimeVersion": runtime}}})
    }

    #[test]
    fn each_platform_is_known_by_its_facts() {
        let containerd = "containerd://2.1";
        let k3s = node("k3s://server-0", &["node.kubernetes.io/instance-type"], containerd);
        let k3d = node("k3s://k3d-dev-server-0", &[], containerd);
        let kind = node("kind://docker/kind/kind-control-plane", &[], containerd);
        let minikube = node("", &["minikube.k8s.io/name", "minikube.k8s.io/version"], "docker://28.0");
        let minikube_containerd = node("", &["minikube.k8s.io/name"], containerd);
        let microk8s = node("", &["microk8s.io/cluster"], containerd);
        let aks = node("azure:///subscriptions/x", &["kubernetes.azure.com/cluster"], containerd);
        let gce = node("gce://project/zone/vm", &["cloud.google.com/gke-nodepool"], containerd);
        let aws = node("aws:///eu-west-1a/i-0", &["eks.amazonaws.com/nodegroup"], containerd);
        let plain = node("", &["kubernetes.io/hostname"], containerd);
        type Case = (&'static str, &'static [&'static str], Vec<Value>, Option<&'static str>, bool, Value);
        let platform = |name: &str| json!({"values": {"global": {"platform": name}}});
        let gke = json!({"values": {"global": {"platform": "gke"}, "cni": {"resourceQuotas": {"enabled": false}}}});
        let enforcer =
            json!({"values": {"sidecarInjectorWebhookAnnotations": {"admissions.enforcer/disabled": "true"}}});
        let table: [Case; 14] = [
            ("v1.33.2+k3s1", &[], vec![k3s], Some("k3s"), true, platform("k3s")),
            ("v1.33.2+k3s1", &[], vec![], Some("k3s"), true, platform("k3s")),
            ("v1.33.2+k3s1", &[], vec![k3d], Some("k3d"), true, platform("k3d")),
            ("v1.34.0", &[], vec![kind], Some("kind"), true, json!({})),
            ("v1.34.0", &[], vec![minikube], Some("minikube"), true, platform("minikube")),
            ("v1.34.0", &[], vec![minikube_containerd], Some("minikube-containerd"), true, json!({})),
            ("v1.34.0", &[], vec![plain.clone(), microk8s], Some("microk8s"), true, platform("microk8s")),
            ("v1.33.1-gke.1584000", &[], vec![gce.clone()], Some("gke"), false, gke),
            ("v1.33.1-eks-4096722", &[], vec![aws], Some("eks"), false, json!({})),
            ("v1.33.0", &[], vec![aks], Some("aks"), true, enforcer),
            (
                "v1.33.5",
                &["security.openshift.io"],
                vec![plain.clone()],
                Some("openshift"),
                false,
                platform("openshift"),
            ),
            // OpenShift on other people's machines is OpenShift.
            (
                "v1.33.5",
                &["apps", "security.openshift.io"],
                vec![gce.clone()],
                Some("openshift"),
                false,
                platform("openshift"),
            ),
            // A cluster of one's own on Google's machines is not GKE.
            ("v1.34.0", &["apps"], vec![gce], None, true, Value::Null),
            ("v1.34.0", &[], vec![plain], None, true, Value::Null),
        ];
        for (version, groups, nodes, name, asks, spec) in table {
            let found = detect(&Signs { version, groups: groups.to_vec(), nodes: &nodes });
            assert_eq!(found.map(|found| found.name), name, "{version} {nodes:?}");
            assert_eq!(asks_for_nodes(version, groups), asks, "{version} {groups:?}");
            let set = found.map_or(Value::Null, |found| found.spec(false));
            assert_eq!(set, spec, "{version}");
            let Some(found) = found else { continue };
            assert!(found.said().contains(found.title));
            assert_eq!(is_empty(&set), !found.said().contains("undoes it"), "never silent: {}", found.said());
        }
    }

    #[test]
    fn what_the_user_says_counts() {
        let k3s = named("k3s").expect("a row");
        let user = json!({"spec": {"values": {"global": {"platform": ""}}}});
        let theirs = k3s.overridden(&user).expect("theirs");
        assert_eq!(kept(k3s, theirs).as_deref(), Some("detected k3s, but your settings say \"\": those count"));
        assert_eq!(kept(k3s, &"k3s".into()), None);
        assert_eq!(k3s.overridden(&json!({"spec": {}})), None);
    }
}
