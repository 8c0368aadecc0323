//! `text/template`'s own: `not`, `len`, `index`, `slice`, `print` and its kin.

use super::{
    Arity::{AtLeast, Exactly},
    Outcome, Row,
    args::any,
    printf::printf,
};
use crate::{
    error::Failure,
    exec::Context,
    value::{Value, write_go},
};

pub(super) const TABLE: &[Row] = &[
    ("not", Exactly(1), |_, a| Ok((!any(a, 0).truth()).into())),
    ("len", Exactly(1), |_, a| len(any(a, 0))),
    ("index", AtLeast(1), |_, a| index(a)),
    ("slice", AtLeast(1), |_, a| slice(a)),
    ("print", AtLeast(0), |c, a| Ok(print(c, a)?.into())),
    ("println", AtLeast(0), |c, a| println(c, a)),
    ("printf", AtLeast(1), |c, a| printf(c, a)),
];

fn len(value: &Value) -> Outcome {
    let len = match value.plain() {
        Value::Str(s) => s.len(),
        Value::List(l) => l.len(),
        Value::Map(m) => m.len(),
        Value::Nil => return Err("len of nil pointer".into()),
        other => return Err(format!("len of type {}", other.type_name()).into()),
    };
    Ok(Value::Int(i64::try_from(len).unwrap_or(i64::MAX)))
}

/// A position within something of `len` items; `len` itself only where `closed`.
fn position(index: &Value, len: usize, closed: bool) -> Result<usize, Failure> {
    let i = match index {
        Value::Int(i) => *i,
        Value::Nil => return Err("cannot index slice/array with nil".into()),
        other => {
            return Err(format!("cannot index slice/array with type {}", other.type_name()).into());
        }
    };
    match usize::try_from(i) {
        Ok(u) if u < len || (closed && u == len) => Ok(u),
        _ => Err(format!("index out of range: {i}").into()),
    }
}

fn index(args: &[Value]) -> Outcome {
    let mut value = any(args, 0).plain();
    if value.is_nil() {
        return Err("index of untyped nil".into());
    }
    for key in args.iter().skip(1) {
        value = match (value, key) {
            (Value::Map(map), Value::Str(key)) => map.get(key).unwrap_or_default(),
            (Value::Map(_), Value::Nil) => {
                return Err("value is nil; should be of type string".into());
            }
            (Value::Map(_), key) => {
                return Err(format!("value has type {}; should be string", key.type_name()).into());
            }
            (Value::List(items), key) => items.get(position(key, items.len(), false)?).cloned().unwrap_or_default(),
            (Value::Str(text), key) => {
                let at = position(key, text.len(), false)?;
                Value::Int(text.as_bytes().get(at).copied().unwrap_or_default().into())
            }
            (Value::Nil, _) => return Err("index of nil pointer".into()),
            (other, _) => {
                return Err(format!("can't index item of type {}", other.type_name()).into());
            }
        }
        .plain();
    }
    Ok(value)
}

fn slice(args: &[Value]) -> Outcome {
    let value = any(args, 0).plain();
    let bounds = args.get(1..).unwrap_or_default();
    let len = match &value {
        Value::Str(s) => s.len(),
        Value::List(l) => l.len(),
        Value::Nil => return Err("slice of untyped nil".into()),
        other => return Err(format!("can't slice item of type {}", other.type_name()).into()),
    };
    if bounds.len() > 3 {
        return Err(format!("too many slice indexes: {}", bounds.len()).into());
    }
    if bounds.len() == 3 && value.as_str().is_some() {
        return Err("cannot 3-index slice a string".into());
    }
    let mut range = [0, len, len];
    for (slot, bound) in range.iter_mut().zip(bounds) {
        *slot = position(bound, len, true)?;
    }
    let [from, to, cap] = range;
    if from > to || to > cap {
        return Err(format!("invalid slice index: {from} > {to}").into());
    }
    Ok(match value {
        Value::Str(s) => cut(&s, from, to).into(),
        Value::List(l) => Value::list(l.get(from..to).unwrap_or_default().iter().cloned()),
        _ => Value::Nil,
    })
}

/// The bytes `from..to` of `text`; what is no longer UTF-8 becomes U+FFFD.
pub(super) fn cut(text: &str, from: usize, to: usize) -> String {
    match text.get(from..to) {
        Some(exact) => exact.to_owned(),
        None => String::from_utf8_lossy(text.as_bytes().get(from..to).unwrap_or_default()).into_owned(),
    }
}

/// Go's `Sprint`: a space between two values neither of which is text.
pub(super) fn print(context: &Context<'_>, args: &[Value]) -> Result<String, Failure> {
    let mut out = String::new();
    let mut text_before = true;
    for (i, arg) in args.iter().enumerate() {
        let text = matches!(arg, Value::Str(_));
        if i > 0 && !text && !text_before {
            out.push(' ');
        }
        text_before = text;
        write_go(arg, &mut out, context.max_bytes())?;
    }
    Ok(out)
}

fn println(context: &Context<'_>, args: &[Value]) -> Outcome {
    let mut out = String::new();
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        write_go(arg, &mut out, context.max_bytes())?;
    }
    out.push('\n');
    Ok(out.into())
}
