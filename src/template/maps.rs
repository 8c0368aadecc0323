//! Go's `map[string]string`, and the functions that make and merge such maps.

use std::collections::BTreeMap;
use std::rc::Rc;

use gotemplate::{Functions, Object, Value};

use super::go_text::go_json;

/// A `map[string]string`: a key that is not there is the empty text, not nil.
#[derive(Debug, Clone, Default)]
pub struct TextMap(Rc<BTreeMap<String, String>>);

impl TextMap {
    /// A map of these entries.
    pub fn new(entries: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(Rc::new(entries.into_iter().collect()))
    }

    /// Go's name of the type.
    pub const NAME: &str = "map[string]string";

    /// The map as templates hold it.
    pub fn into_value(self) -> Value {
        Value::object(self)
    }
}

impl Object for TextMap {
    fn field(&self, name: &str) -> Option<Value> {
        Some(self.0.get(name).map_or("", String::as_str).into())
    }

    fn type_name(&self) -> &str {
        Self::NAME
    }

    fn value(&self) -> Value {
        Value::map(self.0.iter().map(|(key, value)| (key.as_str(), value.as_str().into())))
    }

    fn truth(&self) -> bool {
        !self.0.is_empty()
    }
}

/// The entries of a map whose values are text; none of nil.
pub(super) fn texts(value: Option<&Value>) -> Result<BTreeMap<String, String>, String> {
    let plain = match value {
        Some(Value::Object(object)) => object.value(),
        Some(other) => other.clone(),
        None => Value::Nil,
    };
    match plain {
        Value::Nil => Ok(BTreeMap::new()),
        Value::Map(map) => map
            .entries()
            .into_iter()
            .map(|(key, value)| match value {
                Value::Str(text) => Ok((key.to_string(), text.to_string())),
                Value::Nil => Ok((key.to_string(), String::new())),
                other => {
                    Err(format!("wrong type for the value of {key:?}; expected string; got {}", other.type_name()))
                }
            })
            .collect(),
        other => Err(format!("wrong type for value; expected {}; got {}", TextMap::NAME, other.type_name())),
    }
}

fn merged(args: &[Value]) -> Result<BTreeMap<String, String>, String> {
    let mut all = BTreeMap::new();
    for map in args {
        all.extend(texts(Some(map))?);
    }
    Ok(all)
}

pub(super) fn add(functions: &mut Functions) {
    functions.insert("isset", |_, args| -> Result<Value, String> {
        let key = args.get(1).and_then(Value::as_str).ok_or("isset wants a map and a key")?;
        Ok(texts(args.first())?.contains_key(key).into())
    });
    functions.insert("strdict", |_, args| -> Result<Value, String> {
        let words: Vec<String> =
            args.iter().map(|word| super::functions::text(Some(word))).collect::<Result<_, _>>()?;
        let pairs = words.chunks(2).map(|pair| (pair[0].clone(), pair.get(1).cloned().unwrap_or_default()));
        Ok(TextMap::new(pairs).into_value())
    });
    functions.insert("omit", |_, args| -> Result<Value, String> {
        let (map, keys) = args.split_first().ok_or("omit wants a map")?;
        let mut kept = texts(Some(map))?;
        for key in keys {
            kept.remove(&super::functions::text(Some(key))?);
        }
        Ok(TextMap::new(kept).into_value())
    });
    functions.insert("mergeMaps", |_, args| -> Result<Value, String> { Ok(TextMap::new(merged(args)?).into_value()) });
    functions.insert("toJsonMap", |_, args| -> Result<Value, String> { Ok(json(&merged(args)?).into()) });
    functions.insert("toJSON", |_, args| -> Result<Value, String> { Ok(json(&texts(args.first())?).into()) });
}

fn json(map: &BTreeMap<String, String>) -> String {
    go_json(
        &map.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect::<serde_json::Map<_, _>>().into(),
    )
}
