//! `printf`, with Go's verbs, flags, widths and its words for what does not fit.

use super::{Outcome, args::text};
use crate::{
    error::Failure,
    exec::Context,
    value::{
        MAX_NESTING, Quote, TOO_DEEP, TOO_LONG, Value, binary, float, go_quote, hexadecimal, printable, with_exponent,
    },
};
use std::fmt::Write;

/// Go's bound of widths and precisions that are arguments.
const MAX_WIDTH: usize = 1_000_000;

/// Go's bound of widths and precisions written in the format: it stops at one digit more.
const MAX_LITERAL: usize = 9_999_999;

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Default)]
struct Spec {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

pub(super) fn printf(context: &Context<'_>, args: &[Value]) -> Outcome {
    let format = text(args, 0)?;
    let mut printer = Printer {
        args: args.get(1..).unwrap_or_default(),
        next: 0,
        reordered: false,
        good_index: true,
        out: String::new(),
        max: context.max_bytes(),
    };
    let mut rest = &*format;
    while let Some(i) = rest.find('%') {
        let (plain, directive) = rest.split_at(i);
        printer.out.push_str(plain);
        rest = printer.directive(directive.get(1..).unwrap_or(""))?;
    }
    printer.out.push_str(rest);
    printer.extra()?;
    Ok(printer.out.into())
}

struct Printer<'a> {
    args: &'a [Value],
    next: usize,
    /// An index such as `%[2]d` was used: what is left over is no mistake then.
    reordered: bool,
    /// The indexes of the current directive name arguments.
    good_index: bool,
    out: String,
    max: usize,
}

impl Printer<'_> {
    /// One directive, after its `%`. Returns what follows it.
    fn directive<'f>(&mut self, text: &'f str) -> Result<&'f str, Failure> {
        let mut spec = Spec::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match c {
                '-' => {
                    spec.minus = true;
                    spec.zero = false;
                }
                '+' => spec.plus = true,
                '#' => spec.sharp = true,
                ' ' => spec.space = true,
                '0' => spec.zero = !spec.minus,
                _ => break,
            }
            rest = rest.get(1..).unwrap_or("");
        }
        self.good_index = true;
        rest = self.index(rest);
        rest = self.number(rest, "%!(BADWIDTH)", &mut spec, false);
        if let Some(after) = rest.strip_prefix('.') {
            spec.precision = Some(0);
            rest = self.index(after);
            rest = self.number(rest, "%!(BADPREC)", &mut spec, true);
        }
        rest = self.index(rest);
        let mut chars = rest.chars();
        let Some(verb) = chars.next() else {
            self.out.push_str("%!(NOVERB)");
            return Ok("");
        };
        if verb == '%' {
            self.out.push('%');
        } else if !self.good_index {
            _ = write!(self.out, "%!{verb}(BADINDEX)");
        } else if let Some(value) = self.args.get(self.next) {
            self.next += 1;
            self.value(value, verb, spec, 0)?;
        } else {
            self.out.push_str("%!");
            self.out.push(verb);
            self.out.push_str("(MISSING)");
        }
        if self.out.len() > self.max {
            return Err(TOO_LONG.into());
        }
        Ok(chars.as_str())
    }

    /// `[n]`: the argument that comes next, counted from 1.
    fn index<'f>(&mut self, text: &'f str) -> &'f str {
        let Some(inner) = text.strip_prefix('[') else {
            return text;
        };
        self.reordered = true;
        let Some((number, rest)) = inner.split_once(']') else {
            self.good_index = false;
            return inner;
        };
        match number.parse::<usize>() {
            Ok(n) if (1..=self.args.len()).contains(&n) => self.next = n - 1,
            _ => self.good_index = false,
        }
        rest
    }

    /// A width or precision: digits, or `*` for the next argument.
    fn number<'f>(&mut self, text: &'f str, bad: &str, spec: &mut Spec, precision: bool) -> &'f str {
        let (value, rest) = if let Some(rest) = text.strip_prefix('*') {
            let arg = self.args.get(self.next);
            self.next += 1;
            match arg {
                Some(Value::Int(n)) if n.unsigned_abs() <= MAX_WIDTH as u64 => {
                    if *n < 0 && !precision {
                        spec.minus = true;
                        spec.zero = false;
                    }
                    let wanted = if *n < 0 && precision { None } else { Some(*n) };
                    (wanted.and_then(|n| usize::try_from(n.unsigned_abs()).ok()), rest)
                }
                _ => {
                    self.out.push_str(bad);
                    (None, rest)
                }
            }
        } else {
            let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = text.split_at(digits);
            if number.is_empty() {
                return rest;
            }
            match number.parse::<usize>() {
                Ok(n) if n <= MAX_LITERAL => (Some(n), rest),
                // Go gives up on the format here.
                _ => (None, ""),
            }
        };
        if precision {
            spec.precision = value;
        } else {
            spec.width = value;
        }
        rest
    }

    /// Arguments that no directive took.
    fn extra(&mut self) -> Result<(), Failure> {
        let rest = self.args.get(self.next..).unwrap_or_default();
        if rest.is_empty() || self.reordered {
            return Ok(());
        }
        self.out.push_str("%!(EXTRA ");
        for (i, value) in rest.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            if value.is_nil() {
                self.out.push_str("<nil>");
                continue;
            }
            _ = write!(self.out, "{}=", value.type_name());
            self.value(value, 'v', Spec::default(), 0)?;
        }
        self.out.push(')');
        Ok(())
    }

    fn value(&mut self, value: &Value, verb: char, spec: Spec, depth: usize) -> Result<(), Failure> {
        if depth > MAX_NESTING {
            return Err(TOO_DEEP.into());
        }
        if self.out.len() > self.max {
            return Err(TOO_LONG.into());
        }
        if verb == 'T' && depth == 0 {
            self.pad(value.type_name(), spec);
            return Ok(());
        }
        // `%+v` asks for the names of fields, not for signs.
        let plus = spec.plus && verb != 'v';
        let spec = Spec { plus, ..spec };
        match value {
            Value::Nil if verb == 'v' && spec.sharp && depth > 0 => self.pad("interface {}(nil)", spec),
            Value::Nil if verb == 'v' || depth > 0 => self.pad("<nil>", spec),
            Value::Nil => _ = write!(self.out, "%!{verb}(<nil>)"),
            Value::Bool(b) if matches!(verb, 't' | 'v') => self.pad(if *b { "true" } else { "false" }, spec),
            Value::Int(i) => self.int(*i, verb, spec)?,
            Value::Float(f) => self.float(*f, verb, spec)?,
            Value::Str(s) => self.text(s, verb, spec)?,
            Value::List(items) => {
                let (open, separator, close) =
                    if verb == 'v' && spec.sharp { ("[]interface {}{", ", ", '}') } else { ("[", " ", ']') };
                self.out.push_str(open);
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        self.out.push_str(separator);
                    }
                    self.value(item, verb, spec, depth + 1)?;
                }
                self.out.push(close);
            }
            Value::Map(map) => {
                let (open, separator, close) = if verb == 'v' && spec.sharp {
                    ("map[string]interface {}{", ", ", '}')
                } else {
                    ("map[", " ", ']')
                };
                self.out.push_str(open);
                for (i, (key, item)) in map.entries().into_iter().enumerate() {
                    if i > 0 {
                        self.out.push_str(separator);
                    }
                    self.text(&key, verb, spec)?;
                    self.out.push(':');
                    self.value(&item, verb, spec, depth + 1)?;
                }
                self.out.push(close);
            }
            Value::Object(o) => self.value(&o.value(), verb, spec, depth + 1)?,
            other @ Value::Bool(_) => self.bad(other, verb, spec)?,
        }
        Ok(())
    }

    /// Go's words for a verb that the value's kind has not: the value as it is, but as wide as was asked for.
    fn bad(&mut self, value: &Value, verb: char, spec: Spec) -> Result<(), Failure> {
        _ = write!(self.out, "%!{verb}({}=", value.type_name());
        self.value(value, 'v', Spec { sharp: false, ..spec }, 0)?;
        self.out.push(')');
        Ok(())
    }

    fn text(&mut self, s: &str, verb: char, spec: Spec) -> Result<(), Failure> {
        let cut: String = match spec.precision {
            Some(p) if verb != 'x' && verb != 'X' => s.chars().take(p).collect(),
            _ => s.to_owned(),
        };
        match verb {
            'v' if spec.sharp => self.pad(&go_quote(&cut, Quote::Double), spec),
            's' | 'v' => self.pad(&cut, spec),
            'q' if spec.sharp && !cut.contains('`') && !cut.chars().any(char::is_control) => {
                self.pad(&format!("`{cut}`"), spec);
            }
            'q' => {
                let quote = if spec.plus { Quote::Ascii } else { Quote::Double };
                self.pad(&go_quote(&cut, quote), spec);
            }
            'x' | 'X' => {
                let mut hex = String::with_capacity(s.len() * 2);
                for (i, b) in s.bytes().take(spec.precision.unwrap_or(usize::MAX)).enumerate() {
                    if i > 0 && spec.space {
                        hex.push(' ');
                    }
                    if spec.sharp && (i == 0 || spec.space) {
                        hex.push_str("0x");
                    }
                    _ = write!(hex, "{b:02x}");
                }
                let hex = if verb == 'X' { hex.to_uppercase() } else { hex };
                self.pad(&hex, spec);
            }
            _ => self.bad(&Value::from(s), verb, spec)?,
        }
        Ok(())
    }

    fn int(&mut self, i: i64, verb: char, spec: Spec) -> Result<(), Failure> {
        let magnitude = i.unsigned_abs();
        let (digits, prefix) = match verb {
            'd' | 'v' => (magnitude.to_string(), ""),
            'b' => (format!("{magnitude:b}"), if spec.sharp { "0b" } else { "" }),
            'o' => (format!("{magnitude:o}"), if spec.sharp { "0" } else { "" }),
            'O' => (format!("{magnitude:o}"), "0o"),
            'x' => (format!("{magnitude:x}"), if spec.sharp { "0x" } else { "" }),
            'X' => (format!("{magnitude:X}"), if spec.sharp { "0X" } else { "" }),
            'c' | 'q' | 'U' => {
                let c = u32::try_from(i).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                let shown = match verb {
                    'c' => c.to_string(),
                    'q' => quote_char(c),
                    _ if spec.sharp && (c == ' ' || printable(c)) => format!("U+{magnitude:04X} '{c}'"),
                    _ => format!("U+{magnitude:04X}"),
                };
                self.pad(&shown, spec);
                return Ok(());
            }
            _ => return self.bad(&Value::Int(i), verb, spec),
        };
        let digits = match spec.precision {
            Some(0) if i == 0 => String::new(),
            Some(p) => format!("{}{digits}", "0".repeat(p.saturating_sub(digits.len()))),
            None => digits,
        };
        let prefix = if verb == 'o' && digits.starts_with('0') { "" } else { prefix };
        let sign = sign(i < 0, spec);
        let zero = spec.zero && spec.precision.is_none();
        self.number_padded(sign, prefix, &digits, Spec { zero, ..spec });
        Ok(())
    }

    fn float(&mut self, f: f64, verb: char, spec: Spec) -> Result<(), Failure> {
        let magnitude = f.abs();
        let digits = match verb {
            'v' | 'g' | 'G' => general(magnitude, spec.precision, spec.sharp && verb != 'v'),
            'f' | 'F' => format!("{magnitude:.*}", spec.precision.unwrap_or(6)),
            'e' | 'E' => scientific(magnitude, spec.precision.unwrap_or(6)),
            'x' if spec.sharp => pointed(&hexadecimal(magnitude, spec.precision), spec.precision.unwrap_or(6)),
            'X' if spec.sharp => pointed(&hexadecimal(magnitude, spec.precision), 0),
            'x' | 'X' => hexadecimal(magnitude, spec.precision),
            'b' => binary(magnitude),
            _ => return self.bad(&Value::Float(f), verb, spec),
        };
        let digits = if f.is_nan() {
            "NaN".into()
        } else if f.is_infinite() {
            "Inf".into()
        } else if matches!(verb, 'G' | 'E' | 'X') {
            digits.to_uppercase()
        } else {
            digits
        };
        let plus = spec.plus || f.is_infinite();
        let zero = spec.zero && f.is_finite();
        let spec = Spec { plus, zero, ..spec };
        let negative = f.is_sign_negative() && !f.is_nan();
        self.number_padded(sign(negative, spec), "", &digits, spec);
        Ok(())
    }

    /// Pads a number: zeros go between sign and digits; a prefix is not counted then.
    fn number_padded(&mut self, sign: &str, prefix: &str, digits: &str, spec: Spec) {
        if spec.zero {
            let width = spec.width.unwrap_or(0);
            let zeros = width.saturating_sub(sign.len() + digits.len());
            self.out.push_str(sign);
            self.out.push_str(prefix);
            self.out.extend(std::iter::repeat_n('0', zeros));
            self.out.push_str(digits);
        } else {
            self.pad(&format!("{sign}{prefix}{digits}"), spec);
        }
    }

    /// Appends `text`, padded to the width.
    fn pad(&mut self, text: &str, spec: Spec) {
        let fill = spec.width.map_or(0, |w| w.saturating_sub(text.chars().count()));
        if spec.minus {
            self.out.push_str(text);
        }
        let with = if spec.zero && !spec.minus { '0' } else { ' ' };
        self.out.extend(std::iter::repeat_n(with, fill));
        if !spec.minus {
            self.out.push_str(text);
        }
    }
}

fn sign(negative: bool, spec: Spec) -> &'static str {
    match (negative, spec.plus, spec.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// `%#x` of a float: with a point, and with zeros up to so many digits. Go counts the `x` as one.
fn pointed(text: &str, wanted: usize) -> String {
    let (number, power) = text.split_once('p').unwrap_or((text, "+00"));
    let digits = number.chars().filter(|c| *c != '.').skip_while(|c| *c == '0').count();
    let point = if number.contains('.') { "" } else { "." };
    format!("{number}{point}{}p{power}", "0".repeat(wanted.saturating_sub(digits)))
}

fn quote_char(c: char) -> String {
    match c {
        '\'' => "'\\''".into(),
        '"' => "'\"'".into(),
        c => {
            let quoted = go_quote(&c.to_string(), Quote::Double);
            let inner = quoted.get(1..quoted.len() - 1).unwrap_or("");
            format!("'{inner}'")
        }
    }
}

/// `%g`: the shortest digits, or `precision` significant ones without trailing zeros.
fn general(f: f64, precision: Option<usize>, keep_zeros: bool) -> String {
    let Some(precision) = precision.or(keep_zeros.then_some(6)) else {
        return float(f);
    };
    let precision = precision.max(1);
    let text = format!("{f:.*e}", precision - 1);
    let Some((mantissa, exp)) = text.split_once('e') else {
        return text;
    };
    let exp: i32 = exp.parse().unwrap_or(0);
    let trim = |s: &str| -> String {
        if s.contains('.') && !keep_zeros {
            s.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            s.to_owned()
        }
    };
    let below = i32::try_from(precision).unwrap_or(i32::MAX);
    if exp < -4 || exp >= below {
        return with_exponent(&trim(mantissa), exp);
    }
    let decimals = usize::try_from(below.saturating_sub(1).saturating_sub(exp)).unwrap_or(0);
    trim(&format!("{f:.decimals$}"))
}

fn scientific(f: f64, precision: usize) -> String {
    let text = format!("{f:.precision$e}");
    match text.split_once('e') {
        Some((mantissa, exp)) => with_exponent(mantissa, exp.parse().unwrap_or(0)),
        None => text,
    }
}
