//! `mesh status`: a mesh on one screen.

use std::pin::pin;
use std::time::Duration;

use super::settings::Settings;
use super::targets::Targets;
use super::{Answer, paged};
use crate::cli::{PageOutput, StatusArgs};
use crate::error::{Error, Kind, Result};
use crate::read::facts;
use crate::report::clusters::{Subject, many};
use crate::report::{Screen, html};
use crate::ui::interrupt;

/// How often a watched screen is drawn.
const PAUSE: Duration = Duration::from_secs(2);
/// After so long without an answer a watched screen says that it is old.
const SILENCE: Duration = Duration::from_secs(10);

/// Prints the screen, once or until it is stopped.
pub(super) fn run(settings: &Settings, args: StatusArgs) -> Result<Answer> {
    let StatusArgs { watch, output, clusters } = args;
    let is_page = output == PageOutput::Html;
    if watch && is_page {
        return Err(html::watched());
    }
    let (targets, as_json) = (Targets::of(&paged(settings, is_page), &clusters)?, output.is_document());
    if watch && targets.are_many() {
        return Err(many::watched());
    }
    let job = move |settings: &Settings, (): &()| shown(settings, watch, as_json).map(|()| true);
    let each = vec![(); targets.count()];
    targets.each((Subject::STATUS, as_json), each, job)
}

fn shown(settings: &Settings, watch: bool, as_json: bool) -> Result<()> {
    settings.on_cluster(|cluster| async move {
        let stop = interrupt::wait();
        let interrupted = |kind| Err(Error::new(kind, "interrupted", "interrupted"));
        let mut screen = Screen::new(&settings.ui, as_json, watch);
        loop {
            // Every look has its own time: a screen may be watched all day.
            let cluster = cluster.with_at_least(settings.timeout);
            let mut looking = pin!(facts::overview(&cluster, &settings.istio_namespace));
            let looked = loop {
                tokio::select! {
                    looked = &mut looking => break looked,
                    kind = stop.clone() => return interrupted(kind),
                    () = tokio::time::sleep(SILENCE) => screen.is_old("no answer for a while")?,
                }
            };
            match looked {
                Ok(overview) => screen.show(cluster.name(), &overview)?,
                // A server that goes away may come back: what was seen last stays on the screen.
                Err(error) if screen.is_shown() && matches!(error.kind(), Kind::Cluster | Kind::TimedOut) => {
                    screen.is_old(&error.to_string())?;
                }
                Err(error) => return Err(error),
            }
            if !watch {
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                kind = stop.clone() => return interrupted(kind),
            }
        }
    })
}
