//! `mesh check`: what would keep Istio from being installed, and what is wrong with it.

use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::settings::Settings;
use super::{Answer, ask, document, facts, inputs};
use crate::check::{CHECKS, Check, Facts, Outcome, Verdict, orphans};
use crate::cli::{CheckArgs, TextOutput};
use crate::cluster::{Cluster, Kinds};
use crate::config::{self, Inputs};
use crate::error::{Error, Result};
use crate::object::Object;
use crate::render::{self, Target};
use crate::ui::{self, Style, sanitize};

/// Runs the checks, prints what they say, and answers.
pub(super) fn run(settings: &Settings, args: CheckArgs) -> Result<Answer> {
    let CheckArgs { render, only, skip, fix, output } = args;
    let checks = chosen(&only, &skip)?;
    let mut inputs = inputs::read(render)?;
    inputs.sets.splice(0..0, settings.istio_namespace_set());
    config::load(&inputs)?;
    let (name, facts, fixed) = settings.on_cluster(|cluster| async move {
        let mut facts = read(&cluster, settings, &inputs).await?;
        let mut fixed = Vec::new();
        if fix {
            fixed = mended(&cluster, settings, &facts).await?;
            facts.webhooks.iter_mut().for_each(|all| all.retain(|one| !fixed.contains(&one.id().to_string())));
        }
        Ok((cluster.name().to_owned(), facts, fixed))
    })?;
    let verdicts: Vec<(&Check, Verdict)> = checks.into_iter().map(|check| (check, (check.run)(&facts))).collect();
    let failed = verdicts.iter().any(|(_, verdict)| verdict.outcome == Outcome::Failed);
    match output {
        TextOutput::Text => settings.ui.result(&text(settings, &verdicts, &fixed))?,
        TextOutput::Json => settings.ui.result(&ui::json(&as_document(&name, &facts, &verdicts, &fixed)))?,
    }
    for why in &facts.unknown {
        settings.ui.message(&format!("warning: not known: {}", sanitize(why)));
    }
    Ok(Answer::from(!failed))
}

/// The checks that `--only` and `--skip` leave.
fn chosen(only: &[String], skip: &[String]) -> Result<Vec<&'static Check>> {
    for id in only.iter().chain(skip) {
        if CHECKS.iter().all(|check| check.id != id) {
            let known: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
            return Err(Error::usage("unknown-check", format!("there is no check `{id}`"))
                .hint(format!("there are: {}", known.join(", "))));
        }
    }
    let is_chosen = |check: &&Check| {
        let named = |ids: &[String]| ids.iter().any(|id| id == check.id);
        (only.is_empty() || named(only)) && !named(skip)
    };
    Ok(CHECKS.iter().filter(is_chosen).collect())
}

async fn read(cluster: &Cluster, settings: &Settings, inputs: &Inputs) -> Result<Facts> {
    let mut facts = facts::mesh(cluster, &settings.istio_namespace, Timestamp::now().as_second()).await?;
    let served = cluster.kinds().await?;
    let target =
        Target { kubernetes: facts.kubernetes.clone(), api_versions: served.api_versions().into_iter().collect() };
    let bundle = render::render(&config::load(inputs)?, &target)?;
    let wanted: Vec<Object> = bundle.install_set(true).objects().cloned().collect();
    facts::before(cluster, &mut facts, &served, wanted).await?;
    Ok(facts)
}

/// Removes the webhooks that refuse pods for a control plane that is gone: those alone, each only while it is the object
/// that was looked at. Gives what was removed.
async fn mended(cluster: &Cluster, settings: &Settings, facts: &Facts) -> Result<Vec<String>> {
    let orphans = orphans(facts);
    if orphans.is_empty() {
        return Ok(Vec::new());
    }
    let lines: Vec<String> = orphans.iter().map(|one| one.id().to_string()).collect();
    ask::proceed(cluster, settings, "webhooks that refuse pods will be removed", &lines).await?;
    for one in orphans {
        let id = one.id();
        let kinds = Kinds::of([(&id, "mutatingwebhookconfigurations", false)]);
        cluster.delete(&kinds, &id, one.text("/metadata/uid")).await?;
    }
    Ok(lines)
}

fn text(settings: &Settings, verdicts: &[(&Check, Verdict)], fixed: &[String]) -> String {
    let mut text = String::new();
    for one in fixed {
        text.push_str(&format!("{} {} removed\n", settings.ui.paint_result(Style::Good, "✔"), sanitize(one)));
    }
    for (check, verdict) in verdicts {
        let (mark, style) = match verdict.outcome {
            Outcome::Failed => ("✘", Style::Bad),
            Outcome::Warning => ("!", Style::Warn),
            Outcome::Skipped => ("-", Style::Dim),
            Outcome::Passed => ("✔", Style::Good),
        };
        let is_bad = matches!(verdict.outcome, Outcome::Failed | Outcome::Warning);
        if !is_bad && settings.verbose == 0 {
            continue;
        }
        text.push_str(&format!("{} {} ({})\n", settings.ui.paint_result(style, mark), check.title, check.id));
        for reason in &verdict.reasons {
            text.push_str(&format!("  {}\n", sanitize(reason)));
        }
        if is_bad {
            text.push_str(&format!("  hint: {}\n", sanitize(verdict.hint.as_deref().unwrap_or(check.hint))));
        }
    }
    let count = |outcome: Outcome| verdicts.iter().filter(|(_, verdict)| verdict.outcome == outcome).count();
    let (failed, warned) = (count(Outcome::Failed), count(Outcome::Warning));
    let all = if verdicts.len() == 1 { "1 check".to_owned() } else { format!("{} checks", verdicts.len()) };
    text.push_str(&match (failed, warned) {
        (0, 0) => format!("{all}, nothing was found\n"),
        (failed, warned) => format!("{all}: {failed} failed, {warned} to look at\n"),
    });
    text
}

fn as_document(cluster: &str, facts: &Facts, verdicts: &[(&Check, Verdict)], fixed: &[String]) -> Value {
    let checks: Vec<Value> = verdicts
        .iter()
        .map(|(check, verdict)| {
            json!({
                "id": check.id,
                "title": check.title,
                "when": check.when,
                "result": verdict.outcome,
                "reasons": verdict.reasons,
                "hint": verdict.hint.as_deref().unwrap_or(check.hint),
            })
        })
        .collect();
    let passed = verdicts.iter().all(|(_, verdict)| verdict.outcome != Outcome::Failed);
    let element = json!({
        "passed": passed,
        "checks": checks,
        "fixed": fixed,
        "unknown": facts.unknown,
    });
    document::of_cluster("Check", cluster, element)
}
