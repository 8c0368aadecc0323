//! What there is of an upgrade from one revision to another.

use super::fleet::PAGE;
use super::tag::validator;
use super::{picture, records, there};
use crate::cluster::{Cluster, Kinds, Selection};
use crate::error::Result;
use crate::istio::{Picture, Pod, Proxy, Role, label};
use crate::object::{Object, ObjectId};
use crate::plan::canary::{CONFIG_MAP, Held, Note, Row, Seen, way};
use crate::plan::default::is_of_tag;
use crate::plan::ledger::Ledger;
use crate::plan::restart::PodOwner;

/// What is read of a cluster for it.
pub struct Moving {
    /// Who uses which revision.
    pub picture: Picture,
    /// The pods with a proxy.
    pub held: Vec<Held>,
    /// What is recorded of installations.
    pub ledger: Ledger,
    /// What was noted before the first write; none where no upgrade is under way.
    pub note: Option<Note>,
    /// The objects of the tag `default`, where nothing was noted yet.
    pub default_tag: Vec<Object>,
}

impl Moving {
    /// Reads it; `home` is the namespace of the control plane.
    ///
    /// # Errors
    /// Cluster errors; `bad-note` (failed).
    pub async fn read(cluster: &Cluster, home: &str) -> Result<Self> {
        let kinds = Kinds::built_in();
        let id = ObjectId::new("v1", "ConfigMap", Some(home), CONFIG_MAP);
        // One look at the pods is enough for who uses which revision and for what holds each of them.
        let mut found = Vec::new();
        let brief = async {
            let (brief, held): (Vec<_>, Vec<_>) = pods(cluster).await?.into_iter().unzip();
            found = held;
            Ok(brief)
        };
        let (picture, ledger, note) =
            futures::try_join!(picture::with(cluster, brief), records::read(cluster, home), cluster.get(&kinds, &id))?;
        let tags = picture.tags();
        let behind = |(held, asked): (Held, bool)| match tags.get(&held.revision).filter(|_| asked) {
            Some(revision) => Held { revision: revision.clone(), ..held },
            None => held,
        };
        let held = found.into_iter().flatten().map(behind).collect();
        let note = note.as_ref().map(Note::of).transpose()?;
        let default_tag = if note.is_none() { default_tag(cluster, &picture).await? } else { Vec::new() };
        Ok(Self { picture, held, ledger, note, default_tag })
    }

    /// The pods of a namespace.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn pods_in(cluster: &Cluster, namespace: &str) -> Result<Vec<Object>> {
        let id = ObjectId::new("v1", "Pod", Some(namespace), "");
        cluster.list(&Kinds::built_in().collection(&id)?, &id, None).await
    }

    /// The way of `note`, as far as it has come.
    pub fn way(&self, note: &Note) -> Vec<Row> {
        way(&Seen { picture: &self.picture, held: &self.held, ledger: &self.ledger, note })
    }
}

/// What to say where a mesh is not as recorded, and an upgrade is under way in `home`; nothing to who may not read that.
pub(super) async fn under_way(cluster: &Cluster, home: &str) -> Option<String> {
    let id = ObjectId::new("v1", "ConfigMap", Some(home), CONFIG_MAP);
    let note = cluster.get(&Kinds::built_in(), &id).await.ok()??;
    let Note { from, to, .. } = Note::of(&note).ok()?;
    Some(format!(
        "an upgrade from revision {from} to {to} is under way, and until it has ended what it moves is not as recorded: see \
         mesh upgrade --canary --status"
    ))
}

/// The objects of the tag `default`.
async fn default_tag(cluster: &Cluster, picture: &Picture) -> Result<Vec<Object>> {
    let own = picture.webhooks.iter().chain(&picture.services).filter(|object| is_of_tag(object));
    let validator = there(cluster, &Kinds::built_in(), [validator()]).await?;
    Ok(own.cloned().chain(validator.into_values().filter(is_of_tag)).collect())
}

/// What counts of the pods that have a proxy, a page at a time: each in brief, and where its proxy is of a revision what holds
/// it, with whether it only asks for that revision, which may be a tag.
async fn pods(cluster: &Cluster) -> Result<Vec<(Pod, Option<(Held, bool)>)>> {
    let selection = Selection { labels: Some(label::CANONICAL_NAME), fields: None };
    let id = ObjectId::new("v1", "Pod", None, "");
    let mut found = Vec::new();
    let keep = |page: Vec<Object>| {
        found.extend(page.iter().filter_map(|object| {
            let brief = Pod::from(object);
            let proxy = brief.living_proxy()?;
            Some((brief, held(object, proxy)))
        }));
        Ok(())
    };
    cluster.object_pages("/api/v1/pods", &id, selection, PAGE, keep).await?;
    Ok(found)
}

fn held(object: &Object, proxy: Proxy) -> Option<(Held, bool)> {
    let proxy = Some(proxy).filter(Proxy::is_of_a_revision)?;
    let held = Held {
        pod: object.id(),
        owner: PodOwner::of(object),
        revision: proxy.revision,
        gateway: matches!(proxy.role, Role::Gateway | Role::Waypoint),
        label: object.label(label::REVISION).map(str::to_owned),
    };
    Some((held, proxy.asked))
}
