//! Who a run is to other runs, and what of another run can be known from here.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

/// Who a run is: machine, boot, the namespace of its process id, process, when that began, and a number by chance, so that
/// nobody takes another's Lease for its own. Containers may share all but the last.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The machine's name.
    host: String,
    /// The machine's boot id, so that a process id of before a restart means nothing; empty where it is not known.
    boot: String,
    /// The namespace that the process id is of; empty where it is not known.
    pids: String,
    /// The process id.
    pid: u32,
    /// When the process began, in ticks since the boot; empty where it is not known.
    began: String,
    /// A number by chance.
    chance: String,
    /// When a process of this namespace began; none where there is none, or it has ended.
    look: fn(u32) -> Option<String>,
}

impl Holder {
    /// This process, the same in every call.
    pub fn this() -> Self {
        static THIS: OnceLock<Holder> = OnceLock::new();
        let read = |path: &str| fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default();
        let this = || {
            let host = Some(read("/proc/sys/kernel/hostname")).filter(|host| !host.is_empty());
            let pids = fs::read_link("/proc/self/ns/pid").map(|link| link.display().to_string()).unwrap_or_default();
            let pid = std::process::id();
            Self {
                host: host.or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_else(|| "unknown".to_owned()),
                boot: read("/proc/sys/kernel/random/boot_id"),
                pids: pids.chars().filter(char::is_ascii_digit).collect(),
                pid,
                began: began(pid).unwrap_or_default(),
                chance: format!("{:016x}", RandomState::new().build_hasher().finish()),
                look: began,
            }
        };
        THIS.get_or_init(this).clone()
    }

    /// `HOST/BOOT/PID-NAMESPACE/PID/BEGAN/CHANCE`; without the last three parts it was `HOST/BOOT/PID` once.
    pub(super) fn identity(&self) -> String {
        let Self { host, boot, pids, pid, began, chance, .. } = self;
        format!("{host}/{boot}/{pids}/{pid}/{began}/{chance}")
    }

    /// Whether `identity` is a process that is known to be gone: of this boot of this machine, where process ids mean the
    /// same as here, and none of that id began when it did. Of all others only time tells.
    pub(super) fn knows_dead(&self, identity: &str) -> bool {
        let mut parts = identity.rsplitn(6, '/');
        let mut next = || parts.next().unwrap_or_default();
        let (_, began, pid, pids, boot, host) = (next(), next(), next(), next(), next(), next());
        let known = [began, pids, boot, host].iter().all(|part| !part.is_empty());
        let same = host == self.host && boot == self.boot && pids == self.pids;
        known && same && pid.parse().is_ok_and(|pid: u32| (self.look)(pid).as_deref() != Some(began))
    }
}

/// When a process began: field 22 of its `stat`. Its name, which is before and may hold anything, is in parentheses.
fn began(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // What has ended and was not waited for yet still has its id.
    let ended = matches!(fields.first(), Some(&("Z" | "X")));
    fields.get(19).filter(|_| !ended).map(|&began| began.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(boot: &str, pids: &str) -> Holder {
        let look = |pid| (pid == 8 || pid == 7).then(|| "100".to_owned());
        let text = str::to_owned;
        let (host, boot, pids, began, chance) = (text("a/b"), text(boot), text(pids), text("100"), text("x"));
        Holder { host, boot, pids, pid: 7, began, chance, look }
    }

    #[test]
    fn only_what_is_surely_the_same_place_is_known_dead() {
        let table = [
            ("a/b/1/40/9/50/y", true),
            // Alive; ourselves by another number: two containers, both with this process id.
            ("a/b/1/40/8/100/y", false),
            ("a/b/1/40/7/100/y", false),
            // The id is another process's by now.
            ("a/b/1/40/8/99/y", true),
            ("a/b/2/40/9/50/y", false),
            ("a/b/1/41/9/50/y", false),
            ("c/1/40/9/50/y", false),
            // Who began when is not known.
            ("a/b/1/40/9//y", false),
            // Of before; of somebody else.
            ("a/b/1/9", false),
            ("", false),
        ];
        for (identity, dead) in table {
            assert_eq!(holder("1", "40").knows_dead(identity), dead, "{identity}");
        }
        // Without /proc nothing is known: macOS.
        assert!(!holder("", "").knows_dead("a/b///9/50/y"));
        assert!(!holder("", "").knows_dead("a/b//9"));
    }

    #[test]
    fn a_run_is_the_same_to_the_end_and_no_other_is() {
        let this = Holder::this();
        assert_eq!(this.identity(), Holder::this().identity());
        assert!(!this.knows_dead(&this.identity()), "{}", this.identity());
        let other = Holder { chance: "y".to_owned(), ..this.clone() };
        assert_ne!(this.identity(), other.identity());
    }
}
