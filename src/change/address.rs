//! After an installation: gateways that wait for an address are no reason to wait, and it is said how they are reached.

use crate::cluster::Cluster;
use crate::event::{Fact, Scope};
use crate::plan::address;
use crate::read::{self, Survey};

/// Says of each Service of the installation that has no address who gives it one, or how it is reached without. A Service
/// that was just written is looked at once more; what cannot be read is left out.
pub(super) async fn tell(cluster: &Cluster, survey: &Survey, scope: &Scope<'_>) {
    let groups = survey.kinds.groups();
    let known = address::AddressSources {
        platform: survey.platform,
        groups: &groups,
        has: &|group, kind| survey.kinds.has(group, kind),
    };
    for wanted in survey.set.objects() {
        let id = wanted.id();
        if wanted.kind() != "Service" || !address::waits(survey.live.get(&id).unwrap_or(wanted)) {
            continue;
        }
        let now = if survey.is_settled() {
            survey.live.get(&id).cloned()
        } else {
            read::there(cluster, &survey.kinds, [id.clone()]).await.ok().and_then(|mut found| found.remove(&id))
        };
        if let Some(message) = now.and_then(|now| address::missing(&now, known)) {
            scope.about(&id, Fact::Note { message });
        }
    }
}
