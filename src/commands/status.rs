//! `mesh status`: a mesh on one screen.

use std::pin::pin;
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use serde_json::json;

use super::settings::Settings;
use super::{interrupt, records};
use crate::check::{self, Overview};
use crate::cli::{StatusArgs, TextOutput};
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::object::Object;
use crate::read::facts;
use crate::report;
use crate::report::document;
use crate::ui::{self, redraw, sanitize};

/// How often a watched screen is drawn.
const PAUSE: Duration = Duration::from_secs(2);
/// After so long without an answer a watched screen says that it is old.
const SILENCE: Duration = Duration::from_secs(10);

/// Prints the screen, once or until it is stopped.
pub(super) fn run(settings: &Settings, args: StatusArgs) -> Result<()> {
    let StatusArgs { watch, output } = args;
    settings.on_cluster(|cluster| async move {
        let stop = interrupt::wait();
        let interrupted = |kind| Err(Error::new(kind, "interrupted", "interrupted"));
        let mut screen = Screen { settings, output, watch, shown: None, told: false };
        loop {
            // Every look has its own time: a screen may be watched all day.
            let cluster = cluster.with_at_least(settings.timeout);
            let mut looking = pin!(look(&cluster, settings));
            let looked = loop {
                tokio::select! {
                    looked = &mut looking => break looked,
                    kind = stop.clone() => return interrupted(kind),
                    () = tokio::time::sleep(SILENCE) => screen.is_old("no answer for a while")?,
                }
            };
            match looked {
                Ok(overview) => screen.show(cluster.name(), &overview)?,
                // A server that goes away may come back: what was seen last stays on the screen.
                Err(error) if screen.shown.is_some() && matches!(error.kind(), Kind::Cluster | Kind::TimedOut) => {
                    screen.is_old(&error.to_string())?;
                }
                Err(error) => return Err(error),
            }
            if !watch {
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                kind = stop.clone() => return interrupted(kind),
            }
        }
    })
}

async fn look(cluster: &Cluster, settings: &Settings) -> Result<Overview> {
    let now = Timestamp::now().as_second();
    let mut facts = facts::mesh(cluster, &settings.istio_namespace, now).await?;
    let homes = facts.control_planes().filter_map(Object::namespace).chain([settings.istio_namespace.as_str()]);
    match records::of_all(cluster, &homes.map(str::to_owned).collect()).await {
        Ok(ledger) => facts.ledger = Some(ledger),
        Err(error) => facts.unknown.push(error.to_string()),
    }
    Ok(check::overview(&facts))
}

/// Where the overview is shown.
struct Screen<'a> {
    settings: &'a Settings,
    output: TextOutput,
    watch: bool,
    /// What was shown last.
    shown: Option<String>,
    /// Whether it was said that this is old.
    told: bool,
}

impl Screen<'_> {
    fn show(&mut self, cluster: &str, overview: &Overview) -> Result<()> {
        let text = match self.output {
            TextOutput::Text => report::overview(cluster, overview),
            TextOutput::Json => {
                let document = document::of_cluster("Status", cluster, json!(overview));
                if self.watch { ui::json_line(&document) } else { ui::json(&document) }
            }
        };
        let ui = &self.settings.ui;
        ui.result(&if self.redraws() { redraw(&text, None) } else { text.clone() })?;
        self.shown = Some(text);
        self.told = false;
        Ok(())
    }

    /// Says why what is shown is not what is there now; beside a screen that is not redrawn only once.
    fn is_old(&mut self, why: &str) -> Result<()> {
        let line = format!("! not known since {}: {}", Timestamp::now().strftime("%H:%M:%SZ"), sanitize(why));
        let ui = &self.settings.ui;
        match &self.shown {
            Some(text) if self.redraws() && !self.told => ui.result(&redraw(text, Some(&line)))?,
            _ if self.watch && !self.told => ui.message(&line),
            _ => return Ok(()),
        }
        self.told = true;
        Ok(())
    }

    fn redraws(&self) -> bool {
        self.watch && self.output == TextOutput::Text && self.settings.ui.screen
    }
}
