//! Revisions as a picture: each control plane, and to the right of it what runs its proxies.

use std::collections::BTreeMap;

use serde_json::Value;

use super::markup::{Html, Tone, arrow, boxed, picture};
use super::{items, number, status, text};

const PLANE: usize = 230;
const OTHER: usize = 330;
const RIGHT: usize = 320;
const ROW: usize = 52;
/// What more there is is in the tables.
const MOST_ROWS: usize = 12;

/// What belongs to a revision.
#[derive(Default)]
struct Lane<'v> {
    plane: Option<&'v Value>,
    others: Vec<(Tone, String, String)>,
}

/// The picture of a mesh; none where there is nothing.
pub(super) fn revisions(one: &Value) -> Html {
    let mut lanes: BTreeMap<&str, Lane<'_>> = BTreeMap::new();
    for component in items(one, "components") {
        let lane = lanes.entry(text(component, "revision")).or_default();
        let name = text(component, "name");
        if (name == "istiod" || name.starts_with("istiod-")) && lane.plane.is_none() {
            lane.plane = Some(component);
        } else {
            let of =
                format!("{} ready of {}, {}", component["ready"], component["desired"], text(component, "version"));
            lane.others.push((status::component(component), format!("{}/{name}", text(component, "namespace")), of));
        }
    }
    for proxies in items(one, "proxies") {
        let is_outdated = proxies["outdated"] == true;
        let tone = if is_outdated { Tone::Warn } else { Tone::Good };
        let of = format!("{}{}", text(proxies, "version"), if is_outdated { ", outdated" } else { "" });
        let name = crate::text::count(number(proxies, "pods"), "pod") + " with a proxy";
        lanes.entry(text(proxies, "revision")).or_default().others.push((tone, name, of));
    }
    if lanes.is_empty() {
        return Html::default();
    }
    let (mut drawn, mut y) = (Html::default(), 4);
    for (revision, lane) in &lanes {
        let (tone, state) = match lane.plane {
            Some(plane) => (
                status::component(plane),
                format!("{}, {} of {} ready", text(plane, "version"), plane["ready"], plane["desired"]),
            ),
            None => (Tone::Plain, "no control plane here".to_owned()),
        };
        drawn = drawn.then(boxed((4, y, PLANE), tone, &format!("revision {revision}"), &state));
        let shown = lane.others.len().min(MOST_ROWS);
        for (row, (tone, name, state)) in lane.others.iter().take(shown).enumerate() {
            let top = y + row * ROW;
            drawn = drawn.then(arrow((4 + PLANE, y + 21), (RIGHT, top + 21))).then(boxed(
                (RIGHT, top, OTHER),
                *tone,
                name,
                state,
            ));
        }
        y += shown.max(1) * ROW + 8;
    }
    picture((RIGHT + OTHER + 4, y), "revisions, and what runs their proxies", drawn)
}
