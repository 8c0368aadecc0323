//! What is wanted and what is there: everything a command has to know before it may write.

mod live;

pub(super) use live::{Live, read as read_live};

use std::collections::{BTreeMap, HashMap};

use futures::future::try_join;
use serde_json::Value;

use super::recorded::{Asked, Origin};
use super::records;
use crate::apply::{self, Holder, Records};
use crate::cluster::{Cluster, Kinds};
use crate::config::{self, ComponentKind, Dropped, Facts, Platform};
use crate::error::Result;
use crate::istio::label;
use crate::object::{Object, ObjectId};
use crate::plan::filter::{self, Reason};
use crate::plan::state::{History, Outcome};
use crate::plan::{Action, Context, Summary, decide, prune};
use crate::render::{self, InstallSet, Target};

/// The oldest Kubernetes that Istio 1.30 supports.
const OLDEST_MINOR: u32 = 32;

/// How many nodes tell what a platform is.
const NODES: u32 = 10;

/// Inputs and cluster side by side.
pub(super) struct Survey {
    /// The revision, `default` for the default one.
    pub(super) revision: String,
    /// Where the inputs are from.
    pub(super) origin: Origin,
    /// What is wanted.
    pub(super) set: InstallSet,
    /// The injector as rendered, matching, where the install set's has handed over to the default tag.
    pub(super) stand_in: Option<Object>,
    /// What is there of it, and of what was recorded.
    pub(super) live: HashMap<ObjectId, Object>,
    /// What to do with each object.
    pub(super) actions: HashMap<ObjectId, Action>,
    /// What was installed and is not wanted any more, in the order to delete it, with why it stays where it does.
    pub(super) unwanted: Vec<(ObjectId, Option<Reason>)>,
    /// What the server refuses, with why, once it was asked.
    pub(super) refused: Vec<(ObjectId, String)>,
    /// Recorded settings that the given inputs leave out.
    pub(super) dropped: Vec<Dropped>,
    /// What the cluster serves.
    pub(super) kinds: Kinds,
    /// The platform of the cluster, where it is known.
    pub(super) platform: Option<&'static Platform>,
    /// What the user should know.
    pub(super) warnings: Vec<String>,
    /// What was found out and is acted on.
    pub(super) notes: Vec<String>,
    /// What earlier runs recorded.
    pub(super) history: History,
    /// What the inputs say, for the record.
    inputs: Value,
}

impl Survey {
    /// Asks the cluster what it is and what is there, renders for it what is wanted by the rule of `asked`, and compares.
    /// What `install`, `diff`, `verify` and `upgrade` begin with.
    ///
    /// # Errors
    /// Cluster errors; bad inputs, also recorded ones; `no-record`.
    pub(super) async fn of(cluster: &Cluster, asked: &Asked) -> Result<Self> {
        let version = cluster.version().await?;
        let (kinds, history) =
            try_join(cluster.kinds(), async { Ok(records::read(cluster, &asked.namespace, &asked.revision).await) })
                .await?;
        let model = match asked.model(&history) {
            Some(model) => Some(records::read(cluster, &asked.namespace, model).await),
            None => None,
        };
        let (mut inputs, origin) = asked.resolve(model.as_ref().unwrap_or(&history))?;
        let mut warnings = Vec::new();
        if origin == Origin::Defaults {
            warnings.push(format!(
                "nothing is recorded of revision {}: compared with what `mesh install` without inputs installs",
                asked.revision
            ));
        }
        let platform = platform(cluster, &version, &kinds).await;
        if let Some(platform) = platform.filter(|_| inputs.detected_platform.is_none()) {
            inputs.detected_platform = Some(platform.name.to_owned());
        }
        warnings.extend(too_old(&version));
        let config = config::load(&inputs)?;
        let notes = platform.filter(|platform| config.obeys(platform)).map(Platform::said).into_iter().collect();
        let target = Target { kubernetes: version, api_versions: kinds.api_versions().into_iter().collect() };
        let bundle = render::render(&config, &target)?;
        warnings.extend(bundle.warnings.iter().cloned());
        let recorded = history.inventory();
        let (home, ids) = {
            // A copy of every object, which is to be gone before as many are read.
            let everything = bundle.install_set(true);
            let home = everything.namespace.id();
            let unrecorded = if recorded.is_empty() { usual(&home.name) } else { Vec::new() };
            let ids = everything.objects().map(Object::id).chain(recorded.iter().cloned()).chain(unrecorded);
            (home, ids.collect::<Vec<_>>())
        };
        let Live { objects: mut live, others } = read_live(cluster, &kinds, &home, ids).await?;
        // Whoever has it: an installation in another namespace calls its webhook by another name.
        let all = || live.values().chain(&others);
        let holder =
            all().find(|object| has_default(object)).map(|tag| tag.label(label::REVISION).unwrap_or("default"));
        // It is moved by nobody but `mesh tag set`; a tag that leads nowhere is nobody's.
        let elsewhere = holder.filter(|holder| *holder != asked.revision && all().any(|one| is_istiod(one, holder)));
        let mut set = bundle.install_set(elsewhere.is_none() && bundle.takes_default(holder.is_some()));
        if let Some(holder) = elsewhere {
            bundle.stand_back(&mut set);
            if asked.revision == "default" {
                warnings.push(format!(
                    "the tag default leads to revision {holder}, and stays there; \
                     to move it: mesh tag set default --revision default --overwrite"
                ));
            }
        }
        share(&mut set, &live);
        let stand_in = stand_in(&set, bundle.of("istiod"));
        let context = Context::of(set.objects());
        let context = if asked.adopting { context.adopting() } else { context };
        let action = |wanted: &Object| decide(wanted, live.get(&wanted.id()), &context);
        let actions = set.objects().map(|wanted| (wanted.id(), action(wanted))).collect();
        let tree = config::given(&inputs)?;
        let dropped = match (&origin, history.newest()) {
            (Origin::Given, Some(record)) => config::dropped(&record.inputs, &tree),
            _ => Vec::new(),
        };
        let inventory = if recorded.is_empty() {
            let (ids, found) = labelled(&set, &others);
            live.extend(found.into_iter().map(|object| (object.id(), object)));
            ids
        } else {
            recorded
        };
        let unwanted = prune::unwanted(&inventory, set.objects())
            .into_iter()
            .map(|id| {
                let there = live.get(&id);
                let reason = filter::prune(there).or_else(|| filter::of_other_revision(there?, &asked.revision));
                (id, reason)
            })
            .filter(|(_, reason)| !matches!(reason, Some(Reason::Gone)))
            .collect();
        Ok(Self {
            revision: asked.revision.clone(),
            origin,
            set,
            stand_in,
            live,
            actions,
            unwanted,
            refused: Vec::new(),
            dropped,
            kinds,
            platform,
            warnings,
            notes,
            history,
            inputs: tree,
        })
    }

    /// Holds what exists and differs to the server by dry runs, and takes its answers into the plan.
    ///
    /// # Errors
    /// Cluster errors; what is refused is in [`Survey::refused`].
    pub(super) async fn try_out(&mut self, cluster: &Cluster) -> Result<()> {
        let objects = self.set.objects();
        self.refused = apply::dry_run(cluster, &self.kinds, objects, &self.live, &mut self.actions).await?;
        Ok(())
    }

    /// What the plan changes.
    pub(super) fn summary(&self) -> Summary {
        Summary::of(self.set.objects(), &self.live, &self.actions, &self.unwanted, &self.refused)
    }

    /// What the inputs say, for the record.
    pub(super) fn inputs(&self) -> &Value {
        &self.inputs
    }

    /// One line for each field of an existing object that would change.
    pub(super) fn changes(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (id, action) in &self.actions {
            if let Action::Apply(apply) = action {
                lines.extend(apply.differences.iter().map(|difference| format!("{id} {difference}")));
            }
        }
        lines.sort();
        lines
    }

    /// The number of the record whose inputs are in use.
    pub(super) fn record_in_use(&self) -> Option<u64> {
        match self.origin {
            Origin::Record(number) => Some(number),
            Origin::Given | Origin::Defaults => None,
        }
    }

    /// Known installers whose fields are taken over, each with how many objects it is about.
    pub(super) fn taken_over(&self) -> BTreeMap<String, usize> {
        let mut taken = BTreeMap::new();
        for action in self.actions.values() {
            if let Action::Apply(apply) = action {
                for manager in &apply.force_over {
                    *taken.entry(manager.clone()).or_insert(0) += 1;
                }
            }
        }
        taken
    }

    /// What goes that is not wanted any more, in the order to delete it.
    pub(super) fn pruned(&self) -> Vec<ObjectId> {
        let goes = self.unwanted.iter().filter(|(_, reason)| reason.is_none());
        goes.map(|(id, _)| id.clone()).collect()
    }

    /// Whether anything would be written, deleted or recorded.
    pub(super) fn is_settled(&self) -> bool {
        let recorded = self.history.newest();
        !self.actions.values().any(Action::writes)
            && self.pruned().is_empty()
            && recorded.is_some_and(|record| record.outcome == Outcome::Done && record.inputs == self.inputs)
    }

    /// The records before and after; none where nothing is to be done.
    pub(super) fn records(&self) -> Result<Option<Records>> {
        if self.is_settled() { Ok(None) } else { records::next(self, self.inputs.clone()).map(Some) }
    }
}

/// What installations without a record may have and the install set may not: looked for by labels. One id a kind.
fn usual(namespace: &str) -> Vec<ObjectId> {
    const KINDS: [(&str, &str); 5] = [
        ("apps/v1", "Deployment"),
        ("apps/v1", "DaemonSet"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("policy/v1", "PodDisruptionBudget"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
    ];
    KINDS.iter().map(|(version, kind)| ObjectId::new(version, kind, Some(namespace), "")).collect()
}

/// The objects among `others` that carry the labels of this very installation, in an order to delete them backwards:
/// what another installer, or a run whose record is lost, left of components that are off now.
fn labelled(set: &InstallSet, others: &[Object]) -> (Vec<ObjectId>, Vec<Object>) {
    const OWNER: [&str; 4] = [label::MANAGED, label::REVISION, label::OWNER, label::OWNER_NAMESPACE];
    let Some(sample) = set.components.iter().flat_map(|rendered| &rendered.objects).next() else {
        return (Vec::new(), Vec::new());
    };
    let is_of = |object: &&Object| {
        let component = object.label(label::COMPONENT);
        component.is_some_and(|component| component != "Base")
            && OWNER.iter().all(|label| object.label(label) == sample.label(label))
    };
    let mut found: Vec<Object> = others.iter().filter(is_of).cloned().collect();
    found.sort_by_key(|object| (matches!(object.kind(), "Deployment" | "DaemonSet"), object.id()));
    (found.iter().map(Object::id).collect(), found)
}

/// What all revisions share keeps the label of the one that wrote it: with every revision that is written, it would be
/// written anew for no use.
fn share(set: &mut InstallSet, live: &HashMap<ObjectId, Object>) {
    use crate::istio::label::REVISION;
    let shared = set.components.iter_mut().filter(|rendered| rendered.component.kind == ComponentKind::Core);
    for object in shared.flat_map(|rendered| &mut rendered.objects) {
        if let Some(revision) = live.get(&object.id()).and_then(|live| live.label(REVISION)).map(str::to_owned) {
            object.set_label(REVISION, &revision);
        }
    }
}

/// Whether `object` is the webhook that makes some revision the default one.
fn has_default(object: &Object) -> bool {
    object.kind() == "MutatingWebhookConfiguration"
        && object.label("app") == Some("sidecar-injector")
        && object.label(label::TAG) == Some("default")
}

/// Whether `object` runs the control plane of a revision.
fn is_istiod(object: &Object, revision: &str) -> bool {
    object.kind() == "Deployment"
        && object.label("app") == Some("istiod")
        && object.label(label::REVISION).unwrap_or("default") == revision
}

/// The rendered injector, where the install set has another one of the same name.
fn stand_in(set: &InstallSet, rendered: &[Object]) -> Option<Object> {
    let injector = rendered.iter().find(|object| object.kind() == "MutatingWebhookConfiguration")?;
    let wanted = set.objects().find(|object| object.id() == injector.id())?;
    let selector = |object: &Object| object.at("/webhooks/0/objectSelector").cloned();
    (selector(wanted) != selector(injector)).then(|| injector.clone())
}

/// What platform the cluster runs on. Its nodes are asked only where they can tell; where they may not be read, the rest
/// has to do.
async fn platform(cluster: &Cluster, version: &str, kinds: &Kinds) -> Option<&'static Platform> {
    let groups = kinds.groups();
    let mut nodes = Vec::new();
    if config::asks_for_nodes(version, &groups) {
        let id = ObjectId::new("v1", "Node", None, "");
        match cluster.first("/api/v1/nodes", &id, NODES).await {
            Ok(found) => nodes.extend(found.into_iter().map(Object::into_value)),
            Err(error) => tracing::debug!(%error, "the platform is told without the nodes"),
        }
    }
    config::detect(&Facts { version, groups, nodes: &nodes })
}

fn too_old(version: &str) -> Option<String> {
    let minor: u32 = version.trim_start_matches('v').split('.').nth(1)?.parse().ok()?;
    (minor < OLDEST_MINOR)
        .then(|| format!("the cluster runs Kubernetes {version}; Istio 1.30 supports 1.{OLDEST_MINOR} and later"))
}

/// Who this process is to other runs.
pub(super) fn holder() -> Holder {
    let read = |path: &str| std::fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default();
    let host = Some(read("/proc/sys/kernel/hostname")).filter(|host| !host.is_empty());
    Holder {
        host: host.or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_else(|| "unknown".to_owned()),
        boot: read("/proc/sys/kernel/random/boot_id"),
        pid: std::process::id(),
        is_alive: |pid| std::path::Path::new(&format!("/proc/{pid}")).exists(),
    }
}
