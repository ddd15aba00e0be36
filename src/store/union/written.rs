//! What was written down by hand: notes, asks, links, briefs and the like, known by what it says.

use super::tables::{Part, Written};
use super::{Count, Shape, Union, ours, said, told};
use anyhow::Result;
use std::collections::BTreeMap;

/// Takes in a table.
pub(super) fn take(union: &Union, table: &str, how: &Written) -> Result<Count> {
    let shape = Shape::of(union.store, table)?;
    read(union, &shape, how)?;
    let rows = union.number("SELECT count(*) FROM temp.union_incoming")?;
    match_known(union, &shape, how)?;
    let mut changed = if table == "codes" { settle_codes(union, &shape, how)? } else { 0 };
    let guard = format!("UPDATE temp.union_staged SET lost = 1 WHERE ours IS NULL AND ({})", guard(table));
    union.run(&guard)?;
    let added = add(union, &shape)?;
    let aside = union.number("SELECT count(*) FROM temp.union_staged WHERE lost")?;
    settle_own(union, &shape)?;
    let map = format!("union_{table}");
    for part in how.parts.iter().filter(|_| table != "codes") {
        changed = changed.max(settle(union, &shape, part, &map)?);
    }
    said::again_by_place(union, &shape, &map)?;
    Ok(Count::of(table, rows, added, changed.min(rows - added - aside), aside))
}

/// The other program's rows, with the numbers that what they point at has here.
fn read(union: &Union, shape: &Shape, how: &Written) -> Result<()> {
    let theirs = if shape.is_numbered() { "t.id" } else { "row_number() OVER ()" };
    union.make(
        "union_incoming",
        &format!(
            "SELECT {theirs} AS theirs, {}, ({}) AS lost FROM other.{} t",
            shape.translated("t"),
            shape.lost("t", how.key),
            shape.table
        ),
    )?;
    union.run("CREATE UNIQUE INDEX temp.union_incoming_theirs ON union_incoming (theirs)")?;
    if shape.table == "briefs" { audiences(union) } else { Ok(()) }
}

/// Whom a brief is for may be said by number, which is another one here.
fn audiences(union: &Union) -> Result<()> {
    let conn = &union.store.conn;
    let mut query = conn.prepare("SELECT theirs, ours FROM temp.union_members")?;
    let numbers: BTreeMap<i64, i64> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut query =
        conn.prepare("SELECT theirs, audience FROM temp.union_incoming WHERE audience GLOB '*[0-9]*'")?;
    let briefs: Vec<(i64, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (brief, audience) in briefs {
        let line = |line: &str| -> Option<String> {
            match line.trim().trim_start_matches('#').parse::<i64>() {
                Ok(number) => numbers.get(&number).map(ToString::to_string),
                Err(_) => Some(line.to_string()),
            }
        };
        let here: Vec<String> = audience.lines().filter_map(line).collect();
        let sql = "UPDATE temp.union_incoming SET audience = nullif(?2, '') WHERE theirs = ?1";
        conn.execute(sql, rusqlite::params![brief, here.join("\n")])?;
    }
    Ok(())
}

/// Finds the rows that this program has too: `union_staged` is what came, with its place here.
fn match_known(union: &Union, shape: &Shape, how: &Written) -> Result<()> {
    let key =
        |alias: &str| how.key.iter().map(|column| shape.meant(column, alias)).collect::<Vec<_>>().join(", ");
    let nth = |alias: &str, order: &str| {
        if how.unique {
            String::new()
        } else {
            format!(" || '#' || row_number() OVER (PARTITION BY {} ORDER BY {order})", key(alias))
        }
    };
    union.run("DROP TABLE IF EXISTS temp.union_known")?;
    union.run("CREATE TEMP TABLE union_known (k TEXT PRIMARY KEY, ours) WITHOUT ROWID")?;
    union.run(&format!(
        "INSERT OR IGNORE INTO temp.union_known SELECT json_array({}){}, {} FROM main.{} m",
        key("m"),
        nth("m", "m.id"),
        shape.place("m"),
        shape.table
    ))?;
    union.make(
        "union_staged",
        &format!(
            "SELECT n.theirs, n.lost, n.k, w.ours FROM (
               SELECT i.theirs, i.lost, json_array({}){} AS k FROM temp.union_incoming i) n
             LEFT JOIN temp.union_known w ON w.k = n.k",
            key("i"),
            nth("i", "i.lost, i.theirs")
        ),
    )
}

/// A code that was retired there has to be retired here before another one's may be in use.
fn settle_codes(union: &Union, shape: &Shape, how: &Written) -> Result<i64> {
    union.make(
        "union_before",
        "SELECT theirs, ours FROM temp.union_staged WHERE ours IS NOT NULL AND NOT lost",
    )?;
    let settle = |part| settle(union, shape, part, "union_before");
    Ok(how.parts.iter().map(settle).collect::<Result<Vec<i64>>>()?.into_iter().max().unwrap_or(0))
}

/// What of a table cannot be taken in beside what is here, until someone decides.
fn guard(table: &str) -> &'static str {
    match table {
        // A code belongs to one advocate at a time.
        "codes" => {
            "theirs IN (SELECT i.theirs FROM temp.union_incoming i JOIN main.codes c ON c.code = i.code
                        WHERE i.to_day IS NULL AND c.to_day IS NULL)"
        }
        // Two people there, one here.
        "distinctions" => {
            "theirs IN (SELECT i.theirs FROM temp.union_incoming i JOIN main.members a ON a.id = i.one
                        JOIN main.members b ON b.id = i.other WHERE a.person = b.person)"
        }
        _ => "0",
    }
}

/// Adds what is new; `union_TABLE` says the place of each row here.
fn add(union: &Union, shape: &Shape) -> Result<i64> {
    let (table, batch) = (&shape.table, union.wishes.batch);
    let base = if shape.is_numbered() { super::super::rows::last(union.store, table)? } else { 0 };
    let place = if shape.is_numbered() {
        format!("{base} + row_number() OVER (ORDER BY n.theirs)")
    } else {
        shape.place("i")
    };
    union.make(
        "union_fresh",
        &format!(
            "SELECT n.k, n.theirs, {place} AS ours
             FROM (SELECT k, min(theirs) AS theirs FROM temp.union_staged WHERE ours IS NULL AND NOT lost GROUP BY k) n
             JOIN temp.union_incoming i ON i.theirs = n.theirs"
        ),
    )?;
    let (number, numbers) = if shape.is_numbered() { ("id, ", "f.ours, ") } else { ("", "") };
    let all = shape.columns.join(", ");
    let theirs: Vec<String> = shape.columns.iter().map(|column| format!("i.{column}")).collect();
    let added = union.run(&format!(
        "INSERT INTO main.{table} ({number}{all}, batch) SELECT {numbers}{}, {batch}
         FROM temp.union_fresh f JOIN temp.union_incoming i ON i.theirs = f.theirs ORDER BY f.theirs",
        theirs.join(", ")
    ))?;
    union.run(&format!("DROP TABLE IF EXISTS temp.union_{table}"))?;
    union.run(&format!("CREATE TEMP TABLE union_{table} (theirs INTEGER PRIMARY KEY, ours)"))?;
    union.run(&format!(
        "INSERT INTO temp.union_{table} SELECT s.theirs, coalesce(s.ours, f.ours)
         FROM temp.union_staged s LEFT JOIN temp.union_fresh f ON f.k = s.k WHERE NOT s.lost ORDER BY s.theirs"
    ))?;
    Ok(added)
}

/// References into the table itself, now that all of its rows are known.
fn settle_own(union: &Union, shape: &Shape) -> Result<()> {
    let table = &shape.table;
    for (column, _) in shape.references.iter().filter(|(_, parent)| parent == table) {
        union.run(&format!(
            "UPDATE temp.union_incoming SET {column} = {}",
            ours(table, "union_incoming", column)
        ))?;
        union.run(&format!(
            "UPDATE main.{table} SET {column} =
               (SELECT i.{column} FROM temp.union_fresh f JOIN temp.union_incoming i ON i.theirs = f.theirs
                WHERE f.ours = {table}.id)
             WHERE id IN (SELECT ours FROM temp.union_fresh)"
        ))?;
    }
    Ok(())
}

/// Whose word holds of one part of the rows that both programs have; how many rows say something else now. What came is
/// in `union_incoming`, its place here in `map`.
pub(super) fn settle(union: &Union, shape: &Shape, part: &Part, map: &str) -> Result<i64> {
    let (table, batch) = (&shape.table, union.wishes.batch);
    let (mine, theirs) = (shape.rank(part.columns, "m"), shape.rank(part.columns, "i"));
    let member = match (table.as_str(), shape.parent("member")) {
        ("members", _) => "m.id",
        (_, Some("members")) if !part.columns.contains(&"member") => "m.member",
        _ => "NULL",
    };
    let place = shape.place("m");
    // The places of a table without numbers are texts that are made once.
    let known = if shape.is_numbered() {
        format!("main.{table} m ON m.id = x.ours")
    } else {
        format!("(SELECT {place} AS place, m.* FROM main.{table} m) m ON m.place = x.ours")
    };
    let (better, order) = if part.least { ("b < a", "ASC") } else { ("b > a", "DESC") };
    union.make(
        "union_turn",
        &format!(
            "SELECT *, ({better}) AS taken FROM (
               SELECT x.ours AS ours, i.theirs AS theirs, {member} AS member, {} AS mine, {} AS said, {mine} AS a, {theirs} AS b,
                      row_number() OVER (PARTITION BY x.ours ORDER BY {theirs} {order}) AS nth
               FROM temp.{map} x JOIN temp.union_incoming i ON i.theirs = x.theirs JOIN {known} WHERE NOT i.lost)
             WHERE nth = 1 AND a <> b AND trim(b, char(31)) <> ''",
            told(part.columns, "m"),
            told(part.columns, "i"),
        ),
    )?;
    union.run("CREATE INDEX temp.union_turn_ours ON union_turn (ours)")?;
    say_again(union, shape, part, map, &known)?;
    let listed = if part.least { "0" } else { "trim(a, char(31)) <> ''" };
    union.run(&format!(
        "INSERT INTO main.revisions (batch, kind, row, member, part, ours, theirs, taken, listed)
         SELECT {batch}, '{table}', ours, member, '{}', mine, said, taken, {listed} FROM temp.union_turn
         WHERE taken OR {listed} ORDER BY ours",
        part.columns[0]
    ))?;
    let set: Vec<String> = part
        .columns
        .iter()
        .map(|column| {
            format!(
                "{column} = (SELECT i.{column} FROM temp.union_turn u JOIN temp.union_incoming i ON i.theirs = u.theirs
                             WHERE u.ours = {})",
                shape.place(table)
            )
        })
        .collect();
    if union.number("SELECT count(*) FROM temp.union_turn WHERE taken")? == 0 {
        return Ok(0);
    }
    union.run(&format!(
        "UPDATE main.{table} SET {} WHERE {} IN (SELECT ours FROM temp.union_turn WHERE taken)",
        set.join(", "),
        shape.place(table)
    ))
}

/// Where both say the same since an earlier merge said it, this one says it too.
fn say_again(union: &Union, shape: &Shape, part: &Part, map: &str, known: &str) -> Result<()> {
    let (table, batch, name) = (&shape.table, union.wishes.batch, part.columns[0]);
    let earlier = union.number(&format!(
        "SELECT count(*) FROM main.revisions WHERE kind = '{table}' AND part = '{name}' AND taken"
    ))?;
    if earlier == 0 {
        return Ok(());
    }
    union
        .run(&format!(
            "INSERT INTO main.revisions (batch, kind, row, member, part, ours, theirs, taken, listed)
             SELECT DISTINCT {batch}, '{table}', r.row, r.member, '{name}', r.ours, r.theirs, 1, 0
             FROM main.revisions r JOIN temp.{map} x ON CAST(x.ours AS TEXT) = r.row
             JOIN temp.union_incoming i ON i.theirs = x.theirs JOIN {known}
             WHERE r.kind = '{table}' AND r.part = '{name}' AND r.taken AND r.batch <> {batch}
               AND r.theirs = {} AND {} = {}",
            told(part.columns, "m"),
            shape.rank(part.columns, "m"),
            shape.rank(part.columns, "i"),
        ))
        .map(drop)
}

/// Rows that come with a row of another table, where that is new.
pub(super) fn children(union: &Union, table: &str, parent: &str, column: &str) -> Result<Count> {
    let shape = Shape::of(union.store, table)?;
    let rows = union.number(&format!("SELECT count(*) FROM other.{table}"))?;
    let theirs: Vec<String> = shape
        .columns
        .iter()
        .map(|known| match (table, known.as_str()) {
            (_, known) if known == column => "x.ours".into(),
            ("handbook_items", "item") => item("c.item"),
            _ => format!("c.{known}"),
        })
        .collect();
    let kept =
        if table == "handbook_items" { format!("AND {} IS NOT NULL", item("c.item")) } else { String::new() };
    let added = union.run(&format!(
        "INSERT INTO main.{table} ({}) SELECT {} FROM temp.union_{parent} x CROSS JOIN other.{table} c ON c.{column} = x.theirs
         WHERE x.ours > {} {kept}",
        shape.columns.join(", "),
        theirs.join(", "),
        last_before(union, parent)?
    ))?;
    let aside = union.number(&format!(
        "SELECT count(*) FROM other.{table} c JOIN other.{parent} p ON p.id = c.{column}
         WHERE p.member NOT IN (SELECT theirs FROM temp.union_members)"
    ))?;
    Ok(Count::of(table, rows, added, 0, aside))
}

/// The last row a table had before this batch: its rows are the last ones.
fn last_before(union: &Union, table: &str) -> Result<i64> {
    union.number(&format!(
        "SELECT coalesce((SELECT min(id) FROM main.{table} WHERE batch = {}) - 1, (SELECT max(id) FROM main.{table}), 0)",
        union.wishes.batch
    ))
}

/// What a part of a handbook is called: by the number of an item, or of a link, code or answer, where it has one.
fn item(item: &str) -> String {
    let number = |from: &str| format!("CAST(substr({item}, length('{from}') + 1) AS INTEGER)");
    let of = |from: &str, table: &str| {
        format!(
            "WHEN {item} GLOB '{from}[0-9]*' AND substr({item}, length('{from}') + 1) NOT GLOB '*[^0-9]*'
             THEN (SELECT '{from}' || ours FROM temp.union_{table} WHERE theirs = {})",
            number(from)
        )
    };
    format!(
        "CASE {} {} {} {} ELSE {item} END",
        of("", "items"),
        of("link:", "links"),
        of("code:", "codes"),
        of("faq:", "faq")
    )
}
