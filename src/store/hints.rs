//! What a word that is being typed may become: members and briefs, looked up while the shell waits.

use super::Store;
use anyhow::Result;

/// A member by what they are typed as, and what they are called.
pub type Hint = (String, String);

/// Members of whom a name, an address or a handle begins with `start`, at most `most`.
pub fn members(store: &Store, start: &str, most: usize) -> Result<Vec<Hint>> {
    let mut query = store.conn.prepare(
        "WITH called AS (SELECT m.person AS person, i.member AS member,
                  CASE WHEN i.platform = 'email' THEN coalesce(i.shown, i.value) ELSE i.platform || ':' || i.value END AS typed,
                  i.platform <> 'email' AS rank, i.value AS value
           FROM identities i JOIN members m ON m.id = i.member)
         SELECT typed, coalesce((SELECT f.value FROM facts f WHERE f.member = c.person AND f.field = 'name'
                                 ORDER BY f.day DESC, f.id DESC LIMIT 1), '')
         FROM called c
         WHERE substr(lower(typed), 1, length(?1)) = ?1 OR substr(lower(value), 1, length(?1)) = ?1
            OR member IN (SELECT member FROM facts WHERE field = 'name' AND substr(lower(value), 1, length(?1)) = ?1)
         ORDER BY rank, typed LIMIT ?2",
    )?;
    let rows = query.query_map(rusqlite::params![start.to_lowercase(), most as i64], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let mut hints: Vec<Hint> = rows.collect::<Result<_, _>>()?;
    // Who has nothing but a name is typed by it, or by number.
    let mut query = store.conn.prepare(
        "SELECT DISTINCT f.value, CAST(m.person AS TEXT) FROM facts f JOIN members m ON m.id = f.member
         WHERE f.field = 'name' AND substr(lower(f.value), 1, length(?1)) = ?1 AND f.value <> ''
           AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.member = f.member)
         ORDER BY 1 LIMIT ?2",
    )?;
    let rows = query.query_map(rusqlite::params![start.to_lowercase(), most as i64], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    for hint in rows {
        let (name, number): Hint = hint?;
        hints.push(if name.contains(char::is_whitespace) { (number, name) } else { (name, String::new()) });
    }
    Ok(hints)
}

/// Briefs whose number begins with `start`, the newest first, with their titles.
pub fn briefs(store: &Store, start: &str, most: usize) -> Result<Vec<Hint>> {
    let mut query = store.conn.prepare(
        "SELECT CAST(id AS TEXT), title FROM briefs WHERE substr(CAST(id AS TEXT), 1, length(?1)) = ?1
         ORDER BY id DESC LIMIT ?2",
    )?;
    let rows =
        query.query_map(rusqlite::params![start, most as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
