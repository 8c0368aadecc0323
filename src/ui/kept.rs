//! What one of several runs says that go on side by side: its result is kept for the end, what it says on the way goes to
//! whoever shows all of them.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::{Mutex as Turns, MutexGuard};

/// One question at a time, whichever run asks it.
static ASKING: Turns<()> = Turns::const_new(());

/// Shows what runs say that go on side by side; each has its place.
pub trait Tell: Send + Sync {
    /// A line of progress.
    fn step(&self, place: usize, line: &str);
    /// A line that has to be seen: a warning, an error, what a question is about.
    fn message(&self, place: usize, line: &str);
    /// A question of this run begins, or is answered: nobody else writes meanwhile.
    fn asks(&self, place: usize, begins: bool);
}

/// What a run has for its result.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Text for stdout, each line with its end.
    pub text: String,
    /// Documents for stdout.
    pub documents: Vec<Value>,
}

/// Where one run of several writes.
pub struct Kept {
    place: usize,
    tell: Arc<dyn Tell>,
    said: Mutex<Said>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Kept {
    /// Of the run at `place`.
    pub fn new(place: usize, tell: Arc<dyn Tell>) -> Arc<Self> {
        Arc::new(Self { place, tell, said: Mutex::default() })
    }

    /// What it has said for its result; nothing is left.
    pub fn take(&self) -> Said {
        std::mem::take(&mut self.said())
    }

    pub(super) fn result(&self, text: &str) {
        self.said().text.push_str(text);
    }

    pub(super) fn document(&self, document: &Value) {
        self.said().documents.push(document.clone());
    }

    pub(super) fn step(&self, line: &str) {
        self.tell.step(self.place, line);
    }

    pub(super) fn message(&self, line: &str) {
        self.tell.message(self.place, line);
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While this is there nobody else asks or writes.
pub struct Turn {
    kept: Arc<Kept>,
    _turn: MutexGuard<'static, ()>,
}

impl Turn {
    pub(super) async fn of(kept: Arc<Kept>) -> Self {
        let turn = ASKING.lock().await;
        kept.tell.asks(kept.place, true);
        Self { kept, _turn: turn }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.kept.tell.asks(self.kept.place, false);
    }
}
