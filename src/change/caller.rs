//! Whoever asks for a change.

use crate::error::Result;
use crate::report::question::{self, Question};
use crate::ui::Ui;

/// Who asks for a change: how they are spoken to, and what they type to go on.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Streams and colour.
    pub ui: Ui,
    /// Ask nothing.
    pub yes: bool,
    /// The command line as it was written.
    pub command: String,
    /// The flags of it that say which cluster and namespace is meant, for other commands about the same.
    pub reach: Vec<String>,
    /// The namespace of the control plane.
    pub istio_namespace: String,
}

impl Caller {
    /// The same command line, asking nothing.
    pub fn command_with_yes(&self) -> String {
        if self.yes { self.command.clone() } else { format!("{} -y", self.command) }
    }

    /// Another command about the same cluster and namespace, asking nothing; `words` are its own, as to be typed.
    pub fn other_command(&self, words: &str) -> String {
        let reach: String = self.reach.iter().map(|flag| format!(" {flag}")).collect();
        format!("mesh {words}{reach} -y")
    }

    /// Puts a question; `-y` answers those that want no word typed.
    ///
    /// # Errors
    /// `not-confirmed` (usage) where nobody can be asked; `cancelled` where the answer is no.
    pub async fn ask(&self, asked: Question) -> Result<()> {
        if self.yes && !asked.wants_a_word() {
            return Ok(());
        }
        let hint = question::unasked(&self.command_with_yes());
        asked.put(&self.ui, &hint).await
    }
}
