//! Whether what runs is what was asked for.

use std::time::{Duration, Instant};

use k8s_openapi::jiff::Timestamp;

use super::gather::{self, Gathered};
use crate::apply;
use crate::check::{self, Case, Finding, Findings, Fleet, IgnoreRule, Suite};
use crate::cluster::Cluster;
use crate::error::{Kind, Result};
use crate::input::{Asked, Origin};
use crate::istio::Installation;
use crate::object::Object;
use crate::plan::ledger::Ledger;
use crate::plan::{Action, Context, compare};
use crate::read::{Survey, View, canary, records};
use crate::status::explain::Evidence;

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_secs(2);

/// What is looked at beside the objects.
#[derive(Debug, Clone, Copy)]
pub struct VerifyOptions<'a> {
    /// Again and again, until all is as wanted or the time is over.
    pub wait: bool,
    /// A pod as a dry run, which has to come back injected.
    pub probe: bool,
    /// Which findings count for nothing.
    pub rules: &'a [IgnoreRule],
    /// The file that the inputs are from.
    pub file: Option<&'a str>,
}

/// Looks, again and again where it is to wait; with whether the time was over.
///
/// # Errors
/// Those of [`Survey::of`]; of the rest only what is not about permissions.
pub async fn looked(cluster: &Cluster, asked: &Asked, options: &VerifyOptions<'_>) -> Result<(Vec<Findings>, bool)> {
    let mut last = None;
    loop {
        let found = match (look(cluster, asked, options).await, last) {
            // The time was over while looking: what was found before is told.
            (Err(error), Some(found)) if error.kind() == Kind::TimedOut => return Ok((found, true)),
            (looked, _) => looked?,
        };
        if found.iter().all(Findings::passes) || !options.wait {
            return Ok((found, false));
        }
        if cluster.time_left() <= PAUSE {
            return Ok((found, true));
        }
        last = Some(found);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Looks at what is asked for, an installation after the other.
async fn look(cluster: &Cluster, asked: &Asked, options: &VerifyOptions<'_>) -> Result<Vec<Findings>> {
    let view = &View::of(cluster);
    if !asked.is_recorded() {
        let mut found = one(view, asked, None, &mut None, options).await?;
        settle(std::slice::from_mut(&mut found), options.rules);
        return Ok(vec![found]);
    }
    view.version().await?;
    let everything = records::everything(cluster, &asked.installation.namespace).await?;
    let (mut found, mut fleet) = (Vec::new(), None);
    for (asked, unread) in everything.each(asked) {
        found.push(match unread {
            Some(why) => unreadable(cluster, &asked, &why),
            None => one(view, &asked, Some(everything.ledger.clone()), &mut fleet, options).await?,
        });
    }
    if found.is_empty() {
        found.push(unrecorded(cluster, asked, &everything.control_planes));
    }
    settle(&mut found, options.rules);
    if let Some(first) = found.iter_mut().find(|one| !one.passes()) {
        first.warnings.extend(canary::under_way(cluster, &asked.installation.namespace).await);
    }
    Ok(found)
}

/// Lets findings pass that a rule names. A rule that names none is told of once.
fn settle(found: &mut [Findings], rules: &[IgnoreRule]) {
    let idle: Vec<Vec<String>> = found.iter_mut().map(|one| IgnoreRule::apply(rules, &mut one.cases).idle).collect();
    let Some((first, others)) = idle.split_first() else { return };
    let everywhere = first.iter().filter(|place| others.iter().all(|idle| idle.contains(place)));
    let warnings: Vec<String> = everywhere.map(|place| format!("{place} matches no finding")).collect();
    found[0].warnings.extend(warnings);
}

/// One installation.
async fn one(
    view: &View<'_>,
    asked: &Asked,
    ledger: Option<Ledger>,
    fleet: &mut Option<Option<Fleet>>,
    options: &VerifyOptions<'_>,
) -> Result<Findings> {
    let began = Instant::now();
    let cluster = view.cluster();
    let Gathered { survey, pods, slices, root, warnings } = gather::read(view, asked, ledger, fleet).await?;
    let set = &survey.set;
    let context = Context::of_set(set);
    // What the survey has found unchanged is equal.
    let differences = |wanted: &Object, live: &Object| match survey.actions.get(&wanted.id()) {
        Some(Action::Unchanged) => Vec::new(),
        _ => compare(wanted, live, &context),
    };
    // Inputs that are given are compared as they are, whoever has written since.
    let is_theirs = |object: &&Object| {
        asked.is_recorded() && survey.theirs.contains_key(&object.id()) && survey.live.contains_key(&object.id())
    };
    let mut cases = check::objects(set.objects().filter(|object| !is_theirs(object)), &survey.live, differences);
    cases.extend(set.objects().filter(is_theirs).map(|object| {
        let mut case = Case::new(Suite::Objects, object.id().to_string());
        case.skipped =
            survey.theirs.get(&object.id()).map(|other| format!("installation {other} has written it since"));
        case
    }));
    cases.extend(check::leftovers(&survey.unwanted));
    cases.extend(check::definitions(set.objects(), &survey.live, |id| survey.kinds.serves(id)));
    cases.extend(gather::workloads(cluster, &survey).await);
    cases.extend(check::old_pods(set.objects(), &survey.live, &pods));
    let backends = check::Backends {
        services: survey.live.values().filter(|object| object.kind() == "Service").collect(),
        slices: slices.as_deref(),
        root: root.as_deref(),
        now: Timestamp::now().as_second(),
    };
    cases.extend(check::webhooks(set.objects(), &survey.live, &backends));
    if let (Some(Some(fleet)), Some(version)) = (&fleet, gather::control_plane_version(&survey)) {
        cases.extend(fleet.against(&survey.revision, &version));
    }
    if options.probe {
        cases.push(probe(cluster, &survey).await?);
    }
    let against = match &survey.origin {
        Origin::Given => "the given inputs".to_owned(),
        Origin::Record(number) => format!("record {number}"),
    };
    let seconds = began.elapsed().as_secs_f64();
    let file = options.file.map(str::to_owned);
    Ok(Findings { against, file, cases, warnings, seconds, ..about(cluster, &survey.installation) })
}

fn about(cluster: &Cluster, installation: &Installation) -> Findings {
    Findings {
        cluster: cluster.name().to_owned(),
        revision: installation.revision.clone(),
        installation: installation.to_string(),
        time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        ..Findings::default()
    }
}

/// That there is no record to compare with, and why.
fn not_recorded(why: &str) -> Case {
    let finding = Finding::error("not-recorded", None, why);
    Case {
        findings: vec![finding.hint("compare with inputs: mesh verify -f FILE, or --set profile=NAME")],
        ..Case::new(Suite::Records, "records")
    }
}

/// Nothing is recorded, and nothing given: there is no answer, whatever a profile that nobody chose would say. What can be
/// told is told.
fn unrecorded(cluster: &Cluster, asked: &Asked, control_planes: &[Object]) -> Findings {
    let live = control_planes.iter().map(|object| (object.id(), object.clone())).collect();
    let mut cases = vec![not_recorded("nothing is recorded to compare with")];
    cases.extend(check::workloads(control_planes, &live, &Evidence::default()));
    Findings { cases, ..about(cluster, &asked.installation) }
}

/// What is recorded of an installation cannot be read.
fn unreadable(cluster: &Cluster, asked: &Asked, why: &str) -> Findings {
    Findings {
        cases: vec![not_recorded(why)],
        against: "records that cannot be read".to_owned(),
        ..about(cluster, &asked.installation)
    }
}

/// Creates a pod as a dry run, which has to come back injected.
async fn probe(cluster: &Cluster, survey: &Survey) -> Result<Case> {
    let mut case = Case::new(Suite::Probe, "a pod made as a dry run");
    match apply::probe(cluster, &survey.kinds, &survey.set, &survey.revision).await {
        Ok(None) => {}
        Ok(Some(why)) => case.skipped = Some(why),
        Err(error) if error.kind() == Kind::Failed => {
            let finding = Finding::error("probe", None, error.to_string());
            case.findings.push(match error.hints().first() {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
        }
        Err(error) => return Err(error),
    }
    Ok(case)
}
