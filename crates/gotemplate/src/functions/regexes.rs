//! sprig: regular expressions.
//!
//! Neither Go nor Rust has look-around or back-references; where their dialects differ, patterns are
//! translated. `must…` differs from its twin only in `regexMatch`.

use super::{
    Arity::Exactly,
    Outcome, Row,
    args::{int, text, texts},
};
use crate::{exec::Context, value::Value};
use regex::{Captures, Match};

pub(super) const TABLE: &[Row] = &[
    ("regexMatch", Exactly(2), |c, a| {
        let (pattern, s) = (text(a, 0)?, text(a, 1)?);
        Ok(c.regex(&pattern).is_ok_and(|r| r.is_match(&s)).into())
    }),
    ("mustRegexMatch", Exactly(2), |c, a| Ok(c.regex(&text(a, 0)?)?.is_match(&text(a, 1)?).into())),
    ("regexFind", Exactly(2), find),
    ("mustRegexFind", Exactly(2), find),
    ("regexFindAll", Exactly(3), find_all),
    ("mustRegexFindAll", Exactly(3), find_all),
    ("regexReplaceAll", Exactly(3), |c, a| replace(c, a, false)),
    ("mustRegexReplaceAll", Exactly(3), |c, a| replace(c, a, false)),
    ("regexReplaceAllLiteral", Exactly(3), |c, a| replace(c, a, true)),
    ("mustRegexReplaceAllLiteral", Exactly(3), |c, a| replace(c, a, true)),
    ("regexSplit", Exactly(3), split),
    ("mustRegexSplit", Exactly(3), split),
];

fn find(context: &Context<'_>, args: &[Value]) -> Outcome {
    let (regex, s) = (context.regex(&text(args, 0)?)?, text(args, 1)?);
    Ok(regex.find(&s).map_or("", |m| m.as_str()).into())
}

/// At most `n` matches; all of them if `n` is negative.
fn find_all(context: &Context<'_>, args: &[Value]) -> Outcome {
    let (regex, s, n) = (context.regex(&text(args, 0)?)?, text(args, 1)?, int(args, 2)?);
    let limit = usize::try_from(n).unwrap_or(usize::MAX);
    Ok(texts(regex.find_iter(&s).take(limit).map(|m| m.as_str())))
}

fn replace(context: &Context<'_>, args: &[Value], literal: bool) -> Outcome {
    let (regex, s, replacement) = (context.regex(&text(args, 0)?)?, text(args, 1)?, text(args, 2)?);
    let matches = regex.find_iter(&s).count();
    let references = replacement.matches('$').count();
    let grown = matches.saturating_mul(replacement.len().saturating_add(references.saturating_mul(s.len())));
    if grown > 1 << 20 {
        context.fits(s.len().saturating_add(matches.saturating_mul(replacement.len())))?;
        context.charge(grown / 64)?;
    }
    Ok(if literal {
        regex.replace_all(&s, regex::NoExpand(&replacement)).into_owned().into()
    } else {
        regex.replace_all(&s, |found: &Captures<'_>| expand(&replacement, found)).into_owned().into()
    })
}

/// A replacement with what it refers to, by Go's rules: a `$` that refers to nothing is a `$`.
fn expand(replacement: &str, found: &Captures<'_>) -> String {
    let mut out = String::with_capacity(replacement.len());
    let mut rest = replacement;
    while let Some((plain, after)) = rest.split_once('$') {
        out.push_str(plain);
        rest = if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            after
        } else if let Some((name, after)) = reference(after) {
            out.push_str(group(name, found).map_or("", |group| group.as_str()));
            after
        } else {
            out.push('$');
            after
        };
    }
    out.push_str(rest);
    out
}

/// The name in `name…` or `{name}…`, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{');
    let start = inner.unwrap_or(text);
    let end = start.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(start.len());
    let (name, after) = start.split_at(end);
    let after = if inner.is_some() { after.strip_prefix('}')? } else { after };
    (!name.is_empty()).then_some((name, after))
}

fn group<'h>(name: &str, found: &Captures<'h>) -> Option<Match<'h>> {
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    match name.parse() {
        Ok(number) if is_number => found.get(number),
        _ => found.name(name),
    }
}

/// The parts between matches: at most `n`, all of them if `n` is negative, none if it is 0.
fn split(context: &Context<'_>, args: &[Value]) -> Outcome {
    let (regex, s, n) = (context.regex(&text(args, 0)?)?, text(args, 1)?, int(args, 2)?);
    let limit = usize::try_from(n).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    if limit == 0 {
        return Ok(texts(parts));
    }
    // Go skips an empty match at the very start, and splits nothing off after an empty one at the end.
    let mut from = 0;
    let mut end = 0;
    for found in regex.find_iter(&s) {
        if parts.len() + 1 == limit {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            parts.push(s.get(from..end).unwrap_or("").to_owned());
        }
        from = found.end();
    }
    if end != s.len() || parts.is_empty() {
        parts.push(s.get(from..).unwrap_or("").to_owned());
    }
    Ok(texts(parts))
}
