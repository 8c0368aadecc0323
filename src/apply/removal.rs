//! Takes an installation away: part after part, each waited for until it is gone, with its pods, before the next one goes.
//!
//! ```text
//! webhooks → ambient namespaces let go → gateways → ztunnel → CNI → istiod → core → CRDs → what istiod made → records → namespace
//! ```

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::pin::pin;
use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;
use tokio::time::Instant;

use super::gone::{Lookout, none_left};
use super::lease::{Lock, locked, until};
use super::{Holder, Still};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Scope, Wrote};
use crate::istio::Maker;
use crate::istio::label::REDIRECTION as REDIRECTED;
use crate::object::{Object, ObjectId};
use crate::plan::removal::{self, Goal, Part, Removal};
use crate::text;

/// How many objects are deleted at once.
const SIDE_BY_SIDE: usize = 16;
/// How long before the time is over waiting ends, so that it can be said what is not gone.
const LAST_WORD: Duration = Duration::from_millis(100);
/// How long between two rounds where something is made anew again and again.
const BREATH: Duration = Duration::from_millis(500);
/// How long the CNI node agents may take to let pods of ambient namespaces go.
const LETTING_GO: Duration = Duration::from_secs(30);
/// The parts without which pods in ambient mode have no network.
const AMBIENT: [&str; 2] = ["ztunnel", "cni"];

/// The part that is not of the plan: its id and title.
pub const MADE: (&str, &str) = ("made-by-istiod", "What istiod made");
/// The namespace, which goes last where it goes.
pub const NAMESPACE: (&str, &str) = ("namespace", "Namespace");

/// Everything a removal needs to know.
pub struct Removing<'a> {
    /// What goes.
    pub removal: &'a Removal,
    /// Namespaces in ambient mode, which are let go before ztunnel and the CNI.
    pub ambient: &'a [String],
    /// What nobody else may write meanwhile.
    pub locks: &'a [Lock],
    /// Namespaces of control planes, where `purge` also takes what istiod made.
    pub homes: &'a BTreeSet<String>,
    /// Whether what istiod made goes too.
    pub purge: bool,
    /// Records of the installations that go: deleted last, so that a run that is interrupted can go on.
    pub records: &'a [ObjectId],
    /// Namespaces that go if nothing foreign is in them.
    pub namespaces: &'a [ObjectId],
    /// Who we are to other runs.
    pub holder: Holder,
    /// Asked once nobody else writes any more.
    pub still: &'a dyn Still,
}

/// What a removal left alone on its way.
#[derive(Debug, Default)]
pub struct Left {
    /// Namespaces that were to go, with what is in them.
    pub namespaces: Vec<(ObjectId, Vec<ObjectId>)>,
    /// Pods that are still redirected to a ztunnel that is gone.
    pub redirected: Vec<String>,
}

/// Removes everything, until it is gone or `stop` resolves. `removed` takes the id of every object that was deleted. None
/// where another run has been writing until now: what the plan was made of is no longer what is there, and nothing was
/// removed.
///
/// # Errors
/// `still-there` (timed out) with what does not go and why; `made-again` (failed); `lock-held`; what `stop` resolves to; cluster errors.
pub async fn remove(
    cluster: &Cluster,
    kinds: &Kinds,
    scope: &Scope<'_>,
    job: &Removing<'_>,
    removed: &RefCell<Vec<ObjectId>>,
    stop: impl Future<Output = Error>,
) -> Result<Option<Left>> {
    let mut stop = pin!(stop);
    let run = Sweep { cluster, kinds, scope, removed };
    let locks = job.locks.iter().cloned();
    let left = locked(cluster, locks, scope, &job.holder, stop.as_mut(), async |all_free| {
        if all_free && job.still.is_so().await? { run.carry_out(job).await.map(Some) } else { Ok(None) }
    });
    let Some(mut left) = left.await? else { return Ok(None) };
    left.namespaces = until(stop, run.namespaces(job)).await?;
    scope.say(Fact::Uninstalled);
    Ok(Some(left))
}

struct Sweep<'a> {
    cluster: &'a Cluster,
    kinds: &'a Kinds,
    scope: &'a Scope<'a>,
    removed: &'a RefCell<Vec<ObjectId>>,
}

impl Sweep<'_> {
    async fn carry_out(&self, job: &Removing<'_>) -> Result<Left> {
        let mut left = Left::default();
        let mut let_go = false;
        for part in &job.removal.parts {
            self.scope.tell(part.name, None, Fact::Started);
            if AMBIENT.contains(&part.name) && !let_go {
                left.redirected = self.let_go(part.name, job.ambient).await?;
                let_go = true;
            }
            self.part(part).await?;
            self.scope.tell(part.name, None, Fact::Removed);
        }
        if job.purge {
            self.scope.tell(MADE.0, None, Fact::Started);
            self.take_what_istiod_made(job).await?;
            self.scope.tell(MADE.0, None, Fact::Removed);
        }
        self.is_not_made_again(job).await?;
        for id in job.records {
            self.cluster.delete(self.kinds, id, None).await?;
        }
        Ok(left)
    }

    async fn part(&self, part: &Part) -> Result<()> {
        for goals in [&part.first, &part.then] {
            self.delete_all(part.name, goals).await?;
            self.gone(part.name, goals).await?;
        }
        Ok(())
    }

    async fn delete_all(&self, part: &str, goals: &[Goal]) -> Result<()> {
        stream::iter(goals)
            .map(|goal| async move {
                let uid = Some(goal.uid.as_str()).filter(|uid| !uid.is_empty());
                // Another one of that name is not the one that was planned to go.
                match self.cluster.delete(self.kinds, &goal.id, uid).await {
                    Ok(true) => self.told(part, &goal.id),
                    Ok(false) => {}
                    Err(error) if error.is_conflict() => tracing::debug!(%error, "it was made anew"),
                    Err(error) => return Err(error),
                }
                Ok(())
            })
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect()
            .await
    }

    fn told(&self, part: &str, id: &ObjectId) {
        let mut removed = self.removed.borrow_mut();
        if !removed.contains(id) {
            removed.push(id.clone());
        }
        drop(removed);
        self.scope.tell(part, Some(id), Fact::Applied { change: Wrote::Deleted });
    }

    /// Waits until objects and their pods are gone.
    async fn gone(&self, part: &str, goals: &[Goal]) -> Result<()> {
        let mut places: BTreeMap<String, Lookout> = BTreeMap::new();
        for goal in goals {
            let path = self.kinds.collection(&goal.id)?;
            let place = Lookout { path: path.clone(), id: goal.id.clone(), labels: None };
            places.entry(path).or_insert(place);
        }
        let mut places: Vec<Lookout> = places.into_values().collect();
        for goal in goals {
            places.extend(pods(goal)?);
        }
        let again = RefCell::<Option<Object>>::default();
        let stays = |object: &Object| match object.kind() {
            // The pods of what was made again never go.
            _ if again.borrow().is_some() => false,
            // What has ended runs no container any more; its last word may stay for a while.
            "Pod" => !matches!(object.text("/status/phase"), Some("Succeeded" | "Failed")),
            _ => {
                let goal = goals.iter().find(|goal| goal.id == object.id());
                let is_it = goal.is_some_and(|goal| object.text("/metadata/uid") == Some(&goal.uid));
                if !is_it && goal.is_some_and(|goal| goal.pods.is_some()) {
                    again.replace(Some(object.clone()));
                }
                is_it
            }
        };
        let tell = |left: &BTreeMap<ObjectId, Object>| {
            let more = text::more(left.len().saturating_sub(1)).map_or_else(String::new, |more| format!(", {more}"));
            let first = left.keys().next();
            self.scope.tell(part, first, Fact::Waiting { state: format!("to go{more}") });
        };
        let left = none_left(self.cluster, &places, self.cluster.deadline() - LAST_WORD, stays, tell).await?;
        match again.into_inner() {
            Some(object) => Err(made_again(&object)),
            None if left.is_empty() => Ok(()),
            None => Err(still_there(&left)),
        }
    }

    /// Takes namespaces out of ambient mode, and waits until no pod of theirs is redirected any more: without ztunnel it
    /// would have no network. Gives the pods that stay redirected.
    async fn let_go(&self, part: &str, ambient: &[String]) -> Result<Vec<String>> {
        let namespace = ObjectId::new("v1", "Namespace", None, "");
        let kinds = Kinds::built_in();
        for name in ambient {
            let id = ObjectId { name: name.clone(), ..namespace.clone() };
            let patch = json!([{"op": "remove", "path": "/metadata/labels/istio.io~1dataplane-mode"}]);
            match self.cluster.json_patch(&kinds, &id, patch).await {
                Ok(_) => self.scope.tell(part, Some(&id), Fact::Applied { change: Wrote::Configured }),
                // Somebody else was faster, or the namespace is gone.
                Err(error) if error.is_refused() => tracing::debug!(%error, "not in ambient mode any more"),
                Err(error) => return Err(error),
            }
        }
        let places = ambient.iter().map(|name| pods_in(name, None)).collect::<Result<Vec<Lookout>>>()?;
        let until = self.cluster.deadline().min(Instant::now() + LETTING_GO);
        let redirected = |pod: &Object| pod.annotation(REDIRECTED) == Some("enabled");
        let tell = |left: &BTreeMap<ObjectId, Object>| {
            self.scope.tell(
                part,
                None,
                Fact::Waiting { state: format!("{} to leave ambient mode", text::count(left.len(), "pod")) },
            );
        };
        let left = none_left(self.cluster, &places, until, redirected, tell).await?;
        Ok(left.iter().map(|pod| format!("{}/{}", pod.namespace().unwrap_or_default(), pod.name())).collect())
    }

    /// Deletes what istiod made, each object once, until nothing is left of it: an istiod that is just ending may write
    /// meanwhile.
    async fn take_what_istiod_made(&self, job: &Removing<'_>) -> Result<()> {
        let mut deleted: HashSet<String> = HashSet::new();
        for round in 0_u32.. {
            self.is_not_made_again(job).await?;
            let found = self.made(job.homes).await?;
            let goal = |object: &Object| Goal {
                id: object.id(),
                uid: object.text("/metadata/uid").unwrap_or_default().to_owned(),
                pods: None,
            };
            let (going, new): (Vec<Goal>, Vec<Goal>) =
                found.iter().map(goal).partition(|goal| deleted.contains(&goal.uid));
            if new.is_empty() {
                // What is left was deleted before, and something holds it.
                self.gone(MADE.0, &going).await?;
                if going.is_empty() {
                    return Ok(());
                }
                continue;
            }
            if self.cluster.time_left() < LAST_WORD * 2 {
                return Err(still_there(&found));
            }
            // Whoever makes it anew for ever is given a breath.
            tokio::time::sleep(if round < 2 { Duration::ZERO } else { BREATH }).await;
            self.delete_all(MADE.0, &new).await?;
            deleted.extend(new.into_iter().map(|goal| goal.uid));
        }
        Ok(())
    }

    /// A control plane that is there again needs what istiod made, and is not uninstalled.
    ///
    /// # Errors
    /// `made-again` (failed) with who made it; cluster errors.
    async fn is_not_made_again(&self, job: &Removing<'_>) -> Result<()> {
        for part in job.removal.parts.iter().filter(|part| part.name == "istiod") {
            for goal in part.first.iter().filter(|goal| goal.id.kind == "Deployment") {
                if let Some(live) = self.cluster.get(self.kinds, &goal.id).await? {
                    return Err(made_again(&live));
                }
            }
        }
        Ok(())
    }

    /// What there is that istiod made.
    async fn made(&self, homes: &BTreeSet<String>) -> Result<Vec<Object>> {
        let map = ObjectId::new("v1", "ConfigMap", None, "");
        let secret = ObjectId::new("v1", "Secret", None, "");
        let lease = ObjectId::new("coordination.k8s.io/v1", "Lease", None, "");
        let kinds = Kinds::built_in();
        let mut found = self.cluster.list(&kinds.everywhere(&map)?, &map, Some("istio.io/config=true")).await?;
        for home in homes {
            for id in [&map, &secret, &lease] {
                let id = ObjectId { namespace: Some(home.clone()), ..id.clone() };
                found.extend(self.cluster.list(&kinds.collection(&id)?, &id, None).await?);
            }
        }
        found.retain(|object| removal::is_made_by_istiod(object, homes));
        found.sort_by_key(Object::id);
        found.dedup_by_key(|object| object.id());
        Ok(found)
    }

    /// Deletes the namespaces in which nothing foreign is; gives the others, with what is in them.
    async fn namespaces(&self, job: &Removing<'_>) -> Result<Vec<(ObjectId, Vec<ObjectId>)>> {
        let mut left = Vec::new();
        for namespace in job.namespaces {
            let foreign = self.inhabitants(&namespace.name).await?;
            if !foreign.is_empty() {
                left.push((namespace.clone(), foreign));
                continue;
            }
            self.scope.tell(NAMESPACE.0, None, Fact::Started);
            let live = self.cluster.get(self.kinds, namespace).await?;
            let uid = live.as_ref().and_then(|live| live.text("/metadata/uid")).unwrap_or_default().to_owned();
            let goals = [Goal { id: namespace.clone(), uid, pods: None }];
            self.delete_all(NAMESPACE.0, &goals).await?;
            self.gone(NAMESPACE.0, &goals).await?;
        }
        if !job.namespaces.is_empty() && left.is_empty() {
            self.scope.tell(NAMESPACE.0, None, Fact::Removed);
        }
        Ok(left)
    }

    /// What is in a namespace that is not in every namespace by itself.
    async fn inhabitants(&self, namespace: &str) -> Result<Vec<ObjectId>> {
        let kinds = self.kinds.listed().into_iter().filter(|(_, namespaced)| *namespaced);
        let lists = kinds.map(|(id, _)| async move {
            let id = ObjectId { namespace: Some(namespace.to_owned()), ..id };
            let path = self.kinds.collection(&id)?;
            self.cluster.list(&path, &id, None).await
        });
        let found: Vec<Vec<Object>> = stream::iter(lists).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
        let mut ids: Vec<ObjectId> =
            found.iter().flatten().filter(|object| !removal::is_of_every_namespace(object)).map(Object::id).collect();
        ids.sort();
        Ok(ids)
    }
}

/// Where the pods of a workload are.
fn pods(goal: &Goal) -> Result<Option<Lookout>> {
    let Some(labels) = goal.pods.as_ref().filter(|labels| !labels.is_empty()) else { return Ok(None) };
    let selector: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pods_in(goal.id.namespace.as_deref().unwrap_or_default(), Some(selector.join(","))).map(Some)
}

fn pods_in(namespace: &str, labels: Option<String>) -> Result<Lookout> {
    let id = ObjectId::new("v1", "Pod", Some(namespace), "");
    Ok(Lookout { path: Kinds::built_in().collection(&id)?, id, labels })
}

fn made_again(live: &Object) -> Error {
    let (id, maker) = (live.id(), Maker::of(live));
    Error::failed("made-again", format!("{id} was removed, and {maker} has made it again"))
        .hint(format!("tell {maker} first that it is not wanted any more; then remove what is left"))
}

fn still_there(there: &[Object]) -> Error {
    let line = |object: &Object| {
        let finalizers: Vec<&str> = object.list("/metadata/finalizers").iter().filter_map(|one| one.as_str()).collect();
        let why = if finalizers.is_empty() { String::new() } else { format!(" (waits for {})", finalizers.join(", ")) };
        format!("{}{why}", object.id())
    };
    let lines: Vec<String> = there.iter().take(10).map(line).collect();
    Error::new(Kind::TimedOut, "still-there", format!("not gone in time:\n{}", lines.join("\n")))
        .hint("give it more time with --timeout, such as --timeout 15m")
        .hint("what waits for a finalizer waits for the controller of that name; a pod for its node")
}
