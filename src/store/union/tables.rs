//! The table of tables: for each what makes two rows one, and whose word holds where two programs say different things.
//!
//! Columns that point into other tables are known from the schema. A table that is not in here fails a test; only what is
//! made from rows of others (`settled`) need not be.

use super::super::keys;

/// How the rows of a table are taken in.
pub(super) enum How {
    /// They stay each file's own.
    Own,
    /// Members and identities: `people.rs`.
    People,
    /// What was written down by hand, known by what it says.
    Written(Written),
    /// Observations of which the newest holds.
    Dated(Dated),
    /// What imports bring, known by its natural key.
    Imported(Imported),
    /// Rows of another table's row, which come with it.
    With { parent: &'static str, column: &'static str },
    /// Taken in with others.
    Apart,
}

/// What was written down by hand.
pub(super) struct Written {
    /// Columns that make two rows one.
    pub key: &'static [&'static str],
    /// Whether the table has no two rows of one key; else the second of them is the other program's second.
    pub unique: bool,
    /// What may differ, in parts that stay together.
    pub parts: &'static [Part],
}

/// Columns of which one program's word holds.
pub(super) struct Part {
    /// Its columns; the first that differs decides.
    pub columns: &'static [&'static str],
    /// Whether the lesser word holds (an earlier day) instead of the greater one (a later day, or anything over nothing).
    pub least: bool,
}

/// Observations of which the newest holds.
pub(super) struct Dated {
    /// Whose they are.
    pub owner: &'static str,
    /// Where all of them are read from.
    pub relation: &'static str,
    /// Columns that tell of what they are.
    pub line: &'static [&'static str],
    /// What they say; of one day the greater one holds, by the first column that differs.
    pub content: &'static [&'static str],
}

/// What imports bring.
pub(super) struct Imported {
    /// Whose keys.
    pub keys: keys::Table,
    /// What a newer version may say otherwise, by weight; nothing where rows have no versions.
    pub content: &'static [&'static str],
    /// Whether the version that was learnt last holds; else the greater one.
    pub timed: bool,
}

const fn most(columns: &'static [&'static str]) -> Part {
    Part { columns, least: false }
}

const fn least(columns: &'static [&'static str]) -> Part {
    Part { columns, least: true }
}

const fn written(key: &'static [&'static str], parts: &'static [Part]) -> How {
    How::Written(Written { key, unique: false, parts })
}

const fn unique(key: &'static [&'static str], parts: &'static [Part]) -> How {
    How::Written(Written { key, unique: true, parts })
}

const fn dated(
    owner: &'static str,
    relation: &'static str,
    line: &'static [&'static str],
    content: &'static [&'static str],
) -> How {
    How::Dated(Dated { owner, relation, line, content })
}

const fn imported(keys: keys::Table, content: &'static [&'static str], timed: bool) -> How {
    How::Imported(Imported { keys, content, timed })
}

/// Stands for the answers of a take among its columns.
pub(super) const ANSWERS: &str = "answers";

/// What may differ of members: since when they are known, and whether they are staff or bots.
pub(super) const MEMBER_DAY: Part = least(&["day"]);
pub(super) const MEMBER_STANDING: Part = most(&["standing"]);

/// Every table, those that others point into first.
pub(super) const TABLES: [(&str, How); 58] = [
    ("members", How::People),
    ("identities", How::People),
    ("wordings", unique(&["phrases"], &[])),
    (
        "items",
        written(
            &["kind", "title", "platform", "persona", "lang", "day"],
            &[
                most(&["body"]),
                most(&["url"]),
                most(&["file"]),
                most(&["role", "subject"]),
                most(&["licence"]),
                most(&["expires_day"]),
                most(&["successor"]),
                most(&["removed_day"]),
            ],
        ),
    ),
    (
        "briefs",
        written(
            &["kind", "title", "at", "day"],
            &[
                most(&["body"]),
                most(&["url"]),
                most(&["audience"]),
                most(&["embargo_at"]),
                most(&["closed_day"]),
                most(&["withdrawn_day", "withdrawn_why"]),
            ],
        ),
    ),
    (
        "links",
        unique(
            &["address"],
            &[
                least(&["day"]),
                most(&["url"]),
                most(&["member", "target", "brief"]),
                most(&["retired_day", "retired_why"]),
            ],
        ),
    ),
    ("codes", written(&["member", "code"], &[least(&["from_day"]), most(&["to_day", "retired_why"])])),
    ("facts", dated("member", "facts", &["field"], &["value"])),
    ("tags", unique(&["member", "tag"], &[least(&["day"])])),
    ("notes", written(&["member", "at", "day", "text"], &[])),
    ("stages", dated("member", "stages", &[], &["at", "stage", "until_day", "why"])),
    ("consents", dated("member", "consents", &["purpose"], &["at", "given", "source"])),
    (
        "responses",
        imported(keys::Table::Responses, &["at", "day", "score", "comment", "low", "high", "kind"], false),
    ),
    ("activities", imported(keys::Table::Activities, &[], false)),
    ("reaches", dated("activity", "snapshots", &[], &["reach", "impressions", "engagements", "grade"])),
    ("usage", imported(keys::Table::Usage, &["day", "amount"], false)),
    ("rollups", imported(keys::Table::Rollups, &["acts"], true)),
    ("audiences", imported(keys::Table::Audiences, &[], false)),
    ("clicks", imported(keys::Table::Clicks, &["clicks", "at", "day"], false)),
    (
        "conversions",
        imported(
            keys::Table::Conversions,
            &[
                "state", "won_day", "stage", "amount", "refunded", "currency", "code", "heard", "title",
                "at", "day",
            ],
            true,
        ),
    ),
    ("survey_takes", imported(keys::Table::SurveyTakes, &["at", "day", "choice", ANSWERS], false)),
    ("survey_answers", How::With { parent: "survey_takes", column: "take" }),
    ("signups", imported(keys::Table::Signups, &[], false)),
    ("reactions", written(&["activity", "at", "day", "who", "place", "text"], &[])),
    ("promotions", written(&["activity", "at", "day", "place", "who"], &[])),
    (
        "invitations",
        written(
            &["member", "at", "day"],
            &[
                most(&["kickoff_at"]),
                most(&["drawn"]),
                most(&["reminded_day"]),
                most(&["answered_day", "answer"]),
            ],
        ),
    ),
    (
        "questions",
        written(
            &["member", "at", "day", "text"],
            &[most(&["owner"]), most(&["answered_at", "answered_day", "answer"])],
        ),
    ),
    (
        "faq",
        written(
            &["asked", "platform", "persona", "lang", "day"],
            &[most(&["answer"]), most(&["question"]), most(&["expires_day"]), most(&["removed_day"])],
        ),
    ),
    ("handbooks", written(&["member", "at", "day"], &[])),
    ("handbook_items", How::With { parent: "handbooks", column: "handbook" }),
    (
        "sends",
        unique(
            &["brief", "member"],
            &[
                least(&["at", "day", "link", "mark", "wording", "marks", "channel"]),
                most(&["acked_day"]),
                most(&["lifted_day"]),
            ],
        ),
    ),
    (
        "asks",
        written(
            &["member", "kind", "text", "who", "brief", "at", "day"],
            &[
                most(&["due_day"]),
                most(&["answered_day", "answer", "answer_text"]),
                most(&["outcome_day", "outcome"]),
                most(&["told_day"]),
            ],
        ),
    ),
    ("gives", written(&["member", "kind", "text", "who", "at", "day"], &[])),
    (
        "needs",
        written(
            &["member", "at", "day", "text"],
            &[most(&["owner"]), most(&["due_day"]), most(&["done_day", "outcome"])],
        ),
    ),
    ("heard_decisions", unique(&["answer"], &[most(&["day", "verdict", "member"])])),
    ("segments", unique(&["name"], &[most(&["day", "filter"])])),
    ("rates", unique(&["currency", "day"], &[most(&["rate", "source"])])),
    ("distinctions", unique(&["one", "other"], &[least(&["day", "why"])])),
    // Made again by people.rs, so that they settle what differs.
    ("merges", How::Apart),
    ("merged_members", How::Apart),
    ("settlements", How::Apart),
    // With the record they stand for.
    ("row_keys", How::Apart),
    // By erased.rs: they are keyed.
    ("erasures", How::Apart),
    // What this program is called, counts in and speaks.
    ("settings", How::Own),
    // How this program ranks.
    ("weight_versions", How::Own),
    ("weights", How::Own),
    // What one manager put off.
    ("snoozes", How::Own),
    // What was seen of this file on a day.
    ("maturity", How::Own),
    // What was done in this file.
    ("log", How::Own),
    // What was imported here; the other program is one batch.
    ("batches", How::Own),
    // Receipts.
    ("batch_reasons", How::Own),
    ("receipts", How::Own),
    // How files were read here.
    ("readings", How::Own),
    // Which batch said what again here.
    ("seen", How::Own),
    ("seen_tags", How::Own),
    // Receipts.
    ("merged_tables", How::Own),
    ("revisions", How::Own),
    // With the versions it orders.
    ("learnt", How::Apart),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use std::collections::BTreeSet;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("program.db");
        Store::create(&path, |_| Ok(())).expect("a program");
        let store = Store::open(&path).expect("opens");
        (folder, store)
    }

    fn names(store: &Store, sql: &str) -> BTreeSet<String> {
        let mut query = store.conn.prepare(sql).expect("reads");
        query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads")
    }

    #[test]
    fn every_table_of_the_schema_is_decided() {
        let (_folder, store) = store();
        let there = names(
            &store,
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'settled%' AND name NOT LIKE 'sqlite%'",
        );
        let decided: BTreeSet<String> = TABLES.iter().map(|(name, _)| (*name).to_string()).collect();
        assert_eq!(decided.len(), TABLES.len(), "a table stands there twice");
        assert_eq!(decided, there);
    }

    #[test]
    fn every_column_of_a_table_is_decided() {
        let (_folder, store) = store();
        for (table, how) in &TABLES {
            let mut decided: Vec<&str> = match how {
                How::Written(written) => {
                    let parts = written.parts.iter().flat_map(|part| part.columns);
                    written.key.iter().chain(parts).copied().collect()
                }
                How::Dated(dated) => {
                    dated.line.iter().chain(dated.content).copied().chain([dated.owner, "day"]).collect()
                }
                _ => continue,
            };
            decided.extend(["id", "batch"]);
            let decided: BTreeSet<String> = decided.into_iter().map(str::to_string).collect();
            let there = names(&store, &format!("SELECT name FROM pragma_table_info('{table}')"));
            let forgotten: Vec<&String> = there.difference(&decided).collect();
            assert!(forgotten.is_empty(), "{table}: {forgotten:?}");
            let gone: Vec<&String> = decided.difference(&there).filter(|column| *column != "id").collect();
            assert!(gone.is_empty(), "{table}: {gone:?}");
        }
    }

    #[test]
    fn parents_stand_before_their_children() {
        let (_folder, store) = store();
        let place = |name: &str| TABLES.iter().position(|(table, _)| *table == name);
        for (at, (table, how)) in TABLES.iter().enumerate() {
            if !matches!(how, How::Written(_) | How::Dated(_) | How::Imported(_) | How::With { .. }) {
                continue;
            }
            let sql = format!(
                "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list('{table}') WHERE \"table\" NOT IN ('batches', '{table}')"
            );
            for parent in names(&store, &sql) {
                assert!(place(&parent) < Some(at), "{parent} before {table}");
            }
        }
    }
}
