//! The tests of the program and of its library: the only integration binary.

mod architecture;
mod charts;
mod crds;
mod docs;
mod generated;
mod inject_decisions;
mod inject_golden;
mod plan;
mod render;
mod values_in_templates;
