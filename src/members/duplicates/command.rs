//! `member duplicates`: pairs that look like one person, with what speaks for it.

use super::blocks::Blocks;
use super::evidence::{Mark, Reader, Space, Told, between};
use super::grade::{Kinds, Rules};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::store::duplicates::{self, Roster};
use crate::store::{Store, distinctions};
use anyhow::Result;
use clap::Args;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet};

/// Members that look like one person.
///
/// Each pair with its evidence, a grade from 0 to 1, and the command that makes them one. Nothing is joined by itself.
/// Two handles on one platform, or `member distinct`, take a pair off the list. Bots are left out.
///
/// Example: groundswell member duplicates --min high
#[derive(Debug, Args)]
pub struct Duplicates {
    /// How many pairs to list, best first
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// The lowest grade: low, medium, high, or a number from 0 to 1
    #[arg(long, value_name = "GRADE", default_value = "low")]
    min: String,
}

/// A pair in its place on the list: the grade in millionths, then the numbers of the two.
type Place = (u32, Reverse<(u32, u32)>, Kinds);

/// The best pairs so far, and how many there were.
struct Best {
    top: usize,
    heap: BinaryHeap<Reverse<Place>>,
    pairs: u64,
}

impl Best {
    fn add(&mut self, place: Place) {
        self.pairs += 1;
        self.heap.push(Reverse(place));
        if self.heap.len() > self.top {
            self.heap.pop();
        }
    }
}

impl Duplicates {
    /// Lists the pairs.
    pub fn run(self, app: &App) -> Result<End> {
        let rules = Rules::shipped()?;
        let least = rules.least(&self.min).ok_or_else(|| {
            usage(format!("--min {}: say low, medium, high, or a number from 0 to 1", self.min))
        })?;
        let store = app.store()?;
        let roster = duplicates::roster(store)?;
        let reader = Reader::new(&rules);
        let (marks, handles) = marks(app, store, &roster, &reader, None)?;
        let blocks = Blocks::of(marks, rules.search.widest);
        let best = best(app, &rules, &roster, (&blocks, &handles), (least, self.top))?;
        let pairs = best.pairs;
        let best: Vec<Place> = best.heap.into_sorted_vec().into_iter().map(|Reverse(place)| place).collect();
        let mut table = table(app, &rules, &reader, &roster, &best)?;
        if best.is_empty() {
            table.empty = format!(
                "No pair among {} looks like one person{}. Two that you know to be one: `groundswell member merge A B`.",
                counted(roster.people, "member", "members"),
                if pairs > 0 || least > 0.0 { " at that grade" } else { "" }
            );
        }
        app.screen.show(&table)?;
        say_what_was_left(app, &rules, &blocks, best.len(), pairs);
        if let Some((_, Reverse((one, other)), _)) = best.first() {
            app.screen.next(
                &format!("groundswell member distinct {one} {other}"),
                "where they are two people after all",
            );
        }
        Ok(End::Done)
    }
}

/// The `top` pairs of `least` or a higher grade.
fn best(
    app: &App,
    rules: &Rules,
    roster: &Roster,
    (blocks, handles): (&Blocks, &[(u32, u16)]),
    (least, top): (f64, usize),
) -> Result<Best> {
    let known = distinctions::list(app.store()?, app.as_of())?;
    let distinct: HashSet<(i64, i64)> = known.iter().map(|known| (known.one, known.other)).collect();
    let mut best = Best { top, heap: BinaryHeap::new(), pairs: 0 };
    blocks.pairs(|one, other, kinds| {
        let grade = rules.grade(kinds);
        let is_out = roster.bots.contains(&one)
            || roster.bots.contains(&other)
            || distinct.contains(&(one.into(), other.into()))
            || clash(handles, one, other);
        if grade >= least && !is_out {
            best.add(((grade * 1e6).round() as u32, Reverse((one, other)), kinds));
        }
    });
    Ok(best)
}

/// Two that look like one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The one better kept.
    pub one: i64,
    /// The other.
    pub other: i64,
    /// How sure that is, from 0 to 1.
    pub grade: f64,
}

/// The `top` pairs among those who have a stage in the program, of a level (low, medium, high) or a better one, the surest
/// first. The others are not looked at, so that it takes no time among half a million members.
pub fn among(app: &App, level: &str, top: usize) -> Result<Vec<Pair>> {
    let rules = Rules::shipped()?;
    let least = rules.least(level).ok_or_else(|| usage(format!("there is no level {level}")))?;
    let store = app.store()?;
    let roster = duplicates::roster(store)?;
    let reader = Reader::new(&rules);
    let people: BTreeSet<u32> = roster.staged.iter().copied().collect();
    let rows = roster.members(&people);
    let (marks, handles) = marks(app, store, &roster, &reader, Some(&rows))?;
    let blocks = Blocks::of(marks, rules.search.widest);
    let best = best(app, &rules, &roster, (&blocks, &handles), (least, top))?;
    let pairs = best.heap.into_sorted_vec().into_iter().map(|Reverse((grade, Reverse(pair), _))| {
        let (one, other) = kept_first(&roster, pair);
        Pair { one: one.into(), other: other.into(), grade: f64::from(grade) / 1e6 }
    });
    Ok(pairs.collect())
}

/// Everyone's marks (or those of some member rows), and on which platforms they have handles: by number of the person,
/// then of the platform.
type Marks = (Vec<(Mark, u32)>, Vec<(u32, u16)>);

fn marks(
    app: &App,
    store: &Store,
    roster: &Roster,
    reader: &Reader,
    only: Option<&[usize]>,
) -> Result<Marks> {
    let mut marks = Vec::with_capacity(roster.people * 5);
    let mut names: Vec<u64> = Vec::new();
    duplicates::each_known(store, roster, only, app.as_of(), |person, known| {
        let name =
            reader.known(&known.name, &known.company, &known.country, |mark| marks.push((mark, person)));
        if let Some(name) = name {
            let place = person as usize;
            names.resize(names.len().max(place + 1), 0);
            names[place] = name;
        }
    })?;
    let mut platforms: BTreeMap<String, u16> = BTreeMap::new();
    let mut handles = Vec::new();
    duplicates::each_identity(store, roster, only, |person, platform, value, _| {
        let name = names.get(person as usize).copied().filter(|name| *name != 0);
        reader.identity(platform, value, name, |mark| marks.push((mark, person)));
        if reader.clashes(platform, value) {
            let next = u16::try_from(platforms.len()).unwrap_or(u16::MAX);
            let number = platforms.get(platform).copied();
            let number = number.unwrap_or_else(|| *platforms.entry(platform.to_owned()).or_insert(next));
            handles.push((person, number));
        }
    })?;
    duplicates::each_visitor(store, roster, only, app.as_of(), |person, visitor| {
        marks.push((Reader::visitor(visitor), person));
    })?;
    handles.sort_unstable();
    handles.dedup();
    Ok((marks, handles))
}

/// Whether two people each have a handle on one platform: then these are two handles, since one has one owner.
fn clash(handles: &[(u32, u16)], one: u32, other: u32) -> bool {
    let of = |person: u32| {
        let start = handles.partition_point(|(owner, _)| *owner < person);
        handles[start..].iter().take_while(move |(owner, _)| *owner == person).map(|(_, platform)| *platform)
    };
    of(one).any(|platform| of(other).any(|theirs| theirs == platform))
}

/// Who is better kept: one of ours, then who has a stage in the program, then who came first.
fn kept_first(roster: &Roster, (one, other): (u32, u32)) -> (u32, u32) {
    let weight = |person: u32| (!roster.staff.contains(&person), !roster.staged.contains(&person), person);
    if weight(other) < weight(one) { (other, one) } else { (one, other) }
}

fn table(app: &App, rules: &Rules, reader: &Reader, roster: &Roster, best: &[Place]) -> Result<Table> {
    let mut table =
        Table::new(&[">grade", "level", "?member", "?name", "?other", "?other_name", "~evidence", "command"]);
    let people: BTreeSet<u32> =
        best.iter().flat_map(|(_, Reverse((one, other)), _)| [*one, *other]).collect();
    let told = told(app, reader, roster, &people)?;
    let names = app.names(people.iter().map(|person| i64::from(*person)))?;
    let label = |person: u32| {
        let name = names.get(&i64::from(person)).cloned().unwrap_or_default();
        if roster.staff.contains(&person) { format!("{name} (staff)") } else { name }
    };
    for (grade, Reverse(pair), kinds) in best {
        let (one, other) = kept_first(roster, *pair);
        let grade = f64::from(*grade) / 1e6;
        let nothing = Vec::new();
        let mine = told.get(&one).unwrap_or(&nothing);
        let evidence = evidence(rules, *kinds, mine, told.get(&other).unwrap_or(&nothing));
        table.row(vec![
            Cell::number(grade, 2),
            rules.level(grade).into(),
            i64::from(one).into(),
            label(one).into(),
            i64::from(other).into(),
            label(other).into(),
            evidence.into(),
            format!("groundswell member merge {one} {other}").into(),
        ]);
    }
    Ok(table)
}

/// The marks of a few people, with the words they were made of.
fn told(
    app: &App,
    reader: &Reader,
    roster: &Roster,
    people: &BTreeSet<u32>,
) -> Result<BTreeMap<u32, Vec<Told>>> {
    let store = app.store()?;
    let rows = roster.members(people);
    let mut told: BTreeMap<u32, Vec<Told>> = BTreeMap::new();
    let mut names = BTreeMap::new();
    duplicates::each_known(store, roster, Some(&rows), app.as_of(), |person, known| {
        let mine = told.entry(person).or_default();
        let name = reader.known(&known.name, &known.company, &known.country, |mark| {
            let words = match mark.space() {
                Space::Company => &known.company,
                Space::Country => &known.country,
                _ => &known.name,
            };
            mine.push((mark, words.clone()));
        });
        names.extend(name.map(|name| (person, name)));
    })?;
    duplicates::each_identity(store, roster, Some(&rows), |person, platform, value, shown| {
        let mine = told.entry(person).or_default();
        reader.identity(platform, value, names.get(&person).copied(), |mark| {
            let words = if mark.is_handle() { format!("{platform}:{shown}") } else { shown.to_owned() };
            mine.push((mark, words));
        });
    })?;
    duplicates::each_visitor(store, roster, Some(&rows), app.as_of(), |person, visitor| {
        told.entry(person).or_default().push((Reader::visitor(visitor), visitor.to_owned()));
    })?;
    Ok(told)
}

/// The evidence that counts, in words, with what it was seen in.
fn evidence(rules: &Rules, kinds: Kinds, one: &[Told], other: &[Told]) -> String {
    let (_, found) = between(one, other);
    let said = rules.says(kinds).map(|(kind, says)| {
        let seen = found.iter().find(|(found, ..)| *found == kind);
        seen.map_or_else(
            || says.to_owned(),
            |(_, mine, theirs)| {
                if mine == theirs { format!("{says}: {mine}") } else { format!("{says}: {mine} / {theirs}") }
            },
        )
    });
    said.collect::<Vec<_>>().join("; ")
}

/// What is not on the list, and why.
fn say_what_was_left(app: &App, rules: &Rules, blocks: &Blocks, shown: usize, pairs: u64) {
    if pairs > shown as u64 {
        app.screen.aside(&format!("The best {shown} of {pairs} pairs; --top {pairs} lists them all."));
    } else if shown > 0 {
        app.screen.aside(&counted(pairs as i64, "pair", "pairs"));
    }
    for (space, things, most) in &blocks.cut {
        let (one, many) = match space {
            Space::Mailbox => ("mailbox", "mailboxes"),
            Space::Address => ("address", "addresses"),
            Space::Word => ("handle", "handles"),
            Space::Visitor => ("visitor", "visitors"),
            Space::Local => {
                ("name with one address in front of the @", "names with one address in front of the @")
            }
            Space::Company => ("name in one company", "names in one company"),
            Space::Country => ("name in one country", "names in one country"),
            Space::Name | Space::Exact => ("name", "names"),
        };
        app.screen.aside(&format!(
            "Left out: {} that more than {} members share (up to {most}), unless something else brings two of them together.",
            counted(*things as i64, one, many),
            rules.search.widest
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_platform_in_common_is_a_clash_whoever_is_named_first(
            mut handles in prop::collection::vec((1_u32..5, 0_u16..3), 0..8), one in 1_u32..5, other in 1_u32..5,
        ) {
            handles.sort_unstable();
            handles.dedup();
            let of = |person| handles.iter().filter(move |(owner, _)| *owner == person).map(|(_, platform)| *platform);
            let wanted = of(one).any(|platform| of(other).any(|theirs| theirs == platform));
            prop_assert_eq!(clash(&handles, one, other), wanted);
            prop_assert_eq!(clash(&handles, other, one), wanted);
        }

        #[test]
        fn the_best_stay_and_all_are_counted(grades in prop::collection::vec(0_u32..9, 0..20), top in 0_usize..6) {
            let mut best = Best { top, heap: BinaryHeap::new(), pairs: 0 };
            let places: Vec<Place> =
                grades.iter().zip(0..).map(|(grade, n)| (*grade, Reverse((n, n + 1)), Kinds::default())).collect();
            for place in &places {
                best.add(*place);
            }
            let mut wanted = places.clone();
            wanted.sort_by(|one, other| other.cmp(one));
            wanted.truncate(top);
            prop_assert_eq!(best.pairs, grades.len() as u64);
            let kept: Vec<Place> = best.heap.into_sorted_vec().into_iter().map(|Reverse(place)| place).collect();
            prop_assert_eq!(kept, wanted);
        }
    }
}
