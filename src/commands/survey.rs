//! What is wanted and what is there: everything a command has to know before it may write.

use std::collections::{BTreeMap, HashMap};

use futures::future::try_join_all;
use serde_json::Value;

use super::records;
use crate::apply::{Holder, Records};
use crate::cluster::{Cluster, Kinds};
use crate::config::{self, Inputs};
use crate::error::Result;
use crate::object::{Object, ObjectId};
use crate::plan::state::History;
use crate::plan::{Action, Context, decide};
use crate::render::{self, InstallSet, Target};

/// The oldest Kubernetes that Istio 1.30 supports.
const OLDEST_MINOR: u32 = 32;

/// Inputs and cluster side by side.
pub(super) struct Survey {
    /// The revision, `default` for the default one.
    pub(super) revision: String,
    /// What is wanted.
    pub(super) set: InstallSet,
    /// The injector as rendered, matching, where the install set's has handed over to the default tag.
    pub(super) stand_in: Option<Object>,
    /// What is there of it.
    pub(super) live: HashMap<ObjectId, Object>,
    /// What to do with each object.
    pub(super) actions: HashMap<ObjectId, Action>,
    /// What the cluster serves.
    pub(super) kinds: Kinds,
    /// What the user should know.
    pub(super) warnings: Vec<String>,
    /// What the inputs say, for the record.
    inputs: Value,
    /// What earlier runs recorded.
    history: History,
}

impl Survey {
    /// Asks the cluster what it is and what is there, renders for it, and compares.
    pub(super) async fn of(cluster: &Cluster, inputs: &Inputs) -> Result<Self> {
        let version = cluster.version().await?;
        let kinds = cluster.kinds().await?;
        let mut inputs = inputs.clone();
        let mut warnings = Vec::new();
        if inputs.detected_platform.is_none() && version.contains("-gke") {
            warnings.push(
                "this is GKE: values.global.platform=gke is set; --set values.global.platform= undoes it".to_owned(),
            );
            inputs.detected_platform = Some("gke".to_owned());
        }
        warnings.extend(too_old(&version));
        let config = config::load(&inputs)?;
        let target = Target { kubernetes: version, api_versions: kinds.api_versions().into_iter().collect() };
        let bundle = render::render(&config, &target)?;
        warnings.extend(bundle.warnings.iter().cloned());
        let revision = Some(config.revision()).filter(|revision| !revision.is_empty()).unwrap_or("default").to_owned();
        let everything = bundle.install_set(true);
        let (live, others) = live(cluster, &kinds, &everything).await?;
        // Whoever has it: an installation in another namespace calls its webhook by another name.
        let taken = live.values().chain(&others).any(has_default);
        let set = bundle.install_set(bundle.takes_default(taken));
        let stand_in = stand_in(&set, bundle.of("istiod"));
        let context = Context::of(set.objects());
        let action = |wanted: &Object| decide(wanted, live.get(&wanted.id()), &context);
        let actions = set.objects().map(|wanted| (wanted.id(), action(wanted))).collect();
        let history = if live.contains_key(&set.namespace.id()) {
            records::read(cluster, &kinds, set.namespace.name(), &revision).await
        } else {
            History::default()
        };
        let inputs = config::given(&inputs)?;
        Ok(Self { revision, set, stand_in, live, actions, kinds, warnings, inputs, history })
    }

    /// One line for each field of an existing object that will change.
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

    /// The records before and after; none where nothing is written.
    pub(super) fn records(&self) -> Result<Option<Records>> {
        if !self.actions.values().any(Action::writes) {
            return Ok(None);
        }
        let inputs = self.inputs.clone();
        records::next(&self.history, inputs, &self.revision, &self.set, &self.live, &self.actions).map(Some)
    }
}

/// Whether `object` is the webhook that makes some revision the default one.
fn has_default(object: &Object) -> bool {
    object.kind() == "MutatingWebhookConfiguration"
        && object.label("app") == Some("sidecar-injector")
        && object.label("istio.io/tag") == Some("default")
}

/// What is there of the install set, and what else is there of its kinds and places: one list a kind and namespace. Where
/// the namespace does not exist nothing in it does.
async fn live(cluster: &Cluster, kinds: &Kinds, set: &InstallSet) -> Result<(HashMap<ObjectId, Object>, Vec<Object>)> {
    let namespace = cluster.get(kinds, &set.namespace.id()).await?;
    let mut places: BTreeMap<String, ObjectId> = BTreeMap::new();
    for object in set.objects().skip(1) {
        let id = object.id();
        let absent = namespace.is_none() && id.namespace.as_deref() == Some(set.namespace.name());
        // A kind that is not served yet comes with a CRD of this very set, or its write will say so.
        if !absent && let Ok(path) = kinds.collection(&id) {
            places.insert(path, id);
        }
    }
    let lists = places.iter().map(|(path, id)| cluster.list(path, id, None));
    let wanted: std::collections::HashSet<ObjectId> = set.objects().map(Object::id).collect();
    let found = try_join_all(lists).await?.into_iter().flatten().chain(namespace);
    let (live, others): (Vec<Object>, Vec<Object>) = found.partition(|object| wanted.contains(&object.id()));
    Ok((live.into_iter().map(|object| (object.id(), object)).collect(), others))
}

/// The rendered injector, where the install set has another one of the same name.
fn stand_in(set: &InstallSet, rendered: &[Object]) -> Option<Object> {
    let injector = rendered.iter().find(|object| object.kind() == "MutatingWebhookConfiguration")?;
    let wanted = set.objects().find(|object| object.id() == injector.id())?;
    let selector = |object: &Object| object.at("/webhooks/0/objectSelector").cloned();
    (selector(wanted) != selector(injector)).then(|| injector.clone())
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
