//! Workloads that restart: on a terminal a live line for each that is under way, elsewhere one line an event; and a result
//! line for each, in the order of the plan.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar};

use super::words;
use crate::event::{Event, Fact, Sink};
use crate::object::ObjectId;
use crate::text::count;
use crate::ui::{Style, Ui, bars, live_style, live_text, sanitize};

const ROW: &str = "{spinner:.yellow} {prefix}  {since}{wide_msg}";

/// Puts restarts into words.
pub struct RestartWords {
    ui: Ui,
    bars: MultiProgress,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// What is planned, each with its result line once there is one.
    rows: Vec<(ObjectId, Option<String>)>,
    places: BTreeMap<ObjectId, usize>,
    printed: usize,
    /// More than one namespace: names need theirs.
    spread: bool,
    width: usize,
    live: BTreeMap<ObjectId, ProgressBar>,
    whole: Option<ProgressBar>,
    done: usize,
    waits: words::Waits,
}

/// `deployment/web`; `deployment/web in shop` where the namespace does not go without saying.
pub fn workload_name(id: &ObjectId, with_namespace: bool) -> String {
    let name = format!("{}/{}", id.kind.to_lowercase(), sanitize(&id.name));
    match id.namespace.as_deref().filter(|_| with_namespace) {
        Some(namespace) => format!("{name} in {}", sanitize(namespace)),
        None => name,
    }
}

impl RestartWords {
    /// Writes through `ui`.
    pub fn new(ui: &Ui) -> Self {
        Self { ui: ui.clone(), bars: bars(), state: RefCell::default() }
    }

    fn line(&self, text: &str, always: bool) {
        let print = || if always { self.ui.message(text) } else { self.ui.progress(text) };
        if self.ui.live { self.bars.suspend(print) } else { print() }
    }

    fn print(&self, lines: Vec<String>) {
        for line in lines {
            // A restart goes on when its reader has gone.
            let print = || drop(self.ui.result(&format!("{line}\n")));
            if self.ui.live { self.bars.suspend(print) } else { print() }
        }
    }

    fn planned(&self, workloads: &[ObjectId]) {
        let mut state = self.state.borrow_mut();
        let mut namespaces: Vec<_> = workloads.iter().map(|id| id.namespace.as_deref()).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        *state = State { spread: namespaces.len() > 1, ..State::default() };
        state.width = workloads.iter().map(|id| workload_name(id, state.spread).chars().count()).max().unwrap_or(0);
        state.rows = workloads.iter().map(|id| (id.clone(), None)).collect();
        state.places = workloads.iter().enumerate().map(|(place, id)| (id.clone(), place)).collect();
    }

    /// The live line of a workload, made where there is none.
    fn show(&self, id: &ObjectId, text: String) {
        let mut state = self.state.borrow_mut();
        let name = workload_name(id, state.spread);
        let prefix = format!("{name:width$}", width = state.width);
        let bar = state.live.entry(id.clone()).or_insert_with(|| {
            let bar = self.bars.insert(0, ProgressBar::new_spinner());
            bar.set_style(live_style(ROW));
            bar.set_prefix(prefix);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        bar.set_message(live_text(&text));
        let (done, all) = (state.done, state.rows.len());
        let whole = state.whole.get_or_insert_with(|| {
            let bar = self.bars.add(ProgressBar::new_spinner());
            bar.set_style(live_style("  {wide_msg}"));
            bar
        });
        whole.set_message(format!("{done} of {all} restarted"));
    }

    fn end(&self, id: &ObjectId, line: String) {
        let mut state = self.state.borrow_mut();
        if let Some(bar) = state.live.remove(id) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
        state.done += 1;
        if let Some(place) = state.places.get(id).copied() {
            state.rows[place].1 = Some(line);
        }
        let mut free = Vec::new();
        let State { rows, printed, .. } = &mut *state;
        while let Some(line) = rows.get_mut(*printed).and_then(|(_, line)| line.take()) {
            free.push(line);
            *printed += 1;
        }
        drop(state);
        self.print(free);
    }

    fn about(&self, id: &ObjectId, event: &Event) {
        let name = workload_name(id, self.state.borrow().spread);
        // The object is in the name of the line already.
        let bare = Event { object: None, ..event.clone() };
        let Some(text) = words::line(&bare) else { return };
        let ended = match &event.fact {
            Fact::Restarted { before, after, pods } => {
                let mark = self.ui.paint_result(Style::Good, "✔");
                Some(format!("{mark} {name} {before} → {after} ({})", count(*pods, "pod")))
            }
            Fact::Failed { causes, .. } => {
                let cause = causes.first().map_or("no cause was found", String::as_str);
                Some(format!("{} {name} failed: {}", self.ui.paint_result(Style::Bad, "✘"), sanitize(cause)))
            }
            Fact::Skipped { because } => Some(format!("- {name} not restarted, as {} failed", sanitize(because))),
            _ => None,
        };
        if !self.ui.live {
            let line = format!("{name}: {text}");
            if self.state.borrow().waits.is_news(&event.fact, &line) {
                self.line(&line, false);
            }
        } else if ended.is_none() {
            self.show(id, live(&event.fact).unwrap_or(text));
        }
        if let Fact::Failed { causes, .. } = &event.fact {
            for cause in causes.iter().skip(1) {
                self.line(&format!("  {}", sanitize(cause)), true);
            }
        }
        if let Some(line) = ended {
            self.end(id, line);
        }
    }
}

/// A table's cells: READY, then pods.
fn live(fact: &Fact) -> Option<String> {
    let Fact::Pods { before, now, ready, wanted } = fact else { return None };
    Some(format!("{before} → {now}  {ready}/{wanted} pods"))
}

impl Sink for RestartWords {
    fn event(&self, event: &Event) {
        match (&event.object, &event.fact) {
            (_, Fact::RestartsPlanned { workloads }) => self.planned(workloads),
            (_, Fact::Warning { message }) => {
                let label = self.ui.paint(Style::Warn, "warning:");
                self.line(&format!("{label} {}", sanitize(message)), true);
            }
            // What looks into a workload tells of the objects below it under the workload's name.
            (Some(id), _) if event.component.is_none() => self.about(id, event),
            _ => {}
        }
    }

    fn close(&self) {
        let mut state = self.state.borrow_mut();
        for bar in std::mem::take(&mut state.live).into_values().chain(state.whole.take()) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
        let printed = state.printed;
        let rest: Vec<String> = state.rows.iter_mut().skip(printed).filter_map(|(_, line)| line.take()).collect();
        state.printed = state.rows.len();
        drop(state);
        self.print(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_namespace_only_where_needed() {
        let id = ObjectId::new("apps/v1", "Deployment", Some("shop"), "we\u{1b}b");
        assert_eq!(workload_name(&id, false), "deployment/we\\u{1b}b");
        assert_eq!(workload_name(&id, true), "deployment/we\\u{1b}b in shop");
    }
}
