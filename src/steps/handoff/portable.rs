//! The portable texts, and what they are told beside the tables: what was asked, how acts fade, and what orders and deals say.

use crate::app::App;
use crate::app::period::Period;
use crate::data;
use crate::model::time::Day;
use crate::steps::identify::board;
use crate::steps::identify::signals::ANSWER_DAYS;
use crate::steps::measure::credit::ledger::{Ledger, Question, window_days};
use crate::steps::measure::credit::rules::Rule;
use crate::steps::measure::credit::tiers::Heard;
use crate::store::credits::{self, Which};
use crate::store::handoff::figures::{self, Asked, Evidence, Faded};
use crate::store::handoff::schema::{Holds, Reference, Table};
use crate::store::whole::Value;
use anyhow::Result;

/// The texts, by name: where each is.
pub const TEXTS: [(&str, &str); 5] = [
    ("signals", "sql/signals.sql"),
    ("reach", "sql/reach.sql"),
    ("clicks", "sql/clicks.sql"),
    ("credit", "sql/credit.sql"),
    ("paths", "sql/paths.sql"),
];
/// What a program file takes back where the heavy tables are kept in the warehouse alone, by name: where each is.
pub const ROLLUPS: [(&str, &str); 2] =
    [("rollup", "sql/rollup.sql"), ("rollup-clicks", "sql/rollup-clicks.sql")];
/// The views some of them read.
pub const VIEWS: [(&str, &str); 2] = [("sold", "sql/sold.sql"), ("touched", "sql/touched.sql")];

/// What the texts are told.
pub struct Portable {
    /// What they are asked for.
    pub asked: Asked,
    fading: Vec<Faded>,
    evidence: Vec<Evidence>,
}

impl Portable {
    /// Reads it for a period.
    pub fn read(app: &App, period: Period) -> Result<Self> {
        let (store, as_of) = (app.store()?, app.as_of());
        let window_days = window_days(app, None)?;
        let asked = Asked {
            as_of,
            from: period.from,
            to: period.to,
            window_days,
            answers_from: as_of.plus(-ANSWER_DAYS),
        };
        let question = Question { which: Which::Converted, period, window_days, rule: Rule::Last };
        Ok(Self { asked, fading: fading(app)?, evidence: evidence(&Ledger::open(app, question)?, store)? })
    }

    /// Makes the tables and views the texts name, for this connection.
    pub fn lay_out(&self, app: &App) -> Result<()> {
        let mut views = Vec::new();
        for (name, text) in VIEWS {
            views.push((name, data::needed(text)?));
        }
        figures::lay_out(app.store()?, &self.asked, &self.fading, &self.evidence, &views)
    }

    /// The tables, as a warehouse declares them.
    pub fn tables() -> Vec<Table> {
        let whole = |name| (name, Holds::Whole, true);
        let asked = Table::of("asked", &Asked::COLUMNS.map(whole));
        let fading = Table::of("fading", &["day", "contribution", "other"].map(whole));
        let mut evidence = Table::of(
            "evidence",
            &[
                whole("conversion"),
                ("sale", Holds::Text, true),
                ("owner", Holds::Whole, false),
                ("named", Holds::Whole, false),
                whole("renews"),
            ],
        );
        evidence.checks.push("renews IN (0, 1)".into());
        for (column, table) in [("conversion", "conversions"), ("owner", "members"), ("named", "members")] {
            evidence.references.push(Reference {
                column: column.into(),
                table: table.into(),
                to: "id".into(),
                on_delete: "NO ACTION".into(),
            });
        }
        vec![asked, fading, evidence]
    }

    /// Calls `see` with each row of one of them.
    pub fn each_row(&self, table: &str, mut see: impl FnMut(&[Value]) -> Result<()>) -> Result<()> {
        let whole = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
        match table {
            "asked" => see(&self.asked.row().map(Value::Integer)),
            "fading" => self.fading.iter().try_for_each(|one| {
                let counts = [one.contribution, one.other].map(|parts| Value::Integer(parts.cast_signed()));
                see(&[Value::Integer(i64::from(one.day)), counts[0], counts[1]])
            }),
            _ => self.evidence.iter().try_for_each(|one| {
                see(&[
                    Value::Integer(one.conversion),
                    Value::Text(&one.sale),
                    whole(one.owner),
                    whole(one.named),
                    Value::Integer(i64::from(one.renews)),
                ])
            }),
        }
    }
}

/// What an act of each day counts, from the first anyone did something to the as-of day.
fn fading(app: &App) -> Result<Vec<Faded>> {
    let (fading, as_of) = (board::fading(app)?, app.as_of());
    let Some(Day(first)) = figures::first_act(app.store()?, as_of)? else { return Ok(Vec::new()) };
    let faded = |day: i32| Faded {
        day,
        contribution: fading.parts(true, as_of.0 - day),
        other: fading.parts(false, as_of.0 - day),
    };
    Ok((first..=as_of.0).map(faded).collect())
}

/// What every order and deal says of itself: words that are read here, and by no engine.
fn evidence(ledger: &Ledger, store: &crate::store::Store) -> Result<Vec<Evidence>> {
    let mut all = Vec::new();
    credits::each_said(store, |said| {
        let named = match said.heard.as_deref().and_then(|answer| ledger.heard(answer)) {
            Some(Heard::Named(member)) => Some(member),
            _ => None,
        };
        all.push(Evidence {
            conversion: said.id,
            owner: said.code.as_deref().and_then(|code| ledger.owner_on(code, said.created)),
            named,
            renews: ledger.renews(&said.kind, said.told.iter().flatten().map(String::as_str)),
            sale: said.sale,
        });
        Ok(())
    })?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::CONTRIBUTIONS;

    #[test]
    fn the_texts_count_the_contributions_that_the_program_counts() {
        let kinds = CONTRIBUTIONS.map(|kind| format!("'{kind}'")).join(", ");
        for (name, times) in [("sql/signals.sql", 3), ("sql/reach.sql", 1)] {
            let text = data::needed(name).expect("a text");
            assert_eq!(text.matches(&format!("IN ({kinds})")).count(), times, "{name}");
        }
    }
}
