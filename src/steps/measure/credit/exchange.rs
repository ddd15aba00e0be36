//! Money of other currencies, at the rate of the day (MEASUREMENT.md 8): the user's own table, nothing assumed.
//!
//! A table has a day, a currency and what one unit of it is worth in the program's currency. A rate counts for its own day and
//! the few after it that have none (weekends); money without a rate is left out and listed, never taken one to one.
//!
//! Example: 20.00 USD at a rate of 0.9 EUR are 18.00 EUR.

use super::assumed::{Assumed, Columns};
use super::totals::{Exact, ONE};
use crate::app::fail::usage;
use crate::model::money::{decimals, is_currency};
use crate::model::time::{Day, half_width};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// A rate as it is written: `digits` / 10^`places`, and the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rate {
    digits: Exact,
    places: u32,
    text: String,
}

/// The rates of a file, into one currency.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The currency everything is converted into.
    pub home: String,
    /// How many days a rate counts for after its own.
    pub days: i32,
    rates: BTreeMap<(String, i32), (Rate, u64)>,
}

/// Money in the program's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// Millionths of a minor unit.
    pub exact: Exact,
    /// The rate, and with how many decimals the file has it.
    pub rate: (f64, u8),
    /// The day of the rate.
    pub day: Day,
}

impl Exchange {
    /// Reads a file of rates.
    ///
    /// # Errors
    /// A file that cannot be read, without the columns, with a line that is none, or with two rates of one day.
    pub fn read(path: &Path, home: &str, assumed: &Assumed) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| {
            usage(format!(
                "--rates {}: the file cannot be read ({error}); it has the columns date, currency and rate",
                path.display()
            ))
        })?;
        let text = String::from_utf8(bytes)
            .ok()
            .with_context(|| format!("{}: not UTF-8; save the rates as CSV in UTF-8", path.display()))?;
        Self::of(text.trim_start_matches('\u{feff}'), &path.display().to_string(), home, assumed)
    }

    fn of(text: &str, file: &str, home: &str, assumed: &Assumed) -> Result<Self> {
        let head = text.lines().next().unwrap_or_default();
        let delimiter = [b'\t', b';', b','].into_iter().find(|byte| head.contains(char::from(*byte)));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(b','))
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        let headers = reader.headers().with_context(|| format!("{file}:1"))?.clone();
        let places = columns(&headers, &assumed.columns, home)
            .with_context(|| format!("{file}:1: rates need the columns date, currency and rate, where rate is what one unit of the currency is worth in {home}; found: {}", headers.iter().collect::<Vec<_>>().join(", ")))?;
        let mut rates: BTreeMap<(String, i32), (Rate, u64)> = BTreeMap::new();
        for row in reader.records() {
            let row = row.with_context(|| file.to_string())?;
            let line = row.position().map_or(0, csv::Position::line);
            let [day, currency, rate] = places.map(|place| row.get(place).unwrap_or_default());
            let currency = half_width(currency).to_uppercase();
            let Some(day) = Day::parse(day) else {
                bail!("{file}:{line}: '{day}' is no day; write it as 2026-06-30");
            };
            if !is_currency(&currency) {
                bail!("{file}:{line}: '{currency}' is no currency; write its three letters, such as USD");
            }
            let Some(rate) = read_rate(rate) else {
                bail!(
                    "{file}:{line}: '{rate}' is no rate; write what one {currency} is worth in {home}, such as 0.92"
                );
            };
            let known = rates.entry((currency.clone(), day.0)).or_insert((rate.clone(), line));
            if known.0 != rate {
                bail!(
                    "{file}:{line}: {currency} on {day} is worth {} here and {} in line {}; keep one of them",
                    rate.text,
                    known.0.text,
                    known.1
                );
            }
        }
        if rates.is_empty() {
            bail!("{file}: there are no rates in it");
        }
        Ok(Self { home: home.to_string(), days: assumed.credit.rate_days, rates })
    }

    /// Money of another currency on a day; none where no rate counts for it.
    pub fn convert(&self, minor: i64, currency: &str, day: Day) -> Option<Converted> {
        let days = day.0 - self.days..=day.0;
        let range = (currency.to_string(), *days.start())..=(currency.to_string(), *days.end());
        let ((_, of), (rate, _)) = self.rates.range(range).next_back()?;
        let up = ten(decimals(&self.home)).checked_mul(ONE)?;
        let down = ten(rate.places).checked_mul(ten(decimals(currency)))?;
        let product = Exact::from(minor).checked_mul(rate.digits)?.checked_mul(up)?;
        // To the nearest millionth of a minor unit.
        let exact = (product + product.signum() * (down / 2)) / down;
        let places = u8::try_from(rate.places).ok()?;
        Some(Converted { exact, rate: (rate.text.parse().ok()?, places), day: Day(*of) })
    }
}

fn ten(places: u32) -> Exact {
    10_i128.pow(places)
}

/// The places of day, currency and rate. A rate column may name the currency, as in `eur_per_unit`: then it must be ours.
fn columns(headers: &csv::StringRecord, names: &Columns, home: &str) -> Option<[usize; 3]> {
    let plain: Vec<String> = headers.iter().map(|name| half_width(name).to_lowercase()).collect();
    let of = |known: &[String]| plain.iter().position(|name| known.contains(name));
    let per_unit = format!("{}_per_unit", home.to_lowercase());
    let rate = of(&names.rate).or_else(|| plain.iter().position(|name| *name == per_unit));
    Some([of(&names.day)?, of(&names.currency)?, rate?])
}

/// A positive decimal with at most nine decimals, by point or comma.
fn read_rate(text: &str) -> Option<Rate> {
    let plain = half_width(text).replace(',', ".");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = whole.len() <= 9 && part.len() <= 9;
    if whole.is_empty() || !is_short || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let digits: Exact = format!("{whole}{part}").parse().ok().filter(|digits| *digits > 0)?;
    Some(Rate { digits, places: u32::try_from(part.len()).ok()?, text: plain.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Exchange> {
        Exchange::of(text, "rates.csv", "EUR", &Assumed::read()?)
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn money_is_converted_exactly() {
        let rates =
            read("date,currency,rate\n2026-01-02,usd,0.9\n2026-01-02,JPY,0.0061\n2026-01-05,USD,0.91\n")
                .unwrap();
        let exact =
            |minor, currency: &str, on: &str| rates.convert(minor, currency, day(on)).map(|one| one.exact);
        assert_eq!(exact(2_000, "USD", "2026-01-02"), Some(1_800 * ONE));
        assert_eq!(exact(-5, "USD", "2026-01-02"), Some(-4_500_000), "fractions of a cent stay");
        assert_eq!(exact(1_000, "JPY", "2026-01-02"), Some(610 * ONE), "yen have no minor unit");
        // A Sunday has Friday's rate; five days later there is none; before the first there is none.
        assert_eq!(rates.convert(100, "USD", day("2026-01-04")).unwrap().day, day("2026-01-02"));
        assert_eq!(rates.convert(100, "USD", day("2026-01-05")).unwrap().rate, (0.91, 2));
        assert_eq!(exact(100, "JPY", "2026-01-06"), Some(61 * ONE));
        assert_eq!(exact(100, "JPY", "2026-01-07"), None);
        assert_eq!(exact(100, "USD", "2026-01-01"), None);
        assert_eq!(exact(100, "CHF", "2026-01-02"), None);
    }

    #[test]
    fn tables_as_people_have_them() {
        assert!(read("\u{65e5}\u{671f};币种;汇率\n2026-01-02;USD;0,9\n").is_ok());
        assert!(read("date\tcurrency\teur_per_unit\n2026-01-02\tUSD\t0.9\n").is_ok());
    }

    #[test]
    fn mistakes_name_the_line() {
        for (text, says) in [
            ("date,currency,usd_per_unit\n2026-01-02,USD,0.9\n", "rates.csv:1: rates need the columns"),
            ("date,currency,rate\n", "there are no rates in it"),
            ("date,currency,rate\nsoon,USD,0.9\n", "rates.csv:2: 'soon' is no day"),
            ("date,currency,rate\n2026-01-02,dollar,0.9\n", "rates.csv:2: 'DOLLAR' is no currency"),
            ("date,currency,rate\n2026-01-02,USD,0\n", "rates.csv:2: '0' is no rate"),
            ("date,currency,rate\n2026-01-02,USD,-1\n", "'-1' is no rate"),
            (
                "date,currency,rate\n2026-01-02,USD,0.9\n2026-01-02,USD,0.8\n",
                "rates.csv:3: USD on 2026-01-02 is worth 0.8 here and 0.9 in line 2",
            ),
        ] {
            let error = format!("{:#}", read(text).expect_err("is refused"));
            assert!(error.contains(says), "{error}");
        }
    }
}
