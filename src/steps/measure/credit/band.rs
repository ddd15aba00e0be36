//! Proved <= with named <= with program, and what those who were not asked might add: a band instead of one number.
//!
//! Who was not asked, or did not answer, is never filled in. A line of its own says what they would add if they had answered like
//! those who did, with Wilson's interval, and that it is no evidence.

use super::sums::Sums;
use super::tiers::{Agreement, Tier};
use super::totals::Tally;
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::proportion::wilson;

/// One line of the band. Money is minor units of the band's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// `proved`, `with_named`, `with_program`, `unanswered` (an estimate, and in no other line) or `total`.
    pub step: &'static str,
    /// How many orders and deals; an estimate has none of its own.
    pub conversions: Option<i64>,
    /// What they are worth; none where too few answered to estimate it.
    pub minor: Option<i64>,
    /// The ends of an estimate.
    pub interval: Option<(i64, i64)>,
    /// What the line rests on.
    pub note: String,
}

/// What those who did not answer would add, if they had answered like those who did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unanswered {
    /// Orders and deals without code or click whose buyers answered.
    pub answered: u64,
    /// Of them those that named an advocate or the program.
    pub credited: u64,
    /// Orders and deals without code, click or answer.
    pub conversions: i64,
    /// What these are worth, minor units.
    pub minor: i64,
    /// The share of the first; none from too few answers.
    pub share: Option<Estimate>,
}

impl Unanswered {
    /// Of one currency.
    pub fn of(tally: &Tally, fewest: u64) -> Self {
        let (mut answered, mut credited, mut conversions, mut minor) = (0, 0, 0, 0);
        for cell in tally.cells().into_iter().filter(|cell| cell.tier > Tier::Click) {
            let count = cell.count.unsigned_abs();
            if cell.answer == Agreement::NoAnswer {
                conversions += cell.count;
                minor += cell.minor;
            } else {
                answered += count;
                credited += if cell.tier <= Tier::Program { count } else { 0 };
            }
        }
        let share = wilson(credited, answered, LEVEL).filter(|share| share.n >= fewest);
        Self { answered, credited, conversions, minor, share }
    }

    fn line(&self, fewest: u64) -> Line {
        let part = |share: f64| (self.minor as f64 * share).round() as i64;
        let among = format!("{} of {} without code or click that answered", self.credited, self.answered);
        let note = match &self.share {
            Some(_) => format!(
                "no evidence: {} that did not answer, if they were like the {among}",
                self.conversions
            ),
            None => format!("needs {fewest} answers without code or click, has {}", self.answered),
        };
        Line {
            step: "unanswered",
            conversions: None,
            minor: self.share.map(|share| part(share.value)),
            interval: self.share.map(|share| (part(share.lo), part(share.hi))),
            note,
        }
    }
}

/// The band of one currency's new business, line by line; the first three and the last are counted, `unanswered` is estimated.
pub fn lines(tally: &Tally, fewest: u64) -> Vec<Line> {
    let band = tally.band();
    let counted = |step, tier, minor, note: &str| Line {
        step,
        conversions: Some(tally.count_up_to(tier)),
        minor: Some(minor),
        interval: None,
        note: note.to_string(),
    };
    vec![
        counted("proved", Tier::Click, band.proved_minor, "by code or click"),
        counted("with_named", Tier::Named, band.with_named_minor, "and by buyers who named an advocate"),
        counted(
            "with_program",
            Tier::Program,
            band.with_program_minor,
            "and by buyers who said a friend, a customer, the community",
        ),
        Unanswered::of(tally, fewest).line(fewest),
        counted("total", Tier::None, band.total_minor, "all, whatever the evidence"),
    ]
}

/// The bands of everything added up: by currency, whether it is of renewals, and its lines.
pub fn bands(sums: &Sums, fewest: u64) -> Vec<(String, bool, Vec<Line>)> {
    let of = |tallies: &std::collections::BTreeMap<String, Tally>, renewals| -> Vec<_> {
        let all = tallies.iter();
        all.map(|(currency, tally)| (currency.clone(), renewals, lines(tally, fewest))).collect()
    };
    let mut bands = of(&sums.tallies, false);
    bands.extend(of(&sums.renewals, true));
    bands
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Rule, Touch};
    use super::super::tiers::{CodeBook, Conversion, Evidence, Heard, Touches};
    use super::super::totals::ONE;
    use super::*;
    use crate::stats::reference::near;

    fn tally(made: &[(i64, Option<Heard>, bool)]) -> Tally {
        let mut tally = Tally::default();
        for (minor, heard, clicked) in made {
            let conversion = Conversion { day_created: 100, day_won: None, code: None, heard: *heard };
            let click = [Touch { day: 90, member: 3 }];
            let clicks = if *clicked { &click[..] } else { &[] };
            let evidence =
                Evidence::of(&conversion, &CodeBook::default(), Touches { clicks, others: &[] }, 30);
            tally.add(i128::from(*minor) * ONE, &evidence, &[Rule::Last], &mut Vec::new());
        }
        tally
    }

    #[test]
    fn the_unanswered_stand_apart() {
        let (named, other) = (Some(Heard::Named(1)), Some(Heard::OtherSource));
        let mut made =
            vec![(1_000, None, true), (500, named, false), (300, Some(Heard::ProgramUnnamed), false)];
        made.extend([(200, other, false); 2]);
        made.extend([(400, None, false); 2]);
        let few = lines(&tally(&made), 5);
        let minor: Vec<_> = few.iter().map(|line| (line.step, line.conversions, line.minor)).collect();
        assert_eq!(
            minor,
            [
                ("proved", Some(1), Some(1_000)),
                ("with_named", Some(2), Some(1_500)),
                ("with_program", Some(3), Some(1_800)),
                ("unanswered", None, None),
                ("total", Some(7), Some(3_000))
            ]
        );
        assert_eq!(few[3].note, "needs 5 answers without code or click, has 4");
        made.push((200, other, false));
        let unanswered = Unanswered::of(&tally(&made), 5);
        assert_eq!((unanswered.answered, unanswered.credited, unanswered.minor), (5, 2, 800));
        // Two of five: Wilson's interval is .1176 to .7693.
        near(unanswered.share.expect("a share").lo, 0.1176, 6e-5);
        let line = unanswered.line(5);
        assert_eq!((line.minor, line.interval), (Some(320), Some((94, 615))));
        assert!(line.note.starts_with("no evidence: 2 that did not answer"), "{}", line.note);
    }
}
