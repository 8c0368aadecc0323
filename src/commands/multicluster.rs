//! `mesh multicluster link`, and `mesh remote-clusters`.

use super::settings::Settings;
use super::{Answer, targets};
use crate::change::link::{End, link};
use crate::cli::{LinkArgs, MulticlusterCommand, RemoteClustersArgs, TextOutput};
use crate::cluster::Cluster;
use crate::error::Result;
use crate::event::Scope;
use crate::input::contexts::Member;
use crate::read::linked::{accepted, linked};
use crate::report::clusters::many;
use crate::report::{Plain, linked as report};

/// Runs a subcommand.
pub(super) fn run(settings: &Settings, command: MulticlusterCommand) -> Result<Answer> {
    match command {
        MulticlusterCommand::Link(args) => linked_up(settings, args),
    }
}

/// Links two clusters; yes where both are one mesh then.
fn linked_up(settings: &Settings, args: LinkArgs) -> Result<Answer> {
    let LinkArgs { one, other, one_way, server, name, output } = args;
    let members = [one, other].map(|context| Member { context, ..Member::default() });
    targets::distinct(settings, &members)?;
    let contexts = members.each_ref().map(|one| one.context.as_str());
    let servers = many::pairs("--server", server, contexts)?;
    let names = many::pairs("--name", name, contexts)?;
    let both = members.each_ref().map(|one| settings.of_one(one, settings.ui.clone()));
    let sink = Plain::new(&settings.ui);
    let came = both[0].on_cluster(|one| {
        let (both, sink) = (&both, &sink);
        async move {
            let other = Cluster::connect(&both[1].access, both[1].timeout).await?;
            let scope = |cluster: &Cluster| Scope { cluster: cluster.name().to_owned(), revision: String::new(), sink };
            let (scopes, clusters) = ([scope(&one), scope(&other)], [&one, &other]);
            let callers = both.each_ref().map(Settings::caller);
            let [first, second] = [0, 1].map(|place| End {
                cluster: clusters[place],
                caller: &callers[place],
                scope: &scopes[place],
                name: names[place].clone(),
                server: servers[place].clone(),
            });
            link([&first, &second], one_way).await
        }
    })?;
    report::link(&settings.ui, &came, output == TextOutput::Json).map(Answer::from)
}

/// Lists the clusters that the control planes of a cluster read; yes where all is well.
pub(super) fn list(settings: &Settings, args: RemoteClustersArgs) -> Result<Answer> {
    let home = settings.istio_namespace.as_str();
    let (found, states) = settings.on_cluster(|cluster| async move {
        let found = linked(&cluster, home).await?;
        let states = accepted(&cluster, home).await?;
        Ok((found, states))
    })?;
    report::list(&settings.ui, home, &found, &states, args.output == TextOutput::Json).map(Answer::from)
}
