//! sprig: making, reading and changing maps.

use super::{
    Arity::{AtLeast, Exactly},
    Outcome, Row,
    args::{any, map, shown, text},
};
use crate::{
    error::Failure,
    exec::Context,
    value::{MAX_NESTING, Map, TOO_DEEP, Value},
};

pub(super) const TABLE: &[Row] = &[
    ("dict", AtLeast(0), |c, a| dict(c, a)),
    ("get", Exactly(2), |c, a| Ok(map(c, a, 0)?.get(&text(a, 1)?).unwrap_or_else(|| "".into()))),
    ("set", Exactly(3), |c, a| set(c, a)),
    ("unset", Exactly(2), |c, a| {
        let from = map(c, a, 0)?;
        from.remove(&text(a, 1)?);
        Ok(from.into())
    }),
    ("hasKey", Exactly(2), |c, a| Ok(map(c, a, 0)?.contains_key(&text(a, 1)?).into())),
    ("pluck", AtLeast(1), |c, a| pluck(c, a)),
    ("keys", AtLeast(0), |c, a| keys(c, a)),
    ("values", Exactly(1), |c, a| Ok(Value::list(map(c, a, 0)?.entries().into_iter().map(|(_, v)| v)))),
    ("pick", AtLeast(1), |c, a| pick(c, a)),
    ("omit", AtLeast(1), |c, a| omit(c, a)),
    ("dig", AtLeast(0), |_, a| dig(a)),
    ("deepCopy", Exactly(1), |c, a| copy(c, any(a, 0), 0)),
    ("mustDeepCopy", Exactly(1), |c, a| copy(c, any(a, 0), 0)),
];

/// Keys and values by turns; a last key without a value gets empty text.
fn dict(context: &Context<'_>, args: &[Value]) -> Outcome {
    let made = Map::new();
    for pair in args.chunks(2) {
        let key = shown(context, any(pair, 0))?;
        made.insert(key, pair.get(1).cloned().unwrap_or_else(|| "".into()));
    }
    Ok(made.into())
}

fn set(context: &Context<'_>, args: &[Value]) -> Outcome {
    if any(args, 0).is_nil() {
        return Err("assignment to entry in nil map".into());
    }
    let target = map(context, args, 0)?;
    target.insert(text(args, 1)?, any(args, 2).clone());
    Ok(target.into())
}

fn pluck(context: &Context<'_>, args: &[Value]) -> Outcome {
    let key = text(args, 0)?;
    let mut found = Vec::new();
    for i in 1..args.len() {
        found.extend(map(context, args, i)?.get(&key));
    }
    Ok(found.into())
}

fn keys(context: &Context<'_>, args: &[Value]) -> Outcome {
    let mut keys = Vec::new();
    for i in 0..args.len() {
        keys.extend(map(context, args, i)?.keys().into_iter().map(Value::Str));
    }
    Ok(keys.into())
}

fn pick(context: &Context<'_>, args: &[Value]) -> Outcome {
    let (from, picked) = (map(context, args, 0)?, Map::new());
    for i in 1..args.len() {
        let key = text(args, i)?;
        if let Some(value) = from.get(&key) {
            picked.insert(key, value);
        }
    }
    Ok(picked.into())
}

fn omit(context: &Context<'_>, args: &[Value]) -> Outcome {
    let left: Map = map(context, args, 0)?.entries().into_iter().collect();
    for i in 1..args.len() {
        left.remove(&text(args, i)?);
    }
    Ok(left.into())
}

/// `dig "a" "b" default map`: the value under a path, or the default where a key is missing.
fn dig(args: &[Value]) -> Outcome {
    let (path, default, mut at) = match args {
        [path @ .., default, at] if !path.is_empty() => (path, default, at.plain()),
        _ => return Err("dig needs at least three arguments".into()),
    };
    for (i, _) in path.iter().enumerate() {
        let Value::Map(here) = at else {
            return Err(format!("interface conversion: {} is not a map", at.type_name()).into());
        };
        match here.get(&text(path, i)?) {
            Some(next) => at = next.plain(),
            None => return Ok(default.clone()),
        }
    }
    Ok(at)
}

/// A copy that shares no map with the original.
pub(super) fn copy(context: &Context<'_>, value: &Value, depth: usize) -> Outcome {
    if depth > MAX_NESTING {
        return Err(TOO_DEEP.into());
    }
    context.charge(1)?;
    Ok(match value {
        Value::Map(from) => from
            .entries()
            .into_iter()
            .map(|(k, v)| Ok((k, copy(context, &v, depth + 1)?)))
            .collect::<Result<Map, Failure>>()?
            .into(),
        Value::List(items) => items.iter().map(|v| copy(context, v, depth + 1)).collect::<Result<Vec<_>, _>>()?.into(),
        other => other.clone(),
    })
}
