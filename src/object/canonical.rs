//! The form Kubernetes itself gives an object when it reads and writes it: fields it does not know are gone, empty ones
//! are left out (or written, where its types say so), quantities are in their canonical spelling, and the fields come in
//! the order of its types.
//!
//! What is injected goes through this, as it goes through istiod's and the API server's types.

use serde_json::{Map, Value};

use super::types::{Field, Presence, Shape, Type};
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
pub fn canonical(value: Value, kind: &str, reading: Reading) -> Result<Value> {
    let Some(found) = Type::named(kind) else { return Ok(value) };
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

fn structure(value: Value, kind: &Type, reading: Reading) -> Checked {
    let given = match value {
        Value::Null => Map::new(),
        Value::Object(map) => map,
        other => return Wrong::new("a map", &other),
    };
    let fields = kind.fields();
    // What is given comes in any order, and is written in that of the type.
    let mut slots: Vec<Option<(String, Value)>> = Vec::new();
    slots.resize_with(fields.len(), || None);
    let mut count = 0;
    for (key, value) in given {
        if let Some(place) = kind.place(&key) {
            slots[place] = Some((key, value));
            count += 1;
        }
    }
    let mut written = Map::with_capacity(count);
    for (field, slot) in fields.iter().zip(slots) {
        let (name, value) = match slot {
            Some((name, value)) => (Some(name), Some(value)),
            None => (None, None),
        };
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
            (Shape::Type(_) | Shape::IntOrText, Some(read)) => Some(read),
            // Go's omitempty leaves no struct out.
            (Shape::Type(_) | Shape::IntOrText, None) => Some(zero(&field.shape, reading)?),
            (_, read) => read.filter(|read| !is_empty(read)),
        },
    })
}

fn zero(shape: &Shape, reading: Reading) -> Checked {
    Ok(match shape {
        Shape::Text => Value::String(String::new()),
        Shape::Bool => Value::Bool(false),
        Shape::Int | Shape::Float | Shape::IntOrText => 0.into(),
        Shape::Quantity => "0".into(),
        Shape::Type(kind) => structure(Value::Null, kind, reading)?,
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
        (Shape::Text, value @ (Value::Bool(_) | Value::Number(_))) if reading == Reading::Yaml => {
            Ok(value.to_string().into())
        }
        (Shape::Time, time @ (Value::String(_) | Value::Null)) => Ok(time),
        (Shape::Int, value @ Value::Number(_)) => {
            whole(&value).map_or_else(|| Wrong::new("a whole number", &value), Ok)
        }
        (Shape::IntOrText, value @ Value::Number(_)) => {
            whole(&value).map_or_else(|| Wrong::new("a whole number or text", &value), Ok)
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
        (Shape::Type(kind), value @ Value::Object(_)) => structure(value, kind, reading),
        (Shape::Text, other) => Wrong::new("text", &other),
        (Shape::Bool, other) => Wrong::new("true or false", &other),
        (Shape::Int | Shape::Float, other) => Wrong::new("a number", &other),
        (Shape::IntOrText, other) => Wrong::new("a whole number or text", &other),
        (Shape::Quantity, other) => Wrong::new("a quantity such as 100m or 128Mi", &other),
        (Shape::Time, other) => Wrong::new("a time", &other),
        (Shape::List(_), other) => Wrong::new("a list", &other),
        (Shape::Map(_) | Shape::Type(_), other) => Wrong::new("a map", &other),
    }
}

/// An element of a list or a map: null is the zero value there.
fn element_of(value: Value, shape: &Shape, reading: Reading) -> Checked {
    if value.is_null() { zero(shape, reading) } else { shaped(value, shape, reading) }
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers that a float holds exactly are cast")]
fn whole(value: &Value) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_i64() => Some(value.clone()),
        Value::Number(number) => number
            .as_f64()
            .filter(|float| float.fract() == 0.0 && float.abs() < EXACT)
            .map(|float| (float as i64).into()),
        _ => None,
    }
}

fn quantity(text: String) -> Checked {
    match canonical_quantity(&text) {
        Some(canonical) => Ok(canonical.into()),
        None => Wrong::new("a quantity such as 100m or 128Mi", &text.into()),
    }
}

/// The canonical spelling of a quantity (`1024Mi` is `1Gi`, `0.5` is `500m`); none where the text is no quantity.
///
/// Kubernetes' rules: no fraction, the largest suffix of the same family (decimal, binary, exponent); a text that is
/// nearly so already is kept as it stands.
pub fn canonical_quantity(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let negative = text.starts_with('-');
    let digits = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(digits);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() == 0 || fraction.contains('.') {
        return None;
    }
    let family = Family::of(suffix)?;
    let places = i32::try_from(fraction.len()).ok()?;
    let shifted = format!("{whole}{fraction}");
    let kept = match family {
        Family::Binary(_) => fraction.is_empty() && shifted.parse::<u64>().is_ok_and(|value| value % 8 != 0),
        Family::Decimal(exponent) | Family::Exponent(exponent) => {
            (exponent - places) % 3 == 0
                && exponent - places >= -9
                && !shifted.ends_with("000")
                && !shifted.starts_with('0')
        }
    };
    if kept && shifted.len() < 18 {
        return Some(text.to_owned());
    }
    let value: i128 = shifted.parse().ok().filter(|value: &i128| *value < 1_000_000_000_000_000_000_000)?;
    let billionths = match family {
        Family::Binary(bits) => scaled(value.checked_mul(1_i128 << bits)?, 9 - places)?,
        Family::Decimal(exponent) | Family::Exponent(exponent) => scaled(value, 9 + exponent - places)?,
    };
    let sign = if negative && billionths != 0 { "-" } else { "" };
    Some(format!("{sign}{}", family.written(billionths)))
}

/// `value * 10^exponent`; what is finer than one is rounded up, as Kubernetes does.
fn scaled(value: i128, exponent: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(exponent.unsigned_abs());
    if exponent >= 0 {
        return value.checked_mul(factor?);
    }
    Some(factor.map_or_else(|| i128::from(value != 0), |factor| value / factor + i128::from(value % factor != 0)))
}

/// The family of a quantity's suffix, with its exponent: of 2, of 10 by letter, of 10 by number.
#[derive(Clone, Copy)]
enum Family {
    Binary(u32),
    Decimal(i32),
    Exponent(i32),
}

const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Family {
    fn of(suffix: &str) -> Option<Self> {
        if let Some(step) = DECIMAL.iter().position(|known| *known == suffix) {
            return Some(Self::Decimal(3 * i32::try_from(step).ok()? - 9));
        }
        if let Some(step) = BINARY.iter().position(|known| *known == suffix) {
            return Some(Self::Binary(10 * u32::try_from(step).ok()?));
        }
        let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
        (-27..=27).contains(&exponent).then_some(Self::Exponent(exponent))
    }

    fn written(self, billionths: i128) -> String {
        const UNIT: i128 = 1_000_000_000;
        if billionths == 0 {
            return "0".to_owned();
        }
        if matches!(self, Self::Binary(_)) && billionths % UNIT == 0 && billionths >= 1024 * UNIT {
            let (mut value, mut step) = (billionths / UNIT, 0);
            while value % 1024 == 0 && step + 1 < BINARY.len() {
                (value, step) = (value / 1024, step + 1);
            }
            return format!("{value}{}", BINARY[step]);
        }
        let (mut value, mut step) = (billionths, 0);
        while value % 1000 == 0 && step + 1 < DECIMAL.len() {
            (value, step) = (value / 1000, step + 1);
        }
        match self {
            Self::Exponent(_) if step != 3 => format!("{value}e{}", 3 * i64::try_from(step).unwrap_or_default() - 9),
            _ => format!("{value}{}", DECIMAL[step]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quantities_are_spelt_as_kubernetes_spells_them() {
        // Left what is read, right what `kubectl` shows of it.
        let table = [
            ("1024Mi", "1Gi"),
            ("100Mi", "100Mi"),
            ("1000m", "1"),
            ("2000m", "2"),
            ("0.5", "500m"),
            ("1.5Gi", "1536Mi"),
            ("0.5Ki", "512"),
            ("100m", "100m"),
            ("0", "0"),
            ("00", "0"),
            ("1.500", "1.500"),
            ("1000", "1k"),
            ("1e3", "1e3"),
            ("1000e0", "1e3"),
            ("1Ki", "1Ki"),
            ("0.1n", "1n"),
            ("-0.5", "-500m"),
            ("1Gi", "1Gi"),
            ("8Gi", "8Gi"),
            ("0.1Gi", "107374182400m"),
        ];
        for (read, written) in table {
            assert_eq!(canonical_quantity(read).as_deref(), Some(written), "{read}");
        }
        for bad in ["", "m", "1mi", "1.2.3", "ten", "1 Gi", "--1", "1e"] {
            assert_eq!(canonical_quantity(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_container_is_written_as_kubernetes_writes_it() -> Result<()> {
        let container = json!({
            "image": "i", "name": "c", "tty": false, "unknown": 1, "env": [{"value": "", "name": "A"}], "args": [],
            "resources": {"limits": {"cpu": 2, "memory": "1024Mi"}},
            "securityContext": {"privileged": false, "runAsUser": 0},
            "readinessProbe": {"initialDelaySeconds": 0, "httpGet": {"port": 80}},
        });
        let written = canonical(container, "Container", Reading::Json)?;
        let want = r#"{"name":"c","image":"i","env":[{"name":"A"}],"resources":{"limits":{"cpu":"2","memory":"1Gi"}},"#
            .to_owned()
            + r#""readinessProbe":{"httpGet":{"port":80}},"securityContext":{"privileged":false,"runAsUser":0}}"#;
        assert_eq!(written.to_string(), want);
        Ok(())
    }

    #[test]
    fn structs_are_written_even_when_empty() -> Result<()> {
        let written = canonical(json!({"spec": {"containers": [{"name": "c"}]}}), "Pod", Reading::Json)?;
        assert_eq!(written, json!({"metadata": {}, "spec": {"containers": [{"name": "c", "resources": {}}]}}));
        Ok(())
    }

    #[test]
    fn another_type_is_refused_with_its_place() {
        let pod = json!({"spec": {"containers": [{"name": "c", "ports": [{"containerPort": "eighty"}]}]}});
        let error = canonical(pod, "Pod", Reading::Yaml).expect_err("a port that is no number");
        let want = "Pod `spec.containers[0].ports[0].containerPort` has to be a number, and is the text \"eighty\"";
        assert_eq!(error.to_string(), want);
        let labels = json!({"metadata": {"labels": {"a": true}}});
        assert!(canonical(labels.clone(), "Pod", Reading::Json).is_err());
        assert!(canonical(labels, "Pod", Reading::Yaml).is_ok_and(|pod| pod["metadata"]["labels"]["a"] == "true"));
    }
}
