//! To and from `serde_json`.

use super::{MAX_NESTING, TOO_DEEP, Value};
use serde_json::{Number, Value as Json};

impl Value {
    /// The value of a JSON document; whole numbers stay integers (what Helm has from `--set`).
    pub fn from_json(json: &Json) -> Value {
        convert(json, false)
    }

    /// The value of a JSON document with every number a float, as Go's `encoding/json` reads it
    /// into an interface and as Helm has it from values files: `1000000` prints `1e+06`.
    pub fn from_json_floats(json: &Json) -> Value {
        convert(json, true)
    }

    /// The JSON document of this value, maps in order of their keys. A whole float becomes a whole
    /// number, as Go writes it.
    ///
    /// # Errors
    /// It is nested too deeply, or holds a float that JSON has no word for.
    pub fn to_json(&self) -> Result<Json, String> {
        to_json(self, 0)
    }
}

fn convert(json: &Json, floats: bool) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => number(n, floats),
        Json::String(s) => Value::Str(s.as_str().into()),
        Json::Array(items) => Value::list(items.iter().map(|v| convert(v, floats))),
        Json::Object(map) => Value::map(map.iter().map(|(k, v)| (k.as_str(), convert(v, floats)))),
    }
}

fn number(n: &Number, floats: bool) -> Value {
    match n.as_i64() {
        Some(i) if !floats => Value::Int(i),
        _ => Value::Float(n.as_f64().unwrap_or(f64::NAN)),
    }
}

fn to_json(value: &Value, depth: usize) -> Result<Json, String> {
    if depth > MAX_NESTING {
        return Err(TOO_DEEP.into());
    }
    Ok(match value {
        Value::Nil => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(i) => Json::Number((*i).into()),
        Value::Float(f) => Json::Number(float(*f)?),
        Value::Str(s) => Json::String(s.as_ref().into()),
        Value::List(items) => Json::Array(items.iter().map(|v| to_json(v, depth + 1)).collect::<Result<_, _>>()?),
        Value::Map(map) => Json::Object(
            map.read()
                .iter()
                .map(|(k, v)| Ok((k.as_ref().into(), to_json(v, depth + 1)?)))
                .collect::<Result<_, String>>()?,
        ),
        Value::Object(o) => to_json(&o.value(), depth + 1)?,
    })
}

/// Whole floats that an integer holds exactly become one.
fn float(f: f64) -> Result<Number, String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if f.fract() == 0.0 && f.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Ok((f as i64).into());
    }
    Number::from_f64(f).ok_or_else(|| format!("json: unsupported value: {f}"))
}
