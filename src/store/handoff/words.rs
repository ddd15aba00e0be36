//! Declarations and load scripts in an engine's own words.

use super::schema::{Column, Holds, Table};
use crate::model::engine::Engine;

/// What Spark takes for nothing in a file: a sign that nobody writes, so that an empty text stays one.
pub const NOTHING: &str = "\u{e000}nothing\u{e000}";

/// A name as the engine quotes it.
pub fn name(engine: Engine, name: &str) -> String {
    match engine {
        Engine::Spark => format!("`{name}`"),
        Engine::Postgres | Engine::Duckdb => format!("\"{name}\""),
    }
}

fn names(engine: Engine, all: &[String]) -> String {
    all.iter().map(|one| name(engine, one)).collect::<Vec<_>>().join(", ")
}

/// The engine's type for what a column holds.
pub fn holds(engine: Engine, holds: Holds) -> &'static str {
    match (holds, engine) {
        (Holds::Whole, _) => "BIGINT",
        (Holds::Real, Engine::Postgres) => "DOUBLE PRECISION",
        (Holds::Real, _) => "DOUBLE",
        (Holds::Text, Engine::Spark) => "STRING",
        (Holds::Text, Engine::Duckdb) => "VARCHAR",
        (Holds::Text, Engine::Postgres) => "TEXT",
    }
}

fn column(engine: Engine, column: &Column) -> String {
    let required = if column.required { " NOT NULL" } else { "" };
    format!("    {} {}{required}", name(engine, &column.name), holds(engine, column.holds))
}

/// The statements that make the tables. `PostgreSQL` gets keys afterwards ([`keys`]), which is quicker; `DuckDB` must have them
/// here, but for those that point into their own table; Spark has none, and is asked instead.
pub fn schema(engine: Engine, tables: &[Table]) -> String {
    let mut sql = String::new();
    for table in tables {
        let mut lines: Vec<String> = table.columns.iter().map(|one| column(engine, one)).collect();
        if engine != Engine::Spark {
            lines.extend(table.checks.iter().map(|check| format!("    CHECK ({check})")));
        }
        if engine == Engine::Duckdb {
            lines.push(format!("    PRIMARY KEY ({})", names(engine, &table.key)));
            lines.extend(
                table.unique.iter().map(|columns| format!("    UNIQUE ({})", names(engine, columns))),
            );
            let elsewhere = table.references.iter().filter(|reference| reference.table != table.name);
            lines.extend(elsewhere.map(|one| {
                let (from, to) = (name(engine, &one.column), name(engine, &one.to));
                format!("    FOREIGN KEY ({from}) REFERENCES {} ({to})", name(engine, &one.table))
            }));
        }
        let end = if engine == Engine::Spark { ") USING parquet;\n\n" } else { ");\n\n" };
        sql.push_str(&format!("CREATE TABLE {} (\n{}\n{end}", name(engine, &table.name), lines.join(",\n")));
    }
    sql.trim_end().to_string() + "\n"
}

/// What `PostgreSQL` is given when the rows are in: keys, indexes, foreign keys.
pub fn keys(tables: &[Table]) -> String {
    let engine = Engine::Postgres;
    let mut sql = String::new();
    for table in tables {
        let own = name(engine, &table.name);
        sql.push_str(&format!("ALTER TABLE {own} ADD PRIMARY KEY ({});\n", names(engine, &table.key)));
        for columns in &table.unique {
            sql.push_str(&format!("ALTER TABLE {own} ADD UNIQUE ({});\n", names(engine, columns)));
        }
        for index in &table.indexes {
            sql.push_str(&format!("{index};\n"));
        }
    }
    for table in tables {
        for one in &table.references {
            let action = if one.on_delete == "NO ACTION" { "" } else { one.on_delete.as_str() };
            let action = if action.is_empty() { String::new() } else { format!(" ON DELETE {action}") };
            sql.push_str(&format!(
                "ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({}){action} DEFERRABLE INITIALLY IMMEDIATE;\n",
                name(engine, &table.name),
                name(engine, &one.column),
                name(engine, &one.table),
                name(engine, &one.to)
            ));
        }
    }
    sql
}

/// How a view begins. Spark forgets its tables when a session ends, and views with them.
fn view_of(engine: Engine) -> &'static str {
    if engine == Engine::Spark { "CREATE OR REPLACE TEMPORARY VIEW" } else { "CREATE VIEW" }
}

/// A query as a view.
pub fn view(engine: Engine, called: &str, query: &str) -> String {
    format!("{} {called} AS\n{};\n", view_of(engine), query.trim_end())
}

/// A view as the program file declares it.
pub fn own_view(engine: Engine, sql: &str) -> String {
    format!("{};\n", sql.replacen("CREATE VIEW", view_of(engine), 1))
}

/// The columns of a table and their types, as Spark reads files by.
pub fn columns(engine: Engine, table: &Table) -> String {
    let column = |one: &Column| format!("{} {}", name(engine, &one.name), holds(engine, one.holds));
    table.columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

/// psql's script: all of it, or nothing.
pub fn postgres(load: &str) -> String {
    format!(
        "\\set ON_ERROR_STOP on\nBEGIN;\n\\ir schema.sql\n{load}\\ir keys.sql\n\\ir views.sql\nCOMMIT;\nANALYZE;\n"
    )
}

/// `DuckDB`'s script: all of it, or nothing.
pub fn duckdb(schema: &str, load: &str, views: &str) -> String {
    format!("BEGIN TRANSACTION;\n{schema}\n{load}\n{views}COMMIT;\n")
}

/// The statements that load a table from its files, `longest` bytes being its longest row. Nothing where a script does it.
pub fn load(engine: Engine, table: &Table, files: &[String], longest: usize) -> String {
    let own = name(engine, &table.name);
    match engine {
        // A line that is only \. ends the rows for psql, even within a text: so a backslash is always doubled.
        Engine::Postgres => files
            .iter()
            .map(|file| format!("\\copy {own} FROM '{file}' WITH (FORMAT csv, HEADER true, ESCAPE '\\', ENCODING 'UTF8')\n"))
            .collect(),
        Engine::Duckdb => {
            let columns: Vec<String> = table
                .columns
                .iter()
                .map(|one| format!("'{}': '{}'", one.name, holds(engine, one.holds)))
                .collect();
            let files: Vec<String> = files.iter().map(|file| format!("'{file}'")).collect();
            // DuckDB takes rows of two million bytes unless it is told.
            let longest = if longest > 1_000_000 { format!(", max_line_size = {}", 2 * longest) } else { String::new() };
            format!(
                "INSERT INTO {own} SELECT * FROM read_csv([{}], auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', \
                 nullstr = '', allow_quoted_nulls = false{longest}, columns = {{{}}});\n",
                files.join(", "),
                columns.join(", ")
            )
        }
        Engine::Spark => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::of("t", &[("id", Holds::Whole, true), ("text", Holds::Text, false)]);
        table.checks.push("id > 0".into());
        table
    }

    #[test]
    fn each_engine_has_its_own_words() {
        assert_eq!(
            schema(Engine::Postgres, &[table()]),
            "CREATE TABLE \"t\" (\n    \"id\" BIGINT NOT NULL,\n    \"text\" TEXT,\n    CHECK (id > 0)\n);\n"
        );
        assert_eq!(
            schema(Engine::Spark, &[table()]),
            "CREATE TABLE `t` (\n    `id` BIGINT NOT NULL,\n    `text` STRING\n) USING parquet;\n"
        );
        assert!(schema(Engine::Duckdb, &[table()]).contains("PRIMARY KEY (\"id\")"));
    }

    #[test]
    fn a_long_row_is_announced() {
        assert!(!load(Engine::Duckdb, &table(), &["f".into()], 9).contains("max_line_size"));
        assert!(load(Engine::Duckdb, &table(), &["f".into()], 3_000_000).contains("max_line_size = 6000000"));
    }
}
