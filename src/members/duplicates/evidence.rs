//! What a person is known by, as marks: two people with a mark in common have something to do with each other.

use super::grade::{Kind, Kinds, Rules};
use crate::model::identity::{EMAIL, ID};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use unicode_normalization::UnicodeNormalization;
use unicode_width::UnicodeWidthStr;

/// What kind of thing a mark stands for. What is shared is looked through in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// A mailbox by Gmail's rules.
    Mailbox,
    /// An address without its plus-tag.
    Address,
    /// The part in front of the @, with the name.
    Local,
    /// A handle, or what stands in front of the @.
    Word,
    /// A visitor of links.
    Visitor,
    /// A name with the company.
    Company,
    /// A name with the country.
    Country,
    /// A name whatever its order and accents.
    Name,
    /// A name as it is written, letter case aside.
    Exact,
}

const SPACES: [Space; 9] = [
    Space::Mailbox,
    Space::Address,
    Space::Local,
    Space::Word,
    Space::Visitor,
    Space::Company,
    Space::Country,
    Space::Name,
    Space::Exact,
];

/// A mark: its space in the highest four bits, then a digest of what it stands for; the lowest bit is set where a
/// word is a handle. 59 bits: among ten million marks two that are not the same look so once in ten thousand programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub u64);

impl Mark {
    fn of(space: Space, parts: impl Hash) -> Self {
        Self((space as u64) << 60 | digest(parts) >> 5 << 1)
    }

    fn handle(self) -> Self {
        Self(self.0 | 1)
    }

    /// What kind of thing it stands for.
    pub fn space(self) -> Space {
        SPACES[usize::try_from(self.0 >> 60).unwrap_or_default().min(SPACES.len() - 1)]
    }

    /// Equal for marks that stand for the same thing.
    pub fn thing(self) -> u64 {
        self.0 >> 1
    }

    /// Whether it is a handle.
    pub fn is_handle(self) -> bool {
        self.0 & 1 == 1
    }
}

/// What it says that two people share a thing: for a word, whether each has it as a handle and as a mailbox.
pub fn kind(space: Space, one: [bool; 2], other: [bool; 2]) -> Option<Kind> {
    const HANDLE: usize = 1;
    const MAILBOX: usize = 0;
    Some(match space {
        Space::Mailbox => Kind::Mailbox,
        Space::Address => Kind::Tag,
        Space::Local => Kind::Local,
        Space::Word if one[HANDLE] && other[HANDLE] => Kind::Handle,
        Space::Word if (one[HANDLE] && other[MAILBOX]) || (one[MAILBOX] && other[HANDLE]) => {
            Kind::HandleMailbox
        }
        Space::Word => return None,
        Space::Visitor => Kind::Visitor,
        Space::Company => Kind::Company,
        Space::Country => Kind::Country,
        Space::Name => Kind::NameOtherwise,
        Space::Exact => Kind::Name,
    })
}

/// A mark and the words it was made of.
pub type Told = (Mark, String);

/// What two people have in common, with the words on both sides. For looking at a few; `blocks` finds them.
pub fn between(one: &[Told], other: &[Told]) -> (Kinds, Vec<(Kind, String, String)>) {
    let mut kinds = Kinds::default();
    let mut found = Vec::new();
    for (mine, word) in one {
        for (theirs, their_word) in other.iter().filter(|(theirs, _)| theirs.thing() == mine.thing()) {
            let side = |mark: &Mark| [!mark.is_handle(), mark.is_handle()];
            let this = kind(mine.space(), side(mine), side(theirs));
            let whole = kind(mine.space(), sides(one, mine.thing()), sides(other, mine.thing()));
            if let Some(kind) = this.filter(|_| this == whole) {
                kinds = kinds.with(kind);
                found.push((kind, word.clone(), their_word.clone()));
            }
        }
    }
    (kinds, found)
}

/// Whether someone has a thing as itself, and as a handle.
fn sides(told: &[Told], thing: u64) -> [bool; 2] {
    let has = |handle: bool| told.iter().any(|(mark, _)| mark.thing() == thing && mark.is_handle() == handle);
    [has(false), has(true)]
}

/// The rules, ready for many people.
pub struct Reader<'a> {
    rules: &'a Rules,
    roles: HashSet<&'a str>,
}

impl<'a> Reader<'a> {
    /// Ready to read.
    pub fn new(rules: &'a Rules) -> Self {
        Self { rules, roles: rules.search.roles.iter().map(String::as_str).collect() }
    }

    /// The marks of a name, and of the company and country beside it; returns the digest of the name, if it is one that
    /// says something: two words, or two characters where names have no blanks.
    pub fn known(&self, name: &str, company: &str, country: &str, mut see: impl FnMut(Mark)) -> Option<u64> {
        let words = words(self.rules, name);
        let is_whole = words.len() > 1
            || words.first().is_some_and(|word| is_unspaced(word) && word.chars().count() > 1);
        if !is_whole {
            return None;
        }
        let mut sorted = words.clone();
        sorted.sort_unstable();
        let digest = digest(&sorted);
        see(Mark::of(Space::Name, digest));
        see(Mark::of(Space::Exact, written(name)));
        for (space, beside) in [(Space::Company, company), (Space::Country, country)] {
            let beside = self::words(self.rules, beside);
            if !beside.is_empty() {
                see(Mark::of(space, (digest, beside)));
            }
        }
        Some(digest)
    }

    /// The marks of an address or handle, of someone whose name has this digest.
    pub fn identity(&self, platform: &str, value: &str, name: Option<u64>, mut see: impl FnMut(Mark)) {
        if platform == ID {
            return;
        }
        if platform != EMAIL {
            let word = value.split_once('@').map_or(value, |(name, _)| name);
            if self.is_own(word) {
                see(Mark::of(Space::Word, word).handle());
            }
            return;
        }
        let Some((local, domain)) = value.split_once('@') else { return };
        let base = local.split('+').next().unwrap_or_default();
        if base.is_empty() || self.is_role(base) {
            return;
        }
        let dotless = base.replace('.', "");
        if self.rules.search.gmail.iter().any(|gmail| gmail == domain) {
            see(Mark::of(Space::Mailbox, &dotless));
        } else {
            see(Mark::of(Space::Address, (base, domain)));
        }
        if self.is_own(base) {
            see(Mark::of(Space::Word, base));
        }
        if let Some(name) = name {
            see(Mark::of(Space::Local, (dotless, name)));
        }
    }

    /// The mark of a visitor.
    pub fn visitor(visitor: &str) -> Mark {
        Mark::of(Space::Visitor, visitor)
    }

    /// Whether a second handle on its platform cannot be the same person's.
    pub fn clashes(&self, platform: &str, value: &str) -> bool {
        let search = &self.rules.search;
        let is_number = |start: &String| {
            start.split_once(':').is_some_and(|(on, start)| on == platform && value.starts_with(start))
        };
        platform != EMAIL
            && !search.several.iter().any(|several| several == platform)
            && !search.numbers.iter().any(is_number)
    }

    fn is_own(&self, word: &str) -> bool {
        word.width() >= self.rules.search.shortest_handle
            && !word.bytes().all(|byte| byte.is_ascii_digit())
            && !self.is_role(word)
    }

    fn is_role(&self, word: &str) -> bool {
        self.roles.contains(word)
            || self.roles.contains(word.trim_end_matches(|c: char| c.is_ascii_digit() || "-_.".contains(c)))
    }
}

fn digest(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// A text's words, without accents, letter case, full-width forms and punctuation; Chinese, Japanese and Korean
/// text, which has no blanks of its own, as one word.
fn words(rules: &Rules, text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    // Only the accents of Latin, Greek and Cyrillic are accents; elsewhere marks make other letters.
    let letters = text.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).flat_map(char::to_lowercase);
    for c in letters {
        match rules.letters.get(&c) {
            Some(other) => plain.push_str(other),
            None if c == '\'' || c == '’' => {}
            None => plain.push(if c.is_alphanumeric() || !c.is_ascii() && !is_blank(c) { c } else { ' ' }),
        }
    }
    let words: Vec<String> = plain.split_whitespace().map(|word| word.nfc().collect()).collect();
    if !words.is_empty() && words.iter().all(|word| is_unspaced(word)) {
        return vec![words.concat()];
    }
    words
}

/// A name as it is written, letter case, full-width forms and blanks aside.
fn written(name: &str) -> String {
    let plain = name.nfkc().collect::<String>().to_lowercase();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let glue = if words.iter().all(|word| is_unspaced(word)) { "" } else { " " };
    words.join(glue)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '·' | '・' | '•' | '，' | '、' | '。' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// Whether a word is of a script that puts no blanks between words.
fn is_unspaced(word: &str) -> bool {
    word.chars().all(|c| {
        matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(person: &(&str, &str, &[&str])) -> Vec<Told> {
        let rules = Rules::shipped().expect("the rules");
        let reader = Reader::new(&rules);
        let (name, company, identities) = person;
        let mut told = Vec::new();
        let digest = reader.known(name, company, "", |mark| told.push((mark, (*name).to_string())));
        for identity in *identities {
            let (platform, value) = identity.split_once(':').unwrap_or((EMAIL, identity));
            reader.identity(platform, value, digest, |mark| told.push((mark, value.to_string())));
        }
        told
    }

    /// The kinds that two people have in common, as Debug names them; the same both ways round.
    fn both(one: (&str, &str, &[&str]), other: (&str, &str, &[&str])) -> String {
        let (one, other) = (told(&one), told(&other));
        let kinds = between(&one, &other).0;
        assert_eq!(kinds, between(&other, &one).0, "both ways round");
        let named = super::super::grade::KINDS.iter().filter(|kind| kinds.has(**kind));
        named.map(|kind| format!("{kind:?}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn mailboxes() {
        let mail = |one: &str, other: &str| both(("", "", &[one]), ("", "", &[other]));
        assert_eq!(mail("ana.l@gmail.com", "anal+news@googlemail.com"), "Mailbox");
        assert_eq!(mail("ana.l@example.com", "anal@example.com"), "");
        assert_eq!(mail("ana@example.com", "ana+news@example.com"), "Tag");
        assert_eq!(mail("ana@example.com", "ana@example.org"), "");
        assert_eq!(mail("info@example.com", "info+a@example.com"), "");
        assert_eq!(mail("no-reply2@gmail.com", "no-reply2+a@gmail.com"), "");
        assert_eq!(mail("+a@example.com", "+b@example.com"), "");
        let named = |name: &'static str| {
            both((name, "", &["ana@example.com"]), ("Ana Lind", "", &["ana@example.org"]))
        };
        assert_eq!(named("Ana Lind"), "Local Name NameOtherwise");
        assert_eq!(named("Ana Lund"), "");
    }

    #[test]
    fn handles() {
        let of = |one: &str, other: &str| both(("", "", &[one]), ("", "", &[other]));
        assert_eq!(of("x:analindq", "youtube:analindq"), "Handle");
        assert_eq!(of("x:analindq", "analindq@example.com"), "HandleMailbox");
        assert_eq!(of("mastodon:analindq@one.example", "x:analindq"), "Handle");
        assert_eq!(of("weibo:王小明", "zhihu:王小明"), "Handle");
        // Too short, only digits, a task's, a customer number.
        for (one, other) in [
            ("x:ana", "youtube:ana"),
            ("x:1234567", "weibo:1234567"),
            ("x:support", "youtube:support"),
            ("id:analindq", "x:analindq"),
            ("analindq@example.com", "analindq@example.org"),
        ] {
            assert_eq!(of(one, other), "", "{one} {other}");
        }
    }

    #[test]
    fn names() {
        let of = |one: &str, other: &str| both((one, "", &[]), (other, "", &[]));
        for (one, other) in
            [("Ana Lindqvist", "ANA  lindqvist"), ("王小明", "王 小明"), ("Ａｎａ Lind", "ana lind")]
        {
            assert_eq!(of(one, other), "Name NameOtherwise", "{one} {other}");
        }
        for (one, other) in [
            ("Ana Lindqvist", "Lindqvist, Ana"),
            ("José Núñez", "Jose Nunez"),
            ("Søren Großmann", "Soren Grossmann"),
            ("Connor O’Neil", "Connor ONeil"),
            ("Ana-Maria Lind", "Ana Maria Lind"),
            ("让·雷诺", "让雷诺"),
        ] {
            assert_eq!(of(one, other), "NameOtherwise", "{one} {other}");
        }
        for (one, other) in [
            ("Ana", "Ana"),
            ("王", "王"),
            ("Ana Lind", "Ana Lund"),
            ("", ""),
            ("राम लाल", "रमा लाल"),
            ("がく太", "かく太"),
        ] {
            assert_eq!(of(one, other), "", "{one} {other}");
        }
        let works =
            |company: &'static str| both(("Ana Lind", "Kettle Ltd.", &[]), ("Ana Lind", company, &[]));
        assert_eq!(works("KETTLE Ltd"), "Name NameOtherwise Company");
        assert_eq!(works("Pot Ltd"), "Name NameOtherwise");
        assert_eq!(works(""), "Name NameOtherwise");
    }

    #[test]
    fn which_second_handle_is_a_clash() {
        let rules = Rules::shipped().expect("the rules");
        let reader = Reader::new(&rules);
        assert!(reader.clashes("x", "ana"));
        assert!(!reader.clashes(EMAIL, "ana@example.com"));
        assert!(!reader.clashes(ID, "4711"));
        assert!(!reader.clashes("mastodon", "ana@one.example"));
        assert!(!reader.clashes("youtube", "uc_x5xg1ov2p6uzz5fsm9ttw") && reader.clashes("youtube", "ana"));
    }
}
