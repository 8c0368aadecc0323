//! `mesh label`: what `kubectl label` does, and what that means for the mesh.

mod guard;
mod kinds;

use serde_json::{Map, Value, json};

use super::document;
use super::rollout::Scene;
use super::settings::Settings;
use crate::apply::restart;
use crate::cli::{DryRun, LabelArgs, TextOutput};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::object::{Object, ObjectId};
use crate::plan::labels::{self, Changes};
use crate::plan::revisions::Revisions;
use crate::report::workload_name;
use crate::ui::{self, sanitize};
use kinds::Type;

/// How many workloads that have to restart are named.
const NAMED: usize = 10;

/// What the words of a command line select.
#[derive(Debug, PartialEq, Eq)]
enum Selected {
    /// Objects by name.
    Names(Vec<(Type, String)>),
    /// All objects of these types, or those with a label.
    Types(Vec<Type>),
}

/// Labels objects.
pub(super) fn run(settings: &Settings, args: LabelArgs) -> Result<()> {
    let LabelArgs { words, overwrite, all, all_namespaces, selector, list, dry_run, output } = args;
    let (objects, changes) = labels::parse(&words)?;
    if changes.is_empty() && !list {
        return Err(usage("at least one label update is required"));
    }
    if all && selector.is_some() {
        return Err(usage("cannot set --all and --selector at the same time"));
    }
    let selected = selected(&objects, all, selector.is_some(), all_namespaces)?;
    let job = Job { settings, changes, overwrite, list, dry_run, output };
    settings.on_cluster(|cluster| async move {
        let kinds = Type::kinds();
        let namespace = settings.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
        let namespace = Some(namespace.as_str()).filter(|_| !all_namespaces);
        let (found, missing) = find(&cluster, &kinds, &selected, namespace, selector.as_deref()).await?;
        job.label(&cluster, &kinds, found, missing, &selected).await
    })
}

fn usage(message: &str) -> Error {
    Error::usage("usage", message).hint("run `mesh label --help` to see what it takes")
}

/// Which objects the words name, in the ways kubectl takes them.
fn selected(words: &[String], all: bool, by_label: bool, all_namespaces: bool) -> Result<Selected> {
    let Some(first) = words.first() else {
        return Err(usage("one or more resources must be specified as <resource> <name> or <resource>/<name>"));
    };
    let names = if words.iter().any(|word| word.contains('/')) {
        let pair = |word: &String| match word.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok((Type::named(kind)?, name.to_owned()))
            }
            Some(_) => Err(usage("arguments in resource/name form must have a single resource and name")),
            None => Err(usage(
                "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form",
            )),
        };
        words.iter().map(pair).collect::<Result<Vec<_>>>()?
    } else {
        let types = first.split(',').map(Type::named).collect::<Result<Vec<_>>>()?;
        let names = &words[1..];
        if (all || by_label) && names.is_empty() {
            return Ok(Selected::Types(types));
        }
        types.iter().flat_map(|one| names.iter().map(|name| (*one, name.clone()))).collect()
    };
    // Names count more than --all.
    if by_label {
        return Err(usage("name cannot be provided when a selector is specified"));
    }
    if names.is_empty() {
        return Err(usage("resource(s) were provided, but no name was specified"));
    }
    if all_namespaces && names.iter().any(|(one, _)| one.namespaced) {
        return Err(usage("a resource cannot be retrieved by name across all namespaces"));
    }
    Ok(Selected::Names(names))
}

/// The objects that are there, and what the server would say of those that are not.
async fn find(
    cluster: &Cluster,
    kinds: &Kinds,
    selected: &Selected,
    namespace: Option<&str>,
    selector: Option<&str>,
) -> Result<(Vec<(Type, Object)>, Vec<String>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    match selected {
        Selected::Names(names) => {
            for (one, name) in names {
                match cluster.get(kinds, &one.id(namespace, name)).await? {
                    Some(object) => found.push((*one, object)),
                    None => missing.push(one.not_found(name)),
                }
            }
        }
        Selected::Types(types) => {
            for one in types {
                let id = one.id(namespace, "");
                let objects = cluster.list(&kinds.collection(&id)?, &id, selector).await?;
                found.extend(objects.into_iter().map(|object| (*one, object)));
            }
        }
    }
    Ok((found, missing))
}

struct Job<'a> {
    settings: &'a Settings,
    changes: Changes,
    overwrite: bool,
    list: bool,
    dry_run: DryRun,
    output: TextOutput,
}

impl Job<'_> {
    async fn label(
        &self,
        cluster: &Cluster,
        kinds: &Kinds,
        found: Vec<(Type, Object)>,
        missing: Vec<String>,
        selected: &Selected,
    ) -> Result<()> {
        let is_ours = guard::OF_ISTIO.iter().any(|key| self.changes.names(key));
        let webhooks = if is_ours && !self.list { cluster.mutating_webhooks().await? } else { Vec::new() };
        if is_ours && !self.list {
            let objects: Vec<Object> = found.iter().map(|(_, object)| object.clone()).collect();
            guard::check(&self.changes, &objects, &Revisions::of(&webhooks), &self.settings.istio_namespace)?;
        }
        // kubectl gives the labels a head where several objects may come.
        let one_only = matches!(selected, Selected::Names(names) if names.len() == 1);
        let (mut rows, mut notes, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let mut namespaces = Vec::new();
        for (one, object) in &found {
            match self.one(cluster, kinds, *one, object, one_only).await {
                Ok((row, after)) => {
                    rows.push(row);
                    notes.extend(guard::warnings(&self.changes, &object.id(), &after));
                    if object.kind() == "Namespace" && !self.list {
                        namespaces.push(with_labels(object, after));
                    }
                }
                // The others are labelled all the same; what is wrong with the cluster is wrong for them too.
                Err(error) if error.kind() == Kind::Failed => failed.push(error),
                Err(error) => return Err(error),
            }
        }
        if guard::concerns_pods(&self.changes) && !namespaces.is_empty() {
            notes.extend(self.restarts(cluster, namespaces, webhooks).await);
        }
        if self.output == TextOutput::Json {
            let element = json!({ "objects": rows, "notes": notes });
            let document = document::of_cluster("Labels", cluster.name(), element);
            self.settings.ui.result(&ui::json(&document))?;
        } else {
            notes.iter().for_each(|note| self.settings.ui.message(&format!("note: {note}")));
        }
        verdict(failed, &missing)
    }

    /// Labels one object and says so.
    async fn one(
        &self,
        cluster: &Cluster,
        kinds: &Kinds,
        one: Type,
        object: &Object,
        one_only: bool,
    ) -> Result<(Value, Map<String, Value>)> {
        let name = sanitize(object.name());
        let text = self.output == TextOutput::Text;
        let result = |line: String| if text { self.settings.ui.result(&format!("{line}\n")) } else { Ok(()) };
        if self.dry_run != DryRun::Client && !self.list {
            for key in self.changes.missing(object) {
                result(format!("label {key:?} not found."))?;
            }
        }
        let after = self.changes.of(object, self.overwrite)?;
        if self.list {
            if !one_only {
                result(one.heading(&name))?;
            }
            let indent = if one_only { "" } else { " " };
            for (key, value) in &after {
                result(format!("{indent}{}={}", sanitize(key), sanitize(value.as_str().unwrap_or_default())))?;
            }
            return Ok((json!({ "object": object.id(), "labels": after }), after));
        }
        let outcome = labels::outcome(object, &after, self.overwrite);
        let patch = labels::patch(object, &after);
        let writes = patch["metadata"]["labels"].as_object().is_some_and(|labels| !labels.is_empty());
        if writes && self.dry_run != DryRun::Client {
            cluster.merge(kinds, &object.id(), &patch, self.dry_run == DryRun::Server).await?;
        }
        let mark = match self.dry_run {
            DryRun::None => "",
            DryRun::Client => " (dry run)",
            DryRun::Server => " (server dry run)",
        };
        result(format!("{} {outcome}{mark}", one.shown(&name)))?;
        let row = json!({ "object": object.id(), "outcome": outcome.to_string(), "labels": after });
        Ok((row, after))
    }

    /// Which workloads of these namespaces are not what would be made now. What cannot be found out is said, and fails
    /// nothing: the labels are written.
    async fn restarts(&self, cluster: &Cluster, namespaces: Vec<Object>, webhooks: Vec<Value>) -> Vec<String> {
        let spread = namespaces.len() > 1;
        let names: Vec<String> = namespaces.iter().map(|one| sanitize(one.name())).collect();
        let planned = async { Scene::of(cluster, &restart::kinds(), namespaces, false, webhooks).await?.plan() };
        let plan = match planned.await {
            Ok(plan) => plan,
            Err(error) => {
                return vec![format!("whether anything has to restart is not known: {}", sanitize(&error.to_string()))];
            }
        };
        let of = |id: &ObjectId, why: &str| format!("{}: {}", workload_name(id, spread), sanitize(why));
        let restarts = plan.restarts.iter().map(|one| of(&one.id, &one.why.join("; ")));
        let lines: Vec<String> = restarts.chain(plan.left.iter().map(|one| of(&one.id, &one.outdated))).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let more = lines.len().saturating_sub(NAMED);
        let mut listed = lines.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 {
            listed.push_str(&format!(" and {more} more"));
        }
        let count = if lines.len() == 1 {
            "1 workload keeps its pods".to_owned()
        } else {
            format!("{} workloads keep their pods", lines.len())
        };
        let mut notes = vec![format!("{count} until they restart: {listed}")];
        notes.extend(names.iter().map(|name| format!("restart with care: mesh restart --outdated -n {name}")));
        notes
    }
}

/// The run as a whole: what went wrong with single objects, in one error.
fn verdict(mut failed: Vec<Error>, missing: &[String]) -> Result<()> {
    if !missing.is_empty() {
        let gone =
            Error::failed("not-found", missing.join("; ")).hint("check the name, and the namespace given with -n");
        failed.push(gone);
    }
    if failed.len() < 2 {
        return failed.pop().map_or(Ok(()), Err);
    }
    let messages: Vec<String> = failed.iter().map(ToString::to_string).collect();
    let mut hints: Vec<&String> = failed.iter().flat_map(Error::hints).collect();
    hints.dedup();
    let error = Error::failed("not-all-labeled", messages.join("; "));
    Err(hints.into_iter().fold(error, |error, hint| error.hint(hint.clone())))
}

fn with_labels(object: &Object, labels: Map<String, Value>) -> Object {
    let mut object = object.clone();
    object.value_mut()["metadata"]["labels"] = Value::Object(labels);
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_select_as_they_do_for_kubectl() {
        let select = |words: &str, by_label: bool, everywhere: bool| {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            match selected(&words, false, by_label, everywhere) {
                Ok(Selected::Names(names)) => {
                    names.iter().map(|(one, name)| one.shown(name)).collect::<Vec<_>>().join(" ")
                }
                Ok(Selected::Types(types)) => format!("{} types", types.len()),
                Err(error) => error.id().to_owned(),
            }
        };
        let table = [
            ("ns default", false, false, "namespace/default"),
            ("pods a b", false, false, "pod/a pod/b"),
            ("pod,deploy a", false, false, "pod/a deployment.apps/a"),
            ("deploy/a po/b", false, false, "deployment.apps/a pod/b"),
            ("pods,deployments", true, true, "2 types"),
            ("ns default", false, true, "namespace/default"),
            ("pods", false, false, "usage"),
            ("pods a", true, false, "usage"),
            ("pods a", false, true, "usage"),
            ("pods/a b", false, false, "usage"),
            ("pods/", false, false, "usage"),
            ("", false, false, "usage"),
            ("things a", false, false, "unknown-type"),
        ];
        for (words, by_label, everywhere, wanted) in table {
            assert_eq!(select(words, by_label, everywhere), wanted, "{words}");
        }
    }
}
