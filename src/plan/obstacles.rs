//! What stands against a plan, before anything is written.

use std::collections::HashMap;

use super::Action;
use super::filter::Reason;
use super::summary::Creation;
use crate::error::Error;
use crate::object::ObjectId;

/// What helps where somebody else holds a field.
const RELEASE: &str = "let the other manager release the field, or set the same value in the inputs";

/// Conflicts with other managers, and objects that are not to be touched; none where the plan can be carried out.
pub fn of(actions: &HashMap<ObjectId, Action>) -> Option<Error> {
    let (conflicts, mut skipped, mut ending) = (conflicts(actions), Vec::new(), Vec::new());
    for (id, action) in actions {
        match action {
            Action::Skip(Reason::BeingDeleted) => ending.push(id),
            Action::Skip(reason) => skipped.push(format!("{id} {reason}")),
            _ => {}
        }
    }
    // What is in a namespace that goes, goes with it.
    ending.sort_by_key(|id| (id.kind != "Namespace", id.to_string()));
    if let Some(id) = ending.first() {
        let namespace = id.namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
        let kind = id.kind.to_lowercase();
        return Some(Error::in_the_way("being-deleted", format!("{id} is being deleted; nothing was written")).hint(
            format!("wait until it is gone: kubectl wait{namespace} --for=delete {kind}/{} --timeout=5m", id.name),
        ));
    }
    let mut lines: Vec<String> = conflicts.iter().chain(&skipped).cloned().collect();
    if lines.is_empty() {
        return None;
    }
    lines.sort();
    let error =
        Error::in_the_way("conflict", format!("not everything may be written; nothing was:\n{}", lines.join("\n")));
    Some(if conflicts.is_empty() {
        error
            .hint("what Helm installed is taken over, without a restart, with: mesh adopt")
            .hint("or go on with Helm: helm upgrade")
    } else {
        error.hint(RELEASE)
    })
}

/// What others hold otherwise than the inputs want it, and nothing else; none where they do not.
pub fn held(actions: &HashMap<ObjectId, Action>) -> Option<Error> {
    let lines = conflicts(actions);
    (!lines.is_empty()).then(|| {
        let message = format!("others hold fields that differ; nothing was written:\n{}", lines.join("\n"));
        Error::in_the_way("conflict", message).hint(RELEASE)
    })
}

/// A line for each field that somebody else holds, sorted.
fn conflicts(actions: &HashMap<ObjectId, Action>) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, action) in actions {
        if let Action::Conflict(differences) = action {
            lines.extend(differences.iter().map(|difference| format!("{id} {difference}")));
        }
    }
    lines.sort();
    lines
}

/// New objects that are not as their kinds have them; none where all are. The server would refuse each when it comes to
/// it, with others written before.
pub fn misshapen(create: &[Creation]) -> Option<Error> {
    let wrong = create.iter().filter(|creation| !creation.unknown.is_empty());
    let lines: Vec<String> =
        wrong.map(|creation| format!("{}: {}", creation.id, creation.unknown.join(", "))).collect();
    (!lines.is_empty()).then(|| {
        let message =
            format!("fields that their kinds do not have, or not like this; nothing was written:\n{}", lines.join("\n"));
        Error::in_the_way("misshapen", message)
            .hint("change what sets them, such as k8s.overlays in the inputs; `mesh diff` with the same inputs checks again")
            .hint("where the cluster is newer than mesh and has them: --force")
    })
}

/// What the server said no to in a dry run; none where it took everything.
pub fn refused(refused: &[(ObjectId, String)]) -> Option<Error> {
    refused_with(refused, "change the inputs, or what refuses them; `mesh diff` with the same inputs tries again")
}

/// The same, where something else than other inputs helps.
pub fn refused_with(refused: &[(ObjectId, String)], hint: &str) -> Option<Error> {
    let lines: Vec<String> = refused.iter().map(|(id, why)| format!("{id}: {why}")).collect();
    (!lines.is_empty()).then(|| {
        let message = format!("the cluster would refuse this; nothing was written:\n{}", lines.join("\n"));
        Error::in_the_way("refused", message).hint(hint)
    })
}
