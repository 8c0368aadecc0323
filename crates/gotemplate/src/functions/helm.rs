//! What Helm adds to sprig.

use super::{
    Arity::Exactly,
    Outcome, Row,
    args::{any, text},
    encode::from_json,
};
use crate::{
    exec::Context,
    value::{Map, Value},
    yaml,
};

pub(super) const TABLE: &[Row] = &[
    ("include", Exactly(2), |c, a| Ok(c.include(&text(a, 0)?, any(a, 1))?.into())),
    ("tpl", Exactly(2), |c, a| Ok(c.tpl(&text(a, 0)?, any(a, 1))?.into())),
    ("required", Exactly(2), |_, a| required(a)),
    ("lookup", Exactly(4), |_, _| Ok(Map::new().into())),
    ("getHostByName", Exactly(1), |_, a| text(a, 0).map(|_| "".into())),
    ("toYaml", Exactly(1), |c, a| Ok(to_yaml(c, a).unwrap_or_else(|_| "".into()))),
    ("mustToYaml", Exactly(1), |c, a| to_yaml(c, a)),
    ("fromYaml", Exactly(1), |c, a| from_text(c, a, yaml::read, false)),
    ("fromYamlArray", Exactly(1), |c, a| from_text(c, a, yaml::read, true)),
    ("fromJson", Exactly(1), |c, a| from_text(c, a, from_json, false)),
    ("fromJsonArray", Exactly(1), |c, a| from_text(c, a, from_json, true)),
];

fn required(args: &[Value]) -> Outcome {
    match any(args, 1) {
        Value::Nil => Err((*text(args, 0)?).into()),
        Value::Str(s) if s.is_empty() => Err((*text(args, 0)?).into()),
        given => {
            text(args, 0)?;
            Ok(given.clone())
        }
    }
}

fn to_yaml(context: &Context<'_>, args: &[Value]) -> Outcome {
    Ok(yaml::write(any(args, 0), context.max_bytes())?.into())
}

/// Reads a map (or with `wants_list` a list); what cannot be read is told in the result, under the
/// key `Error` or as the only item.
fn from_text(
    context: &Context<'_>,
    args: &[Value],
    read: fn(&str) -> Result<Value, String>,
    wants_list: bool,
) -> Outcome {
    let text = text(args, 0)?;
    context.charge(text.len() / 4)?;
    let wrong = |found: &Value| {
        let wanted = if wants_list { "a list" } else { "a map" };
        format!("error unmarshaling: found {} where {wanted} is wanted", found.kind())
    };
    Ok(match read(&text) {
        Ok(found @ Value::List(_)) if wants_list => found,
        Ok(found @ Value::Map(_)) if !wants_list => found,
        Ok(Value::Nil) if wants_list => Value::list([]),
        Ok(Value::Nil) => Map::new().into(),
        Ok(found) => told(wrong(&found), wants_list),
        Err(message) => told(message, wants_list),
    })
}

fn told(message: String, as_list: bool) -> Value {
    if as_list { Value::list([message.into()]) } else { Value::map([("Error", message.into())]) }
}
