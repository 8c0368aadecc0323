//! Namespaces that move to a second control plane. Nothing else does that in one command, so mesh is measured alone.

use anyhow::Result;
use serde_json::json;

use std::time::Duration;

use crate::contest::{After, Contest, Life, Stage};
use crate::inputs;
use crate::place::Place;
use crate::process::Step;
use crate::told::{MESH, Work};

/// The namespace that moves.
pub(crate) const SHOP: &str = "shop";
/// How long its Deployments may take to be there at first.
const THERE: Duration = Duration::from_secs(300);

/// A namespace with a few Deployments, and one with many.
pub(super) fn contests(place: &Place) -> Result<Vec<Contest>> {
    let name = |count: usize| format!("of {count} Deployments");
    let upgrade = |more: &[&str]| vec![Step::new(&place.tools.mesh, [&["upgrade", "--canary", "-y"], more].concat())];
    let contest = |count: usize| Contest {
        what: name(count),
        ten_times: (count == 50).then(|| name(5)),
        drawn: true,
        rounds: place.runs(1),
        warm: false,
        lives: vec![Life { who: MESH, stages: vec![Stage { work: Work::Canary, steps: upgrade(&[]) }] }],
        after: After::Run(upgrade(&["--abort"])),
        before: Some(Box::new(move |place| shop(place, count))),
    };
    Ok([5, 50].map(contest).into())
}

/// A mesh with so many Deployments in it.
fn shop(place: &Place, count: usize) -> Result<()> {
    let plane = place.plane()?;
    plane.sweep()?;
    place.measured(&[Step::new(&place.tools.mesh, ["install", "-y"])])?;
    plane.cluster.create_namespace(SHOP, &json!({"istio-injection": "enabled"}))?;
    let names: Vec<String> = (0..count).map(|number| format!("web-{number}")).collect();
    for name in &names {
        let deployment = inputs::deployment(name);
        plane.cluster.create(&format!("/apis/apps/v1/namespaces/{SHOP}/deployments"), &deployment)?;
    }
    names.iter().try_for_each(|name| plane.cluster.wait_for_deployment(SHOP, name, THERE))
}
