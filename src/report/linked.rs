//! Clusters of one mesh: what came of a link, and which clusters a control plane reads.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::table::table;
use super::{document, message};
use crate::error::Result;
use crate::istio::linked::{Admitted, Link, RemoteSecret, SYNCED};
use crate::read::linked::Linked;
use crate::ui::{Style, Ui, sanitize};

/// What istiods say of the clusters that they read, by name; else why they cannot be asked.
type States = std::result::Result<BTreeMap<String, String>, String>;

/// What came of a link; true where both are one mesh.
///
/// # Errors
/// Those of stdout.
pub fn link(ui: &Ui, link: &Link, as_json: bool) -> Result<bool> {
    let is_read = |one: &Admitted| one.state.as_ref().map_or(true, |state| state == SYNCED);
    let is_well = link.troubles.is_empty() && link.admitted.iter().all(is_read);
    if as_json {
        let admitted: Vec<Value> = link.admitted.iter().map(value).collect();
        let mut document = json!({
            "apiVersion": "mesh/v1", "kind": "Link", "clusters": link.sides, "admitted": admitted, "troubles": link.troubles,
        });
        for cluster in document["clusters"].as_array_mut().into_iter().flatten() {
            cluster["cluster"] = cluster["context"].take();
            cluster.as_object_mut().map(|map| map.shift_remove("context"));
        }
        ui.document(&document)?;
        return Ok(is_well);
    }
    for one in &link.admitted {
        let mark = if is_read(one) { ui.paint_result(Style::Good, "✔") } else { ui.paint_result(Style::Bad, "✘") };
        let RemoteSecret { cluster, secret, server, .. } = &one.remote;
        let as_it_was = if one.written { "" } else { ", as before" };
        let line = format!(
            "{} reads {} ({cluster}) at {server} by Secret {secret}{as_it_was}: {}",
            one.reader,
            one.source,
            state(one)
        );
        ui.result(&ui.fitted(&format!("{mark} {}", sanitize(&line))))?;
        if let Some(why) = &one.unanswered {
            let why = format!("{server} does not let mesh in from here: {why}");
            message::warnings(ui, &[why]);
        }
    }
    for trouble in &link.troubles {
        ui.result(&ui.fitted(&format!("{} {}", ui.paint_result(Style::Warn, "!"), sanitize(trouble))))?;
    }
    Ok(is_well)
}

fn state(one: &Admitted) -> String {
    match &one.state {
        Ok(state) if state == SYNCED => "istiod has read it".to_owned(),
        Ok(state) => format!("istiod has not read it: {state}"),
        Err(why) => format!("whether istiod has read it is not known: {why}"),
    }
}

fn value(one: &Admitted) -> Value {
    let mut value = json!({
        "reader": one.reader, "source": one.source, "cluster": one.remote.cluster, "secret": one.remote.secret,
        "server": one.remote.server, "written": one.written, "state": one.state.as_ref().ok(),
    });
    if let Err(why) = &one.state {
        value["unknown"] = why.as_str().into();
    }
    if let Some(why) = &one.unanswered {
        value["unanswered"] = why.as_str().into();
    }
    value
}

/// A cluster that may be read.
struct Row<'a> {
    remote: &'a RemoteSecret,
    /// What istiod says of it, where that is known.
    state: Option<String>,
    trouble: Option<String>,
}

impl<'a> Row<'a> {
    fn of(remote: &'a RemoteSecret, home: &str, states: &States) -> Self {
        if remote.namespace != home {
            let trouble = format!("no istiod of {home} looks into namespace {}", remote.namespace);
            return Self { remote, state: None, trouble: Some(trouble) };
        }
        let state = states.as_ref().ok().map(|states| states.get(&remote.cluster).map_or("not read", String::as_str));
        Self { remote, state: state.map(str::to_owned), trouble: remote.trouble.clone() }
    }

    fn is_well(&self) -> bool {
        self.trouble.is_none() && self.state.as_deref().is_none_or(|state| state == SYNCED)
    }

    fn cells(&self) -> Vec<String> {
        let RemoteSecret { cluster, secret, server, .. } = self.remote;
        let state = self.trouble.as_ref().or(self.state.as_ref()).map_or("not known", String::as_str);
        vec![cluster.clone(), secret.clone(), server.clone(), state.to_owned()]
    }

    fn value(&self) -> Value {
        let RemoteSecret { cluster, secret, server, .. } = self.remote;
        let mut value = json!({"name": cluster, "secret": secret, "server": server, "state": self.state});
        if let Some(trouble) = &self.trouble {
            value["trouble"] = trouble.as_str().into();
        }
        value
    }
}

/// Which clusters the control planes of `home` read; true where all is well.
///
/// # Errors
/// Those of stdout.
pub fn list(ui: &Ui, home: &str, found: &Linked, states: &States, as_json: bool) -> Result<bool> {
    let rows: Vec<Row<'_>> = found.remotes.iter().map(|one| Row::of(one, home, states)).collect();
    let is_well = rows.iter().all(Row::is_well);
    let mut unknown: Vec<String> = Vec::new();
    if found.only_home {
        unknown.push(format!("Secrets of other namespaces than {home}"));
    }
    if let (Err(why), false) = (states, rows.is_empty()) {
        unknown.push(format!("what istiod has read: {why}"));
    }
    if as_json {
        let remotes: Vec<Value> = rows.iter().map(Row::value).collect();
        let element = json!({"own": found.side.name, "remotes": remotes, "unknown": unknown});
        ui.document(&document::of_cluster("RemoteClusters", &found.side.context, element))?;
        return Ok(is_well);
    }
    if rows.is_empty() {
        ui.result("no other cluster is read: mesh multicluster link A B lets each of two read the other\n")?;
    } else {
        let head = ["CLUSTER", "SECRET", "SERVER", "STATE"];
        ui.result(&ui.fitted(&table(&head, rows.iter().map(Row::cells))))?;
    }
    message::unknown(ui, &unknown);
    Ok(is_well)
}
