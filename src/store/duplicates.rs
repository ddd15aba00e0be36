//! What duplicates are looked for by: everyone's names, addresses and handles in a few scans, one after another.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Who is whom: of every member row the person, and which people are not members.
#[derive(Debug, Default)]
pub struct Roster {
    person: Vec<u32>,
    /// Our own people.
    pub staff: HashSet<u32>,
    /// Machines.
    pub bots: HashSet<u32>,
    /// People with a stage in the program.
    pub staged: HashSet<u32>,
    /// How many people there are.
    pub people: usize,
}

impl Roster {
    /// The person a member row belongs to.
    pub fn person(&self, member: i64) -> u32 {
        usize::try_from(member).ok().and_then(|member| self.person.get(member).copied()).unwrap_or_default()
    }

    /// People whom others were merged into.
    fn merged(&self) -> HashSet<u32> {
        let rows = (0_u32..).zip(&self.person);
        rows.filter(|(row, person)| *person > &0 && row != *person).map(|(_, person)| *person).collect()
    }

    /// The member rows of these people.
    pub fn members(&self, people: &BTreeSet<u32>) -> Vec<usize> {
        let rows = self.person.iter().enumerate();
        rows.filter(|(row, person)| *row > 0 && people.contains(person)).map(|(row, _)| row).collect()
    }
}

/// Reads who is whom.
pub fn roster(store: &Store) -> Result<Roster> {
    let mut roster = Roster::default();
    let mut query = store.conn.prepare("SELECT id, person, standing FROM members")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (id, person) = (usize::try_from(row.get::<_, i64>(0)?)?, row.get::<_, u32>(1)?);
        if roster.person.len() <= id {
            roster.person.resize(id + 1, 0);
        }
        roster.person[id] = person;
        if usize::try_from(person)? == id {
            roster.people += 1;
            match row.get_ref(2)?.as_str()? {
                "staff" => drop(roster.staff.insert(person)),
                "bot" => drop(roster.bots.insert(person)),
                _ => {}
            }
        }
    }
    let mut query = store.conn.prepare(
        "SELECT DISTINCT m.person FROM stages s JOIN members m ON m.id = s.member WHERE s.stage <> 'member'",
    )?;
    let staged = query.query_map([], |row| row.get(0))?;
    roster.staged = staged.collect::<Result<_, _>>()?;
    Ok(roster)
}

/// What a person is called and where they belong; empty where it is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The name.
    pub name: String,
    /// The company.
    pub company: String,
    /// The country.
    pub country: String,
}

impl Known {
    fn set(&mut self, field: &str, value: String, over: bool) {
        let slot = match field {
            "name" => &mut self.name,
            "company" => &mut self.company,
            _ => &mut self.country,
        };
        if over || slot.is_empty() {
            *slot = value;
        }
    }
}

/// ` AND member IN (these)`, or nothing, with the list for it.
fn only(members: Option<&[usize]>) -> Result<(&'static str, String)> {
    Ok(match members {
        Some(members) => {
            (" AND member IN (SELECT value FROM json_each(?1))", serde_json::to_string(members)?)
        }
        None => (" AND ?1 = ''", String::new()),
    })
}

/// Calls `see` with what everyone (or these member rows' people) is called on a day, each person once. As everywhere,
/// what the member that stayed in a merge knows itself comes first, and a value learnt later is better than none.
pub fn each_known(
    store: &Store,
    roster: &Roster,
    members: Option<&[usize]>,
    as_of: Day,
    mut see: impl FnMut(u32, &Known),
) -> Result<()> {
    let (which, list) = only(members)?;
    let sql = format!(
        "SELECT member, field, value, day FROM facts WHERE field IN ('name', 'company', 'country'){which}
         ORDER BY member, field, day, id"
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([list])?;
    let mut merged: BTreeMap<u32, Known> = BTreeMap::new();
    let kept = roster.merged();
    let (mut member, mut field, mut known) = (0_i64, String::new(), Known::default());
    loop {
        let row = rows.next()?;
        let next: i64 = row.map_or(Ok(-1), |row| row.get(0))?;
        if next != member {
            let person = roster.person(member);
            if kept.contains(&person) {
                let own = i64::from(person) == member;
                let whole = merged.entry(person).or_default();
                for (field, value) in
                    [("name", known.name), ("company", known.company), ("country", known.country)]
                {
                    if !value.is_empty() {
                        whole.set(field, value, own);
                    }
                }
            } else if person > 0 {
                see(person, &known);
            }
            (member, known) = (next, Known::default());
            field.clear();
        }
        let Some(row) = row else { break };
        let this = row.get_ref(1)?.as_str()?;
        let is_first = field != this;
        if is_first || row.get::<_, i32>(3)? <= as_of.0 {
            known.set(this, row.get(2)?, true);
        }
        if is_first {
            this.clone_into(&mut field);
        }
    }
    for (person, known) in &merged {
        see(*person, known);
    }
    Ok(())
}

/// Calls `see` with every identity of everyone (or of these member rows): whose it is, platform, value, and how it was
/// written.
pub fn each_identity(
    store: &Store,
    roster: &Roster,
    members: Option<&[usize]>,
    mut see: impl FnMut(u32, &str, &str, &str),
) -> Result<()> {
    let (which, list) = only(members)?;
    let sql =
        format!("SELECT member, platform, value, coalesce(shown, value) FROM identities WHERE true{which}");
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([list])?;
    while let Some(row) = rows.next()? {
        let person = roster.person(row.get(0)?);
        see(person, row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
    }
    Ok(())
}

/// Calls `see` with everyone (or these member rows' people) who clicked up to a day, and the visitor they were.
pub fn each_visitor(
    store: &Store,
    roster: &Roster,
    members: Option<&[usize]>,
    as_of: Day,
    mut see: impl FnMut(u32, &str),
) -> Result<()> {
    let (which, list) = only(members)?;
    let sql = format!(
        "SELECT DISTINCT member, visitor FROM clicks
         WHERE member IS NOT NULL AND visitor IS NOT NULL AND replaced_by IS NULL AND day <= ?2{which}"
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query(params![list, as_of.0])?;
    while let Some(row) = rows.next()? {
        see(roster.person(row.get(0)?), row.get_ref(1)?.as_str()?);
    }
    Ok(())
}
