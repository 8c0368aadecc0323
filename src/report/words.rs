//! What a fact is called.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::event::{Event, Fact, Wrote};
use crate::text::count;
use crate::ui::sanitize;

/// What was waited for: states come and go and come again, and each is told once.
#[derive(Debug, Default)]
pub(super) struct Waits(RefCell<HashSet<String>>);

impl Waits {
    /// Whether a line is to be told: one of waiting only the first time.
    pub(super) fn is_news(&self, fact: &Fact, line: &str) -> bool {
        !matches!(fact, Fact::Waiting { .. }) || self.0.borrow_mut().insert(line.to_owned())
    }
}

/// One line for an event, without the component; none where the event is not worth a line.
pub(super) fn line(event: &Event) -> Option<String> {
    let object = event.object.as_ref().map(|id| sanitize(&id.to_string())).unwrap_or_default();
    Some(match &event.fact {
        Fact::Planned { components, writes } => {
            let titles: Vec<&str> = components.iter().map(|(_, title)| title.as_str()).collect();
            format!("{} on {}: {} to write", titles.join(", "), sanitize(&event.cluster), count(*writes, "object"))
        }
        Fact::PlannedRemoval { components, deletes } => {
            let titles: Vec<&str> = components.iter().map(|(_, title)| title.as_str()).collect();
            format!("{} on {}: {} to delete", titles.join(", "), sanitize(&event.cluster), count(*deletes, "object"))
        }
        Fact::TakenOver { manager, objects } => {
            format!("taking {} over from {}", count(*objects, "object"), sanitize(manager))
        }
        Fact::Warning { message } => format!("warning: {}", sanitize(message)),
        Fact::Note { message } => format!("note: {}", sanitize(message)),
        Fact::Started => "started".to_owned(),
        Fact::Applied { change: Wrote::Unchanged } => return None,
        Fact::Applied { change } => format!("{object} {}", verb(*change)),
        Fact::Waiting { state } if object.is_empty() => format!("waiting for {}", sanitize(state)),
        Fact::Waiting { state } => format!("waiting for {object} {}", sanitize(state)),
        Fact::Step { doing } => sanitize(doing),
        Fact::Ready => "ready".to_owned(),
        Fact::Failed { causes, .. } => {
            format!("failed: {}", sanitize(causes.first().map_or("no cause was found", String::as_str)))
        }
        Fact::Skipped { because } => format!("skipped, as {} failed", sanitize(because)),
        Fact::RestartsPlanned { workloads } => format!("{} to restart", count(workloads.len(), "workload")),
        Fact::Restarting { why } => format!("restarting: {}", sanitize(why)),
        Fact::Pods { before, now, ready, wanted } => {
            format!("{before} → {now}: {ready} of {} ready", count(*wanted, "pod"))
        }
        Fact::Restarted { before, after, pods } => format!("ready: {before} → {after} ({})", count(*pods, "pod")),
        Fact::Removed => "gone".to_owned(),
        Fact::Asking | Fact::Evidence { .. } | Fact::RolledBack { .. } | Fact::Finished | Fact::Uninstalled => {
            return None;
        }
    })
}

/// The lines of facts that have several: what is left to look at, and what a way back did.
pub(super) fn lines(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::Evidence { lines } => {
            let shown = lines.iter().map(|line| format!("  {}", sanitize(line)));
            std::iter::once("what it leaves to look at, before it is undone:".to_owned()).chain(shown).collect()
        }
        Fact::RolledBack { recreated, deleted, kept, .. } => {
            let again = recreated.iter().map(|id| format!("  {} made again, with a new uid", sanitize(id)));
            let gone = deleted.iter().map(|id| format!("  {} deleted", sanitize(id)));
            let stays = kept.iter().map(|(id, why)| format!("  {} stays: it {}", sanitize(id), sanitize(why)));
            again.chain(gone).chain(stays).collect()
        }
        _ => Vec::new(),
    }
}

fn verb(change: Wrote) -> &'static str {
    match change {
        Wrote::Created => "created",
        Wrote::Configured => "configured",
        Wrote::Recreated => "recreated",
        Wrote::Restored => "restored",
        Wrote::Unchanged => "unchanged",
        Wrote::Deleted => "deleted",
    }
}
