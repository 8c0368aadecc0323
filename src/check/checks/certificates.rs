//! How long certificates last.

use super::{Check, Grade, Verdict, When};
use crate::check::{Facts, days_left};

/// A certificate that lasts fewer days than this is to be replaced now.
pub const ENDS_SOON: i64 = 30;

pub(super) const CHECK: Check = Check {
    id: "certificates",
    title: "Certificates last",
    when: When::After,
    hint: "replace the CA of the mesh before it ends: its certificate is in Secret cacerts or istio-ca-secret of istio-system",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let days = days_left(facts);
    if days.is_empty() {
        return Verdict::skipped("none could be read");
    }
    let reason = |(name, days): &(String, i64)| match days {
        ..0 => format!("{name} ended {} days ago", -days),
        days => format!("{name} ends in {days} days"),
    };
    let (over, soon): (Vec<_>, Vec<_>) =
        days.iter().filter(|(_, days)| *days < ENDS_SOON).partition(|(_, days)| *days < 0);
    if !over.is_empty() {
        return Verdict::new(Grade::Failed, over.into_iter().chain(soon).map(reason).collect());
    }
    let least = days.iter().map(|(_, days)| *days).min().unwrap_or_default();
    Verdict::unless_empty(Grade::Warning, soon.into_iter().map(reason).collect(), &format!("{least} days and more"))
}
