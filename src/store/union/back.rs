//! A merge taken back: what it brought goes, what it changed is as it was, unless another batch says so too or your own
//! work builds on it.

use super::tables::{How, TABLES, Written};
use super::{Shape, columns, told};
use crate::store::{Store, merges, seen};
use anyhow::Result;

/// Whether a batch is another program.
pub(in crate::store) fn is_merge(store: &Store, batch: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM batches WHERE id = ?1 AND kind = 'merge')";
    Ok(store.conn.query_row(sql, [batch], |row| row.get(0))?)
}

/// The tables of what was written down by hand.
fn written() -> impl DoubleEndedIterator<Item = (&'static str, &'static Written)> {
    TABLES.iter().filter_map(|(table, how)| match how {
        How::Written(how) => Some((*table, how)),
        _ => None,
    })
}

/// Gives what other merges said too to the first of them.
pub(in crate::store) fn hand_over(store: &Store, batch: i64) -> Result<()> {
    for table in written().map(|(table, _)| table).chain(["stages", "consents"]) {
        let shape = Shape::of(store, table)?;
        if shape.is_numbered() {
            let mut hand = store.conn.prepare(&format!(
                "UPDATE {table} SET batch = ?2 WHERE batch = ?1 AND id BETWEEN ?3 AND ?4"
            ))?;
            for (heir, first, last) in seen::runs(store, table)? {
                hand.execute([batch, heir, first, last])?;
            }
        } else {
            let heirs = format!(
                "(SELECT min(r.batch) FROM revisions r WHERE r.kind = '{table}' AND r.part = '' AND r.batch <> ?1 AND r.row = {})",
                shape.place(table)
            );
            store.conn.execute(
                &format!("UPDATE {table} SET batch = {heirs} WHERE batch = ?1 AND {heirs} IS NOT NULL"),
                [batch],
            )?;
        }
    }
    Ok(())
}

/// Whose stages a merge brought.
pub(in crate::store) fn staged(store: &Store, batch: i64) -> Result<Vec<i64>> {
    let mut query = store.conn.prepare(
        "SELECT DISTINCT m.person FROM stages s JOIN members m ON m.id = s.member WHERE s.batch = ?1 ORDER BY 1",
    )?;
    let rows = query.query_map([batch], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a merge changed is as it was before: parts of rows, and who is one person. Before its rows go.
pub(in crate::store) fn put_back(store: &Store, batch: i64) -> Result<()> {
    for (table, how) in written() {
        for part in how.parts {
            restore(store, batch, &Shape::of(store, table)?, part.columns)?;
        }
    }
    let members = Shape::of(store, "members")?;
    restore(store, batch, &members, super::tables::MEMBER_DAY.columns)?;
    restore(store, batch, &members, super::tables::MEMBER_STANDING.columns)?;
    for merge in merges::list(store, None)?.iter().rev() {
        let brought: bool = store.conn.query_row(
            "SELECT batch IS ?2 FROM merges WHERE id = ?1",
            [merge.id, batch],
            |row| row.get(0),
        )?;
        if !brought {
            continue;
        }
        let held = merges::list(store, Some(merge.id))?.iter().any(|merge| merge.held_by.is_some());
        if held {
            store.conn.execute("UPDATE merges SET batch = NULL WHERE id = ?1", [merge.id])?;
        } else {
            merges::unmerge(store, merge.id)?;
        }
    }
    Ok(())
}

/// Puts one part of a table's rows back, where it still says what the merge had it say and no other merge says so. What a
/// later merge found there was this one's, so that it puts back what stood before.
fn restore(store: &Store, batch: i64, shape: &Shape, part: &[&str]) -> Result<()> {
    let (table, name) = (&shape.table, part[0]);
    let which = format!("kind = '{table}' AND part = '{name}' AND taken");
    let any: bool = store.conn.query_row(
        &format!("SELECT EXISTS (SELECT 1 FROM revisions WHERE batch = ?1 AND {which})"),
        [batch],
        |row| row.get(0),
    )?;
    if !any {
        return Ok(());
    }
    store.conn.execute_batch("DROP TABLE IF EXISTS temp.union_back")?;
    store.conn.execute(
        &format!(
            "CREATE TEMP TABLE union_back AS SELECT row, ours, theirs FROM revisions r WHERE batch = ?1 AND {which}
             AND NOT EXISTS (SELECT 1 FROM revisions o WHERE o.kind = r.kind AND o.part = r.part AND o.row = r.row AND o.taken
                             AND o.batch <> r.batch AND o.theirs = r.theirs)"
        ),
        [batch],
    )?;
    let place = format!("CAST({} AS TEXT)", shape.place(table));
    let set: Vec<String> = part
        .iter()
        .map(|column| {
            format!("{column} = (SELECT json_extract(b.ours, '$.{column}') FROM temp.union_back b WHERE b.row = {place})")
        })
        .collect();
    store.conn.execute(
        &format!(
            "UPDATE {table} SET {} WHERE {place} IN (SELECT row FROM temp.union_back)
               AND {} = (SELECT b.theirs FROM temp.union_back b WHERE b.row = {place})",
            set.join(", "),
            told(part, table)
        ),
        [],
    )?;
    store.conn.execute(
        &format!(
            "UPDATE revisions SET ours = (SELECT b.ours FROM temp.union_back b WHERE b.row = revisions.row)
             WHERE batch <> ?1 AND {which} AND EXISTS (
               SELECT 1 FROM temp.union_back b WHERE b.row = revisions.row AND b.theirs = revisions.ours)"
        ),
        [batch],
    )?;
    store.conn.execute_batch("DROP TABLE temp.union_back")?;
    Ok(())
}

/// What a merge brought of what was written down by hand goes, children first; what others hang on stays as yours. Returns
/// how many rows stay.
pub(in crate::store) fn take_back(store: &Store, batch: i64) -> Result<i64> {
    let mut kept = 0;
    for (table, _) in written().rev() {
        let mut query = store.conn.prepare(
            "SELECT t.name, k.\"from\" FROM sqlite_master t, pragma_foreign_key_list(t.name) k
             WHERE t.type = 'table' AND k.\"table\" = ?1 AND t.name <> 'revisions' ORDER BY 1, 2",
        )?;
        let rows =
            query.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut holding: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
        // The items of a copy go with it.
        holding.retain(|(child, _)| child != "handbook_items");
        let held: Vec<String> = holding
            .iter()
            .map(|(child, column)| {
                let own = if child == table { "AND batch IS NOT ?1" } else { "" };
                format!("AND id NOT IN (SELECT {column} FROM {child} WHERE {column} IS NOT NULL {own})")
            })
            .collect();
        store.conn.execute(&format!("DELETE FROM {table} WHERE batch = ?1 {}", held.join(" ")), [batch])?;
        if table == "links" {
            // Clicks from a file make a link known, and nobody's.
            store.conn.execute(
                "UPDATE links SET member = NULL, target = NULL, brief = NULL, retired_day = NULL, retired_why = NULL
                 WHERE batch = ?1 AND id NOT IN (SELECT link FROM sends WHERE link IS NOT NULL)",
                [batch],
            )?;
        }
        // A link nobody owns stays with the batch whose clicks hold it.
        let owned = if table == "links" { "AND member IS NOT NULL" } else { "" };
        kept += store
            .conn
            .execute(&format!("UPDATE {table} SET batch = NULL WHERE batch = ?1 {owned}"), [batch])?;
    }
    store.conn.execute("DELETE FROM handbook_items WHERE handbook NOT IN (SELECT id FROM handbooks)", [])?;
    store.conn.execute("UPDATE merges SET batch = NULL WHERE batch = ?1", [batch])?;
    for table in ["merged_tables", "revisions", "learnt"] {
        debug_assert!(columns(store, table)?.iter().any(|column| column == "batch"));
        store.conn.execute(&format!("DELETE FROM {table} WHERE batch = ?1"), [batch])?;
    }
    Ok(kept as i64)
}
