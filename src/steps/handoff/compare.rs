//! `handoff --compare`: the portable texts, run here, against the figures the program has by quicker ways of its own.

use super::portable::{Portable, TEXTS};
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::Period;
use crate::data;
use crate::output::Table;
use crate::steps::identify::board::Board;
use crate::steps::measure::credit::ledger::{Ledger, Question};
use crate::steps::measure::credit::rules::Rule;
use crate::steps::measure::credit::sums::Sums;
use crate::store::credits::Which;
use crate::store::handoff::figures;
use crate::store::reports;
use crate::store::settled::acts;
use crate::store::whole::Value;
use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// Figures by what they are of.
type Figures = BTreeMap<String, String>;

/// Compares all of them, and shows how it went.
pub fn run(app: &App, period: Period) -> Result<End> {
    let store = app.store()?;
    let mut table = Table::new(&["figure", "verdict", ">found", ">different", "what_is_in"]);
    let mut apart = 0;
    store.at_one_moment(|| {
        let portable = Portable::read(app, period)?;
        portable.lay_out(app)?;
        for (name, text) in TEXTS {
            let own = own(app, &portable, period, name)?;
            let found = asked(app, name, text)?;
            let different = different(&own, &found);
            apart += usize::from(different > 0);
            let verdict = if different > 0 { "different" } else { "equal" };
            let count = found.len() as i64;
            table.row(vec![name.into(), verdict.into(), count.into(), different.into(), holds(name).into()]);
        }
        Ok(())
    })?;
    table.note(format!(
        "The texts of a handoff, run on this file, against the program's own figures; {period}."
    ));
    app.screen.show(&table)?;
    if apart > 0 {
        bail!(
            "{apart} of {} texts do not say what the program says: nothing should be handed over",
            TEXTS.len()
        );
    }
    app.screen
        .next("groundswell handoff warehouse --to postgres", "the same texts for your team's warehouse");
    Ok(End::Done)
}

/// What a figure is of, in words of the table.
fn holds(name: &str) -> &'static str {
    match name {
        "signals" => "people",
        "reach" => "advocate, day, platform, grade",
        "clicks" => "advocates",
        "credit" => "advocate, currency, evidence",
        _ => "order or deal, day, advocate",
    }
}

/// How many figures one has and the other has not, or otherwise.
fn different(own: &Figures, found: &Figures) -> i64 {
    let lacking = own.keys().filter(|key| !found.contains_key(*key)).count();
    let otherwise = found.iter().filter(|(key, value)| own.get(*key) != Some(*value)).count();
    i64::try_from(lacking + otherwise).unwrap_or(i64::MAX)
}

/// What a text finds: by its first columns, the others.
fn asked(app: &App, name: &str, text: &str) -> Result<Figures> {
    let keys = match name {
        "reach" => 4,
        "credit" => 3,
        "paths" => 0,
        _ => 1,
    };
    let mut found = Figures::new();
    figures::run(app.store()?, data::needed(text)?, |row| {
        let cells: Vec<String> = row.iter().map(cell).collect();
        if keys > 0 {
            found.insert(cells[..keys].join(" "), cells[keys..].join(" "));
        } else {
            // The program keeps no day of what only helped along.
            let day = if cells[3] == "sourced" { cells[1].as_str() } else { "" };
            found.insert([&cells[0], day, &cells[2]].join(" "), cells[3].clone());
        }
        Ok(())
    })?;
    Ok(found)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => (*text).to_string(),
        Value::Bytes(_) => "bytes".into(),
    }
}

fn number(number: Option<i64>) -> String {
    number.map_or_else(|| "-".into(), |number| number.to_string())
}

/// The program's own figures.
fn own(app: &App, portable: &Portable, period: Period, name: &str) -> Result<Figures> {
    match name {
        "signals" => signals(app),
        "reach" => reach(app, period),
        "clicks" => clicks(app, period),
        "credit" => credit(app, period),
        _ => paths(app, portable, period),
    }
}

fn signals(app: &App) -> Result<Figures> {
    let mut own = Figures::new();
    for (person, seen) in Board::read(app)?.everyone() {
        let engagement = seen.engagement.unwrap_or_default();
        if engagement.last.is_none() && seen.nps.is_none() && seen.csat.is_none() {
            continue;
        }
        let mut cells = vec![
            engagement.contributions.to_string(),
            engagement.others.to_string(),
            number(engagement.last.map(|day| i64::from(day.0))),
            engagement.parts().to_string(),
        ];
        for answer in [seen.nps, seen.csat] {
            let said =
                answer.map(|one| [one.score.into(), one.low.into(), one.high.into(), i64::from(one.day.0)]);
            cells.extend((0..4).map(|place| number(said.map(|said| said[place]))));
        }
        own.insert(person.to_string(), cells.join(" "));
    }
    Ok(own)
}

fn reach(app: &App, period: Period) -> Result<Figures> {
    let made = acts::made(app.store()?, app.as_of(), (period.from, period.to), None)?;
    let mut sums: BTreeMap<String, (i64, Option<i64>, Option<i64>)> = BTreeMap::new();
    let plus = |sum: Option<i64>, more: Option<i64>| more.map_or(sum, |more| Some(sum.unwrap_or(0) + more));
    for act in &made.acts {
        let grade = act.reach.map_or('-', |reach| reach.0);
        let key = format!("{} {} {} {grade}", act.person, act.day.0, made.platform(act));
        let sum = sums.entry(key).or_default();
        *sum = (sum.0 + 1, plus(sum.1, act.reach.map(|reach| reach.1)), plus(sum.2, act.engagements));
    }
    let said = |(count, reach, engagements)| format!("{count} {} {}", number(reach), number(engagements));
    Ok(sums.into_iter().map(|(key, sum)| (key, said(sum))).collect())
}

fn clicks(app: &App, period: Period) -> Result<Figures> {
    let clicks = reports::clicks(app.store()?, app.as_of(), &[(period.from, period.to)])?;
    let sum = |counts: Vec<i64>| counts.iter().sum::<i64>().to_string();
    Ok(clicks.into_iter().map(|(person, counts)| (person.to_string(), sum(counts))).collect())
}

fn credit(app: &App, period: Period) -> Result<Figures> {
    let mut own = Figures::new();
    for (currency, settled) in Sums::usual(app, Which::Converted, period)?.settled() {
        for one in settled.credits {
            let key = format!("{} {currency} {}", one.member, one.tier.as_str());
            own.insert(key, format!("{} {}", one.hundredths, one.minor));
        }
    }
    Ok(own)
}

fn paths(app: &App, portable: &Portable, period: Period) -> Result<Figures> {
    let window_days = portable.asked.window_days;
    let question = Question { which: Which::Converted, period, window_days, rule: Rule::Last };
    let mut own = Figures::new();
    Ledger::through(app, question, |deal, evidence| {
        for touch in &evidence.path {
            own.insert(format!("{} {} {}", deal.id, touch.day, touch.member), "sourced".into());
        }
        for member in &evidence.accelerated {
            own.insert(format!("{}  {member}", deal.id), "accelerated".into());
        }
        Ok(())
    })?;
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_either_lacks_or_says_otherwise_is_different() {
        let figures = |pairs: &[(&str, &str)]| -> Figures {
            pairs.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect()
        };
        let own = figures(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert_eq!(different(&own, &own), 0);
        assert_eq!(different(&own, &figures(&[("a", "1"), ("b", "5"), ("d", "4")])), 3);
    }
}
