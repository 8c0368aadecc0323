//! Taking arguments with Go's rules on types.

use crate::{
    error::Failure,
    exec::Context,
    value::{List, Map, Value, write_go},
};
use std::rc::Rc;

const NIL: &Value = &Value::Nil;

/// The `i`th argument; nil if there is none (the count was checked before).
pub(super) fn any(args: &[Value], i: usize) -> &Value {
    args.get(i).unwrap_or(NIL)
}

fn wrong(value: &Value, wanted: &str) -> Failure {
    match value {
        Value::Nil => format!("invalid value; expected {wanted}"),
        other => format!("wrong type for value; expected {wanted}; got {}", other.type_name()),
    }
    .into()
}

/// Text, as a Go parameter of type `string`.
pub(super) fn text(args: &[Value], i: usize) -> Result<Rc<str>, Failure> {
    match any(args, i).plain() {
        Value::Str(s) => Ok(s),
        other => Err(wrong(&other, "string")),
    }
}

/// An integer, as a Go parameter of type `int`.
pub(super) fn int(args: &[Value], i: usize) -> Result<i64, Failure> {
    match any(args, i) {
        Value::Int(n) => Ok(*n),
        other => Err(wrong(other, "int")),
    }
}

/// A size: an `int` that must not be negative.
pub(super) fn size(args: &[Value], i: usize) -> Result<usize, Failure> {
    let n = int(args, i)?;
    usize::try_from(n).map_err(|_| format!("negative count: {n}").into())
}

/// A boolean, as a Go parameter of type `bool`.
pub(super) fn boolean(args: &[Value], i: usize) -> Result<bool, Failure> {
    match any(args, i) {
        Value::Bool(b) => Ok(*b),
        other => Err(wrong(other, "bool")),
    }
}

/// A map, as a Go parameter of type `map[string]interface {}`. No value is an empty map of its own;
/// nil that a map holds is refused, as in Go.
pub(super) fn map(context: &Context<'_>, args: &[Value], i: usize) -> Result<Map, Failure> {
    match any(args, i).plain() {
        Value::Map(m) => Ok(m),
        Value::Nil if !context.is_interface_nil(i) => Ok(Map::new()),
        Value::Nil => Err("wrong type for value; expected map[string]interface {}; got interface {}".into()),
        other => Err(wrong(&other, "map[string]interface {}")),
    }
}

/// A list, for functions that look at any kind of list.
pub(super) fn list(args: &[Value], i: usize, what: &str) -> Result<List, Failure> {
    match any(args, i).plain() {
        Value::List(l) => Ok(l),
        other => Err(format!("Cannot {what} on type {}", other.kind()).into()),
    }
}

/// Any value as text: what `%v` prints.
pub(super) fn shown(context: &Context<'_>, value: &Value) -> Result<Rc<str>, Failure> {
    if let Value::Str(s) = value {
        return Ok(s.clone());
    }
    let mut out = String::new();
    write_go(value, &mut out, context.max_bytes())?;
    Ok(out.into())
}

/// A list of texts from anything: a list's values but nil, or the value alone.
pub(super) fn shown_list(context: &Context<'_>, value: &Value) -> Result<Vec<Rc<str>>, Failure> {
    match value.plain() {
        Value::List(items) => items.iter().filter(|v| !v.is_nil()).map(|v| shown(context, v)).collect(),
        Value::Nil => Ok(Vec::new()),
        other => Ok(vec![shown(context, &other)?]),
    }
}

/// A list of texts as a value.
pub(super) fn texts<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::list(items.into_iter().map(Into::into))
}

/// A number from anything, as sprig casts to `int64`: text in Go's notations, else 0.
pub(super) fn cast_int(value: &Value) -> i64 {
    match value.plain() {
        Value::Int(i) => i,
        #[expect(clippy::cast_possible_truncation, reason = "the cast is what Go does; it saturates here")]
        Value::Float(f) => f as i64,
        Value::Bool(b) => i64::from(b),
        Value::Str(s) => parse_int(&s).unwrap_or(0),
        _ => 0,
    }
}

/// A float from anything, as sprig casts to `float64`: else 0.
pub(super) fn cast_float(value: &Value) -> f64 {
    match value.plain() {
        #[expect(clippy::cast_precision_loss, reason = "the conversion Go does")]
        Value::Int(i) => i as f64,
        Value::Float(f) => f,
        Value::Bool(b) => f64::from(u8::from(b)),
        Value::Str(s) => s.parse().unwrap_or(0.0),
        _ => 0.0,
    }
}

/// An integer in Go's notations (`0x`, `0o`, `0b`, leading zero for octal), zeros after a point
/// aside.
fn parse_int(text: &str) -> Option<i64> {
    let text = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    };
    crate::yaml::go_integer(text).and_then(|n| i64::try_from(n).ok())
}
