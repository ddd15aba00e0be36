//! What credit is given from: conversions, the clicks of their buyers, the codes, and the answers to "how did you hear".

use super::Store;
use super::settled;
use crate::model::time::Day;
use anyhow::Result;
use hashbrown::HashMap;
use rusqlite::params;

/// Which orders and deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Paid orders and won deals, by the day they were paid or won.
    Converted,
    /// Deals that were still open on the as-of day, by the day they were created.
    Open,
    /// All deals by the day they were created, whatever became of them: pipeline.
    Created,
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
    /// The day it was paid or won; for a deal counted as pipeline the day it was created.
    pub counted: Day,
    /// The last day on which a touch helped it along: the day it was won, or for an open deal the as-of day.
    pub until: Day,
    /// Its title, for a deal.
    pub title: Option<String>,
    /// Its stage, as the CRM calls it.
    pub stage: Option<String>,
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

impl Which {
    /// In SQL: the day a row `v` belongs to, the last day on which a touch helped it along, and whether it is one of these;
    /// the as-of day is ?1.
    fn terms(self) -> [&'static str; 3] {
        const WON: &str = "CASE WHEN v.kind = 'deal' THEN coalesce(v.won_day, v.day) ELSE v.day END";
        match self {
            Self::Converted => [WON, WON, "v.state IN ('paid', 'won')"],
            Self::Open => ["v.day", "?1", "(v.state = 'open' OR (v.state = 'won' AND v.won_day > ?1))"],
            Self::Created => ["v.day", "min(coalesce(v.won_day, ?1), ?1)", "v.kind = 'deal'"],
        }
    }
}

/// In SQL: what a row `v` is known by. The rows of one order or deal have the same.
const SALE: &str = "coalesce(nullif(ltrim(trim(v.number), '#'), ''), 'row ' || v.id)";

/// The table `conv`: every order and deal once as of day ?1, counted from ?2 to ?3. The newest row of a number; an order
/// that belongs to a won deal is in the deal; what was paid back in full is none; staff and bots buy nothing.
fn conv(which: Which) -> String {
    let [day, until, state] = which.terms();
    format!(
        "newest AS MATERIALIZED (
           SELECT v.id AS id, v.kind AS kind, v.number AS number, v.day AS created, {day} AS counted,
                  {until} AS until, v.title AS title, v.stage AS stage,
                  v.amount AS amount, v.refunded AS refunded, v.currency AS currency, b.id AS buyer, v.code AS code, v.heard AS heard,
                  {SALE} AS key,
                  row_number() OVER (PARTITION BY v.kind, {SALE} ORDER BY v.id DESC) AS place
           FROM conversions v
           LEFT JOIN members m ON m.id = v.member
           LEFT JOIN members b ON b.id = m.person AND b.standing = 'member'
           WHERE v.replaced_by IS NULL AND {state} AND v.day <= ?1 AND {day} <= ?1
             AND (v.member IS NULL OR b.id IS NOT NULL)),
         conv AS MATERIALIZED (
           SELECT n.id AS id, n.kind AS kind, n.number AS number, n.created AS created, n.counted AS counted,
                  n.until AS until, n.title AS title, n.stage AS stage, n.amount - n.refunded AS net, n.currency AS currency, n.buyer AS buyer, n.code AS code, n.heard AS heard
           FROM newest n
           LEFT JOIN (SELECT key, buyer FROM newest WHERE kind = 'deal' AND place = 1) d ON n.kind = 'order' AND d.key = n.key
           WHERE n.place = 1 AND n.counted BETWEEN ?2 AND ?3
             AND NOT (n.refunded > 0 AND n.refunded >= coalesce(n.amount, 0))
             AND (d.key IS NULL OR (d.buyer <> n.buyer)))"
    )
}

/// Calls `see` with every order or deal counted from `from` to `to`, as known on `as_of`, in order of buyer and row; those of
/// nobody known come first.
pub fn each(
    store: &Store,
    which: Which,
    as_of: Day,
    (from, to): (Day, Day),
    mut see: impl FnMut(Deal) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "WITH {} SELECT id, kind, number, created, counted, title, stage, net, currency, buyer, code, heard, until
         FROM conv ORDER BY buyer, id",
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
            title: row.get(5)?,
            stage: row.get(6)?,
            net: row.get(7)?,
            currency: row.get(8)?,
            buyer: row.get(9)?,
            code: row.get(10)?,
            heard: row.get(11)?,
            until: Day(row.get(12)?),
        })?;
    }
    Ok(())
}

/// What an order or a deal says of itself, whatever its state and day.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its row.
    pub id: i64,
    /// What it is known by.
    pub sale: String,
    /// `order` or `deal`.
    pub kind: String,
    /// Its number, title and stage, as far as there are any.
    pub told: [Option<String>; 3],
    /// The day it was placed or created.
    pub created: Day,
    /// The discount code used.
    pub code: Option<String>,
    /// The answer to "how did you hear about us".
    pub heard: Option<String>,
}

/// Calls `see` with every row of an order or a deal that no later one replaced, in order of row.
pub fn each_said(store: &Store, mut see: impl FnMut(Said) -> Result<()>) -> Result<()> {
    let sql = format!(
        "SELECT v.id, {SALE}, v.kind, v.number, v.title, v.stage, v.day, v.code, v.heard
         FROM conversions v WHERE v.replaced_by IS NULL ORDER BY v.id"
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        see(Said {
            id: row.get(0)?,
            sale: row.get(1)?,
            kind: row.get(2)?,
            told: [row.get(3)?, row.get(4)?, row.get(5)?],
            created: Day(row.get(6)?),
            code: row.get(7)?,
            heard: row.get(8)?,
        })?;
    }
    Ok(())
}

/// A day on which someone clicked an advocate's link. Numbers of members fit in 32 bits; a list of millions is half as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Click {
    /// Who clicked.
    pub person: u32,
    /// When.
    pub day: i32,
    /// Whose link.
    pub advocate: u32,
}

/// Whose clicks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clickers {
    /// Only those who ever bought, or may.
    Buyers,
    /// Everyone who is known.
    Everyone,
}

/// Clicks of known people on advocates' links, by person, day and advocate, each once, up to the as-of day and from `window`
/// days before the first order or deal of the period (or before the period itself) was created. One pass over the clicks.
pub fn clicks(
    store: &Store,
    which: Which,
    as_of: Day,
    (from, to): (Day, Day),
    window: i32,
    whose: Clickers,
) -> Result<Vec<Click>> {
    let [day, _, state] = which.terms();
    let sql =
        format!("SELECT min(v.day) FROM conversions v WHERE {state} AND {day} BETWEEN ?2 AND min(?1, ?3)");
    let first: Option<i32> = store.conn.query_row(&sql, params![as_of.0, from.0, to.0], |row| row.get(0))?;
    let first = match (first, whose) {
        (None, Clickers::Buyers) => return Ok(Vec::new()),
        (Some(first), Clickers::Buyers) => first,
        (first, Clickers::Everyone) => first.unwrap_or(from.0).min(from.0),
    };
    let owners: HashMap<i64, u32> =
        pairs(store, "SELECT l.id, c.person FROM links l JOIN counted c ON c.member = l.member")?;
    let moved: HashMap<i64, u32> = pairs(store, "SELECT id, person FROM members WHERE person <> id")?;
    let outside: HashMap<i64, u32> = pairs(store, "SELECT member, person FROM outside")?;
    let buyers = match whose {
        Clickers::Everyone => "",
        Clickers::Buyers => {
            "AND member IN (
               SELECT person FROM conversions v JOIN members b ON b.id = v.member
               UNION
               SELECT m.id FROM (SELECT DISTINCT b.person AS person FROM conversions v JOIN members b ON b.id = v.member) w
               JOIN members m ON m.person = w.person AND m.person <> m.id)"
        }
    };
    // Where they are settled, most clicks, which are nobody's we know, need not be read.
    let source = if settled::clicks::has_touches(store)? {
        "settled_touches WHERE"
    } else {
        "clicks WHERE member IS NOT NULL AND replaced_by IS NULL AND"
    };
    let sql = format!("SELECT member, day, link FROM {source} day BETWEEN ?1 AND ?2 {buyers}");
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query(params![first.saturating_sub(window), as_of.0])?;
    let mut clicks = Vec::new();
    while let Some(row) = rows.next()? {
        let (member, link): (i64, i64) = (row.get(0)?, row.get(2)?);
        if outside.contains_key(&member) {
            continue;
        }
        if let Some(&advocate) = owners.get(&link) {
            let person = match moved.get(&member) {
                Some(&person) => person,
                None => u32::try_from(member)?,
            };
            clicks.push(Click { person, day: row.get(1)?, advocate });
        }
    }
    clicks.sort_unstable();
    clicks.dedup();
    Ok(clicks)
}

/// Two columns as a map.
fn pairs(store: &Store, sql: &str) -> Result<HashMap<i64, u32>> {
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
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
