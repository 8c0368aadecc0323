//! One component: its objects written side by side once the components it needs are ready, then waited for.

use tokio::sync::watch;

use super::gate::{is_webhook, standing_in};
use super::install::{Installer, Installing};
use super::proof::Proven;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::istio::remote;
use crate::object::Object;
use crate::plan::Action;
use crate::render::{InstallSet, Rendered};
use crate::status::untrusted;
use crate::wait::{Awaited, Waited};

/// The component whose webhooks need a gate.
const CONTROL_PLANE: &str = "istiod";
/// CRDs are told from all the others of a cluster by this label of ours.
const OWN_CRDS: &str = "operator.istio.io/component=Base";

/// How a component ended.
pub(super) enum PartEnd {
    /// All its objects are written and ready.
    Ready,
    /// One of them will not become ready; what to do next.
    NotReady(Vec<String>),
    /// The deadline came first; what to do next.
    TimedOut(Vec<String>),
    /// It could not be written or proven.
    Failed(Error),
    /// A component it needs failed, so it was not tried.
    Skipped,
}

/// A component of this run, and how those that need it learn its end.
pub(super) struct Part<'a> {
    pub(super) rendered: &'a Rendered,
    state: watch::Sender<Standing>,
    needs: Vec<(&'static str, watch::Receiver<Standing>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Pending,
    Ready,
    Failed,
}

/// The components of `set`, each knowing those it comes after.
pub(super) fn parts(set: &InstallSet) -> Vec<Part<'_>> {
    let mut parts: Vec<Part> = set
        .components
        .iter()
        .map(|rendered| Part { rendered, state: watch::Sender::new(Standing::Pending), needs: Vec::new() })
        .collect();
    for index in 0..parts.len() {
        let after = parts[index].rendered.component.after;
        let needed = parts.iter().filter(|part| after.contains(&part.rendered.component.name));
        let needs = needed.map(|part| (part.rendered.component.title, part.state.subscribe())).collect();
        parts[index].needs = needs;
    }
    parts
}

impl Part<'_> {
    /// Waits for what it needs; gives the title of the first that failed.
    async fn needs_ready(&self) -> Option<&'static str> {
        for (title, state) in &self.needs {
            let mut state = state.clone();
            let end = state.wait_for(|state| *state != Standing::Pending).await;
            // A closed channel is a part that ended without a word: as good as failed.
            if end.is_err() || end.is_ok_and(|state| *state == Standing::Failed) {
                return Some(title);
            }
        }
        None
    }
}

impl Installer<'_> {
    /// Runs one component to its end, and tells those that wait for it.
    pub(super) async fn part(&self, job: &Installing<'_>, part: &Part<'_>) -> PartEnd {
        let name = part.rendered.component.name;
        if let Some(because) = part.needs_ready().await {
            self.scope.tell(name, None, Fact::Skipped { because: because.to_owned() });
            part.state.send_replace(Standing::Failed);
            return PartEnd::Skipped;
        }
        self.scope.tell(name, None, Fact::Started);
        let (state, ended) = match self.write_and_wait(job, part.rendered).await {
            Ok(Waited::Ready) => {
                self.scope.tell(name, None, Fact::Ready);
                (Standing::Ready, PartEnd::Ready)
            }
            Ok(Waited::Failed(diagnosis)) => {
                self.scope.tell(name, None, Fact::Failed { cause: diagnosis.id, causes: diagnosis.lines });
                (Standing::Failed, PartEnd::NotReady(diagnosis.next))
            }
            Ok(Waited::TimedOut(diagnosis)) => {
                self.scope.tell(name, None, Fact::Failed { cause: diagnosis.id, causes: diagnosis.lines });
                (Standing::Failed, PartEnd::TimedOut(diagnosis.next))
            }
            Err(error) => {
                let causes = std::iter::once(error.to_string()).chain(error.causes()).collect();
                self.scope.tell(name, None, Fact::Failed { cause: error.id(), causes });
                (Standing::Failed, PartEnd::Failed(error))
            }
        };
        part.state.send_replace(state);
        ended
    }

    async fn write_and_wait(&self, job: &Installing<'_>, rendered: &Rendered) -> Result<Waited> {
        let name = rendered.component.name;
        let (definitions, rest): (Vec<&Object>, Vec<&Object>) =
            rendered.objects.iter().partition(|object| object.kind() == "CustomResourceDefinition");
        let gated = name == CONTROL_PLANE;
        let (webhooks, rest): (Vec<&Object>, Vec<&Object>) =
            rest.into_iter().partition(|object| gated && is_webhook(object));
        if !definitions.is_empty() {
            self.write_all(name, definitions.iter().copied()).await?;
            let established = self.waiter.ready(name, &self.awaited(&definitions, Some(OWN_CRDS))).await?;
            if established != Waited::Ready {
                return Ok(established);
            }
        }
        let component = rendered.component;
        let (workloads, rest): (Vec<&Object>, Vec<&Object>) =
            rest.into_iter().partition(|object| component.awaits(object.kind()));
        self.write_all(name, rest).await?;
        // What pods need (service accounts, ConfigMaps) is there before them: otherwise their first creation may fail.
        let (rolled, written) = self.roll_gently(job, component, &workloads).await?;
        if rolled != Waited::Ready {
            return Ok(rolled);
        }
        self.write_all(name, workloads.iter().copied().filter(|one| !written.contains(&one.id()))).await?;
        let outcome = self.waiter.ready(name, &self.awaited(&workloads, None)).await?;
        if outcome == Waited::Ready && self.has_to_prove(job, &webhooks, rendered) {
            if self.waits_for_elsewhere(&webhooks, rendered) {
                self.write_all(name, webhooks).await?;
            } else {
                self.gate(job, name, &webhooks, rendered).await?;
            }
        }
        Ok(outcome)
    }

    /// Nothing changed, nothing to prove: a run that writes nothing sends no dry run either.
    fn has_to_prove(&self, job: &Installing<'_>, webhooks: &[&Object], rendered: &Rendered) -> bool {
        let changes = |object: &Object| self.actions.get(&object.id()).is_none_or(Action::writes);
        let changed = || rendered.objects.iter().any(changes) || job.set.default_tag.iter().any(changes);
        !webhooks.is_empty() && (job.unfinished || changed())
    }

    /// Whether the control plane of these webhooks is elsewhere and does not know this cluster yet: somebody has to let it in
    /// first, so that there is nothing to wait for. They are written as they are wanted.
    fn waits_for_elsewhere(&self, webhooks: &[&Object], rendered: &Rendered) -> bool {
        let is_signed = |webhook: &&Object| self.live.get(&webhook.id()).is_some_and(|live| untrusted(live).is_empty());
        remote::is_elsewhere(&rendered.objects) && !webhooks.iter().all(is_signed)
    }

    async fn gate(&self, job: &Installing<'_>, name: &str, webhooks: &[&Object], rendered: &Rendered) -> Result<()> {
        let stand_in = self.stand_in(job, webhooks);
        // What leads to a control plane that is gone stands in the way of the proof: it is led here first.
        let left_over = job.set.default_tag.iter().filter(|object| job.left_over.contains(&object.id()));
        let opened: Vec<&Object> = webhooks
            .iter()
            .map(|webhook| match &stand_in {
                Some(active) if active.id() == webhook.id() => active,
                _ => *webhook,
            })
            .chain(left_over)
            .collect();
        let account = rendered.objects.iter().find(|object| object.kind() == "ServiceAccount");
        let service = rendered.objects.iter().find(|object| object.kind() == "Service");
        let subject = Proven {
            namespace: self.namespace.clone(),
            revision: self.scope.revision.clone(),
            service_account: account.map_or("default", |account| account.name()).to_owned(),
            service: service.map_or("istiod", |service| service.name()).to_owned(),
        };
        self.open_gate(name, &opened, job.left_over, &subject).await
    }

    /// The injector that works until the default tag is there: only while it is not.
    fn stand_in(&self, job: &Installing<'_>, webhooks: &[&Object]) -> Option<Object> {
        let rendered = job.stand_in?;
        let tagged = job.set.default_tag.iter().filter(|object| object.kind() == "MutatingWebhookConfiguration");
        if tagged.into_iter().all(|tag| self.live.contains_key(&tag.id())) {
            return None;
        }
        let injector = webhooks.iter().find(|webhook| webhook.id() == rendered.id())?;
        Some(standing_in(injector, rendered))
    }

    /// The default tag, once every component is ready.
    pub(super) async fn default_tag(&self, job: &Installing<'_>) -> Result<()> {
        let control_plane = job.set.components.iter().find(|rendered| rendered.component.name == CONTROL_PLANE);
        let webhooks: Vec<&Object> = control_plane
            .into_iter()
            .flat_map(|rendered| &rendered.objects)
            .filter(|object| is_webhook(object))
            .collect();
        let stood_in = self.stand_in(job, &webhooks);
        let injector = stood_in.and_then(|active| webhooks.iter().copied().find(|webhook| webhook.id() == active.id()));
        // What was left over was led here for the proof, mostly: it is compared with what it is by now.
        let (led, tag): (Vec<Object>, Vec<Object>) =
            job.set.default_tag.iter().cloned().partition(|object| job.left_over.contains(&object.id()));
        self.write_instead(CONTROL_PLANE, &led).await?;
        self.hand_over_default(CONTROL_PLANE, &tag, &webhooks, injector).await
    }

    pub(super) fn awaited(&self, objects: &[&Object], labels: Option<&'static str>) -> Vec<Awaited> {
        let awaited = objects.iter().map(|object| {
            let id = object.id();
            let generation = self.observer.get(&id).and_then(|live| live.int("/metadata/generation"));
            Awaited { id, generation, labels }
        });
        awaited.collect()
    }
}
