//! NPS and CSAT of a period: one answer per person, the latest; answers of nobody known count each.

use super::{Store, newest};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

/// The latest answer of each person of kind ?1 between two days.
fn latest(name: &str, from: &str, to: &str) -> String {
    format!(
        concat!(
            "{name} AS MATERIALIZED (
               SELECT coalesce(c.person, -r.id) AS who, r.score AS score, r.low AS low, r.high AS high, ",
            newest!("r"),
            " FROM responses r LEFT JOIN counted c ON c.member = r.member
               WHERE r.kind = ?1 AND r.replaced_by IS NULL AND r.day BETWEEN {from} AND {to}
                 AND (r.member IS NULL OR c.person IS NOT NULL)
               GROUP BY 1)"
        ),
        name = name,
        from = from,
        to = to
    )
}

/// How often each score was given: (score, low, high, people), in that order.
pub fn counts(store: &Store, kind: &str, (from, to): (Day, Day)) -> Result<Vec<(i64, i64, i64, i64)>> {
    let sql = format!(
        "WITH {} SELECT score, low, high, count(*) FROM now GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        latest("now", "?2", "?3")
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![kind, from.0, to.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The scores on 0-10 of those who answered in both periods: (earlier, later, people).
pub fn both(store: &Store, kind: &str, before: (Day, Day), now: (Day, Day)) -> Result<Vec<(u8, u8, i64)>> {
    let sql = format!(
        "WITH {}, {} SELECT t.score, n.score, count(*) FROM earlier t JOIN now n ON n.who = t.who
         WHERE t.low = 0 AND t.high = 10 AND n.low = 0 AND n.high = 10 GROUP BY 1, 2 ORDER BY 1, 2",
        latest("earlier", "?4", "?5"),
        latest("now", "?2", "?3")
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![kind, now.0.0, now.1.0, before.0.0, before.1.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
