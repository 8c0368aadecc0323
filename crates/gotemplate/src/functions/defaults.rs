//! sprig: `default`, `empty`, `coalesce`, `ternary` and the like.

use super::{
    Arity::{AtLeast, Exactly},
    Outcome, Row,
    args::{any, boolean, text},
};
use crate::value::Value;

pub(super) const TABLE: &[Row] = &[
    ("default", AtLeast(1), |_, a| Ok(first_full(a.get(1), any(a, 0)))),
    ("empty", Exactly(1), |_, a| Ok((!any(a, 0).truth()).into())),
    ("coalesce", AtLeast(0), |_, a| Ok(a.iter().find(|v| v.truth()).cloned().unwrap_or_default())),
    ("all", AtLeast(0), |_, a| Ok(a.iter().all(Value::truth).into())),
    ("any", AtLeast(0), |_, a| Ok(a.iter().any(Value::truth).into())),
    ("ternary", Exactly(3), |_, a| ternary(a)),
    ("fail", Exactly(1), |_, a| Err((*text(a, 0)?).into())),
];

fn first_full(given: Option<&Value>, default: &Value) -> Value {
    given.filter(|v| v.truth()).unwrap_or(default).clone()
}

fn ternary(args: &[Value]) -> Outcome {
    let chosen = if boolean(args, 2)? { 0 } else { 1 };
    Ok(any(args, chosen).clone())
}
