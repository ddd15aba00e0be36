//! What several batches said goes to the next of them, when the first is taken back.

use super::keys::Table;
use super::{Store, seen, union};
use anyhow::Result;

/// Gives what other batches said too to the first of them. What is dated by its import is then of that day.
pub(super) fn hand_over(store: &Store, batch: i64) -> Result<()> {
    for table in Table::ALL.map(Table::name).into_iter().chain(["facts", "reaches"]) {
        let dated = match table {
            "facts" => ", day = (SELECT day FROM batches WHERE id = ?2)",
            "reaches" => {
                ", day = max((SELECT day FROM batches WHERE id = ?2),
                             (SELECT day FROM activities WHERE id = reaches.activity))"
            }
            "usage" => {
                ", day = coalesce((SELECT b.day FROM batches b JOIN receipts r ON r.batch = b.id
                                          WHERE b.id = ?2 AND r.noon IS NOT NULL), day)"
            }
            "clicks" => {
                ", day = coalesce((SELECT b.day FROM batches b JOIN receipts r ON r.batch = b.id
                                   WHERE b.id = ?2 AND r.noon IS NOT NULL), day),
                   at = coalesce((SELECT noon FROM receipts WHERE batch = ?2), at)"
            }
            _ => "",
        };
        let hand = |dated: &str| {
            let sql =
                format!("UPDATE {table} SET batch = ?2{dated} WHERE batch = ?1 AND id BETWEEN ?3 AND ?4");
            store.conn.prepare(&sql)
        };
        // A program that was merged says the very row, its day included.
        let (mut by_import, mut by_merge) = (hand(dated)?, hand("")?);
        for (heir, first, last) in seen::runs(store, table)? {
            let hand = if union::is_merge(store, heir)? { &mut by_merge } else { &mut by_import };
            hand.execute([batch, heir, first, last])?;
        }
    }
    union::hand_over(store, batch)?;
    let run = |sql: &str| store.conn.execute(sql, [batch]);
    run("UPDATE tags SET batch = s.batch, day = iif(b.kind = 'merge', tags.day, b.day)
         FROM (SELECT member, tag, min(batch) AS batch FROM seen_tags GROUP BY member, tag) s JOIN batches b ON b.id = s.batch
         WHERE tags.batch = ?1 AND s.member = tags.member AND s.tag = tags.tag")?;
    hand_identities_over(store, batch)?;
    // A name without an address is only known by what the person answered.
    run("UPDATE facts SET (batch, day) = (
           SELECT b.id, b.day FROM batches b JOIN
             (SELECT member, batch FROM signups UNION ALL SELECT member, batch FROM survey_takes) r ON r.batch = b.id
           WHERE r.member = facts.member ORDER BY b.id LIMIT 1)
         WHERE batch = ?1 AND field = 'name' AND member NOT IN (SELECT member FROM identities)
           AND member IN (SELECT member FROM signups WHERE batch <> ?1 UNION SELECT member FROM survey_takes WHERE batch <> ?1)")?;
    // Whoever signed up in another file too is interested since then, unless that one said so itself.
    run("UPDATE stages SET (batch, day, at) = (
           SELECT s.batch, coalesce(s.day, b.day), coalesce(s.at, r.noon, b.at)
           FROM signups s JOIN batches b ON b.id = s.batch LEFT JOIN receipts r ON r.batch = b.id
           WHERE s.member = stages.member AND s.batch <> ?1 ORDER BY s.batch, s.at, s.id LIMIT 1)
         WHERE batch = ?1 AND stage = 'interested' AND member IN (SELECT member FROM signups WHERE batch <> ?1)
           AND (SELECT min(s.batch) FROM signups s WHERE s.member = stages.member AND s.batch <> ?1)
               NOT IN (SELECT o.batch FROM stages o WHERE o.member = stages.member AND o.stage = 'interested' AND o.batch <> ?1)")?;
    Ok(())
}

/// Identities stand by their text, so the numbers of this batch's are listed once for all runs.
fn hand_identities_over(store: &Store, batch: i64) -> Result<()> {
    store.conn.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS named (id INTEGER PRIMARY KEY, platform TEXT, value TEXT);
         DELETE FROM named;",
    )?;
    store
        .conn
        .execute("INSERT INTO named SELECT id, platform, value FROM identities WHERE batch = ?1", [batch])?;
    let mut hand = store.conn.prepare(
        "UPDATE identities SET batch = ?2 FROM named n
         WHERE n.id BETWEEN ?3 AND ?4 AND identities.platform = n.platform AND identities.value = n.value
           AND identities.batch = ?1",
    )?;
    for (heir, first, last) in seen::runs(store, "identities")? {
        hand.execute([batch, heir, first, last])?;
    }
    Ok(())
}
