//! The overview of a mesh on a screen, once or drawn again and again.

use k8s_openapi::jiff::Timestamp;
use serde_json::json;

use super::{document, overview};
use crate::check::Overview;
use crate::error::Result;
use crate::ui::{self, Ui, redraw, sanitize};

/// Where the overview is shown.
pub struct Screen<'a> {
    ui: &'a Ui,
    as_json: bool,
    watch: bool,
    /// What was shown last.
    shown: Option<String>,
    /// Whether it was said that this is old.
    told: bool,
}

impl<'a> Screen<'a> {
    /// Nothing is shown yet; with `watch` it is drawn again and again.
    pub fn new(ui: &'a Ui, as_json: bool, watch: bool) -> Self {
        Self { ui, as_json, watch, shown: None, told: false }
    }

    /// Whether anything is shown.
    pub fn is_shown(&self) -> bool {
        self.shown.is_some()
    }

    /// Shows what a look came to.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn show(&mut self, cluster: &str, seen: &Overview) -> Result<()> {
        let text = if self.as_json {
            let document = document::of_cluster("Status", cluster, json!(seen));
            if !self.watch {
                self.ui.document(&document)?;
                self.shown = Some(String::new());
                return Ok(());
            }
            ui::json_line(&document)
        } else {
            overview(cluster, seen)
        };
        let shown = if self.redraws() {
            redraw(&text, None)
        } else if self.as_json {
            text.clone()
        } else {
            self.ui.fitted(&text)
        };
        self.ui.result(&shown)?;
        self.shown = Some(text);
        self.told = false;
        Ok(())
    }

    /// Says why what is shown is not what is there now; beside a screen that is not redrawn only once.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn is_old(&mut self, why: &str) -> Result<()> {
        let line = format!("! not known since {}: {}", Timestamp::now().strftime("%H:%M:%SZ"), sanitize(why));
        match &self.shown {
            Some(text) if self.redraws() && !self.told => self.ui.result(&redraw(text, Some(&line)))?,
            _ if self.watch && !self.told => self.ui.message(&line),
            _ => return Ok(()),
        }
        self.told = true;
        Ok(())
    }

    fn redraws(&self) -> bool {
        self.watch && !self.as_json && self.ui.screen
    }
}
