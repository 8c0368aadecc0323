//! The form Kubernetes itself gives an object when it reads and writes it: fields it does not know are gone, empty ones
//! are left out (or written, where its types say so), quantities are in their canonical spelling, and the fields come in
//! the order of its types. Keys are taken in any case, as Go takes them; of two that are one field the last counts.
//!
//! What is injected goes through this, as it goes through istiod's and the API server's types.

use jiff::Timestamp;
use serde_json::{Map, Number, Value};

use super::Quantity;
use super::types::{Field, GoStruct, Presence, Shape};
use crate::error::{Error, Result};

/// How values of another type are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As from YAML by `kubectl`: a number or a boolean where text is wanted becomes text.
    Yaml,
    /// As from JSON: another type is an error.
    Json,
}

/// `value` as Kubernetes would write it, being of the type `kind`; as it is where the table does not know the kind.
///
/// # Errors
/// `wrong-type` (usage), with the path of a field that holds another type than Kubernetes wants.
pub fn go_form(value: Value, kind: &str, reading: Reading) -> Result<Value> {
    let Some(found) = GoStruct::named(kind) else { return Ok(value) };
    structure(value, found, reading).map_err(|wrong| wrong.error(kind))
}

/// What is of the wrong type, and where: the path is put together on the way out.
struct Wrong {
    path: Vec<String>,
    wanted: &'static str,
    found: String,
}

type Checked<T = Value> = std::result::Result<T, Wrong>;

impl Wrong {
    fn new<T>(wanted: &'static str, found: &Value) -> Checked<T> {
        let found = match found {
            Value::Null => "nothing".to_owned(),
            Value::Bool(_) | Value::Number(_) => format!("`{found}`"),
            Value::String(text) => format!("the text {text:?}"),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "a map".to_owned(),
        };
        Err(Self { path: Vec::new(), wanted, found })
    }

    fn error(self, kind: &str) -> Error {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        let place = if path.is_empty() { kind.to_owned() } else { format!("{kind} `{path}`") };
        Error::usage("wrong-type", format!("{place} has to be {}, and is {}", self.wanted, self.found))
    }
}

fn at<T>(step: impl FnOnce() -> String, checked: Checked<T>) -> Checked<T> {
    checked.map_err(|mut wrong| {
        wrong.path.push(step());
        wrong
    })
}

fn structure(value: Value, kind: &GoStruct, reading: Reading) -> Checked {
    let given = match value {
        Value::Null => Map::new(),
        Value::Object(map) => map,
        other => return Wrong::new("a map", &other),
    };
    let fields = kind.fields();
    // What is given comes in any order, and is written in that of the type.
    let mut known = Vec::with_capacity(given.len());
    for (key, value) in given {
        if let Some(place) = kind.place(&key) {
            known.push((place, key, value));
        } else if let Some(place) = kind.place_in_any_case(&key) {
            known.push((place, fields[place].name.to_owned(), value));
        }
    }
    known.sort_by_key(|(place, ..)| *place);
    let mut written = Map::with_capacity(known.len());
    let mut known = known.into_iter().peekable();
    for (place, field) in fields.iter().enumerate() {
        let mut found = None;
        while let Some((_, name, value)) = known.next_if(|(known, ..)| *known == place) {
            found = Some((name, value));
        }
        let (name, value) = found.unzip();
        if let Some(value) = at(|| field.name.to_owned(), read_field(value, field, reading))? {
            written.insert(name.unwrap_or_else(|| field.name.to_owned()), value);
        }
    }
    Ok(Value::Object(written))
}

/// The value of a field as it is written; none where it is left out.
fn read_field(value: Option<Value>, field: &Field, reading: Reading) -> Checked<Option<Value>> {
    let given = value.filter(|value| !value.is_null());
    let read = given.map(|given| shaped(given, &field.shape, reading)).transpose()?;
    Ok(match field.presence {
        Presence::Set => read,
        Presence::Nullable => Some(read.unwrap_or_default()),
        Presence::Always => Some(match read {
            Some(read) => read,
            None => zero(&field.shape, reading)?,
        }),
        Presence::NotZero => read.filter(|read| !read.is_null()),
        Presence::NotEmpty => match (&field.shape, read) {
            (Shape::Struct(_) | Shape::IntOrText, Some(read)) => Some(read),
            // Go's omitempty leaves no struct out.
            (Shape::Struct(_) | Shape::IntOrText, None) => Some(zero(&field.shape, reading)?),
            (_, read) => read.filter(|read| !is_empty(read)),
        },
    })
}

fn zero(shape: &Shape, reading: Reading) -> Checked {
    Ok(match shape {
        Shape::Text => Value::String(String::new()),
        Shape::Bool => Value::Bool(false),
        Shape::Int | Shape::Long | Shape::Float | Shape::IntOrText => 0.into(),
        Shape::Quantity => "0".into(),
        Shape::Struct(kind) => structure(Value::Null, kind, reading)?,
        Shape::Time | Shape::Any | Shape::List(_) | Shape::Map(_) => Value::Null,
    })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

fn shaped(value: Value, shape: &Shape, reading: Reading) -> Checked {
    match (shape, value) {
        (Shape::Any, any) => Ok(any),
        (Shape::Text | Shape::IntOrText, text @ Value::String(_)) => Ok(text),
        (Shape::Bool, value @ Value::Bool(_)) | (Shape::Float, value @ Value::Number(_)) => Ok(value),
        (Shape::Text, Value::Bool(value)) if reading == Reading::Yaml => Ok(value.to_string().into()),
        (Shape::Text, Value::Number(value)) if reading == Reading::Yaml => Ok(spelled(&value).into()),
        (Shape::Time, Value::Null) => Ok(Value::Null),
        (Shape::Time, Value::String(text)) => time(text),
        (Shape::Int, value @ Value::Number(_)) => match whole(&value) {
            Some(number) if i32::try_from(number).is_ok() => Ok(number.into()),
            Some(_) => Wrong::new("a whole number of 32 bits", &value),
            None => Wrong::new("a whole number", &value),
        },
        (Shape::Long, value @ Value::Number(_)) => {
            whole(&value).map_or_else(|| Wrong::new("a whole number", &value), |number| Ok(number.into()))
        }
        (Shape::IntOrText, value @ Value::Number(_)) => {
            let number = whole(&value).filter(|number| i32::try_from(*number).is_ok());
            number.map_or_else(|| Wrong::new("a whole number of 32 bits or text", &value), |number| Ok(number.into()))
        }
        (Shape::Quantity, Value::String(text)) => quantity(text),
        (Shape::Quantity, Value::Number(number)) => quantity(number.to_string()),
        (Shape::List(element), Value::Array(list)) => {
            let read = |(index, item)| at(|| format!("[{index}]"), element_of(item, element, reading));
            Ok(Value::Array(list.into_iter().enumerate().map(read).collect::<Checked<_>>()?))
        }
        (Shape::Map(inner), Value::Object(mut map)) => {
            if !map.keys().is_sorted() {
                map.sort_keys();
            }
            for (key, slot) in &mut map {
                *slot = at(|| key.clone(), element_of(slot.take(), inner, reading))?;
            }
            Ok(Value::Object(map))
        }
        (Shape::Struct(kind), value @ Value::Object(_)) => structure(value, kind, reading),
        (Shape::Text, other) => Wrong::new("text", &other),
        (Shape::Bool, other) => Wrong::new("true or false", &other),
        (Shape::Int | Shape::Long | Shape::Float, other) => Wrong::new("a number", &other),
        (Shape::IntOrText, other) => Wrong::new("a whole number or text", &other),
        (Shape::Quantity, other) => Wrong::new("a quantity such as 100m or 128Mi", &other),
        (Shape::Time, other) => Wrong::new("a time", &other),
        (Shape::List(_), other) => Wrong::new("a list", &other),
        (Shape::Map(_) | Shape::Struct(_), other) => Wrong::new("a map", &other),
    }
}

/// An element of a list or a map: null is the zero value there.
fn element_of(value: Value, shape: &Shape, reading: Reading) -> Checked {
    if value.is_null() { zero(shape, reading) } else { shaped(value, shape, reading) }
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers that a float holds exactly are cast")]
fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = || value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < EXACT).map(|float| float as i64);
    value.as_i64().or_else(float)
}

/// A number where text is wanted, as `sigs.k8s.io/yaml` spells it: a fraction as the shortest `%g` of 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "it is what Go does")]
fn spelled(number: &Number) -> String {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else { return number.to_string() };
    let float = float as f32;
    let scientific = format!("{float:e}");
    match scientific.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?))) {
        Some((digits, exponent)) if !(-4..6).contains(&exponent) => format!("{digits}e{exponent:+03}"),
        _ => float.to_string(),
    }
}

/// A point in time as Kubernetes writes it: in UTC, by the second.
fn time(text: String) -> Checked {
    match text.parse::<Timestamp>() {
        Ok(time) => Ok(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into()),
        Err(_) => Wrong::new("a time such as 2026-01-31T12:00:00Z", &text.into()),
    }
}

fn quantity(text: String) -> Checked {
    match Quantity::canonical(&text) {
        Some(canonical) => Ok(canonical.into()),
        None => Wrong::new("a quantity such as 100m or 128Mi", &text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_container_is_written_as_kubernetes_writes_it() -> Result<()> {
        let container = json!({
            "image": "i", "name": "c", "tty": false, "unknown": 1, "env": [{"value": "", "name": "A"}], "args": [],
            "resources": {"limits": {"cpu": 2, "memory": "1024Mi"}},
            "securityContext": {"privileged": false, "runAsUser": 0},
            "readinessProbe": {"initialDelaySeconds": 0, "httpGet": {"port": 80}},
        });
        let written = go_form(container, "Container", Reading::Json)?;
        let want = r#"{"name":"c","image":"i","env":[{"name":"A"}],"resources":{"limits":{"cpu":"2","memory":"1Gi"}},"#
            .to_owned()
            + r#""readinessProbe":{"httpGet":{"port":80}},"securityContext":{"privileged":false,"runAsUser":0}}"#;
        assert_eq!(written.to_string(), want);
        Ok(())
    }

    #[test]
    fn structs_are_written_even_when_empty() -> Result<()> {
        let written = go_form(json!({"spec": {"containers": [{"name": "c"}]}}), "Pod", Reading::Json)?;
        assert_eq!(written, json!({"metadata": {}, "spec": {"containers": [{"name": "c", "resources": {}}]}}));
        Ok(())
    }

    #[test]
    fn keys_are_taken_in_any_case() -> Result<()> {
        let volume = json!({"name": "v", "configmap": {"NAME": "m", "other": 1}});
        let written = go_form(volume, "Volume", Reading::Json)?;
        assert_eq!(written, json!({"name": "v", "configMap": {"name": "m"}}));
        let twice = json!({"name": "v", "mountPath": "/a", "readOnly": false, "readonly": true});
        let written = go_form(twice, "VolumeMount", Reading::Yaml)?;
        assert_eq!(written, json!({"name": "v", "readOnly": true, "mountPath": "/a"}));
        Ok(())
    }

    /// Each as istioctl 1.30.3 wrote the label.
    #[test]
    fn numbers_where_text_is_wanted_are_spelled_as_go_does() -> Result<()> {
        let table = [
            (json!(1.0), "1"),
            (json!(1.1), "1.1"),
            (json!(1e6), "1e+06"),
            (json!(123_456.5), "123456.5"),
            (json!(0.0001), "0.0001"),
            (json!(0.00001), "1e-05"),
            (json!(123_456_789.0), "1.2345679e+08"),
            (json!(1.234_567_890_123), "1.2345679"),
            (json!(1e-7), "1e-07"),
            (json!(1_000_000), "1000000"),
            (json!(18_446_744_073_709_551_615_u64), "18446744073709551615"),
            (json!(false), "false"),
        ];
        for (value, want) in table {
            let read = go_form(json!({"metadata": {"labels": {"a": value}}}), "Pod", Reading::Yaml)?;
            assert_eq!(read["metadata"]["labels"]["a"], want, "{value}");
        }
        Ok(())
    }

    #[test]
    fn numbers_and_times_have_their_bounds() {
        let table = [
            (json!({"spec": {"priority": 2_147_483_647}}), None),
            (json!({"spec": {"priority": 2_147_483_648_i64}}), Some("a whole number of 32 bits")),
            (json!({"spec": {"activeDeadlineSeconds": 4_294_967_296_i64}}), None),
            (json!({"spec": {"activeDeadlineSeconds": 1.5}}), Some("a whole number")),
            (json!({"metadata": {"creationTimestamp": null}}), None),
            (json!({"metadata": {"creationTimestamp": "x"}}), Some("a time")),
        ];
        for (pod, wanted) in table {
            let said = go_form(pod.clone(), "Pod", Reading::Yaml).map_err(|error| error.to_string());
            match wanted {
                None => assert!(said.is_ok(), "{pod}: {said:?}"),
                Some(wanted) => assert!(said.is_err_and(|said| said.contains(wanted)), "{pod}"),
            }
        }
        let time =
            json!({"metadata": {"creationTimestamp": "2020-01-01T02:00:00.5+02:00"}, "spec": {"containers": []}});
        let read = go_form(time, "Pod", Reading::Yaml).expect("a time with an offset");
        assert_eq!(read["metadata"]["creationTimestamp"], "2020-01-01T00:00:00Z");
    }

    #[test]
    fn another_type_is_refused_with_its_place() {
        let pod = json!({"spec": {"containers": [{"name": "c", "ports": [{"containerPort": "eighty"}]}]}});
        let error = go_form(pod, "Pod", Reading::Yaml).expect_err("a port that is no number");
        let want = "Pod `spec.containers[0].ports[0].containerPort` has to be a number, and is the text \"eighty\"";
        assert_eq!(error.to_string(), want);
        let labels = json!({"metadata": {"labels": {"a": true}}});
        assert!(go_form(labels.clone(), "Pod", Reading::Json).is_err());
        assert!(go_form(labels, "Pod", Reading::Yaml).is_ok_and(|pod| pod["metadata"]["labels"]["a"] == "true"));
    }
}
