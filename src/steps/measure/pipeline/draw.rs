//! The plot: the series over time, and a bar for each lag.

use super::buckets::By;
use super::series::Series;
use crate::output::spark::{self, Glyphs};
use crate::output::{Cell, safe};
use crate::stats::prewhitened::Pair;

/// The longest line.
const WIDTH: usize = 52;
/// Letters of a bar to each side.
const BAR: usize = 11;
/// What stands before and after a bar: its number and blanks.
const BESIDE: usize = 10;

/// Each series as a line from 0 to its highest letter, and the days below it.
pub fn over_time(series: &Series, by: By, glyphs: &Glyphs) -> String {
    let Some((first, last)) = series.run.first().zip(series.run.last()) else { return String::new() };
    let whole = |series: &[i64]| -> Vec<f64> { series.iter().map(|count| *count as f64).collect() };
    let lines = [
        ("contributions".to_string(), whole(&series.contributions)),
        ("deals".to_string(), whole(&series.deals)),
        (format!("amount {}", safe::cell(&series.currency)), series.amounts()),
    ];
    let mut text = String::new();
    let (mut each, mut long) = (1, 0);
    for (name, values) in &lines {
        if values.iter().all(|value| *value == 0.0) {
            continue;
        }
        let (thin, together) = spark::thinned(values, WIDTH);
        (each, long) = (together, thin.len());
        let high = thin.iter().copied().fold(0.0, f64::max);
        let line: Vec<Option<f64>> = thin.into_iter().map(Some).collect();
        let line = spark::line_between(&line, 0.0, high, glyphs);
        text.push_str(&format!("{name:<14} {line}  0 to {}\n", Cell::number(high, 0).plain()));
    }
    let (first, last) = (by.name(*first), by.name(*last));
    let room = long.saturating_sub(first.len() + last.len());
    text.push_str(&format!("{:<14} {first}{}{last}", "", " ".repeat(room.max(1))));
    if each > 1 {
        text.push_str(&format!("   (a letter is {each} {})", by.units(each)));
    }
    text + "\n"
}

/// A line for each lag with a bar for each pair: to the right where more goes with more.
pub fn lags(pairs: &[(String, &Pair)], longest: usize, by: By, glyphs: &Glyphs) -> String {
    let mut text = format!("{:<7}", by.units(2));
    for (name, pair) in pairs {
        let title = format!("{name}: r (chance: to {})", Cell::number(pair.band(), 2).plain());
        text.push_str(&format!("{title:<w$}", w = 2 * BAR + BESIDE));
    }
    text = text.trim_end().to_string() + "\n";
    let longest = longest as i32;
    for lag in -longest..=longest {
        let mut line = format!("{lag:>+5}  ");
        for (_, pair) in pairs {
            let r = pair.correlation(lag);
            let number = Cell::number(r, 2).plain();
            line.push_str(&format!("{number:>5} {}   ", spark::bar(r, pair.band(), BAR, glyphs)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
