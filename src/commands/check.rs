//! `mesh check`: what would keep Istio from being installed, and what is wrong with it.

use k8s_openapi::jiff::Timestamp;

use super::inputs::Given;
use super::settings::Settings;
use super::targets::Targets;
use super::{Answer, paged};
use crate::check::{Check, Facts, Grade, Verdict, chosen, orphans};
use crate::cli::{CheckArgs, PageOutput};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::input::{Asked, Precedence};
use crate::read::ahead;
use crate::report::check;
use crate::report::clusters::Subject;
use crate::report::question::Question;
use crate::{apply, config};

/// Runs the checks, prints what they say, and answers.
pub(super) fn run(settings: &Settings, args: CheckArgs) -> Result<Answer> {
    let CheckArgs { render, only, skip, fix, output, clusters } = args;
    let checks = chosen(&only, &skip)?;
    let targets = Targets::of(&paged(settings, output == PageOutput::Html), &clusters)?;
    let asked = targets.asked(Given::of(render)?, Precedence::Given)?;
    let as_json = output.is_document();
    targets.each((Subject::CHECK, as_json), asked, move |settings, asked| {
        checked(settings, asked, checks.clone(), fix, as_json)
    })
}

/// Runs them on one cluster; true where none fails.
fn checked(settings: &Settings, asked: &Asked, checks: Vec<&'static Check>, fix: bool, as_json: bool) -> Result<bool> {
    let config = config::load(&asked.given)?;
    let (name, facts, fixed) = settings.on_cluster(|cluster| async move {
        let now = Timestamp::now().as_second();
        let mut facts = ahead::with_installation(&cluster, &settings.istio_namespace, now, &config).await?;
        let mut fixed = Vec::new();
        if fix {
            fixed = mended(&cluster, settings, &facts).await?;
            facts.webhooks.iter_mut().for_each(|all| all.retain(|one| !fixed.contains(&one.id().to_string())));
        }
        Ok((cluster.name().to_owned(), facts, fixed))
    })?;
    let verdicts: Vec<(&Check, Verdict)> = checks.into_iter().map(|check| (check, (check.run)(&facts))).collect();
    let ui = &settings.ui;
    match as_json {
        false => ui.result(&ui.fitted(&check::text(ui, settings.verbose > 0, &verdicts, &fixed)))?,
        true => ui.document(&check::json(&name, &facts, &verdicts, &fixed))?,
    }
    check::unknown(ui, &facts);
    Ok(verdicts.iter().all(|(_, verdict)| verdict.outcome != Grade::Failed))
}

/// Removes the webhooks that refuse pods or configuration for a control plane that is gone: those alone. Gives what was
/// removed.
async fn mended(cluster: &Cluster, settings: &Settings, facts: &Facts) -> Result<Vec<String>> {
    let orphans = orphans(facts);
    if orphans.is_empty() {
        return Ok(Vec::new());
    }
    let lines: Vec<String> = orphans.iter().map(|one| one.id().to_string()).collect();
    let question = Question::listed(cluster, "webhooks whose control plane is gone will be removed", &lines);
    settings.caller().ask(question).await?;
    apply::remove_webhooks(cluster, &orphans).await?;
    Ok(lines)
}
