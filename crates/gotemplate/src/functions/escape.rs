//! `html`, `js`, `urlquery`: escaping for other languages.

use super::{Arity::AtLeast, Row, builtin::print};
use std::fmt::Write;

pub(super) const TABLE: &[Row] = &[
    ("html", AtLeast(0), |c, a| Ok(html(&print(c, a)?).into())),
    ("js", AtLeast(0), |c, a| Ok(js(&print(c, a)?).into())),
    ("urlquery", AtLeast(0), |c, a| Ok(query(&print(c, a)?).into())),
];

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
            c if c.is_ascii() || !c.is_control() => out.push(c),
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
