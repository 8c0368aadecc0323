//! The flags of every command, resolved once: every field is named here, so a new flag that nobody reads fails to compile.

use std::path::PathBuf;
use std::time::Duration;

use crate::cli::{ColorArg, Global};
use crate::ui::{Color, Ui};

/// What every command needs to know.
#[allow(dead_code)]
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// Streams and colour.
    pub(super) ui: Ui,
    /// How to reach the cluster.
    pub(super) access: Access,
    /// The namespace to work in, where one was given.
    pub(super) namespace: Option<String>,
    /// The namespace of the control plane.
    pub(super) istio_namespace: String,
    /// How long the whole command may take.
    pub(super) timeout: Duration,
    /// Ask nothing.
    pub(super) yes: bool,
    /// 0, 1 (what is done) or 2 (every request).
    pub(super) verbose: u8,
}

/// How to reach the cluster.
#[allow(dead_code)]
#[derive(Debug, Clone, Default)]
pub(super) struct Access {
    pub(super) kubeconfig: Option<PathBuf>,
    pub(super) context: Option<String>,
    pub(super) expect_context: Option<String>,
    pub(super) as_user: Option<String>,
    pub(super) as_groups: Vec<String>,
}

impl Settings {
    /// From the flags and the environment.
    pub(super) fn resolve(global: Global) -> Self {
        let Global {
            kubeconfig,
            context,
            expect_context,
            namespace,
            istio_namespace,
            as_user,
            as_group,
            timeout,
            yes,
            quiet,
            verbose,
            color,
        } = global;
        let color = match color {
            ColorArg::Auto => Color::Auto,
            ColorArg::Always => Color::Always,
            ColorArg::Never => Color::Never,
        };
        Self {
            ui: Ui::new(color, quiet),
            access: Access { kubeconfig, context, expect_context, as_user, as_groups: as_group },
            namespace,
            istio_namespace,
            timeout,
            yes,
            verbose,
        }
    }
}
