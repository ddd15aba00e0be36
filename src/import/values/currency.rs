//! Currencies as files write them: codes, signs and names, in a column of their own, beside an amount or in its header.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text::{trim, words};

/// Codes, signs and names in lower case, with the currencies each may be; the usual one first.
static NAMES: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<&str>> = HashMap::new();
    for (code, signs, list) in rows() {
        let own = signs.split(' ').chain(list.split(',')).chain([code]);
        for name in own.map(str::trim).filter(|name| !name.is_empty()) {
            names.entry(name.to_lowercase()).or_default().push(code);
        }
    }
    names
});

/// What may stand beside an amount, the longest first: `US$` is no `$`.
static SIGNS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut signs: Vec<&str> =
        rows().flat_map(|(_, signs, _)| signs.split(' ')).filter(|sign| !sign.is_empty()).collect();
    signs.sort_by_key(|sign| (std::cmp::Reverse(sign.len()), *sign));
    signs.dedup();
    signs
});

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    words(include_str!("../../../data/words/currencies.tsv")).filter_map(|line| {
        let mut parts = line.split('\t');
        Some((parts.next()?, parts.next()?, parts.next().unwrap_or_default()))
    })
}

/// The ISO code that a code, sign or name stands for. Of a sign that several currencies have, `own` if it is one of
/// them, else the usual one; `None` for what is no currency.
pub fn named(text: &str, own: &str) -> Option<&'static str> {
    let codes = NAMES.get(trim(text).to_lowercase().as_str())?;
    codes.iter().find(|code| **code == own).or(codes.first()).copied()
}

/// Whether a sign stands for several currencies, none of which is `own`: its reading is then said to the user.
pub fn is_open(text: &str, own: &str) -> bool {
    NAMES
        .get(trim(text).to_lowercase().as_str())
        .is_some_and(|codes| codes.len() > 1 && !codes.contains(&own))
}

/// How long the sign at the beginning of a text is, in bytes.
pub fn sign_before(text: &str) -> Option<usize> {
    SIGNS.iter().find(|sign| text.starts_with(**sign)).map(|sign| sign.len())
}

/// How long the sign at the end of a text is, in bytes.
pub fn sign_behind(text: &str) -> Option<usize> {
    SIGNS.iter().find(|sign| text.ends_with(**sign)).map(|sign| sign.len())
}

/// What stands before the brackets that a header ends in, and what stands in them.
pub fn bracketed(label: &str) -> Option<(&str, &str)> {
    let brackets = [('(', ')'), ('（', '）'), ('[', ']')];
    brackets.iter().find_map(|(open, close)| label.strip_suffix(*close)?.rsplit_once(*open))
}

/// The currency that the header of an amount names, as it stands there, and the header without it: `Amount (USD)`,
/// `Total USD`, `Betrag in €`, `实付金额（元）`.
pub fn of_header(label: &str) -> Option<(&str, &str)> {
    let label = trim(label);
    let bracketed = bracketed(label);
    let (head, said) = bracketed.or_else(|| label.rsplit_once([' ', '_', '-', '/', ',']))?;
    let (head, said) = (trim(head), trim(said));
    let head = head.strip_suffix(" in").unwrap_or(head);
    // A name such as `real` or `won` is a currency only in brackets.
    let is_code = said.len() == 3 && said.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_sign = !said.chars().all(|c| c.is_ascii_lowercase());
    let is_named = NAMES.get(said.to_lowercase().as_str()).is_some_and(|codes| {
        bracketed.is_some()
            || is_sign && !is_code
            || is_code && codes.iter().any(|code| code.eq_ignore_ascii_case(said))
    });
    (is_named && !head.is_empty()).then_some((said, head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_signs_and_names_are_currencies() {
        for (text, code) in [
            ("eur", "EUR"),
            ("€", "EUR"),
            ("US Dollar", "USD"),
            ("人民币", "CNY"),
            ("R$", "BRL"),
            ("元", "CNY"),
        ] {
            assert_eq!(named(text, "PLN"), Some(code), "{text}");
        }
        for text in ["paid", "", "VAT", "ريال"] {
            assert_eq!(named(text, "EUR"), None, "{text}");
        }
    }

    #[test]
    fn a_sign_of_several_is_the_programs_own() {
        assert_eq!((named("$", "CAD"), named("$", "EUR")), (Some("CAD"), Some("USD")));
        assert_eq!((named("¥", "JPY"), named("¥", "EUR")), (Some("JPY"), Some("CNY")));
        assert!(is_open("$", "EUR") && !is_open("$", "CAD") && !is_open("€", "USD"));
    }

    #[test]
    fn a_header_may_name_the_currency() {
        for (label, said, head) in [
            ("Amount (USD)", "USD", "Amount"),
            ("Total USD", "USD", "Total"),
            ("total_usd", "usd", "total"),
            ("Gesamtbetrag in €", "€", "Gesamtbetrag"),
            ("实付金额（元）", "元", "实付金额"),
            ("Total ($)", "$", "Total"),
        ] {
            assert_eq!(of_header(label), Some((said, head)), "{label}");
        }
        for label in ["Amount", "Amount (net)", "Deals won", "Order Total", "USD", "Sales real", "Total VAT"]
        {
            assert_eq!(of_header(label), None, "{label}");
        }
    }
}
