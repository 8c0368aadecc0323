//! The checks before an installation that need nothing but what was read for it, one request for permissions, and one for
//! each Secret that images are pulled with: what would make it fail is told before anything is written.

use std::collections::BTreeSet;

use crate::apply::lease_deeds;
use crate::check::{CHECKS, Check, Facts, Grade, Verdict};
use crate::cluster::{Cluster, Deed};
use crate::error::{Error, Kind, Result, Why};
use crate::object::{Object, ObjectId};
use crate::plan::Action;
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
    let denied = match cluster.rights(namespace).await {
        Ok(rights) => Some(deeds(survey).iter().filter(|deed| !rights.allow(deed)).map(ToString::to_string).collect()),
        Err(error) => {
            tracing::debug!(%error, "what we may do is not known");
            None
        }
    };
    let live =
        |kind: &str| survey.live.values().filter(|object| object.kind() == kind).cloned().collect::<Vec<Object>>();
    let wanted: Vec<Object> = survey.set.objects().cloned().collect();
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
            return Err(refusal(check, verdict));
        }
    }
    Ok(warnings)
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
            return Err(refusal(check, verdict));
        }
    }
    Ok(())
}

/// That a check fails, with what mends it.
fn refusal(check: &Check, verdict: Verdict) -> Error {
    let (kind, id) = if check.id == "permissions" { (Kind::Cluster, "forbidden") } else { (Kind::Failed, "precheck") };
    let reasons = verdict.reasons.join("\n");
    Error::new(kind, id, format!("check {} fails, nothing was written:\n{reasons}", check.id))
        .because(Why::InTheWay)
        .hint(verdict.hint.unwrap_or_else(|| check.hint.to_owned()))
}

/// What carrying the plan out takes, each kind once, with the record that comes first.
fn deeds(survey: &Survey) -> BTreeSet<Deed> {
    let mut deeds = BTreeSet::new();
    let mut takes = |id: &ObjectId, verbs: &[&'static str]| {
        // What the installation's own CRDs will serve comes with them.
        let Ok(resource) = survey.kinds.plural(id) else { return };
        deeds.extend(verbs.iter().map(|verb| Deed {
            verb,
            group: id.group.clone(),
            resource: resource.to_owned(),
            namespace: id.namespace.clone(),
        }));
    };
    for (id, action) in &survey.actions {
        // A server-side apply that creates needs both.
        let verbs: &[&str] = match action {
            Action::Create(_) => &["create", "patch"],
            Action::Apply(_) => &["patch"],
            Action::Recreate(_) => &["delete", "create", "patch"],
            _ => &[],
        };
        takes(id, verbs);
    }
    for id in survey.pruned() {
        takes(&id, &["delete"]);
    }
    // Where records may not even be read, that is what is told.
    if survey.unlisted.is_none() {
        takes(&ObjectId::new("v1", "Secret", Some(survey.set.namespace.name()), ""), &["create", "patch"]);
    }
    deeds.extend(lease_deeds(survey.set.namespace.name()));
    deeds
}
