//! Orders of a shop: one order, however many rows it has in the export.

use super::{Fate, Frame, Session, Taken, Trouble};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys::{self, Known};
use crate::import::understand::LineItems;
use crate::import::values::sales;
use crate::model::digest::hex;
use crate::model::field::Field;
use crate::model::record::Conversion;
use crate::store::conversions;
use crate::store::erasures::Trace;
use crate::store::keys::{Key, Table};
use anyhow::Result;
use std::borrow::Cow;

const TABLE: Table = Table::Conversions;
/// Rows are added up in parts of a minor unit, since a line's price may have more decimals than money has.
const PARTS: i64 = 1_000_000;

/// An order whose rows are still being added up.
pub struct Pending {
    who: Who,
    record: Conversion,
    /// Its rows together, as far as they have an amount.
    parts: Option<i64>,
    back: Back,
    /// Whether its first row says that it was paid back, for the rows that say nothing of it.
    is_paid_back: bool,
    /// What is wrong with one of its rows: what is left of it would be too little.
    broken: Option<RowError>,
}

/// What the rows of an order say was paid back.
struct Back {
    /// All of them together, in [`PARTS`].
    sum: i64,
    /// What each of them says, where all say the same.
    each: Option<i64>,
}

/// One row of several, in [`PARTS`].
struct Line {
    /// What it adds to its order; none where nothing stands.
    worth: Option<i64>,
    /// What of it was paid back.
    refunded: i64,
    /// Whether it says that it was paid back, and not how much that is; none where it says nothing.
    is_paid_back: Option<bool>,
}

/// One row of an order.
pub struct Draft {
    /// The order's number.
    pub number: Option<String>,
    line_items: Option<LineItems>,
    /// The order as this row has it. A further row of an order may lack what an order needs.
    pub order: Result<(Who, Conversion), RowError>,
    line: Result<Line, RowError>,
}

/// Reads one row of an order.
pub fn read(cells: &Cells, frame: &Frame) -> Draft {
    let number = cells.text(Field::Order).map(Cow::into_owned);
    let line_items = cells.reading.plan.line_items;
    let line = match line_items {
        Some(LineItems::Sum) => line(cells),
        _ => Ok(Line { worth: None, refunded: 0, is_paid_back: None }),
    };
    Draft { order: order(cells, frame, number.clone()), number, line_items, line }
}

/// What one row of several says.
fn line(cells: &Cells) -> Result<Line, RowError> {
    // What is wrong with the currency is said of the order.
    let Ok(currency) = cells.currency(Field::Amount) else {
        return Ok(Line { worth: None, refunded: 0, is_paid_back: None });
    };
    let worth = worth(cells, &currency)?;
    let refunded = cells.parts(Field::Refunded, &currency, PARTS.ilog10())?.unwrap_or(0).abs();
    Ok(Line { worth, refunded, is_paid_back: paid_back(cells) })
}

/// What one row of several is worth, in [`PARTS`]; none where it is blank. A word where an amount belongs is an error.
fn worth(cells: &Cells, currency: &str) -> Result<Option<i64>, RowError> {
    let worth = cells.parts(Field::Amount, currency, PARTS.ilog10())?;
    match (worth, cells.raw(Field::Amount)) {
        (None, Some(cell)) => Err(RowError::new("no-amount", cell)),
        (worth, _) => Ok(worth),
    }
}

/// Finds the place of one row of an order.
pub fn take(session: &mut Session, draft: &Draft) -> Taken {
    if let Some(number) = &draft.number
        && let Some(line_items) = draft.line_items
        && session.numbers.contains(number)
    {
        if line_items == LineItems::Sum
            && let Some(pending) = session.pending.get_mut(number)
        {
            match &draft.line {
                Ok(line) => pending.add(line),
                Err(error) => {
                    pending.broken = Some(error.clone());
                    return Err(error.clone().into());
                }
            }
        }
        return Ok(Fate::ignored("line-item"));
    }
    // Rows that say nothing of their state go with the first one, which is no sale.
    let says_its_state = draft.order.as_ref().is_ok_and(|(_, record)| record.stage.is_some());
    if draft.number.as_ref().is_some_and(|number| !says_its_state && session.called_off.contains_key(number))
    {
        return Ok(Fate::ignored("line-item"));
    }
    let (who, mut record) = draft.order.clone()?;
    if record.number.is_empty() {
        record.number = unnumbered(session, &who, &record);
    }
    if let Some(number) = &draft.number {
        session.numbers.insert(number.clone());
        if draft.line_items == Some(LineItems::Sum) {
            session.pending_order.push(number.clone());
            let line = draft.line.as_ref().map_err(Clone::clone)?;
            let pending = Pending::of(who, record, line);
            session.pending.insert(number.clone(), pending);
            return Ok(Fate::Later);
        }
    }
    keep(session, &who, record)
}

impl Pending {
    /// An order by its first row.
    fn of(who: Who, record: Conversion, line: &Line) -> Self {
        let back = Back { sum: 0, each: Some(line.refunded) };
        let is_paid_back = line.is_paid_back == Some(true);
        let mut pending = Self { who, record, parts: None, back, is_paid_back, broken: None };
        pending.add(line);
        pending
    }

    /// Adds one of its rows.
    fn add(&mut self, line: &Line) {
        if let Some(worth) = line.worth {
            self.parts = Some(self.parts.unwrap_or(0).saturating_add(worth));
        }
        let is_paid_back = line.refunded == 0 && line.is_paid_back.unwrap_or(self.is_paid_back);
        let refunded = if is_paid_back { line.worth.unwrap_or(0) } else { line.refunded };
        self.back.sum = self.back.sum.saturating_add(refunded);
        self.back.each = self.back.each.filter(|each| *each == line.refunded);
    }
}

/// Keeps the orders whose rows were added up.
pub fn finish(session: &mut Session) -> Result<Vec<Fate>> {
    let mut fates = Vec::new();
    for number in std::mem::take(&mut session.pending_order) {
        let Some(pending) = session.pending.remove(&number) else { continue };
        let taken = match added_up(pending) {
            Ok((who, record)) => keep(session, &who, record),
            Err(error) => Err(error.into()),
        };
        fates.push(super::settled(taken)?);
    }
    for (number, (draft, reason)) in std::mem::take(&mut session.called_off) {
        let is_sold = session.numbers.contains(&number);
        let taken =
            if is_sold { Ok(Fate::Ignored(reason)) } else { called_off(session, &draft, number, reason) };
        fates.push(super::settled(taken)?);
    }
    Ok(fates)
}

/// An order of several rows, all of them added up and rounded once.
fn added_up(pending: Pending) -> Result<(Who, Conversion), RowError> {
    let Pending { who, mut record, parts, back, broken, .. } = pending;
    if let Some(error) = broken {
        return Err(RowError::new("incomplete-order", error.detail));
    }
    let parts = parts.ok_or_else(|| RowError::new("no-amount", "an order needs an amount"))?;
    let rounded = |parts: i64| parts.saturating_add(PARTS / 2 * parts.signum()) / PARTS;
    // More than all of it, and the same on each row: what was paid back of the order, repeated.
    let refunded = back.each.filter(|each| *each != 0 && back.sum > parts).unwrap_or(back.sum);
    let amount = rounded(parts);
    record.amount = Some(amount);
    record.refunded = rounded(refunded);
    check(amount, record.refunded, false)?;
    Ok((who, record))
}

/// What was paid is nothing below zero, and no more was paid back.
fn check(amount: i64, refunded: i64, is_net: bool) -> Result<(), RowError> {
    if amount < 0 {
        return Err(RowError::new("negative-amount", "a refund belongs in the refunded column of its order"));
    }
    if refunded > amount && !is_net {
        return Err(RowError::new("bad-amount", "more was paid back than was paid"));
    }
    Ok(())
}

fn order(cells: &Cells, frame: &Frame, number: Option<String>) -> Result<(Who, Conversion), RowError> {
    let currency = cells.currency(Field::Amount)?;
    let moment = cells.moment(Field::Date, frame.zone)?;
    let (at, day) = moment.ok_or_else(|| RowError::new("no-date", "an order needs a day"))?;
    // Of an order over several rows one may be a refund; its sum is looked at in the end.
    let is_line = number.is_some() && cells.reading.plan.line_items == Some(LineItems::Sum);
    let amount = if is_line {
        Some(worth(cells, &currency)?.unwrap_or(0) / PARTS)
    } else {
        cells.money(Field::Amount, &currency)?
    };
    let amount = amount.ok_or_else(|| RowError::new("no-amount", "an order needs an amount"))?;
    let is_net = cells.reading.plan.net_of_refund;
    let mut refunded = 0;
    if !is_line {
        refunded = cells.money(Field::Refunded, &currency)?.unwrap_or(0).abs();
        if refunded == 0 && paid_back(cells) == Some(true) {
            refunded = amount;
        }
        check(amount, refunded, is_net)?;
    }
    let amount = if is_net { amount + refunded } else { amount };
    let code = cells.text(Field::Code).filter(|code| !sales::words().is_no_code(code));
    let record = Conversion {
        kind: "order",
        number: number.unwrap_or_default(),
        title: None,
        at,
        day,
        state: "paid",
        stage: cells.text(Field::Status).map(Cow::into_owned),
        won_day: None,
        amount: Some(amount),
        refunded,
        currency,
        member: None,
        code: code.map(|code| code.trim().to_uppercase()),
        heard: cells.text(Field::Heard).and_then(|text| heard(&text)),
    };
    Ok((cells.buyer(Field::Customer), record))
}

/// Whether the row says that all of it was paid back, and not how much that is; none where it says nothing.
fn paid_back(cells: &Cells) -> Option<bool> {
    let words = sales::words();
    let status = cells.text(Field::Status).map(|status| words.is_refunded(&status));
    let flag = cells.reading.plan.refund_flag.and_then(|flag| cells.column(flag));
    let flag = flag.map(|flag| words.is_yes(&flag) || words.is_refunded(&flag));
    match (status, flag) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, None) => None,
        _ => Some(false),
    }
}

/// What stands for the number of an order that has none: a mark of its moment, buyer and amount, and of its place
/// among its like, so that the same file again changes nothing and another file adds its own.
fn unnumbered(session: &mut Session, who: &Who, record: &Conversion) -> String {
    let amount = record.amount.unwrap_or_default().to_string();
    let base = keys::key(&["order", &record.at.0.to_string(), &who.key(), &amount, &record.currency]);
    let place = session.unnumbered.entry(base).or_default();
    *place += 1;
    let mark = hex(&keys::nth(base, *place).to_be_bytes());
    format!("unnumbered {}", &mark[..12])
}

/// The answer itself: shops put it into a cell of `question: answer` lines among others.
fn heard(text: &str) -> Option<String> {
    let questions = crate::data::text("words/heard.txt").unwrap_or_default();
    let asks = |line: &str| {
        let (question, answer) = line.split_once([':', '：'])?;
        let question = question.to_lowercase();
        questions
            .lines()
            .any(|word| !word.is_empty() && question.contains(word))
            .then(|| answer.trim().to_string())
    };
    let lines: Vec<&str> = text.lines().collect();
    match lines.iter().find_map(|line| asks(line)) {
        Some(answer) => Some(answer).filter(|answer| !answer.is_empty()),
        None if lines.len() == 1 && !text.contains([':', '：']) => Some(text.trim().to_string()),
        None => None,
    }
}

/// Finds the place of an order that is no sale. One that was counted before is paid back now: it was called off.
pub fn call_off(session: &mut Session, draft: Box<Draft>, reason: String) -> Taken {
    let Some(number) = draft.number.clone() else { return Ok(Fate::Ignored(reason)) };
    if session.numbers.contains(&number) || session.called_off.contains_key(&number) {
        return Ok(Fate::Ignored(reason));
    }
    if draft.line_items.is_some() {
        // A later one of its rows may be sold.
        session.called_off.insert(number, (draft, reason));
        return Ok(Fate::Later);
    }
    called_off(session, &draft, number, reason)
}

fn called_off(session: &mut Session, draft: &Draft, number: String, reason: String) -> Taken {
    let (key, known) = if let Ok((who, record)) = &draft.order {
        place(session, who, &mut record.clone())?
    } else {
        // A row without an amount says no more than its number.
        let key = keys::key(&["order", &number]);
        (key, session.known(TABLE, key)?)
    };
    session.numbers.insert(number);
    let Some(known) = known.filter(|known| !known.mine) else { return Ok(Fate::Ignored(reason)) };
    match conversions::add_paid_back(session.store, known.record, session.batch)? {
        Some(row) => session.changed(TABLE, key, known, row),
        None => session.same(TABLE, known, &Who::default()),
    }
}

/// Finds a conversion's place: new, known, or known with other values. Deals are kept by it too.
pub fn keep(session: &mut Session, who: &Who, mut record: Conversion) -> Taken {
    record.code = record.code.map(|code| session.code(&code)).transpose()?;
    record.code = record.code.filter(|code| !session.erased.has(Trace::Code(code)));
    let (key, known) = place(session, who, &mut record)?;
    if let Some(known) = known
        && conversions::says(session.store, known.record, &record, who.identities.is_empty())?
    {
        return session.same(TABLE, known, who);
    }
    if !who.identities.is_empty() || session.frame.owner.is_some() {
        record.member = Some(session.member(who)?);
    }
    let row = conversions::add(session.store, &record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(TABLE, key, known, row),
        None => session.added(TABLE, key, row),
    }
}

/// What a record is known by, and which it is. Two shops number from 1 alike: where the number is that of an order of somebody
/// else on another day, the record is the number's second.
fn place(session: &mut Session, who: &Who, record: &mut Conversion) -> Result<(Key, Option<Known>), Trouble> {
    let key = keys::key(&[record.kind, &record.number]);
    let known = session.known(TABLE, key)?;
    let second = format!("{} (2)", record.number);
    let other = match known {
        Some(known) if !known.mine => is_anothers(session, known, who, record)?,
        Some(_) => false,
        // The first of them may have been taken back.
        None => match session.known(TABLE, keys::key(&[record.kind, &second]))? {
            Some(found) if !found.mine => !is_anothers(session, found, who, record)?,
            _ => false,
        },
    };
    if !other {
        return Ok((key, known));
    }
    session.second.get_or_insert_with(|| {
        format!("kept as {} `{second}`: the number is somebody else's, of another day", record.kind)
    });
    record.number = second;
    let key = keys::key(&[record.kind, &record.number]);
    Ok((key, session.known(TABLE, key)?))
}

/// Whether a known record is of somebody else and of another day.
fn is_anothers(session: &Session, known: Known, who: &Who, record: &Conversion) -> Result<bool> {
    let (day, member) = conversions::whose(session.store, known.record)?;
    let Some(buyer) = member.filter(|_| !who.identities.is_empty() && day != record.day) else {
        return Ok(false);
    };
    let found = session.people.find(who).map(|member| session.people.person(member));
    Ok(found != Some(session.people.person(buyer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_found_among_other_notes() {
        assert_eq!(heard("gift: yes\nHow did you hear about us: Ana told me"), Some("Ana told me".into()));
        assert_eq!(heard("gift: yes"), None);
        assert_eq!(heard("a friend"), Some("a friend".into()));
        assert_eq!(heard("您从哪里得知我们：朋友"), Some("朋友".into()));
    }
}
