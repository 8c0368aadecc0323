//! How far a version may be from the one that runs.

use crate::cluster::Cluster;
use crate::error::Result;
use crate::istio::plane::is_istiod;
use crate::istio::{maker, running};
use crate::plan::version;
use crate::read::{self, Survey};

/// Refuses to skip a minor version or to go back to an older one in place. What runs beside, as another revision, may be
/// of any version. What runs is what istiod's pods run, and what is wanted is the image that it is to get: labels only tell
/// which installer wrote last.
///
/// # Errors
/// `version-skew` (usage); cluster errors.
pub(super) async fn check(cluster: &Cluster, survey: &Survey) -> Result<()> {
    for wanted in survey.set.objects().filter(|object| is_istiod(object)) {
        let Some(live) = survey.live.get(&wanted.id()) else { continue };
        let pods = read::untold_pods(cluster, [live]).await?;
        let running = running::version(live, &pods);
        let revision = match maker::of_others(live) {
            Some(maker) => format!("{} (made by {maker})", survey.revision),
            None => survey.revision.clone(),
        };
        version::step(&running, &running::of_template(wanted), &revision)?;
    }
    Ok(())
}
