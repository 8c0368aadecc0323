//! The functions that istiod adds to Go's and sprig's, under the names and with the results that templates of its
//! ConfigMap rely on. What needs to know pods or the mesh (`structToJSON` of a struct, `protoToJSON`) is given a form by
//! the caller: objects say their type and their plain value.

use std::collections::BTreeMap;

use gotemplate::{Functions, Value};
use serde_json::Value as Json;

use super::go_text::{go_json, go_json_sorted};
use super::{interfaces, maps, otel, ports};
use crate::object::{Reading, go_form};

/// Go's, sprig's and Istio's functions. `env` is what the function of that name finds: istiod's environment, which is
/// not ours.
pub fn istio(env: BTreeMap<String, String>) -> Functions {
    let mut functions = Functions::sprig();
    maps::add(&mut functions);
    ports::add(&mut functions);
    interfaces::add(&mut functions);
    otel::add(&mut functions);
    functions.insert("index", |_, args| index(args));
    functions.insert("annotation", |_, args| annotation(args));
    functions.insert("valueOrDefault", |_, args| -> Result<Value, String> {
        let [value, default] = args else { return Err("valueOrDefault wants a value and a default".into()) };
        let unset = value.is_nil() || value.as_str() == Some("");
        Ok(if unset { default.clone() } else { value.clone() })
    });
    functions.insert("structToJSON", |_, args| -> Result<Value, String> {
        let json = args.first().unwrap_or(&Value::Nil).to_json()?;
        Ok(match (json, args.first()) {
            (Json::Null, _) => "{}".into(),
            // A struct has its fields in the order of its type, a map in that of its keys.
            (json, Some(Value::Object(object))) => match object.type_name().strip_prefix("v1.") {
                Some(kind) => go_json(&go_form(json, kind, Reading::Json).map_err(|error| error.to_string())?).into(),
                None => go_json_sorted(&json).into(),
            },
            (json, _) => go_json_sorted(&json).into(),
        })
    });
    functions.insert("fromJSON", |_, args| -> Result<Value, String> {
        let parsed: Result<Json, _> = serde_json::from_str(&text(args.first())?);
        Ok(parsed.map_or_else(|_| "{}".into(), |json| Value::from_json_floats(&json)))
    });
    functions.insert("toYaml", |_, args| -> Result<Value, String> {
        let json = args.first().unwrap_or(&Value::Nil).to_json()?;
        Ok(crate::yaml::text(&json).unwrap_or_default().into())
    });
    functions.insert("indent", |_, args| -> Result<Value, String> {
        let spaces = match args.first() {
            Some(Value::Int(spaces)) => usize::try_from(*spaces).unwrap_or_default().min(1000),
            _ => return Err("indent wants a number and a text".into()),
        };
        // Unlike sprig's, the first line stays where it is.
        Ok(text(args.get(1))?.replace('\n', &format!("\n{}", " ".repeat(spaces))).into())
    });
    functions.insert("directory", |_, args| -> Result<Value, String> {
        let path = text(args.first())?;
        Ok(path.rfind('/').map_or("", |end| &path[..=end]).into())
    });
    functions.insert("contains", |_, args| -> Result<Value, String> {
        Ok(text(args.get(1))?.contains(&text(args.first())?).into())
    });
    functions.insert("toLower", |_, args| -> Result<Value, String> { Ok(text(args.first())?.to_lowercase().into()) });
    functions.insert("env", move |_, args| -> Result<Value, String> {
        let found = env.get(&text(args.first())?).filter(|value| !value.is_empty()).cloned();
        Ok(found.map_or_else(|| text(args.get(1)), Ok)?.into())
    });
    functions.insert("omitNil", |_, args| -> Result<Value, String> {
        let json = args.first().unwrap_or(&Value::Nil).to_json()?;
        Ok(without_nil(json).map_or(Value::Nil, |json| Value::from_json_floats(&json)))
    });
    functions.insert("formatDuration", |_, args| -> Result<Value, String> {
        let shown = shown(args.first());
        let nanos: i64 = shown.parse().map_err(|_| format!("formatDuration wants a duration, not {shown}"))?;
        Ok(go_duration(nanos).into())
    });
    functions
}

/// A Go parameter of type `string`; nil is refused by Go, but is the empty text where a map of texts gave it.
pub(super) fn text(value: Option<&Value>) -> Result<String, String> {
    match value {
        Some(Value::Str(text)) => Ok(text.to_string()),
        Some(Value::Nil) | None => Ok(String::new()),
        Some(Value::Object(object)) => match object.value() {
            Value::Str(text) => Ok(text.to_string()),
            _ => Err(format!("wrong type for value; expected string; got {}", object.type_name())),
        },
        Some(other) => Err(format!("wrong type for value; expected string; got {}", other.type_name())),
    }
}

/// As Go's `fmt.Sprint` shows it.
pub(super) fn shown(value: Option<&Value>) -> String {
    value.unwrap_or(&Value::Nil).to_string()
}

/// `annotation META NAME DEFAULT`: the annotation, or the default as text.
fn annotation(args: &[Value]) -> Result<Value, String> {
    let [Value::Object(meta), name, default] = args else {
        return Err("annotation wants .ObjectMeta, a name and a default".into());
    };
    let annotations = maps::texts(meta.field("Annotations").as_ref())?;
    let name = text(Some(name))?;
    Ok(annotations.get(&name).cloned().unwrap_or_else(|| default.to_string()).into())
}

/// Go's `index`, which knows what a missing key of a map of texts is.
fn index(args: &[Value]) -> Result<Value, String> {
    let (first, keys) = args.split_first().ok_or("index wants a value")?;
    let mut found = first.clone();
    for key in keys {
        found = match (&found, key) {
            (Value::Object(object), Value::Str(key)) if object.type_name() == maps::TextMap::NAME => {
                object.field(key).unwrap_or_default()
            }
            (Value::Object(object), key) => index(&[object.value(), key.clone()])?,
            (Value::Map(map), Value::Str(key)) => map.get(key).unwrap_or_default(),
            (Value::Map(_), key) => {
                return Err(format!("value has type {}; should be string", key.type_name()));
            }
            (Value::List(list), Value::Int(at)) => {
                let place = usize::try_from(*at).ok().and_then(|at| list.get(at));
                place.cloned().ok_or_else(|| format!("index out of range: {at}"))?
            }
            (Value::Str(text), Value::Int(at)) => {
                let byte = usize::try_from(*at).ok().and_then(|at| text.as_bytes().get(at));
                byte.map(|byte| Value::Int(i64::from(*byte))).ok_or_else(|| format!("index out of range: {at}"))?
            }
            (Value::List(_) | Value::Str(_), key) => {
                return Err(format!("cannot index slice/array with type {}", key.type_name()));
            }
            (Value::Nil, _) => return Err("index of untyped nil".into()),
            (other, _) => return Err(format!("can't index item of type {}", other.type_name())),
        };
    }
    Ok(found)
}

/// Maps and lists without what is nil in them; none where nothing is left. What holds no nil stays, empty or not.
fn without_nil(value: Json) -> Option<Json> {
    fn has_nil(value: &Json) -> bool {
        match value {
            Json::Null => true,
            Json::Object(map) => map.values().any(has_nil),
            Json::Array(list) => list.iter().any(has_nil),
            _ => false,
        }
    }
    if !has_nil(&value) {
        return Some(value);
    }
    match value {
        Json::Object(map) => {
            let kept: serde_json::Map<_, _> =
                map.into_iter().filter_map(|(key, value)| Some((key, without_nil(value)?))).collect();
            (!kept.is_empty()).then_some(Json::Object(kept))
        }
        Json::Array(list) => {
            let kept: Vec<Json> = list.into_iter().filter_map(without_nil).collect();
            (!kept.is_empty()).then_some(Json::Array(kept))
        }
        _ => None,
    }
}

/// A duration as Go shows it: `1m30s`, `1.5s`, `100ms`.
fn go_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let fraction = |value: u64, unit: u64, name: &str| {
        let rest = format!("{:0width$}", value % unit, width = unit.ilog10() as usize);
        let rest = rest.trim_end_matches('0');
        let point = if rest.is_empty() || unit == 1 { String::new() } else { format!(".{rest}") };
        format!("{}{point}{name}", value / unit)
    };
    let shown = match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanos}ns"),
        1_000..1_000_000 => fraction(nanos, 1_000, "µs"),
        1_000_000..1_000_000_000 => fraction(nanos, 1_000_000, "ms"),
        _ => {
            let minutes = nanos / 60_000_000_000;
            let seconds = fraction(nanos % 60_000_000_000, 1_000_000_000, "s");
            match (minutes / 60, minutes % 60) {
                (0, 0) => seconds,
                (0, minutes) => format!("{minutes}m{seconds}"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
            }
        }
    };
    format!("{sign}{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use gotemplate::Templates;
    use serde_json::json;

    fn rendered(template: &str) -> String {
        let mut templates = Templates::new(istio(BTreeMap::from([("A".into(), "1".into())])));
        templates.parse("t", template).expect("a good template");
        let data =
            Value::from_json_floats(&json!({"list": [{"a": 1}], "nil": null, "map": {"x": {"y": null}, "z": {}}}));
        templates.render("t", &data).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn functions_answer_as_istiods_do() {
        let table = [
            (r#"{{ indent 2 "a\nb" }}"#, "a\n  b"),
            (r#"{{ contains "/" "a/b" }}"#, "true"),
            (r#"{{ directory "/etc/certs/ca.pem" }}"#, "/etc/certs/"),
            (r#"{{ env "A" "x" }}{{ env "B" "x" }}"#, "1x"),
            (r#"{{ valueOrDefault .nil 5 }}{{ valueOrDefault "" 6 }}{{ valueOrDefault 0 7 }}"#, "560"),
            (r#"{{ index (strdict "a" "b") "c" | printf "<%s>" }}"#, "<>"),
            (r#"{{ isset (strdict "a" "") "a" }}"#, "true"),
            (r#"{{ toJsonMap (strdict "b" "<" "a" "1") (strdict "a" "2") }}"#, r#"{"a":"2","b":"\u003c"}"#),
            (r#"{{ omit (strdict "a" "1" "b" "2") "a" | toJSON }}"#, r#"{"b":"2"}"#),
            (r#"{{ range $k, $v := fromJSON "{\"a\": 1}" }}{{ $k }}={{ $v }}{{ end }}"#, "a=1"),
            (r#"{{ omitNil .map | toJson }}"#, r#"{"z":{}}"#),
            (r#"{{ (index .list 0).a }}"#, "1"),
            (r#"{{ structToJSON .map }}"#, r#"{"x":{"y":null},"z":{}}"#),
            (r#"{{ toYaml .list }}"#, "- a: 1\n"),
        ];
        for (template, want) in table {
            assert_eq!(rendered(template), want, "{template}");
        }
    }

    #[test]
    fn durations_are_shown_as_go_shows_them() {
        let table = [
            (0, "0s"),
            (5_000_000_000, "5s"),
            (90_000_000_000, "1m30s"),
            (3_600_000_000_000, "1h0m0s"),
            (1_500_000_000, "1.5s"),
            (100_000_000, "100ms"),
            (1_500, "1.5µs"),
            (-1, "-1ns"),
        ];
        for (nanos, want) in table {
            assert_eq!(go_duration(nanos), want);
        }
    }
}
