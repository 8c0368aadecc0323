//! `mesh status`: a mesh on one screen.

use std::io::IsTerminal;
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::settings::Settings;
use super::{facts, interrupt};
use crate::check::{self, Overview};
use crate::cli::{StatusArgs, TextOutput};
use crate::error::{Error, Result};
use crate::report;

/// How often a watched screen is drawn.
const PAUSE: Duration = Duration::from_secs(2);
/// Cursor home, and everything below it away: the screen does not flicker.
const REDRAW: &str = "\u{1b}[H\u{1b}[J";

/// Prints the screen, once or until it is stopped.
pub(super) fn run(settings: &Settings, args: StatusArgs) -> Result<()> {
    let StatusArgs { watch, output } = args;
    loop {
        // Every look has its own time: a screen may be watched all day.
        let looked = settings.on_cluster(|cluster| async move {
            let stop = interrupt::wait();
            let namespace = &settings.istio_namespace;
            let facts = tokio::select! {
                facts = facts::mesh(&cluster, namespace, Timestamp::now().as_second()) => facts?,
                kind = stop.clone() => return Err(Error::new(kind, "interrupted", "interrupted")),
            };
            let overview = check::overview(&facts);
            let name = cluster.name().to_owned();
            show(settings, &name, &overview, watch, output)?;
            if watch {
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    kind = stop => return Err(Error::new(kind, "interrupted", "interrupted")),
                }
            }
            Ok(())
        });
        looked?;
        if !watch {
            return Ok(());
        }
    }
}

fn show(settings: &Settings, cluster: &str, overview: &Overview, watch: bool, output: TextOutput) -> Result<()> {
    let text = match output {
        TextOutput::Text => {
            let redraw = if watch && std::io::stdout().is_terminal() { REDRAW } else { "" };
            format!("{redraw}{}", report::overview(cluster, overview))
        }
        TextOutput::Json => {
            let mut element: Value = json!(overview);
            element["cluster"] = cluster.into();
            let document = json!({ "apiVersion": "mesh/v1", "kind": "Status", "clusters": [element] });
            if watch { format!("{document}\n") } else { format!("{document:#}\n") }
        }
    };
    settings.ui.result(&text)
}
