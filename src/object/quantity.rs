//! Kubernetes quantities: `250m`, `2Gi`, `1e3`. Parsed exactly, compared by value, printed to be read, or spelled as
//! Kubernetes spells them.

use std::ops::{Add, Sub};

use serde_json::Value;

/// An amount, in billionths (the finest unit Kubernetes writes, `n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i128);

const UNIT: i128 = 1_000_000_000;
/// More than any cluster holds; far enough from the end of the type that sums and tenths stay within it.
const MOST: i128 = 1_000_000_000_000_000_000_000_000_000_000_000_000;

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
        let written = Written::read(text)?;
        let amount = written.billionths()?;
        Some(Self(if written.negative { -amount } else { amount }))
    }

    /// Whether the text is a quantity, of whatever amount.
    pub fn is_one(text: &str) -> bool {
        Written::read(text).is_some()
    }

    /// The canonical spelling of a quantity (`1024Mi` is `1Gi`, `0.5` is `500m`); none where the text is no quantity.
    ///
    /// Kubernetes' rules: no fraction, the largest suffix of the same family (decimal, binary, exponent); a text that is
    /// nearly so already is kept as it stands.
    pub fn canonical(text: &str) -> Option<String> {
        let written = Written::read(text)?;
        if written.is_kept() {
            return Some(text.to_owned());
        }
        let billionths = written.billionths()?;
        let sign = if written.negative && billionths != 0 { "-" } else { "" };
        Some(format!("{sign}{}", written.family.spelled(billionths)))
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

/// A quantity as it stands in a text.
struct Written<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    family: Family,
}

impl<'a> Written<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let digits = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(digits);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.len() + fraction.len() == 0 || fraction.contains('.') {
            return None;
        }
        Some(Self { negative: text.starts_with('-'), whole, fraction, family: Family::of(suffix)? })
    }

    /// Whether Kubernetes keeps the text as it stands.
    fn is_kept(&self) -> bool {
        let digits = format!("{}{}", self.whole, self.fraction);
        let kept = match self.family {
            Family::Binary(_) => self.fraction.is_empty() && digits.parse::<u64>().is_ok_and(|value| value % 8 != 0),
            Family::Decimal(exponent) | Family::Exponent(exponent) => {
                i32::try_from(self.fraction.len()).is_ok_and(|places| {
                    (exponent - places) % 3 == 0
                        && exponent - places >= -9
                        && !digits.ends_with("000")
                        && !digits.starts_with('0')
                })
            }
        };
        kept && digits.len() < 18
    }

    /// The amount without its sign; what is finer than a billionth is rounded up.
    fn billionths(&self) -> Option<i128> {
        let (whole, fraction) = (self.whole.trim_start_matches('0'), self.fraction.trim_end_matches('0'));
        // Twenty digits are finer than a billionth of the largest amounts there are; what is cut off still rounds up.
        let (fraction, rest) = fraction.split_at(fraction.len().min(20_usize.saturating_sub(whole.len())));
        let digits = format!("0{whole}{fraction}");
        let value = digits.parse::<i128>().ok()? + i128::from(!rest.is_empty());
        let places = i32::try_from(fraction.len()).ok()?;
        let billionths = match self.family {
            Family::Binary(bits) => scaled(value.checked_mul(1_i128 << bits)?, 9 - places)?,
            Family::Decimal(exponent) | Family::Exponent(exponent) => scaled(value, 9 + exponent - places)?,
        };
        (billionths <= MOST).then_some(billionths)
    }
}

/// `value * 10^exponent`; what is finer than one is rounded up, as Kubernetes does.
fn scaled(value: i128, exponent: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(exponent.unsigned_abs());
    if exponent >= 0 {
        return value.checked_mul(factor?);
    }
    Some(factor.map_or_else(|| i128::from(value != 0), |factor| ceil(value, factor)))
}

/// The family of a quantity's suffix, with its exponent: of 2, of 10 by letter, of 10 by number (`e3`, `E3`).
#[derive(Clone, Copy)]
enum Family {
    Binary(u32),
    Decimal(i32),
    Exponent(i32),
}

const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Family {
    fn of(suffix: &str) -> Option<Self> {
        if let Some(step) = DECIMAL.iter().position(|known| *known == suffix) {
            return Some(Self::Decimal(3 * i32::try_from(step).ok()? - 9));
        }
        if let Some(step) = BINARY.iter().position(|known| *known == suffix) {
            return Some(Self::Binary(10 * u32::try_from(step).ok()?));
        }
        let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
        (-27..=27).contains(&exponent).then_some(Self::Exponent(exponent))
    }

    fn spelled(self, billionths: i128) -> String {
        if billionths == 0 {
            return "0".to_owned();
        }
        if matches!(self, Self::Binary(_)) && billionths % UNIT == 0 && billionths >= 1024 * UNIT {
            let (mut value, mut step) = (billionths / UNIT, 0);
            while value % 1024 == 0 && step + 1 < BINARY.len() {
                (value, step) = (value / 1024, step + 1);
            }
            return format!("{value}{}", BINARY[step]);
        }
        let (mut value, mut step) = (billionths, 0);
        while value % 1000 == 0 && step + 1 < DECIMAL.len() {
            (value, step) = (value / 1000, step + 1);
        }
        match self {
            Self::Exponent(_) if step != 3 => format!("{value}e{}", 3 * i64::try_from(step).unwrap_or_default() - 9),
            _ => format!("{value}{}", DECIMAL[step]),
        }
    }
}

const fn ceil(amount: i128, divisor: i128) -> i128 {
    amount / divisor + (amount % divisor > 0) as i128
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
            &["1n", "0.1n", "0.0000000001", "0.000000000000000000000000000000000001", "1e-27"],
            &["1000000001n", "1.0000000000000000000000000001"],
            &["1", "1.0000000000000000000000000000"],
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
            assert_eq!(Quantity::canonical(text), None, "{text:?}");
        }
    }

    #[test]
    fn quantities_are_spelt_as_kubernetes_spells_them() {
        // Left what is read, right what `kubectl` shows of it.
        let table = [
            ("1024Mi", "1Gi"),
            ("100Mi", "100Mi"),
            ("1000m", "1"),
            ("2000m", "2"),
            ("0.5", "500m"),
            ("1.5Gi", "1536Mi"),
            ("0.5Ki", "512"),
            ("100m", "100m"),
            ("0", "0"),
            ("00", "0"),
            ("1.500", "1.500"),
            ("1000", "1k"),
            ("1e3", "1e3"),
            ("1000e0", "1e3"),
            ("1Ki", "1Ki"),
            ("0.1n", "1n"),
            ("-0.5", "-500m"),
            ("1Gi", "1Gi"),
            ("8Gi", "8Gi"),
            ("0.1Gi", "107374182400m"),
        ];
        for (read, written) in table {
            assert_eq!(Quantity::canonical(read).as_deref(), Some(written), "{read}");
        }
        for bad in ["", "m", "1mi", "1.2.3", "ten", "1 Gi", "--1", "1e"] {
            assert_eq!(Quantity::canonical(bad), None, "{bad}");
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
