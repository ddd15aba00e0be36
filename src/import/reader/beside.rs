//! Tables that stand side by side on one sheet, with a blank column between them and headers that come again: each has its own rows.

use std::ops::Range;

use csv::StringRecord;

use super::column::Column;
use super::record::Record;

/// The columns of each of the tables that a table turns out to be; `None` where it is one.
pub fn windows(columns: &[Column]) -> Option<Vec<Range<usize>>> {
    let is_between = |column: &Column| column.filled == 0 && column.names.iter().all(String::is_empty);
    let parts: Vec<&[Column]> = columns.split(is_between).filter(|part| !part.is_empty()).collect();
    let (first, others) = parts.split_first()?;
    let names = |part: &[Column]| {
        part.iter()
            .filter_map(|column| column.names.last().cloned())
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
    };
    let left = names(first);
    let is_table = |part: &&[Column]| names(part).len() >= 2;
    // Of one table the columns are called differently.
    let again = |part: &&[Column]| names(part).iter().any(|name| left.contains(name));
    (is_table(first) && !others.is_empty() && others.iter().all(|part| is_table(part) && again(part)))
        .then(|| parts.iter().map(|part| part[0].index..part[0].index + part.len()).collect())
}

/// A record's cells in one of the tables.
pub fn within(record: Record, window: Option<&Range<usize>>) -> Record {
    let Some(window) = window else { return record };
    let cells: StringRecord = record.cells.iter().skip(window.start).take(window.len()).collect();
    Record { cells, ..record }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<Column> {
        let column = |(index, name): (usize, &&str)| Column {
            index,
            names: vec![(*name).to_owned()],
            filled: u64::from(!name.is_empty()),
            ..Column::default()
        };
        names.iter().enumerate().map(column).collect()
    }

    #[test]
    fn a_blank_column_and_the_same_headers_part_two_tables() {
        assert_eq!(windows(&columns(&["Link", "Day", "Likes", "", "Link", "Day"])), Some(vec![0..3, 4..6]));
        for one in [
            ["Link", "Day", "", "Likes", "Views"].as_slice(),
            &["Link", "Day", "Link", "Day"],
            &["Link", "", "Link", "Day"],
            &["Link", "Day", "", ""],
            &["", ""],
        ] {
            assert_eq!(windows(&columns(one)), None, "{one:?}");
        }
    }
}
