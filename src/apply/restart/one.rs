//! One workload that restarts: what it is at, how far it is, and when it is done.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::Fate;
use super::board::Board;
use super::run::STANDSTILL;
use crate::event::Fact;
use crate::object::ObjectId;
use crate::plan::restart::{PodState, Ready, Restart, Way};
use crate::status::{Readiness, ready_at};
use crate::text;

/// What a workload is at.
#[derive(Debug)]
pub(super) enum Stage {
    /// Not begun; what it waits for, as far as that was told.
    Waits { told: Option<String> },
    /// Its write is on the way.
    Sent,
    /// Its controller rolls out.
    Rolls { generation: Option<i64> },
    /// Its pods are evicted.
    Evicts(Evictions),
    /// Over.
    Ended(Fate),
}

/// Pods that go one after the other.
#[derive(Debug)]
pub(super) struct Evictions {
    left: VecDeque<(String, String)>,
    /// The pod whose eviction is on the way, or whose successor is awaited: its uid.
    current: Option<String>,
    /// Whether the server has said yes to the current one.
    goes: bool,
    /// How many pods have to be ready before the next goes.
    ready: usize,
    /// When to ask again for a pod that is held.
    again: Option<Instant>,
}

/// A workload under way.
#[derive(Debug)]
pub(super) struct One<'a> {
    pub(super) restart: &'a Restart,
    pub(super) state: Stage,
    /// Whether somebody looks into it.
    pub(super) explained: bool,
    old: HashSet<&'a str>,
    last_move: Instant,
    told: Option<String>,
    shown: Option<(Ready, usize)>,
}

impl<'a> One<'a> {
    pub(super) fn new(restart: &'a Restart) -> Self {
        Self {
            restart,
            state: Stage::Waits { told: None },
            explained: false,
            old: restart.pods.iter().map(|(_, uid)| uid.as_str()).collect(),
            last_move: Instant::now(),
            told: None,
            shown: None,
        }
    }

    pub(super) fn is_under_way(&self) -> bool {
        !matches!(self.state, Stage::Waits { .. } | Stage::Ended(_))
    }

    /// Something has changed about it.
    pub(super) fn moved(&mut self) {
        self.last_move = Instant::now();
    }

    /// Whether a state is news.
    pub(super) fn tell(&mut self, state: &str) -> bool {
        let is_news = self.told.as_deref() != Some(state);
        self.told = Some(state.to_owned());
        is_news
    }

    /// Begins with evicting.
    pub(super) fn evict_all(&mut self, board: &Board) {
        let ready = board.pods(&self.restart.id).filter(|(_, pod)| pod.ready).count();
        let left = self.restart.pods.iter().cloned().collect();
        self.state = Stage::Evicts(Evictions { left, current: None, goes: false, ready, again: None });
        self.moved();
    }

    /// The server lets the current pod go.
    pub(super) fn evicted(&mut self) {
        if let Stage::Evicts(evictions) = &mut self.state {
            evictions.goes = true;
        }
        self.told = None;
        self.moved();
    }

    /// The server does not let the current pod go now.
    pub(super) fn held(&mut self, pause: Duration) {
        if let Stage::Evicts(evictions) = &mut self.state {
            evictions.again = Some(Instant::now() + pause);
        }
    }

    /// The pod to evict now, if one is due.
    pub(super) fn next_eviction(&mut self, board: &Board) -> Option<(ObjectId, String)> {
        let Stage::Evicts(evictions) = &mut self.state else { return None };
        if !board.is_sure() {
            return None;
        }
        let pods: Vec<&PodState> = board.pods(&self.restart.id).map(|(_, pod)| pod).collect();
        if let Some(current) = &evictions.current {
            let gone = evictions.goes && pods.iter().all(|pod| pod.uid != *current);
            let whole = pods.iter().filter(|pod| pod.ready).count() >= evictions.ready;
            if !(gone && whole) {
                return None;
            }
            evictions.current = None;
            evictions.left.pop_front();
        }
        if evictions.again.is_some() {
            return None;
        }
        // A pod that has gone by itself needs no eviction.
        while evictions.left.front().is_some_and(|(_, uid)| pods.iter().all(|pod| pod.uid != *uid)) {
            evictions.left.pop_front();
        }
        let (name, uid) = evictions.left.front()?.clone();
        // How many are ready may have changed for other reasons since; what counts is that this one is made good.
        evictions.ready = evictions.ready.min(pods.iter().filter(|pod| pod.ready).count().max(1));
        evictions.current = Some(uid.clone());
        evictions.goes = false;
        Some((ObjectId::new("v1", "Pod", self.restart.id.namespace.as_deref(), &name), uid))
    }

    /// When to look at it again though nothing has changed.
    pub(super) fn wake(&self) -> Option<Instant> {
        match &self.state {
            Stage::Evicts(Evictions { again: Some(again), .. }) => Some(*again),
            Stage::Rolls { .. } | Stage::Evicts(_) if !self.explained => Some(self.last_move + STANDSTILL),
            _ => None,
        }
    }

    /// Its time has come: whether it stands still.
    pub(super) fn woken(&mut self, now: Instant) -> bool {
        if let Stage::Evicts(evictions) = &mut self.state
            && evictions.again.take_if(|again| *again <= now).is_some()
        {
            // The same pod is due again.
            evictions.current = None;
            return false;
        }
        let still = now >= self.last_move + STANDSTILL;
        if still {
            self.last_move = now;
        }
        still
    }

    /// Whether there are pods that will not become ready by themselves, or its controller has given up.
    pub(super) fn is_in_trouble(&self, board: &Board) -> bool {
        let gave_up = board.workloads.get(&self.restart.id).is_some_and(|workload| match self.state {
            Stage::Rolls { generation } => matches!(ready_at(workload, generation), Readiness::Failed { .. }),
            _ => false,
        });
        gave_up || self.new_pods(board).any(|pod| pod.trouble)
    }

    fn new_pods<'b>(&'b self, board: &'b Board) -> impl Iterator<Item = &'b PodState> {
        board.pods(&self.restart.id).map(|(_, pod)| pod).filter(|pod| !self.old.contains(pod.uid.as_str()))
    }

    /// How far it is, where that has changed.
    pub(super) fn progress(&mut self, board: &Board) -> Option<Fact> {
        let ready = self.new_pods(board).filter(|pod| pod.ready).count();
        // The one that is least ready stands for all.
        let now = self.new_pods(board).map(|pod| pod.counts).min_by_key(|counts| (counts.ready, counts.all))?;
        if self.shown.replace((now, ready)) == Some((now, ready)) {
            return None;
        }
        let before = self.restart.before.to_string();
        Some(Fact::Pods { before, now: now.to_string(), ready, wanted: self.restart.count })
    }

    /// Whether every pod is new and ready, and its controller says so.
    pub(super) fn is_done(&self, board: &Board) -> bool {
        let pods = || board.pods(&self.restart.id).map(|(_, pod)| pod);
        let all_new = board.is_sure() && pods().all(|pod| pod.ready && !self.old.contains(pod.uid.as_str()));
        match &self.state {
            Stage::Rolls { generation } => {
                let workload = board.workloads.get(&self.restart.id);
                all_new && workload.is_some_and(|workload| ready_at(workload, *generation).is_ready())
            }
            Stage::Evicts(evictions) => {
                let over = evictions.left.is_empty()
                    || (evictions.left.len() == 1 && evictions.current.is_some() && evictions.goes);
                over && all_new && pods().count() >= evictions.ready
            }
            _ => false,
        }
    }

    /// What came of it: pods that came back without what they should have are a failure.
    pub(super) fn result(&self, board: &Board) -> Fate {
        let pods: Vec<&PodState> = board.pods(&self.restart.id).map(|(_, pod)| pod).collect();
        let least = pods.iter().map(|pod| pod.counts).min_by_key(|counts| counts.all);
        let after = least.unwrap_or(Ready { ready: 0, all: 0 });
        match self.restart.after {
            Some(wanted) if self.restart.injected && after.all < wanted.all && least.is_some() => Fate::Failed {
                cause: "not-injected",
                lines: vec![
                    format!("its new pods are {after}, not {wanted}: they were made without being injected"),
                    "the injection webhook was not asked, or istiod did not answer and its failurePolicy is Ignore"
                        .to_owned(),
                ],
                next: Vec::new(),
            },
            _ => Fate::Done { after, pods: pods.len() },
        }
    }

    /// Where it stands, in words.
    pub(super) fn stands(&self, board: &Board) -> String {
        if let (Way::Eviction, Some(told)) = (self.restart.way, &self.told) {
            return told.clone();
        }
        let ready = self.new_pods(board).filter(|pod| pod.ready).count();
        let are = text::verb(self.restart.count, "is", "are");
        let stands = format!("{ready} of {} {are} new and ready", text::count(self.restart.count, "pod"));
        match board.workloads.get(&self.restart.id).map(|workload| ready_at(workload, None)) {
            Some(Readiness::Waiting { short }) => format!("{stands} ({short})"),
            _ => stands,
        }
    }
}
