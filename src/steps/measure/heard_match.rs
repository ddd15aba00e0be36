//! Who is meant by an answer to "how did you hear about us": an advocate, the program, something else, or nobody can tell.
//!
//! Decisions by hand come first, then codes, handles, full names, nearly full names (Jaro-Winkler), first names that only one
//! advocate has, and last the words for the program and for other sources. Two advocates in one answer is nobody.

use super::credit::tiers::Heard;
use crate::model::time::half_width;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of data/heard.toml.
#[derive(Debug, Clone, Deserialize)]
pub struct Wording {
    program: Phrases,
    other: Phrases,
    confidence: Confidence,
}

#[derive(Debug, Clone, Deserialize)]
struct Phrases {
    en: Vec<String>,
    zh: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Confidence {
    sure: f64,
    doubtful: f64,
    fuzzy_name: f64,
}

impl Wording {
    /// Reads the file; a mistake in it is an error with its line.
    pub fn read(text: &str) -> Result<Self> {
        toml::from_str(text).context("data/heard.toml")
    }
}

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It names this advocate.
    Member(i64),
    /// A friend, a colleague, the community: the program, and no person.
    Program,
    /// Something else brought them.
    Other,
    /// They ticked a channel that never existed.
    Decoy,
    /// Cannot be told without asking.
    Unknown,
}

impl Verdict {
    /// The word used in tables and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Program => "program",
            Self::Other => "other",
            Self::Decoy => "decoy",
            Self::Unknown => "unknown",
        }
    }

    /// What it is worth as evidence; an answer that cannot be read names another source, not nobody.
    pub const fn heard(self) -> Heard {
        match self {
            Self::Member(member) => Heard::Named(member),
            Self::Program => Heard::ProgramUnnamed,
            Self::Other | Self::Decoy | Self::Unknown => Heard::OtherSource,
        }
    }
}

/// An answer as it was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// What it says.
    pub verdict: Verdict,
    /// The advocate it may mean, where the verdict is `unknown`; else the one it names.
    pub member: Option<i64>,
    /// How sure, 0-1.
    pub confidence: f64,
    /// What it was told by: `decided` (by a person), `code`, `handle`, `name`, `nearly` (a name with a slip), `words`; nothing
    /// where it cannot be told.
    pub by: &'static str,
}

/// One thing an advocate is known by, as tokens.
#[derive(Debug, Clone)]
struct Mark {
    member: i64,
    words: Vec<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Handle,
    Name,
    FirstName,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Handle => "handle",
            Self::Name | Self::FirstName => "name",
        }
    }
}

/// Reads answers. What advocates are known by is looked up by its first word, first character or initials, so that ten
/// thousand advocates cost an answer no more than ten.
#[derive(Debug, Clone)]
pub struct Matcher {
    wording: Wording,
    marks: Vec<Mark>,
    by_first_word: BTreeMap<String, Vec<usize>>,
    by_first_character: BTreeMap<char, Vec<usize>>,
    by_initials: BTreeMap<String, Vec<usize>>,
    namesakes: BTreeMap<String, BTreeSet<i64>>,
    decided: BTreeMap<String, Verdict>,
    decoys: Vec<String>,
}

impl Matcher {
    /// From what advocates are known by, as (member, `name`, `handle` or `code`, value), what was decided by hand, and the
    /// channels that never existed.
    pub fn of(
        wording: Wording,
        known: &[(i64, String, String)],
        decided: BTreeMap<String, Verdict>,
        decoys: Vec<String>,
    ) -> Self {
        let marks: Vec<Mark> =
            known.iter().flat_map(|(member, kind, value)| marks_of(*member, kind, value)).collect();
        let decided = decided.into_iter().map(|(answer, verdict)| (key(&answer), verdict)).collect();
        let mut matcher = Self {
            wording,
            marks,
            by_first_word: BTreeMap::new(),
            by_first_character: BTreeMap::new(),
            by_initials: BTreeMap::new(),
            namesakes: BTreeMap::new(),
            decided,
            decoys,
        };
        for (place, mark) in matcher.marks.iter().enumerate() {
            if let Some(first) = mark.letters().chars().next().filter(|_| mark.is_han()) {
                matcher.by_first_character.entry(first).or_default().push(place);
            } else {
                matcher.by_first_word.entry(mark.words[0].clone()).or_default().push(place);
            }
            match mark.kind {
                Kind::FirstName => {
                    matcher.namesakes.entry(mark.words[0].clone()).or_default().insert(mark.member);
                }
                Kind::Name if !mark.is_han() => {
                    matcher.by_initials.entry(initials(&mark.words)).or_default().push(place);
                }
                _ => {}
            }
        }
        matcher
    }

    /// Reads one answer.
    pub fn read(&self, answer: &str) -> Reading {
        if let Some(&verdict) = self.decided.get(&key(answer)) {
            let member = if let Verdict::Member(member) = verdict { Some(member) } else { None };
            return Reading { verdict, member, confidence: 1.0, by: "decided" };
        }
        let said = words(answer);
        let found = self.found(answer, &said);
        let best = found.values().max_by(|a, b| a.0.total_cmp(&b.0)).copied();
        if let Some((best, by)) = best.filter(|best| best.0 >= self.wording.confidence.doubtful) {
            let mut near = found.iter().filter(|(_, one)| one.0 >= best - 0.05).map(|(member, _)| *member);
            let is_sure = best >= self.wording.confidence.sure;
            let verdict = |member| if is_sure { Verdict::Member(member) } else { Verdict::Unknown };
            return match (near.next(), near.next()) {
                (Some(member), None) => {
                    Reading { verdict: verdict(member), member: Some(member), confidence: best, by }
                }
                _ => Reading { verdict: Verdict::Unknown, member: None, confidence: 0.5, by },
            };
        }
        let plain = |verdict, confidence, by| Reading { verdict, member: None, confidence, by };
        if self.decoys.iter().any(|decoy| is_said(&said, answer, decoy)) {
            plain(Verdict::Decoy, 1.0, "words")
        } else if says(&said, answer, &self.wording.program) {
            plain(Verdict::Program, 0.9, "words")
        } else if says(&said, answer, &self.wording.other) {
            plain(Verdict::Other, 0.9, "words")
        } else {
            plain(Verdict::Unknown, 0.0, "")
        }
    }

    /// The advocates an answer may mean, with how sure that is.
    fn found(&self, answer: &str, said: &[String]) -> BTreeMap<i64, (f64, &'static str)> {
        let mut found: BTreeMap<i64, (f64, &'static str)> = BTreeMap::new();
        let mut see = |mark: &Mark, score: f64, by| {
            let best = found.entry(mark.member).or_insert((score, by));
            if score > best.0 {
                *best = (score, by);
            }
        };
        for start in 0..said.len() {
            for &place in self.by_first_word.get(&said[start]).into_iter().flatten() {
                let mark = &self.marks[place];
                if said[start..].starts_with(&mark.words)
                    && let Some(score) = self.exact(mark, answer)
                {
                    see(mark, score, mark.kind.word());
                }
            }
        }
        let letters = said.concat();
        for first in letters.chars().collect::<BTreeSet<_>>() {
            for &place in self.by_first_character.get(&first).into_iter().flatten() {
                let mark = &self.marks[place];
                if letters.contains(&mark.letters())
                    && let Some(score) = self.exact(mark, answer)
                {
                    see(mark, score, mark.kind.word());
                }
            }
        }
        for (mark, score) in self.nearly(said) {
            see(mark, score, "nearly");
        }
        found
    }

    /// How sure a mark that stands in the answer is.
    fn exact(&self, mark: &Mark, answer: &str) -> Option<f64> {
        match mark.kind {
            Kind::Code | Kind::Name => Some(1.0),
            Kind::Handle => (mark.letters().chars().count() > 2).then_some(0.95),
            Kind::FirstName if another_surname(&mark.words[0], answer) => None,
            Kind::FirstName => {
                let alone = self.namesakes.get(&mark.words[0]).is_none_or(|members| members.len() == 1);
                Some(if alone { 0.86 } else { self.wording.confidence.doubtful })
            }
        }
    }

    /// Full names that stand in the answer nearly as they are written; their initials must be right.
    fn nearly(&self, said: &[String]) -> Vec<(&Mark, f64)> {
        let mut near = Vec::new();
        for start in 0..said.len() {
            for end in start + 1..=said.len().min(start + MOST_NAMES) {
                let part = said[start..end].join(" ");
                for &place in self.by_initials.get(&initials(&said[start..end])).into_iter().flatten() {
                    let close = strsim::jaro_winkler(&part, &self.marks[place].words.join(" "));
                    if close >= self.wording.confidence.fuzzy_name {
                        near.push((&self.marks[place], close.min(0.99)));
                    }
                }
            }
        }
        near
    }
}

impl Mark {
    fn letters(&self) -> String {
        self.words.concat()
    }

    fn is_han(&self) -> bool {
        self.words.iter().any(|word| is_han(word))
    }
}

/// A name of more words than this is not looked for with mistakes in it.
const MOST_NAMES: usize = 5;

/// What a name, handle or code is looked for by: a full name by its first name too.
fn marks_of(member: i64, kind: &str, value: &str) -> Vec<Mark> {
    let words = words(value);
    let kind = match kind {
        "name" => Kind::Name,
        "handle" => Kind::Handle,
        _ => Kind::Code,
    };
    let mut marks = Vec::new();
    if kind == Kind::Name && words.len() > 1 && words[0].chars().count() > 1 && !is_han(&words[0]) {
        marks.push(Mark { member, words: vec![words[0].clone()], kind: Kind::FirstName });
    }
    // One name alone ("Ana") says as much as a first name.
    let alone = kind == Kind::Name && words.len() == 1 && !is_han(&words[0]);
    let kind = if alone { Kind::FirstName } else { kind };
    if words.iter().map(|word| word.chars().count()).sum::<usize>() > 1 {
        marks.push(Mark { member, words, kind });
    }
    marks
}

fn initials(words: &[String]) -> String {
    words.iter().filter_map(|word| word.chars().next()).collect()
}

/// Whether the first name is followed by a word that looks like somebody's surname: "Ana Lopez" is not our Ana Silva.
fn another_surname(first_name: &str, answer: &str) -> bool {
    let plain = half_width(answer);
    let shouting = !plain.chars().any(char::is_lowercase);
    let mut words = plain.split_whitespace().skip_while(|word| !word.to_lowercase().starts_with(first_name));
    let first = words.next().unwrap_or_default();
    let ends = first.ends_with(|c: char| !c.is_alphanumeric());
    !shouting && !ends && words.next().is_some_and(|word| word.chars().next().is_some_and(char::is_uppercase))
}

/// Whether one of the phrases stands in the answer: whole words, or a stretch of Chinese.
fn says(said: &[String], answer: &str, phrases: &Phrases) -> bool {
    let plain = half_width(answer);
    phrases.zh.iter().any(|phrase| plain.contains(phrase.as_str()))
        || phrases.en.iter().any(|phrase| {
            let phrase = words(phrase);
            !phrase.is_empty() && said.windows(phrase.len()).any(|part| part == phrase)
        })
}

/// Whether a phrase of either language stands in the answer.
fn is_said(said: &[String], answer: &str, phrase: &str) -> bool {
    let phrase = phrase.trim().to_string();
    let both = if is_han(&phrase) {
        Phrases { en: Vec::new(), zh: vec![half_width(&phrase)] }
    } else {
        Phrases { en: vec![phrase], zh: Vec::new() }
    };
    says(said, answer, &both)
}

/// Lower-case words of letters and digits, accents aside (people leave them out); an apostrophe ends one ("Ana's"), an underscore does not (`ana_codes`).
fn words(text: &str) -> Vec<String> {
    let plain: String =
        half_width(text).to_lowercase().nfd().filter(|c| !is_combining_mark(*c)).map(bare).collect();
    let parts = plain.split(|c: char| !c.is_alphanumeric() && c != '_');
    parts.filter(|part| !part.is_empty()).map(str::to_string).collect()
}

/// Letters whose stroke is no accent to Unicode, but to those who type them.
fn bare(letter: char) -> char {
    match letter {
        'ł' => 'l',
        'ø' => 'o',
        'đ' | 'ð' => 'd',
        'ı' => 'i',
        _ => letter,
    }
}

/// What makes two answers the same one: case, width and blanks aside.
pub fn key(answer: &str) -> String {
    half_width(answer).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a word is written in Chinese characters, which no blanks part.
fn is_han(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher() -> Matcher {
        let known = [
            (1, "name", "Ana Silva"),
            (1, "handle", "ana_codes"),
            (1, "code", "ANA20"),
            (2, "name", "Ben Okafor"),
            (3, "name", "王小明"),
            (4, "name", "Ben Ng"),
            (5, "name", "Chō"),
        ]
        .map(|(member, kind, value)| (member, kind.to_string(), value.to_string()));
        let wording = Wording::read(crate::data::text("heard.toml").expect("is embedded")).expect("reads");
        let decided = [("The  Blog".to_string(), Verdict::Member(2))].into();
        Matcher::of(wording, &known, decided, vec!["Radio Atlantis".into(), "月球展会".into()])
    }

    fn verdict(answer: &str) -> Verdict {
        matcher().read(answer).verdict
    }

    #[test]
    fn advocates_are_told_by_all_they_are_known_by() {
        for answer in [
            "Ana Silva",
            "ana silva told me",
            "Ana's video",
            "@ana_codes on X",
            "code ana20",
            "Ana Sliva",
            "ＡＮＡ２０",
            "ANA TOLD ME",
        ] {
            assert_eq!(verdict(answer), Verdict::Member(1), "{answer}");
        }
        assert_eq!(verdict("听王小明老师说的"), Verdict::Member(3));
        assert_eq!(verdict("the blog"), Verdict::Member(2));
        assert_eq!(verdict("Chō"), Verdict::Member(5));
    }

    #[test]
    fn the_program_and_other_sources() {
        for answer in [
            "a friend",
            "A friend on LinkedIn",
            "someone told me",
            "朋友推荐的",
            "同事",
            "your community",
            "word-of-mouth",
        ] {
            assert_eq!(verdict(answer), Verdict::Program, "{answer}");
        }
        for answer in ["Google", "an ad", "百度搜索", "E-mail", "trade show in Berlin"] {
            assert_eq!(verdict(answer), Verdict::Other, "{answer}");
        }
        for answer in ["dunno", "banana", "adder", "?"] {
            assert_eq!(verdict(answer), Verdict::Unknown, "{answer}");
        }
    }

    #[test]
    fn channels_that_never_existed() {
        for answer in ["radio atlantis", "I think on Radio Atlantis!", "月球展会上"] {
            assert_eq!(verdict(answer), Verdict::Decoy, "{answer}");
        }
        assert_eq!(verdict("radio"), Verdict::Other);
        assert_eq!(verdict("Ana Silva on Radio Atlantis"), Verdict::Member(1), "an advocate comes first");
        assert_eq!(Verdict::Decoy.heard(), Heard::OtherSource);
    }

    #[test]
    fn what_it_was_told_by() {
        let by = |answer: &str| matcher().read(answer).by;
        assert_eq!(
            ["the blog", "ANA20", "ana_codes", "Ana", "Ana Sliva", "a friend", "dunno"].map(by),
            ["decided", "code", "handle", "name", "nearly", "words", ""]
        );
    }

    #[test]
    fn doubt_is_said() {
        assert_eq!(verdict("Ben"), Verdict::Unknown);
        assert_eq!(verdict("Ana Silva and Ben Okafor"), Verdict::Unknown);
        let other = matcher().read("Ana Lopez");
        assert_ne!(other.verdict, Verdict::Member(1));
    }

    #[test]
    fn a_broken_list_of_words_says_where() {
        let error = Wording::read("[program]\nen = 3").expect_err("is refused");
        assert!(format!("{error:#}").contains("data/heard.toml"), "{error:#}");
    }
}
