//! No cell breaks the values: whatever the text, it is read or it is not.

use super::super::reader::mutate::{Dice, by_hand, mutated, seeds};
use super::dates::{DateOrder, Evidence};
use super::numbers::Style;
use super::{currency, dates, groups, money, numbers, scores, text};

/// Cells as files have them, and such as stand at the end of what numbers and dates can be.
fn cells() -> Vec<Vec<u8>> {
    let mut cells: Vec<Vec<u8>> = seeds(&["tests/cases", "data/demo"], 4096)
        .iter()
        .flat_map(|file| file.split(|byte| matches!(byte, b',' | b';' | b'\t' | b'\n' | b'\r' | b'"')))
        .map(<[u8]>::to_vec)
        .collect();
    let odd = [
        "9223372036854775807",
        "-9223372036854775808",
        "170141183460469231731687303715884105728",
        "1e308",
        "1E-400",
        "0.00000000000000000000000000000000000000001",
        "(1,234.56)",
        "٢٥٠٫٥",
        "１２，３４５",
        "1'234'567.89",
        "−5",
        "12%",
        "99999999-99-99",
        "0000-00-00",
        "9999-12-31T23:59:60.999999999+24:00",
        "2026年03月24日17時33分05秒",
        "2026-02-30",
        "31/12/0000",
        "20261332",
        "253402300800",
        "-1",
        "2958466",
        "8 de marzo",
        "Feb 29",
        "12:00 AM",
        "25:61:61 PM",
        "10 - Extremely likely",
        "😀",
        "11/10",
        "9 / 10",
        "US$ 1.234,5 CR",
        "¥-",
        "€",
        "R$1e9",
        "2w",
        "６．５４Ｅ＋１７",
    ];
    cells.extend(odd.map(|cell| cell.as_bytes().to_vec()));
    cells.sort();
    cells.dedup();
    cells
}

fn hold(cell: &str) {
    let mut days = Evidence::default();
    days.observe(cell);
    let orders = [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy), Some(DateOrder::Ymd)];
    for (order, year) in orders.iter().flat_map(|order| [None, Some(2026)].map(|year| (*order, year))) {
        match days.decide(order, year) {
            Ok(format) => drop(format.parse(cell)),
            Err(problem) => assert!(!problem.to_string().is_empty()),
        }
    }
    let _ = dates::is_dateish(cell);
    let mut column = numbers::Evidence::default();
    column.observe(cell);
    if let Some(numbers) = column.numbers() {
        assert!(numbers.min <= numbers.max, "{numbers:?}");
    }
    for style in [Style::Dot, Style::Comma] {
        for number in [numbers::decimal(cell, style), money::amount(cell, style)].into_iter().flatten() {
            assert!(number.to_f64().is_finite());
            let _ = (number.whole(), number.scaled(0), number.scaled(18));
        }
        let _ = numbers::count(cell, Some(style));
    }
    let _ = (numbers::count(cell, None), numbers::is_destroyed(cell));
    for exponent in [0, 2, 3] {
        for style in [None, Some(Style::Dot), Some(Style::Comma)] {
            if let Err(problem) = money::minor_units(cell, exponent, style) {
                assert!(!problem.to_string().is_empty());
            }
        }
    }
    let bare = money::without_currency(cell);
    assert!(cell.contains(bare));
    if let Some(sign) = money::currency_in(cell) {
        let _ = currency::named(sign, "EUR");
    }
    let _ = (currency::of_header(cell), currency::sign_before(cell), currency::sign_behind(cell));
    for scale in [scores::Scale::NPS, scores::Scale::CSAT] {
        if let Ok(scores::Answer::Score(score)) = scores::score(cell, scale) {
            assert!((0..=10).contains(&score));
        }
    }
    if let Ok(scale) = cell.parse::<scores::Scale>() {
        let _ = scores::score(cell, scale);
    }
    let _ = (scores::worded(cell), groups::Group::named(cell), groups::Group::coded(cell));
    assert!(cell.contains(text::trim(cell)));
    let _ = (text::clean(cell), text::narrow(cell), text::is_missing(cell));
}

fn run(inputs: u64, dice: &mut Dice) {
    let cells = cells();
    for at in 0..inputs {
        let mut bytes = mutated(&cells, dice);
        bytes.truncate(120);
        let cell = String::from_utf8_lossy(&bytes);
        let held = std::panic::catch_unwind(|| hold(&cell));
        assert!(held.is_ok(), "cell {at} breaks the values: {cell:?}");
    }
}

#[test]
fn broken_cells_do_not_break_the_values() {
    run(5000, &mut Dice(2026));
}

/// `FUZZ_INPUTS=2000000 cargo test values_in_the_long_run -- --ignored`
#[test]
#[ignore = "takes as long as it is told to"]
fn the_values_in_the_long_run() {
    let (inputs, mut dice) = by_hand();
    run(inputs, &mut dice);
}
