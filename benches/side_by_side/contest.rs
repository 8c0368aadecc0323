//! The same work by several, in turn.

use anyhow::Result;

use super::place::Place;
use super::process::Step;
use super::say;
use super::told::{self, Report, Row, Work};

/// A piece of work, and the commands that do it.
pub(crate) struct Stage {
    pub(crate) work: Work,
    pub(crate) steps: Vec<Step>,
}

/// What one of them does in a round, in this order.
pub(crate) struct Life {
    pub(crate) who: &'static str,
    pub(crate) stages: Vec<Stage>,
}

/// What is done after each life, so that the next begins with the same; it is not measured.
pub(crate) enum After {
    Nothing,
    /// All of Istio goes from the cluster.
    Sweep,
    Run(Vec<Step>),
}

pub(crate) type Before = Box<dyn Fn(&Place) -> Result<()>>;

pub(crate) struct Contest {
    /// What the work is done with.
    pub(crate) what: String,
    /// The `what` of the contest with a tenth of the work.
    pub(crate) ten_times: Option<String>,
    /// Whether aims and charts look at it.
    pub(crate) drawn: bool,
    /// Rounds that count.
    pub(crate) rounds: usize,
    /// Whether one goes before that does not count: it fills the caches of the machine.
    pub(crate) warm: bool,
    pub(crate) lives: Vec<Life>,
    pub(crate) after: After,
    /// What is there before the first round.
    pub(crate) before: Option<Before>,
}

impl Contest {
    /// One by programs that leave nothing behind.
    pub(crate) fn offline(what: &str, rounds: usize, work: Work, by: Vec<(&'static str, Vec<Step>)>) -> Self {
        let lives = by.into_iter().map(|(who, steps)| Life { who, stages: vec![Stage { work, steps }] }).collect();
        Self {
            what: what.to_owned(),
            ten_times: None,
            drawn: true,
            rounds,
            warm: rounds > 1,
            lives,
            after: After::Nothing,
            before: None,
        }
    }

    /// Measures all rounds. Who fails is noted, and left out from then on.
    pub(crate) fn hold(&self, place: &Place, report: &mut Report) {
        if let Some(Err(cause)) = self.before.as_ref().map(|before| before(place)) {
            report.notes.push(told::note(&self.name(), &cause));
            return;
        }
        let mut out: Vec<&str> = Vec::new();
        let warm = usize::from(self.warm);
        for round in 0..self.rounds + warm {
            // Whoever begins has the quieter machine, or the colder one: everybody does in turn.
            for turn in 0..self.lives.len() {
                let Some(life) = self.lives.get((round + turn) % self.lives.len()) else { continue };
                if out.contains(&life.who) {
                    continue;
                }
                let counted = (round >= warm).then_some(&mut *report);
                if let Err(cause) = self.live(life, place, counted) {
                    out.push(life.who);
                    report.notes.push(told::note(life.who, &cause));
                }
                if let Err(cause) = self.clean(place) {
                    report.notes.push(told::note(&format!("more of {}", self.name()), &cause));
                    return;
                }
            }
        }
    }

    fn live(&self, life: &Life, place: &Place, mut report: Option<&mut Report>) -> Result<()> {
        for Stage { work, steps } in &life.stages {
            let row = self.row(*work);
            let took = place.measured(steps).map_err(|cause| cause.context(row.name()))?;
            say(&format!("{}: {} {}", row.name(), life.who, took.time()));
            if let Some(report) = &mut report {
                report.add(row, life.who, took);
            }
        }
        Ok(())
    }

    fn row(&self, work: Work) -> Row {
        let (what, ten_times) = (self.what.clone(), self.ten_times.clone());
        Row { work, what, ten_times, drawn: self.drawn, by: Vec::new() }
    }

    /// The work that it begins with.
    fn name(&self) -> String {
        let first = self.lives.first().and_then(|life| life.stages.first());
        first.map_or_else(String::new, |stage| self.row(stage.work).name())
    }

    fn clean(&self, place: &Place) -> Result<()> {
        match &self.after {
            After::Nothing => Ok(()),
            After::Sweep => place.plane()?.sweep(),
            After::Run(steps) => place.measured(steps).map(drop),
        }
    }
}
