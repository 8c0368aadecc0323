//! Which request meets which fault.

use std::time::Duration;

use http::Method;

/// How bad the way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What all decisions come from.
    pub seed: u64,
    /// How many of 1,000 requests meet a fault.
    pub rate: u64,
    /// How long a silence lasts that does not end with an answer.
    pub silence: Duration,
}

/// How a server says that something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As a Status of the Kubernetes API.
    Status,
    /// As a line of text, as the API server's own filters do.
    Text,
    /// As a page, as load balancers do.
    Page,
}

/// What happens to a request. Of a watch, `after` is how many events pass before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection is closed before the server has it.
    Unheard,
    /// … reset.
    UnheardReset,
    /// The server acts, and the connection is closed before its answer.
    Lost,
    /// … reset.
    LostReset,
    /// It reaches the server late.
    Late(Duration),
    /// The server acts, and nothing is said for so long; then the connection is closed.
    Silent(Duration),
    /// This answer, and the server never has it.
    Says(u16, Form),
    /// The answer breaks off in the middle, and so does the connection.
    Cut,
    /// … is reset.
    CutReset,
    /// Only the first half comes, as if it were the whole.
    Truncated,
    /// Bytes in the middle are others.
    Corrupt,
    /// It comes in small pieces.
    Trickle,
    /// The watch is over.
    Ends { after: usize },
    /// … in the middle of a line.
    EndsInLine { after: usize },
    /// … and the connection is reset.
    ResetInLine { after: usize },
    /// An event says that the version is too old.
    Gone { after: usize },
    /// An event says that the server has failed.
    Fails { after: usize },
    /// Nothing comes any more, with the connection open.
    Mute { after: usize },
    /// Everything comes late.
    Stale(Duration),
    /// A bookmark tells how far it has come.
    Bookmark,
}

use Fault::{
    Bookmark, Corrupt, Cut, CutReset, Ends, EndsInLine, Fails, Gone, Late, Lost, LostReset, Mute, ResetInLine, Says,
    Silent, Stale, Trickle, Truncated, Unheard, UnheardReset,
};
use Form::{Page, Status, Text};

/// Of requests that are answered once. The times and counts are filled in.
const ANSWERS: [(u64, Fault); 22] = [
    (12, Unheard),
    (6, UnheardReset),
    (12, Lost),
    (6, LostReset),
    (14, Late(Duration::ZERO)),
    (5, Silent(Duration::ZERO)),
    (8, Says(429, Status)),
    (4, Says(429, Text)),
    (2, Says(500, Status)),
    (1, Says(500, Page)),
    (6, Says(503, Status)),
    (3, Says(503, Text)),
    (3, Says(503, Page)),
    (4, Says(504, Status)),
    (1, Says(504, Text)),
    (1, Says(504, Page)),
    (6, Cut),
    (3, CutReset),
    (3, Truncated),
    (3, Corrupt),
    (8, Trickle),
    (1, Says(401, Status)),
];

/// Of watches.
const WATCHES: [(u64, Fault); 19] = [
    (6, Unheard),
    (4, LostReset),
    (3, Silent(Duration::ZERO)),
    (6, Late(Duration::ZERO)),
    (4, Says(429, Status)),
    (2, Says(429, Text)),
    (4, Says(503, Status)),
    (2, Says(503, Page)),
    (3, Says(504, Status)),
    (1, Says(401, Status)),
    (5, Says(410, Status)),
    (14, Ends { after: 0 }),
    (10, EndsInLine { after: 0 }),
    (8, ResetInLine { after: 0 }),
    (12, Gone { after: 0 }),
    (5, Fails { after: 0 }),
    (3, Mute { after: 0 }),
    (10, Stale(Duration::ZERO)),
    (6, Bookmark),
];

impl Plan {
    /// A way as a seed says: mostly well or hardly passable, and seldom one on which a server falls silent for longer than
    /// anybody waits.
    pub fn of_seed(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "", 0);
        let rate = [20, 60, 120, 240][dice.below(4) as usize];
        let silence = if dice.below(25) == 0 { 45_000 } else { 500 + dice.below(2_500) };
        Self { seed, rate, silence: Duration::from_millis(silence) }
    }

    /// What a request meets that was asked so often before; none for most.
    pub(super) fn fault(&self, method: &Method, path: &str, before: u64) -> Option<Fault> {
        let asked = format!("{method} {}", same_each_time(path));
        let mut dice = Dice::new(self.seed, &asked, before);
        if dice.below(1000) >= self.rate {
            return None;
        }
        let table = if is_watch(path) { &WATCHES[..] } else { &ANSWERS[..] };
        let mut left = dice.below(table.iter().map(|(weight, _)| weight).sum());
        let chosen = table.iter().find(|(weight, _)| {
            let is_it = left < *weight;
            left = left.saturating_sub(*weight);
            is_it
        });
        let after = dice.below(6) as usize;
        let pause = Duration::from_millis(50 + dice.below(1_000));
        Some(match chosen?.1 {
            Late(_) => Late(pause),
            Stale(_) => Stale(pause),
            Silent(_) => Silent(self.silence),
            Ends { .. } => Ends { after },
            EndsInLine { .. } => EndsInLine { after },
            ResetInLine { .. } => ResetInLine { after },
            Gone { .. } => Gone { after },
            Fails { .. } => Fails { after },
            Mute { .. } => Mute { after },
            // Only what names a version can be told that it is too old.
            Says(410, _) if !path.contains("resourceVersion=") => Unheard,
            fixed => fixed,
        })
    }
}

/// Whether a path asks for a watch.
pub(super) fn is_watch(path: &str) -> bool {
    path.contains("watch=true") || path.contains("watch=1")
}

/// A path without what is another one each time.
pub(super) fn same_each_time(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let varies =
        |part: &&str| ["resourceVersion=", "continue=", "timeoutSeconds="].iter().any(|key| part.starts_with(key));
    let kept: Vec<&str> = query.split('&').filter(|part| !varies(part)).collect();
    format!("{path}?{}", kept.join("&"))
}

/// The same numbers for the same beginning, everywhere.
struct Dice(u64);

impl Dice {
    fn new(seed: u64, text: &str, count: u64) -> Self {
        // FNV-1a: stable over builds, which the hashers of std are not.
        let bytes = seed.to_le_bytes().into_iter().chain(text.bytes()).chain(count.to_le_bytes());
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_the_same_each_time_and_another_one_otherwise() {
        let all = |seed| {
            let plan = Plan { seed, rate: 500, silence: Duration::from_secs(1) };
            let paths = (0..200).map(|number| format!("/api/v1/namespaces/a/pods/{number}"));
            paths.map(|path| plan.fault(&Method::GET, &path, 0)).collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        let hit = all(1).iter().flatten().count();
        assert!((60..140).contains(&hit), "{hit} of 200");
    }

    #[test]
    fn what_varies_by_itself_decides_nothing() {
        let plan = Plan { seed: 7, rate: 1000, silence: Duration::from_secs(1) };
        let watch = |version: &str| {
            let path = format!("/api/v1/pods?watch=true&timeoutSeconds=290&resourceVersion={version}&labelSelector=a");
            plan.fault(&Method::GET, &path, 3)
        };
        assert_eq!(watch("1"), watch("2"));
        let often: Vec<_> = (0..40).map(|before| plan.fault(&Method::GET, "/version", before)).collect();
        assert!(often.iter().any(|one| *one != often[0]), "{often:?}");
    }

    #[test]
    fn every_fault_happens() {
        let plan = Plan { seed: 3, rate: 1000, silence: Duration::from_secs(1) };
        let of = |path: &str| (0..3000).filter_map(|before| plan.fault(&Method::GET, path, before)).collect::<Vec<_>>();
        let is_kind = |one: &Fault, wanted: &Fault| match wanted {
            Says(..) => one == wanted,
            _ => std::mem::discriminant(one) == std::mem::discriminant(wanted),
        };
        for (table, path) in [(&ANSWERS[..], "/version"), (&WATCHES[..], "/api/v1/pods?watch=true&resourceVersion=1")] {
            let met = of(path);
            for (_, wanted) in table {
                assert!(met.iter().any(|one| is_kind(one, wanted)), "{wanted:?} on {path}");
            }
        }
    }
}
