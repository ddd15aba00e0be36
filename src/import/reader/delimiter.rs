//! Which sign separates the cells: the one under which the records of a sample come out alike.

use super::header::filled;
use super::record::{Record, parse};

/// What separates cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// Tab.
    Tab,
    /// `|`
    Pipe,
    /// Nothing: one column.
    None,
    /// A workbook: its cells are apart by themselves.
    Cells,
}

impl Delimiter {
    /// The four signs, the likeliest first.
    const SIGNS: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The byte to split at. A byte that no UTF-8 has stands for none.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::None => 0xFF,
            Self::Cells => super::container::sheet::BETWEEN,
        }
    }

    /// The word for messages and receipts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
            Self::None => "none",
            Self::Cells => "cells",
        }
    }

    /// By word or by sign.
    pub fn parse(text: &str) -> Option<Self> {
        Self::SIGNS.into_iter().chain([Self::None]).find(|delimiter| {
            text.eq_ignore_ascii_case(delimiter.name()) || text.as_bytes() == [delimiter.byte()]
        })
    }
}

/// The sign that a first line `sep=;` names.
pub fn declared(sample: &str) -> Option<Delimiter> {
    let line = sample.lines().next()?;
    // Written back by a spreadsheet the line may be quoted and have empty cells behind it.
    let line = line.trim_start_matches('"').to_lowercase();
    let sign = line.strip_prefix("sep=")?;
    Delimiter::SIGNS.into_iter().find(|delimiter| sign.as_bytes().first() == Some(&delimiter.byte()))
}

/// Finds the delimiter of a sample (64 KB are plenty).
pub fn sniff(sample: &str) -> Delimiter {
    if let Some(delimiter) = declared(sample) {
        return delimiter;
    }
    let mut best = (Delimiter::None, 0.0);
    for delimiter in Delimiter::SIGNS {
        let score = consistency(sample, delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    if best.0 == Delimiter::None { ragged(sample) } else { best.0 }
}

/// Few and ragged rows show no usual width: then the sign that stands in the header and in every record.
fn ragged(sample: &str) -> Delimiter {
    let makes_columns = |delimiter: &Delimiter| {
        let records = parse(sample, *delimiter);
        let mut records = records.iter().filter(|record| filled(&record.cells) > 0);
        records.next().is_some_and(|header| header.cells.len() > 1)
            && records.all(|record| record.cells.len() > 1)
    };
    Delimiter::SIGNS.into_iter().find(makes_columns).unwrap_or(Delimiter::None)
}

/// How alike the records are: the share with the usual width, more for a header of that width, a little more for many columns;
/// 0 if the sign does not make columns.
fn consistency(sample: &str, delimiter: Delimiter) -> f64 {
    let records: Vec<_> =
        parse(sample, delimiter).into_iter().filter(|record| filled(&record.cells) > 0).collect();
    let widths: Vec<usize> = records.iter().map(|record| record.cells.len()).collect();
    let Some(usual) = usual_width(&widths) else { return 0.0 };
    let alike = widths.iter().filter(|width| **width == usual).count();
    let share = alike.max(alike_in_blocks(&records)) as f64 / widths.len() as f64;
    // Commas of free text make records of any width, and none in the header.
    let header = widths.iter().position(|width| *width > 1).unwrap_or(0);
    let header_fits = widths[header] == usual;
    // Titles stand above the header or behind an empty line; narrow records anywhere else are free text.
    let stray =
        records[header..].iter().filter(|record| record.cells.len() == 1 && !record.after_gap).count();
    let free_text = header > 0 && (stray * 10 > widths.len() || share < 0.5 && widths.len() > 4);
    if free_text || !header_fits && share < 0.5 {
        return 0.0;
    }
    share * if header_fits { 1.0 } else { 0.5 } * (1.0 + 0.02 * usual.min(20) as f64)
}

/// How many records are as wide as one beside them, where empty lines part the records: tables of several widths may be stacked.
fn alike_in_blocks(records: &[Record]) -> usize {
    let joined = |at: usize| {
        records.get(at).is_some_and(|record| {
            at > 0 && !record.after_gap && record.cells.len() == records[at - 1].cells.len()
        })
    };
    if !records.iter().any(|record| record.after_gap) {
        return 0;
    }
    (0..records.len()).filter(|at| records[*at].cells.len() > 1 && (joined(*at) || joined(at + 1))).count()
}

/// The most frequent width above one, the larger on a tie.
pub fn usual_width(widths: &[usize]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for width in widths.iter().filter(|width| **width > 1) {
        *counts.entry(*width).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map(|(width, _)| width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_is_found() {
        for (sample, delimiter) in [
            ("a,b\n1,2\n", Delimiter::Comma),
            ("a;b\n1,5;2,5\n3,5;4,5\n", Delimiter::Semicolon),
            ("a\tb\n1\tx, y\n", Delimiter::Tab),
            ("a|b\n", Delimiter::Pipe),
            ("score\n9\n10\n", Delimiter::None),
            ("sep=;\na,b;c\n1;2\n", Delimiter::Semicolon),
            ("\"sep=,\"\na,b\n", Delimiter::Comma),
        ] {
            assert_eq!(sniff(sample), delimiter, "{sample:?}");
        }
    }

    #[test]
    fn commas_in_headers_cells_and_free_text_mislead_nobody() {
        assert_eq!(sniff("\"How, then?\";b\n\"x, y, z\";2\n\"x\";3\n"), Delimiter::Semicolon);
        assert_eq!(
            sniff("comment\nfine, thanks\ngood, but slow, sometimes\nok\nno, never\n"),
            Delimiter::None
        );
        assert_eq!(sniff("id,choices\n1,A;B;\n2,A;B;\n3,A;B;\n"), Delimiter::Comma);
        assert_eq!(
            sniff("Follows\n\"Date\",\"Primary\"\n\"2026-01-01\",\"4\"\n\"2026-01-02\",\"5\"\n"),
            Delimiter::Comma
        );
    }

    #[test]
    fn stacked_tables_of_several_widths_are_tables() {
        assert_eq!(
            sniff(
                "Weeks\nWeek,Users\n1,4\n2,5\n\nTowns\nTown,new,old,all\nLima,3,1,4\nAmadora,2,1,3\n\nEnd,At\n1,2\n"
            ),
            Delimiter::Comma
        );
        assert_eq!(
            sniff("comment\nfine, thanks\n\ngood, but slow, sometimes\n\nok\n\nno, never\n"),
            Delimiter::None
        );
    }

    #[test]
    fn names_and_signs_name_a_delimiter() {
        assert_eq!(Delimiter::parse("tab"), Some(Delimiter::Tab));
        assert_eq!(Delimiter::parse(";"), Some(Delimiter::Semicolon));
        assert_eq!(Delimiter::parse("x"), None);
    }
}
