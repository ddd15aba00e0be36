//! How a copy is worded: at each place of a template with several phrasings of one meaning, which one this person gets; and
//! reading the choices back out of a text. Pure.

use crate::model::digest::keyed;
use crate::output::template::Place;
use crate::stats::poisson_binomial;
use unicode_normalization::UnicodeNormalization;

/// Draws among which the one furthest from all other copies is taken.
const DRAWS: u32 = 16;
/// Other copies looked at; among more of them chance keeps two apart as well.
const COMPARED: usize = 400;

/// Which phrasing stands at a place of someone's copy: drawn from the program's secret, so that the same file draws the same.
pub fn choice(secret: &str, (brief, member, draw): (i64, i64, u32), phrases: &[String]) -> usize {
    let bytes = keyed(secret, &format!("wording:{brief}:{member}:{draw}:{}", phrases.join("\t")));
    (usize::from(bytes[0]) << 8 | usize::from(bytes[1])) % phrases.len().max(1)
}

/// The choices of a copy, a digit a place.
pub fn marks(secret: &str, which: (i64, i64, u32), places: &[Place]) -> String {
    places.iter().map(|phrases| choice(secret, which, phrases).to_string()).collect()
}

/// The draw that keeps a copy furthest from `others`, the marks of those who have the same text: at least a quarter of the
/// places differ, where there is such a draw among the first.
pub fn apart(secret: &str, (brief, member): (i64, i64), places: &[Place], others: &[&str]) -> u32 {
    let wanted = places.len().div_ceil(4);
    let mut best = (0, 0);
    for draw in 0..DRAWS {
        let mine = marks(secret, (brief, member, draw), places);
        let distance = |other: &&str| other.bytes().zip(mine.bytes()).filter(|(a, b)| a != b).count();
        let nearest = others.iter().rev().take(COMPARED).map(distance).min().unwrap_or(usize::MAX);
        if nearest >= wanted {
            return draw;
        }
        if nearest > best.0 {
            best = (nearest, draw);
        }
    }
    best.1
}

/// The places as they are kept: one line each, the phrasings parted by tabs.
pub fn kept(places: &[Place]) -> String {
    places.iter().map(|phrases| phrases.join("\t")).collect::<Vec<_>>().join("\n")
}

/// A text as it is compared: letters and digits only, so that neither line breaks nor quotes nor Markdown matter.
pub fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Which phrasing a text (in its [`plain`] form) has at each kept place; none where it has none of them, or several.
pub fn read(phrases: &str, text: &str) -> Vec<Option<usize>> {
    let place = |line: &str| {
        let here =
            line.split('\t').map(plain).enumerate().filter(|(_, phrase)| text.contains(phrase.as_str()));
        let mut here = here.map(|(number, _)| number);
        here.next().filter(|_| here.next().is_none())
    };
    phrases.lines().map(place).collect()
}

/// How a copy fits a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Places that agree.
    pub agree: usize,
    /// Places that can still be read.
    pub readable: usize,
    /// How likely someone else's copy would agree as well by chance.
    pub chance: f64,
}

/// Compares a copy's marks with what was read at its places.
pub fn fit(phrases: &str, marks: &str, read: &[Option<usize>]) -> Fit {
    let mut fit = Fit { agree: 0, readable: 0, chance: 1.0 };
    let mut chances = Vec::new();
    for ((line, mark), found) in phrases.lines().zip(marks.chars()).zip(read) {
        let Some(found) = found else { continue };
        fit.readable += 1;
        fit.agree += usize::from(mark.to_digit(10) == u32::try_from(*found).ok());
        chances.push(1.0 / line.split('\t').count() as f64);
    }
    fit.chance = poisson_binomial::at_least(&chances, fit.agree);
    fit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    fn places(count: usize) -> Vec<Place> {
        (0..count)
            .map(|place| vec![format!("alpha number {place} end"), format!("beta, number {place} end")])
            .collect()
    }

    fn written(places: &[Place], marks: &str) -> String {
        let chosen = places.iter().zip(marks.chars());
        chosen.map(|(phrases, mark)| phrases[mark.to_digit(10).unwrap() as usize].clone() + ".\n").collect()
    }

    #[test]
    fn a_copy_is_read_back_whatever_the_line_breaks() {
        let places = places(12);
        let marks = marks("secret", (1, 7, 0), &places);
        let text = written(&places, &marks).replace(' ', "\n> ").to_uppercase();
        let found = read(&kept(&places), &plain(&text));
        let fit = fit(&kept(&places), &marks, &found);
        assert_eq!((fit.agree, fit.readable), (12, 12));
        near(fit.chance, 0.5_f64.powi(12), 1e-12);
    }

    #[test]
    fn what_is_gone_or_there_twice_is_not_read() {
        let phrases = "one way\tother way\nthis one\tthat one";
        assert_eq!(read(phrases, &plain("One way or the other way; that one")), [None, Some(1)]);
        assert_eq!(read(phrases, &plain("nothing of it")), [None, None]);
        assert_eq!(fit(phrases, "01", &[None, None]), Fit { agree: 0, readable: 0, chance: 1.0 });
    }

    #[test]
    fn thirty_copies_are_kept_apart() {
        let places = places(16);
        let mut taken: Vec<String> = Vec::new();
        for member in 1..=30 {
            let others: Vec<&str> = taken.iter().map(String::as_str).collect();
            let draw = apart("secret", (1, member), &places, &others);
            taken.push(marks("secret", (1, member, draw), &places));
        }
        for (place, one) in taken.iter().enumerate() {
            for other in &taken[..place] {
                let distance = one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count();
                assert!(distance >= 3, "{one} {other}");
            }
        }
    }

    proptest! {
        #[test]
        fn ones_own_copy_always_agrees(member in 1_i64..10_000, brief in 1_i64..50, cut in 0_usize..200) {
            let places = places(14);
            let marks = marks("s", (brief, member, 0), &places);
            let text = written(&places, &marks);
            let left: String = text.chars().skip(cut).collect();
            let fit = fit(&kept(&places), &marks, &read(&kept(&places), &plain(&left)));
            prop_assert_eq!(fit.agree, fit.readable);
        }
    }
}
