//! Where an upgrade by a second revision stands.

use serde_json::Value;

use super::markup::{Html, Tone, arrow, badge, boxed, code, fold, list, part, picture};
use super::{Shown, items, text, warnings};

/// How many steps stand side by side in the picture.
const IN_A_ROW: usize = 4;
const WIDTH: usize = 220;
const ROW: usize = 62;

/// Of `upgrade --canary`.
pub(super) fn upgrade(one: &Value) -> Shown {
    let steps = items(one, "steps");
    let said = Html::element("p", "", text(one, "said"));
    if steps.is_empty() {
        return Shown::new(Tone::Plain, "", said);
    }
    let of_way: Vec<&Value> = steps.iter().filter(|step| step["step"] != "finish").collect();
    let done = of_way.iter().filter(|step| step["state"] == "done").count();
    let inside = said
        .then(picture(
            (IN_A_ROW * (WIDTH + 24), of_way.len().div_ceil(IN_A_ROW) * ROW),
            "the steps of the upgrade",
            drawn(&of_way),
        ))
        .then(part("Steps", steps.iter().map(shown).collect()))
        .then(warnings(one));
    let way = format!("{} → {}", text(one, "from"), text(one, "to"));
    let (tone, word) = match () {
        () if one["aborting"] == true => (Tone::Warn, format!("{way}: going back")),
        () if steps.iter().any(|step| step["state"] == "blocked") => (Tone::Bad, format!("{way}: blocked")),
        () if done == of_way.len() => (Tone::Good, format!("{way}: everything has moved")),
        () => (Tone::Warn, format!("{way}: {done} of {} done", crate::text::count(of_way.len(), "step"))),
    };
    Shown::new(tone, word, inside)
}

fn tone(step: &Value) -> Tone {
    match text(step, "state") {
        "done" => Tone::Good,
        "next" => Tone::Warn,
        "blocked" => Tone::Bad,
        _ => Tone::Plain,
    }
}

fn drawn(steps: &[&Value]) -> Html {
    let place = |number: usize| (4 + (number % IN_A_ROW) * (WIDTH + 24), 4 + (number / IN_A_ROW) * ROW);
    let one = |(number, step): (usize, &&Value)| {
        let (x, y) = place(number);
        let name = match text(step, "name") {
            "" => text(step, "step").to_owned(),
            name => format!("{} {name}", text(step, "step")),
        };
        let next = number % IN_A_ROW + 1 < IN_A_ROW && number + 1 < steps.len();
        let way = if next { arrow((x + WIDTH, y + 21), (x + WIDTH + 24, y + 21)) } else { Html::default() };
        boxed((x, y, WIDTH), tone(step), &format!("{}. {name}", number + 1), &text(step, "state").replace('-', " "))
            .then(way)
    };
    steps.iter().enumerate().map(one).collect()
}

/// An object by its kind, namespace and name.
fn named(object: &Value) -> String {
    let parts = ["kind", "namespace", "name"].map(|field| text(object, field));
    let whole = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    if whole.is_empty() { object.as_str().unwrap_or_default().to_owned() } else { whole }
}

fn shown(step: &Value) -> Html {
    let stuck = list(
        items(step, "stuck").iter().map(|one| code(&named(&one["object"])).then(format!(": {}", text(one, "why")))),
    );
    let inside = list(items(step, "workloads").iter().map(|one| code(&named(one)).then(" restarts")))
        .then(if stuck.is_empty() { stuck } else { Html::element("p", "", "not restarted:").then(stuck) });
    let summary = badge(tone(step), text(step, "state").replace('-', " ")).then(format!(" {}", text(step, "what")));
    if inside.is_empty() { Html::element("p", "", summary) } else { fold(step["state"] == "next", summary, inside) }
}
