//! What imports bring: answers, acts, use, clicks, orders and the like, known by the natural keys that imports gave them.

use super::tables::{ANSWERS, Imported};
use super::{Count, Shape, Union, said, sortable};
use anyhow::Result;
use std::collections::BinaryHeap;

/// A table of records at work.
struct Work<'a> {
    union: &'a Union<'a>,
    how: &'a Imported,
    shape: Shape,
    table: &'a str,
    /// The number of its keys.
    kind: i64,
    /// The last row there was before.
    base: i64,
}

/// Takes in a table.
pub(super) fn take(union: &Union, table: &str, how: &Imported) -> Result<Count> {
    let work = Work {
        union,
        how,
        shape: Shape::of(union.store, table)?,
        table,
        kind: how.keys as i64,
        base: super::super::rows::last(union.store, table)?,
    };
    let in_force = work.in_force("t");
    let rows = union.number(&format!("SELECT count(*) FROM other.{table} t WHERE {in_force}"))?;
    work.match_keys()?;
    work.match_content()?;
    work.number()?;
    let added = work.add()?;
    if table == "activities" {
        union.make("union_last_act", &format!("SELECT {} AS ours", work.base))?;
    }
    let changed = if how.content.is_empty() { 0 } else { work.newer()? };
    work.say_again()?;
    if how.timed {
        work.learn()?;
    }
    let taken = union.number(&format!("SELECT count(*) FROM temp.union_{table}"))?;
    union.run("DROP TABLE IF EXISTS temp.union_first")?;
    Ok(Count::of(table, rows, added, changed, rows - taken))
}

impl Work<'_> {
    fn has_versions(&self) -> bool {
        !self.how.content.is_empty()
    }

    fn in_force(&self, alias: &str) -> String {
        if self.has_versions() { format!("{alias}.replaced_by IS NULL") } else { "1".into() }
    }

    /// Every record of the other program that has a key, with the one here that has it too.
    fn match_keys(&self) -> Result<()> {
        let (union, kind) = (self.union, self.kind);
        union.run("DROP TABLE IF EXISTS temp.union_first")?;
        union.run("CREATE TEMP TABLE union_first (theirs INTEGER PRIMARY KEY, ours INTEGER)")?;
        union
            .run(&format!(
                "INSERT INTO temp.union_first SELECT k.record, o.record FROM other.row_keys k
                 LEFT JOIN main.row_keys o ON o.kind = k.kind AND o.key = k.key WHERE k.kind = {kind} ORDER BY k.record"
            ))
            .map(drop)
    }

    /// What was written down by hand, and what stays of who was erased, has no key: it is known by all it says.
    fn match_content(&self) -> Result<()> {
        let (union, table) = (self.union, self.table);
        let bare = format!(
            "SELECT t.id FROM other.{table} t WHERE {} AND NOT EXISTS (SELECT 1 FROM temp.union_first f WHERE f.theirs = t.id)",
            self.in_force("t")
        );
        union.make("union_bare", &bare)?;
        if union.number("SELECT count(*) FROM temp.union_bare")? == 0 {
            return Ok(());
        }
        let said = |mapped: bool, alias: &str| {
            let one = |column: &String| match column.as_str() {
                // A number that says nothing but which row it was.
                "number" if table == "conversions" => {
                    format!("iif({alias}.number GLOB 'erased *', '', {alias}.number)")
                }
                // What became of an act later.
                "counted_day" | "reach" | "impressions" | "engagements" | "grade"
                    if table == "activities" =>
                {
                    "0".into()
                }
                column if mapped => self.shape.mapped(column, alias),
                column => format!("{alias}.{column}"),
            };
            format!("json_array({})", self.shape.columns.iter().map(one).collect::<Vec<_>>().join(", "))
        };
        union.run("DROP TABLE IF EXISTS temp.union_known")?;
        union.run("CREATE TEMP TABLE union_known (k TEXT PRIMARY KEY, ours INTEGER) WITHOUT ROWID")?;
        union.run(&format!(
            "INSERT INTO temp.union_known
             SELECT k || '#' || row_number() OVER (PARTITION BY k ORDER BY id), id FROM (
               SELECT m.id, {} AS k FROM main.{table} m
               WHERE {} AND m.id NOT IN (SELECT record FROM main.row_keys WHERE kind = {}))",
            said(false, "m"),
            self.in_force("m"),
            self.kind
        ))?;
        union
            .run(&format!(
                "INSERT INTO temp.union_first SELECT n.id, w.ours FROM (
                   SELECT id, k || '#' || row_number() OVER (PARTITION BY k ORDER BY id) AS k FROM (
                     SELECT t.id, {} AS k FROM temp.union_bare b JOIN other.{table} t ON t.id = b.id
                     WHERE NOT ({}))) n
                 LEFT JOIN temp.union_known w ON w.k = n.k ORDER BY n.id",
                said(true, "t"),
                self.shape.lost("t", &["link"])
            ))
            .map(drop)
    }

    /// Numbers what is new, in the order of the other program; what points at someone who is not taken in is left out.
    fn number(&self) -> Result<()> {
        let (union, table) = (self.union, self.table);
        union.run(&format!("DROP TABLE IF EXISTS temp.union_{table}"))?;
        union.run(&format!("CREATE TEMP TABLE union_{table} (theirs INTEGER PRIMARY KEY, ours INTEGER)"))?;
        union
            .run(&format!(
                "INSERT INTO temp.union_{table}
                 SELECT f.theirs, coalesce(f.ours, {} + sum(f.ours IS NULL) OVER (ORDER BY f.theirs ROWS UNBOUNDED PRECEDING))
                 FROM temp.union_first f CROSS JOIN other.{table} t ON t.id = f.theirs
                 WHERE f.ours IS NOT NULL OR NOT ({})",
                self.base,
                self.shape.lost("t", &["link"])
            ))
            .map(drop)
    }

    fn columns(&self, alias: &str) -> String {
        let one = |column: &String| match column.as_str() {
            // It told which row it was there.
            "number" if self.table == "conversions" => {
                format!("iif({alias}.number GLOB 'erased *', 'erased ' || x.ours, {alias}.number)")
            }
            column => self.shape.mapped(column, alias),
        };
        self.shape.columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn add(&self) -> Result<i64> {
        let (union, table, batch, base) = (self.union, self.table, self.union.wishes.batch, self.base);
        let added = union.run(&format!(
            "INSERT INTO main.{table} (id, {}, batch) SELECT x.ours, {}, {batch}
             FROM temp.union_{table} x CROSS JOIN other.{table} t ON t.id = x.theirs WHERE x.ours > {base} ORDER BY x.theirs",
            self.shape.columns.join(", "),
            self.columns("t")
        ))?;
        union.run(&format!(
            "INSERT INTO main.row_keys (kind, key, record, batch) SELECT k.kind, k.key, x.ours, {batch}
             FROM other.row_keys k CROSS JOIN temp.union_{table} x ON x.theirs = k.record
             WHERE k.kind = {} AND x.ours > {base} ORDER BY k.kind, k.key",
            self.kind
        ))?;
        Ok(added)
    }

    /// What a row says, for comparing it with another one of the same key; and as a text in its order.
    fn content(&self, schema: &str, alias: &str) -> (Vec<String>, String) {
        let one = |column: &&str| {
            match *column {
            ANSWERS => format!(
                "(SELECT group_concat(statement || '=' || answer) FROM (
                    SELECT statement, answer FROM {schema}.survey_answers WHERE take = {alias}.id ORDER BY statement))"
            ),
            column => format!("{alias}.{column}"),
        }
        };
        let all: Vec<String> = self.how.content.iter().map(one).collect();
        let rank = all.iter().map(|value| sortable(value)).collect::<Vec<_>>().join(" || char(31) || ");
        (all, rank)
    }

    /// Values with the names of their columns.
    fn named(&self, values: &[String]) -> String {
        let one = |(column, value): (&&str, &String)| format!("'{column}', {value}");
        self.how.content.iter().zip(values).map(one).collect::<Vec<_>>().join(", ")
    }

    /// Newer versions of what both know; how many.
    fn newer(&self) -> Result<i64> {
        let (union, table, base) = (self.union, self.table, self.base);
        let ((mine, a), (said, b)) = (self.content("main", "m"), self.content("other", "t"));
        let differs: Vec<String> =
            mine.iter().zip(&said).map(|(mine, said)| format!("{mine} IS NOT {said}")).collect();
        let (when_mine, when_theirs) = if self.how.timed {
            self.read_times()?;
            (Self::learnt("main", "m"), Self::learnt("other", "t"))
        } else {
            ("0".into(), "0".into())
        };
        // Whose it is may be known to one of them only.
        let member = self.shape.mapped("member", "t");
        union.make(
            "union_turn",
            &format!(
                "SELECT *, (said_at, b) > (mine_at, a) AS taken FROM (
                   SELECT x.theirs, x.ours, m.member AS mine_member, {member} AS member, {a} AS a, {b} AS b,
                          json_object({}) AS mine, json_object({}) AS said, {when_mine} AS mine_at, {when_theirs} AS said_at
                   FROM temp.union_{table} x CROSS JOIN other.{table} t ON t.id = x.theirs
                   JOIN main.{table} m ON m.id = x.ours
                   WHERE x.ours <= {base} AND ({} OR (m.member IS NULL AND {member} IS NOT NULL)))",
                self.named(&mine),
                self.named(&said),
                differs.join(" OR ")
            ),
        )?;
        let new = "(u.taken OR (u.mine_member IS NULL AND u.member IS NOT NULL))";
        let last = super::super::rows::last(union.store, table)?;
        union.make(
            "union_newer",
            &format!("SELECT {last} + row_number() OVER (ORDER BY u.theirs) AS id, u.* FROM temp.union_turn u WHERE {new}"),
        )?;
        union.run(&format!(
            "INSERT INTO main.revisions (batch, kind, row, member, part, ours, theirs, taken, listed)
             SELECT {}, '{table}', ours, coalesce(mine_member, member), '{table}', mine, said, taken, 1 FROM temp.union_turn
             WHERE a <> b ORDER BY ours",
            union.wishes.batch
        ))?;
        let changed = union.number("SELECT count(*) FROM temp.union_newer")?;
        if changed > 0 {
            self.add_versions()?;
        }
        Ok(changed)
    }

    /// Writes the newer versions, each before the one it replaces.
    fn add_versions(&self) -> Result<()> {
        let (union, table, batch) = (self.union, self.table, self.union.wishes.batch);
        // The rest of the row is its key's, the same in both.
        let columns: Vec<String> = self
            .shape
            .columns
            .iter()
            .map(|column| match column.as_str() {
                "member" => {
                    "iif(n.taken, coalesce(n.member, n.mine_member), coalesce(n.mine_member, n.member))"
                        .into()
                }
                column if self.how.content.contains(&column) => {
                    format!("iif(n.taken, t.{column}, m.{column})")
                }
                column => format!("m.{column}"),
            })
            .collect();
        union.run(&format!(
            "INSERT INTO main.{table} (id, {}, batch) SELECT n.id, {}, {batch} FROM temp.union_newer n
             JOIN main.{table} m ON m.id = n.ours JOIN other.{table} t ON t.id = n.theirs ORDER BY n.id",
            self.shape.columns.join(", "),
            columns.join(", ")
        ))?;
        if table == "survey_takes" {
            union.run(
                "INSERT INTO main.survey_answers (take, statement, answer)
                 SELECT n.id, c.statement, c.answer FROM temp.union_newer n JOIN other.survey_answers c ON c.take = n.theirs
                 WHERE n.taken
                 UNION ALL SELECT n.id, c.statement, c.answer FROM temp.union_newer n
                 JOIN main.survey_answers c ON c.take = n.ours WHERE NOT n.taken",
            )?;
        }
        union.run("CREATE INDEX temp.union_newer_ours ON union_newer (ours)")?;
        union.run("CREATE INDEX temp.union_newer_theirs ON union_newer (theirs)")?;
        union.run(&format!(
            "UPDATE main.{table} SET replaced_by = (SELECT n.id FROM temp.union_newer n WHERE n.ours = {table}.id)
             WHERE id IN (SELECT ours FROM temp.union_newer)"
        ))?;
        union.run("DROP TABLE IF EXISTS temp.union_keys")?;
        union.run("CREATE TEMP TABLE union_keys (key BLOB PRIMARY KEY, record INTEGER) WITHOUT ROWID")?;
        union.run(&format!(
            "INSERT INTO temp.union_keys SELECT k.key, n.id FROM other.row_keys k
             CROSS JOIN temp.union_newer n ON n.theirs = k.record WHERE k.kind = {} ORDER BY k.key",
            self.kind
        ))?;
        union.run(&format!(
            "UPDATE main.row_keys SET record = (SELECT n.record FROM temp.union_keys n WHERE n.key = row_keys.key)
             WHERE kind = {} AND key IN (SELECT key FROM temp.union_keys)",
            self.kind
        ))?;
        union
            .run(&format!(
                "UPDATE temp.union_{table} SET ours = -(SELECT n.id FROM temp.union_newer n WHERE n.theirs = union_{table}.theirs)
                 WHERE theirs IN (SELECT theirs FROM temp.union_newer)"
            ))
            .map(drop)
    }

    /// What both say and another batch brought here.
    fn say_again(&self) -> Result<()> {
        let (table, batch) = (self.table, self.union.wishes.batch);
        let same =
            if self.has_versions() { "AND x.theirs NOT IN (SELECT theirs FROM temp.union_turn)" } else { "" };
        said::again(
            self.union,
            table,
            &format!(
                "SELECT x.ours FROM temp.union_{table} x CROSS JOIN main.{table} m ON m.id = x.ours
                 WHERE x.ours BETWEEN 1 AND {} AND m.batch IS NOT NULL AND m.batch <> {batch} {same}",
                self.base
            ),
        )
    }

    /// When a program learnt what a row says: of the imports that said it the last, and of programs that were merged into
    /// it what they said of that.
    fn learnt(schema: &str, alias: &str) -> String {
        format!(
            "max(coalesce((SELECT b.at FROM {schema}.batches b WHERE b.id = {alias}.batch AND b.kind <> 'merge'), 0),
                 coalesce((SELECT iif(w.last >= {alias}.id, w.at, 0) FROM temp.union_when_{schema} w WHERE w.first <= {alias}.id
                           ORDER BY w.first DESC LIMIT 1), 0))"
        )
    }

    /// When either program learnt rows again, so that each row is looked up once.
    fn read_times(&self) -> Result<()> {
        for schema in ["main", "other"] {
            let mut query = self.union.store.conn.prepare(&format!(
                "SELECT s.first, s.last, b.at FROM {schema}.seen s JOIN {schema}.batches b ON b.id = s.batch
                 WHERE s.kind = '{table}' AND b.kind <> 'merge'
                 UNION ALL SELECT first, last, at FROM {schema}.learnt WHERE kind = '{table}' ORDER BY 1",
                table = self.table
            ))?;
            let runs = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let runs: Vec<Run> = runs.collect::<Result<_, _>>()?;
            self.union.run(&format!("DROP TABLE IF EXISTS temp.union_when_{schema}"))?;
            self.union.run(&format!(
                "CREATE TEMP TABLE union_when_{schema} (first INTEGER PRIMARY KEY, last INTEGER, at INTEGER)"
            ))?;
            let mut insert = self
                .union
                .store
                .conn
                .prepare(&format!("INSERT INTO temp.union_when_{schema} VALUES (?1, ?2, ?3)"))?;
            for (first, last, at) in latest(&runs) {
                insert.execute([first, last, at])?;
            }
        }
        Ok(())
    }

    /// Keeps when the other program learnt what is new here, or what it says as this one does, but later.
    fn learn(&self) -> Result<()> {
        let (union, table, batch) = (self.union, self.table, self.union.wishes.batch);
        let (mine, theirs) = (Self::learnt("main", "m"), Self::learnt("other", "t"));
        union
            .run(&format!(
                "INSERT INTO main.learnt (batch, kind, first, last, at)
                 SELECT {batch}, '{table}', min(ours), max(ours), at FROM (
                   SELECT ours, at, ours - row_number() OVER (PARTITION BY at ORDER BY ours) AS run FROM (
                     SELECT n.id AS ours, max(iif(n.taken OR n.a = n.b, n.said_at, 0), iif(n.taken, 0, n.mine_at)) AS at
                     FROM temp.union_newer n
                     UNION ALL
                     SELECT x.ours, {theirs} FROM temp.union_{table} x
                     CROSS JOIN other.{table} t ON t.id = x.theirs JOIN main.{table} m ON m.id = x.ours
                     WHERE x.theirs NOT IN (SELECT theirs FROM temp.union_turn) AND {theirs} > {mine})
                   WHERE at > 0)
                 GROUP BY at, run"
            ))
            .map(drop)
    }
}

/// Rows from the first to the last, and a moment.
type Run = (i64, i64, i64);

/// The latest moment of every row in some runs, ascending by their first rows: as runs that do not overlap.
fn latest(runs: &[Run]) -> Vec<Run> {
    let mut bounds: Vec<i64> = runs.iter().flat_map(|(first, last, _)| [*first, last + 1]).collect();
    bounds.sort_unstable();
    bounds.dedup();
    let (mut next, mut open, mut found) = (0, BinaryHeap::new(), Vec::new());
    for pair in bounds.windows(2) {
        while let Some(&(_, last, at)) = runs.get(next).filter(|run| run.0 <= pair[0]) {
            open.push((at, last));
            next += 1;
        }
        while open.peek().is_some_and(|(_, last)| *last < pair[0]) {
            open.pop();
        }
        if let Some((at, _)) = open.peek() {
            found.push((pair[0], pair[1] - 1, *at));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_runs_that_overlap_the_latest_holds() {
        assert_eq!(latest(&[]), []);
        let runs = [(1, 10, 5), (3, 4, 9), (4, 6, 7), (20, 20, 1)];
        assert_eq!(latest(&runs), [(1, 2, 5), (3, 3, 9), (4, 4, 9), (5, 6, 7), (7, 10, 5), (20, 20, 1)]);
    }
}
