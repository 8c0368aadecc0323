//! How far a version may be from the one that runs.

use super::survey::Survey;
use crate::component::ISTIO_VERSION;
use crate::error::Result;
use crate::object::Object;
use crate::plan::version;

/// Refuses to skip a minor version or to go back to an older one in place. What runs beside, as another revision, may be
/// of any version.
///
/// # Errors
/// `version-skew` (usage).
pub(super) fn check(survey: &Survey) -> Result<()> {
    let is_control_plane = |object: &&Object| object.kind() == "Deployment" && object.label("app") == Some("istiod");
    let wanted = survey.set.objects().filter(is_control_plane);
    for live in wanted.filter_map(|wanted| survey.live.get(&wanted.id())) {
        if let Some(running) = live.label("operator.istio.io/version") {
            version::step(running, ISTIO_VERSION, &survey.revision)?;
        }
    }
    Ok(())
}
