//! Many clusters while they have their turns: on a terminal one live line each, elsewhere lines that begin with the name.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};

use crate::text::count;
use crate::ui::{Style, Tell, Ui, bars, live_style, live_text, sanitize};

const ONE_CLUSTER: &str = "{spinner:.yellow} {prefix}  {elapsed:>4}  {wide_msg}";
const ALL_OF_THEM: &str = "  {wide_msg}";

/// Shows clusters side by side.
pub struct Board {
    ui: Ui,
    names: Vec<String>,
    live: Option<MultiProgress>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bars: BTreeMap<usize, ProgressBar>,
    summary: Option<ProgressBar>,
    began: BTreeMap<usize, Instant>,
    took: BTreeMap<usize, Duration>,
    /// Who asks; what the others say meanwhile.
    asks: Option<usize>,
    held: Vec<(usize, Line)>,
}

enum Line {
    Step(String),
    Message(String),
    /// As it is, above the live lines.
    Whole(String),
}

impl Board {
    /// Of the clusters with these names; with `is_quiet` nothing but what has to be seen.
    pub fn new(ui: &Ui, names: Vec<String>, is_quiet: bool) -> Self {
        let mut ui = ui.clone();
        ui.quiet |= is_quiet;
        let live = (ui.live && !ui.quiet).then(bars);
        Self { ui, names, live, state: Mutex::default() }
    }

    /// A cluster has its turn.
    pub fn begins(&self, place: usize) {
        let mut state = self.state();
        state.began.insert(place, Instant::now());
        if let Some(bars) = &self.live {
            let width = self.names.iter().map(|name| console::measure_text_width(name)).max().unwrap_or_default();
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_style(live_style(ONE_CLUSTER));
            bar.set_prefix(
                console::pad_str(&sanitize(&self.names[place]), width, console::Alignment::Left, None).into_owned(),
            );
            bar.enable_steady_tick(Duration::from_millis(100));
            state.bars.insert(place, bar);
        }
        self.summed(&mut state);
        drop(state);
        if self.live.is_none() {
            self.in_turn(place, Line::Step("begun".to_owned()));
        }
    }

    /// A cluster has had its turn.
    pub fn ended(&self, place: usize, is_well: bool) {
        let mut state = self.state();
        let took = state.began.get(&place).map(Instant::elapsed).unwrap_or_default();
        state.took.insert(place, took);
        if let (Some(bars), Some(bar)) = (&self.live, state.bars.remove(&place)) {
            bar.finish_and_clear();
            bars.remove(&bar);
        }
        self.summed(&mut state);
        drop(state);
        let word = if is_well { self.ui.paint(Style::Good, "✔") } else { self.ui.paint(Style::Bad, "✘") };
        let line = format!("{word} {} after {:.1}s", sanitize(&self.names[place]), took.as_secs_f64());
        self.in_turn(place, Line::Whole(line));
    }

    /// Nothing is done for so long before the next clusters begin.
    pub fn pauses(&self, time: Duration) {
        let state = self.state();
        let left = self.names.len() - state.began.len();
        drop(state);
        let line = format!("{} to go: waiting {}s before the next", count(left, "cluster"), time.as_secs());
        self.above(|| self.ui.progress(&line));
    }

    /// How long the turn of a cluster took; none where it had none, or is not over.
    pub fn took(&self, place: usize) -> Option<Duration> {
        self.state().took.get(&place).copied()
    }

    /// It is over: live lines go.
    pub fn close(&self) {
        let mut state = self.state();
        for (_, bar) in std::mem::take(&mut state.bars) {
            bar.finish_and_clear();
        }
        if let Some(summary) = state.summary.take() {
            summary.finish_and_clear();
        }
    }

    /// Says below the live lines how far all of them are.
    fn summed(&self, state: &mut State) {
        let Some(bars) = &self.live else { return };
        let summary = state.summary.get_or_insert_with(|| {
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_style(live_style(ALL_OF_THEM));
            bar
        });
        bars.remove(summary);
        let summary = bars.add(summary.clone());
        let (done, begun, all) = (state.took.len(), state.began.len(), self.names.len());
        summary.set_message(format!("{done} of {} done, {} under way", count(all, "cluster"), begun - done));
        summary.tick();
    }

    fn line(&self, place: usize, line: &str) -> String {
        format!("{}: {line}", sanitize(&self.names[place]))
    }

    fn above(&self, print: impl FnOnce()) {
        match &self.live {
            Some(bars) => bars.suspend(print),
            None => print(),
        }
    }

    fn say(&self, place: usize, line: &Line) {
        match line {
            Line::Step(line) => {
                let bar = self.state().bars.get(&place).cloned();
                match bar {
                    Some(bar) => bar.set_message(live_text(line)),
                    None => self.ui.progress(&self.line(place, line)),
                }
            }
            Line::Message(line) => self.above(|| self.ui.message(&self.line(place, line))),
            Line::Whole(line) => self.above(|| self.ui.progress(line)),
        }
    }

    /// Says it now, or once the question of another cluster is answered.
    fn in_turn(&self, place: usize, line: Line) {
        let mut state = self.state();
        if state.asks.is_some_and(|asks| asks != place) {
            state.held.push((place, line));
            return;
        }
        drop(state);
        self.say(place, &line);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tell for Board {
    fn step(&self, place: usize, line: &str) {
        self.in_turn(place, Line::Step(line.to_owned()));
    }

    fn message(&self, place: usize, line: &str) {
        self.in_turn(place, Line::Message(line.to_owned()));
    }

    fn asks(&self, place: usize, begins: bool) {
        let mut state = self.state();
        state.asks = begins.then_some(place);
        let held = if begins { Vec::new() } else { std::mem::take(&mut state.held) };
        drop(state);
        if let Some(bars) = &self.live {
            if begins {
                // Whoever is asked sees the question alone.
                let _ = bars.clear();
            }
            bars.set_draw_target(if begins { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
        }
        held.iter().for_each(|(place, line)| self.say(*place, line));
    }
}
