//! What credit is given from: conversions, the clicks of their buyers, the codes, and the answers to "how did you hear".

use super::Store;
use super::persons::Persons;
use super::settled::touches;
use crate::model::digest::natural;
use crate::model::time::Day;
use anyhow::Result;
use hashbrown::{HashMap, HashSet};
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

/// An order or a deal that counts, while it is found out which do.
struct Counted {
    id: i64,
    is_deal: bool,
    buyer: Option<i64>,
    day: Day,
    is_paid_back: bool,
    key: u128,
}

/// Every order and deal once as of a day, the newest row of a number; staff and bots buy nothing.
fn newest(store: &Store, which: Which, as_of: Day) -> Result<Vec<Counted>> {
    let [day, _, state] = which.terms();
    let sql = format!(
        "SELECT v.id, v.kind = 'deal', v.member, {day}, v.refunded > 0 AND v.refunded >= coalesce(v.amount, 0), v.number
         FROM conversions v WHERE v.replaced_by IS NULL AND {state} AND v.day <= ?1 AND {day} <= ?1 ORDER BY v.id DESC"
    );
    let persons = Persons::counted(store)?;
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([as_of.0])?;
    let mut seen: HashSet<(bool, u128)> = HashSet::new();
    let mut newest = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, is_deal, member): (i64, bool, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let buyer = member.and_then(|member| persons.of(member));
        if member.is_some() && buyer.is_none() {
            continue;
        }
        let number = row.get_ref(5)?.as_str()?.trim_matches(' ').trim_start_matches('#');
        let key = if number.is_empty() { natural(&[id.to_string()]) } else { natural(&["number", number]) };
        if seen.insert((is_deal, key)) {
            newest.push(Counted {
                id,
                is_deal,
                buyer,
                day: Day(row.get(3)?),
                is_paid_back: row.get(4)?,
                key,
            });
        }
    }
    Ok(newest)
}

/// The rows that count from one day to another, in order of buyer and row, those of nobody known first: an order that
/// belongs to a won deal is in the deal, and what was paid back in full is none.
fn counted(store: &Store, which: Which, as_of: Day, (from, to): (Day, Day)) -> Result<Vec<Counted>> {
    let mut newest = newest(store, which, as_of)?;
    let deals: HashMap<u128, Option<i64>> =
        newest.iter().filter(|one| one.is_deal).map(|deal| (deal.key, deal.buyer)).collect();
    newest.retain(|one| {
        let is_in_a_deal = !one.is_deal
            && deals
                .get(&one.key)
                .is_some_and(|buyer| buyer.is_none() || one.buyer.is_none() || *buyer == one.buyer);
        (from..=to).contains(&one.day) && !one.is_paid_back && !is_in_a_deal
    });
    newest.sort_unstable_by_key(|one| (one.buyer, one.id));
    Ok(newest)
}

/// So many rows are asked for at once.
const TOGETHER: usize = 20_000;

/// Calls `see` with every order or deal counted from `from` to `to`, as known on `as_of`, in order of buyer and row; those of
/// nobody known come first.
pub fn each(
    store: &Store,
    which: Which,
    as_of: Day,
    span: (Day, Day),
    mut see: impl FnMut(Deal) -> Result<()>,
) -> Result<()> {
    let [day, until, _] = which.terms();
    let sql = format!(
        "SELECT v.id, v.kind, v.number, v.day, {day}, v.title, v.stage, v.amount - v.refunded, v.currency, v.code, v.heard, {until}
         FROM json_each(?2) j CROSS JOIN conversions v ON v.id = j.value WHERE v.day <= ?1"
    );
    let mut query = store.conn.prepare(&sql)?;
    // In order of buyer they are read from all over the table: a cache that holds some megabytes of it spares reading pages again.
    store.conn.pragma_update(None, "cache_size", -16_384)?;
    for some in counted(store, which, as_of, span)?.chunks(TOGETHER) {
        let ids: Vec<i64> = some.iter().map(|one| one.id).collect();
        let mut rows = query.query(params![as_of.0, serde_json::to_string(&ids)?])?;
        let mut buyers = some.iter();
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let Some(one) = buyers.find(|one| one.id == id) else { continue };
            see(Deal {
                id,
                kind: row.get(1)?,
                number: row.get(2)?,
                created: Day(row.get(3)?),
                counted: Day(row.get(4)?),
                title: row.get(5)?,
                stage: row.get(6)?,
                net: row.get(7)?,
                currency: row.get(8)?,
                buyer: one.buyer,
                code: row.get(9)?,
                heard: row.get(10)?,
                until: Day(row.get(11)?),
            })?;
        }
    }
    Ok(())
}

/// In SQL: what a row `v` is known by, as [`newest`] tells it. The rows of one order or deal have the same.
const SALE: &str = "coalesce(nullif(ltrim(trim(v.number), '#'), ''), 'row ' || v.id)";

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
    let days = first.saturating_sub(window)..=as_of.0;
    let owners: HashMap<i64, u32> =
        pairs(store, "SELECT l.id, c.person FROM links l JOIN counted c ON c.member = l.member")?;
    let persons = Persons::counted(store)?;
    let buyers = match whose {
        Clickers::Everyone => None,
        Clickers::Buyers => Some(buyers(store, &persons)?),
    };
    let mut clicks = Vec::new();
    touches::each(store, |(member, day, link)| {
        let person = persons.of(member.into()).filter(|_| days.contains(&day));
        let person = person.filter(|person| buyers.as_ref().is_none_or(|buyers| buyers[*person as usize]));
        if let Some((person, &advocate)) = person.zip(owners.get(&i64::from(link))) {
            clicks.push(Click { person: u32::try_from(person)?, day, advocate });
        }
        Ok(())
    })?;
    clicks.sort_unstable();
    clicks.dedup();
    Ok(clicks)
}

/// Whether each person ever bought, or may, at the index of the person.
fn buyers(store: &Store, persons: &Persons) -> Result<Vec<bool>> {
    let mut buyers = persons.each(false);
    let mut query = store.conn.prepare("SELECT member FROM conversions WHERE member IS NOT NULL")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(person) = persons.of(row.get(0)?) {
            buyers[person as usize] = true;
        }
    }
    Ok(buyers)
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
