//! `mesh verify`: is what runs what was asked for?

mod gather;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use k8s_openapi::jiff::Timestamp;

use super::recorded::{Asked, Origin, Rule};
use super::settings::Settings;
use super::{Answer, document, inputs};
use crate::check::{self, Case, Finding, IgnoreRule, Suite};
use crate::cli::{FindingsOutput, VerifyArgs};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::object::Object;
use crate::plan::{Action, Context, compare};
use crate::report::findings::{self, Findings};
use crate::ui::{self, sanitize};
use gather::Gathered;

pub(super) use gather::{fleet, pods_of, root_of};

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_secs(2);

/// What is looked at beside the objects.
struct Options {
    wait: bool,
    probe: bool,
    rules: Vec<IgnoreRule>,
    file: Option<String>,
}

/// Compares, prints what was found, and answers.
pub(super) fn run(settings: &Settings, args: VerifyArgs) -> Result<Answer> {
    let VerifyArgs { render, wait, probe, ignore, output } = args;
    let file = render.files.iter().find(|file| file.as_os_str() != "-").map(|file| file.display().to_string());
    let options = Options { wait, probe, rules: rules(&ignore)?, file };
    let asked = Asked::read(settings, render, Rule::RecordedUnlessGiven)?;
    let (found, late) = settings.on_cluster(|cluster| async move { looked(&cluster, &asked, &options).await })?;
    for warning in &found.warnings {
        settings.ui.message(&format!("warning: {}", sanitize(warning)));
    }
    let text = match output {
        FindingsOutput::Text => findings::text(&found, &settings.ui),
        FindingsOutput::Json => ui::json(&document::of_cluster("Verification", &found.cluster, findings::json(&found))),
        FindingsOutput::Junit => findings::junit(&found),
        FindingsOutput::Sarif => ui::json(&findings::sarif(&found)),
        FindingsOutput::Github => findings::github(&found),
    };
    settings.ui.result(&text)?;
    if late {
        return Err(Error::new(Kind::TimedOut, "not-as-wanted", "not everything was as wanted in time")
            .hint("give more time with --timeout"));
    }
    Ok(Answer::from(found.passes()))
}

fn rules(files: &[PathBuf]) -> Result<Vec<IgnoreRule>> {
    let mut rules = Vec::new();
    for file in files {
        let source = inputs::file(file)?;
        rules.extend(IgnoreRule::read(&source.name, &source.text)?);
    }
    Ok(rules)
}

/// Looks, again and again where it is to wait; with whether the time was over.
async fn looked(cluster: &Cluster, asked: &Asked, options: &Options) -> Result<(Findings, bool)> {
    let mut last = None;
    loop {
        let found = match (look(cluster, asked, options).await, last) {
            // The time was over while looking: what was found before is told.
            (Err(error), Some(found)) if error.kind() == Kind::TimedOut => return Ok((found, true)),
            (looked, _) => looked?,
        };
        if found.passes() || !options.wait {
            return Ok((found, false));
        }
        if cluster.time_left() <= PAUSE {
            return Ok((found, true));
        }
        last = Some(found);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn look(cluster: &Cluster, asked: &Asked, options: &Options) -> Result<Findings> {
    let began = Instant::now();
    let Gathered { survey, fleet, pods, slices, root, mut warnings } = gather::read(cluster, asked).await?;
    let set = &survey.set;
    let context = Context::of(set.objects());
    // What the survey has found unchanged is equal.
    let differences = |wanted: &Object, live: &Object| match survey.actions.get(&wanted.id()) {
        Some(Action::Unchanged) => Vec::new(),
        _ => compare(wanted, live, &context),
    };
    let mut cases = check::objects(set.objects(), &survey.live, differences);
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
    if let (Some(fleet), Some(version)) = (&fleet, gather::control_plane_version(&survey)) {
        cases.extend(fleet.against(&survey.revision, &version));
    }
    if options.probe {
        cases.push(probe(cluster, &survey).await?);
    }
    let ignored = IgnoreRule::apply(&options.rules, &mut cases);
    warnings.extend(ignored.idle.iter().map(|place| format!("{place} matches no finding")));
    Ok(Findings {
        cluster: cluster.name().to_owned(),
        revision: survey.revision.clone(),
        against: match &survey.origin {
            Origin::Given => "the given inputs".to_owned(),
            Origin::Record(number) => format!("record {number}"),
            Origin::Defaults => "the default profile, as nothing is given and nothing recorded".to_owned(),
        },
        file: options.file.clone(),
        cases,
        warnings,
        seconds: began.elapsed().as_secs_f64(),
        time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
    })
}

/// Creates a pod as a dry run, which has to come back injected.
async fn probe(cluster: &Cluster, survey: &super::survey::Survey) -> Result<Case> {
    let mut case = Case::new(Suite::Probe, "a pod made as a dry run");
    match crate::apply::probe(cluster, &survey.kinds, &survey.set, &survey.revision).await {
        Ok(None) => {}
        Ok(Some(why)) => case.skipped = Some(format!("the probe is refused: {why}")),
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
