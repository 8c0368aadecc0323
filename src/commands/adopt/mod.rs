//! `mesh adopt`: what Helm installed becomes ours, or Helm's again, with nothing restarted.

mod releases;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;
use k8s_openapi::jiff::Timestamp;
use serde_json::json;

use super::recorded::{Asked, Rule};
use super::settings::Settings;
use super::survey::Survey;
use super::{ask, interrupt, next, records};
use crate::apply::{Ended, Handover, Holder, Lock, Records, hand_over};
use crate::cli::{AdoptArgs, TextOutput};
use crate::cluster::{Cluster, Kinds};
use crate::component::ISTIO_VERSION;
use crate::config;
use crate::error::{Error, Kind, Result};
use crate::event::{Scope, Sink};
use crate::istio::Installation;
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::plan::adoption::{self, Adopted, Release, SECRET_NAME};
use crate::plan::state::{Outcome, REVISION_LABEL, Record};
use crate::report::Plain;
use crate::report::document;
use crate::ui::{self, Style, sanitize};
use releases::Releases;

/// How many differences are told.
const SHOWN: usize = 10;
/// What an interruption comes before.
const EVERYTHING: &str = "everything had changed hands";

/// What came of it.
struct Handed {
    revision: String,
    objects: usize,
    releases: BTreeSet<Release>,
    /// What `mesh install` with these inputs would change from now on.
    pending: Vec<String>,
}

/// Adopts, or hands back.
pub(super) fn run(settings: &Settings, args: AdoptArgs) -> Result<()> {
    let AdoptArgs { render, release, dry_run, output } = args;
    let any = super::recorded::any(&render);
    let asked = Asked::read(settings, render, Rule::Given)?;
    let plain = Plain::new(&settings.ui);
    let sink: &dyn Sink = &plain;
    let (cluster, handed) = settings.on_cluster(|cluster| async move {
        let scope = Scope { cluster: cluster.name().to_owned(), revision: asked.installation.revision.clone(), sink };
        let stop = interrupt::wait();
        let begun = Cell::new(false);
        let turn = Turn { cluster: &cluster, settings, scope: &scope, dry_run, begun: &begun };
        let done = loop {
            let stopped = stop.clone();
            let round =
                if release { turn.back(&asked, stopped).await } else { turn.adopt(asked.clone(), any, stopped).await };
            match round {
                Ok(Some(handed)) => break Ok(handed),
                Ok(None) => {}
                Err(error) => break Err(error),
            }
        };
        let handed = done.map_err(|error| next::with_command(settings, error, begun.get()))?;
        Ok((cluster.name().to_owned(), handed))
    })?;
    let Handed { revision, objects, releases, pending } = handed;
    let names: Vec<String> = releases.iter().map(ToString::to_string).collect();
    let text = match output {
        TextOutput::Json => {
            let element = json!({
                "revision": revision, "released": release, "dryRun": dry_run,
                "objects": objects, "releases": names, "pending": pending,
            });
            let document = document::of_cluster("Adoption", &cluster, element);
            ui::json(&document)
        }
        TextOutput::Text => {
            let check = settings.ui.paint_result(Style::Good, "✔");
            let (names, would) = (sanitize(&names.join(", ")), if dry_run { "would be " } else { "" });
            if release {
                format!("{check} {objects} objects {would}handed back to Helm ({names}); nothing was restarted\n")
            } else {
                format!("{check} {objects} objects {would}taken over from Helm ({names}); nothing was restarted\n")
            }
        }
    };
    settings.ui.result(&text)?;
    if !release && !pending.is_empty() && !dry_run {
        let count = pending.len();
        settings.ui.progress(&format!(
            "the objects are as they were; mesh install would change {count} fields and the labels: see mesh diff"
        ));
    }
    Ok(())
}

/// One try at either way, on one cluster.
struct Turn<'a> {
    cluster: &'a Cluster,
    settings: &'a Settings,
    scope: &'a Scope<'a>,
    dry_run: bool,
    /// Whether anything has changed hands.
    begun: &'a Cell<bool>,
}

impl Turn<'_> {
    /// Adopts; none where another run has been writing until now.
    async fn adopt(&self, asked: Asked, any: bool, stop: impl Future<Output = Kind> + Clone) -> Result<Option<Handed>> {
        let Self { cluster, settings, dry_run, .. } = *self;
        let planned = async {
            cluster.version().await?;
            let kinds = cluster.kinds().await?;
            let releases = releases::find(cluster, &kinds).await?;
            if releases.objects.is_empty() {
                return Err(Error::failed("nothing-to-adopt", "no object of Istio belongs to a Helm release")
                    .hint("what istioctl installed needs no adopting: run mesh install"));
            }
            let objects: Vec<Object> = releases.objects.iter().map(|(object, _)| object.clone()).collect();
            let mut asked = if any { asked } else { derived(settings, &objects, &releases)? };
            asked.adopting = true;
            let earlier = earlier(cluster, &kinds, &asked.installation.namespace).await?;
            let survey = Survey::of(cluster, &asked).await?;
            if let Some(error) = conflicts(&survey) {
                return Err(error);
            }
            // The labels by which an installation knows its own come with the first one; they change nothing else.
            let mut pending = survey.changes();
            pending.retain(|line| !line.contains(" metadata.labels"));
            let lines = summary(&releases, &pending);
            let names: BTreeSet<Release> = releases.objects.iter().map(|(_, release)| release.clone()).collect();
            let handed = Handed { revision: survey.revision.clone(), objects: objects.len(), releases: names, pending };
            if dry_run {
                ask::show(cluster, settings, "would be taken over from Helm", &lines);
            } else {
                ask::proceed(cluster, settings, "this will be taken over from Helm", &lines).await?;
            }
            Ok((kinds, releases, earlier, objects, survey, handed))
        };
        let planned = interrupt::unless(stop.clone(), EVERYTHING, planned).await?;
        let (kinds, mut releases, earlier, objects, survey, handed) = planned;
        if dry_run {
            return Ok(Some(handed));
        }
        let of: BTreeMap<ObjectId, Release> =
            releases.objects.drain(..).map(|(object, release)| (object.id(), release)).collect();
        let fresh = objects.iter().filter_map(|object| Some(adoption::take(object, of.get(&object.id())?).1));
        let known: Vec<Adopted> = fresh.collect();
        let known_ids: BTreeSet<ObjectId> = known.iter().map(|one| one.id.clone()).collect();
        let adopted: Vec<Adopted> =
            earlier.into_iter().filter(|one| !known_ids.contains(&one.id)).chain(known).collect();
        let Installation { namespace, revision, .. } = &survey.installation;
        let secret = adoption::secret(namespace, (REVISION_LABEL, revision), &adopted)?;
        let Records { carried, after, obsolete, .. } = record(&survey, &adopted)?;
        let still = || survey.is_still_so(cluster).boxed_local();
        let patch = |object: &Object| {
            if object.kind() == "Secret" && !of.contains_key(&object.id()) {
                return (object.label(adoption::OWNER) == Some("helm")).then(|| adoption::parked(object, true));
            }
            // Gone over already, where it has been read anew.
            Release::of(object).map(|release| adoption::take(object, &release).0)
        };
        let job = Handover {
            lock: Lock::revision(namespace, revision),
            first: vec![secret],
            objects: objects.into_iter().chain(releases.records).collect(),
            patch: &patch,
            last: carried.into_iter().chain([after]).collect(),
            obsolete,
            holder: Holder::this(),
            still: &still,
        };
        self.carry_out(&kinds, &job, stop).await.map(|ended| (ended == Ended::Done).then_some(handed))
    }

    /// Hands back what was adopted; none where another run has been writing until now.
    async fn back(&self, asked: &Asked, stop: impl Future<Output = Kind> + Clone) -> Result<Option<Handed>> {
        let Self { cluster, settings, dry_run, .. } = *self;
        let planned = async {
            cluster.version().await?;
            let kinds = cluster.kinds().await?;
            let Installation { namespace, revision, name } = &asked.installation;
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
            let mut objects = Vec::new();
            for one in adopted.iter().filter(|one| kinds.serves(&one.id)) {
                objects.extend(cluster.get(&kinds, &one.id).await?);
            }
            let handed = Handed { revision: revision.clone(), objects: objects.len(), releases, pending: Vec::new() };
            let lines: Vec<String> = handed.releases.iter().map(|release| format!("Helm release {release}")).collect();
            if dry_run {
                ask::show(cluster, settings, "would be handed back to Helm", &lines);
            } else {
                ask::proceed(cluster, settings, "this will be handed back to Helm", &lines).await?;
            }
            let ledger = records::read(cluster, namespace).await?;
            let history = ledger.history(&ledger.meant(revision, namespace, name.as_deref())?);
            let known = ObjectId::new("v1", "Secret", Some(namespace), SECRET_NAME);
            let obsolete: Vec<ObjectId> = history.secrets().cloned().chain([known]).collect();
            Ok((kinds, adopted, objects, parked, (ledger, obsolete), handed))
        };
        let planned = interrupt::unless(stop.clone(), EVERYTHING, planned).await?;
        let (kinds, adopted, objects, parked, (ledger, obsolete), handed) = planned;
        if dry_run {
            return Ok(Some(handed));
        }
        let patch = |object: &Object| {
            if let Some(one) = adopted.iter().find(|one| one.id == object.id()) {
                return Some(adoption::give_back(object, one));
            }
            Some(adoption::parked(object, false))
        };
        let Installation { namespace, revision, .. } = &asked.installation;
        let still = || records::are_unchanged(cluster, &asked.installation, &ledger).boxed_local();
        let job = Handover {
            lock: Lock::revision(namespace, revision),
            first: Vec::new(),
            objects: objects.into_iter().chain(parked).collect(),
            patch: &patch,
            last: Vec::new(),
            obsolete,
            holder: Holder::this(),
            still: &still,
        };
        self.carry_out(&kinds, &job, stop).await.map(|ended| (ended == Ended::Done).then_some(handed))
    }

    async fn carry_out(&self, kinds: &Kinds, job: &Handover<'_>, stop: impl Future<Output = Kind>) -> Result<Ended> {
        let stop = stop.map(|kind| interrupt::error(kind, EVERYTHING));
        hand_over(self.cluster, kinds, self.scope, job, self.begun, stop).await
    }
}

/// What was adopted before.
async fn earlier(cluster: &Cluster, kinds: &Kinds, namespace: &str) -> Result<Vec<Adopted>> {
    let id = ObjectId::new("v1", "Secret", Some(namespace), SECRET_NAME);
    match cluster.get(kinds, &id).await? {
        Some(secret) => adoption::read_secret(&secret),
        None => Ok(Vec::new()),
    }
}

/// The inputs that the releases stand for.
fn derived(settings: &Settings, objects: &[Object], releases: &Releases) -> Result<Asked> {
    let tree = adoption::inputs(objects, &releases.values);
    let inputs = config::recorded(&tree, "the values of Helm's releases")?;
    Asked::of(settings, inputs)
        .map_err(|error| error.hint("give the inputs yourself: mesh adopt -f FILE --set PATH=VALUE"))
}

/// What others hold otherwise than the inputs want it: reported field by field, and never taken.
fn conflicts(survey: &Survey) -> Option<Error> {
    let mut lines: Vec<String> = Vec::new();
    for (id, action) in &survey.actions {
        if let Action::Conflict(differences) = action {
            lines.extend(differences.iter().map(|difference| format!("{id} {difference}")));
        }
    }
    lines.sort();
    (!lines.is_empty()).then(|| {
        Error::in_the_way(
            "conflict",
            format!("others hold fields that differ; nothing was written:\n{}", lines.join("\n")),
        )
        .hint("let the other manager release the field, or set the same value in the inputs")
    })
}

fn summary(releases: &Releases, pending: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&Release, usize> = BTreeMap::new();
    for (_, release) in &releases.objects {
        *counts.entry(release).or_default() += 1;
    }
    let mut lines: Vec<String> =
        counts.iter().map(|(release, count)| format!("Helm release {release}: {count} objects")).collect();
    lines.push("their fields are held by mesh from now on; nothing that runs changes, no pod restarts".to_owned());
    lines.push(format!(
        "{} records of Helm's are kept, hidden from Helm: mesh adopt --release brings them back",
        releases.records.len()
    ));
    if !pending.is_empty() {
        lines.push(format!("later, mesh install would change {} fields:", pending.len()));
        lines.extend(pending.iter().take(SHOWN).map(|line| format!("  {line}")));
    }
    lines
}

/// The record of the installation as it is: what `diff`, `upgrade` and `uninstall` go by from now on.
fn record(survey: &Survey, adopted: &[Adopted]) -> Result<Records> {
    let taken: BTreeSet<&ObjectId> = adopted.iter().map(|one| &one.id).collect();
    // What was adopted and is not rendered, such as a gateway of Helm's own chart, stays out of it: an installation deletes
    // what its inventory has and its inputs do not.
    let inventory: Vec<ObjectId> = survey.set.objects().map(Object::id).filter(|id| taken.contains(id)).collect();
    let record = Record {
        time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        mesh: env!("CARGO_PKG_VERSION").to_owned(),
        istio: ISTIO_VERSION.to_owned(),
        outcome: Outcome::Done,
        inputs: survey.inputs().clone(),
        inventory,
        restorable: true,
        ..Record::default()
    };
    records::of(&record, &survey.installation, survey.history.next(), &survey.history)
}
