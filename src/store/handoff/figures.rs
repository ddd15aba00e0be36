//! The portable texts, run here: the same words every engine is given.

use crate::model::time::Day;
use crate::store::Store;
use crate::store::whole::{self, Value};
use anyhow::Result;
use rusqlite::params;

/// What the texts are asked for; the one row of the table `asked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The day figures are for.
    pub as_of: Day,
    /// The first day of the period.
    pub from: Day,
    /// Its last day.
    pub to: Day,
    /// How many days before a conversion a click counts.
    pub window_days: i32,
    /// The first day of answers that are not too old.
    pub answers_from: Day,
}

impl Asked {
    /// The columns of `asked`, in their order.
    pub const COLUMNS: [&str; 5] = ["as_of", "from_day", "to_day", "window_days", "answers_from"];

    /// The row.
    pub fn row(&self) -> [i64; 5] {
        [self.as_of.0, self.from.0, self.to.0, self.window_days, self.answers_from.0].map(i64::from)
    }
}

/// What an order or a deal says of itself, as it was read: a row of the table `evidence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its row in `conversions`.
    pub conversion: i64,
    /// The number it is known by; the rows of one sale have the same.
    pub sale: String,
    /// Whose code was used.
    pub owner: Option<i64>,
    /// Whom the buyer named.
    pub named: Option<i64>,
    /// Whether it renews another.
    pub renews: bool,
}

/// What an act of a day counts, in parts: a row of the table `fading`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faded {
    /// The day.
    pub day: i32,
    /// A contribution.
    pub contribution: u64,
    /// Any other act.
    pub other: u64,
}

/// The first day anyone did something, up to a day; none where nobody did.
pub fn first_act(store: &Store, as_of: Day) -> Result<Option<Day>> {
    let sql = "SELECT min(day) FROM done WHERE day <= ?1";
    let day: Option<i32> = store.conn.query_row(sql, [as_of.0], |row| row.get(0))?;
    Ok(day.map(Day))
}

/// The tables and views the texts name, in a corner of this connection that nobody else sees and that goes with it.
pub fn lay_out(
    store: &Store,
    asked: &Asked,
    fading: &[Faded],
    evidence: &[Evidence],
    views: &[(&str, &str)],
) -> Result<()> {
    let conn = &store.conn;
    // A file that may only be read has such a corner too, once writing is not forbidden altogether.
    conn.pragma_update(None, "query_only", false)?;
    conn.execute_batch(
        "CREATE TEMP TABLE asked (as_of INTEGER, from_day INTEGER, to_day INTEGER, window_days INTEGER, answers_from INTEGER);
         CREATE TEMP TABLE fading (day INTEGER PRIMARY KEY, contribution INTEGER, other INTEGER);
         CREATE TEMP TABLE evidence (conversion INTEGER PRIMARY KEY, sale TEXT, owner INTEGER, named INTEGER, renews INTEGER);",
    )?;
    let row = asked.row();
    conn.execute("INSERT INTO temp.asked VALUES (?1, ?2, ?3, ?4, ?5)", row)?;
    let mut insert = conn.prepare("INSERT INTO temp.fading VALUES (?1, ?2, ?3)")?;
    for one in fading {
        insert.execute(params![one.day, one.contribution.cast_signed(), one.other.cast_signed()])?;
    }
    let mut insert = conn.prepare("INSERT INTO temp.evidence VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for one in evidence {
        insert.execute(params![one.conversion, one.sale, one.owner, one.named, one.renews])?;
    }
    for (name, query) in views {
        conn.execute_batch(&format!("CREATE TEMP VIEW {name} AS {query}"))?;
    }
    if !store.writable {
        conn.pragma_update(None, "query_only", true)?;
    }
    Ok(())
}

/// Runs a text, and calls `see` with each row.
pub fn run(store: &Store, text: &str, mut see: impl FnMut(&[Value]) -> Result<()>) -> Result<()> {
    let mut query = store.conn.prepare(text)?;
    let width = query.column_count();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        see(&whole::values(row, width)?)?;
    }
    Ok(())
}
