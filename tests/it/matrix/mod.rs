//! Who installed × how it is laid out × what is done: in each cell what others need stays, every pod that was injected is
//! injected, by one webhook, and the last line is true.
//!
//! A row is a sequence on one cluster. `install again`, `upgrade` and `roll back` act on one installation of the shape,
//! `uninstall one` on one (the same, or another), `purge` on all that is left. What a cell says is what comes of it:
//!
//! | word | exit | meaning |
//! |---|---|---|
//! | `nothing written` | 0 | no request that writes |
//! | `taken over` | 0 | what its input says is there, and ours; nothing else has changed |
//! | `changed` | 0 | the value is there; nothing else has changed |
//! | `and back` | 0 | moved to a revision beside, and after `--abort` everything is as it was |
//! | `back, tagged` | 0 | the same, but for a tag `default` where there was none: as any installation of mesh makes it |
//! | `back` | 0 | everything is as it was before the upgrade |
//! | `gone` | 0 | what only that installation had is gone; what others have or share is there |
//! | `all gone` | 0 | nothing of Istio is left but its CRDs; nothing of users is gone |
//! | `refused: WORDS` | 1, 2 | nothing was written, and the reason is said |

mod cells;
mod makers;
mod shapes;
mod state;
mod world;

use anyhow::{Result, ensure};

use cells::{Action, Sequence};
use makers::Maker::{self, Helm, Istioctl, Kubectl, Mesh};
use shapes::Shape::{self, GatewayFiles, NoTag, OneFile, TwoHomes, TwoRevisions};
use world::World;

use crate::harness::say;

type Row = (Maker, Shape, [&'static str; 7]);

const HELM: &str = "refused: Helm release";
const UNRECORDED: &str = "refused: nothing is recorded";
const USED: &str = "refused: in use";

#[rustfmt::skip]
const TABLE: [Row; 20] = [
    //                       canary          install again      canary      upgrade     roll back   uninstall   purge
    // What nobody has recorded is taken over first: the second canary moves what `install again` has taken over.
    (Mesh, OneFile,          ["and back",     "nothing written", "and back", "changed",  "back",     USED,       "all gone"]),
    (Mesh, GatewayFiles,     ["and back",     "nothing written", "and back", "changed",  "back",     "gone",     "all gone"]),
    // The gateway that both list is whose input was the last: it moves.
    (Mesh, TwoRevisions,     ["and back",     "taken over",      "and back", "changed",  "back",     "gone",     "all gone"]),
    (Mesh, NoTag,            ["back, tagged", "taken over",      "and back", "changed",  "back",     "gone",     "all gone"]),
    (Mesh, TwoHomes,         ["and back",     "nothing written", "and back", "changed",  "back",     "gone",     "all gone"]),
    (Istioctl, OneFile,      [UNRECORDED,     "taken over",      "and back", "changed",  "back",     USED,       "all gone"]),
    (Istioctl, GatewayFiles, [UNRECORDED,     "taken over",      UNRECORDED, "changed",  "back",     "gone",     "all gone"]),
    (Istioctl, TwoRevisions, [UNRECORDED,     "taken over",      "and back", "changed",  "back",     "gone",     "all gone"]),
    (Istioctl, NoTag,        [UNRECORDED,     "taken over",      UNRECORDED, "changed",  "back",     "gone",     "all gone"]),
    (Istioctl, TwoHomes,     [UNRECORDED,     "taken over",      UNRECORDED, "changed",  "back",     "gone",     "all gone"]),
    (Helm, OneFile,          [UNRECORDED,     HELM,              UNRECORDED, UNRECORDED, UNRECORDED, HELM,       HELM]),
    (Helm, GatewayFiles,     [UNRECORDED,     HELM,              UNRECORDED, UNRECORDED, UNRECORDED, HELM,       HELM]),
    (Helm, TwoRevisions,     [UNRECORDED,     HELM,              UNRECORDED, UNRECORDED, UNRECORDED, HELM,       HELM]),
    (Helm, NoTag,            [UNRECORDED,     HELM,              UNRECORDED, UNRECORDED, UNRECORDED, HELM,       HELM]),
    (Helm, TwoHomes,         [UNRECORDED,     HELM,              UNRECORDED, UNRECORDED, UNRECORDED, HELM,       HELM]),
    (Kubectl, OneFile,       [UNRECORDED,     "taken over",      "and back", "changed",  "back",     USED,       "all gone"]),
    (Kubectl, GatewayFiles,  [UNRECORDED,     "taken over",      UNRECORDED, "changed",  "back",     "gone",     "all gone"]),
    (Kubectl, TwoRevisions,  [UNRECORDED,     "taken over",      "and back", "changed",  "back",     "gone",     "all gone"]),
    (Kubectl, NoTag,         [UNRECORDED,     "taken over",      UNRECORDED, "changed",  "back",     "gone",     "all gone"]),
    (Kubectl, TwoHomes,      [UNRECORDED,     "taken over",      UNRECORDED, "changed",  "back",     "gone",     "all gone"]),
];

/// All rows of a maker, one after the other on one cluster.
fn rows(maker: Maker) -> Result<()> {
    let world = World::start()?;
    let (mut red, mut green) = (Vec::new(), 0);
    for (_, shape, words) in TABLE.iter().filter(|(of, ..)| *of == maker) {
        let mut sequence = Sequence::begin(&world, maker, *shape)?;
        for (action, word) in Action::ALL.into_iter().zip(words) {
            let cell = format!("{maker:?} × {shape:?} × {action:?} → {word}");
            match sequence.cell(action, word) {
                Ok(()) => green += 1,
                Err(error) => {
                    say(&format!("red: {cell}: {error:#}"));
                    red.push(cell);
                }
            }
        }
        sequence.end()?;
    }
    say(&format!("matrix, {maker:?}: {green} green, {} red", red.len()));
    ensure!(red.is_empty(), "{} cells are red:\n{}", red.len(), red.join("\n"));
    Ok(())
}

#[test]
#[ignore = "a run of its own, of some minutes"]
fn what_mesh_made() -> Result<()> {
    rows(Mesh)
}

#[test]
#[ignore = "a run of its own, of some minutes"]
fn what_istioctl_made() -> Result<()> {
    rows(Istioctl)
}

#[test]
#[ignore = "a run of its own, of some minutes"]
fn what_helm_made() -> Result<()> {
    rows(Helm)
}

#[test]
#[ignore = "a run of its own, of some minutes"]
fn what_kubectl_made() -> Result<()> {
    rows(Kubectl)
}
