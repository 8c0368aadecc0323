//! What to do next about a cause: one step for each real cause, a command where there is one.

use crate::object::ObjectId;
use crate::status::explain::Cause;

/// What istiod's pods lack where Pod Security is strict.
const SECCOMP: &str = "seccompProfile";
/// The setting by which pods of istiod have what the strictest level of Pod Security wants.
pub const SET_SECCOMP: &str = "--set values.pilot.seccompProfile.type=RuntimeDefault";

/// By whose settings a workload runs as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A component of Istio, or what injection adds to a pod: the values of the installation.
    Istio,
    /// A workload of the mesh's users: its own template.
    User,
}

impl Whose {
    /// How a field of pods or containers is named where it is set.
    fn field(self, name: &str) -> String {
        match self {
            Self::Istio => format!("values.…{name}"),
            Self::User => format!("{name} of the workload"),
        }
    }
}

impl Cause {
    /// The next step, for a workload that runs by the settings of `whose`.
    pub fn next(&self, whose: Whose) -> String {
        let ObjectId { kind, name, namespace, .. } = &self.object;
        // Of a node, the workload says where.
        let of_workload = self.lines.first().and_then(|(workload, _)| workload.namespace.as_deref());
        let namespace = namespace.as_deref().or(of_workload).unwrap_or_default();
        // A pod is admitted as a whole: with the proxy that it was given.
        let resources = || match whose {
            Whose::Istio => whose.field("resources"),
            Whose::User => format!("{}, values.global.proxy.resources of its proxy", whose.field("resources")),
        };
        self.of_image(namespace, whose).or_else(|| self.of_nodes(whose)).unwrap_or_else(|| match self.id {
            "crash-loop" | "init-failed" | "restarted" => {
                format!("see all it wrote: kubectl -n {namespace} logs {name} --all-containers --previous")
            }
            "probe-failed" | "not-ready" => {
                format!("see what it says: kubectl -n {namespace} logs {name} --all-containers --tail=50")
            }
            "no-command" => format!(
                "check image and command of the container, overlays included: kubectl -n {namespace} get pod {name} -o yaml"
            ),
            "out-of-memory" => match whose {
                Whose::Istio => "give it more memory: its limit is values.…resources.limits.memory".to_owned(),
                Whose::User => {
                    format!("give it more memory: kubectl {} --limits=memory=AMOUNT", self.set(namespace, "resources"))
                }
            },
            "quota" => format!("raise the quota, or free what is used: kubectl -n {namespace} describe resourcequota"),
            "quota-unset" => format!(
                "set what the quota asks for ({}), or give defaults by a LimitRange: kubectl -n {namespace} describe resourcequota",
                resources()
            ),
            "limit-range" => format!(
                "ask for what the limits allow ({}), or change them: kubectl -n {namespace} describe limitrange",
                resources()
            ),
            "pod-security" => self.of_pod_security(namespace, whose),
            "webhook-denied" | "webhook-unreachable" => {
                "see who is asked: kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations".to_owned()
            }
            "policy-denied" => {
                "see the policies: kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings".to_owned()
            }
            _ => format!("look closer: kubectl -n {namespace} describe {} {name}", kind.to_lowercase()),
        })
    }

    fn of_image(&self, namespace: &str, whose: Whose) -> Option<String> {
        let is_istios = whose == Whose::Istio;
        let named = match whose {
            Whose::Istio => "with --set values.global.imagePullSecrets[0]=NAME",
            Whose::User => "in imagePullSecrets of the workload or of its ServiceAccount",
        };
        let credentials =
            format!("give the nodes credentials: create a pull secret in namespace {namespace} and name it {named}");
        // Another registry is a setting of Istio's; the image of a workload is what its owner made.
        let elsewhere = |what: &str, other: &str| {
            if is_istios { format!("{what}, or take {other}") } else { what.to_owned() }
        };
        Some(match self.id {
            "image-not-found" | "image-invalid" if is_istios => {
                "check hub and tag of the image (--set hub=…, --set tag=…), or push it; then run the same command again"
                    .to_owned()
            }
            "image-not-found" | "image-invalid" => format!(
                "push it, or name another (kubectl {}=IMAGE); then run the same command again",
                self.set(namespace, "image")
            ),
            "image-denied" => credentials,
            "image-limited" if is_istios => {
                format!("wait, or {credentials}; or take a registry of your own: --registry HOST/PATH")
            }
            "image-limited" => format!("wait, or {credentials}"),
            "image-untrusted" => {
                elsewhere("let the nodes' container runtime trust the registry's CA", "another registry: --set hub=…")
            }
            "image-no-host" if is_istios => {
                "check the registry's name in --set hub=…, and the DNS of the nodes".to_owned()
            }
            "image-no-host" => {
                "check the registry's name in the image of the workload, and the DNS of the nodes".to_owned()
            }
            "image-platform" => {
                "take an image that is built for the nodes: kubectl get nodes -L kubernetes.io/arch".to_owned()
            }
            "image-pulling" => elsewhere("give it more time with --timeout", "a registry that is nearer: --set hub=…"),
            "image-pull" => elsewhere("check that the nodes reach the registry", "another one: --set hub=…"),
            _ => return None,
        })
    }

    /// The words of kubectl that set something of the container that the cause is about, or of all of them.
    fn set(&self, namespace: &str, what: &str) -> String {
        let workload = self.lines.first().map_or(&self.object, |(workload, _)| workload);
        let of = format!("-n {namespace} set {what} {}/{}", workload.kind.to_lowercase(), workload.name);
        match (&self.container, what) {
            (Some(container), "image") => format!("{of} {container}"),
            (None, "image") => format!("{of} CONTAINER"),
            (Some(container), _) => format!("{of} --containers={container}"),
            (None, _) => of,
        }
    }

    fn of_nodes(&self, whose: Whose) -> Option<String> {
        let name = &self.object.name;
        Some(match self.id {
            "node-gone" | "node-not-ready" => format!(
                "see the node: kubectl describe node {name}; where it does not come back, remove it: kubectl delete node {name}"
            ),
            "unschedulable-node-gone" | "unschedulable-node-not-ready" | "unschedulable-no-node" => {
                "see the nodes, and bring one back or add one: kubectl get nodes".to_owned()
            }
            "unschedulable-cordoned" => {
                "let it take pods again: kubectl get nodes, then kubectl uncordon NAME; or add a node".to_owned()
            }
            "unschedulable-taint" => format!(
                "tolerate the taint ({}), or take it away: kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints",
                whose.field("tolerations")
            ),
            "unschedulable-pressure" | "out-of-node-memory" | "image-no-space" => {
                "make room on the node, or add one: kubectl describe nodes shows what is short".to_owned()
            }
            "unschedulable-selector" => format!(
                "label a node as it asks ({}, {}), or ask for what there is: kubectl get nodes --show-labels",
                whose.field("nodeSelector"),
                whose.field("affinity")
            ),
            "unschedulable-many" => "add nodes, or end what is not needed: kubectl get pods -A -o wide".to_owned(),
            "unschedulable" => format!(
                "add nodes, or lower what is asked for ({}); see what is taken: kubectl describe nodes",
                whose.field("resources.requests")
            ),
            _ => return None,
        })
    }

    /// With the fields that have to be set where setting helps, else the label that allows it.
    fn of_pod_security(&self, namespace: &str, whose: Whose) -> String {
        let said = self.lines.iter().map(|(_, line)| line.as_str()).find(|line| line.contains("violates PodSecurity"));
        let fields = said.map(fields_to_set).unwrap_or_default();
        let level = |level: &str| {
            format!("kubectl label namespace {namespace} pod-security.kubernetes.io/enforce={level} --overwrite")
        };
        match fields {
            // It asks for what no field of the pod can give up, such as the network of the node.
            None => format!("allow it in the namespace: {}", level("privileged")),
            Some(fields) if fields.is_empty() => format!("allow it in the namespace: {}", level("baseline")),
            Some(fields) => {
                let is_istiod = self.lines.first().is_some_and(|(workload, _)| workload.name.starts_with("istiod"));
                let only_seccomp = fields.iter().all(|field| field.contains(SECCOMP));
                let how = match whose {
                    Whose::User => "in the template of the workload",
                    Whose::Istio if is_istiod && only_seccomp => SET_SECCOMP,
                    Whose::Istio => "values or overlays of its component",
                };
                format!("set {} ({how}), or allow it in the namespace: {}", fields.join(", "), level("baseline"))
            }
        }
    }
}

/// The fields that Pod Security wants to be set; none where it refuses what is set on purpose.
///
/// It writes a violation as `NAME (WHO must set FIELD)`, or `must not set FIELD`, `must not include …`, `NAME=true`.
fn fields_to_set(message: &str) -> Option<Vec<String>> {
    let violations = message.split_once("\": ").map_or(message, |(_, violations)| violations);
    let mut fields: Vec<String> = Vec::new();
    for violation in violations.split("), ") {
        let (_, field) = violation.split_once(" must set ")?;
        let field = field.trim_end_matches(')').to_owned();
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::explain::Consequence;

    fn cause(id: &'static str, workload: &str, line: &str) -> Cause {
        let workload = ObjectId::new("apps/v1", "Deployment", Some("n"), workload);
        let object = ObjectId::new("v1", "Pod", Some("n"), "p");
        let lines = vec![(workload, String::new()), (object.clone(), line.to_owned())];
        let container = Some("c".to_owned());
        Cause { id, object, container, summary: String::new(), lines, consequence: Consequence::EndNow }
    }

    #[test]
    fn pod_security_is_answered_by_the_fields_to_set_or_by_the_label() {
        let seccomp = "seccompProfile (pod or container \"discovery\" must set securityContext.seccompProfile.type to \
                       \"RuntimeDefault\" or \"Localhost\")";
        let no_root = "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true)";
        let set = "securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"";
        let label = "allow it in the namespace: kubectl label namespace n pod-security.kubernetes.io/enforce";
        let table = [
            ("istiod", seccomp.to_owned(), format!("set {set} ({SET_SECCOMP}), or {label}=baseline --overwrite")),
            (
                "web",
                format!("{no_root}, {seccomp}"),
                format!(
                    "set securityContext.runAsNonRoot=true, {set} (values or overlays of its component), or {label}=baseline --overwrite"
                ),
            ),
            (
                "istio-cni-node",
                format!("hostPath volumes (volumes \"a\", \"b\"), {seccomp}"),
                format!("{label}=privileged --overwrite"),
            ),
        ];
        for (workload, violations, wanted) in table {
            let line = format!(
                "FailedCreate: pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": {violations}"
            );
            assert_eq!(cause("pod-security", workload, &line).next(Whose::Istio), wanted);
        }
    }

    #[test]
    fn each_real_cause_has_a_step_of_its_own() {
        let ids = [
            "image-not-found",
            "image-denied",
            "image-limited",
            "image-untrusted",
            "image-no-host",
            "image-pull",
            "image-pulling",
            "crash-loop",
            "no-command",
            "out-of-memory",
            "out-of-node-memory",
            "unschedulable",
            "unschedulable-taint",
            "unschedulable-cordoned",
            "unschedulable-node-gone",
            "unschedulable-selector",
            "node-gone",
            "quota",
            "quota-unset",
            "limit-range",
            "pod-security",
            "not-ready",
        ];
        for whose in [Whose::Istio, Whose::User] {
            let mut steps: Vec<String> = ids.iter().map(|id| cause(id, "w", "").next(whose)).collect();
            assert!(steps.iter().all(|step| !step.starts_with("look closer")), "{steps:#?}");
            steps.sort();
            let all = steps.len();
            steps.dedup();
            assert_eq!(steps.len(), all, "two causes have the same step: {steps:#?}");
        }
    }

    #[test]
    fn a_workload_of_users_is_mended_in_itself() {
        let step = |id: &'static str| cause(id, "web", "").next(Whose::User);
        let ids =
            ["image-not-found", "image-denied", "image-untrusted", "image-no-host", "image-pull", "image-pulling"];
        for id in ids.into_iter().chain(["out-of-memory", "unschedulable", "unschedulable-taint", "pod-security"]) {
            let step = step(id);
            assert!(!["--set ", "values", "component"].iter().any(|word| step.contains(word)), "{id}: {step}");
        }
        assert_eq!(
            step("image-not-found"),
            "push it, or name another (kubectl -n n set image deployment/web c=IMAGE); then run the same command again"
        );
        assert_eq!(
            step("out-of-memory"),
            "give it more memory: kubectl -n n set resources deployment/web --containers=c --limits=memory=AMOUNT"
        );
    }
}
