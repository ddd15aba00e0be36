//! Deals of a CRM: open, won or lost.

use super::Frame;
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::folded;
use crate::import::values::stages::{self, Said};
use crate::model::field::Field;
use crate::model::record::Conversion;
use std::borrow::Cow;

/// One deal.
pub struct Draft {
    /// Who buys.
    pub who: Who,
    /// The deal.
    pub record: Conversion,
}

/// Reads one deal.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let zone = frame.zone;
    let number = cells.text(Field::Deal).ok_or_else(|| RowError::new("no-deal", "the row names no deal"))?;
    let mut number = number.into_owned();
    let outcome = outcome(cells);
    let closed = cells.moment(Field::Closed, zone)?;
    // Of a deal that has ended and does not say when it began, the day it ended is all there is.
    let moment = cells.moment(Field::Created, zone)?.or(closed.filter(|_| outcome != "open"));
    let (at, day) = moment.ok_or_else(|| RowError::new("no-date", "a deal needs the day it was created"))?;
    if cells.reading.ends_with(Field::Deal, "name") || cells.reading.ends_with(Field::Deal, "名称") {
        // Names of deals repeat ("Renewal"): the account and the day tell them apart.
        let account = cells.text(Field::Customer).unwrap_or_default();
        number = if account.is_empty() {
            format!("{number} ({day})")
        } else {
            format!("{number} ({account}, {day})")
        };
    }
    let currency = cells.currency(Field::Amount)?;
    let won_cell = cells.text(Field::Won);
    let won_day = match &won_cell {
        _ if outcome != "won" => None,
        Some(cell) if cell.chars().any(|c| c.is_ascii_digit()) && folded(cell).len() > 1 => {
            cells.moment(Field::Won, zone)?.map(|(_, day)| day)
        }
        _ => closed.map(|(_, day)| day).or(Some(day)),
    };
    let record = Conversion {
        kind: "deal",
        number,
        title: cells.text(Field::Title).map(Cow::into_owned),
        at,
        day,
        state: outcome,
        stage: cells.text(Field::Stage).map(Cow::into_owned),
        won_day,
        amount: cells.money(Field::Amount, &currency)?,
        refunded: 0,
        currency,
        member: None,
        code: None,
        heard: cells.text(Field::Heard).map(Cow::into_owned),
    };
    Ok(Draft { who: cells.buyer(Field::Customer), record })
}

/// Whether it is open, won or lost, by all the columns that may say it.
fn outcome(cells: &Cells) -> &'static str {
    let plan = cells.reading.plan;
    let is_closed = plan.closed_flag.and_then(|at| cells.column(at));
    stages::state(&Said {
        won: cells.text(Field::Won).as_deref(),
        outcome: plan.outcome.and_then(|at| cells.column(at)).as_deref(),
        stage: cells.text(Field::Stage).as_deref(),
        is_closed: is_closed.is_some_and(|cell| stages::is_yes(&cell)),
    })
}
