//! A row of the table: what is done, and whether what came of it is what the cell says.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use cluster::Requests;

use super::makers::Maker;
use super::shapes::{Installation, Layout, MARK, Shape};
use super::state::State;
use super::world::World;
use crate::harness::mesh::Run;

/// What is done to an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// To a revision beside, and all the way back.
    Canary,
    InstallAgain,
    Upgrade,
    RollBack,
    UninstallOne,
    Purge,
}

impl Action {
    pub(super) const ALL: [Self; 7] = [
        Self::Canary,
        Self::InstallAgain,
        Self::Canary,
        Self::Upgrade,
        Self::RollBack,
        Self::UninstallOne,
        Self::Purge,
    ];

    /// The command line.
    fn args(self, layout: &Layout) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
        let file = |one: &Installation| one.file.path().display().to_string();
        let (target, victim) = (layout.target(), layout.victim());
        let mut args = match self {
            Self::Canary => words(&["upgrade", "--canary", "--revision", "next", "-f", &file(layout.plane())]),
            Self::InstallAgain => words(&["install", "-f", &file(target)]),
            Self::Upgrade => words(&["upgrade", "-f", &file(target), "--set", target.change]),
            Self::RollBack => rollback(target),
            Self::UninstallOne if victim.revision != "default" => words(&["uninstall", "--revision", victim.revision]),
            Self::UninstallOne => words(&["uninstall", "-f", &file(victim)]),
            Self::Purge => words(&["uninstall", "--purge"]),
        };
        args.push("-y".to_owned());
        args
    }
}

/// How a rollback is told which installation it is about.
fn rollback(one: &Installation) -> Vec<String> {
    let mut args = vec!["rollback", "--revision", one.revision, "-i", one.home];
    if !one.is_unnamed() {
        args.extend(["--installation", one.name]);
    }
    args.into_iter().map(str::to_owned).collect()
}

/// The webhooks and the Service by which one revision injects what asks for none.
const HANDOVER: [&str; 4] = [
    "MutatingWebhookConfiguration /istio-revision-tag-default",
    "ValidatingWebhookConfiguration /istiod-default-validator",
    "Service istio-system/istiod-revision-tag-default",
    "MutatingWebhookConfiguration /istio-sidecar-injector",
];
/// What each istiod makes for itself, and no installer.
const AUTHORITIES: [&str; 2] = ["Secret istio-system/istio-ca-secret", "Secret istio-beta/istio-ca-secret"];

/// What is done in a row, one after the other.
pub(super) struct Sequence<'w> {
    world: &'w World,
    maker: Maker,
    layout: Layout,
    /// As it is now; none where that is not known, as a cell has failed.
    now: Option<State>,
    /// As it was before the upgrade.
    before_upgrade: State,
    /// Why the maker's own installation cannot be made: then no cell can be tried.
    broken: Option<String>,
}

impl<'w> Sequence<'w> {
    pub(super) fn begin(world: &'w World, maker: Maker, shape: Shape) -> Result<Self> {
        let layout = Layout::of(shape)?;
        Ok(Self { world, maker, layout, now: None, before_upgrade: State::default(), broken: None })
    }

    pub(super) fn end(self) -> Result<()> {
        self.world.reset()
    }

    /// Carries a cell out.
    pub(super) fn cell(&mut self, action: Action, word: &str) -> Result<()> {
        let before = match self.now.take() {
            Some(state) => state,
            None => self.anew().context("what the maker itself installs")?,
        };
        let done = self.act(action, word, &before);
        // What a cell that failed leaves behind says nothing about the next.
        match done {
            Ok(after) => self.now = Some(after),
            Err(error) => {
                self.world.reset()?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// The shape as its maker leaves it.
    fn anew(&mut self) -> Result<State> {
        ensure!(self.broken.is_none(), "{}", self.broken.as_deref().unwrap_or_default());
        let put = self.maker.put(self.world, &self.layout);
        if let Err(error) = &put {
            self.broken = Some(format!("{error:#}"));
            self.world.reset()?;
        }
        put?;
        self.as_wanted()?;
        self.world.state(self.layout.second())
    }

    /// What is printed and applied is as wanted, where no other installation has written it since.
    fn as_wanted(&self) -> Result<()> {
        let is_apart = matches!(self.layout.shape, Shape::OneFile | Shape::GatewayFiles | Shape::TwoHomes);
        for one in self.layout.all.iter().filter(|_| is_apart && self.maker == Maker::Kubectl) {
            // Two control planes publish two root certificates under one name.
            let verified = (self.layout.shape != Shape::TwoHomes).then_some("verify");
            for command in ["diff"].into_iter().chain(verified) {
                let run = self.world.mesh(&[command, "-f", &one.file.path().display().to_string()])?;
                ensure!(run.code == Some(0), "{command} of {}: {run}", one.name);
            }
        }
        Ok(())
    }

    fn act(&mut self, action: Action, word: &str, before: &State) -> Result<State> {
        let args = action.args(&self.layout);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mark = self.world.cluster.mark()?;
        let run = self.world.mesh(&args)?;
        if action == Action::Canary && run.code == Some(0) {
            let moved = self.world.state(self.layout.second())?;
            let (by, times) = moved.pods.get("app").context("no pod")?;
            ensure!(by.as_deref() == Some("next") && *times == 1, "app is injected by {by:?}, {times} times: {run}");
            let back = self.world.mesh(&["upgrade", "--canary", "--abort", "-y"])?;
            ensure!(back.code == Some(0), "{run}{back}");
        }
        let after = self.world.state(self.layout.second())?;
        let writes = self.world.cluster.requests_since(mark)?.by_agent("mesh/").mutating();
        let judged = match word.strip_prefix("refused: ") {
            Some(why) => {
                refused(&run, why).and_then(|()| unwritten(&writes)).and_then(|()| same(before, &after, |_| true))
            }
            None => done(&run, action).and_then(|()| self.judge(word, before, &after, &writes)),
        };
        judged.with_context(|| format!("mesh {}: {run}", args.join(" ")))?;
        if action == Action::Upgrade {
            self.before_upgrade = before.clone();
        }
        Ok(after)
    }

    /// Whether what was done is what `word` says.
    fn judge(&self, word: &str, before: &State, after: &State, writes: &Requests) -> Result<()> {
        match word {
            "nothing written" => unwritten(writes).and_then(|()| same(before, after, |_| true)),
            "taken over" => self.taken_over(before, after),
            "changed" => self.changed(before, after),
            "and back" => same(before, after, |_| true),
            "back, tagged" => {
                pods(before, after, None).and_then(|()| same(before, after, |name| !HANDOVER.contains(&name)))
            }
            "back" => same(&self.before_upgrade, after, |_| true),
            "gone" => self.gone(before, after),
            "all gone" => self.all_gone(before, after),
            other => bail!("the table has no word {other}"),
        }
    }

    /// All that the target's input says is there and ours; what is not of it has not changed.
    fn taken_over(&self, before: &State, after: &State) -> Result<()> {
        let target = self.layout.target();
        for name in &target.keys {
            let managers = after.managers.get(name).with_context(|| format!("{name} is not there"))?;
            ensure!(managers.contains("mesh"), "{name} is not ours: {managers:?}");
        }
        self.others_stay(before, after, target)
    }

    fn changed(&self, before: &State, after: &State) -> Result<()> {
        let target = self.layout.target();
        let shows = |name: &&String| after.objects.get(*name).is_some_and(|object| object.to_string().contains(MARK));
        ensure!(target.keys.iter().any(|name| shows(&name)), "the value is nowhere");
        self.others_stay(before, after, target)
    }

    /// What is not of `one` is as it was, and what it shares is there, and the same; pods are injected as before.
    fn others_stay(&self, before: &State, after: &State, one: &Installation) -> Result<()> {
        let own = self.layout.own(one);
        let hands_over = |name: &str| self.layout.shape == Shape::NoTag && HANDOVER.contains(&name);
        same(before, after, |name| !one.keys.contains(name) && !hands_over(name))?;
        let lost: Vec<&String> = one
            .keys
            .iter()
            .filter(|name| !own.contains(*name))
            .filter(|name| {
                let uid = |state: &State| state.objects.get(*name).map(|object| object["metadata"]["uid"].clone());
                uid(before) != uid(after)
            })
            .collect();
        ensure!(lost.is_empty(), "others share what is gone or was made anew: {lost:?}");
        pods(before, after, None)
    }

    fn gone(&self, before: &State, after: &State) -> Result<()> {
        let victim = self.layout.victim();
        let own = self.layout.own(victim);
        ensure!(!own.is_empty(), "it has nothing of its own");
        let left: Vec<&String> = own.iter().filter(|name| after.objects.contains_key(*name)).collect();
        ensure!(left.is_empty(), "left: {left:?}");
        let hands_over = |name: &str| self.layout.shape == Shape::NoTag && HANDOVER.contains(&name);
        same(before, after, |name| !victim.keys.contains(name) && !hands_over(name))?;
        let lost: Vec<&String> =
            victim.keys.iter().filter(|name| !own.contains(*name) && !after.objects.contains_key(*name)).collect();
        ensure!(lost.is_empty(), "others share what is gone: {lost:?}");
        let is_plane = victim.keys.iter().any(|name| name.starts_with("Deployment") && name.contains("/istiod"));
        pods(before, after, is_plane.then_some(victim.revision))
    }

    fn all_gone(&self, before: &State, after: &State) -> Result<()> {
        let all: BTreeSet<&str> = self.layout.all.iter().flat_map(|one| &one.keys).map(String::as_str).collect();
        let is_istios = |name: &str| all.contains(name) || HANDOVER.contains(&name) || AUTHORITIES.contains(&name);
        let left: Vec<&String> = after.objects.keys().filter(|name| is_istios(name)).collect();
        ensure!(left.is_empty(), "left: {left:?}");
        same(before, after, |name| !is_istios(name))?;
        let taken: Vec<_> = after.pods.iter().filter(|(_, taken)| **taken != (None, 0)).collect();
        ensure!(taken.is_empty(), "webhooks are left: {taken:?}");
        Ok(())
    }
}

/// Nothing of what `keep` names has changed.
fn same(before: &State, after: &State, keep: impl Fn(&str) -> bool) -> Result<()> {
    let changes = after.changes(before, keep);
    ensure!(changes.is_empty(), "{}", changes.join("\n"));
    Ok(())
}

/// Every pod is injected as before, by one webhook; not those of the control plane that went.
fn pods(before: &State, after: &State, went: Option<&str>) -> Result<()> {
    for (name, (by, _)) in &before.pods {
        let wanted = by.as_deref().filter(|by| Some(*by) != went);
        let (now, taking) = after.pods.get(name).with_context(|| format!("{name} was not tried"))?;
        ensure!(now.as_deref() == wanted, "{name}: injected by {by:?} before, by {now:?} after");
        ensure!(*taking == usize::from(wanted.is_some()), "{name}: {taking} webhooks take it");
    }
    Ok(())
}

/// It says that it is done, last, and answers 0.
fn done(run: &Run, action: Action) -> Result<()> {
    let last = match action {
        Action::InstallAgain | Action::Upgrade => "✔ Installation complete",
        Action::Canary => "✔ ",
        Action::RollBack => "✔ Rolled back",
        Action::UninstallOne | Action::Purge => "✔ Uninstall complete",
    };
    let said = run.stdout.lines().rfind(|line| line.starts_with('✔')).unwrap_or_default();
    ensure!(run.code == Some(0) && said.starts_with(last), "wanted {last:?} and exit 0");
    Ok(())
}

/// It says why not, and nothing of being done.
fn refused(run: &Run, why: &str) -> Result<()> {
    ensure!(matches!(run.code, Some(1 | 2)) && run.stderr.contains(why), "wanted {why:?} and exit 1 or 2");
    ensure!(!run.stdout.contains('✔'), "it says it is done");
    Ok(())
}

fn unwritten(writes: &Requests) -> Result<()> {
    ensure!(writes.is_empty(), "wrote {}", writes.lines());
    Ok(())
}
