//! How well an encoding is told: languages by encodings by rows, a hundred made-up files each.

use std::collections::BTreeMap;

use super::census::Census;
use super::encoding::{CP850, by_label, decoded, detect};
use super::mutate::Dice;

/// Files of each kind.
const FILES: u64 = 100;
const ROWS: [usize; 4] = [1, 3, 10, 50];

struct Language {
    name: &'static str,
    encodings: Vec<&'static str>,
    names: Vec<&'static str>,
    comments: Vec<&'static str>,
}

fn languages() -> Vec<Language> {
    let lines = include_str!("../../../tests/languages.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            Language {
                name: cells[0],
                encodings: cells[1].split(' ').collect(),
                names: cells[2].split('|').collect(),
                comments: cells[3].split('|').collect(),
            }
        })
        .collect()
}

/// A file of so many people; half of them comment.
fn file(language: &Language, rows: usize, dice: &mut Dice) -> String {
    let mut text = String::from("id,name,score,comment\n");
    for row in 1..=rows {
        let name = language.names[dice.below(language.names.len())];
        let comment = language.comments[dice.below(language.comments.len())];
        let comment = if dice.below(2) == 0 { "" } else { comment };
        text.push_str(&format!("{row},{name},{},\"{comment}\"\n", dice.below(11)));
    }
    text
}

fn encoded(label: &str, text: &str) -> Vec<u8> {
    let encoding = by_label(label).expect("an encoding");
    if encoding != CP850 {
        return encoding.encode(text).0.into_owned();
    }
    let bytes: Vec<(char, u8)> = (0..=255).map(|byte| (decoded(CP850, &[byte]).remove(0), byte)).collect();
    text.chars()
        .map(|c| bytes.iter().find(|(letter, _)| *letter == c).expect("a letter of CP850").1)
        .collect()
}

/// How many of a hundred files are read as they were written; those of ASCII alone are not among them.
fn right(
    language: &Language,
    encoding: &str,
    rows: usize,
    chinese: bool,
) -> (u64, BTreeMap<&'static str, u64>) {
    let mut dice = Dice(rows as u64);
    let (mut right, mut wrong) = (0, BTreeMap::new());
    let mut made = 0;
    while made < FILES {
        let text = file(language, rows, &mut dice);
        let bytes = encoded(encoding, &text);
        if bytes.is_ascii() {
            continue;
        }
        made += 1;
        let mut census = Census::default();
        census.observe(&bytes);
        census.finish();
        let found = detect(&census, None, chinese).expect("a guess");
        if decoded(found.encoding, &bytes) == text {
            right += 1;
        } else {
            *wrong.entry(found.name).or_default() += 1;
        }
    }
    (right, wrong)
}

/// Of a hundred files, at least so many are told rightly, by their number of rows. One row is a name, and half the time a comment.
const AT_LEAST: [(&str, [u64; 4]); 15] = [
    ("windows-1252", [99, 97, 99, 99]),
    ("windows-1250", [80, 96, 99, 99]),
    ("windows-1251", [93, 98, 99, 99]),
    ("windows-1253", [98, 99, 99, 99]),
    ("windows-1254", [60, 95, 99, 99]),
    ("windows-1255", [88, 99, 99, 99]),
    ("windows-1256", [88, 99, 99, 99]),
    ("macintosh", [55, 80, 97, 99]),
    ("x-mac-cyrillic", [40, 90, 98, 99]),
    ("cp850", [30, 75, 98, 99]),
    ("gb18030", [93, 98, 99, 99]),
    ("big5", [96, 99, 99, 99]),
    ("shift_jis", [89, 99, 99, 99]),
    ("euc-jp", [55, 90, 99, 99]),
    ("euc-kr", [42, 98, 99, 99]),
];

/// What is told too seldom; `floor` gives how many files have to be right. The table is printed with `--nocapture`.
fn too_few(chinese: bool, floor: impl Fn(&str, usize) -> u64) -> Vec<String> {
    let mut wrong = Vec::new();
    for language in languages() {
        for encoding in &language.encodings {
            print!("{:10}{encoding:13}", language.name);
            for (at, rows) in ROWS.into_iter().enumerate() {
                let (right, taken_for) = right(&language, encoding, rows, chinese);
                print!("{right:4}");
                if right < floor(encoding, at) {
                    wrong.push(format!(
                        "{} in {encoding}, {rows} rows: {right} ({taken_for:?})",
                        language.name
                    ));
                }
            }
            println!();
        }
    }
    wrong
}

#[test]
fn encodings_are_told_from_few_rows() {
    let floors = BTreeMap::from(AT_LEAST);
    let wrong = too_few(false, |encoding, at| floors[encoding][at]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_chinese_program_expects_chinese_files_and_reads_the_others() {
    let floor = |encoding: &str, at: usize| match (encoding, at) {
        ("big5" | "gb18030", 0) => 85,
        (_, 0) => 0,
        ("euc-jp" | "euc-kr" | "macintosh" | "cp850" | "x-mac-cyrillic", 1) => 75,
        (_, 1) => 95,
        ("macintosh" | "cp850" | "x-mac-cyrillic", 2) => 96,
        _ => 99,
    };
    let wrong = too_few(true, floor);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
