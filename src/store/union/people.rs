//! Who is who in both programs: members are matched by what they are known by, never by names.

use super::tables::{MEMBER_DAY, MEMBER_STANDING};
use super::{Count, Shape, Union, name_of, said, written};
use crate::model::time::{Day, Instant};
use crate::store::merges::{self, New};
use anyhow::Result;

/// So many new identities, and a quarter of those that are known, are worth building the index of members anew.
const MANY: i64 = 10_000;

/// Takes in members and what they are known by; `union_members` says who is who.
pub(super) fn take(union: &mut Union) -> Result<Vec<Count>> {
    pair(union)?;
    set_aside(union)?;
    let batch = union.wishes.batch;
    union.run("DROP TABLE IF EXISTS temp.union_members")?;
    union.run("CREATE TEMP TABLE union_members (theirs INTEGER PRIMARY KEY, ours INTEGER)")?;
    union.run(
        "INSERT INTO temp.union_members SELECT theirs, min(ours) FROM temp.union_pairs
         WHERE theirs NOT IN (SELECT theirs FROM temp.union_aside) GROUP BY theirs",
    )?;
    union.run(&format!(
        "INSERT INTO temp.union_members SELECT t.id, {} + row_number() OVER (ORDER BY t.id) FROM other.members t
         WHERE t.id NOT IN (SELECT theirs FROM temp.union_pairs)",
        union.members
    ))?;
    let added = union.run(&format!(
        "INSERT INTO main.members (id, person, standing, day, batch)
         SELECT x.ours, x.ours, t.standing, t.day, {batch} FROM temp.union_members x JOIN other.members t ON t.id = x.theirs
         WHERE x.ours > {} ORDER BY x.ours",
        union.members
    ))?;
    let rows = union.number("SELECT count(*) FROM other.members")?;
    let aside = union.number("SELECT count(*) FROM temp.union_aside")?;
    let identities = identities(union)?;
    let changed = differing(union)?;
    Ok(vec![Count::of("members", rows, added, changed, aside), identities])
}

/// Which rows of members have something in common: an address or a handle; and of those who have neither, how they came.
fn pair(union: &Union) -> Result<()> {
    union.run("DROP TABLE IF EXISTS temp.union_pairs")?;
    union.run(
        "CREATE TEMP TABLE union_pairs (theirs INTEGER, ours INTEGER, PRIMARY KEY (theirs, ours)) WITHOUT ROWID",
    )?;
    union.run(
        "INSERT OR IGNORE INTO temp.union_pairs SELECT o.member, m.member FROM other.identities o
         CROSS JOIN main.identities m ON m.platform = o.platform AND m.value = o.value",
    )?;
    union
        .run(&format!(
            "INSERT OR IGNORE INTO temp.union_pairs SELECT o.id, m.id FROM ({}) o JOIN ({}) m ON m.k = o.k",
            nameless("other"),
            nameless("main")
        ))
        .map(drop)
}

/// Members who are known by no address and no handle, by how they came: the sign-up or the answers that brought them, else
/// the day and the first name.
fn nameless(schema: &str) -> String {
    let brought = |table: &str, kind: i64| {
        format!(
            "SELECT s.member AS member, hex(min(k.key)) AS k FROM {schema}.row_keys k
             CROSS JOIN {schema}.{table} s ON s.id = k.record WHERE k.kind = {kind}
               AND NOT EXISTS (SELECT 1 FROM {schema}.identities i WHERE i.member = s.member) GROUP BY s.member"
        )
    };
    let name = format!(
        "(SELECT value FROM {schema}.facts f WHERE f.member = n.id AND f.field = 'name' ORDER BY f.day, f.id LIMIT 1)"
    );
    format!(
        "SELECT id, k || '#' || row_number() OVER (PARTITION BY k ORDER BY id) AS k FROM (
           SELECT n.id, coalesce(b.k, n.day || ' ' || coalesce({name}, '')) AS k FROM {schema}.members n
           LEFT JOIN (SELECT member, min(k) AS k FROM ({} UNION ALL {}) GROUP BY member) b ON b.member = n.id
           WHERE NOT EXISTS (SELECT 1 FROM {schema}.identities i WHERE i.member = n.id))",
        brought("signups", crate::store::keys::Table::Signups as i64),
        brought("survey_takes", crate::store::keys::Table::SurveyTakes as i64)
    )
}

/// Members of the other program who are several people here. They are left out with all that is theirs, unless those
/// people are to become one; whoever was said to be distinct does not.
fn set_aside(union: &Union) -> Result<()> {
    union.make(
        "union_bridges",
        "SELECT p.theirs, m.person, min(m.person) OVER (PARTITION BY p.theirs) AS first
         FROM temp.union_pairs p JOIN main.members m ON m.id = p.ours
         WHERE p.theirs IN (SELECT q.theirs FROM temp.union_pairs q JOIN main.members n ON n.id = q.ours
                            GROUP BY q.theirs HAVING min(n.person) <> max(n.person))",
    )?;
    let distinct = "EXISTS (SELECT 1 FROM main.distinctions d JOIN main.members a ON a.id = d.one JOIN main.members b ON b.id = d.other
                            WHERE a.person IN (SELECT person FROM temp.union_bridges c WHERE c.theirs = g.theirs)
                              AND b.person IN (SELECT person FROM temp.union_bridges c WHERE c.theirs = g.theirs)
                              AND a.person <> b.person)";
    let which = if union.wishes.join { distinct } else { "1" };
    union.make("union_aside", &format!("SELECT DISTINCT theirs FROM temp.union_bridges g WHERE {which}"))?;
    union
        .run(&format!(
            "INSERT INTO main.revisions (batch, kind, member, part, ours, theirs, taken, listed)
             SELECT {}, 'members', g.first, 'person', json_group_array(g.name), g.theirs_known, 0, 1 FROM (
               SELECT DISTINCT g.theirs, g.first, coalesce({}, 'member ' || g.person) AS name,
                 (SELECT json_group_array(value) FROM other.identities i WHERE i.member = g.theirs) AS theirs_known
               FROM temp.union_bridges g JOIN temp.union_aside a ON a.theirs = g.theirs ORDER BY g.theirs, 3) g
             GROUP BY g.theirs ORDER BY g.first, g.theirs",
            union.wishes.batch,
            shown("g.person")
        ))
        .map(drop)
}

/// What a person is known by, to be read.
fn shown(person: &str) -> String {
    let name = name_of(person);
    // Without the platform of an address.
    format!("replace({name}, 'email:', '')")
}

fn identities(union: &Union) -> Result<Count> {
    let batch = union.wishes.batch;
    let rows = union.number("SELECT count(*) FROM other.identities")?;
    let base = union.number(
        "SELECT max(coalesce((SELECT max(id) FROM main.identities), 0),
                    coalesce((SELECT max(last) FROM main.seen WHERE kind = 'identities'), 0))",
    )?;
    union.make(
        "union_fresh",
        "SELECT o.platform, o.value, row_number() OVER (ORDER BY o.id) AS nth, x.ours AS member, o.shown
         FROM other.identities o JOIN temp.union_members x ON x.theirs = o.member
         LEFT JOIN main.identities m ON m.platform = o.platform AND m.value = o.value WHERE m.member IS NULL",
    )?;
    let new = union.number("SELECT count(*) FROM temp.union_fresh")?;
    let known = union.number("SELECT count(*) FROM main.identities")?;
    let anew = new > MANY && new > known / 4;
    if anew {
        union.run("DROP INDEX identities_member")?;
    }
    let added = union.run(&format!(
        "INSERT INTO main.identities (platform, value, id, member, shown, batch)
         SELECT platform, value, {base} + nth, member, shown, {batch} FROM temp.union_fresh ORDER BY platform, value"
    ))?;
    if anew {
        union.run("CREATE INDEX identities_member ON identities (member)")?;
    }
    said::again(
        union,
        "identities",
        &format!(
            "SELECT m.id AS ours FROM other.identities o CROSS JOIN main.identities m
             ON m.platform = o.platform AND m.value = o.value WHERE m.batch IS NOT NULL AND m.batch <> {batch}"
        ),
    )?;
    let aside = union.number(
        "SELECT count(*) FROM other.identities o WHERE o.member NOT IN (SELECT theirs FROM temp.union_members)",
    )?;
    Ok(Count::of("identities", rows, added, 0, aside))
}

/// Since when members are known, and whether they are staff or bots; how many are told otherwise now.
fn differing(union: &Union) -> Result<i64> {
    let shape = Shape::of(union.store, "members")?;
    union.make(
        "union_incoming",
        &format!(
            "SELECT t.id AS theirs, t.day, p.standing, 0 AS lost FROM temp.union_members x
             CROSS JOIN other.members t ON t.id = x.theirs JOIN other.members p ON p.id = t.person WHERE x.ours <= {}",
            union.members
        ),
    )?;
    let days = written::settle(union, &shape, &MEMBER_DAY, "union_members")?;
    // Whether someone counts is said of the person.
    union.make(
        "union_people",
        "SELECT x.theirs, m.person AS ours FROM temp.union_members x JOIN main.members m ON m.id = x.ours",
    )?;
    Ok(days.max(written::settle(union, &shape, &MEMBER_STANDING, "union_people")?))
}

/// A merge of two of the other program's members, or two of this one's who are one there: kept, gone, when, why.
type Pair = (i64, i64, i64, i32, Option<String>);

/// Members that were merged there become one here, and so do those who are one there, where that is wished; whoever was
/// said to be distinct stays two.
pub(super) fn merge_again(union: &Union) -> Result<Count> {
    let store = union.store;
    let (at, day) = (union.wishes.at.0, union.wishes.day.0);
    let rows = union.number("SELECT count(*) FROM other.merges")?;
    let apart = "(SELECT person FROM main.members WHERE id = k.ours) <> (SELECT person FROM main.members WHERE id = h.ours)";
    let mut query = store.conn.prepare(&format!(
        "SELECT k.ours, h.ours, g.at, g.day, g.why FROM other.merges g JOIN temp.union_members k ON k.theirs = g.kept
         JOIN temp.union_members h ON h.theirs = g.gone WHERE {apart} ORDER BY g.id"
    ))?;
    let read = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
    let mut pairs: Vec<Pair> = query.query_map([], read)?.collect::<Result<_, _>>()?;
    let mut query = store.conn.prepare(
        "SELECT DISTINCT first, person FROM temp.union_bridges
         WHERE person <> first AND theirs NOT IN (SELECT theirs FROM temp.union_aside) ORDER BY 1, 2",
    )?;
    let why = format!("one member in {}", union.wishes.named);
    let joined = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, at, day, Some(why.clone()))))?;
    pairs.extend(joined.collect::<Result<Vec<Pair>, _>>()?);
    let (mut added, mut aside, all) = (0, 0, pairs.len() as i64);
    for (kept, gone, at, day, why) in pairs {
        let (kept, gone) = (person(union, kept)?, person(union, gone)?);
        if kept == gone {
            continue;
        }
        if merges::distinct(store, kept, gone)?.is_some() {
            aside += 1;
            tell_apart(union, kept, gone)?;
            continue;
        }
        let new = New { kept, gone, at: Instant(at), day: Day(day), why: why.as_deref(), stage: None };
        let number = merges::merge(store, &new)?;
        union.run(&format!("UPDATE main.merges SET batch = {} WHERE id = {number}", union.wishes.batch))?;
        added += 1;
    }
    Ok(Count::of("merges", rows.max(all), added, 0, aside))
}

fn person(union: &Union, member: i64) -> Result<i64> {
    union.number(&format!("SELECT person FROM main.members WHERE id = {member}"))
}

/// Lists that two who are one there stay two here.
fn tell_apart(union: &Union, one: i64, other: i64) -> Result<()> {
    union
        .run(&format!(
            "INSERT INTO main.revisions (batch, kind, member, part, ours, theirs, taken, listed)
             VALUES ({}, 'members', {one}, 'distinct', json_array({}, {}), json_array({}), 0, 1)",
            union.wishes.batch,
            shown(&one.to_string()),
            shown(&other.to_string()),
            shown(&one.to_string()),
        ))
        .map(drop)
}
