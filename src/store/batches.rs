//! Batches: what an import brought, its receipt, and taking it back.

use super::keys::Table;
use super::{Store, merges};
use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};

/// What an import did; `rows` is the sum of the five fates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub id: i64,
    /// When it was imported, UTC seconds.
    pub at: i64,
    /// The day it counts from.
    pub day: i32,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// The kind of record.
    pub kind: String,
    /// The profile that told the tool.
    pub profile: Option<String>,
    /// How its bytes were read.
    pub encoding: String,
    /// What separates its cells.
    pub delimiter: String,
    /// Rows in the file.
    pub rows: i64,
    /// New records.
    pub added: i64,
    /// Known records that say something else now.
    pub changed: i64,
    /// Known records.
    pub unchanged: i64,
    /// Rows set aside.
    pub rejected: i64,
    /// Rows that are no records.
    pub ignored: i64,
    /// Members nobody knew before.
    pub members_added: i64,
    /// How many rows were rejected or ignored, by (fate, reason).
    pub reasons: Vec<(String, String, i64)>,
}

/// The number the next batch gets: never one that was given before, since the log remembers.
pub fn next_id(store: &Store) -> Result<i64> {
    Ok(store.conn.query_row(
        "SELECT 1 + max(coalesce((SELECT max(batch) FROM log), 0), coalesce((SELECT max(id) FROM batches), 0))",
        [],
        |row| row.get(0),
    )?)
}

/// Opens a batch, so that its rows can name it; [`close`] writes the counts.
pub fn open(store: &Store, batch: &Batch) -> Result<()> {
    store.conn.execute(
        "INSERT INTO batches (id, at, day, file, sha256, kind, profile, encoding, delimiter, rows, added, changed,
                              unchanged, rejected, ignored, members_added)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0, 0, 0, 0, 0)",
        params![
            batch.id, batch.at, batch.day, batch.file, batch.sha256, batch.kind, batch.profile, batch.encoding, batch.delimiter
        ],
    )?;
    Ok(())
}

/// Writes a batch's counts and reasons.
pub fn close(store: &Store, batch: &Batch) -> Result<()> {
    store.conn.execute(
        "UPDATE batches SET rows = ?2, added = ?3, changed = ?4, unchanged = ?5, rejected = ?6, ignored = ?7,
                members_added = ?8 WHERE id = ?1",
        params![
            batch.id,
            batch.rows,
            batch.added,
            batch.changed,
            batch.unchanged,
            batch.rejected,
            batch.ignored,
            batch.members_added
        ],
    )?;
    for (fate, reason, rows) in &batch.reasons {
        store.conn.execute(
            "INSERT INTO batch_reasons (batch, fate, reason, rows) VALUES (?1, ?2, ?3, ?4)",
            params![batch.id, fate, reason, rows],
        )?;
    }
    Ok(())
}

fn read(row: &Row) -> rusqlite::Result<Batch> {
    Ok(Batch {
        id: row.get(0)?,
        at: row.get(1)?,
        day: row.get(2)?,
        file: row.get(3)?,
        sha256: row.get(4)?,
        kind: row.get(5)?,
        profile: row.get(6)?,
        encoding: row.get(7)?,
        delimiter: row.get(8)?,
        rows: row.get(9)?,
        added: row.get(10)?,
        changed: row.get(11)?,
        unchanged: row.get(12)?,
        rejected: row.get(13)?,
        ignored: row.get(14)?,
        members_added: row.get(15)?,
        reasons: Vec::new(),
    })
}

const COLUMNS: &str =
    "SELECT id, at, day, file, sha256, kind, profile, encoding, delimiter, rows, added, changed,
    unchanged, rejected, ignored, members_added FROM batches";

/// The batches in force, oldest first, without their reasons.
pub fn list(store: &Store) -> Result<Vec<Batch>> {
    let mut query = store.conn.prepare(&format!("{COLUMNS} ORDER BY id"))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One batch with its reasons.
pub fn find(store: &Store, id: i64) -> Result<Option<Batch>> {
    let found = store.conn.query_row(&format!("{COLUMNS} WHERE id = ?1"), [id], read).optional()?;
    let Some(mut batch) = found else { return Ok(None) };
    let mut query = store
        .conn
        .prepare("SELECT fate, reason, rows FROM batch_reasons WHERE batch = ?1 ORDER BY fate, reason")?;
    batch.reasons = query
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    Ok(Some(batch))
}

/// How an earlier file with these headers was read.
pub fn mapping(store: &Store, headers: &str) -> Result<Option<String>> {
    let mut query = store.conn.prepare("SELECT wishes FROM mappings WHERE headers = ?1")?;
    Ok(query.query_row([headers], |row| row.get(0)).optional()?)
}

/// Remembers how a file with these headers was read.
pub fn remember_mapping(store: &Store, headers: &str, wishes: &str, batch: i64) -> Result<()> {
    store.conn.execute(
        "INSERT INTO mappings (headers, wishes, batch) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![headers, wishes, batch],
    )?;
    Ok(())
}

/// Tables whose rows have versions: undoing the newer one brings the older one back.
const VERSIONED: [Table; 5] =
    [Table::Responses, Table::Usage, Table::Clicks, Table::Conversions, Table::SurveyTakes];
/// Tables that carry `seen` themselves.
const SEEN: [&str; 2] = ["facts", "tags"];
/// Rows of a batch that point at other rows of it.
const PLAIN: [&str; 4] = ["reaches", "stages", "consents", "mappings"];

/// Takes a batch back. Rows a later batch said too go to that batch; what your own work hangs on stays.
/// Run inside [`Store::write_checked_at_end`].
pub fn undo(store: &Store, batch: i64) -> Result<Undone> {
    let run = |sql: &str| -> Result<i64> { Ok(store.conn.execute(sql, [batch])? as i64) };
    for keyed in Table::ALL {
        let (table, kind) = (keyed.name(), keyed as i64);
        run(&format!(
            "UPDATE {table} SET batch = k.seen FROM row_keys k
             WHERE k.kind = {kind} AND k.record = {table}.id AND k.batch = ?1 AND k.seen IS NOT NULL AND {table}.batch = ?1"
        ))?;
    }
    run("UPDATE stages SET batch = (SELECT min(s.batch) FROM signups s WHERE s.member = stages.member AND s.batch <> ?1)
         WHERE batch = ?1 AND member IN (SELECT member FROM signups WHERE batch <> ?1)")?;
    for table in SEEN {
        run(&format!("UPDATE {table} SET batch = seen, seen = NULL WHERE batch = ?1 AND seen IS NOT NULL"))?;
        run(&format!("UPDATE {table} SET seen = NULL WHERE seen = ?1"))?;
    }
    run("UPDATE identities SET batch = (SELECT min(batch) FROM sightings WHERE identity = identities.id)
         WHERE batch = ?1 AND id IN (SELECT identity FROM sightings)")?;
    run("DELETE FROM sightings WHERE batch = ?1 OR EXISTS
         (SELECT 1 FROM identities i WHERE i.id = sightings.identity AND i.batch = sightings.batch)")?;
    run("UPDATE row_keys SET batch = seen, seen = NULL WHERE batch = ?1 AND seen IS NOT NULL")?;
    run("UPDATE row_keys SET seen = NULL WHERE seen = ?1")?;
    let kept = keep_worked_on(store, batch)?;
    let stayed = keep_worked_with(store, batch)?;
    for keyed in VERSIONED {
        let (table, kind) = (keyed.name(), keyed as i64);
        run(&format!(
            "UPDATE row_keys SET record = older.id FROM {table} older JOIN {table} newer ON newer.id = older.replaced_by
             WHERE row_keys.kind = {kind} AND row_keys.record = newer.id AND newer.batch = ?1"
        ))?;
        run(&format!(
            "UPDATE {table} SET replaced_by = (SELECT n.replaced_by FROM {table} n WHERE n.id = {table}.replaced_by)
             WHERE replaced_by IN (SELECT id FROM {table} WHERE batch = ?1)"
        ))?;
    }
    run("DELETE FROM survey_answers WHERE take IN (SELECT id FROM survey_takes WHERE batch = ?1)")?;
    for table in PLAIN.into_iter().chain(Table::ALL.map(Table::name)) {
        run(&format!("DELETE FROM {table} WHERE batch = ?1"))?;
    }
    for keyed in Table::ALL {
        let (table, kind) = (keyed.name(), keyed as i64);
        run(&format!("UPDATE row_keys SET batch = t.batch FROM {table} t
             WHERE row_keys.kind = {kind} AND row_keys.record = t.id AND row_keys.batch = ?1 AND t.batch IS NOT NULL"))?;
    }
    run("DELETE FROM row_keys WHERE batch = ?1")?;
    run("DELETE FROM links WHERE batch = ?1 AND member IS NULL AND id NOT IN (SELECT link FROM clicks)")?;
    run("UPDATE links SET batch = (SELECT min(batch) FROM clicks WHERE link = links.id) WHERE batch = ?1")?;
    run("DELETE FROM identities WHERE batch = ?1")?;
    for table in SEEN {
        run(&format!("DELETE FROM {table} WHERE batch = ?1"))?;
    }
    let members = forget_members(store, batch)?;
    run("DELETE FROM batch_reasons WHERE batch = ?1")?;
    run("DELETE FROM batches WHERE id = ?1")?;
    Ok(Undone { kept, stayed, members })
}

/// What undoing did beside deleting the batch's rows.
#[derive(Debug, Clone, Copy)]
pub struct Undone {
    /// Contributions that stay, since reactions or promotions hang on them.
    pub kept: i64,
    /// Members that stay with their name and addresses, since your own work is about them.
    pub stayed: i64,
    /// Members that are gone again.
    pub members: i64,
}

/// Contributions of the batch that someone reacted to or promoted become entries made by hand.
fn keep_worked_on(store: &Store, batch: i64) -> Result<i64> {
    let worked = "SELECT activity FROM reactions UNION SELECT activity FROM promotions";
    store.conn.execute(
        &format!("UPDATE reaches SET batch = NULL WHERE batch = ?1 AND activity IN ({worked})"),
        [batch],
    )?;
    store.conn.execute(
        &format!("DELETE FROM row_keys WHERE kind = ?2 AND batch = ?1 AND record IN ({worked})"),
        [batch, Table::Activities as i64],
    )?;
    let kept = store.conn.execute(
        &format!("UPDATE activities SET batch = NULL WHERE batch = ?1 AND id IN ({worked})"),
        [batch],
    )?;
    Ok(kept as i64)
}

/// Tables of what was done by hand; those that imports write too count where no batch brought the row.
const BY_HAND: [&str; 12] = [
    "SELECT member FROM consents WHERE batch IS NULL",
    "SELECT member FROM stages WHERE batch IS NULL",
    "SELECT member FROM tags WHERE batch IS NULL",
    "SELECT member FROM notes",
    "SELECT member FROM codes",
    "SELECT member FROM links WHERE member IS NOT NULL",
    "SELECT member FROM invitations",
    "SELECT member FROM questions",
    "SELECT member FROM sends",
    "SELECT member FROM asks",
    "SELECT member FROM gives",
    "SELECT member FROM needs",
];

/// Whoever you worked with stays a person with a name and addresses: an opt-out, a code or a letter that nobody
/// can be found by would be lost, and the next import would meet a stranger.
fn keep_worked_with(store: &Store, batch: i64) -> Result<i64> {
    let people = format!(
        "SELECT id FROM members WHERE person IN (SELECT m.person FROM members m WHERE m.id IN ({}))",
        BY_HAND.join(" UNION ")
    );
    let stayed = store.conn.query_row(
        &format!("SELECT count(*) FROM members WHERE batch = ?1 AND id IN ({people})"),
        [batch],
        |row| row.get(0),
    )?;
    for what in [
        "identities SET batch = NULL WHERE batch = ?1",
        "facts SET batch = NULL WHERE batch = ?1 AND field = 'name'",
    ] {
        store.conn.execute(&format!("UPDATE {what} AND member IN ({people})"), [batch])?;
    }
    Ok(stayed)
}

/// Tables that name a member, and the column that does.
const MEMBER_TABLES: [(&str, &str); 25] = [
    ("identities", "member"),
    ("facts", "member"),
    ("tags", "member"),
    ("notes", "member"),
    ("stages", "member"),
    ("consents", "member"),
    ("responses", "member"),
    ("activities", "member"),
    ("usage", "member"),
    ("audiences", "member"),
    ("links", "member"),
    ("codes", "member"),
    ("clicks", "member"),
    ("conversions", "member"),
    ("heard_decisions", "member"),
    ("survey_takes", "member"),
    ("invitations", "member"),
    ("signups", "member"),
    ("handbooks", "member"),
    ("questions", "member"),
    ("sends", "member"),
    ("asks", "member"),
    ("gives", "member"),
    ("needs", "member"),
    ("distinctions", "one"),
];

/// Members the batch brought go when nothing is left of them; others go to the batch that named them next.
fn forget_members(store: &Store, batch: i64) -> Result<i64> {
    let left: Vec<String> = MEMBER_TABLES
        .iter()
        .map(|(table, column)| format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL"))
        .collect();
    let doomed = format!(
        "SELECT id FROM members WHERE batch = ?1 AND id NOT IN ({} UNION ALL SELECT other FROM distinctions)",
        left.join(" UNION ALL ")
    );
    // A merge with someone nothing is left of has nothing to say any more.
    let sql =
        format!("SELECT id FROM merges WHERE kept IN ({doomed}) OR gone IN ({doomed}) ORDER BY id DESC");
    let over: Vec<i64> =
        store.conn.prepare(&sql)?.query_map([batch], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for merge in over {
        merges::unmerge(store, merge)?;
    }
    let sql = format!(
        "DELETE FROM members WHERE id IN ({doomed}) AND id NOT IN (SELECT person FROM members WHERE person <> id)"
    );
    let gone = store.conn.execute(&sql, [batch])?;
    store.conn.execute(
        "UPDATE members SET batch = (SELECT min(batch) FROM identities WHERE member = members.id) WHERE batch = ?1",
        [batch],
    )?;
    Ok(gone as i64)
}
