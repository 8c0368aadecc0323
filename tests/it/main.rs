//! The tests of the program and of its library: the only integration binary.

mod architecture;
mod charts;
mod crds;
mod describe;
mod docs;
mod export;
mod generated;
mod harness;
mod inject_decisions;
mod inject_golden;
mod install;
mod install_causes;
mod install_connection;
mod install_input;
mod install_interrupted;
mod install_over;
mod install_terminal;
mod install_webhooks;
mod odd_values;
mod plan;
mod render;
mod tag;
mod uninject;
mod uninstall;
mod values_in_templates;
mod verify;
