//! What of Istio goes, and what is left of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::backup;
use super::plan;
use super::question::{self, Question};
use crate::error::Result;
use crate::istio::{Installation, Users};
use crate::object::{Object, ObjectId};
use crate::plan::Summary;
use crate::plan::filter::Reason;
use crate::plan::removal::Removal;
use crate::text;
use crate::ui::{Ui, sanitize};

/// How many names are told.
const SHOWN: usize = 3;

/// What is left, each with why.
pub type Remains = Vec<(String, String)>;

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is left.
    pub left: Remains,
    /// What would be removed, where it is only shown; see [`document`].
    pub plan: Option<Value>,
}

impl From<Remains> for Outcome {
    fn from(left: Remains) -> Self {
        Self { left, plan: None }
    }
}

/// What a plan is told by.
pub struct Told<'a> {
    /// Who made what goes, a line each.
    pub made_by: Vec<String>,
    /// What goes and what stays.
    pub removal: &'a Removal,
    /// What is handed over.
    pub handed: Vec<HandedOver<'a>>,
    /// Whether what istiod made goes too.
    pub purge: bool,
    /// Namespaces that go if they are empty.
    pub namespaces: &'a [ObjectId],
    /// Who uses what goes.
    pub users: &'a Users,
    /// What users configured, where it goes.
    pub configured: &'a [Object],
}

/// What is handed over to one installation.
pub struct HandedOver<'a> {
    /// To whom.
    pub installation: &'a Installation,
    /// What it takes over.
    pub objects: &'a BTreeSet<ObjectId>,
    /// What that changes.
    pub summary: Summary,
}

impl HandedOver<'_> {
    /// To whom, what that does to what runs, and below it what changes, each field of it where `fields` says so.
    fn lines(&self, fields: bool) -> Vec<String> {
        let Self { installation, objects, summary } = self;
        let effects: Vec<String> = summary.effects.iter().map(ToString::to_string).collect();
        let which = if effects.is_empty() { String::new() } else { format!(", which {}", effects.join(", ")) };
        let names = text::few(*objects, SHOWN);
        let mut lines = vec![format!("stays, and is handed over to installation {installation}{which}: {names}")];
        // They stand in the line above: the end of a long list is cut.
        let changes = Summary { effects: Vec::new(), ..summary.clone() };
        let told = if fields { plan::lines } else { plan::brief };
        lines.extend(told(&changes, &[], &|_, text| text.to_owned()).into_iter().map(|line| format!("  {line}")));
        lines
    }
}

/// The lines of a plan for a question: without the fields of what is handed over where they would not fit on a screen.
pub fn asked(plan: &Told<'_>) -> Vec<String> {
    let all = lines(plan, true);
    if all.len() > question::SHOWN { lines(plan, false) } else { all }
}

/// What goes, a line a part, and what that means; with `fields` each field of what is handed over.
pub fn lines(plan: &Told<'_>, fields: bool) -> Vec<String> {
    let Told { made_by, removal, handed, purge, namespaces, users, configured } = plan;
    let mut lines = made_by.clone();
    for part in &removal.parts {
        let goals = part.first.iter().chain(&part.then).map(|goal| &goal.id);
        lines.push(format!("{}: {}", part.title, text::few(goals, SHOWN)));
    }
    lines.extend(handed.iter().flat_map(|one| one.lines(fields)));
    let is_handed = |id: &ObjectId| handed.iter().any(|one| one.objects.contains(id));
    // As another installation wants it, where nothing is done about it.
    let stays = removal.kept.iter().filter(|(id, why)| matches!(why, Reason::WantedBy { .. }) && !is_handed(id));
    lines.extend(stays.map(|(id, reason)| format!("stays: {id} {reason}")));
    if *purge {
        lines.push("what istiod made: its CA, and its certificates and locks in every namespace".to_owned());
    }
    lines.extend(namespaces.iter().map(|id| format!("{id}, if nothing else is in it")));
    if !users.ambient.is_empty() {
        lines.push(format!("these namespaces leave ambient mode first: {}", users.ambient.join(", ")));
    }
    if !configured.is_empty() {
        lines.push(format!("what users configured: {}", backup::counted(configured)));
    }
    let mut others = (*users).clone();
    others.ambient.clear();
    lines.extend(others.lines());
    lines
}

/// The same for machines: every object that goes, in its order.
pub fn document(plan: &Told<'_>) -> Value {
    let Told { made_by, removal, handed, purge, namespaces, users, configured } = plan;
    let names = |ids: &mut dyn Iterator<Item = &ObjectId>| ids.map(ToString::to_string).collect::<Vec<_>>();
    let parts = removal.parts.iter().map(|part| {
        let goals = part.first.iter().chain(&part.then).map(|goal| goal.id.to_string()).collect::<Vec<_>>();
        json!({ "name": part.name, "title": part.title, "objects": goals })
    });
    let handed = handed.iter().map(|HandedOver { installation, objects, summary }| {
        json!({
            "installation": installation.to_string(),
            "objects": names(&mut objects.iter()),
            "change": plan::changes(summary),
            "refused": plan::reasons(&summary.refused),
            "effects": plan::effects(summary),
        })
    });
    json!({
        "delete": parts.collect::<Vec<_>>(),
        "madeBy": made_by,
        "handedOver": handed.collect::<Vec<_>>(),
        "whatIstiodMade": purge,
        "namespacesIfEmpty": names(&mut namespaces.iter()),
        "configured": configured.iter().map(|one| one.id().to_string()).collect::<Vec<_>>(),
        "users": users.lines(),
    })
}

/// Wants the number of objects typed that users configured.
pub fn question(configured: &[Object]) -> Question {
    let (counted, count) = (backup::counted(configured), configured.len().to_string());
    let text = format!("--delete-crds deletes {counted}. Type {count} to go on: ");
    let hint = format!("--delete-crds deletes {counted}: to confirm that without being asked, give --yes-delete-crds");
    Question::typed(count, text, hint)
}

/// Why an object stays, with what would remove it.
pub fn because(reason: &Reason) -> String {
    match reason {
        Reason::HelmRelease { name, namespace } => format!("{reason}: helm uninstall {name} -n {namespace}"),
        other => other.to_string(),
    }
}

/// Adds what is left to the document of a run.
pub fn add(element: &mut Value, Outcome { left, plan }: &Outcome, dry_run: bool) {
    element["dryRun"] = dry_run.into();
    if let Some(plan) = plan {
        element["plan"] = plan.clone();
    }
    element["left"] = left.iter().map(|(what, why)| json!({ "what": what, "why": why })).collect();
}

/// Tells what is left.
///
/// # Errors
/// Those of stdout.
pub fn tell(ui: &Ui, Outcome { left, .. }: &Outcome) -> Result<()> {
    if left.is_empty() {
        return Ok(());
    }
    let lines: String = left.iter().map(|(what, why)| format!("  {}: {}\n", sanitize(what), sanitize(why))).collect();
    ui.result(&ui.fitted(&format!("Left:\n{lines}")))
}
