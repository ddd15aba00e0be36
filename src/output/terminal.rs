//! A table for people: aligned in any script, and never wider than the screen.

use super::table::Column;
use super::{Cell, Table, safe};
use comfy_table::{CellAlignment, ContentArrangement, presets};
use unicode_width::UnicodeWidthStr;

/// The longest text shown in one cell; the other formats keep all of it.
const CELL_WIDTH: usize = 48;

/// What a column of sentences needs to be readable.
const LONG_WIDTH: usize = 24;

/// What was drawn, and which columns there was no room for.
pub struct Drawing {
    /// The lines.
    pub text: String,
    /// Keys of the columns left out.
    pub hidden: Vec<&'static str>,
}

/// Draws at most `width` columns wide (`None`: as wide as it needs).
pub fn draw(table: &Table, width: Option<usize>) -> Drawing {
    let shown =
        |(column, cell): (&Column, &Cell)| shown(cell, if column.long { usize::MAX } else { CELL_WIDTH });
    let texts: Vec<Vec<String>> =
        table.rows.iter().map(|row| table.columns.iter().zip(row).map(shown).collect()).collect();
    let kept = fitting(table, &texts, width);
    let mut drawing = comfy_table::Table::new();
    drawing.load_style(presets::NOTHING);
    drawing.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = width {
        drawing.set_content_arrangement(ContentArrangement::Dynamic);
        drawing.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    drawing.set_header(kept.iter().map(|&i| table.columns[i].key.replace('_', " ")));
    for row in &texts {
        drawing.add_row(kept.iter().map(|&i| row[i].as_str()));
    }
    for (place, &index) in kept.iter().enumerate() {
        if let Some(column) = drawing.column_mut(place) {
            column.set_padding((0, 2));
            if table.columns[index].right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    let text: String = drawing.lines().map(|line| line.trim_end().to_string() + "\n").collect();
    let hidden =
        (0..table.columns.len()).filter(|i| !kept.contains(i)).map(|i| table.columns[i].key).collect();
    Drawing { text, hidden }
}

/// One `name: value` line per cell, a blank line between rows: for screen readers and narrow needs.
pub fn draw_plain(table: &Table) -> String {
    let mut text = String::new();
    for (index, row) in table.rows.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        for (column, cell) in table.columns.iter().zip(row) {
            let value = safe::line(&cell.plain());
            let value = if *cell == Cell::Missing { "unknown" } else { value.as_str() };
            text.push_str(&format!("{}: {value}\n", column.key.replace('_', " ")));
        }
    }
    text
}

fn shown(cell: &Cell, width: usize) -> String {
    let text = if *cell == Cell::Missing { "–".into() } else { safe::cell(&cell.plain()) };
    shorten(&text, width)
}

/// At most `width` screen columns, an ellipsis where something was cut.
pub fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut short = String::new();
    for c in text.chars() {
        if format!("{short}{c}…").width() > width {
            break;
        }
        short.push(c);
    }
    short.trim_end().to_string() + "…"
}

/// The columns that fit, leaving out the most spare ones first.
fn fitting(table: &Table, texts: &[Vec<String>], width: Option<usize>) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..table.columns.len()).collect();
    let Some(width) = width else { return kept };
    let wide = |index: usize| {
        let cells = texts.iter().map(|row| row[index].width()).max().unwrap_or(0);
        let cells = if table.columns[index].long { cells.min(LONG_WIDTH) } else { cells };
        cells.max(table.columns[index].key.width()) + 2
    };
    let widths: Vec<usize> = (0..table.columns.len()).map(wide).collect();
    while kept.iter().map(|&i| widths[i]).sum::<usize>() > width {
        let Some(spare) = kept
            .iter()
            .copied()
            .filter(|&i| table.columns[i].spare > 0)
            .max_by_key(|&i| table.columns[i].spare)
        else {
            break;
        };
        kept.retain(|&i| i != spare);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&["member", "name", "?email", ">score"]);
        table.row(vec![1_i64.into(), "王小明".into(), "wang@example.com".into(), Cell::number(71.25, 1)]);
        table.row(vec![22_i64.into(), "Ana".into(), Cell::Missing, Cell::number(9.0, 1)]);
        table
    }

    #[test]
    fn chinese_names_align() {
        let drawing = draw(&sample(), None);
        let widths: Vec<usize> = drawing.text.lines().map(UnicodeWidthStr::width).collect();
        assert!(widths.iter().all(|&width| width == widths[0]), "{}", drawing.text);
    }

    #[test]
    fn spare_columns_give_way() {
        let drawing = draw(&sample(), Some(30));
        assert_eq!(drawing.hidden, ["email"]);
        assert!(drawing.text.lines().all(|line| line.width() <= 30), "{}", drawing.text);
    }
}
