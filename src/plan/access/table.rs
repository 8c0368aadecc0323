//! The requests that each command makes of its own, whatever is installed: a row a resource, with where and when.
//!
//! The version and what is served may be asked by everybody who is logged in (ClusterRoles `system:discovery` and
//! `system:public-info-viewer`), and what one may do oneself, too (`system:basic-user`): no row has these.

use super::{Deed, Need, Purpose, Subject, When};

/// Where it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// In the cluster as a whole.
    Cluster,
    /// In the namespace of the control plane.
    Home,
    /// In the namespace of the workloads; of all where none is given.
    Place,
}
use At::{Cluster, Home, Place};
use When::{Always, Better, Maybe};

/// Verbs on a resource, such as `get list` on `deployments.apps`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    verbs: &'static str,
    resource: &'static str,
    at: At,
    when: When,
}

const fn row(verbs: &'static str, resource: &'static str, at: At, when: When) -> Row {
    Row { verbs, resource, at, when }
}

const RENEWED: When = Maybe("the run lasts longer than some seconds, or another one holds the Lease");
const TAKEN_BACK: When = Better("the installation is refused, and its new namespace is taken away again");
const CAUSE: When = Maybe("something is not ready: the cause is looked for");
const LOGS: When = Better("a container has ended: its last lines are shown");
const NODES: When = Better("a pod finds no room, or its node may be gone");
const UNPROVEN: When = Better("the webhooks do not answer: what lies between is looked for");
const OLD_RECORDS: When = Better("there are more records than are kept");
const STRAYS: When = Maybe("an earlier installation had more than the inputs say");
const GATEWAY_API: When = Better("there are Gateways of the Gateway API");
const DEFAULT_TAG: When = Maybe("the tag is `default`, which has a validator too");
const OTHER_KINDS: When = Maybe("there are workloads of this kind to restart");
const EVICTED: When = Maybe("pods are restarted that no rollout would replace");
const AMBIENT: When = Maybe("namespaces are put into ambient mode, or are in it");
const PURGED: When = Maybe("with --purge: what istiod has made goes too");
const OWN_NAMESPACE: When = Maybe("the namespace was made by the installation, and nothing else is in it");
const PROBE: When = Maybe("with --probe: a pod is made by a dry run, which takes the right to write it");
const UNSETTLED: When = Maybe("pods name a tag in place of a revision");
const REFUSED: When = Maybe("the proof asks for a new object by a dry run, which the validator refuses");
const OF_THIS_KIND: When = Maybe("an object of this kind is described");
const LABELLED: When = Maybe("an object of this kind is labelled");
const SEVERAL: When = Maybe("with --all or --selector");
const OF_THE_MESH: When = Maybe("a label of the mesh is set: it has to lead somewhere");
const RESTARTS: When = Better("a label of the mesh is set: what restarts by it is told");
const REMOVED: When = Maybe("with --finish or --abort: a revision is removed");
const NO_PLANE: When = Maybe("no istiod runs here: its name is looked for in the path of the injector");
const ONLY_HOME: When = Better("those of other namespaces may not be read: no istiod uses them");
const ASKED: When = Better("istiod is asked what it reads");

/// The Lease, and the record of a change.
const LOCK: &[Row] = &[
    row("create delete", "leases.coordination.k8s.io", Home, Always),
    row("get update", "leases.coordination.k8s.io", Home, RENEWED),
];
const RECORD: &[Row] = &[row("create patch", "secrets", Home, Always), row("delete", "secrets", Home, OLD_RECORDS)];

/// What a comparison with what is there begins with.
const SURVEY: &[Row] = &[
    row("list", "secrets", Home, Always),
    row("get", "namespaces", Home, Always),
    row("list", "nodes", Cluster, Always),
    row("list", "deployments.apps", Home, STRAYS),
    row("list", "daemonsets.apps", Home, STRAYS),
    row("list", "horizontalpodautoscalers.autoscaling", Home, STRAYS),
    row("list", "poddisruptionbudgets.policy", Home, STRAYS),
    row("list", "networkpolicies.networking.k8s.io", Home, STRAYS),
];

/// What an installation had that is not wanted any more.
const PRUNED: &[Row] = &[
    row("delete", "deployments.apps", Home, STRAYS),
    row("delete", "daemonsets.apps", Home, STRAYS),
    row("delete", "horizontalpodautoscalers.autoscaling", Home, STRAYS),
    row("delete", "poddisruptionbudgets.policy", Home, STRAYS),
    row("delete", "networkpolicies.networking.k8s.io", Home, STRAYS),
];

/// Why something is not ready.
const CAUSES: &[Row] = &[
    row("list watch", "replicasets.apps", Home, CAUSE),
    row("list watch", "pods", Home, CAUSE),
    row("list watch", "events", Home, CAUSE),
    row("get", "pods/log", Home, LOGS),
    row("get list", "nodes", Cluster, NODES),
    row("list", "pods", Cluster, NODES),
];

/// The proof: a pod that has to come back injected, and a Gateway that has to be refused.
const PROOF: &[Row] = &[
    row("create patch", "pods", Home, Always),
    row("patch", "gateways.networking.istio.io", Home, Always),
    row("create", "gateways.networking.istio.io", Home, REFUSED),
    row("get", "services/proxy", Home, UNPROVEN),
];
const INSTALL: &[Row] = &[
    row("list", "leases.coordination.k8s.io", Home, TAKEN_BACK),
    row("delete", "namespaces", Home, TAKEN_BACK),
    row("list watch", "namespaces", Cluster, TAKEN_BACK),
];

/// Who uses which revision.
const USERS: &[Row] = &[
    row("list", "mutatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, Always),
    row("list", "namespaces", Cluster, Always),
    row("list", "pods", Cluster, Always),
    row("list", "deployments.apps", Cluster, Always),
    row("list", "statefulsets.apps", Cluster, Always),
    row("list", "daemonsets.apps", Cluster, Always),
    row("list", "cronjobs.batch", Cluster, Always),
    row("list", "gateways.gateway.networking.k8s.io", Cluster, Always),
    row("list", "gatewayclasses.gateway.networking.k8s.io", Cluster, GATEWAY_API),
];
/// The revisions of a cluster, beside who uses them.
const REVISIONS: &[Row] = &[row("list", "services", Cluster, Always)];

const TAG: &[Row] = &[
    row("get create patch delete", "mutatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, Always),
    row("get create patch delete", "services", Home, Always),
    row("list", "validatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, Always),
    row(
        "get create patch delete",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        Cluster,
        DEFAULT_TAG,
    ),
];

/// The mesh on one screen, beside who uses it.
const STATUS: &[Row] = &[
    row("list", "nodes", Cluster, Always),
    row("list", "validatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, Always),
    row("list", "proxyconfigs.networking.istio.io", Cluster, Always),
    row("get list", "configmaps", Home, Always),
    row("get", "secrets", Home, Always),
    row("list", "services", Home, Always),
    row("list", "endpointslices.discovery.k8s.io", Home, Always),
    row("list", "replicasets.apps", Cluster, CAUSE),
    row("list", "events", Cluster, CAUSE),
    row("list", "services", Cluster, Better("webhooks of others lead into their namespaces")),
    row("list", "endpointslices.discovery.k8s.io", Cluster, Better("webhooks of others lead into their namespaces")),
];
const RECORDED: &[Row] = &[row("list", "secrets", Home, Always)];
const CHECK: &[Row] = &[
    row("list", "customresourcedefinitions.apiextensions.k8s.io", Cluster, Always),
    row("list", "resourcequotas", Home, Always),
    row("get", "secrets", Home, Always),
];

const VERSION: &[Row] = &[row("list", "deployments.apps", Cluster, Always), row("list", "pods", Cluster, Always)];
const CONTROL_PLANES: &[Row] = &[row("list", "deployments.apps", Cluster, Always)];

const VERIFY: &[Row] = &[
    row("list", "deployments.apps", Cluster, Always),
    row("list", "pods", Cluster, Always),
    row("get", "configmaps", Home, Always),
    row("list", "endpointslices.discovery.k8s.io", Home, Always),
    row("list", "replicasets.apps", Home, CAUSE),
    row("list", "events", Home, CAUSE),
    row("list", "mutatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, UNSETTLED),
    row("create patch", "pods", Home, PROBE),
];

/// What decides about injection.
const INJECTION: &[Row] = &[
    row("list", "mutatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, Always),
    row("list", "nodes", Cluster, Always),
    row("list", "proxyconfigs.networking.istio.io", Cluster, Always),
    row("get list", "configmaps", Home, Always),
    row("list", "deployments.apps", Home, Always),
];

/// Workloads, as they are, and how many of their pods may be away.
const WORKLOADS: &[Row] = &[
    row("list", "pods", Place, Always),
    row("list", "deployments.apps", Place, Always),
    row("list", "statefulsets.apps", Place, Always),
    row("list", "daemonsets.apps", Place, Always),
    row("list", "replicasets.apps", Place, CAUSE),
    row("list", "poddisruptionbudgets.policy", Place, Always),
];

/// What restarts them.
const ROLLOUT: &[Row] = &[
    row("get", "namespaces", Place, Always),
    row("watch", "pods", Place, Always),
    row("watch patch", "deployments.apps", Place, Always),
    row("watch patch", "statefulsets.apps", Place, OTHER_KINDS),
    row("watch patch", "daemonsets.apps", Place, OTHER_KINDS),
    row("watch", "poddisruptionbudgets.policy", Place, Maybe("a PodDisruptionBudget is about what restarts")),
    row("create", "pods/eviction", Place, EVICTED),
    row("watch", "replicasets.apps", Place, CAUSE),
    row("list watch", "events", Place, CAUSE),
    row("get", "pods/log", Place, LOGS),
    row("get list", "nodes", Cluster, NODES),
];
const INJECT: &[Row] = &[
    row("patch", "namespaces", Place, Always),
    row("list", "services", Home, Always),
    row("list", "endpointslices.discovery.k8s.io", Home, Always),
    row("list", "daemonsets.apps", Cluster, AMBIENT),
];
const RESTART: &[Row] = &[row("list", "namespaces", Cluster, Maybe("without --namespace"))];

const DESCRIBE: &[Row] = &[
    row("list", "mutatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, Always),
    row("list", "nodes", Cluster, Always),
    row("get", "configmaps", Home, Always),
    row("list", "deployments.apps", Home, Always),
    row("get", "namespaces", Place, Always),
    row("get list", "deployments.apps", Place, OF_THIS_KIND),
    row("list", "statefulsets.apps", Place, OF_THIS_KIND),
    row("list", "daemonsets.apps", Place, OF_THIS_KIND),
    row("list", "replicasets.apps", Place, OF_THIS_KIND),
    row("get list", "pods", Place, OF_THIS_KIND),
    row("get list", "services", Place, OF_THIS_KIND),
    row("list", "endpointslices.discovery.k8s.io", Place, OF_THIS_KIND),
    row("list", "events", Place, OF_THIS_KIND),
    row("list", "limitranges", Place, OF_THIS_KIND),
    row("list", "resourcequotas", Place, OF_THIS_KIND),
    row("get list", "gateways.gateway.networking.k8s.io", Place, OF_THIS_KIND),
    row("list", "httproutes.gateway.networking.k8s.io", Place, OF_THIS_KIND),
    row("get", "gateways.networking.istio.io", Place, OF_THIS_KIND),
    row("list", "authorizationpolicies.security.istio.io", Cluster, Always),
    row("list", "peerauthentications.security.istio.io", Cluster, Always),
    row("list", "requestauthentications.security.istio.io", Cluster, Always),
    row("list", "destinationrules.networking.istio.io", Cluster, Always),
    row("list", "envoyfilters.networking.istio.io", Cluster, Always),
    row("list", "gateways.networking.istio.io", Cluster, Always),
    row("list", "proxyconfigs.networking.istio.io", Cluster, Always),
    row("list", "sidecars.networking.istio.io", Cluster, Always),
    row("list", "virtualservices.networking.istio.io", Cluster, Always),
    row("list", "telemetries.telemetry.istio.io", Cluster, Always),
    row("list", "wasmplugins.extensions.istio.io", Cluster, Always),
];

/// What goes with an installation, wherever it is: each kind that is served is looked through by its labels, and all that is
/// in the namespace of the control plane before that goes.
const UNINSTALL: &[Row] = &[
    row("list", "*.*", Cluster, Always),
    row("get", "namespaces", Home, Always),
    row("get", "deployments.apps", Home, Always),
    row("watch", "pods", Home, Maybe("pods do not end at once")),
    row("delete", "secrets", Home, Always),
    row("delete", "configmaps", Cluster, PURGED),
    row("get", "configmaps", Home, Maybe("an upgrade by a second revision is, or was, under way")),
    row("delete", "leases.coordination.k8s.io", Home, PURGED),
    row("delete", "namespaces", Home, OWN_NAMESPACE),
    row("watch", "namespaces", Cluster, OWN_NAMESPACE),
    row("patch", "namespaces", Cluster, AMBIENT),
];

const ROLLBACK: &[Row] = &[
    row("list", "secrets", Home, Always),
    row("get", "namespaces", Home, Always),
    row("list", "horizontalpodautoscalers.autoscaling", Home, STRAYS),
];

/// Where an upgrade by a second revision stands, beside what its steps take.
const CANARY: &[Row] = &[row("create get patch", "configmaps", Home, Always)];

/// What Helm has, wherever it is.
const ADOPT: &[Row] = &[
    row("list", "*.*", Cluster, Always),
    row("get patch delete", "secrets", Home, Always),
    row("get patch", "configmaps", Home, Maybe("Helm keeps its records in ConfigMaps")),
];

const LABEL: &[Row] = &[
    row("get patch", "namespaces", Place, LABELLED),
    row("list", "namespaces", Place, SEVERAL),
    row("get list patch", "nodes", Cluster, LABELLED),
    row("get list patch", "pods", Place, LABELLED),
    row("get list patch", "services", Place, LABELLED),
    row("get list patch", "serviceaccounts", Place, LABELLED),
    row("get list patch", "configmaps", Place, LABELLED),
    row("get list patch", "replicationcontrollers", Place, LABELLED),
    row("get list patch", "deployments.apps", Place, LABELLED),
    row("get list patch", "statefulsets.apps", Place, LABELLED),
    row("get list patch", "daemonsets.apps", Place, LABELLED),
    row("get list patch", "replicasets.apps", Place, LABELLED),
    row("get list patch", "jobs.batch", Place, LABELLED),
    row("get list patch", "cronjobs.batch", Place, LABELLED),
];

/// A cluster as the others of its mesh see it, and whom it reads.
const LINKED: &[Row] = &[
    row("list", "deployments.apps", Home, Always),
    row("get", "namespaces", Home, Always),
    row("get list", "configmaps", Home, Always),
    row("list", "services", Cluster, Always),
    row("list", "secrets", Cluster, Always),
    row("list", "services", Home, ONLY_HOME),
    row("list", "secrets", Home, ONLY_HOME),
    row("list", "mutatingwebhookconfigurations.admissionregistration.k8s.io", Cluster, NO_PLANE),
    row("list", "pods", Home, Always),
    row("get create", "pods/portforward", Home, ASKED),
];

/// The Secrets of a link: a token on one side, a kubeconfig on the other.
const LINK: &[Row] = &[row("get", "serviceaccounts", Home, Always), row("get create patch", "secrets", Home, Always)];

/// Rows of another command that are needed only then.
fn when(rows: &[&[Row]], when: When) -> Vec<Row> {
    rows.iter().flat_map(|part| part.iter()).map(|row| Row { when, ..*row }).collect()
}

/// The rows of a command.
pub(super) fn rows(purpose: Purpose, subject: &Subject<'_>) -> Vec<Row> {
    let proves = subject.objects.iter().any(|object| object.kind().ends_with("WebhookConfiguration"));
    let parts: &[&[Row]] = match purpose {
        Purpose::Install | Purpose::Upgrade if proves => &[LOCK, RECORD, SURVEY, CAUSES, INSTALL, PRUNED, PROOF],
        Purpose::Install | Purpose::Upgrade => &[LOCK, RECORD, SURVEY, CAUSES, INSTALL, PRUNED],
        Purpose::Canary => {
            let moves: &[&[Row]] = &[LOCK, RECORD, SURVEY, CAUSES, INSTALL, PROOF, USERS, REVISIONS, TAG, CANARY];
            let parts =
                [moves.concat(), [INJECTION, WORKLOADS, ROLLOUT, INJECT].concat(), when(&[PRUNED, UNINSTALL], REMOVED)];
            return parts.concat();
        }
        Purpose::Adopt => &[LOCK, RECORD, SURVEY, ADOPT],
        Purpose::Label => {
            let parts =
                [LABEL.to_vec(), when(&[USERS, REVISIONS], OF_THE_MESH), when(&[INJECTION, WORKLOADS], RESTARTS)];
            return parts.concat();
        }
        Purpose::Link => &[LOCK, LINKED, LINK],
        Purpose::RemoteClusters => &[LINKED],
        Purpose::Rollback => &[LOCK, RECORD, ROLLBACK, CAUSES],
        Purpose::Uninstall => &[LOCK, UNINSTALL, PRUNED],
        Purpose::Diff => &[SURVEY, CONTROL_PLANES],
        Purpose::Verify => &[SURVEY, VERIFY],
        Purpose::Status => &[USERS, STATUS, RECORDED],
        Purpose::Check => &[USERS, STATUS, CHECK],
        Purpose::Version => &[VERSION],
        Purpose::Revision => &[USERS, REVISIONS],
        Purpose::History => &[RECORDED, CONTROL_PLANES],
        Purpose::Tag => &[USERS, REVISIONS, LOCK, TAG],
        Purpose::Inject => &[INJECTION, WORKLOADS, ROLLOUT, INJECT],
        Purpose::Restart => &[INJECTION, WORKLOADS, ROLLOUT, RESTART],
        Purpose::Describe => &[DESCRIBE],
    };
    parts.concat()
}

/// What a Lease takes.
pub(super) fn lock(subject: &Subject<'_>) -> Vec<Need> {
    LOCK.iter().flat_map(|row| row.needs(subject)).collect()
}

impl Row {
    /// A need a verb.
    pub(super) fn needs(self, subject: &Subject<'_>) -> Vec<Need> {
        let Self { verbs, resource, at, when } = self;
        let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
        let place = match at {
            Cluster => None,
            Home => Some(subject.home),
            Place => subject.place,
        };
        // A namespace is in itself, to the API server.
        let name = place.filter(|_| resource == "namespaces");
        let deed = |verb| Deed {
            verb,
            group: group.to_owned(),
            resource: resource.to_owned(),
            namespace: place.map(str::to_owned),
            name: name.map(str::to_owned),
        };
        verbs.split(' ').map(|verb| Need { deed: deed(verb), when }).collect()
    }
}
