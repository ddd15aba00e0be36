//! Codes and clicks beside what the buyers answered: each order and deal in one cell, adding up to the cent.

use super::tiers::{Agreement, Tier};
use super::totals::Tally;

/// The answers, in the order of the columns.
pub const ANSWERS: [Agreement; 5] = [
    Agreement::Agrees,
    Agreement::NamesAnother,
    Agreement::UnnamedCustomer,
    Agreement::OtherSource,
    Agreement::NoAnswer,
];

/// One line: orders and deals of one kind of evidence, by answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `code`, `click`, `neither` or `total`.
    pub evidence: &'static str,
    /// How many, in the order of [`ANSWERS`].
    pub conversions: [i64; 5],
    /// Minor units, in the same order.
    pub minor: [i64; 5],
}

impl Line {
    fn add(&mut self, answer: Agreement, count: i64, minor: i64) {
        if let Some(place) = ANSWERS.iter().position(|one| *one == answer) {
            self.conversions[place] += count;
            self.minor[place] += minor;
        }
    }
}

/// The lines of one currency; the last is their sum.
pub fn lines(tally: &Tally) -> Vec<Line> {
    let mut lines = ["code", "click", "neither", "total"].map(|evidence| Line {
        evidence,
        conversions: [0; 5],
        minor: [0; 5],
    });
    for cell in tally.cells() {
        let place = match cell.tier {
            Tier::Code => 0,
            Tier::Click => 1,
            _ => 2,
        };
        lines[place].add(cell.answer, cell.count, cell.minor);
        lines[3].add(cell.answer, cell.count, cell.minor);
    }
    lines.to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Rule, Touch};
    use super::super::tiers::{CodeBook, Conversion, Evidence, Heard, Touches};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_is_in_one_cell(
            made in prop::collection::vec((-1_000_000_000_i64..1_000_000_000_000, 0_u8..5, any::<bool>()), 0..40),
        ) {
            let mut tally = Tally::default();
            for (money, said, clicked) in &made {
                let heard = match said {
                    0 => Some(Heard::Named(1)),
                    1 => Some(Heard::Named(2)),
                    2 => Some(Heard::ProgramUnnamed),
                    3 => Some(Heard::OtherSource),
                    _ => None,
                };
                let conversion = Conversion { day_created: 100, day_won: None, code: None, heard };
                let click = [Touch { day: 90, member: 1 }];
                let clicks = if *clicked { &click[..] } else { &[] };
                let evidence = Evidence::of(&conversion, &CodeBook::default(), Touches { clicks, others: &[] }, 30);
                tally.add(i128::from(*money), &evidence, &[Rule::Last], &mut Vec::new());
            }
            let lines = lines(&tally);
            let total = &lines[3];
            prop_assert_eq!(total.minor.iter().sum::<i64>(), tally.band().total_minor);
            prop_assert_eq!(total.conversions.iter().sum::<i64>(), i64::try_from(made.len()).unwrap());
            for place in 0..5 {
                prop_assert_eq!(lines[..3].iter().map(|line| line.minor[place]).sum::<i64>(), total.minor[place]);
            }
            let proved: i64 = lines[..2].iter().flat_map(|line| line.minor).sum();
            prop_assert_eq!(proved, tally.band().proved_minor);
        }
    }
}
