//! The public files beside the checkout, each read as far as its columns and held against what a careful person
//! wants from it. Without them the test says so and passes.
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::{Outcome, Wishes, understand};
use crate::import::profile::Layout;
use crate::import::reader::column::{Column, Dates, Numbers};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases");
const ABSENT: [&str; 8] = ["", "na", "n/a", "nan", "undefined", "null", "-", "none"];

/// A column as the reader would describe it, from a header and cells.
pub(super) fn column(index: usize, names: &[&str], cells: &[&str]) -> Column {
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
    let filled: Vec<&str> =
        cells.iter().copied().filter(|c| !ABSENT.contains(&c.to_lowercase().as_str())).collect();
    let mut seen = HashSet::new();
    let samples: Vec<&str> = filled.iter().copied().filter(|cell| seen.insert(*cell)).collect();
    let numbers: Option<Vec<f64>> = filled.iter().map(|cell| cell.replace(',', "").parse().ok()).collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty()).map(|numbers| Numbers {
        min: numbers.iter().copied().fold(f64::INFINITY, f64::min),
        max: numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        whole: numbers.iter().all(|number| number.fract() == 0.0),
    });
    Column {
        index,
        names: names.iter().map(|name| name.trim().to_owned()).collect(),
        filled: filled.len() as u64,
        rows: cells.len() as u64,
        distinct: samples.len() as u64,
        has_duplicates: samples.len() < filled.len(),
        dates: dates(&filled),
        samples: samples.into_iter().take(50).map(str::to_owned).collect(),
        numbers,
    }
}

fn dates(cells: &[&str]) -> Dates {
    let kinds: Vec<Dates> = cells.iter().map(|cell| date(cell)).collect();
    let all = |kind| !kinds.is_empty() && kinds.iter().all(|other| *other == kind || *other == Dates::Clear);
    let most_relative = kinds.iter().filter(|kind| **kind == Dates::Relative).count() * 2 > kinds.len();
    if kinds.is_empty() || (kinds.contains(&Dates::None) && !most_relative) {
        Dates::None
    } else if most_relative {
        Dates::Relative
    } else if kinds.contains(&Dates::NoYear) {
        Dates::NoYear
    } else if all(Dates::Ambiguous) && kinds.contains(&Dates::Ambiguous) {
        let proved = cells.iter().any(|cell| parts(cell).is_some_and(|(a, b, _)| a > 12 || b > 12));
        if proved { Dates::Clear } else { Dates::Ambiguous }
    } else {
        Dates::Clear
    }
}

fn parts(cell: &str) -> Option<(u32, u32, u32)> {
    let day = cell.split([' ', 'T']).next()?;
    let mut parts = day.split(['/', '-', '.']).map(|part| part.parse::<u32>().ok());
    let three = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(three)
}

fn date(cell: &str) -> Dates {
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = cell.to_lowercase();
    let words: Vec<&str> = lower.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let has_month = words.len() <= 6 && words.iter().any(|w| months.contains(&w.get(..3).unwrap_or("")));
    let digits = lower.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    if let Some((a, _, c)) = parts(cell) {
        return if a > 31 {
            Dates::Clear
        } else if c > 31 || c < 100 {
            Dates::Ambiguous
        } else {
            Dates::None
        };
    }
    if cell.contains('年') && cell.contains('月') {
        return Dates::Clear;
    }
    if has_month && words.iter().any(|word| word.len() == 4 && word.parse::<u32>().is_ok()) {
        return Dates::Clear;
    }
    if has_month && words.len() == 2 && words.iter().any(|word| word.parse::<u32>().is_ok()) {
        return Dates::NoYear;
    }
    let number = digits.trim_end_matches(['w', 'h', 'd', 'm', 'o']);
    if number.len() < digits.len() && number.parse::<u32>().is_ok() { Dates::Relative } else { Dates::None }
}

/// One line of EXPECTED.tsv.
struct Case<'a>(HashMap<&'a str, &'a str>);

impl Case<'_> {
    fn of(&self, name: &str) -> &str {
        self.0.get(name).copied().unwrap_or("-")
    }

    fn number(&self, name: &str) -> usize {
        self.of(name).parse().unwrap_or(0)
    }

    fn text(&self) -> String {
        let bytes = fs::read(Path::new(CASES).join(self.of("file"))).unwrap();
        let label = self.of("encoding").split(['+']).next().unwrap().trim_end_matches("-bom");
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
        let text = encoding.decode(&bytes).0.into_owned();
        // The one file whose lines were quoted as a whole: see R23 of the rules.
        if !self.of("file").contains("double-quoted-lines") {
            return text;
        }
        let open =
            |line: &str| match line.trim_end().strip_prefix('"').and_then(|line| line.strip_suffix('"')) {
                Some(inner) => inner.replace("\"\"", "\""),
                None => line.to_owned(),
            };
        text.lines().map(|line| open(line) + "\n").collect()
    }

    /// The columns and the lines above them.
    fn read(&self) -> (Vec<Column>, Vec<String>) {
        let text = self.text();
        let above = self.number("lines_before_header");
        let titles =
            text.lines().take(above).map(|line| line.trim_matches(['"', ',', ';']).to_owned()).collect();
        let body: String = text.split_inclusive('\n').skip(above).collect();
        let delimiter = if self.of("delimiter") == "semicolon" { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new();
        let mut reader =
            reader.delimiter(delimiter).has_headers(false).flexible(true).from_reader(body.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map_while(Result::ok).collect();
        let (headers, rows) = rows.split_at(self.number("header_rows").min(rows.len()));
        let cell = |row: &csv::StringRecord, at: usize| row.get(at).unwrap_or_default().to_owned();
        let width = headers.iter().map(csv::StringRecord::len).max().unwrap_or(0);
        let columns = (0..width).map(|at| {
            let names: Vec<String> = headers.iter().map(|row| cell(row, at)).collect();
            let cells: Vec<String> = rows.iter().map(|row| cell(row, at)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            column(at, &names, &cells.iter().map(String::as_str).collect::<Vec<_>>())
        });
        (columns.collect(), titles)
    }
}

/// The flags of a case as typed, `MEMBER` and `NAME` being placeholders. Its fields are not all ours.
pub(super) fn wishes(flags: &str) -> Wishes {
    let mut wishes = Wishes::default();
    for flag in flags.split("--").map(str::trim).filter(|flag| !flag.is_empty() && *flag != "-") {
        let (name, value) = flag.split_once(' ').unwrap();
        match name {
            "as" => wishes.as_kind = Some(value.parse().unwrap()),
            "scale" => wishes.scale = Some(value.parse().unwrap()),
            "map" => {
                wishes.map.push(value.split_once('=').map(|(f, c)| (f.to_owned(), c.to_owned())).unwrap());
            }
            "date-order" => wishes.date_order = true,
            "member" => wishes.member = true,
            "year" => wishes.year = true,
            "platform" => wishes.platform = Some(value.to_lowercase()),
            other => panic!("--{other} in the cases is not known here"),
        }
    }
    wishes
}

fn ending(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Plan(_) => "import",
        Outcome::Ask(_) => "needs-flag",
        Outcome::Refuse { .. } => "refuse",
    }
}

/// What differs from the expectation, if anything.
fn difference(case: &Case) -> Option<String> {
    let (columns, titles) = case.read();
    let tables = case.of("checksum").strip_prefix("tables=").and_then(|n| n.parse().ok()).unwrap_or(1);
    let layout = Layout {
        title_lines: &titles,
        tables,
        header_rows: case.number("header_rows"),
        file_name: case.of("file"),
    };
    let run = |wishes: &Wishes| understand(&columns, layout, wishes, &[], &[]);
    let bare = run(&wishes("")).unwrap();
    println!("{} {bare:#?}", case.of("file"));
    let mut wrong = Vec::new();
    let ends = ending(&bare);
    if ends != case.of("verdict") && !case.of("also_ok").split(',').any(|also| also == ends) {
        wrong.push(format!("ends with {ends}, not {}", case.of("verdict")));
    }
    if let Outcome::Refuse { reason, .. } = &bare
        && case.of("verdict") == "refuse"
        && reason != case.of("refuse_reason")
    {
        wrong.push(format!("refused as {reason}, not {}", case.of("refuse_reason")));
    }
    let flags = case.of("flags");
    if case.of("verdict") != "refuse" {
        let both = [flags, case.of("flags_optional")]
            .iter()
            .filter(|f| **f != "-")
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        for flags in [flags.to_owned(), both] {
            match run(&wishes(&flags)) {
                Ok(Outcome::Plan(plan)) => {
                    let profile = plan.profile.clone().unwrap_or("-".to_owned());
                    if plan.kind.as_str() != case.of("kind") || profile != case.of("profile") {
                        wrong.push(format!("{flags}: {} by {profile}", plan.kind));
                    }
                    println!("{flags} {plan:#?}");
                }
                Ok(other) => wrong.push(format!("{flags}: {other:?}")),
                Err(error) => wrong.push(format!("{flags}: {error}")),
            }
        }
    } else if case.of("profile") != "-" {
        let profiles = crate::import::profile::Profile::shipped().unwrap();
        let profile = profiles.iter().find(|profile| profile.name == case.of("profile")).unwrap();
        let missing = crate::import::profile::fits(profile, &columns, layout);
        if !missing.is_empty() {
            wrong.push(format!("{} misses {missing:?}", profile.name));
        }
    }
    (!wrong.is_empty()).then(|| format!("{}: {}", case.of("file"), wrong.join("; ")))
}

#[test]
fn public_files_end_as_a_careful_person_wants() {
    let Ok(table) = fs::read_to_string(Path::new(CASES).join("EXPECTED.tsv")) else {
        println!("skipped: the public files are not beside the checkout");
        return;
    };
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let cases = lines.map(|line| Case(header.iter().copied().zip(line.split('\t')).collect()));
    let different: Vec<String> = cases
        .filter(|case| Path::new(case.of("file")).extension().is_some_and(|end| end == "csv"))
        .filter_map(|case| difference(&case))
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}
