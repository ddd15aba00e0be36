//! Use of the product: one metric of one person on one day.

use super::{Fate, Frame, Session, Taken, Trouble};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::import::understand::Source;
use crate::model::field::Field;
use crate::model::record::Usage;
use crate::model::time::Day;
use crate::store::keys::{Key, Table};
use crate::store::signals;
use std::borrow::Cow;

const TABLE: Table = Table::Usage;

/// One row: a metric and its amount for a day, or totals up to now of several metrics.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    day: Day,
    what: What,
}

enum What {
    Day { key: Key, metric: String, amount: f64 },
    Totals(Vec<Total>),
}

/// A metric's total up to now.
pub struct Total {
    key: Key,
    metric: String,
    amount: f64,
}

/// Reads one row: a metric and its amount, or several metrics in columns of their own.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let who = cells.who()?;
    let said = cells.moment(Field::Date, frame.zone)?.map(|(_, day)| day);
    let day = said.unwrap_or(frame.day);
    let Some(Source::Column(index)) = cells.reading.plan.fields.get(&Field::Amount) else {
        let totals = totals(cells, frame, &who, said)?;
        return Ok(Draft { who, day, what: What::Totals(totals) });
    };
    let amount = cells.amount(*index)?.ok_or_else(|| RowError::new("no-amount", "the row has no amount"))?;
    if amount < 0.0 {
        return Err(RowError::new("bad-number", format!("amount: {amount}")));
    }
    let metric = cells.text(Field::Metric).map_or_else(|| "use".into(), Cow::into_owned);
    let key = keys::key(&["usage", &frame.who_key(&who), &metric, &day.0.to_string()]);
    Ok(Draft { who, day, what: What::Day { key, metric, amount } })
}

/// Finds a row's place.
pub fn keep(session: &mut Session, draft: &Draft) -> Taken {
    match &draft.what {
        What::Day { key, metric, amount } => place(session, *key, &draft.who, metric, draft.day, *amount),
        What::Totals(totals) => {
            let fates = keep_all(session, &draft.who, draft.day, totals)?;
            Ok(strongest(&fates))
        }
    }
}

/// The metrics that stand in columns of their own, with their amounts. Those of a community platform carry its
/// name, so that reading a forum is never taken for using the product. They are those of a day where the row says one,
/// else totals up to now.
pub fn totals(cells: &Cells, frame: &Frame, who: &Who, day: Option<Day>) -> Result<Vec<Total>, RowError> {
    let plan = cells.reading.plan;
    let when = day.map_or_else(|| "total".into(), |day| day.0.to_string());
    let mut totals = Vec::new();
    for (name, index) in &plan.metrics {
        if let Some(amount) = cells.amount(*index)? {
            let metric = plan.platform.as_ref().map_or_else(|| name.clone(), |at| format!("{at}:{name}"));
            let key = keys::key(&["usage", &frame.who_key(who), &metric, &when]);
            totals.push(Total { key, metric, amount });
        }
    }
    Ok(totals)
}

/// Keeps totals. The same total tomorrow is no news.
pub fn keep_all(session: &mut Session, who: &Who, day: Day, totals: &[Total]) -> Result<Vec<Fate>, Trouble> {
    totals.iter().map(|total| place(session, total.key, who, &total.metric, day, total.amount)).collect()
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

fn place(session: &mut Session, key: Key, who: &Who, metric: &str, day: Day, amount: f64) -> Taken {
    let known = session.known(TABLE, key)?;
    if let Some(known) = known
        && signals::usage_amount(session.store, known.record)? == Some(amount)
    {
        return session.same(TABLE, known, who);
    }
    let member = session.member(who)?;
    let usage = Usage { member, metric: metric.to_string(), day, amount };
    let row = signals::add_usage(session.store, &usage, Some(session.batch))?;
    match known {
        Some(known) => session.changed(TABLE, key, known, row),
        None => session.added(TABLE, key, row),
    }
}
