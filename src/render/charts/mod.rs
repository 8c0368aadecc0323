//! Istio's own charts in place of the built-in templates: a chart, read and rendered as Helm does it.
//!
//! All templates of a chart are parsed together and share one context, the deepest paths first and within a depth the last
//! name first. Charts count on it: one whose name sorts last puts the values together for all the others.

mod chart;
mod files;
mod metadata;
mod values;

pub(super) use chart::{ChartOutput, Charts, folder};
