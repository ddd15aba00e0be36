//! Use of the product: one metric of one person on one day.

use super::{Fate, Session, Taken, Trouble};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::import::understand::Source;
use crate::model::field::Field;
use crate::model::record::Usage;
use crate::model::time::Day;
use crate::store::signals;

/// Takes one row: a metric and its amount, or several metrics in columns of their own.
pub fn take(session: &mut Session, cells: &Cells) -> Taken {
    let who = cells.who()?;
    let day = cells.moment(Field::Date, session.zone)?.map_or(session.day, |(_, day)| day);
    if let Some(Source::Column(index)) = cells.reading.plan.fields.get(&Field::Amount) {
        let amount =
            cells.amount(*index)?.ok_or_else(|| RowError::new("no-amount", "the row has no amount"))?;
        if amount < 0.0 {
            return Err(RowError::new("bad-number", format!("amount: {amount}")).into());
        }
        let metric = cells.text(Field::Metric).unwrap_or_else(|| "use".into());
        let key = keys::key(&["usage", &session.who_key(&who), &metric, &day.0.to_string()]);
        return keep(session, key, &who, &metric, day, amount);
    }
    let amounts = read(cells)?;
    let fates = keep_all(session, &who, day, &amounts)?;
    Ok(strongest(&fates))
}

/// The metrics that stand in columns of their own, with their amounts. Those of a community platform carry its
/// name, so that reading a forum is never taken for using the product.
pub fn read(cells: &Cells) -> Result<Vec<(String, f64)>, RowError> {
    let plan = cells.reading.plan;
    let mut amounts = Vec::new();
    for (name, index) in &plan.metrics {
        if let Some(amount) = cells.amount(*index)? {
            let metric = plan.platform.as_ref().map_or_else(|| name.clone(), |at| format!("{at}:{name}"));
            amounts.push((metric, amount));
        }
    }
    Ok(amounts)
}

/// Keeps metrics that were read. They are totals up to now: the same total tomorrow is no news.
pub fn keep_all(
    session: &mut Session,
    who: &Who,
    day: Day,
    amounts: &[(String, f64)],
) -> Result<Vec<Fate>, Trouble> {
    let mut fates = Vec::new();
    for (metric, amount) in amounts {
        let key = keys::key(&["usage", &session.who_key(who), metric, "total"]);
        fates.push(keep(session, key, who, metric, day, *amount)?);
    }
    Ok(fates)
}

/// What became of a row that held several records.
fn strongest(fates: &[Fate]) -> Fate {
    use Fate::{Added, Changed, Unchanged};
    if fates.is_empty() {
        return Fate::ignored("no-value");
    }
    if fates.iter().all(|fate| *fate == Added) {
        return Added;
    }
    if fates.iter().any(|fate| matches!(fate, Added | Changed)) { Changed } else { Unchanged }
}

fn keep(session: &mut Session, key: [u8; 16], who: &Who, metric: &str, day: Day, amount: f64) -> Taken {
    let known = session.known(&key)?;
    if let Some(known) = known
        && signals::usage_amount(session.store, known.record)? == Some(amount)
    {
        return session.same("usage", known, who);
    }
    let member = session.member(who)?;
    let usage = Usage { member, metric: metric.to_string(), day, amount };
    let row = signals::add_usage(session.store, &usage, Some(session.batch))?;
    match known {
        Some(known) => session.changed(&key, "usage", known, row),
        None => session.added(&key, "usage", row),
    }
}
