//! People as the commands see them: member rows after merges, with what is known of them on a day.

use super::rows::Rows;
use super::{Store, called, newest, rows_of, stages};
use crate::model::identity::{EMAIL, Identity};
use crate::model::stage::Stage;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{OptionalExtension, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Up to so many people, looking each up is quicker than reading everyone.
const FEW: usize = 10_000;

/// One person on a day.
#[derive(Debug, Clone)]
pub struct Person {
    /// The member's id.
    pub id: i64,
    /// `member`, `staff` or `bot`.
    pub standing: String,
    /// Where they stand in the program.
    pub stage: Stage,
    /// The first e-mail address known.
    pub email: Option<String>,
    /// The first handle known, as `platform:handle`.
    pub handle: Option<String>,
    /// The newest name.
    pub name: Option<String>,
    /// The newest company.
    pub company: Option<String>,
    /// The newest country.
    pub country: Option<String>,
    /// The newest language.
    pub language: Option<String>,
    /// When they came to the community, as `YYYY-MM-DD`.
    pub joined: Option<String>,
    /// Who of ours looks after them.
    pub owner: Option<String>,
}

impl Person {
    /// What to call them: the name, else the address, else a handle, else the number.
    pub fn label(&self) -> String {
        let known = self.name.clone().or_else(|| self.email.clone()).or_else(|| self.handle.clone());
        known.unwrap_or_else(|| format!("member {}", self.id))
    }
}

/// What people are called on day ?1 (who looks after them is as known by then), and their newest stage: whose rows, what
/// tells an address, and who. One person is looked up by their rows; "everyone, or this one" would be looked for among all.
macro_rules! people {
    ($mine:expr, $email:literal, $one:literal) => {
        concat!(
    "WITH newest_facts AS (
       SELECT m.person AS person, f.field AS field, f.value AS value, ",
    called!("m.person"),
    "
       FROM facts f JOIN members m ON m.id = f.member
       WHERE (f.day <= ?1 OR f.field <> 'owner') AND ",
    $mine,
    "
       GROUP BY m.person, f.field),
     known AS (
       SELECT person,
              max(CASE WHEN field = 'name' THEN nullif(value, '') END) AS name,
              max(CASE WHEN field = 'company' THEN nullif(value, '') END) AS company,
              max(CASE WHEN field = 'country' THEN nullif(value, '') END) AS country,
              max(CASE WHEN field = 'language' THEN nullif(value, '') END) AS language,
              max(CASE WHEN field = 'joined' THEN nullif(value, '') END) AS joined,
              max(CASE WHEN field = 'owner' THEN nullif(value, '') END) AS owner
       FROM newest_facts GROUP BY person),
     standing AS (
       SELECT m.person AS person, s.stage AS stage, ",
    newest!("s"),
    "
       FROM stages s JOIN members m ON m.id = s.member WHERE s.day <= ?1 AND ",
    $mine,
    "
       GROUP BY m.person),
     addresses AS (
       SELECT m.person AS person, coalesce(i.shown, i.value) AS email, min(i.id)
       FROM identities i JOIN members m ON m.id = i.member
       WHERE ",
    $email,
    " AND ",
    $mine,
    " GROUP BY m.person),
     handles AS (
       SELECT m.person AS person, i.platform || ':' || coalesce(i.shown, i.value) AS handle, min(i.id)
       FROM identities i JOIN members m ON m.id = i.member
       WHERE i.platform <> 'email' AND ",
    $mine,
    " GROUP BY m.person)
     SELECT p.id, p.standing, s.stage, a.email, h.handle, k.name, k.company, k.country, k.language, k.joined, k.owner
     FROM members p
     LEFT JOIN known k ON k.person = p.id
     LEFT JOIN standing s ON s.person = p.id
     LEFT JOIN addresses a ON a.person = p.id
     LEFT JOIN handles h ON h.person = p.id
     WHERE p.person = p.id AND ",
    $one,
    " ORDER BY p.id"
        )
    };
}

fn read(row: &Row) -> rusqlite::Result<Person> {
    let stage: Option<String> = row.get(2)?;
    Ok(Person {
        id: row.get(0)?,
        standing: row.get(1)?,
        stage: stage.map_or(Stage::Member, |word| stages::read(&word)),
        email: row.get(3)?,
        handle: row.get(4)?,
        name: row.get(5)?,
        company: row.get(6)?,
        country: row.get(7)?,
        language: row.get(8)?,
        joined: row.get(9)?,
        owner: row.get(10)?,
    })
}

/// Everyone on a day, staff and bots included, in order of id.
pub fn people(store: &Store, as_of: Day) -> Result<Vec<Person>> {
    let mut query = store.conn.prepare(people!("1", "i.platform = 'email'", "1"))?;
    let rows = query.query_map([as_of.0], read)?;
    rows.map(|person| Ok(hidden(store, person?))).collect()
}

/// These people on a day, in order of id.
pub fn some(store: &Store, people: &BTreeSet<i64>, as_of: Day) -> Result<Vec<Person>> {
    let sql = people!(
        "m.id IN (SELECT value FROM json_each(?2) UNION
                  SELECT x.id FROM json_each(?2) j JOIN members x ON x.person = j.value WHERE x.person <> x.id)",
        "i.platform || '' = 'email'",
        "p.id IN (SELECT value FROM json_each(?2))"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map(rusqlite::params![as_of.0, serde_json::to_string(people)?], read)?;
    rows.map(|person| Ok(hidden(store, person?))).collect()
}

/// These people on a day, by id, also where they are nearly everyone: many are picked from all, few are looked up.
pub fn these(store: &Store, ids: &BTreeSet<i64>, as_of: Day) -> Result<BTreeMap<i64, Person>> {
    let found = if ids.len() > FEW { people(store, as_of)? } else { some(store, ids, as_of)? };
    Ok(found
        .into_iter()
        .filter(|person| ids.contains(&person.id))
        .map(|person| (person.id, person))
        .collect())
}

/// The person a member row belongs to, on a day.
pub fn person(store: &Store, member: i64, as_of: Day) -> Result<Option<Person>> {
    let root: Option<i64> = store
        .conn
        .query_row("SELECT person FROM members WHERE id = ?1", [member], |row| row.get(0))
        .optional()?;
    let Some(root) = root else { return Ok(None) };
    // The blank keeps SQLite from walking through every address of the program.
    let sql = people!(concat!("m.id IN (", rows_of!("?2"), ")"), "i.platform || '' = 'email'", "p.id = ?2");
    let mut query = store.conn.prepare_cached(sql)?;
    let person = query.query_row(rusqlite::params![as_of.0, root], read).optional()?;
    Ok(person.map(|person| hidden(store, person)))
}

/// The person as they are told where names are hidden.
fn hidden(store: &Store, person: Person) -> Person {
    let Some(word) = store.pseudonym("member", &person.id.to_string()) else { return person };
    let owner = person.owner.as_ref().and_then(|owner| store.pseudonym("owner", owner));
    Person { name: Some(word), email: None, handle: None, company: None, owner, ..person }
}

/// Everyone's number.
pub fn everyone(store: &Store) -> Result<Vec<i64>> {
    let mut query = store.conn.prepare("SELECT id FROM members WHERE person = id ORDER BY id")?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What to call these people: the newest name, else an address, else a handle.
pub fn names(store: &Store, people: &BTreeSet<i64>, as_of: Day) -> Result<BTreeMap<i64, String>> {
    let sql = concat!(
        "WITH wanted AS MATERIALIZED (SELECT value AS person FROM json_each(?2)),
         mine AS MATERIALIZED (
           SELECT person AS member, person FROM wanted
           UNION ALL SELECT m.id, m.person FROM members m JOIN wanted w ON w.person = m.person WHERE m.person <> m.id),
         named AS (
           SELECT m.person AS person, f.value AS value, ",
        called!("m.person"),
        " FROM mine m CROSS JOIN facts f ON f.member = m.member AND f.field = 'name' GROUP BY m.person),
         known AS (
           SELECT m.person AS person, iif(i.platform = 'email', '', i.platform || ':') || coalesce(i.shown, i.value) AS value,
                  min((i.platform <> 'email') * 4294967296 + i.id)
           FROM mine m CROSS JOIN identities i ON i.member = m.member GROUP BY m.person)
         SELECT w.person, coalesce(nullif(n.value, ''), k.value, 'member ' || w.person)
         FROM wanted w LEFT JOIN named n ON n.person = w.person LEFT JOIN known k ON k.person = w.person ORDER BY 1"
    );
    let mut query = store.conn.prepare(sql)?;
    let list = serde_json::to_string(people)?;
    let rows = query.query_map(rusqlite::params![as_of.0, list], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(told(store, rows.collect::<Result<_, _>>()?))
}

/// Names as this store tells them: where names are hidden, what stands for them.
pub fn told(store: &Store, mut names: BTreeMap<i64, String>) -> BTreeMap<i64, String> {
    for (id, name) in &mut names {
        if let Some(pseudonym) = store.pseudonym("member", &id.to_string()) {
            *name = pseudonym;
        }
    }
    names
}

/// The person an identity belongs to.
pub fn by_identity(store: &Store, identity: &Identity) -> Result<Option<i64>> {
    let mut query = store.conn.prepare_cached(
        "SELECT m.person FROM identities i JOIN members m ON m.id = i.member WHERE i.platform = ?1 AND i.value IN (?2, ?3)",
    )?;
    let earlier = identity.clone().folded().value;
    Ok(query.query_row([&identity.platform, &identity.value, &earlier], |row| row.get(0)).optional()?)
}

/// The people of exactly this name (case aside), or of this handle on whatever platform.
pub fn by_name(store: &Store, name: &str, as_of: Day) -> Result<Vec<i64>> {
    let wanted = name.to_lowercase();
    let bare = wanted.trim_start_matches('@');
    let mut found = Vec::new();
    each_name(store, as_of, |id, known| {
        let known = known.to_lowercase();
        if known == wanted || known.trim_start_matches('@') == bare {
            found.push(id);
        }
    })?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Calls `see` with every name, address and handle that is known, and whose it is, in no order.
pub fn each_name(store: &Store, as_of: Day, mut see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = concat!(
        "SELECT person, value FROM (SELECT m.person AS person, f.value AS value, ",
        called!("m.person"),
        "
           FROM facts f JOIN members m ON m.id = f.member WHERE f.field = 'name' GROUP BY m.person)
         UNION ALL
         SELECT m.person, i.value FROM identities i JOIN members m ON m.id = i.member"
    );
    let mut query = store.conn.prepare(sql)?;
    let mut rows = query.query([as_of.0])?;
    while let Some(row) = rows.next()? {
        see(row.get(0)?, row.get_ref(1)?.as_str()?);
    }
    Ok(())
}

/// Everything a person is known by, in the order it was learnt.
pub fn identities(store: &Store, person: i64) -> Result<Vec<Identity>> {
    let mut query = store.conn.prepare(concat!(
        "SELECT i.platform, i.value, coalesce(i.shown, i.value) FROM identities i WHERE i.member IN (",
        rows_of!("?1"),
        ") ORDER BY i.platform <> ?2, i.id"
    ))?;
    let rows = query.query_map(rusqlite::params![person, EMAIL], |row| {
        Ok(Identity { platform: row.get(0)?, value: row.get(1)?, shown: row.get(2)? })
    })?;
    let told = |identity: Identity| match store.pseudonym(&identity.platform, &identity.value) {
        Some(word) => Identity { value: word.clone(), shown: word, ..identity },
        None => identity,
    };
    rows.map(|identity| Ok(told(identity?))).collect()
}

/// Makes member rows, each of its own person; one for a whole load.
pub struct Adder<'a> {
    rows: Rows<'a>,
    last: i64,
}

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        Ok(Self {
            rows: Rows::into(store, "members", "id, person, standing, day, batch")?,
            last: last(store)?,
        })
    }

    /// Makes a member row; returns its id, which can be read once [`Self::flush`] was called.
    pub fn add(&mut self, standing: &str, day: Day, batch: Option<i64>) -> Result<i64> {
        self.last += 1;
        self.rows.add(rusqlite::params![self.last, self.last, standing, day.0, batch])?;
        Ok(self.last)
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}

/// The last number a member has, or had who was erased: those after it are free.
pub(super) fn last(store: &Store) -> Result<i64> {
    Ok(store.conn.query_row(
        "SELECT max(coalesce((SELECT max(id) FROM members), 0),
                    coalesce((SELECT max(member) FROM log WHERE command = 'member erase'), 0))",
        [],
        |row| row.get(0),
    )?)
}

/// Makes one member row; returns its id.
pub fn add(store: &Store, standing: &str, day: Day) -> Result<i64> {
    let mut adder = Adder::new(store)?;
    let member = adder.add(standing, day, None)?;
    adder.flush()?;
    Ok(member)
}

/// Sets whether a person is a member, staff or a bot; no merge that is taken back later changes that.
pub fn set_standing(store: &Store, person: i64, standing: &str) -> Result<()> {
    store.conn.execute("UPDATE merges SET standing = NULL WHERE kept = ?1", [person])?;
    store
        .conn
        .execute("UPDATE members SET standing = ?2 WHERE id = ?1", rusqlite::params![person, standing])?;
    Ok(())
}

/// How many people are counted, and how many are staff or bots. Rows are counted, not read: the merged and the staff
/// have indexes of their own.
pub fn counts(store: &Store) -> Result<(i64, i64)> {
    let count = |sql: &str| store.conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let rows = count("SELECT count(*) FROM members")?;
    let merged = count("SELECT count(*) FROM members INDEXED BY members_merged WHERE person <> id")?;
    let outside = count(
        "SELECT count(*) FROM members INDEXED BY members_outside WHERE standing <> 'member' AND person = id",
    )?;
    Ok((rows - merged - outside, outside))
}

/// Everyone's tags by a day, joined with commas.
pub fn all_tags(store: &Store, as_of: Day) -> Result<HashMap<i64, String>> {
    let sql = "SELECT person, group_concat(tag, ', ') FROM (
                 SELECT DISTINCT m.person AS person, t.tag AS tag FROM tags t JOIN members m ON m.id = t.member
                 WHERE t.day <= ?1 ORDER BY 1, 2) GROUP BY person";
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Calls `see` with the newest name of each member row that has one: the row, the fact's row, the name. What a row
/// is called does not depend on merges, so that taking one back leaves two members with names.
pub fn each_named(store: &Store, mut see: impl FnMut(i64, i64, &str)) -> Result<()> {
    let sql = concat!(
        "SELECT f.member, f.id, f.value, ",
        newest!("f"),
        " FROM facts f WHERE f.field = 'name' GROUP BY f.member HAVING f.value <> ''"
    );
    let mut query = store.conn.prepare(sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        see(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str()?);
    }
    Ok(())
}
