//! Reading mesh configuration as protobuf's JSON reader does, into one canonical form: JSON names, enums by name,
//! durations as `1.500s`, plain zero values left out.
//!
//! What is set replaces what was there, whole messages too; a plain zero value takes it away, null leaves it. Fields
//! that are not known are passed over, as istiod does.

use serde_json::{Map, Value};

use super::types::{Named, Shape};

/// Sets in `base`, a message in canonical form, what `given` sets.
///
/// # Errors
/// A value of the wrong type, with its path.
pub(super) fn apply(base: &mut Map<String, Value>, given: &Map<String, Value>, message: &Named) -> Result<(), String> {
    for (key, value) in given {
        let Some(field) = message.field(key) else { continue };
        if value.is_null() {
            continue;
        }
        let read = read(value, &field.shape).map_err(|error| path(key, &error))?;
        if let Some(oneof) = field.oneof {
            let others = message.fields().iter().filter(|other| other.oneof == Some(oneof));
            others.for_each(|other| _ = base.shift_remove(other.name));
        }
        // In a oneof a zero value says which one it is.
        match read {
            Some(value) => _ = base.insert(field.name.to_owned(), value),
            None if field.oneof.is_some() => _ = base.insert(field.name.to_owned(), zero(&field.shape)),
            None => _ = base.shift_remove(field.name),
        }
    }
    Ok(())
}

fn path(key: &str, error: &str) -> String {
    match error.split_once(": ") {
        Some((path, rest)) if !path.contains(' ') => format!("{key}.{path}: {rest}"),
        _ => format!("{key}: {error}"),
    }
}

pub(super) fn zero(shape: &Shape) -> Value {
    match shape {
        Shape::Text => "".into(),
        Shape::Bool => false.into(),
        Shape::Int | Shape::Float => 0.into(),
        Shape::Long => "0".into(),
        Shape::Duration | Shape::Any | Shape::Wrapped(_) => Value::Null,
        Shape::List(_) => Value::Array(Vec::new()),
        Shape::Map(_) => Value::Object(Map::new()),
        Shape::Named(named) if named.is_enum() => {
            named.values().first().map_or(Value::Null, |(_, name)| (*name).into())
        }
        Shape::Named(_) => Value::Null,
    }
}

/// The canonical form of a value; none where it is the zero value that protobuf does not keep.
fn read(value: &Value, shape: &Shape) -> Result<Option<Value>, String> {
    let kept = |value: Value, keep: bool| Ok(keep.then_some(value));
    match (shape, value) {
        (Shape::Any, any) => kept(any.clone(), true),
        (Shape::Wrapped(inner), value) => Ok(Some(read(value, inner)?.unwrap_or_else(|| zero(inner)))),
        (Shape::Text, Value::String(text)) => kept(value.clone(), !text.is_empty()),
        (Shape::Bool, Value::Bool(flag)) => kept(value.clone(), *flag),
        (Shape::Int | Shape::Long, _) => {
            let number = integer(value).ok_or_else(|| format!("a whole number is wanted, not {value}"))?;
            let long = matches!(shape, Shape::Long);
            kept(if long { number.to_string().into() } else { number.into() }, number != 0)
        }
        (Shape::Float, Value::Number(number)) => kept(value.clone(), number.as_f64() != Some(0.0)),
        (Shape::Float, Value::String(text)) => {
            let number: f64 = text.parse().map_err(|_| format!("a number is wanted, not {value}"))?;
            kept(number.into(), number != 0.0)
        }
        (Shape::Duration, Value::String(text)) => {
            let nanos = duration(text).ok_or_else(|| format!("a duration such as 5s is wanted, not {value}"))?;
            kept(written_duration(nanos).into(), true)
        }
        (Shape::List(element), Value::Array(list)) => {
            let items: Vec<Value> = list.iter().map(|item| element_of(item, element)).collect::<Result<_, _>>()?;
            kept(items.into(), !list.is_empty())
        }
        (Shape::Map(inner), Value::Object(map)) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let items: Map<String, Value> = keys
                .into_iter()
                .map(|key| match &map[key] {
                    // The reference takes it for nothing, in a map alone.
                    Value::Null => Ok((key.clone(), zero(inner))),
                    value => Ok((key.clone(), element_of(value, inner).map_err(|error| path(key, &error))?)),
                })
                .collect::<Result<_, String>>()?;
            kept(items.into(), !map.is_empty())
        }
        (Shape::Named(named), value) if named.is_enum() => {
            let found = named.values().iter().find(|(number, name)| match value {
                Value::String(text) => text == name,
                other => other.as_i64() == Some(*number),
            });
            let (number, name) = found.ok_or_else(|| {
                let known: Vec<&str> = named.values().iter().map(|(_, name)| *name).collect();
                format!("{value} is none of {}", known.join(", "))
            })?;
            kept((*name).into(), *number != 0)
        }
        (Shape::Named(named), Value::Object(map)) => {
            let mut message = Map::new();
            apply(&mut message, map, named)?;
            kept(message.into(), true)
        }
        (shape, value) => Err(format!("{} is wanted, not {value}", wanted(shape))),
    }
}

fn element_of(value: &Value, shape: &Shape) -> Result<Value, String> {
    Ok(read(value, shape)?.unwrap_or_else(|| zero(shape)))
}

fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text => "text",
        Shape::Bool => "true or false",
        Shape::Duration => "a duration such as 5s",
        Shape::List(_) => "a list",
        Shape::Int | Shape::Long | Shape::Float => "a number",
        Shape::Any | Shape::Wrapped(_) | Shape::Map(_) | Shape::Named(_) => "a map",
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers that a float holds exactly are cast")]
fn integer(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < EXACT).map(|n| n as i64)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A duration in Go's notation (`1m30s`, `1.5h`, `100ms`), in nanoseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i128;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let unit_end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.len() + fraction.len() == 0 || fraction.contains('.') || number.len() > 18 {
            return None;
        }
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        total += whole * unit + part * unit / 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        rest = next;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// Protobuf's JSON form of a duration: seconds with 0, 3, 6 or 9 digits after the point.
fn written_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let mut text = format!("{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    for _ in 0..3 {
        if let Some(shorter) = text.strip_suffix("000") {
            text = shorter.to_owned();
        }
    }
    format!("{}s", text.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn proxy(base: Value, given: &Value) -> Result<Value, String> {
        let Value::Object(mut base) = base else { return Err("no map".into()) };
        let message = Named::of("ProxyConfig").ok_or("no ProxyConfig")?;
        apply(&mut base, given.as_object().ok_or("no map")?, message)?;
        Ok(base.into())
    }

    #[test]
    fn names_enums_durations_and_zeros_become_canonical() {
        let given = json!({"drain_duration": "1m0.5s", "interceptionMode": 1, "concurrency": 0, "statusPort": "0",
            "tracing": {}, "unknown": 1, "proxyMetadata": {"B": "1", "A": ""}});
        let want = json!({"drainDuration": "60.500s", "interceptionMode": "TPROXY", "concurrency": 0, "tracing": {},
            "proxyMetadata": {"A": "", "B": "1"}});
        assert_eq!(proxy(json!({"statusPort": 15020}), &given), Ok(want));
    }

    #[test]
    fn what_is_set_replaces_what_was_there() {
        let base = json!({"tracing": {"sampling": 1.0, "maxPathTagLength": 5}, "serviceCluster": "a"});
        let given = json!({"tracing": {"zipkin": {"address": "z:9411"}}, "tracingServiceName": "CANONICAL_NAME_ONLY"});
        let want = json!({"tracing": {"zipkin": {"address": "z:9411"}}, "tracingServiceName": "CANONICAL_NAME_ONLY"});
        assert_eq!(proxy(base, &given), Ok(want));
    }

    #[test]
    fn a_wrong_value_is_told_with_its_path() {
        let wrong = |given: Value| proxy(json!({}), &given);
        assert_eq!(
            wrong(json!({"drainDuration": "long"})),
            Err(r#"drainDuration: a duration such as 5s is wanted, not "long""#.into())
        );
        assert_eq!(
            wrong(json!({"tracing": {"sampling": []}})),
            Err("tracing.sampling: a number is wanted, not []".into())
        );
        assert!(
            wrong(json!({"interceptionMode": "SOME"})).is_err_and(|e| e.ends_with("is none of REDIRECT, TPROXY, NONE"))
        );
    }

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let table = [
            ("5s", Some(5_000_000_000)),
            ("1h2m3.5s", Some(3_723_500_000_000)),
            ("-1ms", Some(-1_000_000)),
            ("0", Some(0)),
            (".5s", Some(500_000_000)),
            ("", None),
            ("5", None),
            ("5x", None),
            ("s", None),
        ];
        for (text, want) in table {
            assert_eq!(duration(text), want, "{text}");
        }
        assert_eq!(written_duration(-1_500_000), "-0.001500s");
        assert_eq!(written_duration(10_000_000_000), "10s");
    }
}
