//! The question whether everything arrived: how many rows and what they add up to, as found and as expected, side by side.

use super::schema::{Holds, Table};
use super::words::name;
use crate::model::engine::Engine;

/// What the rows of a table add up to: of numbers the sum (of numbers with a fraction, of whole thousandths rounded down), of
/// texts how many there are and how many characters they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// How many rows.
    pub rows: u64,
    /// For each column.
    pub columns: Vec<Sum>,
}

/// What one column adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many rows have a value.
    pub values: u64,
    /// Their sum, or their characters.
    pub sum: i128,
}

impl Sums {
    /// Of no rows.
    pub fn none(table: &Table) -> Self {
        Self { rows: 0, columns: vec![Sum::default(); table.columns.len()] }
    }

    /// As the engine says it: `id=6 name=2/11`.
    fn said(&self, table: &Table) -> String {
        let said = |(column, sum): (&super::schema::Column, &Sum)| {
            if column.holds == Holds::Text {
                format!("{}={}/{}", column.name, sum.values, sum.sum)
            } else {
                format!("{}={}", column.name, sum.sum)
            }
        };
        table.columns.iter().zip(&self.columns).map(said).collect::<Vec<_>>().join(" ")
    }
}

/// The expression that says the same of what the engine holds.
fn asked(engine: Engine, table: &Table) -> String {
    let mut parts = Vec::new();
    for column in &table.columns {
        let own = name(engine, &column.name);
        let space = if parts.is_empty() { "" } else { " " };
        parts.push(format!("'{space}{}='", column.name));
        match column.holds {
            Holds::Text => {
                parts.push(format!("count({own})"));
                parts.push("'/'".into());
                parts.push(format!("coalesce(sum(length({own})), 0)"));
            }
            Holds::Whole => parts.push(format!("coalesce(sum({own}), 0)")),
            Holds::Real => parts.push(format!("coalesce(sum(CAST(floor({own} * 1000) AS BIGINT)), 0)")),
        }
    }
    format!("concat({})", parts.join(", "))
}

/// One line: what was looked at, how many rows, what they add up to, and the verdict.
fn line(what: &str, found_rows: &str, expected_rows: u64, found: &str, expected: &str, from: &str) -> String {
    format!(
        "SELECT '{what}' AS what, {found_rows} AS found_rows, {expected_rows} AS expected_rows,\n       {found} AS found,\n       '{expected}' AS expected\nFROM {from}"
    )
}

/// The statement to run: one line for each table.
pub fn sql(engine: Engine, tables: &[(Table, Sums)]) -> String {
    let mut lines = Vec::new();
    for (table, sums) in tables {
        let own = name(engine, &table.name);
        lines.push(line(&table.name, "count(*)", sums.rows, &asked(engine, table), &sums.said(table), &own));
    }
    statement(&lines)
}

/// The statement that counts what breaks the keys and conditions that the engine does not hold itself, a line for each; none
/// where it holds all of them.
pub fn unheld(engine: Engine, tables: &[Table]) -> Option<String> {
    let lines: Vec<String> = tables.iter().flat_map(|table| broken(engine, table)).collect();
    (!lines.is_empty()).then(|| statement(&lines))
}

fn statement(lines: &[String]) -> String {
    format!(
        "SELECT what, found_rows, expected_rows,\n       CASE WHEN found_rows = expected_rows AND found = expected THEN 'equal' ELSE 'DIFFERENT' END AS verdict, found, expected\nFROM (\n{}\n) AS held\nORDER BY what;\n",
        lines.join("\nUNION ALL\n")
    )
}

/// What the engine does not hold of a table by itself.
fn broken(engine: Engine, table: &Table) -> Vec<String> {
    let (mut lines, own) = (Vec::new(), name(engine, &table.name));
    let none = |what: String, from: String| line(&what, "count(*)", 0, "''", "", &from);
    if engine == Engine::Spark {
        let key = table.key.iter().map(|column| name(engine, column)).collect::<Vec<_>>().join(", ");
        lines.push(none(
            format!("{}: same key twice", table.name),
            format!("(SELECT {key} FROM {own} GROUP BY {key} HAVING count(*) > 1) AS twice"),
        ));
        for (place, check) in (1..).zip(&table.checks) {
            lines.push(none(
                format!("{}: breaks condition {place}", table.name),
                format!("(SELECT 1 AS one FROM {own} WHERE NOT ({check})) AS broken"),
            ));
        }
    }
    let held = |to: &str| engine == Engine::Postgres || (engine == Engine::Duckdb && to != table.name);
    for one in table.references.iter().filter(|one| !held(&one.table)) {
        let (from, to) = (name(engine, &one.column), name(engine, &one.to));
        lines.push(none(
            format!("{}.{}: points at nothing", table.name, one.column),
            format!(
                "(SELECT t.{from} FROM {own} t LEFT JOIN {} o ON o.{to} = t.{from} WHERE t.{from} IS NOT NULL AND o.{to} IS NULL) AS lost",
                name(engine, &one.table)
            ),
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::handoff::schema::Reference;

    #[test]
    fn found_and_expected_are_said_alike() {
        let mut table = Table::of("t", &[("id", Holds::Whole, true), ("name", Holds::Text, false)]);
        let to = Reference {
            column: "id".into(),
            table: "t".into(),
            to: "id".into(),
            on_delete: "NO ACTION".into(),
        };
        table.references.push(to);
        let sums = Sums { rows: 3, columns: vec![Sum { values: 3, sum: 6 }, Sum { values: 2, sum: 11 }] };
        assert_eq!(sums.said(&table), "id=6 name=2/11");
        let sql = sql(Engine::Postgres, &[(table.clone(), sums.clone())]);
        assert!(sql.contains("concat('id=', coalesce(sum(\"id\"), 0), ' name=', count(\"name\"), '/', coalesce(sum(length(\"name\")), 0))"), "{sql}");
        assert_eq!(unheld(Engine::Postgres, &[table.clone()]), None, "PostgreSQL holds all of it");
        let asked = unheld(Engine::Duckdb, &[table.clone()]).expect("a statement");
        assert!(asked.contains("t.id: points at nothing") && !asked.contains("same key twice"), "{asked}");
        assert!(unheld(Engine::Spark, &[table]).expect("a statement").contains("t: same key twice"));
    }
}
