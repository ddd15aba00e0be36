//! What an amount is counted in, where its header says so: cents, thousands, 万.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::currency;
use super::text::{narrow, trim, words};

/// What one of an amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The smallest part of the currency: a cent.
    Minor,
    /// Ten to this power of the currency.
    Power(u32),
}

impl Unit {
    /// How many decimals the amount has when it is written in minor units, of a currency of so many decimals.
    pub fn exponent(self, decimals: u32) -> u32 {
        match self {
            Self::Minor => 0,
            Self::Power(power) => decimals + power,
        }
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Minor => f.write_str("the currency's smallest part (cents)"),
            Self::Power(3) => f.write_str("thousands"),
            Self::Power(4) => f.write_str("ten thousands (万)"),
            Self::Power(6) => f.write_str("millions"),
            Self::Power(power) => write!(f, "units of {}", 10_u64.pow(*power)),
        }
    }
}

static UNITS: LazyLock<HashMap<&'static str, Unit>> = LazyLock::new(|| {
    let rows = words(include_str!("../../../data/words/units.tsv")).filter_map(|line| line.split_once('\t'));
    let named = rows.flat_map(|(unit, names)| {
        let unit = unit.parse().map_or(Unit::Minor, Unit::Power);
        names.split(',').map(move |name| (name.trim(), unit))
    });
    named.collect()
});

/// What a header says an amount is counted in: the unit, the currency as it stands there, and the header without both:
/// `Amount (k€)`, `Revenue in thousands`, `Umsatz TEUR`, `total_cents`, `金额（万元）`.
pub fn of_header(label: &str) -> Option<(Unit, Option<String>, &str)> {
    let said = ends(label).find_map(|(head, said, is_set_apart)| {
        let (unit, currency) = read(said, is_set_apart)?;
        Some((unit, currency, head))
    });
    // The unit before the currency: `Amount in thousands (EUR)`.
    said.or_else(|| {
        let (currency, head) = currency::of_header(label)?;
        let (unit, _, head) = of_header(head)?;
        Some((unit, Some(currency.into()), head))
    })
}

/// A number and the power of ten that a word behind it says: `1,5 Mio.`, `300 Tsd.`, `2.5k`, `3万`.
pub fn behind(text: &str) -> Option<(&str, u32)> {
    let text = trim(text);
    let at = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, word) = text.split_at(at);
    match UNITS.get(word.trim().trim_end_matches('.').to_lowercase().as_str())? {
        // A `t` is a tonne as soon as a thousand.
        Unit::Power(power) if !word.trim().eq_ignore_ascii_case("t") => Some((number, *power)),
        _ => None,
    }
}

/// Where a header may end in a unit: what stands before, what is said, and whether brackets or "in" set it apart.
fn ends(label: &str) -> impl Iterator<Item = (&str, &str, bool)> {
    let label = trim(label);
    let behind_in = [" in ", "_in_", " en "].iter().find_map(|word| label.rsplit_once(*word));
    let last = label.rsplit_once([' ', '_']).or_else(|| {
        let at = label.find("Cents").filter(|at| *at > 0)?;
        Some(label.split_at(at))
    });
    let ends = [(currency::bracketed(label), true), (behind_in, true), (last, false)].into_iter();
    ends.filter_map(|(parts, is_set_apart)| parts.map(|(head, said)| (trim(head), said, is_set_apart)))
        .filter(|(head, ..)| !head.is_empty())
}

/// The unit and the currency that a word or two say.
fn read(said: &str, is_set_apart: bool) -> Option<(Unit, Option<String>)> {
    let narrowed = narrow(trim(said)).to_lowercase();
    let said = narrowed.trim_start_matches("in ").trim();
    let of = |word: &str| UNITS.get(word.trim().trim_end_matches('.')).copied();
    if let Some(unit) = of(said) {
        // Cents say what they are wherever they stand; `m` and `t` say nothing without a currency.
        let fits =
            if is_set_apart { !matches!(said, "t" | "m") } else { unit == Unit::Minor && said.len() > 3 };
        return fits.then_some((unit, None));
    }
    let is_currency = |word: &str| currency::named(word.trim(), "").is_some();
    // The unit before or behind the currency, with or without a blank between them.
    let cuts = said.char_indices().map(|(at, _)| said.split_at(at)).skip(1);
    let mut parts = cuts.flat_map(|(one, other)| [(one, other), (other, one)]);
    let (unit, money) =
        parts.find_map(|(unit, money)| Some((of(unit)?, money)).filter(|_| is_currency(money)))?;
    Some((unit, Some(money.trim().to_uppercase())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_a_number_say_how_many_zeros_it_has() {
        for (text, number, power) in [
            ("1,5 Mio.", "1,5", 6),
            ("300 Tsd", "300", 3),
            ("2.5k", "2.5", 3),
            ("3万", "3", 4),
            ("4M", "4", 6),
        ] {
            assert_eq!(behind(text), Some((number, power)), "{text}");
        }
        for text in ["5", "5 t", "5 cents", "5 kg", "k", "", "5 Mio. x"] {
            assert_eq!(behind(text), None, "{text}");
        }
    }

    #[test]
    fn headers_say_what_amounts_are_counted_in() {
        let thousands = Unit::Power(3);
        for (label, unit, money, head) in [
            ("Amount (k€)", thousands, Some("€"), "Amount"),
            ("Amount (in thousands)", thousands, None, "Amount"),
            ("Amount in thousands", thousands, None, "Amount"),
            ("Amount in thousands (EUR)", thousands, Some("EUR"), "Amount"),
            ("Revenue in k€", thousands, Some("€"), "Revenue"),
            ("Revenue (€ thousands)", thousands, Some("€"), "Revenue"),
            ("Revenue ($000s)", thousands, Some("$"), "Revenue"),
            ("Umsatz TEUR", thousands, Some("EUR"), "Umsatz"),
            ("Umsatz (Tsd. €)", thousands, Some("€"), "Umsatz"),
            ("Importe (miles de euros)", thousands, Some("EUROS"), "Importe"),
            ("Amount (K)", thousands, None, "Amount"),
            ("Deal value ($m)", Unit::Power(6), Some("$"), "Deal value"),
            ("Betrag (Mio. EUR)", Unit::Power(6), Some("EUR"), "Betrag"),
            ("金额（万元）", Unit::Power(4), Some("元"), "金额"),
            ("合同金额(亿元)", Unit::Power(8), Some("元"), "合同金额"),
            ("金额(分)", Unit::Minor, None, "金额"),
            ("total_cents", Unit::Minor, None, "total"),
            ("amount_in_cents", Unit::Minor, None, "amount"),
            ("totalCents", Unit::Minor, None, "total"),
            ("Price (pence)", Unit::Minor, None, "Price"),
        ] {
            assert_eq!(of_header(label), Some((unit, money.map(String::from), head)), "{label}");
        }
        for label in [
            "Amount",
            "Amount (USD)",
            "Amount (m)",
            "Amount (t)",
            "Total k",
            "Total in EUR",
            "Order Total",
            "Cents",
            "Amount (net)",
            "Paid in full",
            "Amount EUR",
            "",
            "得分",
            "M",
            "Value m",
        ] {
            assert_eq!(of_header(label), None, "{label}");
        }
    }
}
