//! Tags: what became of one, and all of them.

use serde_json::{Value, json};

use super::{document, table};
use crate::error::Result;
use crate::istio::Tag;
use crate::object::{Object, ObjectId};
use crate::ui::{self, Style, Ui, sanitize};
use crate::yaml;

/// The format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// A document.
    Json,
    /// The same.
    Yaml,
}

/// The objects of a tag as a manifest.
///
/// # Errors
/// What cannot be written as YAML.
pub fn manifest(objects: &[Object], format: Format) -> Result<String> {
    if format == Format::Json {
        let items: Vec<&Value> = objects.iter().map(Object::value).collect();
        return Ok(ui::json(&json!({ "apiVersion": "v1", "kind": "List", "items": items })));
    }
    let documents = objects.iter().map(|object| yaml::text(object.value()));
    Ok(documents.collect::<Result<Vec<String>>>()?.join("---\n"))
}

/// That a tag leads to a revision, and to which one `before`.
///
/// # Errors
/// Those of stdout.
pub fn set(
    ui: &Ui,
    cluster: &str,
    (tag, revision): (&str, &str),
    before: Option<&str>,
    by_label: &str,
    format: Format,
) -> Result<()> {
    let element = json!({ "tag": tag, "revision": revision, "previousRevision": before });
    let document = document::of_cluster("Tag", cluster, element);
    let text = match format {
        Format::Json => ui::json(&document),
        Format::Yaml => ui::yaml(&document)?,
        Format::Text => {
            let check = ui.paint_result(Style::Good, "✔");
            let from = before.filter(|old| *old != revision).map(|old| format!(", before to {}", sanitize(old)));
            format!("{check} Tag {tag} leads to revision {revision}{}\n", from.unwrap_or_default())
        }
    };
    ui.result(&text)?;
    ui.progress(&format!("namespaces use it by their label: kubectl label namespace NAME {by_label}"));
    Ok(())
}

/// That a tag is gone.
///
/// # Errors
/// Those of stdout.
pub fn removed(ui: &Ui, cluster: &str, tag: &str, removed: &[ObjectId], format: Format) -> Result<()> {
    if format == Format::Text {
        return ui.result(&format!("{} Tag {} removed\n", ui.paint_result(Style::Good, "✔"), sanitize(tag)));
    }
    let removed: Vec<String> = removed.iter().map(ToString::to_string).collect();
    ui.result(&ui::json(&document::of_cluster("TagRemoval", cluster, json!({ "tag": tag, "removed": removed }))))
}

/// All tags.
///
/// # Errors
/// What cannot be written as YAML.
pub fn list(cluster: &str, listed: &[Tag], format: Format) -> Result<String> {
    let document = document::of_cluster("TagList", cluster, json!({ "tags": listed }));
    Ok(match format {
        Format::Json => ui::json(&document),
        Format::Yaml => ui::yaml(&document)?,
        Format::Text if listed.is_empty() => "there are no tags, as no revision of Istio is installed\n".to_owned(),
        Format::Text => {
            let rows = listed.iter().map(|one| vec![one.tag.clone(), one.revision.clone(), one.namespaces.join(",")]);
            table::table(&["TAG", "REVISION", "NAMESPACES"], rows)
        }
    })
}
