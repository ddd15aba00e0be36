//! Amounts become minor units, exactly: no float is ever between the cell and the cents.

use super::currency::{sign_before, sign_behind};
use super::numbers::{Decimal, Style, decimal};
use super::text::{narrow, trim};
use super::units;

/// Why a cell is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No number in it.
    NotANumber,
    /// More decimals than the currency has.
    TooManyDecimals,
    /// `1,234` in a currency of three decimals: a thousand or one and a bit.
    Ambiguous,
    /// Beyond what 64 bits hold.
    TooLarge,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not an amount",
            Self::TooManyDecimals => "more decimals than the currency has",
            Self::Ambiguous => "a thousands sign or a decimal sign: cannot be told",
            Self::TooLarge => "too large an amount",
        })
    }
}

/// Reads an amount into minor units. With no `style` from the column both are tried, and the one must be left over.
pub fn minor_units(text: &str, exponent: u32, style: Option<Style>) -> Result<i64, Problem> {
    match plain_units(text, exponent, style) {
        Err(Problem::NotANumber) => {
            let counted = units::behind(without_currency(text));
            let (number, power) = counted.ok_or(Problem::NotANumber)?;
            plain_units(number, exponent + power, style)
        }
        read => read,
    }
}

fn plain_units(text: &str, exponent: u32, style: Option<Style>) -> Result<i64, Problem> {
    let read = |style| amount(text, style).map(|value| in_units(value, exponent));
    match style {
        Some(style) => read(style).ok_or(Problem::NotANumber)?,
        None => match (read(Style::Dot), read(Style::Comma)) {
            (None, None) => Err(Problem::NotANumber),
            // Nobody writes decimals of a currency that has none.
            (Some(Ok(a)), Some(Ok(b))) if exponent == 0 => Ok(if a.abs() > b.abs() { a } else { b }),
            (Some(Ok(a)), Some(Ok(b))) if a != b => Err(Problem::Ambiguous),
            (Some(Ok(units)), _) | (_, Some(Ok(units))) => Ok(units),
            (Some(problem), _) | (None, Some(problem)) => problem,
        },
    }
}

/// Reads a number with or without a currency round it; the minus or the brackets may stand outside of the currency.
pub fn amount(text: &str, style: Style) -> Option<Decimal> {
    let narrowed = narrow(trim(text));
    let text = narrowed.trim();
    let inside =
        text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).or_else(|| text.strip_prefix('-'));
    match inside {
        Some(inside) => {
            let value = decimal(without_currency(inside), style).filter(|value| value.mantissa >= 0)?;
            Some(Decimal { mantissa: -value.mantissa, ..value })
        }
        None => decimal(without_currency(text), style),
    }
}

fn in_units(value: Decimal, exponent: u32) -> Result<i64, Problem> {
    value.scaled(exponent).ok_or_else(|| {
        let lost = value.scale.checked_sub(exponent).and_then(|digits| 10i128.checked_pow(digits));
        if lost.is_some_and(|unit| value.mantissa % unit != 0) {
            Problem::TooManyDecimals
        } else {
            Problem::TooLarge
        }
    })
}

/// The text without a currency sign or ISO code at either end: `USD 1,234.00`, `-$5`, `1.234 €`.
pub fn without_currency(text: &str) -> &str {
    let text = trim(text);
    // A digit at both ends: nothing to take off, and that is nearly every cell.
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_digit()
        && last.is_ascii_digit()
    {
        return text;
    }
    if let Some(length) = sign_before(text).or_else(|| code_at_start(text)) {
        return trim(&text[length..]);
    }
    if let Some(length) = sign_behind(text).or_else(|| code_at_end(text)) {
        return trim(&text[..text.len() - length]);
    }
    text
}

fn code_at_start(text: &str) -> Option<usize> {
    let code = text.as_bytes().get(..3)?;
    let next = *text.as_bytes().get(3)?;
    (code.iter().all(u8::is_ascii_uppercase) && !next.is_ascii_alphabetic()).then_some(3)
}

fn code_at_end(text: &str) -> Option<usize> {
    let start = text.len().checked_sub(3)?;
    let before = *text.as_bytes().get(start.checked_sub(1)?)?;
    let code = &text.as_bytes()[start..];
    (code.iter().all(u8::is_ascii_uppercase) && !before.is_ascii_alphabetic()).then_some(3)
}

/// The code or sign that stands beside an amount, within a minus or brackets too.
pub fn currency_in(text: &str) -> Option<&str> {
    let text = trim(text).trim_start_matches(['-', '(', '+']).trim_end_matches(')');
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_digit()
        && last.is_ascii_digit()
    {
        return None;
    }
    let text = trim(text);
    if let Some(length) = code_at_start(text).or_else(|| sign_before(text)) {
        return text.get(..length);
    }
    let length = code_at_end(text).or_else(|| sign_behind(text))?;
    text.get(text.len() - length..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn signs_codes_padding_and_groups() {
        for (text, exponent, units) in [
            ("1,234.50", 2, 123_450),
            (" ¥289.00 ", 2, 28_900),
            ("USD 1,234.00", 2, 123_400),
            ("1.234,50 €", 2, 123_450),
            ("￥1,234", 2, 123_400),
            ("(12.30)", 2, -1230),
            ("-$5", 2, -500),
            ("$-5", 2, -500),
            ("($5.25)", 2, -525),
            ("1500", 0, 1500),
            ("12.345", 3, 12_345),
            ("٢٥٠", 2, 25_000),
            ("18.0", 0, 18),
        ] {
            let style = if exponent == 3 { Some(Style::Dot) } else { None };
            assert_eq!(minor_units(text, exponent, style), Ok(units), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_had_exactly_is_an_error() {
        assert_eq!(minor_units("1.005", 2, Some(Style::Dot)), Err(Problem::TooManyDecimals));
        assert_eq!(minor_units("12.5", 0, None), Err(Problem::TooManyDecimals));
        assert_eq!(minor_units("1,234", 3, None), Err(Problem::Ambiguous));
        assert_eq!(minor_units("free", 2, None), Err(Problem::NotANumber));
        assert_eq!(minor_units("99999999999999999999", 2, None), Err(Problem::TooLarge));
    }

    #[test]
    fn a_group_of_three_is_no_fraction_of_a_cent() {
        assert_eq!(minor_units("1,234", 2, None), Ok(123_400));
        assert_eq!(minor_units("1.234", 2, None), Ok(123_400));
        assert_eq!(minor_units("18.000", 2, None), Err(Problem::Ambiguous));
    }

    #[test]
    fn a_cell_may_name_its_currency() {
        for (text, said) in [
            ("EUR 5", Some("EUR")),
            ("5,00 €", Some("€")),
            ("-US$5", Some("US$")),
            ("($5.20)", Some("$")),
            ("5", None),
        ] {
            assert_eq!(currency_in(text), said, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_written_is_read_back(cents in -1_000_000_000_000i64..1_000_000_000_000) {
            let sign = if cents < 0 { "-" } else { "" };
            let text = format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
            prop_assert_eq!(minor_units(&text, 2, Some(Style::Dot)), Ok(cents));
        }
    }
}
