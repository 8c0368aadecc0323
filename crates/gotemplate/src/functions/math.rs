//! sprig: numbers. Arguments are cast as sprig casts them: text is read, what is no number is 0.

use super::{
    Arity::{AtLeast, Exactly},
    Outcome, Row,
    args::{any, cast_float, cast_int, int, shown, text},
};
use crate::{error::Failure, exec::Context, value::Value};

pub(super) const TABLE: &[Row] = &[
    ("int", Exactly(1), |_, a| Ok(Value::Int(cast_int(any(a, 0))))),
    ("int64", Exactly(1), |_, a| Ok(Value::Int(cast_int(any(a, 0))))),
    ("float64", Exactly(1), |_, a| Ok(Value::Float(cast_float(any(a, 0))))),
    ("atoi", Exactly(1), |_, a| Ok(Value::Int(text(a, 0)?.parse().unwrap_or(0)))),
    ("toDecimal", Exactly(1), |c, a| {
        let octal = shown(c, any(a, 0))?;
        Ok(Value::Int(i64::from_str_radix(&octal, 8).unwrap_or(0)))
    }),
    ("add", AtLeast(0), |_, a| Ok(fold(a, Some(0), i64::wrapping_add))),
    ("add1", Exactly(1), |_, a| Ok(Value::Int(cast_int(any(a, 0)).wrapping_add(1)))),
    ("sub", Exactly(2), |_, a| Ok(fold(a, None, i64::wrapping_sub))),
    ("mul", AtLeast(1), |_, a| Ok(fold(a, None, i64::wrapping_mul))),
    ("div", Exactly(2), |_, a| divide(a, i64::wrapping_div)),
    ("mod", Exactly(2), |_, a| divide(a, i64::wrapping_rem)),
    ("max", AtLeast(1), |_, a| Ok(fold(a, None, i64::max))),
    ("biggest", AtLeast(1), |_, a| Ok(fold(a, None, i64::max))),
    ("min", AtLeast(1), |_, a| Ok(fold(a, None, i64::min))),
    ("addf", AtLeast(0), |_, a| decimal(a, Some(0.0), |a, b| a + b)),
    ("add1f", Exactly(1), |_, a| decimal(&[any(a, 0).clone(), Value::Int(1)], None, |a, b| a + b)),
    ("subf", AtLeast(1), |_, a| decimal(a, None, |a, b| a - b)),
    ("mulf", AtLeast(1), |_, a| decimal(a, None, |a, b| a * b)),
    ("divf", AtLeast(1), |_, a| {
        if a.iter().skip(1).any(|v| cast_float(v) == 0.0) {
            return Err("decimal division by 0".into());
        }
        decimal(a, None, |a, b| a / b)
    }),
    ("maxf", AtLeast(1), |_, a| Ok(fold_float(a, f64::max))),
    ("minf", AtLeast(1), |_, a| Ok(fold_float(a, f64::min))),
    ("floor", Exactly(1), |_, a| Ok(Value::Float(cast_float(any(a, 0)).floor()))),
    ("ceil", Exactly(1), |_, a| Ok(Value::Float(cast_float(any(a, 0)).ceil()))),
    ("round", AtLeast(2), |_, a| round(a)),
    ("until", Exactly(1), |c, a| {
        let stop = int(a, 0)?;
        Ok(Value::list(steps(c, 0, stop, stop.signum())?.into_iter().map(Value::Int)))
    }),
    ("untilStep", Exactly(3), |c, a| {
        let numbers = steps(c, int(a, 0)?, int(a, 1)?, int(a, 2)?)?;
        Ok(Value::list(numbers.into_iter().map(Value::Int)))
    }),
    ("seq", AtLeast(0), seq),
];

fn fold(args: &[Value], start: Option<i64>, step: fn(i64, i64) -> i64) -> Value {
    let numbers = start.into_iter().chain(args.iter().map(cast_int));
    Value::Int(numbers.reduce(step).unwrap_or(0))
}

fn fold_float(args: &[Value], step: fn(f64, f64) -> f64) -> Value {
    Value::Float(args.iter().map(cast_float).reduce(step).unwrap_or(0.0))
}

fn divide(args: &[Value], step: fn(i64, i64) -> i64) -> Outcome {
    match (cast_int(any(args, 0)), cast_int(any(args, 1))) {
        (_, 0) => Err("runtime error: integer divide by zero".into()),
        (a, b) => Ok(Value::Int(step(a, b))),
    }
}

/// Sums and products of decimal numbers: `addf 0.1 0.2` is 0.3.
///
/// sprig computes in decimals of any length. Floats carry 15 reliable decimal digits, so rounding
/// each result to those gives the same numbers within that range.
fn decimal(args: &[Value], start: Option<f64>, step: fn(f64, f64) -> f64) -> Outcome {
    let mut numbers = start.into_iter().chain(args.iter().map(cast_float));
    let mut result = numbers.next().unwrap_or(0.0);
    for number in numbers {
        result = step(result, number);
        let rounded: f64 = format!("{result:.14e}").parse().unwrap_or(result);
        let short = format!("{rounded}").len() + 2 < format!("{result}").len();
        if short {
            result = rounded;
        }
    }
    if !result.is_finite() {
        return Err("number is out of range".into());
    }
    Ok(Value::Float(result))
}

/// `round value places [from]`: up from `from` (default .5) on.
fn round(args: &[Value]) -> Outcome {
    let (value, places) = (cast_float(any(args, 0)), int(args, 1)?);
    let from = match args.get(2) {
        None => 0.5,
        Some(Value::Float(f)) => *f,
        Some(other) => {
            return Err(format!("wrong type for value; expected float64; got {}", other.type_name()).into());
        }
    };
    let power = 10_f64.powi(i32::try_from(places).unwrap_or(if places < 0 { i32::MIN } else { i32::MAX }));
    let scaled = power * value;
    let rounded = if scaled.fract() >= from { scaled.ceil() } else { scaled.floor() };
    Ok(Value::Float(rounded / power))
}

/// From `start` towards `stop`, which is left out; nothing if `step` leads away from it.
fn steps(context: &Context<'_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Failure> {
    let towards = if stop < start { step < 0 } else { step > 0 };
    if !towards {
        return Ok(Vec::new());
    }
    let count = (i128::from(stop) - i128::from(start)).unsigned_abs().div_ceil(step.unsigned_abs().into());
    context.charge(usize::try_from(count).unwrap_or(usize::MAX))?;
    let mut numbers = Vec::new();
    let mut at = start;
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        numbers.push(at);
        match at.checked_add(step) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(numbers)
}

/// Like the shell's `seq`: numbers with a space between them, the end included.
fn seq(context: &Context<'_>, args: &[Value]) -> Outcome {
    let mut numbers = Vec::with_capacity(args.len());
    for i in 0..args.len() {
        numbers.push(int(args, i)?);
    }
    let (start, step, end) = match numbers.as_slice() {
        [end] => (1, None, *end),
        [start, end] => (*start, None, *end),
        [start, step, end] => (*start, Some(*step), *end),
        _ => return Ok("".into()),
    };
    let direction = if end < start { -1 } else { 1 };
    if direction < 0 && step.is_some_and(|s| s > 0) {
        return Ok("".into());
    }
    let numbers = steps(context, start, end.saturating_add(direction), step.unwrap_or(direction))?;
    let words: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(words.join(" ").into())
}
