//! Where the table begins: titles and comments above the header, and the one to three rows that the header takes.

use csv::StringRecord;

use super::super::values::numbers::{Style, decimal};
use super::super::values::text::{bare, clean, trim, words};
use super::super::values::{dates, money};
use super::delimiter::usual_width;
use super::groups::Groups;
use super::record::Record;

/// A header is looked for in so many records; no export has more lines above it.
const LOOK_AT: usize = 60;

/// The header of a file, and what stands above it.
#[derive(Debug)]
pub struct Head {
    /// The physical line of its first row.
    pub line: u64,
    /// How many rows it takes; 0 in a file without one.
    pub rows: usize,
    /// Title and comment lines above, in order.
    pub titles: Vec<String>,
    /// `# ...` lines stand above, so they may stand further down too.
    pub comments: bool,
    /// Its rows stand in groups.
    pub groups: Option<Groups>,
}

/// How many cells hold something.
pub fn filled(cells: &StringRecord) -> usize {
    cells.iter().filter(|cell| !trim(cell).is_empty()).count()
}

/// The width without empty cells at the end.
pub fn trimmed_width(cells: &StringRecord) -> usize {
    (0..cells.len()).rfind(|at| !trim(&cells[*at]).is_empty()).map_or(0, |at| at + 1)
}

/// True for a number, an amount, a percentage or a date: cells of data rather than of headers.
pub fn is_typed(cell: &str) -> bool {
    let cell = bare(trim(cell));
    if !cell.contains(char::is_numeric) {
        return false;
    }
    let bare = money::without_currency(cell.trim_end_matches('%'));
    decimal(bare, Style::Dot).is_some() || decimal(bare, Style::Comma).is_some() || dates::is_dateish(cell)
}

/// True if no cell is a number or date and at least one is filled: a header may look like this.
pub fn is_wordy(cells: &StringRecord) -> bool {
    filled(cells) > 0 && !cells.iter().any(is_typed)
}

/// `# Report`, `#`, `# ----`. A column may be called `#`, or `# of seats`: then other cells are filled too.
pub fn is_comment(cells: &StringRecord, among_comments: bool) -> bool {
    let Some(rest) = cells.get(0).and_then(|cell| trim(cell).strip_prefix('#')) else { return false };
    let alone = filled(cells) == 1;
    let sign = is_comment_sign(rest);
    alone && (sign || among_comments || rest.is_empty() && cells.len() == 1) || sign && among_comments
}

/// What stands behind the `#` of a comment; `#1001` and `#tag` are values.
fn is_comment_sign(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '-' | '#'))
}

fn begins_comment(cells: &StringRecord) -> bool {
    cells.get(0).and_then(|cell| trim(cell).strip_prefix('#')).is_some_and(is_comment_sign)
}

/// A title or comment line as one text.
pub fn title(cells: &StringRecord) -> Option<String> {
    let filled: Vec<&str> = cells.iter().map(trim).filter(|cell| !cell.is_empty()).collect();
    let told = if is_repeated(cells) { &filled[..1] } else { &filled };
    (!filled.is_empty()).then(|| told.join(" "))
}

/// A header cell without blanks, BOM and a pair of quotes round it.
pub fn name(cell: &str) -> String {
    let cell = clean(cell);
    // Some reports mark the column that they are sorted by.
    let text = trim(bare(&cell).trim_end_matches(['↑', '↓']));
    for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”')] {
        let inside = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
        if let Some(inside) = inside.filter(|inside| !inside.contains([open, close])) {
            return clean(inside).into_owned();
        }
    }
    text.to_owned()
}

/// Looked at to tell how many rows a header takes.
pub const ROWS_TO_TELL: usize = 32;

/// How many rows the header takes with which these records begin: 1 to 3.
pub fn rows_of(records: &[Record]) -> usize {
    count_rows(&records.iter().collect::<Vec<_>>())
}

/// Finds the header in the first records of a file. `declared` says that line 1 is `sep=`.
pub fn find(records: &[Record], declared: bool) -> Option<Head> {
    let skipped = usize::from(declared && records.first().is_some_and(|record| record.line == 1));
    let records: Vec<&Record> =
        records[skipped..].iter().filter(|record| filled(&record.cells) > 0).collect();
    let width = usual_width(&first_block(&records));
    let mut head = Head { line: 0, rows: 1, titles: Vec::new(), comments: false, groups: None };
    for (at, record) in records.iter().enumerate().take(LOOK_AT) {
        let rest = &records[at + 1..];
        let among = head.comments || rest.first().is_some_and(|next| begins_comment(&next.cells));
        let comment = !rest.is_empty() && is_comment(&record.cells, among);
        if comment || is_title(&record.cells, rest, width) {
            head.comments |= comment;
            head.titles.extend(title(&record.cells));
            continue;
        }
        head.line = record.line;
        head.rows = if is_headerless(&records[at..]) { 0 } else { count_rows(&records[at..]) };
        head.groups = Groups::find(&records[at..], head.rows);
        return Some(head);
    }
    None
}

/// The widths of the records up to the first empty line behind a table.
fn first_block(records: &[&Record]) -> Vec<usize> {
    let mut widths = Vec::new();
    let mut rows = 0;
    for record in records {
        if record.after_gap && rows >= 2 {
            break;
        }
        rows += usize::from(filled(&record.cells) > 1);
        widths.push(record.cells.len());
    }
    widths
}

/// A line above the header that holds no table row: one cell, or a pair such as `Exported on;2026-01-01` above something wide.
fn is_title(cells: &StringRecord, rest: &[&Record], width: Option<usize>) -> bool {
    let (Some(width), Some(next)) = (width, rest.first()) else { return false };
    let full = filled(cells);
    if is_repeated(cells) && is_wordy(cells) && is_wordy(&next.cells) && !is_repeated(&next.cells) {
        return true;
    }
    if full == 1 && cells.get(0).is_some_and(|cell| !trim(cell).is_empty()) {
        // A spreadsheet fills the line up with empty cells; then only a header behind it proves the title.
        let typed_below = || rest[1..].iter().take(20).any(|record| record.cells.iter().any(is_typed));
        return cells.len() == 1 || is_wordy(&next.cells) && typed_below();
    }
    if width >= 4 && cells.len() * 2 <= width {
        return true;
    }
    full == 2 && trimmed_width(cells) == 2 && width >= 5 && filled(&next.cells) >= 5 && is_wordy(&next.cells)
}

/// True if the first row has an e-mail address where the second has one too: both are rows of data.
fn is_headerless(records: &[&Record]) -> bool {
    let mut cells = records[0].cells.iter().enumerate();
    let next = records.get(1).map(|next| &next.cells);
    cells.any(|(at, cell)| is_address(cell) && next.is_none_or(|next| next.get(at).is_some_and(is_address)))
}

fn is_address(cell: &str) -> bool {
    let Some((local, host)) = bare(trim(cell)).split_once('@') else { return false };
    let is_plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@/:,;".contains(c));
    is_plain(local) && is_plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

/// One text in every cell: a title over merged cells, as some tools write it.
fn is_repeated(cells: &StringRecord) -> bool {
    let mut filled = cells.iter().map(trim).filter(|cell| !cell.is_empty());
    let first = filled.next();
    let (same, others) =
        filled.fold(
            (0, 0),
            |(same, others), cell| {
                if Some(cell) == first { (same + 1, others) } else { (same, others + 1) }
            },
        );
    same >= 2 && others == 0
}

fn count_rows(records: &[&Record]) -> usize {
    let row = |at: usize| records.get(at).map(|record| &record.cells);
    let Some((first, second)) = row(0).zip(row(1)) else { return 1 };
    if row(2).is_some_and(is_import_ids) {
        return 3;
    }
    let two = is_import_ids(second)
        || is_numbered(first) && is_wordy(second)
        || is_group_row(first, second, &records[2..])
        || is_choice_row(first, second, row(2));
    if two { 2 } else { 1 }
}

/// Qualtrics' third row: `{"ImportId":"startDate"}`.
fn is_import_ids(cells: &StringRecord) -> bool {
    filled(cells) > 0
        && cells
            .iter()
            .map(trim)
            .filter(|cell| !cell.is_empty())
            .all(|cell| cell.starts_with("{\"ImportId\""))
}

/// Qualtrics' old export: the first row is `V1,V2,V3...`, the names stand in the second.
fn is_numbered(cells: &StringRecord) -> bool {
    cells.len() > 3 && (0..3).all(|at| trim(&cells[at]) == format!("V{}", at + 1))
}

/// Groups over the names: a sparse row above a full one, and behind them rows that are unlike the full one.
fn is_group_row(first: &StringRecord, second: &StringRecord, behind: &[&Record]) -> bool {
    let (groups, names, width) = (filled(first), filled(second), first.len().max(second.len()));
    let sparse = groups >= 2 && groups * 10 < width * 6;
    let full = names * 10 >= width * 9 && is_wordy(second);
    let data = behind
        .iter()
        .take(30)
        .any(|record| record.cells.iter().any(is_typed) || filled(&record.cells) * 10 < width * 9);
    sparse && full && data
}

/// SurveyMonkey's second row: nothing under the ids, the choices or `Response` under the questions.
fn is_choice_row(first: &StringRecord, second: &StringRecord, third: Option<&StringRecord>) -> bool {
    let blank = |cells: &StringRecord, at: usize| cells.get(at).is_none_or(|cell| trim(cell).is_empty());
    if blank(first, 0) || !blank(second, 0) || !is_wordy(second) || third.is_none_or(|cells| blank(cells, 0))
    {
        return false;
    }
    let spans: Vec<usize> = (0..first.len()).filter(|at| blank(first, *at)).collect();
    let named = spans.iter().filter(|at| !blank(second, **at)).count();
    let responses = second.iter().filter(|cell| is_response(cell)).count();
    responses > 0 || !spans.is_empty() && named * 10 >= spans.len() * 9
}

fn is_response(cell: &str) -> bool {
    let cell = trim(cell).to_lowercase();
    words(include_str!("../../../data/words/headers.tsv")).any(|word| word == cell)
}

#[cfg(test)]
mod tests {
    use super::super::delimiter::Delimiter;
    use super::super::record::parse;
    use super::*;

    fn found(text: &str) -> (u64, usize) {
        let head = find(&parse(text, Delimiter::Comma), text.starts_with("sep=")).expect("header");
        (head.line, head.rows)
    }

    #[test]
    fn titles_comments_and_declarations_stand_above() {
        assert_eq!(found("a,b\n1,2\n"), (1, 1));
        assert_eq!(found("sep=,\n\"Follows\"\n\"Date\",\"Primary\"\n2026-01-01,1\n"), (3, 1));
        assert_eq!(found("# Report, of all\n# From: a, b\n\nWeek,Users\n0000,4\n"), (4, 1));
        assert_eq!(found("Top 1000 notes,,,\nTitle,Date,Likes,Saves\nx,2026-01-01,1,2\n"), (2, 1));
        assert_eq!(found("The best,The best,The best\nTitle,Date,Likes\nx,2026-01-01,1\n"), (2, 1));
        assert_eq!(found("Exported on,2026-01-01\nid,name,mail,score,date\n1,a,b,9,2026-01-01\n"), (2, 1));
    }

    #[test]
    fn a_header_is_no_title() {
        assert_eq!(found(",score\n0,9\n1,8\n"), (1, 1));
        assert_eq!(found("#,Question\nabc1,yes\n"), (1, 1));
        assert_eq!(found("# of seats,Plan\n4,pro\n"), (1, 1));
        assert_eq!(found("response\n9\n10\n"), (1, 1));
        assert_eq!(found("name,,\nAda,x,y\nBob,z,w\n"), (1, 1));
    }

    #[test]
    fn headers_of_two_and_three_rows() {
        assert_eq!(
            found(
                "StartDate,Q1\nStart,How?\n\"{\"\"ImportId\"\":\"\"s\"\"}\",\"{\"\"ImportId\"\":\"\"q\"\"}\"\n2026-01-01,9\n"
            ),
            (1, 3)
        );
        assert_eq!(found("V1,V2,V3,Q1\nResponseID,ResponseSet,Name,How?\nR_1,Default,,9\n"), (1, 2));
        assert_eq!(found("Respondent ID,Which?,,Score\n,Red,Blue,Response\n77,Red,,9\n"), (1, 2));
        assert_eq!(
            found(",Systems,,,,Tools,,,,\n#,Mac,BSD,Win,Linux,Py,C,Go,R,Other\nk3,Mac,,,,Py,,,,\n"),
            (1, 2)
        );
    }

    #[test]
    fn a_first_row_with_an_address_is_no_header() {
        assert_eq!(found("Ada,ada@b.example,2026-01-05\nBo,bo@b.example,2026-01-06\n"), (1, 0));
        assert_eq!(found("List of May,,\nAda,ada@b.example,pro\nBo,bo@b.example,free\n"), (1, 1));
        assert_eq!(found("day,ada@b.example,bo@b.example\n2026-01-05,3,4\n"), (1, 1));
        assert_eq!(found("name,mail to us@b.example\nAda,bo@b.example\n"), (1, 1));
    }

    #[test]
    fn a_first_row_without_its_first_cell_is_data() {
        assert_eq!(found("name,plan,seats\n,pro,3\nAda,free,1\n"), (1, 1));
    }

    #[test]
    fn names_lose_what_surrounds_them() {
        assert_eq!(name("\u{feff}\"Date\" "), "Date");
        assert_eq!(name("Phone clicks \u{a0}"), "Phone clicks");
        assert_eq!(name("Date entered \"Demo\""), "Date entered \"Demo\"");
        assert_eq!(name("'Members'"), "Members");
        assert_eq!(name("Stage  ↑"), "Stage");
    }
}
