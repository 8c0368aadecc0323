//! The checks before an installation that need nothing but what was read for it, one request for permissions, and one for
//! each Secret that images are pulled with: what would make it fail is told before anything is written.

use std::collections::BTreeSet;

use super::mirror;
use crate::check::{CHECKS, Check, Facts, Grade, Verdict};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result, Why};
use crate::object::{Object, ObjectId};
use crate::plan::Action;
use crate::plan::access::{self, Deed, Purpose, Subject};
use crate::read::rights::{self, Taken};
use crate::read::{Scene, Survey, ahead};

/// Runs them, where anything would be written; what is to be warned of.
///
/// # Errors
/// `precheck` (failed) and `forbidden` (cluster) with the check that fails and what mends it.
pub(super) async fn run(cluster: &Cluster, survey: &Survey) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    if !survey.actions.values().any(Action::writes) && survey.pruned().is_empty() {
        return Ok(warnings);
    }
    let namespace = survey.set.namespace.name();
    let denied = denied(cluster, namespace, &taken(survey)).await;
    let live =
        |kind: &str| survey.live.values().filter(|object| object.kind() == kind).cloned().collect::<Vec<Object>>();
    let wanted: Vec<Object> = survey.set.objects().cloned().collect();
    mirrored(cluster, survey).await?;
    let missing = ahead::missing_pull_secrets(cluster, &wanted).await;
    let facts = Facts {
        api_versions: survey.kinds.api_versions(),
        namespace: namespace.to_owned(),
        namespaces: Some(live("Namespace")),
        definitions: Some(live("CustomResourceDefinition")),
        denied,
        missing_pull_secrets: missing.inspect_err(|error| tracing::debug!(%error, "pull secrets are not known")).ok(),
        wanted,
        ..Facts::default()
    };
    // What was not read for the installation is skipped by its checks.
    for check in CHECKS.iter().filter(|check| check.when.is_before()) {
        let verdict = (check.run)(&facts);
        // An installation rewrites what the other warnings are about, or they need what was not read for it.
        if verdict.outcome == Grade::Warning && check.id == "pull-secrets" {
            let hint = verdict.hint.as_deref().unwrap_or(check.hint);
            warnings.push(format!("{}: {hint}", verdict.reasons.join("; ")));
        }
        if verdict.outcome == Grade::Failed {
            return Err(refusal(cluster, check, verdict));
        }
    }
    Ok(warnings)
}

/// Whether all that an installation from a bundle pulls is there; nothing to say where there is no bundle.
///
/// # Errors
/// `incomplete` (failed), and what the registry or the Secrets cannot be asked for.
pub(super) async fn mirrored(cluster: &Cluster, survey: &Survey) -> Result<()> {
    let Some((mirror, images)) = &survey.mirror else { return Ok(()) };
    let wanted: Vec<Object> = survey.set.objects().cloned().collect();
    mirror::check(mirror, images, &ahead::missing_pull_secrets(cluster, &wanted).await?).await
}

/// What of `taken` we may not do, in words; none where that is not known.
async fn denied(cluster: &Cluster, home: &str, taken: &Taken<'_>) -> Option<Vec<String>> {
    match rights::denied(cluster, home, taken).await {
        Ok(denied) => Some(denied.iter().map(ToString::to_string).collect()),
        Err(error) => {
            tracing::debug!(%error, "what we may do is not known");
            None
        }
    }
}

/// Whether what a change is about to do is allowed; `home` is the namespace of the control plane.
///
/// # Errors
/// `forbidden` (cluster) with what is not, and what grants it.
pub(super) async fn may(cluster: &Cluster, home: &str, deeds: BTreeSet<Deed>) -> Result<()> {
    let taken = Taken { deeds, escalations: Vec::new() };
    let facts = Facts { denied: denied(cluster, home, &taken).await, ..Facts::default() };
    for check in CHECKS.iter().filter(|check| check.id == PERMISSIONS) {
        let verdict = (check.run)(&facts);
        if verdict.outcome == Grade::Failed {
            return Err(refusal(cluster, check, verdict));
        }
    }
    Ok(())
}

/// The checks that tell whether pods that get a proxy can be made.
const OF_PODS: [&str; 4] = ["pod-security", "other-webhooks", "webhooks", "overlaps"];

/// Runs those that concern pods of the namespaces of `scene`, with `labels` of their own where they get such, before the first
/// of them restarts.
///
/// # Errors
/// As [`run`].
pub(super) async fn enrolment(cluster: &Cluster, home: &str, scene: &Scene, labels: &[(String, String)]) -> Result<()> {
    let facts = ahead::of_enrolment(cluster, home, scene, labels).await?;
    for check in CHECKS.iter().filter(|check| OF_PODS.contains(&check.id)) {
        let verdict = (check.run)(&facts);
        if verdict.outcome == Grade::Failed {
            return Err(refusal(cluster, check, verdict));
        }
    }
    Ok(())
}

/// The check of what we may do.
const PERMISSIONS: &str = "permissions";

/// That a check fails, with what mends it.
fn refusal(cluster: &Cluster, check: &Check, verdict: Verdict) -> Error {
    let is_forbidden = check.id == PERMISSIONS;
    let (kind, id) = if is_forbidden { (Kind::Cluster, "forbidden") } else { (Kind::Failed, "precheck") };
    let reasons = verdict.reasons.join("\n");
    let hint = verdict.hint.unwrap_or_else(|| if is_forbidden { cluster.grant() } else { check.hint.to_owned() });
    Error::new(kind, id, format!("check {} fails, nothing was written:\n{reasons}", check.id))
        .because(Why::InTheWay)
        .hint(hint)
}

/// What carrying the plan out takes.
fn taken(survey: &Survey) -> Taken<'_> {
    let all: Vec<&Object> = survey.set.objects().collect();
    let is_written = |object: &&Object| survey.actions.get(&object.id()).is_some_and(Action::writes);
    let written: Vec<&Object> = all.iter().copied().filter(is_written).collect();
    let subject = Subject { objects: &all, home: survey.set.namespace.name(), place: None };
    let mut deeds = access::to_write(Purpose::Install, &subject, &written);
    let recreated = survey.actions.iter().filter(|(_, action)| matches!(action, Action::Recreate(_)));
    let going: Vec<ObjectId> = recreated.map(|(id, _)| id.clone()).chain(survey.pruned()).collect();
    deeds.extend(going.iter().map(|id| Deed::of("delete", id)));
    // Where records may not even be read, that is what is told.
    if survey.unlisted.is_some() {
        deeds.retain(|deed| deed.resource != "secrets");
    }
    Taken { deeds, escalations: access::escalations(&written, &all) }
}
