//! Observations of which the newest holds: facts, stages, consents, and how far a contribution went.
//!
//! All that either program knows is kept. Figures take the last row of the last day; where both know something of one day,
//! the greater word is the last, whosever it is.

use super::tables::Dated;
use super::{Count, Shape, Union, said};
use anyhow::Result;

/// A table of observations at work.
struct Work<'a> {
    union: &'a Union<'a>,
    how: &'a Dated,
    shape: Shape,
    /// The last owner there was before.
    owners: i64,
}

/// Takes in a table.
pub(super) fn take(union: &Union, table: &str, how: &Dated) -> Result<Count> {
    let owners = match how.owner {
        "member" => union.members,
        _ => union.number("SELECT ours FROM temp.union_last_act")?,
    };
    let work = Work { union, how, shape: Shape::of(union.store, table)?, owners };
    work.read()?;
    let rows = union.number(&format!("SELECT count(*) FROM other.{table}"))?;
    let aside = union.number("SELECT count(*) FROM temp.union_incoming WHERE lost")?;
    let base = super::super::rows::last(union.store, table)?;
    union.make(
        "union_fresh",
        &format!(
            "SELECT {base} + row_number() OVER (ORDER BY i.theirs) AS ours, {} AS owner, i.* FROM temp.union_incoming i
             WHERE NOT i.lost AND (i.{} > {owners} OR NOT EXISTS (SELECT 1 FROM {} WHERE {}))",
            work.person("i"),
            how.owner,
            work.relation(),
            work.alike("i", how.content),
        ),
    )?;
    work.find_ties()?;
    if how.owner == "member" {
        work.list()?;
    }
    let added = work.add()?;
    work.settle_ties()?;
    work.say_again()?;
    // Counts that stand in an act's own row are no rows of this table.
    Ok(Count::of(table, rows.max(added + aside), added, 0, aside))
}

impl Work<'_> {
    fn relation(&self) -> String {
        format!("main.{} r", self.how.relation)
    }

    fn person(&self, alias: &str) -> String {
        self.shape.meant(self.how.owner, alias)
    }

    /// That a row `r` here is of the same owner, line and day as one that came, and says the same in these columns.
    fn alike(&self, alias: &str, content: &[&str]) -> String {
        let owner = self.how.owner;
        let same = |column: &&str| format!("r.{column} IS {alias}.{column}");
        let mut all = vec![match owner {
            "member" => format!("r.member IN ({})", rows_of(&self.person(alias))),
            _ => format!("r.{owner} = {alias}.{owner}"),
        }];
        all.extend(self.how.line.iter().map(same));
        all.push(format!("r.day = {alias}.day"));
        all.extend(content.iter().map(same));
        all.join(" AND ")
    }

    /// The other program's rows. What merges settled there is settled anew here.
    fn read(&self) -> Result<()> {
        let table = &self.shape.table;
        let mut select = format!(
            "SELECT t.id AS theirs, {}, ({}) AS lost FROM other.{table} t",
            self.shape.translated("t"),
            self.shape.lost("t", &[self.how.owner])
        );
        if matches!(table.as_str(), "stages" | "consents") {
            select.push_str(&format!(
                " WHERE t.id NOT IN (SELECT row FROM other.settlements WHERE kind = '{table}')"
            ));
        }
        if table == "reaches" {
            // The first counts of an act stand in its own row; those of a new act came with it.
            select.push_str(&format!(
                " UNION ALL SELECT -t.id, x.ours, t.grade, t.counted_day, t.reach, t.impressions, t.engagements, 0
                 FROM temp.union_activities x CROSS JOIN other.activities t ON t.id = x.theirs JOIN main.activities a ON a.id = x.ours
                 WHERE x.ours <= {} AND t.grade IS NOT NULL
                   AND (a.grade, a.counted_day, a.reach, a.impressions, a.engagements)
                       IS NOT (t.grade, t.counted_day, t.reach, t.impressions, t.engagements)",
                self.owners
            ));
        }
        self.union.make("union_incoming", &select)
    }

    fn group(&self, alias: &str) -> String {
        let one = |column: &&str| format!("{alias}.{column}");
        std::iter::once(format!("{alias}.owner"))
            .chain(self.how.line.iter().map(one))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// That two tables tell of the same owner and line.
    fn same_line(&self, one: &str, other: &str) -> String {
        let same = |column: &&str| format!("{one}.{column} IS {other}.{column}");
        std::iter::once(format!("{one}.owner = {other}.owner"))
            .chain(self.how.line.iter().map(same))
            .collect::<Vec<_>>()
            .join(" AND ")
    }

    /// A row here of the same owner and line as one of `alias`.
    fn here(&self, alias: &str) -> String {
        let same = |column: &&str| format!("r.{column} IS {alias}.{column}");
        let owner = match self.how.owner {
            "member" => format!("r.member IN ({})", rows_of(&format!("{alias}.owner"))),
            column => format!("r.{column} = {alias}.owner"),
        };
        std::iter::once(owner).chain(self.how.line.iter().map(same)).collect::<Vec<_>>().join(" AND ")
    }

    /// The days of which both programs know something, and something new came: what the last row of each says.
    fn find_ties(&self) -> Result<()> {
        let line: String = self.how.line.iter().map(|column| format!(", f.{column}")).collect();
        let last = |column: &str| {
            format!(
                "(SELECT r.{column} FROM {} WHERE {} AND r.day = f.day ORDER BY r.id DESC LIMIT 1)",
                self.relation(),
                self.here("f")
            )
        };
        let content: String =
            self.how.content.iter().map(|column| format!(", {} AS {column}", last(column))).collect();
        self.union.run("CREATE INDEX temp.union_fresh_owner ON union_fresh (owner, day)")?;
        self.union.make(
            "union_ties",
            &format!(
                "SELECT * FROM (SELECT f.owner, f.owner AS {owner}{line}, f.day, {} AS mine{content}
                 FROM (SELECT DISTINCT {}, f.day FROM temp.union_fresh f WHERE f.{owner} <= {}) f)
                 WHERE mine IS NOT NULL",
                last("id"),
                self.group("f"),
                self.owners,
                owner = self.how.owner,
            ),
        )
    }

    fn add(&self) -> Result<i64> {
        let all = self.shape.columns.join(", ");
        self.union.run(&format!(
            "INSERT INTO main.{} (id, {all}, batch) SELECT ours, {all}, {} FROM temp.union_fresh ORDER BY ours",
            self.shape.table, self.union.wishes.batch
        ))
    }

    /// Where the last row of a day is not the one that holds, that one is said again.
    fn settle_ties(&self) -> Result<()> {
        let (union, table, batch) = (self.union, &self.shape.table, self.union.wishes.batch);
        if union.number("SELECT count(*) FROM temp.union_ties")? == 0 {
            return Ok(());
        }
        let owner = self.how.owner;
        union.run(&format!("CREATE INDEX temp.union_incoming_owner ON union_incoming ({owner}, day)"))?;
        let owners = if owner == "member" { rows_of("t.owner") } else { "t.owner".into() };
        let line: String =
            self.how.line.iter().map(|column| format!("AND i.{column} IS t.{column} ")).collect();
        union.make(
            "union_last",
            &format!(
                "SELECT t.*,
                   (SELECT i.theirs FROM temp.union_incoming i WHERE i.{owner} IN ({owners}) AND i.day = t.day AND NOT i.lost {line}
                    ORDER BY i.theirs DESC LIMIT 1) AS theirs,
                   (SELECT max(f.ours) FROM temp.union_fresh f WHERE {} AND f.day = t.day) AS now
                 FROM temp.union_ties t",
                self.same_line("f", "t")
            ),
        )?;
        let rank = |alias: &str| self.shape.rank(self.how.content, alias);
        union.make(
            "union_held",
            &format!(
                "SELECT l.*, {} AS a, {} AS b, {} AS c FROM temp.union_last l
                 JOIN temp.union_incoming i ON i.theirs = l.theirs JOIN temp.union_fresh f ON f.ours = l.now",
                rank("l"),
                rank("i"),
                rank("f"),
            ),
        )?;
        let columns = |alias: &str| {
            let one = |column: &String| format!("{alias}.{column}");
            self.shape.columns.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        union
            .run(&format!(
                "INSERT INTO main.{table} ({}, batch)
                 SELECT {}, {batch} FROM temp.union_held h WHERE h.a >= h.b AND h.c <> h.a
                 UNION ALL
                 SELECT {}, {batch} FROM temp.union_held h JOIN temp.union_incoming i ON i.theirs = h.theirs
                 WHERE h.a < h.b AND h.c <> h.b",
                self.shape.columns.join(", "),
                columns("h"),
                columns("i"),
            ))
            .map(drop)
    }

    /// Lists where the newest word of the other program is news, and another one than the newest here.
    fn list(&self) -> Result<()> {
        let (union, table) = (self.union, &self.shape.table);
        union.make(
            "union_news",
            &format!(
                "SELECT {}, max(f.day * 4294967296 + f.theirs) AS newest, f.theirs AS theirs FROM temp.union_fresh f
                 WHERE f.{} <= {} GROUP BY {}",
                self.group("f"),
                self.how.owner,
                self.owners,
                self.group("f")
            ),
        )?;
        if union.number("SELECT count(*) FROM temp.union_news")? == 0 {
            return Ok(());
        }
        let owner = self.person("i");
        let same: String =
            self.how.line.iter().map(|column| format!("AND n.{column} IS i.{column} ")).collect();
        // What they say last may be known here, and what is new of old.
        union.run(&format!(
            "DELETE FROM temp.union_news WHERE rowid IN (
               SELECT n.rowid FROM temp.union_incoming i CROSS JOIN temp.union_news n ON n.owner = {owner} {same}
               WHERE NOT i.lost AND i.day * 4294967296 + i.theirs > n.newest)"
        ))?;
        let part = self.how.line.first().map_or_else(|| format!("'{table}'"), |column| format!("n.{column}"));
        let rank = |alias: &str| self.shape.rank(self.how.content, alias);
        union
            .run(&format!(
                "INSERT INTO main.revisions (batch, kind, member, part, ours, theirs, taken, listed)
                 SELECT {}, '{table}', n.owner, {part}, {}, {},
                        i.day > r.day OR (i.day = r.day AND {} > {}), 1
                 FROM temp.union_news n JOIN temp.union_fresh i ON i.theirs = n.theirs
                 JOIN {} ON r.id = (SELECT r.id FROM {} WHERE {} ORDER BY r.day DESC, r.id DESC LIMIT 1)
                 WHERE {} <> {} ORDER BY n.owner, 4",
                union.wishes.batch,
                said_of(table, "r"),
                said_of(table, "i"),
                rank("i"),
                rank("r"),
                self.relation(),
                self.relation(),
                self.here("n"),
                said_what(table, "i"),
                said_what(table, "r"),
            ))
            .map(drop)
    }

    fn say_again(&self) -> Result<()> {
        let (union, table, batch) = (self.union, &self.shape.table, self.union.wishes.batch);
        said::again(
            union,
            table,
            &format!(
                "SELECT DISTINCT ours FROM (
                   SELECT (SELECT r.id FROM main.{table} r WHERE {} AND r.batch IS NOT NULL AND r.batch <> {batch} LIMIT 1) AS ours
                   FROM temp.union_incoming i WHERE NOT i.lost AND i.{} <= {}) WHERE ours IS NOT NULL",
                self.alike("i", self.how.content),
                self.how.owner,
                self.owners
            ),
        )
    }
}

/// The member rows of a person.
fn rows_of(person: &str) -> String {
    format!("SELECT {person} UNION SELECT id FROM main.members WHERE person = {person} AND person <> id")
}

/// What an observation says, as a person reads it: the day, and what.
fn said_of(table: &str, alias: &str) -> String {
    format!("json_object('day', {alias}.day, 'says', {})", said_what(table, alias))
}

fn said_what(table: &str, alias: &str) -> String {
    match table {
        "facts" => format!("{alias}.value"),
        "consents" => format!("iif({alias}.given, 'yes', 'no')"),
        _ => format!("{alias}.stage"),
    }
}
