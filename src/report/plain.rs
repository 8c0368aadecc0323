//! For pipes and CI: one line an event on stderr, the result lines on stdout.

use std::cell::RefCell;

use super::lines::Lines;
use super::words;
use crate::event::{Event, Fact, Sink};
use crate::ui::{Ui, sanitize};

/// One line an event.
#[derive(Debug)]
pub struct Plain {
    ui: Ui,
    lines: RefCell<Lines>,
    last: RefCell<String>,
    waits: words::Waits,
}

impl Plain {
    /// Writes through `ui`.
    pub fn new(ui: &Ui) -> Self {
        Self { ui: ui.clone(), lines: RefCell::default(), last: RefCell::default(), waits: words::Waits::default() }
    }

    fn print(&self, lines: Vec<String>) {
        for line in lines {
            // An installation goes on when its reader has gone.
            let _ = self.ui.result(&self.ui.fitted(&line));
        }
    }
}

impl Sink for Plain {
    fn event(&self, event: &Event) {
        let released = self.lines.borrow_mut().event(&self.ui, event);
        if let Some(text) = words::line(event) {
            let lines = self.lines.borrow();
            let line = match &event.component {
                Some(component) => format!("{}: {text}", lines.title(component)),
                None => text,
            };
            if self.waits.is_news(&event.fact, &line) && *self.last.borrow() != line {
                if matches!(event.fact, Fact::Warning { .. }) {
                    self.ui.message(&line)
                } else {
                    self.ui.progress(&line)
                }
                self.last.replace(line);
            }
        }
        if let Fact::Failed { causes, .. } = &event.fact {
            for cause in causes.iter().skip(1) {
                self.ui.message(&format!("  {}", sanitize(cause)));
            }
        }
        words::lines(&event.fact).iter().for_each(|line| self.ui.message(line));
        self.print(released);
    }

    fn close(&self) {
        let rest = self.lines.borrow_mut().rest();
        self.print(rest);
    }
}
