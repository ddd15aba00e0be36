//! Answers to the statements, as the scoring reads them.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;
use std::collections::BTreeMap;

/// A person, the answer by statement number, and the forced choice.
pub type Take = (i64, BTreeMap<i64, i64>, Option<String>);

/// Each person's latest answers by a day, in order of person.
pub fn latest(store: &Store, as_of: Day) -> Result<Vec<Take>> {
    let mut query = store.conn.prepare(
        "WITH newest AS (
           SELECT c.person AS person, t.id AS id, t.choice AS choice,
                  row_number() OVER (PARTITION BY c.person ORDER BY t.day DESC, t.id DESC) AS place
           FROM survey_takes t JOIN counted c ON c.member = t.member WHERE t.replaced_by IS NULL AND t.day <= ?1)
         SELECT n.person, n.choice, a.statement, a.answer FROM newest n LEFT JOIN survey_answers a ON a.take = n.id
         WHERE n.place = 1 ORDER BY n.person, a.statement",
    )?;
    let mut rows = query.query([as_of.0])?;
    let mut forms: Vec<Take> = Vec::new();
    while let Some(row) = rows.next()? {
        let person: i64 = row.get(0)?;
        if forms.last().is_none_or(|form| form.0 != person) {
            forms.push((person, BTreeMap::new(), row.get(1)?));
        }
        if let (Some(statement), Some(answer), Some(form)) = (row.get(2)?, row.get(3)?, forms.last_mut()) {
            form.1.insert(statement, answer);
        }
    }
    Ok(forms)
}
