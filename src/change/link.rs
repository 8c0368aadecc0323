//! Two clusters of one mesh: the istiod of each is let in to read the other.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Caller;
use super::moves::Moves;
use super::runner::{self, Change, Next, Run};
use crate::apply::{Lock, Still};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::event::{Fact, Scope};
use crate::istio::linked::{self, Admitted, Credentials, Link, READER, SYNCED, Side, UNNAMED, between, is_local};
use crate::object::{Object, ObjectId};
use crate::plan::access::Deed;
use crate::plan::obstacles;
use crate::read::linked::{Linked, accepted, linked};
use crate::read::there;
use crate::report::question::Question;
use crate::text::shell_word;

/// How long the token controller may take.
const FILLED_IN: Duration = Duration::from_secs(30);
/// How long an istiod may take to read a cluster that it was let in to.
const ACCEPTED: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(250);

/// One of the two clusters.
pub struct End<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Who asks.
    pub caller: &'a Caller,
    /// Who hears of it.
    pub scope: &'a Scope<'a>,
    /// What the mesh calls it, where that is given.
    pub name: Option<String>,
    /// Where others reach its API server, where that is not what the kubeconfig says.
    pub server: Option<String>,
}

/// Links two clusters; with `one_way` only the first one reads the second.
///
/// # Errors
/// `no-control-plane`, `same-name`, `no-reader`, `loopback` before anything is written; what a write fails of.
pub async fn link(ends: [&End<'_>; 2], one_way: bool) -> Result<Link> {
    let (one, other) = futures::try_join!(look(ends[0]), look(ends[1]))?;
    let mut found = [one, other];
    for (end, found) in ends.iter().zip(&mut found) {
        found.side.name = end.name.clone().or(found.side.name.take());
    }
    let sides = [found[0].side.clone(), found[1].side.clone()];
    let ways: Vec<(usize, usize)> = [(0, 1), (1, 0)]
        .into_iter()
        .filter(|(reader, _)| sides[*reader].has_plane && !(one_way && *reader == 1))
        .collect();
    stands_against(&ends, &sides, &ways)?;
    let mut sources = Vec::new();
    for (_, source) in &ways {
        sources.push(source_of(ends[*source]).await?);
    }
    let mut admitted = Vec::new();
    for ((reader, source), server) in ways.iter().zip(sources) {
        admitted.push(admit(ends[*reader], ends[*source], &sides[*source], server).await?);
    }
    Ok(Link { troubles: between(&sides[0], &sides[1]), sides, admitted })
}

async fn look(end: &End<'_>) -> Result<Linked> {
    linked(end.cluster, &end.caller.istio_namespace).await
}

/// What stands against a link, before anything is written.
fn stands_against(ends: &[&End<'_>; 2], sides: &[Side; 2], ways: &[(usize, usize)]) -> Result<()> {
    let [one, other] = sides;
    if ways.is_empty() {
        let who =
            format!("no istiod runs in {}", ends.iter().map(|end| end.cluster.name()).collect::<Vec<_>>().join(" or "));
        return Err(Error::in_the_way("no-control-plane", format!("{who}: nobody would read the other cluster"))
            .hint("name first the cluster whose control plane is to read the other; with -i its namespace, where that is not istio-system"));
    }
    for (_, source) in ways {
        let (end, side) = (ends[*source], &sides[*source]);
        if side.name.is_none() {
            let context = end.cluster.name();
            return Err(Error::in_the_way("no-name", format!("it is not known what the mesh calls {context}"))
                .hint(format!("give it: --name {context}=NAME, as in values.global.multiCluster.clusterName")));
        }
    }
    let name = |side: &Side| side.name.clone().unwrap_or_else(|| UNNAMED.to_owned());
    if name(one) == name(other) {
        let message = format!("{} and {} are both called {} in the mesh", one.context, other.context, name(one));
        return Err(Error::in_the_way("same-name", message).hint(format!(
            "give one another name: mesh upgrade --context {} --set values.global.multiCluster.clusterName={}",
            shell_word(&other.context),
            shell_word(&other.context)
        )));
    }
    Ok(())
}

/// Where the API server of a cluster is for others, once it is known that its reader is there.
async fn source_of(end: &End<'_>) -> Result<String> {
    let context = end.cluster.name();
    let home = end.caller.istio_namespace.as_str();
    let reader = ObjectId::new("v1", "ServiceAccount", Some(home), READER);
    if there(end.cluster, &Kinds::built_in(), [reader.clone()]).await?.is_empty() {
        return Err(Error::in_the_way(
            "no-reader",
            format!("{context} has no {reader}, as whom an istiod elsewhere reads it"),
        )
        .hint(format!(
            "install Istio there first: mesh install --context {} --set profile=remote",
            shell_word(context)
        )));
    }
    let server = end.server.clone().unwrap_or_else(|| end.cluster.server().to_owned());
    if !is_local(&server) {
        return Ok(server);
    }
    let message = format!("{server} of {context} means to an istiod elsewhere its own machine");
    if end.server.is_some() {
        end.scope.say(Fact::Warning { message });
        return Ok(server);
    }
    Err(Error::usage("loopback", message)
        .hint(format!("say where others reach the API server: --server {}=https://ADDRESS:PORT", shell_word(context))))
}

/// Lets the istiod of `reader` in to `source`.
async fn admit(reader: &End<'_>, source: &End<'_>, side: &Side, server: String) -> Result<Admitted> {
    let name = side.name.clone().unwrap_or_default();
    let token = linked::token_secret(&source.caller.istio_namespace)?;
    let asked = put(source, token.clone(), &format!("a token for {READER}")).await?;
    let given = filled_in(source.cluster, &token.id()).await?;
    let config = linked::kubeconfig(&name, &server, &given);
    let unanswered = Cluster::answers(&config).await.err();
    let secret = linked::remote_secret(&reader.caller.istio_namespace, &name, &config)?;
    let remote = linked::remotes(&secret).into_iter().next();
    let remote = remote.ok_or_else(|| Error::failed("no-remote", "the Secret that was made holds nothing"))?;
    let written = put(reader, secret, &format!("the way to {}, {server},", source.cluster.name())).await?;
    reader.scope.say(Fact::Step { doing: format!("waiting for istiod to read {name}") });
    let state = waited_for(reader, &name).await?;
    let (reader, source) = (reader.cluster.name().to_owned(), source.cluster.name().to_owned());
    Ok(Admitted { reader, source, remote, written: written || asked, unanswered, state })
}

/// What the token controller has filled in.
async fn filled_in(cluster: &Cluster, id: &ObjectId) -> Result<Credentials> {
    let until = tokio::time::Instant::now() + FILLED_IN.min(cluster.time_left());
    loop {
        let found = there(cluster, &Kinds::built_in(), [id.clone()]).await?;
        if let Some(given) = found.get(id).and_then(Credentials::of) {
            return Ok(given);
        }
        if tokio::time::Instant::now() >= until {
            return Err(Error::failed(
                "no-token",
                format!("{} of {} is not filled in with a token", id, cluster.name()),
            )
            .hint("the token controller of Kubernetes does that: look at kube-controller-manager"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What istiod says of the cluster with this name, once it has read it or the time is over.
async fn waited_for(reader: &End<'_>, name: &str) -> Result<std::result::Result<String, String>> {
    let until = tokio::time::Instant::now() + ACCEPTED.min(reader.cluster.time_left());
    loop {
        let known = accepted(reader.cluster, &reader.caller.istio_namespace).await?;
        let state = match known {
            Err(why) => return Ok(Err(why)),
            Ok(states) => states.get(name).cloned(),
        };
        match state.as_deref() {
            Some(SYNCED) => return Ok(Ok(SYNCED.to_owned())),
            state if tokio::time::Instant::now() >= until => return Ok(Ok(state.unwrap_or("not read").to_owned())),
            _ => tokio::time::sleep(PAUSE * 4).await,
        }
    }
}

/// Writes one object, where it is not there as wanted; whether anything was written.
async fn put(end: &End<'_>, object: Object, what: &str) -> Result<bool> {
    let change = Put { object, what };
    runner::run(&change, &Run::new(end.cluster, end.caller, end.scope)).await
}

struct Put<'a> {
    object: Object,
    /// What it is, for people.
    what: &'a str,
}

impl Change for Put<'_> {
    type Plan = Moves;
    type Done = bool;

    const END: &'static str = "both clusters were linked";

    async fn plan(&self, run: &Run<'_>) -> Result<Next<Moves, bool>> {
        let mut moves = Moves::to_write(run.cluster, std::slice::from_ref(&self.object), obstacles::of).await?;
        if moves.moves.is_empty() {
            return Ok(Next::Done(false));
        }
        let replaces = moves.seen.iter().any(|(_, version)| version.is_some());
        let title =
            if replaces { "what lets an istiod in will be replaced" } else { "an istiod elsewhere will be let in" };
        moves.question = Some((title.to_owned(), vec![format!("{}: {}", self.object.id(), self.what)]));
        Ok(Next::Write(moves))
    }

    fn takes(&self, run: &Run<'_>, plan: &Moves) -> BTreeSet<Deed> {
        plan.takes(run)
    }

    fn questions(&self, run: &Run<'_>, plan: &Moves) -> Vec<Question> {
        plan.questions(run)
    }

    async fn is_still_so(&self, run: &Run<'_>, plan: &Moves) -> Result<bool> {
        plan.is_still_so(run).await
    }

    async fn carry_out(&self, run: &Run<'_>, plan: &Moves, still: &dyn Still) -> Result<Option<bool>> {
        let lock = Lock::link(&run.caller.istio_namespace);
        let is_done = plan.carry_out(run, "Link", Self::END, vec![lock], still).await?;
        Ok(is_done.then_some(true))
    }
}
