//! Numbers as exports write them: grouped, with a decimal comma, in other scripts' digits, padded, in brackets.

use super::money::amount;
use super::text::{narrow, trim, words};

/// Which sign separates the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `1,234.5`
    Dot,
    /// `1.234,5`
    Comma,
}

impl Style {
    /// As typed after `--decimal`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        [Self::Dot, Self::Comma].into_iter().find(|style| text == style.name() || text == style.sign())
    }

    /// As typed after `--decimal`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dot => "point",
            Self::Comma => "comma",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Dot => ".",
            Self::Comma => ",",
        }
    }
}

/// What a column says of its decimal sign. A few cells that are no numbers are slips and say nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sign {
    /// No cell has one, or the cells are no numbers.
    #[default]
    Unseen,
    /// Some cell can be read in this style only.
    Is(Style),
    /// Every cell that has a sign has three digits behind it.
    Open,
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
    /// Where `style` is open: the one in which `1,000` is a thousand, if small whole numbers beside it show that the
    /// column writes no three decimals.
    pub grouped: Option<Style>,
}

/// Watches a column: is every value a number, and in which style?
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    dead: bool,
    seen: u64,
    /// How many cells are no numbers in either style.
    slips: u64,
    dot: Reading,
    comma: Reading,
    open: bool,
    /// How many open values have a comma, and how many a full stop.
    comma_open: u64,
    dot_open: u64,
    /// How many whole numbers are below a thousand, and how many others have no sign in them.
    small: u64,
    large: u64,
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
        self.seen += 1;
        if let Some(value) = digits(text) {
            self.small += u64::from(text.len() <= 3);
            self.large += u64::from(text.len() > 3);
            self.dot.observe_if_fits(value);
            self.comma.observe_if_fits(value);
            return;
        }
        let dot = if self.dot.fits { amount(text, Style::Dot) } else { None };
        let comma = if self.comma.fits { amount(text, Style::Comma) } else { None };
        if dot.is_none() && comma.is_none() {
            let other = if self.dot.fits { Style::Comma } else { Style::Dot };
            self.slips += 1;
            // Either the cell belies what the others say, or there are too many slips.
            self.dead = amount(text, other).is_some() || self.slips > 3 && self.slips * 20 > self.seen;
            return;
        }
        if let (Some(a), Some(b)) = (dot, comma) {
            // 4.25 is read as 4.25 only; 1,234 and 1.234 are open.
            self.open |= a != b;
            self.comma_open += u64::from(a != b && text.contains(','));
            self.dot_open += u64::from(a != b && text.contains('.'));
            let plain = a == b && a.scale == 0;
            self.small += u64::from(plain && a.mantissa.abs() < 1000);
            self.large +=
                u64::from(plain && a.mantissa.abs() >= 1000 && !text.contains([',', '.', ' ', '\'']));
        }
        self.dot.observe(dot);
        self.comma.observe(comma);
    }

    /// What the column's cells say of its decimal sign.
    pub fn sign(&self) -> Sign {
        match (self.dot.fits, self.comma.fits) {
            _ if self.dead => Sign::Unseen,
            (true, false) => Sign::Is(Style::Dot),
            (false, true) => Sign::Is(Style::Comma),
            _ if self.open => Sign::Open,
            _ => Sign::Unseen,
        }
    }

    /// The column's numbers, if every cell was one.
    pub fn numbers(&self) -> Option<Numbers> {
        if self.dead || self.slips > 0 || self.seen == 0 {
            return None;
        }
        let (reading, style) = match (self.dot.fits, self.comma.fits) {
            (true, false) => (&self.dot, Some(Style::Dot)),
            (false, true) => (&self.comma, Some(Style::Comma)),
            _ => (&self.dot, if self.open { None } else { Some(Style::Dot) }),
        };
        let grouped = match (self.comma_open > 0, self.dot_open > 0) {
            _ if style.is_some() || self.small == 0 || self.large > 0 => None,
            (true, false) => Some(Style::Dot),
            (false, true) => Some(Style::Comma),
            _ => None,
        };
        Some(Numbers { min: reading.min, max: reading.max, whole: reading.whole, style, grouped })
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
    styles.iter().find_map(|style| decimal(text, *style)?.whole()).or_else(|| shortened(text))
}

/// `1.2K`, `3,4 M`, `1.2万`: counts as platforms show them, rounded there and not here.
fn shortened(text: &str) -> Option<i64> {
    let text = trim(text);
    let (_, zeros) = words(include_str!("../../../data/words/counts.tsv"))
        .filter_map(|line| line.split_once('\t'))
        .find(|(unit, _)| text.len() > unit.len() && text.to_lowercase().ends_with(unit))?;
    let unit = text.char_indices().rfind(|(_, c)| c.is_ascii_digit())?.0 + 1;
    let number = [Style::Dot, Style::Comma].iter().find_map(|style| decimal(&text[..unit], *style))?;
    number
        .scaled(0)
        .map_or_else(
            || {
                number
                    .mantissa
                    .checked_mul(10i128.checked_pow(zeros.parse::<u32>().ok()?.checked_sub(number.scale)?)?)
            },
            |whole| i128::from(whole).checked_mul(10i128.checked_pow(zeros.parse().ok()?)?),
        )
        .and_then(|count| i64::try_from(count).ok())
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
    fn one_cell_decides_the_sign_for_all() {
        let sign = |cells: &[&str]| {
            let mut evidence = Evidence::default();
            for cell in cells {
                evidence.observe(cell);
            }
            evidence.sign()
        };
        for (cells, expected) in [
            (["261.960", "731.940"].as_slice(), Sign::Open),
            (&["261.960", "14.62"], Sign::Is(Style::Dot)),
            (&["261.960", "0.444"], Sign::Is(Style::Dot)),
            (&["14.620", "1044.630"], Sign::Is(Style::Dot)),
            (&["1.240", "1.250.000"], Sign::Is(Style::Comma)),
            (&["1.240", "on request", "3,5"], Sign::Is(Style::Comma)),
            (&["1.240", "free"], Sign::Open),
            (&["3,5", "3.5"], Sign::Unseen),
            (&["10", "20"], Sign::Unseen),
            (&["a", "b", "c", "d", "1.5"], Sign::Unseen),
        ] {
            assert_eq!(sign(cells), expected, "{cells:?}");
        }
        for (text, style) in [("point", Some(Style::Dot)), (",", Some(Style::Comma)), ("dash", None)] {
            assert_eq!(Style::parse(text), style);
        }
    }

    #[test]
    fn small_whole_numbers_show_what_a_lone_sign_groups() {
        let grouped = |cells: &[&str]| column(cells).and_then(|numbers| numbers.grouped);
        assert_eq!(grouped(&["1,000", "500"]), Some(Style::Dot));
        assert_eq!(grouped(&["€1.000", "€500"]), Some(Style::Comma));
        assert_eq!(grouped(&["1,000", "2,500"]), None, "nothing else beside them");
        assert_eq!(grouped(&["1,000", "500", "2500"]), None, "thousands are not grouped");
        assert_eq!(grouped(&["1,000", "1.000", "5"]), None, "both signs");
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
        for (text, number) in
            [("1.2K", 1200), ("3,4 M", 3_400_000), ("1.2万", 12_000), ("5k", 5000), ("2亿", 200_000_000)]
        {
            assert_eq!(count(text, None), Some(number), "{text}");
        }
        for text in ["1.23456K", "K", "12 Kg", "万"] {
            assert_eq!(count(text, None), None, "{text}");
        }
    }
}
