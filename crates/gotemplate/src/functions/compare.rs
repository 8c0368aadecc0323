//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`: between basic values of one kind.

use super::{
    Arity::{AtLeast, Exactly},
    Row,
    args::any,
};
use crate::{error::Failure, value::Value};

pub(super) const TABLE: &[Row] = &[
    ("eq", AtLeast(1), |_, a| Ok(equal_to_any(a)?.into())),
    ("ne", Exactly(2), |_, a| Ok((!equal_to_any(a)?).into())),
    ("lt", Exactly(2), |_, a| Ok(less(a)?.into())),
    ("le", Exactly(2), |_, a| Ok(less_or_equal(a)?.into())),
    ("gt", Exactly(2), |_, a| Ok((!less_or_equal(a)?).into())),
    ("ge", Exactly(2), |_, a| Ok((!less(a)?).into())),
];

fn incompatible(a: &Value, b: &Value) -> Failure {
    format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name()).into()
}

/// Whether the first argument equals one of the others. nil may be compared with everything,
/// lists and maps only with nil.
fn equal_to_any(args: &[Value]) -> Result<bool, Failure> {
    let first = any(args, 0).plain();
    if args.len() < 2 {
        return Err("missing argument for comparison".into());
    }
    for other in args.iter().skip(1) {
        let other = other.plain();
        let equal = match (&first, &other) {
            (Value::Nil, Value::Nil) => true,
            (Value::Nil, _) | (_, Value::Nil) => false,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::List(_), Value::List(_)) | (Value::Map(_), Value::Map(_)) => {
                return Err(format!("non-comparable type {}", first.type_name()).into());
            }
            _ => return Err(incompatible(&first, &other)),
        };
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

fn less(args: &[Value]) -> Result<bool, Failure> {
    let (a, b) = (any(args, 0).plain(), any(args, 1).plain());
    match (&a, &b) {
        (Value::Int(a), Value::Int(b)) => Ok(a < b),
        (Value::Float(a), Value::Float(b)) => Ok(a < b),
        (Value::Str(a), Value::Str(b)) => Ok(a < b),
        (Value::Int(_) | Value::Float(_) | Value::Str(_), Value::Int(_) | Value::Float(_) | Value::Str(_)) => {
            Err(incompatible(&a, &b))
        }
        _ => Err("invalid type for comparison".into()),
    }
}

fn less_or_equal(args: &[Value]) -> Result<bool, Failure> {
    Ok(less(args)? || equal_to_any(args)?)
}
