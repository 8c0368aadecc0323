//! The mesh on a page.

use serde_json::Value;

use super::markup::{Html, Tone, badge, code, fold, list, part, table};
use super::{Shown, items, number, picture, text, texts};
use crate::check::ENDS_SOON;
use crate::text::count;

/// Of `status`.
pub(super) fn status(one: &Value) -> Shown {
    let inside = Html::element("p", "dim", format!("Kubernetes {}", text(one, "kubernetes")))
        .then(picture::revisions(one))
        .then(part("Components", components(one)))
        .then(part("Not ready in the mesh", list(items(one, "unready").iter().map(unready))))
        .then(part("Pods with trouble", troubles(one)))
        .then(part("Findings", items(one, "findings").iter().map(found).collect()))
        .then(part("Proxies", proxies(one)))
        .then(part("Namespaces", namespaces(one)))
        .then(part("Webhooks", webhooks(one)))
        .then(part("Certificates", certificates(one)))
        .then(part("Installations", installations(one)))
        .then(part("Not known", list(texts(one, "unknown").map(Html::from))));
    let bad = items(one, "components").iter().filter(|one| component(one) != Tone::Good).count();
    let broken = items(one, "webhooks").iter().filter(|one| !items(one, "troubles").is_empty()).count();
    let outdated: usize =
        items(one, "proxies").iter().filter(|one| one["outdated"] == true).map(|one| number(one, "pods")).sum();
    let troubled = number(one, "troubled");
    let (tone, word) = match () {
        () if bad > 0 => (Tone::Bad, format!("{} not ready", count(bad, "component"))),
        () if broken > 0 => (Tone::Bad, format!("{} in trouble", count(broken, "webhook"))),
        () if troubled > 0 => (Tone::Warn, format!("{} with trouble", count(troubled, "pod"))),
        () if outdated > 0 => (Tone::Warn, format!("{} outdated", count(outdated, "proxy"))),
        () if items(one, "components").is_empty() => (Tone::Plain, "no Istio".to_owned()),
        () => (Tone::Good, "ready".to_owned()),
    };
    Shown::new(tone, word, inside)
}

/// How good a component is.
pub(super) fn component(one: &Value) -> Tone {
    match (one["ready"].as_i64(), one["desired"].as_i64()) {
        (ready, desired) if ready == desired && one.get("state").is_none() => Tone::Good,
        (Some(0), _) => Tone::Bad,
        _ => Tone::Warn,
    }
}

fn components(one: &Value) -> Html {
    let row = |one: &Value| {
        let name = format!("{} {}/{}", text(one, "kind"), text(one, "namespace"), text(one, "name"));
        let pods = badge(component(one), format!("{}/{}", one["ready"], one["desired"]));
        vec![code(&name), pods, text(one, "version").into(), text(one, "revision").into(), text(one, "state").into()]
    };
    table(&["Component", "Ready", "Version", "Revision", "State"], items(one, "components").iter().map(row).collect())
}

fn unready(one: &Value) -> Html {
    code(text(one, "workload")).then(format!(": {}", text(one, "state")))
}

fn troubles(one: &Value) -> Html {
    let all = items(one, "troubles");
    let rows = list(all.iter().map(|one| code(text(one, "pod")).then(format!(": {}", text(one, "message")))));
    let more = number(one, "troubled").saturating_sub(all.len());
    match more {
        0 => rows,
        more => rows.then(Html::element("p", "dim", format!("and {more} more"))),
    }
}

fn found(one: &Value) -> Html {
    let tone = if one["result"] == "failed" { Tone::Bad } else { Tone::Warn };
    fold(true, badge(tone, text(one, "check")), list(texts(one, "reasons").map(Html::from)))
}

fn proxies(one: &Value) -> Html {
    let row = |one: &Value| {
        let state = match one["outdated"] == true {
            true => badge(Tone::Warn, "outdated"),
            false => badge(Tone::Good, "up to date"),
        };
        let plane = one["controlPlane"].as_str().unwrap_or("gone, or elsewhere");
        let ready = format!("{}/{}", number(one, "ready"), number(one, "pods"));
        vec![text(one, "revision").into(), text(one, "version").into(), ready.into(), plane.into(), state]
    };
    table(&["Revision", "Version", "Ready", "Control plane", "State"], items(one, "proxies").iter().map(row).collect())
}

fn namespaces(one: &Value) -> Html {
    let row = |one: &Value| {
        let by_revision = one["proxies"].as_object().into_iter().flatten();
        let proxies: Vec<String> = by_revision.map(|(revision, pods)| format!("{pods} of {revision}")).collect();
        vec![code(text(one, "name")), code(text(one, "enrolled")), proxies.join(", ").into()]
    };
    table(&["Namespace", "Label", "Pods with a proxy"], items(one, "namespaces").iter().map(row).collect())
}

fn webhooks(one: &Value) -> Html {
    let row = |one: &Value| {
        let troubles: Vec<&str> = texts(one, "troubles").collect();
        let state =
            if troubles.is_empty() { badge(Tone::Good, "answers") } else { badge(Tone::Bad, troubles.join("; ")) };
        vec![
            text(one, "kind").into(),
            code(text(one, "name")),
            text(one, "revision").into(),
            text(one, "policy").into(),
            state,
        ]
    };
    table(&["Kind", "Name", "Revision", "Policy", "State"], items(one, "webhooks").iter().map(row).collect())
}

fn certificates(one: &Value) -> Html {
    let row = |one: &Value| {
        let days = one["daysLeft"].as_i64().unwrap_or_default();
        let tone = match days {
            ..0 => Tone::Bad,
            0..ENDS_SOON => Tone::Warn,
            _ => Tone::Good,
        };
        vec![text(one, "name").into(), badge(tone, format!("{days} days"))]
    };
    table(&["Certificate", "Lasts"], items(one, "certificates").iter().map(row).collect())
}

fn installations(one: &Value) -> Html {
    let row = |one: &Value| {
        let record = number(one, "record").to_string();
        let cells = ["installation", "revision", "istio", "time", "outcome"].map(|field| Html::from(text(one, field)));
        cells.into_iter().chain([record.into()]).collect()
    };
    let heads = ["Installation", "Revision", "Istio", "Changed", "Outcome", "Record"];
    table(&heads, items(one, "installations").iter().map(row).collect())
}
