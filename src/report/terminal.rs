//! For people: one live line a component on stderr, the result lines on stdout above them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar};

use super::lines::Lines;
use super::words;
use crate::event::{Event, Fact, Sink};
use crate::ui::{Style, Ui, bars, live_style, live_text, sanitize};

const ONE_COMPONENT: &str = "{spinner:.yellow} {since}{prefix}: {wide_msg}";
/// What the run as a whole is at, under the empty name.
const WHOLE_RUN: &str = "{spinner:.yellow} {since}{wide_msg}";

/// One live line a component.
pub struct Terminal {
    ui: Ui,
    bars: MultiProgress,
    live: RefCell<BTreeMap<String, ProgressBar>>,
    lines: RefCell<Lines>,
}

impl Terminal {
    /// Draws on stderr.
    pub fn new(ui: &Ui) -> Self {
        Self { ui: ui.clone(), bars: bars(), live: RefCell::default(), lines: RefCell::default() }
    }

    fn above(&self, print: impl FnOnce()) {
        self.bars.suspend(print);
    }

    fn print(&self, lines: &[String]) {
        if !lines.is_empty() {
            self.above(|| {
                for line in lines {
                    let _ = self.ui.result(&self.ui.fitted(line));
                }
            });
        }
    }

    fn bar(&self, component: &str) -> ProgressBar {
        let mut live = self.live.borrow_mut();
        let bar = live.entry(component.to_owned()).or_insert_with(|| {
            let bar = self.bars.add(ProgressBar::new_spinner());
            let template = if component.is_empty() { WHOLE_RUN } else { ONE_COMPONENT };
            bar.set_style(live_style(template));
            bar.set_prefix(self.lines.borrow().title(component).to_owned());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        bar.clone()
    }

    fn end(&self, component: &str) {
        if let Some(bar) = self.live.borrow_mut().remove(component) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
    }
}

impl Sink for Terminal {
    fn event(&self, event: &Event) {
        let released = self.lines.borrow_mut().event(&self.ui, event);
        // What failed comes before what shows why.
        self.print(&released);
        let several = words::lines(&event.fact);
        if !several.is_empty() {
            self.above(|| several.iter().for_each(|line| self.ui.message(line)));
        }
        match (&event.component, &event.fact) {
            (_, Fact::Warning { message }) => {
                let label = self.ui.paint(Style::Warn, "warning:");
                self.above(|| self.ui.message(&format!("{label} {}", sanitize(message))));
            }
            (_, Fact::Note { .. }) => {
                if let Some(line) = words::line(event) {
                    self.above(|| self.ui.progress(&line));
                }
            }
            (_, Fact::TakenOver { .. }) => {
                if let Some(line) = words::line(event) {
                    self.above(|| self.ui.message(&line));
                }
            }
            (None, Fact::Step { doing }) => self.bar("").set_message(live_text(&sanitize(doing))),
            (None, _) => self.end(""),
            (Some(component), Fact::Ready | Fact::Removed | Fact::Skipped { .. }) => self.end(component),
            (Some(component), Fact::Failed { causes, .. }) => {
                self.end(component);
                self.above(|| {
                    for cause in causes.iter().skip(1) {
                        self.ui.message(&format!("  {}", sanitize(cause)));
                    }
                });
            }
            (Some(component), Fact::Waiting { state }) => {
                let object = event.object.as_ref().map_or_else(String::new, |id| format!("{} ", sanitize(&id.name)));
                self.bar(component).set_message(live_text(&format!("{object}{}", sanitize(state))));
            }
            (Some(component), Fact::Started | Fact::Applied { .. } | Fact::Step { .. }) => {
                if let Some(text) = words::line(event) {
                    self.bar(component).set_message(live_text(&text));
                }
            }
            _ => {}
        }
    }

    fn close(&self) {
        let names: Vec<String> = self.live.borrow().keys().cloned().collect();
        for name in names {
            self.end(&name);
        }
        let rest = self.lines.borrow_mut().rest();
        self.print(&rest);
    }
}
