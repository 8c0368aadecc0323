//! `restart`: workloads whose pods are not what would be made now.

use std::collections::BTreeSet;

use super::rollout::{self, How, Prepared};
use super::runner::{Change, Next, Run};
use crate::apply::Still;
use crate::error::{Error, Result};
use crate::plan::access::Deed;
use crate::read::View;
use crate::report::rollout::{Doing, Frame};

/// Restarts what is outdated.
pub struct RestartOutdated<'a> {
    /// In this namespace; none for everywhere.
    pub namespace: Option<&'a str>,
    /// How.
    pub how: How,
}

impl Change for RestartOutdated<'_> {
    type Plan = Prepared;
    type Done = ();

    const END: &'static str = rollout::END;

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Prepared, ()>> {
        let view = View::of(run.cluster);
        view.version().await?;
        let namespaces = match self.namespace {
            Some(name) => vec![view.namespace(name).await?],
            None => view.all_namespaces().await?,
        };
        let everywhere = self.namespace.is_none();
        let scene = view.scene(namespaces, everywhere).await?;
        let (plan, pods) = view.compared(&scene).await?;
        let frame = Frame { spread: everywhere, unknown: scene.unknown(), newer: scene.newer(), ..Frame::default() };
        let doing = if self.how.dry_run { Doing::DryRun } else { Doing::Restart };
        Ok(Next::Write(Prepared { plan, pods, frame, labels: Vec::new(), doing }))
    }

    fn takes(&self, _: &Run<'_>, prepared: &Prepared) -> BTreeSet<Deed> {
        rollout::takes(prepared)
    }

    /// Each workload is looked at once more when its turn comes.
    async fn is_still_so(&self, _: &Run<'_>, _: &Prepared) -> Result<bool> {
        Ok(true)
    }

    async fn carry_out(&self, run: &Run<'_>, prepared: &Prepared, _: &dyn Still) -> Result<Option<()>> {
        rollout::carry_out(run, prepared, self.how).await.map(Some)
    }

    async fn failed(&self, run: &Run<'_>, prepared: Option<&Prepared>, error: Error) -> Error {
        rollout::failed(run, prepared, error)
    }
}
