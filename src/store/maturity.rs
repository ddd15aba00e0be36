//! What the file itself knows of how far a program is, and the self-checks that were saved.

use super::works::mine;
use super::{Store, contributions, overview};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// So many, and of how many where that is a part of something.
pub type Fact = (i64, Option<i64>);

/// What an advocate may have on day ?1, by the name of the fact: whose rows.
const HAS: [(&str, &str); 4] = [
    ("surveyed", "SELECT t.member FROM survey_takes t WHERE t.replaced_by IS NULL AND t.day <= ?1"),
    ("handbooks", "SELECT t.member FROM handbooks t WHERE t.day <= ?1"),
    ("consents", "SELECT t.member FROM consents t WHERE t.day <= ?1"),
    (
        "linked",
        "SELECT t.member FROM links t WHERE t.day <= ?1 AND (t.retired_day IS NULL OR t.retired_day > ?1)
         UNION ALL SELECT t.member FROM codes t WHERE t.from_day <= ?1 AND (t.to_day IS NULL OR t.to_day > ?1)",
    ),
];

/// What happened in so many days up to day ?1 (later than ?2), by the name of the fact.
const LATELY: [(&str, i32, &str); 9] = [
    (
        "called",
        90,
        "SELECT count(DISTINCT c.person), NULL FROM stages s JOIN counted c ON c.member = s.member
         WHERE s.stage IN ('candidate', 'invited') AND s.day <= ?1 AND s.day > ?2",
    ),
    (
        "answers",
        180,
        "SELECT count(*), NULL FROM responses r WHERE r.replaced_by IS NULL AND r.day <= ?1 AND r.day > ?2
           AND r.kind = 'nps' AND (r.member IS NULL OR r.member NOT IN (SELECT member FROM outside))",
    ),
    (
        "library",
        0,
        "SELECT count(DISTINCT kind), 5 FROM items
         WHERE day <= ?1 AND ?2 IS NOT NULL AND (removed_day IS NULL OR removed_day > ?1)
           AND (expires_day IS NULL OR expires_day >= ?1)",
    ),
    (
        "desk",
        90,
        "SELECT count(*) FILTER (WHERE q.answered_day <= ?1), count(*)
         FROM questions q JOIN counted c ON c.member = q.member WHERE q.day <= ?1 AND q.day > ?2",
    ),
    ("lifted", 90, "SELECT count(*), NULL FROM promotions WHERE day <= ?1 AND day > ?2"),
    ("briefs", 90, "SELECT count(DISTINCT brief), NULL FROM sends WHERE day <= ?1 AND day > ?2"),
    (
        "told",
        180,
        "SELECT count(*) FILTER (WHERE a.told_day <= ?1), count(*) FROM asks a JOIN counted c ON c.member = a.member
         WHERE a.outcome_day <= ?1 AND a.outcome_day > ?2",
    ),
    (
        "heard",
        90,
        "SELECT count(heard), count(*) FROM conversions
         WHERE replaced_by IS NULL AND state IN ('paid', 'won') AND coalesce(won_day, day) <= ?1
           AND coalesce(won_day, day) > ?2 AND (member IS NULL OR member NOT IN (SELECT member FROM outside))",
    ),
    ("imports", 35, "SELECT count(*), NULL FROM batches WHERE day <= ?1 AND day > ?2"),
];

/// Facts by the name that data/maturity.toml calls them, as known on a day. A part of nothing is 0 of 0.
pub fn facts(store: &Store, as_of: Day) -> Result<BTreeMap<&'static str, Fact>> {
    let signals = overview::signals(store, as_of)?.into_iter().filter(|known| *known).count() as i64;
    let mut facts = BTreeMap::from([("signals", (signals, Some(4)))]);
    let with = format!(
        "WITH {}, here AS MATERIALIZED (SELECT person FROM joiners WHERE stage IN ('active', 'on-hold'))",
        mine()
    );
    for (name, has) in HAS {
        let sql = format!(
            "{with} SELECT (SELECT count(DISTINCT mine.person) FROM mine JOIN here ON here.person = mine.person
                            WHERE mine.member IN ({has})), (SELECT count(*) FROM here)"
        );
        facts.insert(name, store.conn.query_row(&sql, [as_of.0], |row| Ok((row.get(0)?, row.get(1)?)))?);
    }
    let advocates = format!("{with} SELECT count(*) FROM here");
    facts.insert("advocates", (store.conn.query_row(&advocates, [as_of.0], |row| row.get(0))?, None));
    for (name, days, sql) in LATELY {
        let bounds = params![as_of.0, as_of.0 - days];
        facts.insert(name, store.conn.query_row(sql, bounds, |row| Ok((row.get(0)?, row.get(1)?)))?);
    }
    facts.extend(of_work(store, as_of)?);
    Ok(facts)
}

/// Of what advocates made from 33 to 3 days ago: how much was answered, or lifted; of what they made in 90 days: of how much
/// the reach is known from us or a platform. One pass over the acts.
fn of_work(store: &Store, as_of: Day) -> Result<[(&'static str, Fact); 2]> {
    let sql = format!(
        "WITH {},
         made AS MATERIALIZED (
           SELECT a.id AS id, a.day AS day, a.reach IS NOT NULL AND a.grade IN ('A', 'B') AS known
           FROM activities a CROSS JOIN mine ON mine.member = a.member
           WHERE a.kind IN ({}) AND a.day >= mine.joined AND a.day <= ?1 AND a.day > ?1 - 90)
         SELECT count(*) FILTER (WHERE m.day BETWEEN ?1 - 33 AND ?1 - 3 AND (
                  EXISTS (SELECT 1 FROM reactions r WHERE r.activity = m.id AND r.day <= ?1)
                  OR EXISTS (SELECT 1 FROM promotions p WHERE p.activity = m.id AND p.day <= ?1))),
                count(*) FILTER (WHERE m.day BETWEEN ?1 - 33 AND ?1 - 3),
                count(*) FILTER (WHERE m.known OR EXISTS (
                  SELECT 1 FROM reaches r WHERE r.activity = m.id AND r.day <= ?1 AND r.grade IN ('A', 'B')
                    AND r.reach IS NOT NULL)),
                count(*)
         FROM made m",
        mine(),
        contributions::kinds()
    );
    Ok(store.conn.query_row(&sql, [as_of.0], |row| {
        Ok([("reacted", (row.get(0)?, row.get(1)?)), ("reach", (row.get(2)?, row.get(3)?))])
    })?)
}

/// One answer of a self-check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `yes`, `partly` or `no`.
    pub word: String,
    /// `file` or `told`.
    pub basis: String,
    /// What was seen, such as `3 of 4`.
    pub seen: Option<String>,
}

/// The newest self-check on or before a day: its day, and the answers by item.
pub fn newest(store: &Store, until: Day) -> Result<Option<(Day, BTreeMap<String, Answer>)>> {
    let mut query = store.conn.prepare(
        "SELECT day, item, answer, basis, seen FROM maturity
         WHERE day = (SELECT max(day) FROM maturity WHERE day <= ?1) ORDER BY item",
    )?;
    let mut rows = query.query([until.0])?;
    let (mut day, mut answers) = (None, BTreeMap::new());
    while let Some(row) = rows.next()? {
        day = Some(Day(row.get(0)?));
        let answer = Answer { word: row.get(2)?, basis: row.get(3)?, seen: row.get(4)? };
        answers.insert(row.get(1)?, answer);
    }
    Ok(day.map(|day| (day, answers)))
}

/// Saves the self-check of a day, instead of one that was made on it before.
pub fn save(store: &Store, day: Day, answers: &BTreeMap<String, Answer>) -> Result<()> {
    store.conn.execute("DELETE FROM maturity WHERE day = ?1", [day.0])?;
    let mut insert = store
        .conn
        .prepare("INSERT INTO maturity (day, item, answer, basis, seen) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (item, one) in answers {
        insert.execute(params![day.0, item, one.word, one.basis, one.seen])?;
    }
    Ok(())
}
