//! Taking a batch back: afterwards the program is as if its file had never been imported.
//!
//! A record stays while one batch that said it is in; a corrected one becomes what the others said of it. What
//! your own work hangs on stays. Four things a later file left to an earlier one are not brought back: who is
//! who (two addresses that the file showed to be one person stay one), who is staff or a bot, rows that were set
//! aside, and another spelling of what is kept once (a name in a file of answers, a post's title, how a link was
//! written).

use super::folds::{fold_facts, fold_reaches, reached_acts, said_of_whom};
use super::heirs::hand_over;
use super::keys::Table;
use super::{Store, merges, rollups, seen, union};
use anyhow::Result;
use rusqlite::params;

/// Tables whose rows have versions, and when a version `n` says nothing that `p` before it did not.
const VERSIONED: [(Table, &str); 6] = [
    (
        Table::Responses,
        "n.score = p.score AND n.low = p.low AND n.high = p.high AND n.comment IS p.comment AND n.at IS p.at",
    ),
    (Table::Usage, "n.amount = p.amount"),
    (Table::Rollups, "n.acts = p.acts"),
    (Table::Clicks, "n.clicks = p.clicks"),
    (
        Table::Conversions,
        "n.title IS p.title AND n.at = p.at AND n.state = p.state AND n.stage IS p.stage AND n.won_day IS p.won_day
         AND n.amount IS p.amount AND n.refunded = p.refunded AND n.currency = p.currency AND n.code IS p.code
         AND n.heard IS p.heard AND (p.member IS NOT NULL OR n.member IS NULL)",
    ),
    (
        Table::SurveyTakes,
        "n.choice IS p.choice
         AND NOT EXISTS (SELECT statement, answer FROM survey_answers WHERE take = n.id
                         EXCEPT SELECT statement, answer FROM survey_answers WHERE take = p.id)
         AND NOT EXISTS (SELECT statement, answer FROM survey_answers WHERE take = p.id
                         EXCEPT SELECT statement, answer FROM survey_answers WHERE take = n.id)",
    ),
];
/// What undoing did beside deleting the batch's rows.
#[derive(Debug, Clone, Copy)]
pub struct Undone {
    /// Contributions that stay, since reactions or promotions hang on them.
    pub kept: i64,
    /// Members that stay with their name and addresses, since your own work is about them.
    pub stayed: i64,
    /// Members that are gone again.
    pub members: i64,
    /// Briefs, links, questions and the like of a merged program that stay, since your own work builds on them.
    pub built_on: i64,
}

/// Takes a batch back. Rows other batches said too go to the first of those.
/// Run inside [`Store::write_checked_at_end`].
pub fn undo(store: &Store, batch: i64) -> Result<Undone> {
    let run = |sql: &str| -> Result<i64> { Ok(store.conn.execute(sql, [batch])? as i64) };
    let merge = union::is_merge(store, batch)?;
    if merge {
        union::put_back(store, batch)?;
    }
    run("DELETE FROM seen WHERE batch = ?1")?;
    run("DELETE FROM seen_tags WHERE batch = ?1")?;
    let links = clicked_links(store, batch)?;
    part_counts(store, batch)?;
    hand_over(store, batch)?;
    let kept = keep_worked_on(store, batch)?;
    let stayed = keep_worked_with(store, batch)?;
    for (table, same) in VERSIONED {
        close_gaps(store, batch, table, same)?;
    }
    // A program that was merged said what it said on days of its own: nothing was news because of it.
    let facts = if merge { Vec::new() } else { said_of_whom(store, batch)? };
    let reached = if merge { Vec::new() } else { reached_acts(store, batch)? };
    let reset = if merge { union::staged(store, batch)? } else { Vec::new() };
    let plain = ["reaches", "stages", "consents", "readings", "facts", "tags"];
    for table in plain.into_iter().chain(Table::ALL.map(Table::name)) {
        run(&format!("DELETE FROM {table} WHERE batch = ?1"))?;
    }
    store.conn.execute("DELETE FROM survey_answers WHERE take NOT IN (SELECT id FROM survey_takes)", [])?;
    rollups::forget_corrections_of_nothing(store)?;
    merges::unsettle(store)?;
    reset.into_iter().try_for_each(|member| merges::interest(store, member, batch))?;
    fold_facts(store, &facts)?;
    fold_reaches(store, &reached)?;
    for keyed in Table::ALL {
        let (table, kind) = (keyed.name(), keyed as i64);
        run(&format!("UPDATE row_keys SET batch = t.batch FROM {table} t
             WHERE row_keys.kind = {kind} AND row_keys.record = t.id AND row_keys.batch = ?1 AND t.batch IS NOT NULL"))?;
    }
    run("DELETE FROM row_keys WHERE batch = ?1")?;
    let built_on = if merge { union::take_back(store, batch)? } else { 0 };
    leave_links(store, batch, &links)?;
    run("DELETE FROM identities WHERE batch = ?1")?;
    let members = forget_members(store, batch)?;
    run("DELETE FROM batch_reasons WHERE batch = ?1")?;
    run("DELETE FROM receipts WHERE batch = ?1")?;
    run("DELETE FROM batches WHERE id = ?1")?;
    Ok(Undone { kept, stayed, members, built_on })
}

/// The first counts of an act stand in its own row. Where the act stays and the batch goes, they are parted from
/// it, so that they go or stay by themselves: under a number below all others, since they are the oldest.
fn part_counts(store: &Store, batch: i64) -> Result<()> {
    let mut part = store.conn.prepare(
        "INSERT INTO reaches (id, activity, grade, day, reach, impressions, engagements, batch)
         SELECT -id, id, grade, counted_day, reach, impressions, engagements, batch FROM activities
         WHERE batch = ?1 AND grade IS NOT NULL AND id BETWEEN ?2 AND ?3",
    )?;
    let mut empty = store.conn.prepare(
        "UPDATE activities SET grade = NULL, counted_day = NULL, reach = NULL, impressions = NULL, engagements = NULL
         WHERE batch = ?1 AND grade IS NOT NULL AND id BETWEEN ?2 AND ?3",
    )?;
    for (_, first, last) in seen::runs(store, Table::Activities.name())? {
        part.execute([batch, first, last])?;
        empty.execute([batch, first, last])?;
    }
    store.conn.execute(
        "INSERT INTO seen (batch, kind, first, last) SELECT batch, 'reaches', -last, -first FROM seen WHERE kind = 'counts'
         ON CONFLICT (batch, kind, first) DO UPDATE SET last = max(last, excluded.last)",
        [],
    )?;
    Ok(())
}

/// Takes the batch's versions out of their chains. Where the versions on both sides say the same, the later one
/// was no news without what stood between, and its batch said the earlier one again.
fn close_gaps(store: &Store, batch: i64, keyed: Table, same: &str) -> Result<()> {
    let (table, kind) = (keyed.name(), keyed as i64);
    store.conn.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS gaps (newer INTEGER PRIMARY KEY, older INTEGER NOT NULL, next INTEGER);
         DELETE FROM gaps;",
    )?;
    let filled = store.conn.execute(
        &format!(
            "INSERT INTO gaps SELECT n.id, p.id, n.replaced_by FROM {table} n JOIN {table} p ON p.replaced_by = n.id
             WHERE n.batch = ?1"
        ),
        [batch],
    )?;
    if filled == 0 {
        return Ok(());
    }
    // Several versions in one file: each step doubles how far back, and how far on, the chain is followed.
    let back = "UPDATE gaps SET older = (SELECT g.older FROM gaps g WHERE g.newer = gaps.older)
                WHERE older IN (SELECT newer FROM gaps)";
    while store.conn.execute(back, [])? > 0 {}
    let on = "UPDATE gaps SET next = (SELECT g.next FROM gaps g WHERE g.newer = gaps.next)
              WHERE next IN (SELECT newer FROM gaps)";
    while store.conn.execute(on, [])? > 0 {}
    store.conn.execute(
        &format!(
            "UPDATE row_keys SET record = g.older FROM gaps g
             WHERE row_keys.kind = {kind} AND row_keys.record = g.newer
               AND g.older NOT IN (SELECT id FROM {table} WHERE batch = ?1)"
        ),
        [batch],
    )?;
    store.conn.execute(
        &format!("UPDATE {table} SET replaced_by = g.next FROM gaps g WHERE replaced_by = g.newer"),
        [],
    )?;
    let sql = format!(
        "SELECT DISTINCT p.id, n.id, n.replaced_by FROM gaps g JOIN {table} p ON p.id = g.older
         JOIN {table} n ON n.id = p.replaced_by
         WHERE p.batch IS NOT ?1 AND n.batch IS NOT NULL AND {same} ORDER BY p.id"
    );
    let mut query = store.conn.prepare(&sql)?;
    let doubled: Vec<(i64, i64, Option<i64>)> = query
        .query_map([batch], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (older, newer, next) in doubled {
        seen::hand_on(store, table, newer, table, older)?;
        store
            .conn
            .execute(&format!("UPDATE {table} SET replaced_by = ?2 WHERE id = ?1"), params![older, next])?;
        store.conn.execute(
            "UPDATE row_keys SET record = ?3 WHERE kind = ?1 AND record = ?2",
            params![kind, newer, older],
        )?;
        store.conn.execute(&format!("DELETE FROM {table} WHERE id = ?1"), [newer])?;
    }
    Ok(())
}

/// Links nobody owns that the batch brought or clicked.
fn clicked_links(store: &Store, batch: i64) -> Result<Vec<i64>> {
    let mut query = store.conn.prepare(
        "SELECT id FROM links WHERE batch IS NOT NULL
           AND (batch = ?1 OR id IN (SELECT link FROM clicks WHERE batch = ?1)) ORDER BY id",
    )?;
    let rows = query.query_map([batch], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A link stays while it is someone's or was clicked; nobody's is known since its first click.
fn leave_links(store: &Store, batch: i64, links: &[i64]) -> Result<()> {
    for link in links {
        store.conn.execute(
            "DELETE FROM links WHERE id = ?1 AND member IS NULL AND id NOT IN (SELECT link FROM clicks)",
            [link],
        )?;
        store.conn.execute(
            "UPDATE links SET day = (SELECT min(day) FROM clicks WHERE link = links.id) WHERE id = ?1 AND member IS NULL",
            [link],
        )?;
    }
    store.conn.execute(
        "UPDATE links SET batch = (SELECT min(batch) FROM clicks WHERE link = links.id) WHERE batch = ?1",
        [batch],
    )?;
    Ok(())
}

/// Contributions that the batch brought and someone reacted to or promoted become entries made by hand, counts and all.
fn keep_worked_on(store: &Store, batch: i64) -> Result<i64> {
    let worked = "SELECT id FROM activities WHERE batch = ?1 AND id IN (
                    SELECT activity FROM reactions WHERE batch IS NOT ?1 UNION SELECT activity FROM promotions WHERE batch IS NOT ?1)";
    store.conn.execute(
        &format!("UPDATE reaches SET batch = NULL WHERE batch = ?1 AND activity IN ({worked})"),
        [batch],
    )?;
    store.conn.execute(
        &format!("DELETE FROM row_keys WHERE kind = ?2 AND batch = ?1 AND record IN ({worked})"),
        [batch, Table::Activities as i64],
    )?;
    let kept =
        store.conn.execute(&format!("UPDATE activities SET batch = NULL WHERE id IN ({worked})"), [batch])?;
    Ok(kept as i64)
}

/// Rows of what was done by hand, here or in a program that was merged into this one, but not by the batch itself.
const BY_HAND: [&str; 12] = [
    "SELECT member FROM consents t WHERE {by} AND id NOT IN (SELECT row FROM settlements WHERE kind = 'consents')",
    "SELECT member FROM stages t WHERE {by} AND id NOT IN (SELECT row FROM settlements WHERE kind = 'stages')",
    "SELECT member FROM tags t WHERE {by}",
    "SELECT member FROM notes t WHERE {by}",
    "SELECT member FROM codes t WHERE {by}",
    "SELECT member FROM links t WHERE {by} AND member IS NOT NULL",
    "SELECT member FROM invitations t WHERE {by}",
    "SELECT member FROM questions t WHERE {by}",
    "SELECT member FROM sends t WHERE {by}",
    "SELECT member FROM asks t WHERE {by}",
    "SELECT member FROM gives t WHERE {by}",
    "SELECT member FROM needs t WHERE {by}",
];

/// What takes the place of `{by}` above.
const BY: &str =
    "(t.batch IS NULL OR (t.batch <> ?1 AND t.batch IN (SELECT id FROM batches WHERE kind = 'merge')))";

/// Whoever the batch brought and you worked with stays a person with a name and addresses: an opt-out, a code or a
/// letter that nobody can be found by would be lost, and the next import would meet a stranger. Whoever was known
/// before it loses what it said of them.
fn keep_worked_with(store: &Store, batch: i64) -> Result<i64> {
    let brought = format!(
        "SELECT id FROM members WHERE batch = ?1 AND person IN (SELECT m.person FROM members m WHERE m.id IN ({}))",
        BY_HAND.join(" UNION ").replace("{by}", BY)
    );
    let stayed =
        store.conn.query_row(&format!("SELECT count(*) FROM ({brought})"), [batch], |row| row.get(0))?;
    for what in [
        "identities SET batch = NULL WHERE batch = ?1",
        "facts SET batch = NULL WHERE batch = ?1 AND field = 'name'",
    ] {
        store.conn.execute(&format!("UPDATE {what} AND member IN ({brought})"), [batch])?;
    }
    Ok(stayed)
}

/// Tables that name a member, and the column that does.
const MEMBER_TABLES: [(&str, &str); 26] = [
    ("identities", "member"),
    ("facts", "member"),
    ("tags", "member"),
    ("notes", "member"),
    ("stages", "member"),
    ("consents", "member"),
    ("responses", "member"),
    ("activities", "member"),
    ("usage", "member"),
    ("rollups", "member"),
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

/// Tables whose rows say that a batch named a member.
const BROUGHT: [&str; 12] = [
    "identities",
    "facts",
    "tags",
    "responses",
    "activities",
    "usage",
    "rollups",
    "audiences",
    "clicks",
    "conversions",
    "survey_takes",
    "signups",
];

/// Members the batch brought go when nothing is left of them; others go to the batch that named them next.
fn forget_members(store: &Store, batch: i64) -> Result<i64> {
    let left: Vec<String> = MEMBER_TABLES
        .iter()
        .map(|(table, column)| match *table {
            // What a merge settled is nothing of the member's own.
            "stages" | "consents" => format!(
                "SELECT {column} FROM {table} WHERE id NOT IN (SELECT row FROM settlements WHERE kind = '{table}')"
            ),
            _ => format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL"),
        })
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
    // That a line about them was put off is no work with them.
    for told in ["snoozes", "revisions"] {
        store.conn.execute(&format!("DELETE FROM {told} WHERE member IN ({doomed})"), [batch])?;
    }
    // Merges of others that moved them along, too.
    store.conn.execute(&format!("DELETE FROM merged_members WHERE member IN ({doomed})"), [batch])?;
    let sql = format!(
        "DELETE FROM members WHERE id IN ({doomed}) AND id NOT IN (SELECT person FROM members WHERE person <> id)"
    );
    let gone = store.conn.execute(&sql, [batch])?;
    let brought: Vec<String> = BROUGHT
        .iter()
        .map(|table| format!("SELECT member, batch FROM {table} WHERE batch IS NOT NULL"))
        .collect();
    store.conn.execute(
        &format!(
            "UPDATE members SET batch = h.batch, day = coalesce((SELECT day FROM batches WHERE id = h.batch), members.day)
             FROM (SELECT m.id AS member, min(b.batch) AS batch FROM members m LEFT JOIN ({}) b ON b.member = m.id
                   WHERE m.batch = ?1 GROUP BY m.id) h
             WHERE members.batch = ?1 AND h.member = members.id",
            brought.join(" UNION ALL ")
        ),
        [batch],
    )?;
    Ok(gone as i64)
}
