//! YAML and JSON as Go reads and writes them.
//!
//! Helm's `toYaml` and `fromYaml` go through `sigs.k8s.io/yaml`, which speaks YAML 1.1 through Go's
//! `yaml` version 2: `yes` and `on` are booleans, `0644` is octal. What [`write`] prints keeps its
//! values under those rules, with the same layout.

pub(crate) mod json;
mod node;
mod read;
mod resolve;
mod scalar;
mod write;

pub(crate) use read::read;
pub(crate) use resolve::go_integer;
pub(crate) use write::{append, write};
