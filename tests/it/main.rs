//! The tests of the program and of its library: the only integration binary.
#![allow(clippy::expect_used, reason = "what the tests share may fail by panic too")]

/// Tests begin in the order of their names. These wait the longest, and their names would come last: begun early, they
/// wait beside what computes, and no processor is idle at the end.
#[path = "."]
mod ahead {
    mod last_words;
    mod matrix;
    mod seen;
    mod server;
    mod situations;
    mod status;
    mod uninstall;
    mod users;
    mod verify;
}

mod adopt;
mod architecture;
mod bad_input;
mod benchmarks;
mod bundle;
mod canary;
mod change;
mod charts;
mod clusters;
mod crds;
mod describe;
mod diff;
mod docs;
mod enrol;
mod export;
mod faults;
mod field;
mod generated;
mod gitops;
mod gitops_export;
mod harness;
mod inject_decisions;
mod inject_files;
mod inject_golden;
mod install;
mod install_causes;
mod install_charts;
mod install_connection;
mod install_input;
mod install_interrupted;
mod install_over;
mod install_recovers;
mod install_terminal;
mod install_tried;
mod install_webhooks;
mod installations;
mod killed;
mod lines;
mod migrate;
mod odd_values;
mod pains;
mod plan;
mod platform;
mod plugin;
mod random_inputs;
mod rbac;
mod registry;
mod releases;
mod remote;
mod render;
mod replaced;
mod rollback;
mod schema;
mod screens;
mod secrets;
mod supply_chain;
mod tag;
mod uninject;
mod usage;
mod values_in_templates;
