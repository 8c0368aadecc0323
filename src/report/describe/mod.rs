//! What `kubectl describe` (1.32) shows of an object, in its layout and wording, and then what the mesh makes of it.

mod container;
mod environment;
mod events;
mod mesh;
mod service;
mod values;
mod volume;
mod workload;

pub use values::Clock;

use serde_json::{Value, json};

use super::document::of_cluster;
use crate::describe::{Mesh, Subject};
use crate::report::columns::{self, Columns};
use crate::text::hidden;
use crate::ui::sanitize;

/// Objects, each with what the mesh makes of it.
type Subjects = [(Subject, Mesh)];

/// The descriptions of objects, with an empty line between them.
pub fn text(subjects: &Subjects, clock: &Clock) -> String {
    let texts = subjects.iter().map(|(subject, mesh)| one(subject, mesh, clock));
    texts.collect::<Vec<_>>().join("\n\n")
}

/// What is said where there is nothing, in a namespace or in none.
pub fn nothing(namespace: Option<&str>) -> String {
    let place = namespace.map(|namespace| format!(" in {} namespace.", sanitize(namespace))).unwrap_or_default();
    format!("No resources found{place}")
}

/// The description of one object.
pub fn one(subject: &Subject, mesh: &Mesh, clock: &Clock) -> String {
    let mut columns = Columns::default();
    let Subject { object, related } = subject;
    match object.kind() {
        "Pod" => workload::pod(&mut columns, object, related, clock),
        "Deployment" => workload::deployment(&mut columns, object, related, clock),
        "Service" => service::service(&mut columns, object, related, clock),
        "Namespace" => service::namespace(&mut columns, object, related, clock),
        // kubectl knows gateways only as what every object is.
        _ => {
            let metadata = object.at("/metadata").unwrap_or(&Value::Null);
            columns.field(0, "Name", object.name());
            columns.field(0, "Namespace", object.namespace().unwrap_or_default());
            values::labels(&mut columns, 0, "Labels", &metadata["labels"]);
            values::annotations(&mut columns, 0, "Annotations", &metadata["annotations"]);
        }
    }
    columns.line(0, &[""]);
    mesh::write(&mut columns, mesh);
    columns.text()
}

/// A document of kind `Description`.
pub fn document(cluster: &str, subjects: &Subjects) -> Value {
    let item = |(subject, mesh): &(Subject, Mesh)| {
        let mut object = hidden::tree(subject.object.value());
        if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.shift_remove("managedFields");
        }
        let mut item = json!({ "object": object, "mesh": mesh });
        if let Some(events) = &subject.related.events {
            item["events"] = events.iter().map(|event| event.value().clone()).collect();
        }
        item
    };
    of_cluster("Description", cluster, json!({ "items": subjects.iter().map(item).collect::<Vec<_>>() }))
}
