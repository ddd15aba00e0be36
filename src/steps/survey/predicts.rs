//! `survey personas --asks`: do personas predict who says yes to what? (MEASUREMENT.md 3)

use super::personas::{Assessment, personas_alone};
use crate::app::App;
use crate::model::persona::Persona;
use crate::model::time::Day;
use crate::output::{Cell, Table};
use crate::stats::estimate::LEVEL;
use crate::stats::proportion::wilson;
use crate::store::asks::{self, Tally};
use anyhow::Result;
use std::collections::BTreeMap;

/// With fewer answered asks of a persona a share would say more about chance than about the persona.
const FEWEST: u64 = 40;

/// The asks of every persona, by kind of ask: the share of yes with its interval where there are enough.
pub fn table(app: &App, all: &BTreeMap<i64, Assessment>, only: Option<Persona>, as_of: Day) -> Result<Table> {
    let mut table = Table::new(&[
        "persona",
        "kind",
        ">asked",
        ">answered",
        ">yes",
        ">?share",
        ">?from",
        ">?to",
    ])
    .or_say(
        "Nobody with one clear persona was asked for anything: ask with `groundswell share ask MEMBER TEXT`.",
    );
    let tallies = tallied(app, all, only, as_of)?;
    let answered = |persona: Persona| -> u64 {
        tallies.iter().filter(|((of, _), _)| *of == persona).map(|(_, tally)| u64::from(tally.answered)).sum()
    };
    for ((persona, kind), tally) in &tallies {
        let share =
            wilson(tally.yes.into(), tally.answered.into(), LEVEL).filter(|_| answered(*persona) >= FEWEST);
        let number = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::number(value, 2));
        table.row(vec![
            persona.as_str().into(),
            kind.clone().into(),
            i64::from(tally.asked).into(),
            i64::from(tally.answered).into(),
            i64::from(tally.yes).into(),
            number(share.map(|share| share.value)),
            number(share.map(|share| share.lo)),
            number(share.map(|share| share.hi)),
        ]);
    }
    if tallies.is_empty() {
        return Ok(table);
    }
    table.note(format!(
        "Share: yes among those answered yes or no up to {as_of}, with its 95 % interval; `later` and silence are no answer yet. Ties have no persona here."
    ));
    for persona in Persona::ALL.into_iter().filter(|persona| only.is_none_or(|only| only == *persona)) {
        let there = answered(persona);
        if there < FEWEST {
            table.note(format!(
                "{}: a share needs {FEWEST} answered asks, there are {there}",
                persona.as_str()
            ));
        }
    }
    table.note(
        "Intervals that overlap do not tell personas apart; whom you asked for what was no accident either.",
    );
    Ok(table)
}

/// The asks of those with one persona, by persona and kind.
fn tallied(
    app: &App,
    all: &BTreeMap<i64, Assessment>,
    only: Option<Persona>,
    as_of: Day,
) -> Result<BTreeMap<(Persona, String), Tally>> {
    let personas = personas_alone(all);
    let mut tallies: BTreeMap<(Persona, String), Tally> = BTreeMap::new();
    for ((person, kind), tally) in asks::tallies(app.store()?, as_of)? {
        if let Some(&persona) =
            personas.get(&person).filter(|&&persona| only.is_none_or(|only| only == persona))
        {
            let sum = tallies.entry((persona, kind)).or_default();
            *sum = Tally {
                asked: sum.asked + tally.asked,
                answered: sum.answered + tally.answered,
                yes: sum.yes + tally.yes,
            };
        }
    }
    Ok(tallies)
}
