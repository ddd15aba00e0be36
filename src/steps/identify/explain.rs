//! `identify explain`: every term of one score, and what it rests on.

use super::board::{Board, may_join};
use super::score::Scored;
use super::signals::{NAMES, Seen};
use crate::app::App;
use crate::app::fail::End;
use crate::model::money;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::store::evidence::Answer;
use crate::store::uses::Uses;
use anyhow::{Result, bail};
use clap::Args;

/// Every term of one score, and what it rests on.
///
/// What was seen, where it stands among others, and what it adds.
///
/// The score is the base of 50 and the contributions, added up as they are printed.
///
/// Example: groundswell identify explain ana@example.com
#[derive(Debug, Args)]
pub struct Explain {
    /// Whom
    member: String,
}

impl Explain {
    /// Shows the sum.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let board = Board::read(app)?;
        let everyone = !may_join(person.stage);
        let mut ranked = board.candidates(&board.ranking, everyone).enumerate();
        let Some((place, (_, scored))) = ranked.find(|(_, (_, scored))| scored.member == person.id) else {
            bail!(
                "{} is not ranked: {}",
                person.label(),
                if person.standing == "member" {
                    format!("nothing is known of them up to {}", app.as_of())
                } else {
                    format!("they are {}, and in no figure", person.standing)
                }
            );
        };
        let mut table = table(&board, person.id, &scored, app.as_of());
        let among = if everyone { "everyone" } else { "those who have not joined" };
        table.note(format!(
            "{}: rank {} of {} ({among}); {:.0} % of the weights rest on something seen.",
            person.label(),
            place + 1,
            place + 1 + ranked.count(),
            scored.coverage * 100.0
        ));
        board.notes(&mut table, app.as_of());
        app.screen.show(&table)?;
        if everyone {
            app.screen.next(&format!("groundswell member show {}", person.id), "all that is known of them");
        } else {
            app.screen
                .next(&format!("groundswell identify shortlist {}", person.id), "put them on the shortlist");
        }
        Ok(End::Done)
    }
}

fn table(board: &Board, person: i64, scored: &Scored, as_of: Day) -> Table {
    let mut table = Table::new(&["signal", "~seen", ">rows", ">percentile", ">weight", ">contribution"]);
    let (tenths, parts) = (board.ranking.tenths(scored), board.ranking.parts(scored));
    let points = |tenths: i64| Cell::number(tenths as f64 / 10.0, 1);
    let seen = board.seen(person).unwrap_or_default();
    for (signal, name) in NAMES.iter().enumerate() {
        let part = parts.iter().position(|part| part.signal == signal);
        let (words, rows) = observed(signal, &seen, (board.uses(), person), as_of);
        let dropped = board.ranking.dropped.iter().any(|dropped| dropped.signal == signal);
        let words =
            words.map(|words| if dropped { format!("{words} (left out: seen in too few)") } else { words });
        let weight = board.version.weights.iter().find(|(known, _)| known == name).map_or(0.0, |(_, w)| *w);
        table.row(vec![
            (*name).into(),
            words.unwrap_or_else(|| "not observed".into()).into(),
            rows.into(),
            part.map_or(Cell::Missing, |part| Cell::number(parts[part].percentile, 1)),
            Cell::number(weight, 2),
            points(part.map_or(0, |part| tenths.contributions[part])),
        ]);
    }
    table.note(format!(
        "score {:.1} = 50 (the middle of the community) + the contributions",
        tenths.score as f64 / 10.0
    ));
    table
}

/// What was seen, in words, and how many rows say so.
fn observed(signal: usize, seen: &Seen, (uses, person): (&Uses, i64), as_of: Day) -> (Option<String>, i64) {
    match signal {
        0 => seen.engagement.map_or((None, 0), |acts| {
            let (contributions, others) = (i64::from(acts.contributions), i64::from(acts.others));
            let last = acts.last.map_or_else(String::new, |day| format!(", last on {day}"));
            let words = format!(
                "{} and {}{last}; decayed sum {:.1}",
                counted(contributions, "contribution", "contributions"),
                counted(others, "other act", "other acts"),
                acts.decayed()
            );
            (Some(words), contributions + others)
        }),
        1 => {
            let nps = seen.nps.map(|nps| said("NPS", nps, (0, 10)));
            let csat = seen.csat.map(|csat| said("CSAT", csat, (0, 0)));
            joined(&[nps, csat], ", ")
        }
        2 => {
            let tenure = seen.tenure_years(as_of).map(|years| {
                format!("customer or member for {years:.1} years, since {}", seen.since.unwrap_or(as_of))
            });
            let value = seen.value.as_ref().map(|(minor, currency)| {
                format!("value {} {currency}", grouped(&money::decimal(*minor, currency)))
            });
            joined(&[tenure, value], "; ")
        }
        _ => {
            let theirs = uses.of(person);
            let amounts = theirs.iter().map(|one| {
                let amount = one.amount.map_or_else(|| "none".into(), |amount| amount.to_string());
                format!("{} {amount}", uses.metrics[one.metric])
            });
            let amounts: Vec<String> = amounts.collect();
            let words = (!amounts.is_empty()).then(|| format!("in the last 90 days: {}", amounts.join(", ")));
            (words, theirs.iter().map(|one| i64::from(one.rows)).sum())
        }
    }
}

fn joined(parts: &[Option<String>], between: &str) -> (Option<String>, i64) {
    let parts: Vec<String> = parts.iter().flatten().cloned().collect();
    let rows = parts.iter().map(|_| 1).sum::<i64>();
    ((rows > 0).then(|| parts.join(between)), rows)
}

fn said(what: &str, answer: Answer, usual: (u8, u8)) -> String {
    let scale = match (answer.low, answer.high) {
        scale if scale == usual => String::new(),
        (0 | 1, high) => format!(" of {high}"),
        (low, high) => format!(" on {low} to {high}"),
    };
    format!("{what} {}{scale} on {}", answer.score, answer.day)
}

/// `1234567.89` as `1,234,567.89`.
fn grouped(decimal: &str) -> String {
    let (whole, part) = decimal.split_once('.').map_or((decimal, None), |(whole, part)| (whole, Some(part)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{sign}{text}{}", part.map_or_else(String::new, |part| format!(".{part}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_thousands() {
        assert_eq!(grouped("1234567.89"), "1,234,567.89");
        assert_eq!(grouped("-120"), "-120");
    }

    #[test]
    fn answers_name_their_scale() {
        let answer = |score, low, high| Answer { score, low, high, day: Day(0) };
        assert_eq!(said("NPS", answer(9, 0, 10), (0, 10)), "NPS 9 on 1970-01-01");
        assert_eq!(said("CSAT", answer(5, 1, 5), (0, 0)), "CSAT 5 of 5 on 1970-01-01");
    }
}
