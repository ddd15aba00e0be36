//! A filter's text as tokens, each with its place.

use super::Problem;
use crate::model::time::half_width;

/// What stands between a field and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Is,
    /// `:`
    Of,
    /// `!=`
    IsNot,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `~`
    Contains,
    /// `!~`
    ContainsNot,
}

/// A token without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `-` before a condition.
    Minus,
    /// A comparison.
    Op(Op),
    /// A word.
    Word(String),
    /// A text in quotes.
    Quoted(String),
}

/// A token, from its first character on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first character's number, from 0.
    pub at: usize,
    /// How many characters it has.
    pub len: usize,
    /// Whether it follows the one before without a blank.
    pub glued: bool,
}

/// The comparisons, the longer ones first.
const OPS: [(&str, Op); 9] = [
    ("!=", Op::IsNot),
    ("<=", Op::AtMost),
    (">=", Op::AtLeast),
    ("!~", Op::ContainsNot),
    ("=", Op::Is),
    (":", Op::Of),
    ("<", Op::Less),
    (">", Op::More),
    ("~", Op::Contains),
];

/// Reads all of them.
pub fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let raw: Vec<char> = text.chars().collect();
    // One character stays one character, so places are the same in both.
    let plain: Vec<char> = raw.iter().map(|&c| narrow(c)).collect();
    let mut all: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        if plain[at].is_whitespace() {
            at += 1;
            continue;
        }
        let glued = all.last().is_some_and(|last| last.at + last.len == at);
        let in_value = matches!(all.last().map(|last| &last.kind), Some(Kind::Op(_) | Kind::Comma));
        let (kind, len) = if let Some(close) = closing(raw[at]) {
            quoted(&raw, at, close)?
        } else {
            match plain[at] {
                '(' => (Kind::Open, 1),
                ')' => (Kind::Close, 1),
                ',' => (Kind::Comma, 1),
                '-' if !in_value => (Kind::Minus, 1),
                _ => match op(&plain[at..]) {
                    Some((op, len)) => (Kind::Op(op), len),
                    None => word(&raw, &plain, at),
                },
            }
        };
        all.push(Token { kind, at, len, glued });
        at += len;
    }
    Ok(all)
}

fn narrow(c: char) -> char {
    match c {
        '、' => ',',
        _ => half_width(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c),
    }
}

/// What ends a text in quotes that begins with this character.
fn closing(c: char) -> Option<char> {
    match c {
        '"' | '＂' => Some('"'),
        '“' => Some('”'),
        '「' => Some('」'),
        _ => None,
    }
}

fn quoted(raw: &[char], at: usize, close: char) -> Result<(Kind, usize), Problem> {
    let mut text = String::new();
    let mut place = at + 1;
    while place < raw.len() {
        let c = raw[place];
        if c == '\\' && place + 1 < raw.len() {
            text.push(raw[place + 1]);
            place += 2;
        } else if c == close || (close == '"' && c == '＂') {
            return Ok((Kind::Quoted(text), place + 1 - at));
        } else {
            text.push(c);
            place += 1;
        }
    }
    Err(Problem::new(at, raw.len() - at, "these quotes are not closed"))
}

fn op(rest: &[char]) -> Option<(Op, usize)> {
    let fits = |sign: &str| sign.chars().zip(rest).filter(|(one, other)| one == *other).count() == sign.len();
    OPS.into_iter().find(|(sign, _)| fits(sign)).map(|(sign, op)| (op, sign.len()))
}

/// Whether a character ends a word.
fn ends(plain: &[char], at: usize) -> bool {
    let c = plain[at];
    c.is_whitespace() || matches!(c, '(' | ')' | ',' | '"' | '“' | '「') || op(&plain[at..]).is_some()
}

fn word(raw: &[char], plain: &[char], at: usize) -> (Kind, usize) {
    let end = (at + 1..plain.len()).find(|&place| ends(plain, place)).unwrap_or(raw.len());
    (Kind::Word(plain[at..end].iter().collect()), end - at)
}

/// Whether a text reads as one word without quotes, wherever a value may stand.
pub fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['-', '@', '!'])
        && text.chars().all(|c| c.is_alphanumeric() || "_-.@#+/&'".contains(c))
        && text.chars().all(|c| narrow(c) == c)
}
