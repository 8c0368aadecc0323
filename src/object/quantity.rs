//! Kubernetes quantities: `250m`, `2Gi`, `1e3`. Parsed exactly, compared by value, printed to be read.

use std::ops::{Add, Sub};

use serde_json::Value;

/// An amount, in billionths (the finest unit Kubernetes writes, `n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i128);

const UNIT: i128 = 1_000_000_000;

/// Suffixes and what they stand for, in billionths.
const SUFFIXES: &[(&str, i128)] = &[
    ("n", 1),
    ("u", 1_000),
    ("m", 1_000_000),
    ("k", UNIT * 1_000),
    ("M", UNIT * 1_000_000),
    ("G", UNIT * 1_000_000_000),
    ("T", UNIT * 1_000_000_000_000),
    ("P", UNIT * 1_000_000_000_000_000),
    ("E", UNIT * 1_000_000_000_000_000_000),
    ("Ki", UNIT << 10),
    ("Mi", UNIT << 20),
    ("Gi", UNIT << 30),
    ("Ti", UNIT << 40),
    ("Pi", UNIT << 50),
    ("Ei", UNIT << 60),
];

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A whole number of units.
    pub const fn of(units: i64) -> Self {
        Self(units as i128 * UNIT)
    }

    /// Reads a quantity as the API server does; what is finer than a billionth is rounded up.
    ///
    /// None where the text is no quantity, or far beyond any that a cluster can hold.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (mantissa, suffix) = unsigned.split_at(digits);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.len() + fraction.len() == 0 || whole.len() > 20 || fraction.contains('.') {
            return None;
        }
        let scale = scale_of(suffix)?;
        let whole = if whole.is_empty() { 0 } else { whole.parse::<i128>().ok()? };
        // Twenty digits are finer than a billionth of the largest suffix.
        let fraction = &fraction[..fraction.len().min(20)];
        let part = if fraction.is_empty() { 0 } else { fraction.parse::<i128>().ok()? };
        let divisor = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let below = if part == 0 {
            0
        } else {
            scale.checked_mul(part).map_or_else(|| part / (divisor / scale).max(1), |n| ceil(n, divisor))
        };
        let amount = whole.checked_mul(scale)?.checked_add(below)?;
        Some(Self(if negative { -amount } else { amount }))
    }

    /// Reads a quantity from JSON, where it may also be a number.
    pub fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }

    /// How many of `divisor` it takes, rounded up; 0 where `divisor` is nothing.
    pub const fn per(self, divisor: Self) -> i128 {
        if divisor.0 == 0 { 0 } else { ceil(self.0, divisor.0) }
    }

    /// As memory is written, rounded to two digits where it is not whole: `40Mi`, `1.1Gi`.
    pub fn memory(self) -> String {
        self.shown(
            &[("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)]
                .map(|(s, bits)| (s, UNIT << bits)),
        )
    }

    /// As CPU and plain counts are written: `250m`, `1.5`, `110`.
    pub fn decimal(self) -> String {
        if self.0 % UNIT != 0 && self.0.abs() < 10 * UNIT {
            return format!("{}m", self.0 / (UNIT / 1_000));
        }
        self.shown(&[])
    }

    fn shown(self, suffixes: &[(&str, i128)]) -> String {
        let (suffix, scale) = suffixes.iter().find(|(_, scale)| self.0.abs() >= *scale).copied().unwrap_or(("", UNIT));
        // One digit after the point, towards zero: free room must not look larger than it is.
        let tenths = self.0 * 10 / scale;
        let (whole, tenth) = (tenths / 10, (tenths % 10).abs());
        let sign = if self.0 < 0 && whole == 0 { "-" } else { "" };
        if tenth == 0 { format!("{sign}{whole}{suffix}") } else { format!("{sign}{whole}.{tenth}{suffix}") }
    }
}

impl Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// What one unit with this suffix is, in billionths; `e3` and `E3` are exponents.
fn scale_of(suffix: &str) -> Option<i128> {
    if suffix.is_empty() {
        return Some(UNIT);
    }
    if let Some((_, scale)) = SUFFIXES.iter().find(|(name, _)| *name == suffix) {
        return Some(*scale);
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    match exponent {
        0..=18 => Some(UNIT * 10_i128.pow(exponent.unsigned_abs())),
        -9..=-1 => Some(UNIT / 10_i128.pow(exponent.unsigned_abs())),
        _ => None,
    }
}

const fn ceil(amount: i128, divisor: i128) -> i128 {
    (amount + divisor - 1) / divisor
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spellings_of_one_amount_are_equal() {
        let table: &[&[&str]] = &[
            &["1", "1000m", "1.0", "1e0", "+1", "0.001k", "1000000u"],
            &["2Gi", "2048Mi", "2147483648", "2097152Ki"],
            &["500m", "0.5", ".5", "5e-1"],
            &["100M", "100000k", "1e8", "100E6"],
            &["0", "0m", "-0", "0Gi"],
            &["1n", "0.1n", "0.0000000001"],
            &["1.5Gi", "1536Mi"],
        ];
        for group in table {
            for text in *group {
                assert!(Quantity::parse(text).is_some(), "{text}");
                assert_eq!(Quantity::parse(text), Quantity::parse(group[0]), "{text} and {}", group[0]);
            }
        }
    }

    #[test]
    fn other_text_is_no_quantity() {
        for text in ["", "m", "1mi", "1 Gi", "1.2.3", "ten", "1e99", "--1", "9999999999999999999999Ei", "auto", "1Gi "]
        {
            assert_eq!(Quantity::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_quantities_too() {
        assert_eq!(Quantity::of_value(&json!(2)), Some(Quantity::of(2)));
        assert_eq!(Quantity::of_value(&json!(0.25)), Quantity::parse("250m"));
        assert_eq!(Quantity::of_value(&json!(null)), None);
    }

    #[test]
    fn amounts_are_printed_to_be_read() {
        let table = [
            ("2Gi", "2Gi", "2147483648"),
            ("1200Mi", "1.1Gi", "1258291200"),
            ("250m", "0.2", "250m"),
            ("1500m", "1.5", "1500m"),
            ("12500m", "12.5", "12.5"),
            ("110", "110", "110"),
            ("-1Gi", "-1Gi", "-1073741824"),
            ("-50m", "-0", "-50m"),
        ];
        for (text, memory, decimal) in table {
            let shown = Quantity::parse(text).map(|quantity| (quantity.memory(), quantity.decimal()));
            assert_eq!(shown, Some((memory.to_owned(), decimal.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_divisor_is_one_more() {
        let per = |amount: &str, divisor: &str| Some(Quantity::parse(amount)?.per(Quantity::parse(divisor)?));
        assert_eq!(per("1500m", "1"), Some(2));
        assert_eq!(per("1Gi", "1Mi"), Some(1024));
        assert_eq!(per("1Gi", "0"), Some(0));
    }

    #[test]
    fn sums_and_differences() {
        let sum: Quantity = [Quantity::of(1), Quantity::of(2)].into_iter().sum();
        assert_eq!(sum - Quantity::of(4), Quantity::of(-1));
    }
}
