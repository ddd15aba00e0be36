//! What credit is given from: conversions, the clicks of their buyers, the codes, and the answers to "how did you hear".

use super::Store;
use super::settled::clicks;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// Which orders and deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Paid orders and won deals, by the day they were paid or won.
    Converted,
    /// Deals that were still open on the as-of day, by the day they were created.
    Open,
}

/// An order or a deal, once; `counted` is the day it belongs to.
#[derive(Debug, Clone)]
pub struct Deal {
    /// Its row.
    pub id: i64,
    /// `order` or `deal`.
    pub kind: String,
    /// Its number in the shop or CRM.
    pub number: String,
    /// The day it was placed or created.
    pub created: Day,
    /// The day it was paid or won; for an open deal the day it was created.
    pub counted: Day,
    /// What it is worth after refunds, minor units, where that is known.
    pub net: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    /// Who bought, where that is known.
    pub buyer: Option<i64>,
    /// The discount code used.
    pub code: Option<String>,
    /// The answer to "how did you hear about us".
    pub heard: Option<String>,
}

/// The table `conv`: every order and deal once as of day ?1, counted from ?2 to ?3. The newest row of a number; an order
/// that belongs to a won deal is in the deal; what was paid back in full is none; staff and bots buy nothing.
fn conv(which: Which) -> String {
    let (day, state) = match which {
        Which::Converted => (
            "CASE WHEN v.kind = 'deal' THEN coalesce(v.won_day, v.day) ELSE v.day END",
            "v.state IN ('paid', 'won')",
        ),
        Which::Open => ("v.day", "(v.state = 'open' OR (v.state = 'won' AND v.won_day > ?1))"),
    };
    format!(
        "newest AS MATERIALIZED (
           SELECT v.id AS id, v.kind AS kind, v.number AS number, v.day AS created, {day} AS counted, v.amount AS amount,
                  v.refunded AS refunded, v.currency AS currency, b.id AS buyer, v.code AS code, v.heard AS heard,
                  coalesce(nullif(ltrim(trim(v.number), '#'), ''), 'row ' || v.id) AS key,
                  row_number() OVER (PARTITION BY v.kind, coalesce(nullif(ltrim(trim(v.number), '#'), ''), 'row ' || v.id)
                                     ORDER BY v.id DESC) AS place
           FROM conversions v
           LEFT JOIN members m ON m.id = v.member
           LEFT JOIN members b ON b.id = m.person AND b.standing = 'member'
           WHERE v.replaced_by IS NULL AND {state} AND v.day <= ?1 AND {day} <= ?1
             AND (v.member IS NULL OR b.id IS NOT NULL)),
         conv AS MATERIALIZED (
           SELECT n.id AS id, n.kind AS kind, n.number AS number, n.created AS created, n.counted AS counted,
                  n.amount - n.refunded AS net, n.currency AS currency, n.buyer AS buyer, n.code AS code, n.heard AS heard
           FROM newest n
           LEFT JOIN (SELECT key, buyer FROM newest WHERE kind = 'deal' AND place = 1) d ON n.kind = 'order' AND d.key = n.key
           WHERE n.place = 1 AND n.counted BETWEEN ?2 AND ?3
             AND NOT (n.refunded > 0 AND n.refunded >= coalesce(n.amount, 0))
             AND (d.key IS NULL OR (d.buyer <> n.buyer)))"
    )
}

/// Calls `see` with every order or deal counted from `from` to `to`, as known on `as_of`, in order of day and row.
pub fn each(
    store: &Store,
    which: Which,
    as_of: Day,
    (from, to): (Day, Day),
    mut see: impl FnMut(Deal) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "WITH {} SELECT id, kind, number, created, counted, net, currency, buyer, code, heard
         FROM conv ORDER BY counted, id",
        conv(which)
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query(params![as_of.0, from.0, to.0])?;
    while let Some(row) = rows.next()? {
        see(Deal {
            id: row.get(0)?,
            kind: row.get(1)?,
            number: row.get(2)?,
            created: Day(row.get(3)?),
            counted: Day(row.get(4)?),
            net: row.get(5)?,
            currency: row.get(6)?,
            buyer: row.get(7)?,
            code: row.get(8)?,
            heard: row.get(9)?,
        })?;
    }
    Ok(())
}

/// The days on which the buyer of each order or deal clicked an advocate's link, from `window` days before it was created
/// until it was paid or won: (day, advocate) by the row of the order or deal.
pub fn clicks_before(
    store: &Store,
    which: Which,
    as_of: Day,
    (from, to): (Day, Day),
    window: i32,
) -> Result<BTreeMap<i64, Vec<(i32, i64)>>> {
    let until = if which == Which::Open { "?1" } else { "max(v.created, v.counted)" };
    // CROSS JOIN keeps this order: each buyer's touches are looked up where they are settled, else all clicks are read once;
    // most clicks are no buyer's.
    let within = format!("k.day BETWEEN v.created - ?4 AND {until}");
    let touches = if clicks::has_touches(store)? {
        format!("buying v CROSS JOIN settled_touches k ON k.member = v.member AND {within}")
    } else {
        format!(
            "(SELECT member, day, link FROM clicks WHERE member IS NOT NULL AND replaced_by IS NULL) k
                 CROSS JOIN buying v ON v.member = k.member AND {within}"
        )
    };
    let sql = format!(
        "WITH {},
         buying AS MATERIALIZED (
           SELECT v.buyer AS member, v.id AS id, v.created AS created, v.counted AS counted FROM conv v
           WHERE v.buyer IS NOT NULL
           UNION ALL
           SELECT m.id, v.id, v.created, v.counted FROM members m JOIN conv v ON v.buyer = m.person WHERE m.person <> m.id)
         SELECT DISTINCT v.id, k.day, a.person
         FROM {touches}
         CROSS JOIN links l ON l.id = k.link
         CROSS JOIN counted a ON a.member = l.member
         WHERE k.day <= ?1
         ORDER BY 1, 2, 3",
        conv(which)
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query(params![as_of.0, from.0, to.0, window])?;
    let mut touches: BTreeMap<i64, Vec<(i32, i64)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        touches.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(touches)
}

/// A code and the days it is somebody's.
#[derive(Debug, Clone)]
pub struct Code {
    /// The code as it was given out.
    pub word: String,
    /// Whose.
    pub member: i64,
    /// Its first day.
    pub from: Day,
    /// Its last day, if it has one.
    pub to: Option<Day>,
}

/// Every code given out by a day, in order of code and day.
pub fn codes(store: &Store, as_of: Day) -> Result<Vec<Code>> {
    let mut query = store.conn.prepare(
        "SELECT k.code, c.person, k.from_day, k.to_day FROM codes k JOIN counted c ON c.member = k.member
         WHERE k.from_day <= ?1 ORDER BY k.code, k.from_day, k.id",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        let to: Option<i32> = row.get(3)?;
        Ok(Code { word: row.get(0)?, member: row.get(1)?, from: Day(row.get(2)?), to: to.map(Day) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many paid orders and won deals of the period were paid back in full.
pub fn paid_back(store: &Store, as_of: Day, (from, to): (Day, Day)) -> Result<i64> {
    Ok(store.conn.query_row(
        "SELECT count(*) FROM conversions v LEFT JOIN counted b ON b.member = v.member
         WHERE v.replaced_by IS NULL AND v.state IN ('paid', 'won') AND v.refunded > 0
           AND v.refunded >= coalesce(v.amount, 0) AND (v.member IS NULL OR b.person IS NOT NULL)
           AND CASE WHEN v.kind = 'deal' THEN coalesce(v.won_day, v.day) ELSE v.day END BETWEEN ?2 AND min(?1, ?3)",
        params![as_of.0, from.0, to.0],
        |row| row.get(0),
    )?)
}
