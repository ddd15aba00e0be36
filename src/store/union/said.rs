//! What both programs say: noted for the batch, so that it stays when the import that brought it is taken back.

use super::{Shape, Union};
use anyhow::Result;

/// Runs of rows that are gone by now hold no other row that takes their number.
pub(super) fn trim(union: &Union) -> Result<()> {
    for (table, how) in &super::tables::TABLES {
        let numbered = Shape::of(union.store, table)?.is_numbered();
        if !numbered || matches!(how, super::How::Own) {
            continue;
        }
        let last = format!("(SELECT coalesce(max(id), 0) FROM main.{table})");
        for runs in ["seen", "learnt"] {
            union.run(&format!("DELETE FROM main.{runs} WHERE kind = '{table}' AND first > {last}"))?;
            union.run(&format!(
                "UPDATE main.{runs} SET last = {last} WHERE kind = '{table}' AND last > {last}"
            ))?;
        }
    }
    Ok(())
}

/// The batch says these rows of a table too; `select` finds their numbers as `ours`. Rows written here by hand need
/// nobody to say them again.
pub(super) fn again(union: &Union, table: &str, select: &str) -> Result<()> {
    let batch = union.wishes.batch;
    union
        .run(&format!(
            "INSERT INTO main.seen (batch, kind, first, last)
             SELECT {batch}, '{table}', min(ours), max(ours)
             FROM (SELECT ours, ours - row_number() OVER (ORDER BY ours) AS run FROM ({select}))
             GROUP BY run ORDER BY 3"
        ))
        .map(drop)
}

/// The same for rows of a table whose rows are known by `place`.
pub(super) fn again_by_place(union: &Union, shape: &Shape, map: &str) -> Result<()> {
    let (table, batch) = (&shape.table, union.wishes.batch);
    if shape.is_numbered() {
        return again(
            union,
            table,
            &format!(
                "SELECT DISTINCT x.ours FROM temp.{map} x CROSS JOIN main.{table} m ON m.id = x.ours
                 WHERE m.batch IS NOT NULL AND m.batch <> {batch}"
            ),
        );
    }
    if table == "tags" {
        return union
            .run(&format!(
                "INSERT OR IGNORE INTO main.seen_tags (member, tag, batch)
                 SELECT json_extract(x.ours, '$[0]'), json_extract(x.ours, '$[1]'), {batch} FROM temp.{map} x
                 JOIN main.tags m ON m.member = json_extract(x.ours, '$[0]') AND m.tag = json_extract(x.ours, '$[1]')
                 WHERE m.batch IS NOT NULL AND m.batch <> {batch}"
            ))
            .map(drop);
    }
    union
        .run(&format!(
            "INSERT INTO main.revisions (batch, kind, row, part, taken, listed)
             SELECT DISTINCT {batch}, '{table}', x.ours, '', 0, 0
             FROM (SELECT {} AS place FROM main.{table} m WHERE m.batch IS NOT NULL AND m.batch <> {batch}) p
             JOIN temp.{map} x ON x.ours = p.place",
            shape.place("m")
        ))
        .map(drop)
}
