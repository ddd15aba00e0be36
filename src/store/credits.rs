//! What credit is given from: conversions, the clicks of their buyers, the codes, and the answers to "how did you hear".

use super::Store;
use super::persons::Persons;
use crate::model::digest::natural;
use crate::model::time::Day;
use anyhow::Result;
use hashbrown::{HashMap, HashSet};
use rusqlite::params;

/// So many orders and deals are read ahead of what is made of them.
const MANY: usize = 10_000;

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
#[derive(Debug, Clone, Default)]
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

/// The orders and deals of a question, ready to be read.
pub struct Sales {
    which: Which,
    pub(super) as_of: Day,
    pub(super) span: (Day, Day),
    pub(super) persons: Persons,
    /// Whether each person bought, at the index of the person.
    pub(super) buyers: Vec<bool>,
    /// The day the first of them was created.
    pub(super) first: Option<Day>,
    has_deals: bool,
    /// Whether anyone ever answered how they heard of us.
    pub has_answers: bool,
    /// How many of them there are at most.
    most: usize,
}

impl Sales {
    /// Those counted from one day to another, as known on `as_of`.
    pub fn of(store: &Store, which: Which, as_of: Day, span: (Day, Day)) -> Result<Self> {
        let [day, _, state] = which.terms();
        let sql = format!(
            "SELECT v.member, v.kind = 'deal', v.day, ({state} AND {day} BETWEEN ?2 AND min(?1, ?3)) IS TRUE, v.heard IS NOT NULL
             FROM conversions v"
        );
        let persons = Persons::counted(store)?;
        let (mut buyers, mut first, mut most) = (persons.each(false), None, 0);
        let (mut has_deals, mut has_answers) = (false, false);
        let mut query = store.conn.prepare(&sql)?;
        let mut rows = query.query(params![as_of.0, span.0.0, span.1.0])?;
        while let Some(row) = rows.next()? {
            has_deals |= row.get::<_, bool>(1)?;
            has_answers |= row.get::<_, bool>(4)?;
            if !row.get::<_, bool>(3)? {
                continue;
            }
            most += 1;
            let created = Day(row.get(2)?);
            first = Some(first.map_or(created, |first: Day| first.min(created)));
            let member: Option<i64> = row.get(0)?;
            if let Some(person) = member.and_then(|member| persons.of(member)) {
                buyers[usize::try_from(person)?] = true;
            }
        }
        Ok(Self { which, as_of, span, persons, buyers, first, has_deals, has_answers, most })
    }

    /// Calls `see` with each of them once, the newest row of a number: deals first, then orders, each from the last row back.
    /// Staff and bots buy nothing, an order that belongs to a won deal is in the deal, and what was paid back in full is none.
    pub fn each(&self, store: &Store, mut see: impl FnMut(&mut Deal) -> Result<()>) -> Result<()> {
        if self.most < MANY {
            self.read(store, &mut see)
        } else {
            store.read_ahead(|store, see| self.read(store, see), see)
        }
    }

    fn read(&self, store: &Store, see: &mut dyn FnMut(&mut Deal) -> Result<()>) -> Result<()> {
        let mut deals: HashMap<u128, Option<i64>> = HashMap::new();
        if self.has_deals {
            self.scan(store, "deal", |key, is_counted, deal| {
                deals.insert(key, deal.buyer);
                if is_counted { see(deal) } else { Ok(()) }
            })?;
        }
        self.scan(store, "order", |key, is_counted, order| {
            let is_same =
                |buyer: &Option<i64>| buyer.is_none() || order.buyer.is_none() || *buyer == order.buyer;
            let is_in_a_deal = deals.get(&key).is_some_and(is_same);
            if is_counted && !is_in_a_deal { see(order) } else { Ok(()) }
        })
    }

    /// Calls `see` with what is known up to the as-of day: by what it is known, and whether it counts.
    fn scan(
        &self,
        store: &Store,
        kind: &str,
        mut see: impl FnMut(u128, bool, &mut Deal) -> Result<()>,
    ) -> Result<()> {
        let [day, until, state] = self.which.terms();
        let sql = format!(
            "SELECT v.id, v.number, v.member, v.day, {day}, {until}, v.amount - v.refunded, v.currency, v.code, v.heard,
               v.title, v.stage, v.refunded > 0 AND v.refunded >= coalesce(v.amount, 0)
             FROM conversions v
             WHERE v.kind = ?2 AND v.replaced_by IS NULL AND {state} AND v.day <= ?1 AND {day} <= ?1 ORDER BY v.id DESC"
        );
        let mut query = store.conn.prepare(&sql)?;
        let mut rows = query.query(params![self.as_of.0, kind])?;
        let mut seen: HashSet<u128> = HashSet::with_capacity(self.most);
        let mut deal = Deal::default();
        while let Some(row) = rows.next()? {
            let member: Option<i64> = row.get(2)?;
            let buyer = member.and_then(|member| self.persons.of(member));
            if member.is_some() && buyer.is_none() {
                continue;
            }
            deal.id = row.get(0)?;
            let number = row.get_ref(1)?.as_str()?;
            let known = number.trim_matches(' ').trim_start_matches('#');
            let key =
                if known.is_empty() { natural(&[deal.id.to_string()]) } else { natural(&["number", known]) };
            if !seen.insert(key) {
                continue;
            }
            kind.clone_into(&mut deal.kind);
            number.clone_into(&mut deal.number);
            deal.buyer = buyer;
            (deal.created, deal.counted, deal.until) = (Day(row.get(3)?), Day(row.get(4)?), Day(row.get(5)?));
            deal.net = row.get(6)?;
            row.get_ref(7)?.as_str()?.clone_into(&mut deal.currency);
            let told = [&mut deal.code, &mut deal.heard, &mut deal.title, &mut deal.stage];
            for (column, text) in (8..).zip(told) {
                fill(text, row.get_ref(column)?.as_str_or_null()?);
            }
            let is_paid_back: bool = row.get(12)?;
            let is_counted = (self.span.0..=self.span.1).contains(&deal.counted) && !is_paid_back;
            see(key, is_counted, &mut deal)?;
        }
        Ok(())
    }
}

/// A text in the place of another, whose memory it takes: a million orders do not make a million texts.
fn fill(text: &mut Option<String>, with: Option<&str>) {
    match (text.as_mut(), with) {
        (Some(text), Some(with)) => with.clone_into(text),
        (_, with) => *text = with.map(str::to_string),
    }
}

/// In SQL: what a row `v` is known by, as [`Sales::each`] tells it. The rows of one order or deal have the same.
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
