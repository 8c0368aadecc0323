//! The targets, and what several of them need.

mod afar;
mod archive;
mod cluster;
mod settings;
mod template;
mod words;
mod workload;
mod yaml;

use std::path::Path;

use mesh::error::Result;
use mesh::yaml as reader;
use serde_json::{Number, Value};
use tempfile::TempDir;

use crate::Target;

/// All of them.
pub static TARGETS: &[Target] = &[
    yaml::YAML,
    yaml::STREAM,
    settings::SET,
    settings::OPERATOR,
    settings::OVERLAY,
    settings::MIGRATE,
    template::TEMPLATE,
    template::FUNCTIONS,
    archive::ARCHIVE,
    archive::GITOPS,
    workload::ANNOTATIONS,
    workload::WORKLOAD,
    workload::CONFIG_MAPS,
    workload::MERGE,
    cluster::RECORD,
    cluster::MANAGED,
    cluster::KUBECONFIG,
    cluster::CERTIFICATE,
    afar::BUNDLE,
    afar::IMAGES,
    afar::SUM,
    afar::PLUGIN,
    words::WORDS,
    words::ARGUMENTS,
];

thread_local! {
    static FOLDER: TempDir = tempfile::tempdir().expect("a folder");
}

/// Uses a folder that is this thread's own, and stays.
fn in_a_folder<T>(work: impl FnOnce(&Path) -> T) -> T {
    FOLDER.with(|folder| work(folder.path()))
}

/// The input as text; nothing to do for what is none: files of other bytes are refused before anything reads them.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// The documents of an input.
fn documents(data: &[u8]) -> Option<Vec<Value>> {
    reader::documents("f", text(data)?).ok()
}

/// An error is a sentence for people, whatever it is about.
fn told<T>(result: &Result<T>) {
    if let Err(error) = result {
        assert!(!error.to_string().trim().is_empty(), "an error that says nothing: {error:?}");
    }
}

/// A value with its numbers spelled one way: 1 and 1.0 are the same number.
fn one_spelling(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().unwrap_or_default();
            // Beyond 2^53 a float is a whole number that it may be written as or not.
            #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within the range")]
            let whole = (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64);
            whole.map_or_else(|| Number::from_f64(float).map_or(Value::Null, Value::Number), Value::from)
        }
        Value::Number(number) if number.as_i64().is_none_or(|whole| whole.unsigned_abs() > 9_000_000_000_000_000) => {
            number.as_f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
        }
        Value::Array(list) => list.iter().map(one_spelling).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), one_spelling(value))).collect(),
        other => other.clone(),
    }
}
