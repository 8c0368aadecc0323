//! From Go's dialect of regular expressions to that of the `regex` crate.
//!
//! Go's `\d`, `\w`, `\s` and `\b` know ASCII only; `[` and `&&` within a class, and `{` that counts
//! nothing, are plain characters there; `\Q…\E` quotes.

use regex::Regex;
use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, parse::Parser};

/// How often Go lets a pattern repeat something, repetitions within repetitions multiplied.
const MOST_REPEATED: u32 = 1000;

/// Compiles a pattern written for Go.
///
/// # Errors
/// It is no pattern, or too large a one.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    if let Some(name) = misnamed(pattern) {
        return Err(format!("error parsing regexp: invalid named capture: `{name}`: `{pattern}`"));
    }
    let translated = translate(pattern);
    if Parser::new().parse(&translated).is_ok_and(|ast| !repeats_at_most(&ast, MOST_REPEATED)) {
        return Err(format!("error parsing regexp: invalid repeat count: `{pattern}`"));
    }
    Regex::new(&translated).map_err(|e| {
        // The first lines draw the pattern; the last one says what is wrong.
        let text = e.to_string();
        let said = text.lines().last().unwrap_or("").trim_start_matches("error: ");
        format!("error parsing regexp: {said}: `{pattern}`")
    })
}

/// `repeatIsValid` of Go's `regexp/syntax`. The parser bounds how deep a pattern is.
fn repeats_at_most(ast: &Ast, most: u32) -> bool {
    match ast {
        Ast::Repetition(repetition) => {
            let count = match &repetition.op.kind {
                RepetitionKind::Range(RepetitionRange::Exactly(count) | RepetitionRange::AtLeast(count)) => *count,
                RepetitionKind::Range(RepetitionRange::Bounded(_, count)) => *count,
                _ => 1,
            };
            count <= most && repeats_at_most(&repetition.ast, most / count.max(1))
        }
        Ast::Group(group) => repeats_at_most(&group.ast, most),
        Ast::Alternation(all) => all.asts.iter().all(|one| repeats_at_most(one, most)),
        Ast::Concat(all) => all.asts.iter().all(|one| repeats_at_most(one, most)),
        _ => true,
    }
}

/// The name of a group that Go takes for none: it knows letters, digits and `_`.
fn misnamed(pattern: &str) -> Option<&str> {
    let mut groups = pattern.split("(?P<").skip(1).chain(pattern.split("(?<").skip(1));
    groups.find_map(|rest| {
        let name = rest.split('>').next()?;
        let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (!is_word).then_some(name)
    })
}

fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = match c {
            '\\' => escape(rest, &mut out, false),
            '[' => class(rest, &mut out),
            '{' if !counts(rest) => literal(c, rest, &mut out),
            _ => keep(c, rest, &mut out),
        };
    }
    out
}

fn keep<'a>(c: char, rest: &'a str, out: &mut String) -> &'a str {
    out.push(c);
    rest.get(c.len_utf8()..).unwrap_or("")
}

fn literal<'a>(c: char, rest: &'a str, out: &mut String) -> &'a str {
    out.push('\\');
    keep(c, rest, out)
}

/// Whether this `{` starts a repetition: `{2}`, `{2,}`, `{2,3}`.
fn counts(rest: &str) -> bool {
    let Some((inner, _)) = rest.get(1..).and_then(|r| r.split_once('}')) else {
        return false;
    };
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

/// An escape, alone or within a class. Returns what follows it.
fn escape<'a>(rest: &'a str, out: &mut String, in_class: bool) -> &'a str {
    let Some(c) = rest.chars().nth(1) else {
        out.push('\\');
        return "";
    };
    let after = rest.get(1 + c.len_utf8()..).unwrap_or("");
    let set = match c {
        'd' | 'D' => "0-9",
        'w' | 'W' => "0-9A-Za-z_",
        's' | 'S' => r"\t\n\f\r ",
        'b' if !in_class => {
            out.push_str(r"(?-u:\b)");
            return after;
        }
        'Q' if !in_class => {
            let (quoted, after) = after.split_once(r"\E").unwrap_or((after, ""));
            out.push_str(&regex::escape(quoted));
            return after;
        }
        _ => {
            out.push('\\');
            out.push(c);
            // `\p{Greek}` and `\x{41}`: these braces do not count.
            let named = matches!(c, 'p' | 'P' | 'x') && after.starts_with('{');
            let end = after.find('}').filter(|_| named).map_or(0, |i| i + 1);
            let (name, after) = after.split_at(end);
            out.push_str(name);
            return after;
        }
    };
    out.push_str(match (c.is_ascii_uppercase(), in_class) {
        (true, _) => "[^",
        (false, false) => "[",
        (false, true) => "",
    });
    out.push_str(set);
    if c.is_ascii_uppercase() || !in_class {
        out.push(']');
    }
    after
}

/// A class from its `[` on. Returns what follows its `]`.
fn class<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let mut rest = keep('[', rest, out);
    if rest.starts_with('^') {
        rest = keep('^', rest, out);
    }
    // A `]` that comes first is a member.
    if rest.starts_with(']') {
        rest = literal(']', rest, out);
    }
    while let Some(c) = rest.chars().next() {
        rest = match c {
            ']' => return keep(c, rest, out),
            '\\' => escape(rest, out, true),
            '[' if rest.starts_with("[:") => match rest.find(":]") {
                Some(end) => {
                    let (name, after) = rest.split_at(end + 2);
                    out.push_str(name);
                    after
                }
                None => literal(c, rest, out),
            },
            '[' | '&' | '~' => literal(c, rest, out),
            _ => keep(c, rest, out),
        };
    }
    rest
}
