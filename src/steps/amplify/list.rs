//! A pasted list of addresses, or a small table of them: bytes to rows.

use super::log::Given;
use crate::data;
use crate::model::time::half_width;
use crate::output::safe;
use anyhow::{Context, Result, bail};
use encoding_rs::{Encoding, GB18030, UTF_8};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A list longer than this is an export, and belongs to `import`.
const LONGEST: usize = 16 * 1024 * 1024;

/// One line.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its line in the file, from 1 on.
    pub line: u64,
    /// Its cells as they were.
    pub cells: Vec<String>,
    /// What it says; none for a remark or an empty line.
    pub entry: Option<Entry>,
}

/// What a line says.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The address, or words around it.
    pub url: String,
    /// Whose.
    pub member: Option<String>,
    /// What else.
    pub given: Given,
}

/// A list that was read.
#[derive(Debug, Clone)]
pub struct List {
    /// The names of its columns.
    pub headers: Vec<String>,
    /// How its bytes were read.
    pub encoding: &'static str,
    /// What separates its cells, in words.
    pub delimiter: &'static str,
    /// Its lines in order.
    pub rows: Vec<Row>,
}

/// data/log.toml.
#[derive(Debug, Deserialize)]
struct Words {
    columns: BTreeMap<String, Vec<String>>,
    remarks: Vec<String>,
}

/// Reads a list.
///
/// # Errors
/// Where it is empty, longer than 16 MiB, or a table that cannot be read.
pub fn read(bytes: &[u8]) -> Result<List> {
    if bytes.len() > LONGEST {
        bail!(
            "the list is longer than 16 MiB: `groundswell import FILE --as activity` reads exports of any length"
        );
    }
    let words: Words = toml::from_str(data::needed("log.toml")?)?;
    let (text, encoding) = decoded(bytes);
    let Some(first) = text.lines().map(str::trim).find(|line| !line.is_empty() && !words.is_remark(line))
    else {
        bail!(
            "the list is empty: one address a line, or a table with a header (url, member, title, date, reach, engagements)"
        );
    };
    let separators = [("tab", b'\t'), ("semicolon", b';'), ("comma", b',')];
    let found = separators.into_iter().find(|(_, byte)| first.contains(char::from(*byte)));
    let (delimiter, byte) = found.unwrap_or(("comma", b','));
    let names = first.split(char::from(byte)).map(|name| name.trim().trim_matches('"'));
    let fields: Vec<Option<&str>> = names.map(|name| words.field(name)).collect();
    let is_table = fields.contains(&Some("url"));
    let (headers, rows) = if is_table { table(&text, byte, &fields, &words)? } else { lines(&text, &words) };
    let delimiter = if is_table { delimiter } else { "none" };
    Ok(List { headers, encoding: encoding.name(), delimiter, rows })
}

/// By its first bytes, else UTF-8 where it is that, else the encoding of Chinese programs.
fn decoded(bytes: &[u8]) -> (String, &'static Encoding) {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    (encoding.decode(bytes).0.into_owned(), encoding)
}

impl Words {
    fn is_remark(&self, line: &str) -> bool {
        self.remarks.iter().any(|start| line.starts_with(start.as_str()))
    }

    /// The field a header names.
    fn field(&self, name: &str) -> Option<&str> {
        let name = half_width(name).replace('_', " ").to_lowercase();
        let known = self.columns.iter().find(|(_, names)| names.contains(&name));
        known.map(|(field, _)| field.as_str())
    }
}

fn lines(text: &str, words: &Words) -> (Vec<String>, Vec<Row>) {
    let row = |(line, text): (u64, &str)| {
        let is_entry = !text.trim().is_empty() && !words.is_remark(text.trim());
        let entry = is_entry.then(|| Entry { url: text.trim().to_string(), ..Entry::default() });
        Row { line, cells: vec![text.to_string()], entry }
    };
    (vec!["url".into()], (1..).zip(text.lines()).map(row).collect())
}

fn table(
    text: &str,
    delimiter: u8,
    fields: &[Option<&str>],
    words: &Words,
) -> Result<(Vec<String>, Vec<Row>)> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let (mut headers, mut rows) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record =
            record.context("the list cannot be read as a table: look for a quote that is not closed")?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(|cell| safe::unguard(cell).to_string()).collect();
        if words.is_remark(cells.first().map_or("", |cell| cell.trim())) {
            rows.push(Row { line, cells, entry: None });
        } else if headers.is_empty() {
            headers = cells;
        } else {
            let entry =
                Some(entry(&cells, fields)).filter(|_| cells.iter().any(|cell| !cell.trim().is_empty()));
            rows.push(Row { line, cells, entry });
        }
    }
    Ok((headers, rows))
}

fn entry(cells: &[String], fields: &[Option<&str>]) -> Entry {
    let of = |field: &str| {
        let place = fields.iter().position(|known| *known == Some(field))?;
        Some(cells.get(place)?.trim().to_string()).filter(|cell| !cell.is_empty())
    };
    Entry {
        url: of("url").unwrap_or_default(),
        member: of("member"),
        given: Given {
            kind: of("kind"),
            platform: of("platform"),
            title: of("title"),
            at: of("date"),
            reach: of("reach"),
            impressions: of("impressions"),
            engagements: of("engagements"),
            grade: of("grade"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(bytes: &[u8]) -> Vec<(u64, String)> {
        let rows = read(bytes).expect("reads").rows;
        rows.into_iter().filter_map(|row| Some((row.line, row.entry?.url))).collect()
    }

    #[test]
    fn one_address_a_line_with_remarks() {
        let text = "# June\n\nhttps://youtu.be/a\r\n  see https://x.com/ana/status/5 \n";
        assert_eq!(
            entries(text.as_bytes()),
            [(3, "https://youtu.be/a".into()), (4, "see https://x.com/ana/status/5".into())]
        );
        // A comma in the words an app shares an address with makes no table.
        let shared = "来看看，很好, 😆 http://xhslink.com/a/AbC";
        assert_eq!(entries(shared.as_bytes()).len(), 1);
        assert_eq!(read(shared.as_bytes()).expect("reads").delimiter, "none");
    }

    #[test]
    fn a_table_by_its_header() {
        let text = "Member;Link;Title;Date;Views;互动\nana@example.com;https://youtu.be/a;\"One; two\";2026-06-01;1,200;30\n\nben;https://youtu.be/b;;;;\n";
        let list = read(text.as_bytes()).expect("reads");
        assert_eq!((list.delimiter, list.headers.len()), ("semicolon", 6));
        let one = list.rows[0].entry.clone().expect("says something");
        assert_eq!(
            (
                one.member.as_deref(),
                one.given.title.as_deref(),
                one.given.reach.as_deref(),
                one.given.engagements.as_deref()
            ),
            (Some("ana@example.com"), Some("One; two"), Some("1,200"), Some("30"))
        );
        assert_eq!(list.rows[1].entry.clone().expect("says something").given.title, None);
    }

    #[test]
    fn encodings_of_pasted_lists() {
        let text = "链接,标题\nhttps://youtu.be/a,你好\n";
        let gb = GB18030.encode(text).0;
        let list = read(&gb).expect("reads");
        assert_eq!(list.encoding, "gb18030");
        assert_eq!(list.rows[0].entry.clone().expect("says something").given.title.as_deref(), Some("你好"));
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend(text.as_bytes());
        assert_eq!(entries(&marked), entries(text.as_bytes()));
        assert!(read(b" \n# nothing\n").expect_err("is empty").to_string().contains("one address a line"));
        assert!(read(&vec![b' '; LONGEST + 1]).expect_err("too long").to_string().contains("16 MiB"));
    }
}
