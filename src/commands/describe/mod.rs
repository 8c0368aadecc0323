//! `mesh describe`: what kubectl shows of an object, and what the mesh makes of it.

mod gather;
mod targets;
mod world;

use serde_json::{Value, json};

use super::settings::Settings;
use super::{clock, document, failure};
use crate::cli::{DescribeArgs, ReadOutput};
use crate::cluster::Cluster;
use crate::describe::{self, Mesh, Subject};
use crate::error::{Error, Result, Why};
use crate::report;
use crate::ui::{self, sanitize};
use gather::Place;
use targets::Target;

/// Everything that was found, and why some was not.
struct Found {
    subjects: Vec<(Subject, Mesh)>,
    failures: Vec<Error>,
    place: String,
    cluster: String,
}

/// Describes what the arguments name.
pub(super) fn run(settings: &Settings, args: DescribeArgs) -> Result<()> {
    let DescribeArgs { targets, selector, all_namespaces, output } = args;
    let targets = targets::read(&targets)?;
    if selector.is_some() && targets.iter().any(|target| target.name.is_some()) {
        return Err(Error::usage("usage", "a name and a selector exclude each other").hint("give -l without a name"));
    }
    if all_namespaces && targets.iter().any(|target| target.name.is_some() && target.kind.namespaced()) {
        return Err(Error::usage("usage", "an object cannot be found by its name in all namespaces")
            .hint("give its namespace with -n"));
    }
    let found = settings.on_cluster(|cluster| async move {
        read(&cluster, settings, &targets, selector.as_deref(), all_namespaces).await
    })?;
    let Found { subjects, mut failures, place, cluster } = found;
    match output {
        ReadOutput::Text => settings.ui.result(&text(&subjects))?,
        ReadOutput::Json => settings.ui.result(&ui::json(&as_document(&cluster, &subjects)))?,
        ReadOutput::Yaml => settings.ui.result(&ui::yaml(&as_document(&cluster, &subjects))?)?,
    }
    if subjects.is_empty() && failures.is_empty() {
        settings.ui.message(&format!("No resources found{place}"));
    }
    let Some(last) = failures.pop() else { return Ok(()) };
    for error in failures {
        failure::report(&settings.ui, &error, output == ReadOutput::Json);
    }
    Err(last)
}

async fn read(
    cluster: &Cluster,
    settings: &Settings,
    targets: &[Target],
    labels: Option<&str>,
    everywhere: bool,
) -> Result<Found> {
    let kinds = gather::known(cluster.kinds().await?);
    let namespace = settings.namespace.as_deref().unwrap_or_else(|| cluster.namespace());
    let place = Place { namespace: (!everywhere).then_some(namespace), labels };
    let (mut objects, mut failures) = (Vec::new(), Vec::new());
    for target in targets {
        match gather::find(cluster, &kinds, target, &place).await {
            Ok(found) => objects.extend(found),
            Err(error) if error.is(&Why::NotThere) => failures.push(error),
            Err(error) => return Err(error),
        }
    }
    // `gateway NAME` asks for both kinds of gateway: one of them is enough.
    let is_there = |error: &Error| {
        objects.iter().any(|one| one.kind() == "Gateway" && error.to_string().contains(&one.id().to_string()))
    };
    failures.retain(|error| !is_there(error));
    failures.dedup_by(|a, b| a.to_string() == b.to_string());
    let world = world::read(cluster, &kinds, &settings.istio_namespace, &objects).await;
    let subjects = gather::subjects(cluster, &kinds, objects).await?;
    let subjects = subjects.into_iter().map(|subject| {
        let mesh = describe::mesh(&world, &subject.object);
        (subject, mesh)
    });
    let place = if everywhere { String::new() } else { format!(" in {} namespace.", sanitize(namespace)) };
    Ok(Found { subjects: subjects.collect(), failures, place, cluster: cluster.name().to_owned() })
}

fn text(subjects: &[(Subject, Mesh)]) -> String {
    let clock = clock::now();
    let texts = subjects.iter().map(|(subject, mesh)| report::describe::text(subject, mesh, &clock));
    texts.collect::<Vec<_>>().join("\n\n")
}

fn as_document(cluster: &str, subjects: &[(Subject, Mesh)]) -> Value {
    let item = |(subject, mesh): &(Subject, Mesh)| {
        let mut object = subject.object.value().clone();
        if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.shift_remove("managedFields");
        }
        let mut item = json!({ "object": object, "mesh": mesh });
        if let Some(events) = &subject.related.events {
            item["events"] = events.iter().map(|event| event.value().clone()).collect();
        }
        item
    };
    document::of_cluster("Description", cluster, json!({ "items": subjects.iter().map(item).collect::<Vec<_>>() }))
}
