//! Namespaces that move: their labels, and what restarts for them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::{Canary, is_of_workload};
use crate::apply::restart::{self, Fate};
use crate::apply::{self, Trial};
use crate::change::runner::Run;
use crate::change::{precheck, rollout};
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::istio::label::{DATAPLANE_MODE, INJECTION, REVISION};
use crate::object::Object;
use crate::plan::canary::{Labels, Note, Step};
use crate::plan::labels;
use crate::plan::restart::{Pods, Restarts};
use crate::plan::revisions::{Enrolment, LabelChange, changed};
use crate::read::{Scene, View};
use crate::report::canary as report;
use crate::report::rollout::sink;

/// So long a look at the namespaces counts for the next one, too.
const FRESH: Duration = Duration::from_secs(60);
/// From so many namespaces on, all of the cluster is looked at at once.
const MANY: usize = 3;

/// Moves namespaces; what was seen of all is kept for a while, as a look costs a dozen requests.
pub(super) struct Mover<'a> {
    canary: &'a Canary<'a>,
    note: &'a Note,
    /// Those that are still to be moved, in this order.
    left: Vec<String>,
    last: Option<Look>,
    /// Whether a tag has moved since the last look.
    is_stale: bool,
    /// Whether they go back.
    back: bool,
}

/// What was seen of namespaces that are to be moved.
struct Look {
    when: Instant,
    /// The namespaces, as they were.
    before: Vec<Object>,
    /// What is in them, as they will be.
    scene: Scene,
    /// What of it restarts, and the pods.
    plan: Restarts,
    pods: Pods,
}

impl<'a> Mover<'a> {
    pub(super) fn new<'s>(canary: &'a Canary<'a>, note: &'a Note, steps: impl Iterator<Item = &'s Step>) -> Self {
        let left = steps.filter_map(Step::namespace).map(str::to_owned).collect();
        Self { canary, note, left, last: None, is_stale: false, back: false }
    }

    /// For the way back of these.
    pub(super) fn back(canary: &'a Canary<'a>, note: &'a Note, names: impl IntoIterator<Item = String>) -> Self {
        Self { canary, note, left: names.into_iter().collect(), last: None, is_stale: false, back: true }
    }

    /// Other webhooks inject by now; the rest of what was seen still counts.
    pub(super) const fn tag_moved(&mut self) {
        self.is_stale = true;
    }

    /// Moves a namespace, and waits for every workload in it.
    pub(super) async fn one(&mut self, run: &Run<'_>, name: &str) -> Result<()> {
        let moved = self.carried(run, name, self.back).await;
        self.left.retain(|one| one != name);
        let Err(error) = moved else { return Ok(()) };
        if self.back || !self.canary.options.rollback_on_failure || !is_of_workload(&error) {
            return Err(error);
        }
        run.scope.say(Fact::Step { doing: format!("moving namespace {name} back") });
        let mut way = Self::back(self.canary, self.note, [name.to_owned()]);
        Err(match Box::pin(way.carried(run, name, true)).await {
            Ok(()) => error.hint(format!("namespace {name} is back on revision {}", self.note.from)),
            Err(failure) => error.hint(format!("namespace {name} could not be moved back: {failure}")),
        })
    }

    async fn carried(&mut self, run: &Run<'_>, name: &str, back: bool) -> Result<()> {
        let fresh = self.last.take().filter(|look| look.when.elapsed() < FRESH);
        let look = match fresh {
            Some(Look { when, before, scene, .. }) if self.is_stale => {
                let view = View::of(run.cluster);
                let scene = scene.selecting_by(view.webhooks().await?.to_vec());
                let (plan, pods) = view.compared(&scene).await?;
                Look { when, before, scene, plan, pods }
            }
            Some(known) => known,
            None => self.look(run).await?,
        };
        self.is_stale = false;
        let done = self.restarted(run, &look, name, back).await;
        self.last = Some(look);
        done
    }

    /// Looks at all that is still to be moved, as it will be.
    async fn look(&self, run: &Run<'_>) -> Result<Look> {
        let when = Instant::now();
        let view = View::of(run.cluster);
        let all = view.all_namespaces().await?;
        let left: BTreeSet<&str> = self.left.iter().map(String::as_str).collect();
        let before: Vec<Object> = all.into_iter().filter(|one| left.contains(one.name())).collect();
        let after = before.iter().map(|one| labels::with(one, self.labels(one, self.back).1)).collect();
        let scene = view.scene(after, left.len() > MANY).await?;
        if !self.back {
            precheck::enrolment(run.cluster, &run.caller.istio_namespace, &scene, &[]).await?;
        }
        let (plan, pods) = view.compared(&scene).await?;
        Ok(Look { when, before, scene, plan, pods })
    }

    /// The labels of a namespace, and those that it gets.
    fn labels(&self, before: &Object, back: bool) -> (Map<String, Value>, Map<String, Value>) {
        let own = labels::own(before);
        let wanted = changed(&own, &changes(self.note, before.name(), &own, back));
        (own, wanted)
    }

    /// Gives a namespace its labels: by what was seen of it, and where it has changed since by what it is now.
    async fn labelled(
        &self,
        run: &Run<'_>,
        seen: &Object,
        back: bool,
    ) -> Result<(Map<String, Value>, Map<String, Value>)> {
        let (own, wanted) = self.labels(seen, back);
        if wanted == own {
            return Ok((own, wanted));
        }
        run.written.borrow_mut().push(seen.id());
        if apply::label_as_seen(run.cluster, seen, &wanted).await? {
            return Ok((own, wanted));
        }
        let now = View::of(run.cluster).namespace(seen.name()).await?;
        let (own, wanted) = self.labels(&now, back);
        apply::label(run.cluster, &now, &wanted, Trial::None).await?;
        Ok((own, wanted))
    }

    async fn restarted(&self, run: &Run<'_>, look: &Look, name: &str, back: bool) -> Result<()> {
        let Some(seen) = look.before.iter().find(|one| one.name() == name) else { return Ok(()) };
        let plan = of(&look.plan, name, self.note);
        let (own, wanted) = self.labelled(run, seen, back).await?;
        let json = self.canary.options.json;
        let sink = sink(&run.caller.ui, json);
        let ended = if plan.restarts.is_empty() {
            Vec::new()
        } else {
            run.scope.say(Fact::Asking);
            run.written.borrow_mut().extend(plan.restarts.iter().map(|one| one.id.clone()));
            rollout::with_sink(run, (&plan, &look.pods, &[]), self.canary.options.at_once, &*sink).await?
        };
        restart::verdict(&plan, &ended).map_err(|error| caused(error, &plan, &ended))?;
        if json { Ok(()) } else { report::moved(&run.caller.ui, name, &plan, &own, &wanted) }
    }
}

/// The error with the cause of the workload that failed.
fn caused(error: Error, plan: &Restarts, ended: &[Fate]) -> Error {
    let mut all = plan.restarts.iter().zip(ended);
    let cause = all.find_map(|(_, fate)| match fate {
        Fate::Failed { lines, .. } => lines.first().cloned(),
        _ => None,
    });
    match cause {
        Some(cause) => {
            error.hints().iter().fold(error.like(format!("{error}: {cause}")), |known, hint| known.hint(hint.clone()))
        }
        None => error,
    }
}

/// What of a plan is about a namespace, but for the gateways of the installation itself.
fn of(plan: &Restarts, name: &str, note: &Note) -> Restarts {
    let is_its = |id: &crate::object::ObjectId| id.namespace.as_deref() == Some(name) && !note.gateways.contains(id);
    Restarts {
        restarts: plan.restarts.iter().filter(|one| is_its(&one.id)).cloned().collect(),
        left: plan.left.iter().filter(|one| is_its(&one.id)).cloned().collect(),
        outside: Vec::new(),
        current: 0,
    }
}

/// What becomes of the labels of a namespace.
fn changes(note: &Note, name: &str, own: &Map<String, Value>, back: bool) -> Vec<LabelChange> {
    let Some(before) = note.namespaces.get(name) else { return Vec::new() };
    if back {
        return restored(before, own);
    }
    // A tag that it names leads to the new revision by now.
    if note.asked(name).is_some_and(|asked| note.tags.iter().any(|tag| tag == asked)) {
        return Vec::new();
    }
    Enrolment::Revision(note.to.clone()).changes(own)
}

/// The labels of then, where they are not as then.
fn restored(before: &Labels, own: &Map<String, Value>) -> Vec<LabelChange> {
    let now: BTreeMap<&str, &str> =
        own.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect();
    let keys = [INJECTION, REVISION, DATAPLANE_MODE].into_iter();
    keys.filter(|key| before.get(*key).map(String::as_str) != now.get(key).copied())
        .map(|key| (key, before.get(key).cloned()))
        .collect()
}
