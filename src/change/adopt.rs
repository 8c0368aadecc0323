//! `adopt`: what Helm installed becomes ours, or Helm's again, with nothing restarted.

use std::collections::{BTreeMap, BTreeSet};

use super::records;
use super::runner::{Change, Next, Run};
use crate::apply::{Ended, HandingOver, Holder, Lock, Records, Still, hand_over};
use crate::cluster::{Cluster, Kinds};
use crate::config;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::input::{Asked, Home};
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::adoption::{self, Adopted, Release, SECRET_NAME};
use crate::plan::ledger::Ledger;
use crate::plan::obstacles;
use crate::plan::state::{Outcome, REVISION_LABEL, Record};
use crate::read::releases::{self, Releases};
use crate::read::{self, Survey, View};
use crate::report::adopt as report;
use crate::report::message;
use crate::report::question::{self, Question};

/// What an interruption comes before.
const END: &str = "everything had changed hands";

/// What came of it.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The revision it is about.
    pub revision: String,
    /// How many objects changed hands.
    pub objects: usize,
    /// The releases they are of.
    pub releases: BTreeSet<Release>,
    /// What `mesh install` with these inputs would change from now on.
    pub pending: Vec<String>,
    /// What of the releases stays Helm's, as it is not Istio's.
    pub foreign: Vec<String>,
}

/// Takes over what Helm installed.
pub struct Adopt<'a> {
    /// What the installation is to be.
    pub asked: &'a Asked,
    /// Where it is derived from Helm's values: the namespace of the command line.
    pub derived: Option<Home<'a>>,
    /// Only shows it.
    pub dry_run: bool,
}

/// What Helm has, and what becomes of it.
pub struct Adoption {
    kinds: Kinds,
    releases: Releases,
    earlier: Vec<Adopted>,
    survey: Survey,
    handed: Handed,
    lines: Vec<String>,
}

impl Change for Adopt<'_> {
    type Plan = Adoption;
    type Done = Handed;

    const END: &'static str = END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Adoption, Handed>> {
        let cluster = run.cluster;
        cluster.version().await?;
        let kinds = cluster.kinds().await?;
        let releases = releases::find(cluster, &kinds).await?;
        if releases.objects.is_empty() {
            return Err(Error::failed("nothing-to-adopt", "no object of Istio belongs to a Helm release")
                .hint("what istioctl installed needs no adopting: run mesh install"));
        }
        let mut asked = match self.derived {
            Some(home) => derived(home, &releases)?,
            None => self.asked.clone(),
        };
        asked.adopting = true;
        let earlier = earlier(cluster, &kinds, &asked.installation.namespace).await?;
        let survey = Survey::of(&View::of(cluster), &asked).await?;
        // Reported field by field, and never taken.
        if let Some(error) = obstacles::held(&survey.actions) {
            return Err(error);
        }
        // The labels by which an installation knows its own come with the first one; they change nothing else.
        let mut pending = survey.changes();
        pending.retain(|line| !line.contains(" metadata.labels"));
        let lines = report::lines(&releases, &pending);
        let names: BTreeSet<Release> = releases.objects.iter().map(|(_, release)| release.clone()).collect();
        let objects = releases.objects.len();
        let foreign = releases.foreign.iter().map(|(object, _)| object.id().to_string()).collect();
        let handed = Handed { revision: survey.revision.clone(), objects, releases: names, pending, foreign };
        for message in report::warnings(&releases) {
            run.scope.say(Fact::Warning { message });
        }
        if self.dry_run {
            question::show(&run.caller.ui, cluster, "would be taken over from Helm", &lines);
            return Ok(Next::Done(handed));
        }
        Ok(Next::Write(Adoption { kinds, releases, earlier, survey, handed, lines }))
    }

    fn questions(&self, run: &Run<'_>, plan: &Adoption) -> Vec<Question> {
        vec![Question::listed(run.cluster, "this will be taken over from Helm", &plan.lines)]
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Adoption) -> Result<bool> {
        plan.survey.is_still_so(run.cluster).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Adoption, still: &dyn Still) -> Result<Option<Handed>> {
        let Adoption { kinds, releases, earlier, survey, handed, .. } = plan;
        let of: BTreeMap<ObjectId, &Release> =
            releases.objects.iter().map(|(object, release)| (object.id(), release)).collect();
        let known: Vec<Adopted> =
            releases.objects.iter().map(|(object, release)| take(releases, object, release).1).collect();
        let known_ids: BTreeSet<&ObjectId> = known.iter().map(|one| &one.id).collect();
        let before = earlier.iter().filter(|one| !known_ids.contains(&one.id)).cloned();
        let adopted: Vec<Adopted> = before.chain(known.iter().cloned()).collect();
        let Installation { namespace, revision, .. } = &survey.installation;
        let secret = adoption::secret(namespace, (REVISION_LABEL, revision), &adopted)?;
        let Records { carried, after, obsolete, .. } = record(survey, &adopted)?;
        let patch = |object: &Object| {
            if object.name().starts_with(adoption::RECORD) && !of.contains_key(&object.id()) {
                return (object.label(adoption::OWNER) == Some("helm")).then(|| adoption::parked(object, true));
            }
            // Gone over already, where it has been read anew.
            Release::of(object).map(|release| take(releases, object, &release).0)
        };
        let objects = releases.objects.iter().map(|(object, _)| object).chain(&releases.records);
        let job = HandingOver {
            lock: Lock::revision(namespace, revision),
            first: vec![secret],
            objects: objects.cloned().collect(),
            patch: &patch,
            last: carried.into_iter().chain([after]).collect(),
            obsolete,
            holder: Holder::this(),
            still,
        };
        Ok(change_hands(run, kinds, &job).await?.then(|| handed.clone()))
    }
}

fn take(releases: &Releases, object: &Object, release: &Release) -> (serde_json::Value, Adopted) {
    adoption::take(object, release, releases.umbrellas.contains(release))
}

/// Hands back what was adopted.
pub struct GiveBack<'a> {
    /// The installation.
    pub asked: &'a Asked,
    /// Only shows it.
    pub dry_run: bool,
}

/// What was adopted, and what goes with it.
pub struct Returned {
    kinds: Kinds,
    adopted: Vec<Adopted>,
    objects: Vec<Object>,
    /// Helm's records, hidden from it until now.
    parked: Vec<Object>,
    ledger: Ledger,
    obsolete: Vec<ObjectId>,
    handed: Handed,
}

impl Change for GiveBack<'_> {
    type Plan = Returned;
    type Done = Handed;

    const END: &'static str = END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Returned, Handed>> {
        let cluster = run.cluster;
        cluster.version().await?;
        let kinds = cluster.kinds().await?;
        let Installation { namespace, revision, name } = &self.asked.installation;
        let adopted = earlier(cluster, &kinds, namespace).await?;
        if adopted.is_empty() {
            return Err(Error::failed(
                "nothing-adopted",
                format!("nothing was adopted from Helm in namespace {namespace}"),
            )
            .hint("an installation in another namespace is named by --istio-namespace"));
        }
        let releases: BTreeSet<Release> = adopted.iter().map(|one| one.release.clone()).collect();
        let parked = releases::records(cluster, &releases, "mesh").await?;
        let known = adopted.iter().map(|one| &one.id).filter(|id| kinds.serves(id)).cloned();
        let mut there = read::there(cluster, &kinds, known).await?;
        let objects: Vec<Object> = adopted.iter().filter_map(|one| there.remove(&one.id)).collect();
        let handed = Handed {
            revision: revision.clone(),
            objects: objects.len(),
            releases,
            pending: Vec::new(),
            foreign: Vec::new(),
        };
        let ledger = read::records::read(cluster, namespace).await?;
        let history = ledger.history(&ledger.meant(revision, namespace, name.as_deref())?);
        let created = history.records.iter().flat_map(|(_, record)| &record.created);
        let made = created.filter(|id| adopted.iter().all(|one| one.id != **id) && kinds.serves(id)).cloned();
        let made: BTreeSet<ObjectId> = read::there(cluster, &kinds, made).await?.into_keys().collect();
        message::warnings(&run.caller.ui, &report::stays(&made));
        if self.dry_run {
            question::show(
                &run.caller.ui,
                cluster,
                "would be handed back to Helm",
                &report::releases(&handed.releases),
            );
            return Ok(Next::Done(handed));
        }
        let known = ObjectId::new("v1", "Secret", Some(namespace), SECRET_NAME);
        let obsolete: Vec<ObjectId> = history.secrets().cloned().chain([known]).collect();
        Ok(Next::Write(Returned { kinds, adopted, objects, parked, ledger, obsolete, handed }))
    }

    fn questions(&self, run: &Run<'_>, plan: &Returned) -> Vec<Question> {
        let lines = report::releases(&plan.handed.releases);
        vec![Question::listed(run.cluster, "this will be handed back to Helm", &lines)]
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Returned) -> Result<bool> {
        read::records::are_unchanged(run.cluster, &self.asked.installation, &plan.ledger, false).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Returned, still: &dyn Still) -> Result<Option<Handed>> {
        let Returned { kinds, adopted, objects, parked, obsolete, handed, .. } = plan;
        let patch = |object: &Object| {
            if let Some(one) = adopted.iter().find(|one| one.id == object.id()) {
                return Some(adoption::give_back(object, one));
            }
            Some(adoption::parked(object, false))
        };
        let Installation { namespace, revision, .. } = &self.asked.installation;
        let job = HandingOver {
            lock: Lock::revision(namespace, revision),
            first: Vec::new(),
            objects: objects.iter().chain(parked).cloned().collect(),
            patch: &patch,
            last: Vec::new(),
            obsolete: obsolete.clone(),
            holder: Holder::this(),
            still,
        };
        Ok(change_hands(run, kinds, &job).await?.then(|| handed.clone()))
    }
}

/// Whether everything has changed hands, as nobody else was faster.
async fn change_hands(run: &Run<'_>, kinds: &Kinds, job: &HandingOver<'_>) -> Result<bool> {
    hand_over(run.cluster, kinds, run.scope, job, &run.written, run.stopped(END))
        .await
        .map(|ended| ended == Ended::Done)
}

/// What was adopted before.
async fn earlier(cluster: &Cluster, kinds: &Kinds, namespace: &str) -> Result<Vec<Adopted>> {
    let id = ObjectId::new("v1", "Secret", Some(namespace), SECRET_NAME);
    match read::there(cluster, kinds, [id.clone()]).await?.get(&id) {
        Some(secret) => adoption::read_secret(secret),
        None => Ok(Vec::new()),
    }
}

/// The inputs that the releases stand for.
fn derived(home: Home<'_>, releases: &Releases) -> Result<Asked> {
    let objects: Vec<Object> = releases.objects.iter().map(|(object, _)| object.clone()).collect();
    let tree = adoption::inputs(&objects, &releases.values);
    let inputs = config::recorded(&tree, "the values of Helm's releases")?;
    Asked::exactly(inputs, home)
        .map_err(|error| error.hint("give the inputs yourself: mesh adopt -f FILE --set PATH=VALUE"))
}

/// The record of the installation as it is: what `diff`, `upgrade` and `uninstall` go by from now on.
fn record(survey: &Survey, adopted: &[Adopted]) -> Result<Records> {
    let taken: BTreeSet<&ObjectId> = adopted.iter().map(|one| &one.id).collect();
    // What was adopted and is not rendered, such as a gateway of Helm's own chart, stays out of it: an installation deletes
    // what its inventory has and its inputs do not.
    let inventory: Vec<ObjectId> = survey.set.objects().map(Object::id).filter(|id| taken.contains(id)).collect();
    let record = Record {
        outcome: Outcome::Done,
        inputs: survey.inputs().clone(),
        inventory,
        ..records::of_version(survey.set.version())
    };
    records::of(&record, &survey.installation, survey.history.next(), &survey.history)
}
