//! sprig: merging maps into the first one, which is changed in place.

use super::{Arity::AtLeast, Outcome, Row, args::map};
use crate::{
    error::Failure,
    exec::Context,
    value::{MAX_NESTING, Map, TOO_DEEP, Value},
};

pub(super) const TABLE: &[Row] = &[
    ("merge", AtLeast(1), |c, a| merge(c, a, false)),
    ("mustMerge", AtLeast(1), |c, a| merge(c, a, false)),
    ("mergeOverwrite", AtLeast(1), |c, a| merge(c, a, true)),
    ("mustMergeOverwrite", AtLeast(1), |c, a| merge(c, a, true)),
];

fn merge(context: &Context<'_>, args: &[Value], overwrite: bool) -> Outcome {
    let target = map(context, args, 0)?;
    for i in 1..args.len() {
        merge_into(context, &target, &map(context, args, i)?, overwrite, 0)?;
    }
    Ok(target.into())
}

/// Maps meet key by key. What the target lacks or holds as empty is taken from the source; with
/// `overwrite` everything is, nil and empty text included. A map that the target lacks is shared
/// with the source from then on, as in Go.
fn merge_into(context: &Context<'_>, target: &Map, source: &Map, overwrite: bool, depth: usize) -> Result<(), Failure> {
    if depth > MAX_NESTING {
        return Err(TOO_DEEP.into());
    }
    if target.same(source) {
        return Ok(());
    }
    for (key, new) in source.entries() {
        context.charge(1)?;
        let old = target.get(&key);
        if let (Some(Value::Map(old)), Value::Map(new)) = (&old, &new) {
            merge_into(context, old, new, overwrite, depth + 1)?;
            if !old.is_empty() {
                continue;
            }
        }
        let taken = if new.is_nil() { overwrite } else { overwrite || !old.is_some_and(|v| v.truth()) };
        if taken {
            target.insert(key, new);
        }
    }
    Ok(())
}
