//! What is wanted and what is there: everything a command has to know before it may write.
//!
//! [`Survey::of`] looks, [`Survey`] says what that comes to.

mod compared;
mod default;
mod draft;
mod labelled;
mod live;
mod look;
mod needed;
mod shared;

pub use compared::Survey;
pub use live::{Live, read as read_live};
pub use look::unsafe_without;
