//! Two members that are one person, and the way back.
//!
//! Merging moves a number, `members.person`; rows stay with the member that learnt them, so that taking it back
//! leaves each with what it knew and learnt since. Where the two say different things of what can only be one way
//! (a stage, a consent, staff or not), the merge settles it: it adds a row to the member that stays, and
//! remembers it, so that every figure goes on taking the newest.

use super::Store;
use crate::model::stage::Stage;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;

/// A merge to be made.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The person that stays.
    pub kept: i64,
    /// The person that joins it.
    pub gone: i64,
    /// When.
    pub at: Instant,
    /// The day.
    pub day: Day,
    /// Why they are one.
    pub why: Option<&'a str>,
    /// The stage that holds, where the two stand at different ones and the weightier is not to hold.
    pub stage: Option<Stage>,
}

/// Joins `gone` (and who was merged into it before) to `kept`; returns the merge's number.
pub fn merge(store: &Store, new: &New) -> Result<i64> {
    let (kept, gone) = (new.kept, new.gone);
    let before = [stated(store, kept)?, stated(store, gone)?];
    let merge: i64 = store.conn.query_row(
        "INSERT INTO merges (kept, gone, at, day, why, next_batch) VALUES (?1, ?2, ?3, ?4, ?5,
           1 + max(coalesce((SELECT max(batch) FROM log), 0), coalesce((SELECT max(id) FROM batches), 0)))
         RETURNING id",
        params![kept, gone, new.at.0, new.day.0, new.why],
        |row| row.get(0),
    )?;
    store.conn.execute(
        "INSERT INTO merged_members (merge_id, member, former) SELECT ?1, id, person FROM members WHERE person = ?2",
        [merge, gone],
    )?;
    store.conn.execute("UPDATE members SET person = ?1 WHERE person = ?2", [kept, gone])?;
    let [mine, theirs] = &before;
    if let Some((one, other)) = mine.stage.as_ref().zip(theirs.stage.as_ref()) {
        settle_stage(store, merge, kept, (one, other), new.stage)?;
    }
    for (purpose, one) in &mine.consents {
        if let Some(other) = theirs.consents.get(purpose) {
            settle_consent(store, merge, kept, purpose, (one, other))?;
        }
    }
    let standing = strictest(&mine.standing, &theirs.standing);
    if standing != mine.standing {
        store.conn.execute("UPDATE merges SET standing = ?2 WHERE id = ?1", params![merge, mine.standing])?;
        store.conn.execute("UPDATE members SET standing = ?2 WHERE id = ?1", params![kept, standing])?;
    }
    Ok(merge)
}

/// Of two standings the one that holds for both: who is staff or a bot under one address is in no figure.
pub fn strictest<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one == "member" { other } else { one }
}

/// What a person last said or was said to be, of what can only be one way.
struct Stated {
    standing: String,
    stage: Option<Step>,
    consents: BTreeMap<String, Said>,
}

struct Step {
    row: i64,
    stage: Stage,
    day: i32,
    at: i64,
}

struct Said {
    row: i64,
    given: bool,
    day: i32,
    at: i64,
    source: String,
}

fn stated(store: &Store, person: i64) -> Result<Stated> {
    let standing = store
        .conn
        .query_row("SELECT standing FROM members WHERE id = ?1", [person], |row| row.get(0))
        .optional()?
        .unwrap_or_else(|| "member".into());
    let stage = store
        .conn
        .query_row(
            "SELECT s.id, s.stage, s.day, s.at FROM stages s JOIN members m ON m.id = s.member
             WHERE m.person = ?1 ORDER BY s.day DESC, s.id DESC LIMIT 1",
            [person],
            |row| {
                let word: String = row.get(1)?;
                Ok(Step {
                    row: row.get(0)?,
                    stage: super::stages::read(&word),
                    day: row.get(2)?,
                    at: row.get(3)?,
                })
            },
        )
        .optional()?;
    let mut query = store.conn.prepare(
        "SELECT x.purpose, x.id, x.given, x.day, x.at, x.source FROM consents x JOIN members m ON m.id = x.member
         WHERE m.person = ?1 ORDER BY x.day, x.id",
    )?;
    let rows = query.query_map([person], |row| {
        let said = Said {
            row: row.get(1)?,
            given: row.get(2)?,
            day: row.get(3)?,
            at: row.get(4)?,
            source: row.get(5)?,
        };
        Ok((row.get(0)?, said))
    })?;
    Ok(Stated { standing, stage, consents: rows.collect::<Result<_, _>>()? })
}

/// The weightier stage holds, or the one that was chosen: where it is not the newest, it is said again.
fn settle_stage(
    store: &Store,
    merge: i64,
    kept: i64,
    (one, other): (&Step, &Step),
    chosen: Option<Stage>,
) -> Result<()> {
    let newest = if (one.day, one.row) > (other.day, other.row) { one } else { other };
    let weightier = if one.stage.weight() >= other.stage.weight() { one } else { other };
    let holds = [one, other].into_iter().find(|step| Some(step.stage) == chosen).unwrap_or(weightier);
    if holds.stage == newest.stage {
        return Ok(());
    }
    let row: i64 = store.conn.query_row(
        "INSERT INTO stages (member, stage, at, day, why) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
        params![kept, holds.stage.word(), newest.at, newest.day, format!("merge {merge}")],
        |row| row.get(0),
    )?;
    settled(store, "stages", row, holds.row, merge)
}

/// A no of either holds, until something newer is said of the one person: where the yes is newer, the no is said
/// again right after it.
fn settle_consent(
    store: &Store,
    merge: i64,
    kept: i64,
    purpose: &str,
    (one, other): (&Said, &Said),
) -> Result<()> {
    let (newest, older) =
        if (one.day, one.row) > (other.day, other.row) { (one, other) } else { (other, one) };
    if older.given || !newest.given {
        return Ok(());
    }
    let row: i64 = store.conn.query_row(
        "INSERT INTO consents (member, purpose, given, at, day, source) VALUES (?1, ?2, 0, ?3, ?4, ?5) RETURNING id",
        params![
            kept,
            purpose,
            newest.at,
            newest.day,
            format!("merge {merge}: no on {} ({})", Day(older.day), older.source)
        ],
        |row| row.get(0),
    )?;
    settled(store, "consents", row, older.row, merge)
}

fn settled(store: &Store, kind: &str, row: i64, repeats: i64, merge: i64) -> Result<()> {
    store.conn.execute(
        "INSERT INTO settlements (kind, row, repeats, merge_id) VALUES (?1, ?2, ?3, ?4)",
        params![kind, row, repeats, merge],
    )?;
    Ok(())
}

/// After rows went: takes back what merges settled by them, and lets other sign-ups of merged people count.
pub(super) fn unsettle(store: &Store) -> Result<()> {
    for kind in ["stages", "consents"] {
        let stale = format!("kind = '{kind}' AND repeats NOT IN (SELECT id FROM {kind})");
        let sql = format!("DELETE FROM {kind} WHERE id IN (SELECT row FROM settlements WHERE {stale})");
        store.conn.execute(&sql, [])?;
        store.conn.execute(&format!("DELETE FROM settlements WHERE {stale}"), [])?;
    }
    let mut query = store.conn.prepare(
        "SELECT m.person, min(g.next_batch) FROM merges g JOIN members m ON m.id = g.kept GROUP BY m.person",
    )?;
    let merged: Vec<(i64, i64)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    merged.into_iter().try_for_each(|(person, since)| interest(store, person, since))
}

/// A merge that can be taken back.
#[derive(Debug, Clone)]
pub struct Merge {
    /// Its number.
    pub id: i64,
    /// The member that stayed.
    pub kept: i64,
    /// The member that was joined to it.
    pub gone: i64,
    /// The day.
    pub day: Day,
    /// Why.
    pub why: Option<String>,
    /// A later merge that has to be taken back first: it moved the same member, or one of the two settled something.
    pub held_by: Option<i64>,
}

const MERGES: &str = "WITH settling AS (
       SELECT id FROM merges WHERE standing IS NOT NULL UNION SELECT merge_id FROM settlements)
     SELECT g.id, g.kept, g.gone, g.day, g.why, (
       SELECT max(later.id) FROM merges later WHERE later.id > g.id AND (
         EXISTS (SELECT 1 FROM merged_members mine JOIN merged_members theirs ON theirs.member = mine.member
                 WHERE mine.merge_id = g.id AND theirs.merge_id = later.id)
         OR (later.kept = g.kept AND (later.id IN settling OR g.id IN settling))))
     FROM merges g WHERE ?1 IS NULL OR g.id = ?1 ORDER BY g.id";

/// The merges in force, oldest first; one, or all.
pub fn list(store: &Store, number: Option<i64>) -> Result<Vec<Merge>> {
    let mut query = store.conn.prepare(MERGES)?;
    let rows = query.query_map([number], |row| {
        Ok(Merge {
            id: row.get(0)?,
            kept: row.get(1)?,
            gone: row.get(2)?,
            day: Day(row.get(3)?),
            why: row.get(4)?,
            held_by: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes a merge back: every member row belongs to whom it belonged before, with what it learnt since.
pub fn unmerge(store: &Store, merge: i64) -> Result<()> {
    let (kept, gone, since): (i64, i64, i64) =
        store.conn.query_row("SELECT kept, gone, next_batch FROM merges WHERE id = ?1", [merge], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    for kind in ["stages", "consents"] {
        store.conn.execute(
            &format!(
                "DELETE FROM {kind} WHERE id IN (SELECT row FROM settlements WHERE kind = ?1 AND merge_id = ?2)"
            ),
            params![kind, merge],
        )?;
    }
    store.conn.execute(
        "UPDATE members SET standing = g.standing FROM merges g
         WHERE g.id = ?1 AND members.id = g.kept AND g.standing IS NOT NULL",
        [merge],
    )?;
    store.conn.execute(
        "UPDATE members SET person = (SELECT former FROM merged_members WHERE merge_id = ?1 AND member = members.id)
         WHERE id IN (SELECT member FROM merged_members WHERE merge_id = ?1)",
        [merge],
    )?;
    for table in ["settlements", "merged_members"] {
        store.conn.execute(&format!("DELETE FROM {table} WHERE merge_id = ?1"), [merge])?;
    }
    store.conn.execute("DELETE FROM merges WHERE id = ?1", [merge])?;
    for person in [kept, gone] {
        interest(store, person, since)?;
    }
    Ok(())
}

/// Who signed up, in a batch from `since` on, while they counted as further along is interested, now that they do not.
pub(super) fn interest(store: &Store, person: i64, since: i64) -> Result<()> {
    let mut query = store.conn.prepare(
        "SELECT s.member, coalesce(s.at, r.noon, b.at), coalesce(s.day, b.day), b.day, b.id
         FROM signups s JOIN members m ON m.id = s.member JOIN batches b ON b.id = s.batch
         LEFT JOIN receipts r ON r.batch = b.id
         WHERE m.person = ?1 AND s.batch >= ?2 ORDER BY s.batch, s.id",
    )?;
    let signups: Vec<(i64, i64, i32, i32, i64)> = query
        .query_map([person, since], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?
        .collect::<Result<_, _>>()?;
    for (member, at, day, seen, batch) in signups {
        let stage = super::stages::history(store, person, Day(seen))?.last().map(|step| step.stage);
        if stage.is_none_or(Stage::may_become_interested) {
            super::stages::sign_up(store, member, Instant(at), Day(day), batch)?;
        }
    }
    Ok(())
}

/// The day two people were said to be different ones, whatever they share.
pub fn distinct(store: &Store, one: i64, other: i64) -> Result<Option<Day>> {
    let found = store.conn.query_row(
        "SELECT max(d.day) FROM distinctions d JOIN members a ON a.id = d.one JOIN members b ON b.id = d.other
         WHERE (a.person = ?1 AND b.person = ?2) OR (a.person = ?2 AND b.person = ?1)",
        [one, other],
        |row| row.get::<_, Option<i32>>(0),
    )?;
    Ok(found.map(Day))
}

/// How many rows of the heavy tables are of each of two people: table, rows of the one, rows of the other.
pub fn sizes(store: &Store, one: i64, other: i64) -> Result<Vec<(&'static str, i64, i64)>> {
    let mut sizes = Vec::new();
    for table in
        ["responses", "activities", "rollups", "usage", "audiences", "conversions", "signups", "survey_takes"]
    {
        let versions = matches!(table, "responses" | "rollups" | "usage" | "conversions" | "survey_takes");
        let newest = if versions { "AND t.replaced_by IS NULL" } else { "" };
        let rows =
            |n| format!("SELECT ?{n} UNION SELECT id FROM members WHERE person = ?{n} AND person <> id");
        let (one_s, others) = (rows(1), rows(2));
        let sql = format!(
            "SELECT count(*) FILTER (WHERE t.member IN ({one_s})), count(*) FILTER (WHERE t.member IN ({others}))
             FROM {table} t WHERE t.member IN ({one_s} UNION {others}) {newest}"
        );
        let (mine, theirs) =
            store.conn.query_row(&sql, [one, other], |row| Ok((row.get(0)?, row.get(1)?)))?;
        sizes.push((table, mine, theirs));
    }
    Ok(sizes)
}
