//! sprig: making and cutting lists. `must…` differs from its twin in nothing here: both fail.

use super::{
    Arity::{AtLeast, Exactly},
    Outcome, Row,
    args::{any, cast_int, int, list, shown, shown_list, texts},
};
use crate::{
    error::Failure,
    exec::Context,
    value::{List, Value},
};

pub(super) const TABLE: &[Row] = &[
    ("list", AtLeast(0), |_, a| Ok(a.to_vec().into())),
    ("tuple", AtLeast(0), |_, a| Ok(a.to_vec().into())),
    ("append", Exactly(2), |_, a| append(a)),
    ("mustAppend", Exactly(2), |_, a| append(a)),
    ("push", Exactly(2), |_, a| append(a)),
    ("mustPush", Exactly(2), |_, a| append(a)),
    ("prepend", Exactly(2), |_, a| prepend(a)),
    ("mustPrepend", Exactly(2), |_, a| prepend(a)),
    ("first", Exactly(1), |_, a| Ok(list(a, 0, "find first")?.first().cloned().unwrap_or_default())),
    ("mustFirst", Exactly(1), |_, a| Ok(list(a, 0, "find first")?.first().cloned().unwrap_or_default())),
    ("last", Exactly(1), |_, a| Ok(list(a, 0, "find last")?.last().cloned().unwrap_or_default())),
    ("mustLast", Exactly(1), |_, a| Ok(list(a, 0, "find last")?.last().cloned().unwrap_or_default())),
    ("rest", Exactly(1), |_, a| Ok(part(&list(a, 0, "find rest")?, 1, usize::MAX))),
    ("mustRest", Exactly(1), |_, a| Ok(part(&list(a, 0, "find rest")?, 1, usize::MAX))),
    ("initial", Exactly(1), |_, a| initial(a)),
    ("mustInitial", Exactly(1), |_, a| initial(a)),
    ("reverse", Exactly(1), |_, a| reverse(a)),
    ("mustReverse", Exactly(1), |_, a| reverse(a)),
    ("uniq", Exactly(1), uniq),
    ("mustUniq", Exactly(1), uniq),
    ("without", AtLeast(1), without),
    ("mustWithout", AtLeast(1), without),
    ("has", Exactly(2), has),
    ("mustHas", Exactly(2), has),
    ("compact", Exactly(1), |_, a| compact(a)),
    ("mustCompact", Exactly(1), |_, a| compact(a)),
    ("slice", AtLeast(1), |_, a| slice(a)),
    ("mustSlice", AtLeast(1), |_, a| slice(a)),
    ("concat", AtLeast(0), concat),
    ("chunk", Exactly(2), |_, a| chunk(a)),
    ("mustChunk", Exactly(2), |_, a| chunk(a)),
    ("sortAlpha", Exactly(1), sort_alpha),
];

/// The items `from..to`, as far as there are any.
fn part(items: &List, from: usize, to: usize) -> Value {
    let to = to.min(items.len());
    let from = from.min(to);
    Value::list(items.get(from..to).unwrap_or_default().iter().cloned())
}

fn append(args: &[Value]) -> Outcome {
    let items = list(args, 0, "push")?;
    Ok(Value::list(items.iter().chain(args.get(1)).cloned()))
}

fn prepend(args: &[Value]) -> Outcome {
    let items = list(args, 0, "prepend")?;
    Ok(Value::list(args.get(1).into_iter().chain(items.iter()).cloned()))
}

fn initial(args: &[Value]) -> Outcome {
    let items = list(args, 0, "find initial")?;
    Ok(part(&items, 0, items.len().saturating_sub(1)))
}

fn reverse(args: &[Value]) -> Outcome {
    Ok(Value::list(list(args, 0, "find reverse")?.iter().rev().cloned()))
}

fn contains(context: &Context<'_>, items: &[Value], wanted: &Value) -> Result<bool, Failure> {
    context.charge(items.len() / 4)?;
    for item in items {
        if wanted.deep_equal(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn uniq(context: &Context<'_>, args: &[Value]) -> Outcome {
    let mut kept: Vec<Value> = Vec::new();
    for item in list(args, 0, "find uniq")?.iter() {
        if !contains(context, &kept, item)? {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn without(context: &Context<'_>, args: &[Value]) -> Outcome {
    let omitted = args.get(1..).unwrap_or_default();
    let mut kept = Vec::new();
    for item in list(args, 0, "find without")?.iter() {
        if !contains(context, omitted, item)? {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn has(context: &Context<'_>, args: &[Value]) -> Outcome {
    if any(args, 1).is_nil() {
        return Ok(false.into());
    }
    let items = list(args, 1, "find has")?;
    Ok(contains(context, &items, any(args, 0))?.into())
}

fn compact(args: &[Value]) -> Outcome {
    let items = list(args, 0, "compact")?;
    Ok(Value::list(items.iter().filter(|v| v.truth()).cloned()))
}

/// sprig's `slice`, which replaces Go's: bounds are cast to numbers, and an empty list gives nil.
fn slice(args: &[Value]) -> Outcome {
    let items = match any(args, 0).plain() {
        Value::List(items) => items,
        other => {
            return Err(format!("list should be type of slice or array but {}", other.kind()).into());
        }
    };
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let len = items.len();
    let bound = |i: usize, default: usize| -> Result<usize, Failure> {
        match args.get(i) {
            None => Ok(default),
            Some(v) => usize::try_from(cast_int(v))
                .ok()
                .filter(|u| *u <= len)
                .ok_or_else(|| "reflect.Value.Slice: slice index out of bounds".into()),
        }
    };
    let (from, to) = (bound(1, 0)?, bound(2, len)?);
    if from > to {
        return Err("reflect.Value.Slice: slice index out of bounds".into());
    }
    Ok(part(&items, from, to))
}

fn concat(context: &Context<'_>, args: &[Value]) -> Outcome {
    let mut all = Vec::new();
    for i in 0..args.len() {
        let items = list(args, i, "concat")?;
        context.charge(items.len() / 8)?;
        all.extend(items.iter().cloned());
    }
    Ok(all.into())
}

fn chunk(args: &[Value]) -> Outcome {
    let (n, items) = (int(args, 0)?, list(args, 1, "chunk")?);
    let n = usize::try_from(n).ok().filter(|n| *n > 0).ok_or_else(|| format!("cannot chunk into lists of {n}"))?;
    Ok(Value::list(items.chunks(n).map(|c| c.to_vec().into())))
}

fn sort_alpha(context: &Context<'_>, args: &[Value]) -> Outcome {
    let value = any(args, 0);
    if !matches!(value.plain(), Value::List(_)) {
        return Ok(texts([shown(context, value)?]));
    }
    let mut items = shown_list(context, value)?;
    items.sort();
    Ok(texts(items))
}
