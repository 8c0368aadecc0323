//! What differs of what is asked for: of one installation, or of all that are recorded.

use super::{Survey, View, canary, records};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::input::Asked;
use crate::object::Object;
use crate::plan::{Action, Summary};

/// What was found.
pub struct Differing {
    /// Each installation, and what a change would change of it.
    pub found: Vec<(Survey, Summary)>,
    /// Why records cannot be read.
    pub unread: Vec<String>,
    /// The control planes, where all that is recorded was asked for.
    pub control_planes: Vec<Object>,
}

/// Looks at what `asked` is about, and asks the server what it would say to each change.
///
/// # Errors
/// Those of [`Survey::of`].
pub async fn differing(cluster: &Cluster, asked: &Asked) -> Result<Differing> {
    let mut differing = Differing { found: Vec::new(), unread: Vec::new(), control_planes: Vec::new() };
    let view = &View::of(cluster);
    if !asked.is_recorded() {
        differing.found.push(tried(cluster, Survey::of(view, asked).await?).await?);
        return Ok(differing);
    }
    view.version().await?;
    let everything = records::everything(cluster, &asked.installation.namespace).await?;
    for (one, unread) in everything.each(asked) {
        match unread {
            Some(why) => differing.unread.push(why),
            None => {
                let survey = Survey::by(view, &one, everything.ledger.clone()).await?;
                differing.found.push(tried(cluster, survey).await?);
            }
        }
    }
    if let Some((survey, _)) =
        differing.found.iter_mut().find(|(survey, _)| survey.actions.values().any(Action::writes))
    {
        survey.warnings.extend(canary::under_way(cluster, &asked.installation.namespace).await);
    }
    differing.control_planes = everything.control_planes;
    Ok(differing)
}

/// With what the server says to it.
async fn tried(cluster: &Cluster, mut survey: Survey) -> Result<(Survey, Summary)> {
    survey.try_out(cluster).await?;
    survey.try_elsewhere(cluster).await;
    let summary = survey.summary();
    Ok((survey, summary))
}
