//! sprig: semantic versions and constraints on them.
//!
//! Versions are read loosely: a leading `v` and missing parts are fine. The rules of constraints
//! (`^`, `~`, `x`, ranges, prereleases only where asked for) are those of Masterminds/semver 3.5.

use super::{
    Arity::Exactly,
    Row,
    args::{any, text},
};
use crate::value::{Object, Value};
use semver::{BuildMetadata, Prerelease, Version};
use std::cmp::Ordering;

pub(super) const TABLE: &[Row] = &[
    ("semver", Exactly(1), |_, a| {
        let original = text(a, 0)?;
        let version = version(&original)?;
        Ok(Value::object(Parsed { version, original: (*original).into() }))
    }),
    ("semverCompare", Exactly(2), |_, a| {
        let (constraint, found) = (text(a, 0)?, text(a, 1)?);
        let groups = constraints(&constraint)?;
        let found = version(&found)?;
        Ok(groups.iter().any(|group| group.allows(&found)).into())
    }),
];

/// A version as templates see it: `.Major`, `.Prerelease`, `.Compare other`, …
struct Parsed {
    version: Version,
    original: String,
}

impl Object for Parsed {
    fn field(&self, name: &str) -> Option<Value> {
        let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        Some(match name {
            "Major" => number(self.version.major),
            "Minor" => number(self.version.minor),
            "Patch" => number(self.version.patch),
            "Prerelease" => self.version.pre.as_str().into(),
            "Metadata" => self.version.build.as_str().into(),
            "Original" => self.original.as_str().into(),
            "String" => self.version.to_string().into(),
            _ => return None,
        })
    }

    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        let other = match any(args, 0) {
            Value::Object(o) => o.value().to_string(),
            other => return Err(format!("{name} wants a version, not {}", other.type_name())),
        };
        let ordering = self.version.cmp_precedence(&version(&other)?);
        Ok(match name {
            "Compare" => Value::Int(ordering as i64),
            "Equal" => (ordering == Ordering::Equal).into(),
            "LessThan" => (ordering == Ordering::Less).into(),
            "GreaterThan" => (ordering == Ordering::Greater).into(),
            _ => {
                return Err(format!("can't evaluate field {name} in type {}", self.type_name()));
            }
        })
    }

    fn type_name(&self) -> &str {
        "*semver.Version"
    }

    fn value(&self) -> Value {
        self.version.to_string().into()
    }
}

/// Up to three numbers, then `-prerelease` and `+build`. `wild` allows `x`, `X` and `*` for numbers.
struct Loose<'a> {
    numbers: Vec<&'a str>,
    pre: &'a str,
    build: &'a str,
}

/// Reads a loose version at the start of `text`; returns what follows it.
fn loose(text: &str, wild: bool) -> Option<(Loose<'_>, &str)> {
    let is_number = |c: char| c.is_ascii_digit() || (wild && matches!(c, 'x' | 'X' | '*'));
    let mut rest = text.strip_prefix('v').unwrap_or(text);
    let mut numbers = Vec::new();
    loop {
        let (number, after) = take(rest, is_number);
        if number.is_empty() {
            return None;
        }
        numbers.push(number);
        rest = after;
        match rest.strip_prefix('.') {
            Some(after) if numbers.len() < 3 && after.starts_with(is_number) => rest = after,
            _ => break,
        }
    }
    let is_identifier = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let mut suffix = |mark: char| match rest.strip_prefix(mark) {
        Some(after) if after.starts_with(|c| is_identifier(c) && c != '.') => {
            let (part, after) = take(after, is_identifier);
            rest = after;
            part
        }
        _ => "",
    };
    let pre = suffix('-');
    let build = suffix('+');
    Some((Loose { numbers, pre, build }, rest))
}

fn take(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

fn version(text: &str) -> Result<Version, String> {
    match loose(text, false) {
        Some((loose, "")) => loose.version().ok_or_else(|| invalid(text)),
        _ => Err(invalid(text)),
    }
}

fn invalid(text: &str) -> String {
    format!("invalid semantic version {text:?}")
}

impl Loose<'_> {
    /// The version, parts that are missing or wild being 0.
    fn version(&self) -> Option<Version> {
        let mut numbers = [0; 3];
        for (slot, number) in numbers.iter_mut().zip(&self.numbers) {
            if is_wild(number) {
                break;
            }
            *slot = number.parse().ok()?;
        }
        let [major, minor, patch] = numbers;
        Some(Version {
            major,
            minor,
            patch,
            pre: Prerelease::new(self.pre).ok()?,
            build: BuildMetadata::new(self.build).ok()?,
        })
    }

    /// How many numbers are given before the first missing or wild one.
    fn fixed(&self) -> usize {
        self.numbers.iter().take_while(|n| !is_wild(n)).count()
    }
}

fn is_wild(number: &str) -> bool {
    matches!(number, "x" | "X" | "*")
}

/// Constraints that must all hold.
struct Group {
    rules: Vec<Rule>,
    /// Whether one of them names a prerelease, which opens all to prereleases.
    prereleases: bool,
}

struct Rule {
    operator: Operator,
    wanted: Version,
    /// Numbers given: 3 for an exact version, 0 for `*`.
    fixed: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// Operators by their spelling; longer ones first.
const OPERATORS: [(&str, Operator); 12] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("=<", Operator::LessOrEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
    ("", Operator::Equal),
];

/// Groups of which one must hold, separated by `||`.
fn constraints(text: &str) -> Result<Vec<Group>, String> {
    text.split("||").map(|group| parse_group(group).ok_or_else(|| format!("improper constraint: {text:?}"))).collect()
}

/// Rules separated by commas or space, and ranges `a - b`.
fn parse_group(text: &str) -> Option<Group> {
    let mut rest = text.trim();
    let mut rules = Vec::new();
    while !rest.is_empty() {
        let (operator, after) =
            OPERATORS.iter().find_map(|(spelling, operator)| Some((*operator, rest.strip_prefix(spelling)?)))?;
        let (mut rule, after) = rule(operator, after.trim_start())?;
        let spaced = after.trim_start();
        let range = spaced.strip_prefix("- ").filter(|_| spaced.len() < after.len());
        rest = spaced;
        if let Some(upper) = range {
            rule.operator = Operator::GreaterOrEqual;
            let (upper, after) = self::rule(Operator::LessOrEqual, upper.trim_start())?;
            rules.push(upper);
            rest = after.trim_start();
        } else if !after.is_empty() && spaced.len() == after.len() && !after.starts_with(',') {
            return None;
        }
        rules.push(rule);
        if let Some(after) = rest.strip_prefix(',') {
            rest = after.trim_start();
            if rest.is_empty() {
                return None;
            }
        }
    }
    if rules.is_empty() {
        return None;
    }
    let prereleases = rules.iter().any(|r| !r.wanted.pre.is_empty());
    Some(Group { rules, prereleases })
}

fn rule(operator: Operator, text: &str) -> Option<(Rule, &str)> {
    let (loose, rest) = loose(text, true)?;
    let rule = Rule { operator, wanted: loose.version()?, fixed: loose.fixed() };
    Some((rule, rest))
}

impl Group {
    fn allows(&self, version: &Version) -> bool {
        (version.pre.is_empty() || self.prereleases) && self.rules.iter().all(|r| r.allows(version))
    }
}

impl Rule {
    fn allows(&self, v: &Version) -> bool {
        let w = &self.wanted;
        let order = v.cmp_precedence(w);
        let exact = self.fixed == 3;
        match self.operator {
            Operator::Equal if exact => order == Ordering::Equal,
            Operator::Equal | Operator::Tilde => order != Ordering::Less && self.same_fixed_part(v),
            Operator::NotEqual if exact => order != Ordering::Equal,
            Operator::NotEqual => self.differs(v),
            Operator::Greater => match self.fixed {
                3 => order == Ordering::Greater,
                2 => (v.major, v.minor) > (w.major, w.minor),
                1 => v.major > w.major,
                _ => order == Ordering::Greater,
            },
            Operator::Less => order == Ordering::Less,
            Operator::GreaterOrEqual => order != Ordering::Less,
            Operator::LessOrEqual if exact => order != Ordering::Greater,
            Operator::LessOrEqual => {
                v.major < w.major || (v.major == w.major && (v.minor <= w.minor || self.fixed == 1))
            }
            Operator::Caret => order != Ordering::Less && self.compatible(v),
        }
    }

    /// `~1.2.3` and `1.2.x` go up to the next minor version, `~1` up to the next major one.
    fn same_fixed_part(&self, v: &Version) -> bool {
        let w = &self.wanted;
        let everything = (w.major, w.minor, w.patch) == (0, 0, 0) && !matches!(self.fixed, 1 | 2);
        everything || (v.major == w.major && (v.minor == w.minor || self.fixed == 1))
    }

    fn differs(&self, v: &Version) -> bool {
        let w = &self.wanted;
        if v.major != w.major {
            return true;
        }
        match self.fixed {
            1 => false,
            2 => v.minor != w.minor || v.pre != w.pre,
            _ => v.minor != w.minor || v.patch != w.patch || v.pre != w.pre,
        }
    }

    /// `^1.2` goes up to the next major version, `^0.2` to the next minor, `^0.0.3` is exact.
    fn compatible(&self, v: &Version) -> bool {
        let w = &self.wanted;
        if w.major > 0 || self.fixed == 1 {
            return v.major == w.major;
        }
        if v.major > 0 {
            return false;
        }
        if w.minor > 0 || self.fixed == 2 {
            return v.minor == w.minor;
        }
        v.minor == 0 && v.patch == w.patch
    }
}
