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

use crate::describe::{Mesh, Subject};
use crate::report::columns::{self, Columns};

/// The description of one object.
pub fn text(subject: &Subject, mesh: &Mesh, clock: &Clock) -> String {
    let mut columns = Columns::default();
    let Subject { object, related } = subject;
    match object.kind() {
        "Pod" => workload::pod(&mut columns, object, related, clock),
        "Deployment" => workload::deployment(&mut columns, object, related, clock),
        "Service" => service::service(&mut columns, object, related, clock),
        "Namespace" => service::namespace(&mut columns, object, related, clock),
        // kubectl knows gateways only as what every object is.
        _ => {
            let metadata = object.at("/metadata").unwrap_or(&serde_json::Value::Null);
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
