//! Streams, colour and width; and what makes strings of a cluster safe to show.

mod called;
mod glyphs;
pub mod interrupt;
mod json;
mod kept;
mod live;
mod output;
mod sanitize;
mod screen;
mod streams;
mod wrap;
mod yaml;

pub use called::{PLUGIN, as_plugin, told};
pub use glyphs::Glyphs;
pub use json::{json, json_line};
pub use kept::{Kept, Said, Tell, Turn};
pub use live::{bars, live_style, live_text, trace};
pub use output::{Background, Output};
pub use sanitize::sanitize;
pub use screen::redraw;
pub use streams::{Color, Style, Ui};
pub use yaml::yaml;
