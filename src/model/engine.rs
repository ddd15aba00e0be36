//! The engines a program is handed over to.

use clap::ValueEnum;

/// A warehouse that takes the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// `PostgreSQL` 12 or newer, one server or sharded.
    Postgres,
    /// Apache Spark 3.4 or newer.
    Spark,
    /// `DuckDB` 1.0 or newer.
    Duckdb,
}

impl Engine {
    /// All of them, in the order they are listed to people.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::Spark, Self::Duckdb];

    /// The word after `--to`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Spark => "spark",
            Self::Duckdb => "duckdb",
        }
    }
}
