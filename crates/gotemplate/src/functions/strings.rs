//! sprig: text in, text out.

use super::{
    Arity::{AtLeast, Exactly},
    Outcome, Row,
    args::{any, int, shown, shown_list, size, text, texts},
    builtin::cut,
    words::{lower, upper},
};
use crate::{
    error::Failure,
    exec::Context,
    value::{Quote, Value, go_quote},
};
use std::rc::Rc;

pub(super) const TABLE: &[Row] = &[
    ("upper", Exactly(1), |_, a| Ok(text(a, 0)?.chars().map(upper).collect::<String>().into())),
    ("lower", Exactly(1), |_, a| Ok(text(a, 0)?.chars().map(lower).collect::<String>().into())),
    ("trim", Exactly(1), |_, a| Ok(text(a, 0)?.trim().into())),
    ("trimAll", Exactly(2), trim_all),
    ("trimall", Exactly(2), trim_all),
    ("trimPrefix", Exactly(2), |_, a| {
        let (prefix, s) = (text(a, 0)?, text(a, 1)?);
        Ok(s.strip_prefix(&*prefix).unwrap_or(&s).into())
    }),
    ("trimSuffix", Exactly(2), |_, a| {
        let (suffix, s) = (text(a, 0)?, text(a, 1)?);
        Ok(s.strip_suffix(&*suffix).unwrap_or(&s).into())
    }),
    ("contains", Exactly(2), |_, a| Ok(text(a, 1)?.contains(&*text(a, 0)?).into())),
    ("hasPrefix", Exactly(2), |_, a| Ok(text(a, 1)?.starts_with(&*text(a, 0)?).into())),
    ("hasSuffix", Exactly(2), |_, a| Ok(text(a, 1)?.ends_with(&*text(a, 0)?).into())),
    ("replace", Exactly(3), replace),
    ("repeat", Exactly(2), |c, a| repeat(c, size(a, 0)?, &text(a, 1)?)),
    ("substr", Exactly(3), |_, a| substr(a)),
    ("trunc", Exactly(2), |_, a| trunc(a)),
    ("nospace", Exactly(1), |_, a| Ok(text(a, 0)?.split_whitespace().collect::<String>().into())),
    ("quote", AtLeast(0), |c, a| quote(c, a)),
    ("squote", AtLeast(0), |c, a| squote(c, a)),
    ("cat", AtLeast(0), |c, a| cat(c, a)),
    ("indent", Exactly(2), |c, a| indent(c, a, "")),
    ("nindent", Exactly(2), |c, a| indent(c, a, "\n")),
    ("plural", Exactly(3), |_, a| Ok(any(a, usize::from(int(a, 2)? != 1)).clone())),
    ("toString", Exactly(1), |c, a| Ok(shown(c, any(a, 0))?.into())),
    ("toStrings", Exactly(1), |c, a| Ok(texts(shown_list(c, any(a, 0))?))),
    ("join", Exactly(2), |c, a| join(c, a)),
    ("split", Exactly(2), |_, a| Ok(numbered(text(a, 1)?.split_go(&text(a, 0)?, None)))),
    ("splitn", Exactly(3), |_, a| {
        let (separator, n, s) = (text(a, 0)?, int(a, 1)?, text(a, 2)?);
        Ok(numbered(s.split_go(&separator, usize::try_from(n).ok())))
    }),
    ("splitList", Exactly(2), |_, a| Ok(texts(text(a, 1)?.split_go(&text(a, 0)?, None)))),
    ("regexQuoteMeta", Exactly(1), |_, a| Ok(quote_meta(&text(a, 0)?).into())),
];

/// Go's `strings.Split` and `SplitN`.
trait Split {
    /// At most `limit` parts; an empty separator splits into characters.
    fn split_go(&self, separator: &str, limit: Option<usize>) -> Vec<&str>;
}

impl Split for str {
    fn split_go(&self, separator: &str, limit: Option<usize>) -> Vec<&str> {
        let limit = limit.unwrap_or(usize::MAX);
        if limit == 0 {
            return Vec::new();
        }
        if !separator.is_empty() {
            return self.splitn(limit, separator).collect();
        }
        let mut parts = Vec::new();
        let mut rest = self;
        while let Some(c) = rest.chars().next() {
            if parts.len() + 1 == limit {
                parts.push(rest);
                break;
            }
            let (head, tail) = rest.split_at(c.len_utf8());
            parts.push(head);
            rest = tail;
        }
        parts
    }
}

/// Parts under the keys `_0`, `_1`, …
fn numbered(parts: Vec<&str>) -> Value {
    Value::map(parts.into_iter().enumerate().map(|(i, s)| (format!("_{i}"), s.into())))
}

fn trim_all(_: &Context<'_>, args: &[Value]) -> Outcome {
    let (set, s) = (text(args, 0)?, text(args, 1)?);
    Ok(s.trim_matches(|c| set.contains(c)).into())
}

fn replace(context: &Context<'_>, args: &[Value]) -> Outcome {
    let (old, new, s) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let count = s.matches(&*old).count();
    context.fits(s.len().saturating_add(count.saturating_mul(new.len())))?;
    Ok(s.replace(&*old, &new).into())
}

fn repeat(context: &Context<'_>, count: usize, s: &str) -> Outcome {
    context.fits(count.saturating_mul(s.len()))?;
    Ok(s.repeat(count).into())
}

fn substr(args: &[Value]) -> Outcome {
    let (start, end, s) = (int(args, 0)?, int(args, 1)?, text(args, 2)?);
    let len = s.len();
    let bound = |i: i64| usize::try_from(i).ok().filter(|u| *u <= len);
    let range = match (bound(start), bound(end)) {
        (_, Some(end)) if start < 0 => Some((0, end)),
        (Some(start), None) => Some((start, len)),
        (Some(start), Some(end)) if start <= end => Some((start, end)),
        _ => None,
    };
    let (from, to) = range.ok_or_else(|| format!("slice bounds out of range [{start}:{end}]"))?;
    Ok(cut(&s, from, to).into())
}

/// The first `n` bytes, or with a negative `n` the last.
fn trunc(args: &[Value]) -> Outcome {
    let (n, s) = (int(args, 0)?, text(args, 1)?);
    let len = s.len();
    let bytes = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(if bytes >= len {
        s.into()
    } else if n < 0 {
        cut(&s, len - bytes, len).into()
    } else {
        cut(&s, 0, bytes).into()
    })
}

/// All values but nil in double quotes, with Go's escapes.
fn quote(context: &Context<'_>, args: &[Value]) -> Outcome {
    each(context, args, |s| go_quote(s, Quote::Double))
}

fn squote(context: &Context<'_>, args: &[Value]) -> Outcome {
    each(context, args, |s| format!("'{s}'"))
}

fn each(context: &Context<'_>, args: &[Value], form: fn(&str) -> String) -> Outcome {
    let mut out = Vec::with_capacity(args.len());
    for arg in args.iter().filter(|v| !v.is_nil()) {
        out.push(form(&shown(context, arg)?));
    }
    Ok(out.join(" ").into())
}

/// All values but nil, with a space between them; space around the whole is cut.
///
/// As in sprig it is the separators that are trimmed, not the values.
fn cat(context: &Context<'_>, args: &[Value]) -> Outcome {
    let parts =
        args.iter().filter(|v| !v.is_nil()).map(|v| shown(context, v)).collect::<Result<Vec<Rc<str>>, Failure>>()?;
    Ok(parts.join(" ").into())
}

fn indent(context: &Context<'_>, args: &[Value], before: &str) -> Outcome {
    let (spaces, s) = (size(args, 0)?, text(args, 1)?);
    let breaks = s.bytes().filter(|b| *b == b'\n').count() + 1;
    context.fits(s.len().saturating_add(breaks.saturating_mul(spaces)))?;
    let pad = " ".repeat(spaces);
    let mut out = String::with_capacity(before.len() + s.len() + breaks * spaces);
    out.push_str(before);
    for (i, line) in s.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        out.push_str(&pad);
        out.push_str(line);
    }
    Ok(out.into())
}

fn join(context: &Context<'_>, args: &[Value]) -> Outcome {
    let separator = text(args, 0)?;
    let parts = shown_list(context, any(args, 1))?;
    let bytes = parts.iter().map(|s| s.len() + separator.len()).sum();
    context.fits(bytes)?;
    Ok(parts.join(&*separator).into())
}

fn quote_meta(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
