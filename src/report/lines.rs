//! The result lines of an installation, in the order of the plan.

use crate::event::{Event, Fact};
use crate::text::count;
use crate::ui::{Style, Ui, sanitize};

/// Holds lines back until all before them are there.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rows: Vec<Row>,
    printed: usize,
}

#[derive(Debug)]
struct Row {
    name: String,
    title: String,
    line: Option<String>,
}

impl Lines {
    /// Takes an event and gives the lines that may be printed now.
    pub(super) fn event(&mut self, ui: &Ui, event: &Event) -> Vec<String> {
        if let Fact::Planned { components, .. } | Fact::PlannedRemoval { components, .. } = &event.fact {
            let rows = components.iter();
            self.rows =
                rows.map(|(name, title)| Row { name: name.clone(), title: title.clone(), line: None }).collect();
            self.printed = 0;
            return Vec::new();
        }
        if matches!(event.fact, Fact::Finished) {
            return vec![format!("{} Installation complete", ui.paint_result(Style::Good, "✔"))];
        }
        if matches!(event.fact, Fact::Uninstalled) {
            return vec![format!("{} Uninstall complete", ui.paint_result(Style::Good, "✔"))];
        }
        if let Fact::RolledBack { to, restored, recreated, deleted, .. } = &event.fact {
            let place = if *to == 0 { "before the first installation".to_owned() } else { format!("to record {to}") };
            let what = [(*restored, "restored"), (recreated.len(), "made again"), (deleted.len(), "deleted")];
            let what: Vec<String> = what
                .iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, done)| format!("{} {done}", count(*number, "object")))
                .collect();
            let what = if what.is_empty() { "nothing had changed".to_owned() } else { what.join(", ") };
            let mut lines = self.rest();
            lines.push(format!("{} Rolled back {place}: {what}", ui.paint_result(Style::Good, "✔")));
            return lines;
        }
        if let Some(row) = self.rows.iter_mut().find(|row| Some(&row.name) == event.component.as_ref()) {
            match &event.fact {
                Fact::Ready => {
                    row.line = Some(format!("{} {} installed", ui.paint_result(Style::Good, "✔"), row.title));
                }
                Fact::Removed => {
                    row.line = Some(format!("{} {} removed", ui.paint_result(Style::Good, "✔"), row.title));
                }
                Fact::Failed { causes, .. } => {
                    let cause = causes.first().map_or("no cause was found", String::as_str);
                    row.line =
                        Some(format!("{} {} failed: {}", ui.paint_result(Style::Bad, "✘"), row.title, sanitize(cause)));
                }
                Fact::Skipped { because } => {
                    row.line = Some(format!("- {} skipped, as {} failed", row.title, sanitize(because)));
                }
                _ => {}
            }
        }
        self.release()
    }

    /// The title of a component, its name where it is not in the plan.
    pub(super) fn title<'a>(&'a self, name: &'a str) -> &'a str {
        self.rows.iter().find(|row| row.name == name).map_or(name, |row| row.title.as_str())
    }

    /// What is left when the run is over: lines that waited for one that never came.
    pub(super) fn rest(&mut self) -> Vec<String> {
        let rest = self.rows.iter_mut().skip(self.printed).filter_map(|row| row.line.take()).collect();
        self.printed = self.rows.len();
        rest
    }

    fn release(&mut self) -> Vec<String> {
        let mut free = Vec::new();
        while let Some(line) = self.rows.get_mut(self.printed).and_then(|row| row.line.take()) {
            free.push(line);
            self.printed += 1;
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Output;

    fn event(component: &str, fact: Fact) -> Event {
        Event {
            cluster: "c".into(),
            revision: "default".into(),
            component: Some(component.into()).filter(|name: &String| !name.is_empty()),
            object: None,
            fact,
        }
    }

    #[test]
    fn a_later_line_waits_for_the_earlier() {
        let ui = Ui {
            color: false,
            progress_color: false,
            live: false,
            screen: false,
            quiet: false,
            output: Output::default(),
            documents: crate::ui::json,
        };
        let mut lines = Lines::default();
        let components = vec![("a".to_owned(), "Aye".to_owned()), ("b".to_owned(), "Bee".to_owned())];
        lines.event(&ui, &event("", Fact::Planned { components, writes: 1 }));
        assert!(lines.event(&ui, &event("b", Fact::Ready)).is_empty());
        assert_eq!(lines.event(&ui, &event("a", Fact::Ready)), ["✔ Aye installed", "✔ Bee installed"]);
        assert_eq!(lines.event(&ui, &event("", Fact::Finished)), ["✔ Installation complete"]);
    }
}
