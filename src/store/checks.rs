//! Whether the file is whole and means something: each check is one statement that counts what is wrong, over all
//! rows at once; and the reconciliation of what came in with what is counted.

use super::Store;
use super::keys::Table;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

/// The most findings SQLite is asked to name.
const MOST: i64 = 20;

/// What SQLite finds wrong with the pages and indexes of the file; nothing where it is whole.
pub fn integrity(store: &Store) -> Result<Vec<String>> {
    // Every page is read, and indexes are looked up in any order: a cache that holds them spares reading them again.
    store.conn.execute_batch("PRAGMA cache_size = -65536")?;
    let mut query = store.conn.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    let found: Vec<String> = rows.collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// Tables with days of things that have happened, and the column.
const DAYS: [(&str, &str); 26] = [
    ("responses", "day"),
    ("activities", "day"),
    ("reaches", "day"),
    ("usage", "day"),
    ("rollups", "day"),
    ("audiences", "day"),
    ("clicks", "day"),
    ("conversions", "day"),
    ("conversions", "won_day"),
    ("survey_takes", "day"),
    ("signups", "day"),
    ("facts", "day"),
    ("stages", "day"),
    ("consents", "day"),
    ("invitations", "day"),
    ("handbooks", "day"),
    ("questions", "day"),
    ("faq", "day"),
    ("reactions", "day"),
    ("promotions", "day"),
    ("sends", "day"),
    ("asks", "day"),
    ("gives", "day"),
    ("needs", "day"),
    ("snoozes", "day"),
    ("maturity", "day"),
];

/// Rows dated after a day: what has not happened cannot have been exported. By table, where there are any.
pub fn later_than(store: &Store, day: Day) -> Result<Vec<(String, i64)>> {
    let mut found: Vec<(String, i64)> = Vec::new();
    for (table, column) in DAYS {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} > ?1");
        let rows: i64 = store.conn.query_row(&sql, [day.0], |row| row.get(0))?;
        if rows > 0 {
            found.push((table.to_string(), rows));
        }
    }
    Ok(found)
}

/// The checks of meaning, by the name `data/check.toml` knows them by: each counts what is wrong.
const MEANING: [(&str, &str); 14] = [
    (
        "batch_sums",
        "SELECT count(*) FROM batches b WHERE rows <> added + changed + unchanged + rejected + ignored
           OR rejected <> (SELECT coalesce(sum(r.rows), 0) FROM batch_reasons r WHERE r.batch = b.id AND fate = 'rejected')
           OR ignored <> (SELECT coalesce(sum(r.rows), 0) FROM batch_reasons r WHERE r.batch = b.id AND fate = 'ignored')",
    ),
    (
        "merged_into_merged",
        "SELECT count(*) FROM members m JOIN members p ON p.id = m.person WHERE p.person <> p.id",
    ),
    (
        "merged_without_merge",
        "SELECT count(*) FROM members m WHERE m.person <> m.id
           AND NOT EXISTS (SELECT 1 FROM merged_members g WHERE g.member = m.id)",
    ),
    (
        "merge_without_effect",
        "SELECT count(*) FROM merges g WHERE NOT EXISTS (SELECT 1 FROM merged_members w WHERE w.merge_id = g.id)
           OR (SELECT k.person FROM members k WHERE k.id = g.kept) <> (SELECT w.person FROM members w WHERE w.id = g.gone)",
    ),
    (
        "distinct_but_one",
        "SELECT count(*) FROM distinctions d JOIN members a ON a.id = d.one JOIN members b ON b.id = d.other
         WHERE a.person = b.person",
    ),
    (
        "versions_in_circles",
        "SELECT (SELECT count(*) FROM responses WHERE replaced_by <= id) + (SELECT count(*) FROM usage WHERE replaced_by <= id)
              + (SELECT count(*) FROM clicks WHERE replaced_by <= id) + (SELECT count(*) FROM conversions WHERE replaced_by <= id)
              + (SELECT count(*) FROM survey_takes WHERE replaced_by <= id) + (SELECT count(*) FROM rollups WHERE replaced_by <= id)",
    ),
    (
        "negative_counts",
        "SELECT (SELECT count(*) FROM activities WHERE reach < 0 OR impressions < 0 OR engagements < 0)
              + (SELECT count(*) FROM reaches WHERE reach < 0 OR impressions < 0 OR engagements < 0)
              + (SELECT count(*) FROM clicks WHERE clicks < 0) + (SELECT count(*) FROM usage WHERE amount < 0)",
    ),
    (
        "paid_back_too_much",
        "SELECT count(*) FROM conversions WHERE replaced_by IS NULL AND refunded > coalesce(amount, refunded)",
    ),
    ("won_before_created", "SELECT count(*) FROM conversions WHERE replaced_by IS NULL AND won_day < day"),
    (
        "unreadable_facts",
        "SELECT count(*) FROM facts WHERE value <> '' AND CASE field WHEN 'joined' THEN date(value) IS NULL
           WHEN 'customer_since' THEN date(value) IS NULL WHEN 'value' THEN value GLOB '*[^0-9-]*' ELSE 0 END",
    ),
    (
        "answers_out_of_order",
        "SELECT (SELECT count(*) FROM asks WHERE answered_day < day OR told_day < outcome_day)
              + (SELECT count(*) FROM questions WHERE answered_day < day) + (SELECT count(*) FROM needs WHERE done_day < day)
              + (SELECT count(*) FROM invitations WHERE answered_day < day) + (SELECT count(*) FROM sends WHERE acked_day < day)",
    ),
    (
        "codes_at_once",
        "SELECT count(*) FROM codes a JOIN codes b ON b.code = a.code AND b.id > a.id AND b.from_day <= coalesce(a.to_day, b.from_day)
           AND a.from_day <= coalesce(b.to_day, a.from_day) JOIN members m ON m.id = a.member JOIN members n ON n.id = b.member
         WHERE m.person <> n.person",
    ),
    ("runs_of_nothing", "SELECT count(*) FROM seen s WHERE NOT EXISTS (SELECT 1 FROM batches b WHERE b.id = s.batch)"),
    (
        "settings_missing",
        "SELECT count(*) FROM (VALUES ('currency'), ('timezone'), ('secret')) v
         WHERE NOT EXISTS (SELECT 1 FROM settings s WHERE s.name = v.column1 AND s.value <> '')",
    ),
];

/// How many findings each check of meaning has, in their order.
pub fn meaning(store: &Store) -> Result<Vec<(&'static str, i64)>> {
    MEANING.iter().map(|(name, sql)| Ok((*name, store.conn.query_row(sql, [], |row| row.get(0))?))).collect()
}

/// The condition for rows in force that an import brought.
fn in_force(table: Table) -> &'static str {
    match table {
        Table::Activities | Table::Audiences | Table::Signups => "batch IS NOT NULL",
        _ => "batch IS NOT NULL AND replaced_by IS NULL",
    }
}

/// Tables whose imported records and known keys do not agree: how many records are without a key, or keys without their
/// record, as far as counts and sums of numbers tell. Numbers that stay of who was erased have no keys any more, and what a merged
/// program had written down by hand never had one.
pub fn keys_apart(store: &Store) -> Result<Vec<(String, i64)>> {
    let erased: bool = store.conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM erasures) OR EXISTS (SELECT 1 FROM batches WHERE kind = 'merge')",
        [],
        |row| row.get(0),
    )?;
    let mut found = Vec::new();
    for table in Table::ALL {
        let sums = |sql: &str| -> Result<(i64, i64)> {
            Ok(store.conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
        };
        let (name, kind) = (table.name(), table as i64);
        let keys =
            sums(&format!("SELECT count(*), coalesce(sum(record), 0) FROM row_keys WHERE kind = {kind}"))?;
        let rows =
            sums(&format!("SELECT count(*), coalesce(sum(id), 0) FROM {name} WHERE {}", in_force(table)))?;
        if (keys.0 > rows.0) || (!erased && keys != rows) {
            found.push((name.to_string(), (keys.0 - rows.0).abs().max(1)));
        }
    }
    Ok(found)
}

/// What became of one kind's rows. `rows = rejected + ignored + merged + gone + new`, and
/// `new + beside = joined + staff + bots + counted`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// The kind, as `import --as` names it.
    pub kind: &'static str,
    /// Rows in files.
    pub rows: i64,
    /// Set aside.
    pub rejected: i64,
    /// No records.
    pub ignored: i64,
    /// Became one with what was known already.
    pub merged: i64,
    /// Brought records that were erased since.
    pub gone: i64,
    /// Records these files brought, in force.
    pub new: i64,
    /// Records written by hand, or brought by files of another kind.
    pub beside: i64,
    /// Members that are another one's person.
    pub joined: i64,
    /// Of our own people.
    pub staff: i64,
    /// Of machines.
    pub bots: i64,
    /// In figures.
    pub counted: i64,
    /// Rows the receipts count as merged; another number than `merged` after undoing or erasing.
    pub receipts_merged: i64,
}

/// Each kind, its table, the condition for its rows in force, and whose a row is.
const KINDS: [(&str, &str, &str, &str); 12] = [
    ("members", "members", "1", "t.id"),
    ("nps", "responses", "t.kind = 'nps' AND t.replaced_by IS NULL", "t.member"),
    ("csat", "responses", "t.kind = 'csat' AND t.replaced_by IS NULL", "t.member"),
    ("activity", "activities", "1", "t.member"),
    ("rollup", "rollups", "t.replaced_by IS NULL", "t.member"),
    ("usage", "usage", "t.replaced_by IS NULL", "t.member"),
    ("audience", "audiences", "1", "t.member"),
    ("signups", "signups", "1", "t.member"),
    ("survey", "survey_takes", "t.replaced_by IS NULL", "t.member"),
    ("clicks", "clicks", "t.replaced_by IS NULL", "t.member"),
    ("orders", "conversions", "t.kind = 'order' AND t.replaced_by IS NULL", "t.member"),
    ("deals", "conversions", "t.kind = 'deal' AND t.replaced_by IS NULL", "t.member"),
];

/// The flow of every kind, in the order kinds are listed.
pub fn flows(store: &Store) -> Result<Vec<Flow>> {
    let erased: bool =
        store.conn.query_row("SELECT EXISTS (SELECT 1 FROM erasures)", [], |row| row.get(0))?;
    KINDS.iter().map(|kind| flow(store, *kind, erased)).collect()
}

fn flow(
    store: &Store,
    (kind, table, condition, whose): (&'static str, &str, &str, &str),
    erased: bool,
) -> Result<Flow> {
    let (mut flow, added) = store.conn.query_row(
        "SELECT coalesce(sum(rows), 0), coalesce(sum(rejected), 0), coalesce(sum(ignored), 0),
                coalesce(sum(changed + unchanged), 0), coalesce(sum(added), 0) FROM batches WHERE kind = ?1",
        [kind],
        |row| {
            Ok((
                Flow {
                    kind,
                    rows: row.get(0)?,
                    rejected: row.get(1)?,
                    ignored: row.get(2)?,
                    receipts_merged: row.get(3)?,
                    ..Flow::default()
                },
                row.get::<_, i64>(4)?,
            ))
        },
    )?;
    let of =
        |standing: &str| format!("{whose} IN (SELECT member FROM outside WHERE standing = '{standing}')");
    let (mut staff, mut bots) = (of("staff"), of("bot"));
    if table == "members" {
        (staff, bots) = (format!("{staff} AND t.person = t.id"), format!("{bots} AND t.person = t.id"));
    } else if table == "clicks" {
        // A click is out when one of ours made it, or when it is on a link of one of ours.
        let links = |standing: &str| {
            format!(
                "t.link IN (SELECT l.id FROM links l JOIN outside o ON o.member = l.member WHERE o.standing = '{standing}')"
            )
        };
        (staff, bots) = (
            format!("({staff} OR {})", links("staff")),
            format!("({bots} OR {}) AND NOT coalesce({staff} OR {}, 0)", links("bot"), links("staff")),
        );
    }
    let joined = if table == "members" { "t.person <> t.id" } else { "0" };
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE t.batch IN (SELECT id FROM batches WHERE kind = ?1)),
                count(*) FILTER (WHERE {joined}), count(*) FILTER (WHERE {staff}), count(*) FILTER (WHERE {bots})
         FROM {table} t WHERE {condition}"
    );
    let mut all = 0;
    store.conn.query_row(&sql, params![kind], |row| {
        all = row.get(0)?;
        flow.new = row.get(1)?;
        flow.joined = row.get(2)?;
        flow.staff = row.get(3)?;
        flow.bots = row.get(4)?;
        Ok(())
    })?;
    flow.gone = if erased { (added - flow.new).max(0) } else { 0 };
    flow.merged = flow.rows - flow.rejected - flow.ignored - flow.new - flow.gone;
    flow.beside = all - flow.new;
    flow.counted = all - flow.joined - flow.staff - flow.bots;
    Ok(flow)
}

/// Whether imports were taken back, people erased or programs merged: then receipts and records may differ.
pub fn was_taken_back(store: &Store) -> Result<bool> {
    Ok(store.conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM log WHERE command = 'imports undo') OR EXISTS (SELECT 1 FROM erasures)
             OR EXISTS (SELECT 1 FROM batches WHERE kind = 'merge')",
        [],
        |row| row.get(0),
    )?)
}

/// How many people are staff, and how many are bots.
pub fn outside(store: &Store) -> Result<(i64, i64)> {
    Ok(store.conn.query_row(
        "SELECT count(*) FILTER (WHERE standing = 'staff'), count(*) FILTER (WHERE standing = 'bot')
         FROM members WHERE person = id",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}
