//! `mesh` installs Istio. One way through the code, a layer uses only those above it in this list:
//!
//! ```text
//! argv → cli → config → render → plan → apply + wait (events) → report → exit code
//! ```
//!
//! * L0 [`error`], [`event`], [`object`], [`oci`], [`text`], [`yaml`]: what every layer speaks.
//! * L1 [`config`], [`template`], [`status`]: inputs to values, Go templates, readiness as pure functions.
//! * L1 above them [`istio`]: the terms of the domain: proxy, control plane, revision, tag, webhook, installation.
//! * L2 [`component`], [`inject`]: what Istio is made of; a workload in, the injected workload out.
//! * L3 [`render`]: values to objects.
//! * L4 [`plan`]: what has to be written, in which order, and why.
//! * L5 [`cluster`]: the only place with a Kubernetes client.
//! * L5 [`input`]: the only place above the core that opens files for reading: settings, charts, workloads.
//! * L6 [`read`]: the only reader of a cluster; [`apply`], [`wait`]: carry a plan out; [`check`]: findings; [`describe`]: what
//!   is known about an object.
//! * L7 [`ui`], [`report`]: every text and every document, for people and for machines.
//! * L8 [`change`]: all that changes a cluster, by one runner; [`clusters`]: many of them, in waves and side by side.
//! * L9 [`cli`], [`commands`]: arguments to settings, one call down, the result to [`report`].

pub mod apply;
pub mod change;
pub mod check;
pub mod cli;
pub mod cluster;
pub mod clusters;
pub mod commands;
pub mod component;
pub mod config;
pub mod describe;
pub mod error;
pub mod event;
pub mod fetch;
pub mod inject;
pub mod input;
pub mod istio;
pub mod line;
pub mod object;
pub mod oci;
pub mod plan;
pub mod read;
pub mod render;
pub mod report;
pub mod status;
pub mod template;
pub mod text;
pub mod ui;
pub mod wait;
pub mod yaml;
