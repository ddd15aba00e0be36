//! A table for people: aligned in any script, and never wider than the screen.

use super::table::Column;
use super::{Cell, Table, safe};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width, presets};
use unicode_width::UnicodeWidthStr;

/// The longest text shown in one cell; the other formats keep all of it.
const CELL_WIDTH: usize = 48;

/// What a column of sentences needs to be readable, and what a name needs to be told from another.
const LONG_WIDTH: usize = 24;
const NAME_WIDTH: usize = 8;

/// Blanks between two columns.
const GAP: usize = 2;

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
    let Some(places) = places(table, &texts, width) else {
        return Drawing { text: draw_plain(table), hidden: Vec::new() };
    };
    let mut drawing = comfy_table::Table::new();
    drawing.load_style(presets::NOTHING);
    drawing.set_content_arrangement(ContentArrangement::Dynamic);
    let total: usize = places.iter().map(|(_, width)| width + GAP).sum();
    drawing.set_width(u16::try_from(total).unwrap_or(u16::MAX));
    drawing.set_header(places.iter().map(|&(i, width)| shorten(&title(&table.columns[i]), width)));
    for row in &texts {
        drawing.add_row(
            places.iter().map(
                |&(i, width)| {
                    if table.columns[i].long { row[i].clone() } else { shorten(&row[i], width) }
                },
            ),
        );
    }
    for (place, &(index, width)) in places.iter().enumerate() {
        if let Some(column) = drawing.column_mut(place) {
            column.set_padding((0, GAP as u16));
            let width = u16::try_from(width + GAP).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            if table.columns[index].right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    let text: String = drawing.lines().map(|line| line.trim_end().to_string() + "\n").collect();
    let there = |index: &usize| places.iter().any(|(kept, _)| kept == index);
    let hidden = (0..table.columns.len()).filter(|i| !there(i)).map(|i| table.columns[i].key).collect();
    Drawing { text, hidden }
}

fn title(column: &Column) -> String {
    column.key.replace('_', " ")
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
            // A number that is missing was not observed; a text that is missing is not there.
            let missing = if column.right { "unknown" } else { "none" };
            let value = if *cell == Cell::Missing { missing } else { value.as_str() };
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

/// The columns that fit and their widths: the most spare ones give way first, then names are cut. Numbers never
/// are; none where even that is not enough.
fn places(table: &Table, texts: &[Vec<String>], width: Option<usize>) -> Option<Vec<(usize, usize)>> {
    let natural = |index: usize| {
        let cells = texts.iter().map(|row| row[index].width()).max().unwrap_or(0);
        cells.max(title(&table.columns[index]).width())
    };
    let mut places: Vec<(usize, usize)> =
        (0..table.columns.len()).map(|index| (index, natural(index))).collect();
    let Some(width) = width else { return Some(places) };
    for (index, wide) in &mut places {
        if table.columns[*index].long {
            *wide = (*wide).min(LONG_WIDTH);
        }
    }
    let total = |places: &[(usize, usize)]| places.iter().map(|(_, wide)| wide + GAP).sum::<usize>() - GAP;
    while total(&places) > width {
        let spare = places.iter().map(|(index, _)| *index).max_by_key(|&index| table.columns[index].spare);
        match spare.filter(|&index| table.columns[index].spare > 0) {
            Some(spare) => places.retain(|(index, _)| *index != spare),
            None => break,
        }
    }
    while total(&places) > width {
        let names = places.iter_mut().filter(|(index, _)| {
            let column = &table.columns[*index];
            !column.right && !column.long
        });
        let (_, widest) = names.max_by_key(|(_, wide)| *wide).filter(|(_, wide)| *wide > NAME_WIDTH)?;
        *widest -= 1;
    }
    let mut room = width - total(&places);
    for (index, wide) in places.iter_mut().filter(|(index, _)| table.columns[*index].long) {
        let more = room.min(natural(*index).saturating_sub(*wide));
        *wide += more;
        room -= more;
    }
    Some(places)
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
    fn names_are_cut_before_numbers_are() {
        let mut table = sample();
        table.row(vec![3_i64.into(), "Ana Lindqvist-Robledal".into(), Cell::Missing, Cell::number(8.0, 1)]);
        let drawing = draw(&table, Some(24));
        assert_eq!(drawing.text.lines().last(), Some("3       Ana Lind…    8.0"));
        let narrow = draw(&table, Some(12));
        assert!(narrow.text.starts_with("member: 1\nname: 王小明\n"), "{}", narrow.text);
    }

    #[test]
    fn what_is_missing_is_named_by_what_it_is() {
        let mut table = Table::new(&["name", "flag", ">score"]);
        table.row(vec!["Ana".into(), Cell::Missing, Cell::Missing]);
        assert_eq!(draw_plain(&table), "name: Ana\nflag: none\nscore: unknown\n");
    }

    #[test]
    fn spare_columns_give_way() {
        let drawing = draw(&sample(), Some(30));
        assert_eq!(drawing.hidden, ["email"]);
        assert!(drawing.text.lines().all(|line| line.width() <= 30), "{}", drawing.text);
    }
}
