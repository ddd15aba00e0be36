//! Numbers as exports write them: grouped, with a decimal comma, in other scripts' digits, padded, in brackets.

use super::money::amount;
use super::text::{narrow, trim};

/// Which sign separates the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `1,234.5`
    Dot,
    /// `1.234,5`
    Comma,
}

/// An exact decimal: `mantissa` / 10^`scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// All digits, without the decimal sign.
    pub mantissa: i128,
    /// How many of them are decimals.
    pub scale: u32,
}

impl Decimal {
    /// The nearest float: for shares and averages, never for money.
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / 10f64.powi(self.scale.cast_signed())
    }

    /// The whole number, when the decimals are zero (`12100212.0`).
    pub fn whole(self) -> Option<i64> {
        self.scaled(0)
    }

    /// The number in units of 10^-`scale`, when nothing is lost by it.
    pub fn scaled(self, scale: u32) -> Option<i64> {
        let value = if scale >= self.scale {
            self.mantissa.checked_mul(10i128.checked_pow(scale - self.scale)?)?
        } else {
            let unit = 10i128.checked_pow(self.scale - scale)?;
            (self.mantissa % unit == 0).then_some(self.mantissa / unit)?
        };
        i64::try_from(value).ok()
    }
}

/// Reads one number in one style; a currency or percent sign is not part of a number.
pub fn decimal(text: &str, style: Style) -> Option<Decimal> {
    let narrowed = narrow(trim(text));
    let text = narrowed.trim();
    if let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return unsigned(inside.trim(), style).map(negated);
    }
    match text.strip_prefix('-') {
        Some(rest) => unsigned(rest.trim_start(), style).map(negated),
        None => unsigned(text.strip_prefix('+').unwrap_or(text), style),
    }
}

fn negated(value: Decimal) -> Decimal {
    Decimal { mantissa: -value.mantissa, ..value }
}

fn unsigned(text: &str, style: Style) -> Option<Decimal> {
    // 40 characters hold any amount; longer digit strings are no quantities.
    if text.len() > 40 {
        return None;
    }
    if let Some((digits, exponent)) = text.split_once(['e', 'E']) {
        return scientific(plain(digits, style)?, exponent.parse().ok()?);
    }
    plain(text, style)
}

fn scientific(value: Decimal, exponent: i32) -> Option<Decimal> {
    if exponent.abs() > 30 {
        return None;
    }
    let scale = value.scale.cast_signed() - exponent;
    if scale >= 0 {
        return Some(Decimal { mantissa: value.mantissa, scale: scale.unsigned_abs() });
    }
    let factor = 10i128.checked_pow(scale.unsigned_abs())?;
    Some(Decimal { mantissa: value.mantissa.checked_mul(factor)?, scale: 0 })
}

fn plain(text: &str, style: Style) -> Option<Decimal> {
    let (point, other) = match style {
        Style::Dot => ('.', ','),
        Style::Comma => (',', '.'),
    };
    let (whole, decimals) = match text.split_once(point) {
        Some((whole, decimals)) if !decimals.is_empty() || !whole.is_empty() => (whole, decimals),
        Some(_) => return None,
        None => (text, ""),
    };
    if !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut mantissa: i128 = 0;
    let grouped = whole.contains(|c: char| !c.is_ascii_digit());
    if grouped && !well_grouped(whole, other) {
        return None;
    }
    for digit in whole.bytes().chain(decimals.bytes()).filter(u8::is_ascii_digit) {
        mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    (!whole.is_empty() || !decimals.is_empty())
        .then_some(Decimal { mantissa, scale: u32::try_from(decimals.len()).ok()? })
}

/// Groups of three after the first (the middle ones may be of two: 12,34,567 as India writes), one kind of sign, no leading zero.
fn well_grouped(whole: &str, other: char) -> bool {
    let Some(sign) = whole.chars().find(|c| !c.is_ascii_digit()) else { return true };
    if sign != other && !matches!(sign, ' ' | '\'' | '_') {
        return false;
    }
    let groups: Vec<&str> = whole.split(sign).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return false };
    groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()))
        && (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && last.len() == 3
        && middle.iter().all(|group| matches!(group.len(), 2 | 3))
}

/// What all numbers of a column say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// No value has decimals other than zeros.
    pub whole: bool,
    /// How decimals are written; `None` if a `1,234` or `1.234` is open to both readings and nothing else in the column decides.
    pub style: Option<Style>,
}

/// Watches a column: is every value a number, and in which style?
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    dead: bool,
    seen: bool,
    dot: Reading,
    comma: Reading,
    open: bool,
}

#[derive(Clone, Debug)]
struct Reading {
    fits: bool,
    min: f64,
    max: f64,
    whole: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self { fits: true, min: f64::INFINITY, max: f64::NEG_INFINITY, whole: true }
    }
}

/// A number of few digits and nothing else: the same in both styles.
fn digits(text: &str) -> Option<Decimal> {
    let few = text.len() <= 15 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = |sum: i128, byte: u8| sum * 10 + i128::from(byte - b'0');
    few.then(|| Decimal { mantissa: text.bytes().fold(0, value), scale: 0 })
}

impl Reading {
    fn observe_if_fits(&mut self, value: Decimal) {
        if self.fits {
            self.observe(Some(value));
        }
    }

    fn observe(&mut self, value: Option<Decimal>) {
        let Some(value) = value else {
            self.fits = false;
            return;
        };
        let number = value.to_f64();
        self.min = self.min.min(number);
        self.max = self.max.max(number);
        self.whole &= value.scale == 0 || number.fract() == 0.0;
    }
}

impl Evidence {
    /// Takes in one filled cell.
    pub fn observe(&mut self, text: &str) {
        if self.dead {
            return;
        }
        self.seen = true;
        if let Some(value) = digits(text) {
            self.dot.observe_if_fits(value);
            self.comma.observe_if_fits(value);
            return;
        }
        let dot = if self.dot.fits { amount(text, Style::Dot) } else { None };
        let comma = if self.comma.fits { amount(text, Style::Comma) } else { None };
        if let (Some(a), Some(b)) = (dot, comma) {
            // 4.25 is read as 4.25 only; 1,234 and 1.234 are open.
            self.open |= a != b;
        }
        self.dot.observe(dot);
        self.comma.observe(comma);
        self.dead = !self.dot.fits && !self.comma.fits;
    }

    /// The column's numbers, if every cell was one.
    pub fn numbers(&self) -> Option<Numbers> {
        if self.dead || !self.seen {
            return None;
        }
        let (reading, style) = match (self.dot.fits, self.comma.fits) {
            (true, false) => (&self.dot, Some(Style::Dot)),
            (false, true) => (&self.comma, Some(Style::Comma)),
            _ => (&self.dot, if self.open { None } else { Some(Style::Dot) }),
        };
        Some(Numbers { min: reading.min, max: reading.max, whole: reading.whole, style })
    }
}

/// Reads a count (`1,234`, `12100212.0`). Where the column leaves the style open, three digits after the sign are a group:
/// counts have no thousandths.
pub fn count(text: &str, style: Option<Style>) -> Option<i64> {
    let styles: &[Style] = match style {
        Some(Style::Dot) => &[Style::Dot],
        Some(Style::Comma) => &[Style::Comma],
        None => &[Style::Dot, Style::Comma],
    };
    styles.iter().find_map(|style| decimal(text, *style)?.whole())
}

/// A spreadsheet wrote an id as `6.54E+17`: many ids became one.
pub fn is_destroyed(id: &str) -> bool {
    let Some((mantissa, exponent)) = id.split_once(['E', 'e']) else { return false };
    exponent.starts_with('+')
        && exponent[1..].parse::<u32>().is_ok()
        && mantissa.replace(',', ".").parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Option<Numbers> {
        let mut evidence = Evidence::default();
        for cell in cells {
            evidence.observe(cell);
        }
        evidence.numbers()
    }

    #[test]
    fn groups_and_decimals_in_both_styles() {
        let cases = [
            ("1,234.50", Style::Dot, 123_450, 2),
            ("1.234,50", Style::Comma, 123_450, 2),
            ("1 234,5", Style::Comma, 12_345, 1),
            ("1'234.5", Style::Dot, 12_345, 1),
            ("1\u{202f}234", Style::Comma, 1234, 0),
            ("12,34,567", Style::Dot, 1_234_567, 0),
            (" (1,200) ", Style::Dot, -1200, 0),
            ("-3.5", Style::Dot, -35, 1),
            ("٢٥٠", Style::Dot, 250, 0),
            ("１２．５", Style::Dot, 125, 1),
            ("6.54E+17", Style::Dot, 654_000_000_000_000_000, 0),
        ];
        for (text, style, mantissa, scale) in cases {
            assert_eq!(decimal(text, style), Some(Decimal { mantissa, scale }), "{text}");
        }
    }

    #[test]
    fn things_that_only_look_like_numbers() {
        for text in
            ["", "-", "1,23", "0,123", "1,2345", "1.2.3", "12 34", "1-2", "e5", "1,234'567", ".", "٢٥٠x"]
        {
            assert_eq!(decimal(text, Style::Dot), None, "{text}");
        }
    }

    #[test]
    fn the_column_decides_what_a_lone_group_means() {
        assert_eq!(column(&["1,234", "12,5"]).and_then(|n| n.style), Some(Style::Comma));
        assert_eq!(column(&["1,234", "12.5"]).and_then(|n| n.style), Some(Style::Dot));
        assert_eq!(column(&["1,234", "12"]).map(|n| n.style), Some(None));
        assert_eq!(column(&["4.25", "12"]).and_then(|n| n.style), Some(Style::Dot));
    }

    #[test]
    fn one_word_and_the_column_is_no_number() {
        assert!(column(&["1", "2", "two"]).is_none());
        assert!(column(&[]).is_none());
        let money = column(&[" ¥289.00 ", "¥12.00"]).expect("numbers");
        assert!((money.max - 289.0).abs() < 1e-9 && money.whole);
    }

    #[test]
    fn rounded_ids_are_known() {
        for id in ["6.54E+17", "1,2e+9"] {
            assert!(is_destroyed(id), "{id}");
        }
        for id in ["654", "6.54", "E+17", "abcE+17", "1E-3"] {
            assert!(!is_destroyed(id), "{id}");
        }
    }

    #[test]
    fn counts_may_be_written_as_floats() {
        assert_eq!(count("12100212.0", Some(Style::Dot)), Some(12_100_212));
        assert_eq!(count("1,234", None), Some(1234));
        assert_eq!(count("1.234", None), Some(1234));
        assert_eq!(count("1.5", Some(Style::Dot)), None);
    }
}
