//! Where texts name someone: found in every column of text, and blanked.

use super::Store;
use anyhow::Result;
use rusqlite::params_from_iter;
use std::collections::BTreeSet;

/// What stands in the place of a name that was blanked.
pub const BLANK: &str = "(erased)";

/// Words someone is known by: names, addresses, handles, codes, links.
#[derive(Debug, Clone, Default)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// Adds a word, where it is long enough to mean someone: four letters, or two of a script without blanks.
    pub fn add(&mut self, word: &str) {
        let word = word.trim();
        let enough = if word.is_ascii() { 4 } else { 2 };
        if word.chars().count() >= enough {
            self.0.insert(word.to_string());
        }
    }

    /// Adds a name, and how it is written where blanks are not allowed.
    pub fn add_name(&mut self, name: &str) {
        self.add(name);
        if name.contains(' ') {
            for glue in ["-", "_", "."] {
                self.add(&name.replace(' ', glue));
            }
        }
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a text names them.
    pub fn are_in(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let mut near = self.0.iter().filter(|word| lower.contains(&word.to_lowercase()));
        near.any(|word| places(text, word).next().is_some())
    }

    /// The text with every such word blanked; longer words first, so that no half of one stays.
    pub fn blanked(&self, text: &str) -> String {
        let mut words: Vec<&String> = self.0.iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.into_iter().fold(text.to_string(), |text, word| {
            let mut blanked = String::new();
            let mut from = 0;
            for (start, end) in places(&text, word) {
                if start >= from {
                    blanked.push_str(&text[from..start]);
                    blanked.push_str(BLANK);
                    from = end;
                }
            }
            blanked + &text[from..]
        })
    }
}

/// Where a word stands by itself in a text, case aside, as byte ranges. A script without blanks has no words that
/// stand by themselves: there it counts anywhere.
fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
    let joins = |c: char| c.is_ascii_alphanumeric() || (c.is_alphabetic() && !is_wide(c));
    let bound = move |inner: Option<char>, outer: Option<char>| {
        !(inner.is_some_and(joins) && outer.is_some_and(joins))
    };
    text.char_indices().filter_map(move |(start, _)| {
        let end = start + starts_with(&text[start..], word)?;
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        (bound(word.chars().next(), before) && bound(word.chars().next_back(), after)).then_some((start, end))
    })
}

/// The length of the text's beginning that is the word, case aside.
fn starts_with(text: &str, word: &str) -> Option<usize> {
    let mut rest = text.char_indices();
    for wanted in word.chars() {
        let (_, c) = rest.next()?;
        if c != wanted && !c.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(rest.next().map_or(text.len(), |(at, _)| at))
}

/// Han, kana and hangul, which are written without blanks.
const fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A text that names someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The text.
    pub text: String,
}

/// The different texts in these columns that hold one of the words.
pub fn find(store: &Store, words: &Words, columns: &[(String, String)]) -> Result<Vec<Mention>> {
    let escaped = |word: &str| word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let patterns: Vec<String> = spellings(words).iter().map(|word| format!("%{}%", escaped(word))).collect();
    let mut found = Vec::new();
    if patterns.is_empty() {
        return Ok(found);
    }
    for (table, column) in columns {
        let tests: Vec<String> =
            (1..=patterns.len()).map(|n| format!("\"{column}\" LIKE ?{n} ESCAPE '\\'")).collect();
        let sql =
            format!("SELECT DISTINCT \"{column}\" FROM {table} WHERE {} ORDER BY 1", tests.join(" OR "));
        let mut query = store.conn.prepare(&sql)?;
        let mut rows = query.query(params_from_iter(&patterns))?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if words.are_in(&text) {
                found.push(Mention { table: table.clone(), column: column.clone(), text });
            }
        }
    }
    Ok(found)
}

/// How the words may be written, without those that hold another: where the shorter one is looked for, they are
/// found too. (LIKE folds the case of ASCII letters only.)
fn spellings(words: &Words) -> BTreeSet<String> {
    let all: BTreeSet<String> = words
        .iter()
        .flat_map(|word| {
            let ascii = word.is_ascii();
            let other = (!ascii).then(|| [word.to_string(), word.to_uppercase()]);
            std::iter::once(word.to_lowercase()).chain(other.into_iter().flatten())
        })
        .collect();
    let holds_another =
        |word: &String| all.iter().any(|other| other != word && word.contains(other.as_str()));
    all.iter().filter(|word| !holds_another(word)).cloned().collect()
}

/// Blanks the words in the texts that were found; returns how many rows that changed.
pub fn blank(store: &Store, words: &Words, mentions: &[Mention]) -> Result<usize> {
    let mut changed = 0;
    for mention in mentions {
        let Mention { table, column, text } = mention;
        // Where a text names its row, two that become alike become one.
        let sql = format!("UPDATE OR REPLACE {table} SET \"{column}\" = ?2 WHERE \"{column}\" = ?1");
        changed += store.conn.execute(&sql, [text, &words.blanked(text)])?;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(all: &[&str]) -> Words {
        let mut words = Words::default();
        for word in all {
            words.add_name(word);
        }
        words
    }

    #[test]
    fn words_stand_by_themselves_where_the_script_has_words() {
        let ana = words(&["Ana Lindqvist", "lindq", "王小明"]);
        assert!(ana.are_in("I asked ANA LINDQVIST."));
        assert!(ana.are_in("by @lindq, twice"));
        assert!(!ana.are_in("lindqist and Banana Lindqvists"));
        assert!(ana.are_in("昨天王小明说过"));
        assert!(ana.are_in("ana-lindqvist.csv"));
        assert_eq!(ana.blanked("昨天王小明说过，ana lindqvist too"), "昨天(erased)说过，(erased) too");
    }

    #[test]
    fn what_holds_another_word_is_not_looked_for_twice() {
        let all = words(&["go.example/ana-x", "https://go.example/ana-x", "Élodie", "王小明"]);
        let looked: Vec<String> = spellings(&all).into_iter().collect();
        assert_eq!(looked, ["go.example/ana-x", "ÉLODIE", "Élodie", "élodie", "王小明"]);
    }

    #[test]
    fn short_words_mean_nobody() {
        let short = words(&["Ana", "李", "al"]);
        assert!(short.0.is_empty(), "{short:?}");
    }

    #[test]
    fn the_longer_word_is_blanked_whole() {
        let both = words(&["lindq", "lindq@example.com"]);
        assert_eq!(both.blanked("to lindq@example.com or lindq"), "to (erased) or (erased)");
    }
}
