//! The revisions of a cluster.

use serde_json::json;

use super::{document, table};
use crate::istio::Revision;
use crate::ui;

/// As a document.
pub fn json(cluster: &str, revisions: &[Revision]) -> String {
    ui::json(&document::of_cluster("RevisionList", cluster, json!({ "revisions": revisions })))
}

/// As a table.
pub fn text(revisions: &[Revision]) -> String {
    if revisions.is_empty() {
        return "no revision of Istio is installed\n".to_owned();
    }
    let rows = revisions.iter().map(|one| {
        vec![
            one.revision.clone(),
            one.version.clone().unwrap_or_else(|| "no istiod".to_owned()),
            one.made_by.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
            table::names(&one.tags),
            table::names(&one.namespaces),
            one.proxies.to_string(),
            one.workloads.len().to_string(),
            table::names(&one.gateways),
        ]
    });
    table::table(&["REVISION", "VERSION", "MADE BY", "TAGS", "NAMESPACES", "PROXIES", "WITHOUT PODS", "GATEWAYS"], rows)
}
