//! How a language writes numbers, days and money: a value read from `templates/{en,zh}/forms.toml`, and the items it writes.

use super::Cell;
use super::table::fixed;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One language's forms.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    /// Between thousands.
    group: String,
    /// Before decimals.
    point: String,
    /// What stands for a value that is not known.
    missing: String,
    /// A share, `{}` its percentage.
    share: String,
    /// An interval, `{lo}` and `{hi}` its ends.
    range: String,
    /// A day: `{y}` `{m}` `{d}` and `{month}`.
    day: String,
    /// A month: `{y}` `{m}` and `{month}`.
    month: String,
    /// A month on an axis that says the year elsewhere.
    month_short: String,
    /// The months' names, from January.
    months: [String; 12],
    /// Money with a name below, `{name}` and `{amount}`.
    money: String,
    /// Money without.
    money_other: String,
    /// What currencies are called, by their codes.
    currencies: BTreeMap<String, String>,
    /// What large numbers are shortened by on an axis, the largest first.
    short: Vec<Short>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Short {
    from: f64,
    word: String,
}

/// What an item is, beyond its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Words, which may be someone's.
    Text,
    /// A count or another number.
    Number,
    /// 0-1, read as a percentage.
    Share,
    /// An amount whose currency stands in its text.
    Money,
    /// A day.
    Day,
    /// A month, `2026-05`.
    Month,
}

/// A cell with what a reader sees of it: the cell is for CSV and spreadsheets, the text for pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The value.
    pub cell: Cell,
    /// The value in the reader's language.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

impl Item {
    /// The number it holds, rounded as it is shown, if it is one.
    pub fn number(&self) -> Option<f64> {
        match &self.cell {
            Cell::Whole(number) => Some(*number as f64),
            Cell::Number { value, places } if value.is_finite() => fixed(*value, *places).parse().ok(),
            Cell::Decimal(text) => text.parse().ok(),
            Cell::Number { .. } | Cell::Missing | Cell::Text(_) => None,
        }
    }

    /// Words.
    pub fn words(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cell: Cell::Text(text.clone()), text, kind: Kind::Text }
    }

    /// A word of the program that has another name in the reader's language.
    pub fn named(word: &str, text: impl Into<String>) -> Self {
        Self { cell: Cell::Text(word.into()), text: text.into(), kind: Kind::Text }
    }
}

impl Forms {
    /// What stands for a value that is not known.
    pub fn missing(&self) -> &str {
        &self.missing
    }

    /// A number with its decimals.
    pub fn number(&self, value: f64, places: u8) -> String {
        self.grouped(&fixed(value, places))
    }

    /// A share as a percentage: two decimals below 10 %, else one.
    pub fn percentage(&self, share: f64) -> String {
        let percent = 100.0 * share;
        self.percent(percent, if percent.abs() < 9.995 { 2 } else { 1 })
    }

    fn percent(&self, percent: f64, places: u8) -> String {
        self.share.replace("{}", &self.number(percent, places))
    }

    /// An exact decimal amount of a currency, such as `35503.14` and `EUR`.
    pub fn amount(&self, decimal: &str, currency: &str) -> String {
        let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("-", digits));
        let name = self.currencies.get(currency);
        let form = if name.is_some() { &self.money } else { &self.money_other };
        let name = name.map_or(currency, String::as_str);
        format!("{sign}{}", form.replace("{name}", name).replace("{amount}", &self.grouped(digits)))
    }

    /// An amount without its decimals, for a headline.
    pub fn round_amount(&self, decimal: &str, currency: &str) -> String {
        let rounded = decimal.parse::<f64>().map_or_else(|_| decimal.to_string(), |value| fixed(value, 0));
        self.amount(&rounded, currency)
    }

    /// An interval between two texts.
    pub fn between(&self, lo: &str, hi: &str) -> String {
        self.range.replace("{lo}", lo).replace("{hi}", hi)
    }

    /// A day given as `2026-06-30`; another text stays what it is.
    pub fn date(&self, iso: &str) -> String {
        self.dated(&self.day, iso)
    }

    /// A month given as `2026-06`.
    pub fn month_of(&self, iso: &str) -> String {
        self.dated(&self.month, iso)
    }

    /// A month given as `2026-06`, for an axis.
    pub fn month_mark(&self, iso: &str) -> String {
        self.dated(if iso.ends_with("-01") { &self.month } else { &self.month_short }, iso)
    }

    fn dated(&self, form: &str, iso: &str) -> String {
        let mut parts = iso.split('-');
        let (Some(year), Some(month)) = (parts.next(), parts.next()) else { return iso.into() };
        let name = month.parse::<usize>().ok().and_then(|month| self.months.get(month.checked_sub(1)?));
        let Some(name) = name else { return iso.into() };
        let plain = |digits: &str| digits.trim_start_matches('0').to_string();
        form.replace("{y}", year)
            .replace("{month}", name)
            .replace("{m}", &plain(month))
            .replace("{d}", &plain(parts.next().unwrap_or_default()))
    }

    /// A number on an axis whose marks are `step` apart.
    pub fn mark(&self, value: f64, step: f64, kind: Kind) -> String {
        if kind == Kind::Share {
            return self.percent(100.0 * value, places(100.0 * step));
        }
        for short in &self.short {
            if value.abs() >= short.from {
                let short_value = value / short.from;
                let needs = places(step / short.from).min(places(short_value));
                return format!("{}{}", self.number(short_value, needs), short.word);
            }
        }
        self.number(value, places(step))
    }

    /// Thousands apart, and the language's own decimal point.
    fn grouped(&self, plain: &str) -> String {
        let (sign, plain) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
        let (whole, part) = plain.split_once('.').map_or((plain, None), |(whole, part)| (whole, Some(part)));
        let mut text = String::from(sign);
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push_str(&self.group);
            }
            text.push(digit);
        }
        if let Some(part) = part {
            text.push_str(&self.point);
            text.push_str(part);
        }
        text
    }

    fn item(&self, cell: Option<(Cell, String)>, kind: Kind) -> Item {
        let (cell, text) = cell.unwrap_or_else(|| (Cell::Missing, self.missing.clone()));
        Item { cell, text, kind }
    }

    /// A count.
    pub fn count(&self, count: Option<i64>) -> Item {
        self.item(count.map(|count| (Cell::Whole(count), self.grouped(&count.to_string()))), Kind::Number)
    }

    /// A number with decimals.
    pub fn decimal(&self, value: Option<f64>, places: u8) -> Item {
        let shown = |value: f64| (Cell::number(value, places), self.number(value, places));
        self.item(value.filter(|value| value.is_finite()).map(shown), Kind::Number)
    }

    /// A share; its cell has four decimals, as in every list.
    pub fn part(&self, share: Option<f64>) -> Item {
        let shown = |share: f64| (Cell::number(share, 4), self.percentage(share));
        self.item(share.filter(|share| share.is_finite()).map(shown), Kind::Share)
    }

    /// An amount.
    pub fn money(&self, decimal: Option<String>, currency: &str) -> Item {
        let shown = |decimal: String| {
            let text = self.amount(&decimal, currency);
            (Cell::Decimal(decimal), text)
        };
        self.item(decimal.map(shown), Kind::Money)
    }

    /// A day.
    pub fn day(&self, iso: Option<String>) -> Item {
        let shown = |iso: String| {
            let text = self.date(&iso);
            (Cell::Text(iso), text)
        };
        self.item(iso.map(shown), Kind::Day)
    }

    /// A month.
    pub fn month(&self, iso: &str) -> Item {
        self.item(Some((Cell::Text(iso.into()), self.month_of(iso))), Kind::Month)
    }

    /// Words, or that there are none.
    pub fn words(&self, text: Option<String>) -> Item {
        let missing = || self.item(None, Kind::Text);
        text.filter(|text| !text.is_empty()).map_or_else(missing, Item::words)
    }
}

/// How many decimals a step needs: at most three.
fn places(step: f64) -> u8 {
    let is_whole = |places: &u8| {
        let scaled = step * 10_f64.powi(i32::from(*places));
        (scaled - scaled.round()).abs() < 1e-6
    };
    (0..3).find(is_whole).unwrap_or(3)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn forms() -> Forms {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let short = |from, word: &str| Short { from, word: word.into() };
        Forms {
            group: ",".into(),
            point: ".".into(),
            missing: "–".into(),
            share: "{} %".into(),
            range: "{lo} to {hi}".into(),
            day: "{d} {month} {y}".into(),
            month: "{month} {y}".into(),
            month_short: "{month}".into(),
            months: months.map(Into::into),
            money: "{name}{amount}".into(),
            money_other: "{name} {amount}".into(),
            currencies: BTreeMap::from([("EUR".into(), "€".into())]),
            short: vec![short(1e6, "m"), short(1e3, "k")],
        }
    }

    #[test]
    fn numbers_in_a_language() {
        let forms = forms();
        assert_eq!(forms.count(Some(-1_234_567)).text, "-1,234,567");
        assert_eq!(forms.count(None).text, "–");
        assert_eq!(forms.decimal(Some(1234.56), 1).text, "1,234.6");
        assert_eq!(forms.decimal(Some(f64::NAN), 1).cell, Cell::Missing);
        assert_eq!((forms.percentage(0.0327), forms.percentage(0.1884)), ("3.27 %".into(), "18.8 %".into()));
        assert_eq!(forms.amount("-35503.14", "EUR"), "-€35,503.14");
        assert_eq!(forms.amount("700", "JPY"), "JPY 700");
        assert_eq!(forms.round_amount("1999.50", "EUR"), "€2,000");
        assert_eq!(forms.between("1", "2"), "1 to 2");
    }

    #[test]
    fn days_in_a_language() {
        let forms = forms();
        assert_eq!(forms.date("2026-06-05"), "5 Jun 2026");
        assert_eq!(forms.month("2026-06").text, "Jun 2026");
        assert_eq!(
            (forms.month_mark("2026-06"), forms.month_mark("2027-01")),
            ("Jun".into(), "Jan 2027".into())
        );
        assert_eq!((forms.date("soon"), forms.date("2026-13-01")), ("soon".into(), "2026-13-01".into()));
        assert_eq!(forms.day(Some("2026-06-05".into())).cell, Cell::Text("2026-06-05".into()));
    }

    #[test]
    fn marks_are_short() {
        let forms = forms();
        assert_eq!(forms.mark(40_000.0, 20_000.0, Kind::Number), "40k");
        assert_eq!(forms.mark(1_500_000.0, 500_000.0, Kind::Money), "1.5m");
        assert_eq!(forms.mark(1000.0, 500.0, Kind::Number), "1k");
        assert_eq!(forms.mark(0.005, 0.0025, Kind::Share), "0.50 %");
        assert_eq!(forms.mark(0.0, 0.5, Kind::Number), "0.0");
    }
}
