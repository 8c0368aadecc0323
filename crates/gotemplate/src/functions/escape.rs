//! `html`, `js`, `urlquery`: escaping for other languages.

use super::{Arity::AtLeast, Row, builtin::print};
use crate::{
    error::Failure,
    exec::Context,
    templates::NO_VALUE,
    value::{Value, printable},
};
use std::fmt::Write;

pub(super) const TABLE: &[Row] = &[
    ("html", AtLeast(0), |c, a| Ok(html(&shown(c, a)?).into())),
    ("js", AtLeast(0), |c, a| Ok(js(&shown(c, a)?).into())),
    ("urlquery", AtLeast(0), |c, a| Ok(query(&shown(c, a)?).into())),
];

/// The values as `print` has them, nil as no value.
fn shown(context: &Context<'_>, args: &[Value]) -> Result<String, Failure> {
    let there: Vec<Value> = args.iter().map(|v| if v.is_nil() { NO_VALUE.into() } else { v.clone() }).collect();
    print(context, &there)
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' => _ = write!(out, "\\u{:04X}", u32::from(c)),
            c if c < ' ' => _ = write!(out, "\\u{:04X}", u32::from(c)),
            c if c.is_ascii() || printable(c) => out.push(c),
            c => _ = write!(out, "\\u{:04X}", u32::from(c)),
        }
    }
    out
}

/// Text for the query of a URL: a space becomes `+`.
fn query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(b)),
            b' ' => out.push('+'),
            b => _ = write!(out, "%{b:02X}"),
        }
    }
    out
}
