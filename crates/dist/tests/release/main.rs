//! A release of small programs that stand for mesh: what is in each file of it, and that other tools read it.
#![allow(clippy::expect_used, reason = "what the tests share may fail by panic too")]

mod archives;
mod bill;
mod image;
mod manifests;
mod packages;
mod plugin;
mod recipes;
mod standin;
mod sums;
