//! The definitions themselves: from the notation to what a cluster takes.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::schema::{Fault, Types};
use crate::error::{Error, Result};

/// `templates/core/crds` as JSON, which is read ten times as fast; a test keeps it equal and writes it on request.
const NOTATION: &str = include_str!("notation.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notation {
    shared: Shared,
    /// By file name, which is also the order of the CRDs in a manifest.
    kinds: Vec<Described>,
}

/// `shared.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    /// Labels and annotations of every CRD.
    metadata: Map<String, Value>,
    types: Map<String, Value>,
}

/// A file of one kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Described {
    kind: String,
    group: String,
    plural: String,
    #[serde(default)]
    short_names: Vec<String>,
    /// All served, all with this one schema.
    versions: Vec<String>,
    /// The one of `versions` that etcd holds.
    storage: String,
    /// Column title to JSON path.
    #[serde(default)]
    columns: Map<String, Value>,
    /// Which of `spec` and `status` an object must have.
    #[serde(default)]
    required: Vec<String>,
    description: String,
    spec: Value,
    /// Types that only this kind uses.
    #[serde(default)]
    types: Map<String, Value>,
}

/// The 15 CustomResourceDefinitions, ordered by name, each with the labels and annotations that belong to the CRD itself
/// (not those that a renderer stamps on every object of a revision).
///
/// # Errors
/// `bad-crd` where a built-in file breaks the notation: a defect of the program that its tests find, never the user's.
pub fn crds() -> Result<Vec<Value>> {
    let Notation { shared, kinds } = serde_json::from_str(NOTATION).map_err(|error| defect("", error))?;
    kinds.into_iter().map(|kind| definition(&shared, kind)).collect()
}

fn definition(shared: &Shared, kind: Described) -> Result<Value> {
    let types = Types { shared: &shared.types, local: &kind.types };
    let schema = object_schema(&kind, &types).map_err(|fault| defect(&kind.kind, fault))?;
    let versions = versions(&kind, schema).map_err(|fault| defect(&kind.kind, fault))?;
    let mut metadata = Map::new();
    metadata.insert("name".into(), format!("{}.{}", kind.plural, kind.group).into());
    metadata.extend(shared.metadata.clone());
    let names = names(&kind);
    let spec = object([
        ("group", kind.group.into()),
        ("names", names),
        ("scope", "Namespaced".into()),
        ("versions", versions.into()),
    ]);
    Ok(object([
        ("apiVersion", "apiextensions.k8s.io/v1".into()),
        ("kind", "CustomResourceDefinition".into()),
        ("metadata", metadata.into()),
        ("spec", spec),
    ]))
}

fn versions(kind: &Described, schema: Value) -> Result<Vec<Value>, Fault> {
    if !kind.versions.contains(&kind.storage) {
        return Err(Fault::new(format!("{} is not one of the versions", kind.storage)).at("storage"));
    }
    let columns = columns(kind)?;
    let schemas = std::iter::repeat_n(schema, kind.versions.len());
    let versions = kind.versions.iter().zip(schemas).map(|(name, schema)| {
        let mut version = Map::new();
        version.insert("name".into(), name.as_str().into());
        version.insert("served".into(), true.into());
        version.insert("storage".into(), (*name == kind.storage).into());
        if !columns.is_empty() {
            version.insert("additionalPrinterColumns".into(), columns.clone().into());
        }
        version.insert("schema".into(), object([("openAPIV3Schema", schema)]));
        version.insert("subresources".into(), json!({ "status": {} }));
        version.into()
    });
    Ok(versions.collect())
}

/// `json!` would copy its parts by way of a serializer; schemas are large enough for that to show.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn names(kind: &Described) -> Value {
    let mut names = Map::new();
    names.insert("kind".into(), kind.kind.as_str().into());
    names.insert("listKind".into(), format!("{}List", kind.kind).into());
    names.insert("plural".into(), kind.plural.as_str().into());
    names.insert("singular".into(), kind.kind.to_ascii_lowercase().into());
    if !kind.short_names.is_empty() {
        names.insert("shortNames".into(), kind.short_names.clone().into());
    }
    // `kubectl get istio-io` lists every kind, `kubectl get security-istio-io` those of one group.
    names.insert("categories".into(), json!(["istio-io", kind.group.replace('.', "-")]));
    names.into()
}

fn object_schema(kind: &Described, types: &Types<'_>) -> Result<Value, Fault> {
    let spec = types.expand(&kind.spec).map_err(|fault| fault.at("spec"))?;
    let status = types.named("Status").map_err(|fault| fault.at("status"))?;
    let mut schema = Map::new();
    schema.insert("description".into(), kind.description.as_str().into());
    schema.insert("type".into(), "object".into());
    if !kind.required.is_empty() {
        schema.insert("required".into(), kind.required.clone().into());
    }
    schema.insert("properties".into(), object([("spec", spec), ("status", status)]));
    Ok(schema.into())
}

fn columns(kind: &Described) -> Result<Vec<Value>, Fault> {
    kind.columns
        .iter()
        .map(|(title, path)| {
            let path = path.as_str().ok_or_else(|| Fault::new("want a JSON path").at(title).at("columns"))?;
            let kind = if path == ".metadata.creationTimestamp" { "date" } else { "string" };
            Ok(json!({ "name": title, "type": kind, "jsonPath": path }))
        })
        .collect()
}

fn defect(kind: &str, problem: impl std::fmt::Display) -> Error {
    Error::failed("bad-crd", format!("the built-in CRD {kind}: {problem}"))
        .hint("this is a defect of mesh itself: please report it")
}

#[cfg(test)]
mod tests;
