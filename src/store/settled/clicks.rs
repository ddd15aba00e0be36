//! Who clicked which link: different people per link in any stretch of days, without reading every click.
//!
//! Whose a click is: the member's, where the tool knows a customer, else the visitor's; a click of nobody known counts as
//! itself. Of a link all that is kept is a digest of each of them and the days, sorted.

use super::visits::{Links, Visit, decoded, encoded, people};
use super::{Kind, touches};
use crate::model::digest::short;
use crate::model::time::Day;
use crate::store::Store;
use anyhow::Result;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many visits are kept in memory before they are put aside.
const TOGETHER: usize = if cfg!(test) { 5 } else { 2_000_000 };

/// One click as it is settled.
struct Click {
    link: i64,
    day: i32,
    clicks: i64,
    who: Option<u64>,
    member: Option<i64>,
}

/// Calls `see` with the clicks in force after a row.
fn each(store: &Store, after: i64, which: &str, mut see: impl FnMut(Click) -> Result<()>) -> Result<()> {
    let sql = format!(
        "SELECT link, day, clicks, visitor, member FROM clicks WHERE id > ?1 AND replaced_by IS NULL {which}"
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([after])?;
    while let Some(row) = rows.next()? {
        let member: Option<i64> = row.get(4)?;
        let who = match member {
            Some(member) => Some(short("member", &member.to_be_bytes())),
            None => row.get_ref(3)?.as_str_or_null()?.map(|visitor| short("visitor", visitor.as_bytes())),
        };
        see(Click { link: row.get(0)?, day: row.get(1)?, clicks: row.get(2)?, who, member })?;
    }
    Ok(())
}

/// Clicks that were read and not written down yet.
#[derive(Default)]
struct Heap {
    visits: HashMap<i64, Vec<Visit>>,
    sums: BTreeMap<(i64, i32), i64>,
    size: usize,
}

impl Heap {
    fn add(&mut self, click: &Click) {
        self.size += 1;
        match click.who {
            Some(who) => self.visits.entry(click.link).or_default().push((who, click.day)),
            None => *self.sums.entry((click.link, click.day)).or_default() += click.clicks,
        }
    }

    /// What came for each link; sums of a day are written down at once.
    fn news(&mut self, store: &Store) -> Result<BTreeMap<i64, News>> {
        let mut sums = store.conn.prepare_cached(
            "INSERT INTO settled_sums (link, day, clicks) VALUES (?1, ?2, ?3)
             ON CONFLICT (link, day) DO UPDATE SET clicks = clicks + excluded.clicks",
        )?;
        let mut news: BTreeMap<i64, News> = BTreeMap::new();
        for ((link, day), clicks) in std::mem::take(&mut self.sums) {
            sums.execute(params![link, day, clicks])?;
            let new = news.entry(link).or_default();
            new.unnamed += clicks;
            new.days = Some(wider(new.days, day));
        }
        for (link, visits) in std::mem::take(&mut self.visits) {
            let new = news.entry(link).or_default();
            new.days = visits.iter().fold(new.days, |days, visit| Some(wider(days, visit.1)));
            new.visits = visits;
        }
        self.size = 0;
        Ok(news)
    }

    /// Puts everything aside on disk, so that what is known of a link is read and written once however much comes.
    fn put_aside(&mut self, store: &Store) -> Result<()> {
        store.conn.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS aside (link INTEGER, unnamed INTEGER, first INTEGER, last INTEGER, visits BLOB);
             CREATE INDEX IF NOT EXISTS temp.aside_link ON aside (link);",
        )?;
        let mut insert = store.conn.prepare_cached("INSERT INTO temp.aside VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for (link, news) in self.news(store)? {
            let days = news.days.map_or((None, None), |(first, last)| (Some(first), Some(last)));
            insert.execute(params![link, news.unnamed, days.0, days.1, encoded(&news.visits)])?;
        }
        Ok(())
    }

    /// Writes down everything, what was put aside before included.
    fn settle(&mut self, store: &Store, is_aside: bool) -> Result<()> {
        if !is_aside {
            return self.news(store)?.into_iter().try_for_each(|(link, news)| merge(store, link, news));
        }
        self.put_aside(store)?;
        let mut links = store.conn.prepare("SELECT DISTINCT link FROM temp.aside ORDER BY link")?;
        let mut parts =
            store.conn.prepare("SELECT unnamed, first, last, visits FROM temp.aside WHERE link = ?1")?;
        let links: Vec<i64> = links.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for link in links {
            let mut news = News::default();
            let mut rows = parts.query([link])?;
            while let Some(row) = rows.next()? {
                news.unnamed += row.get::<_, i64>(0)?;
                let days: [Option<i32>; 2] = [row.get(1)?, row.get(2)?];
                news.days = days.into_iter().flatten().fold(news.days, |known, day| Some(wider(known, day)));
                news.visits.extend(decoded(row.get_ref(3)?.as_blob()?));
            }
            merge(store, link, news)?;
        }
        Ok(store.conn.execute_batch("DROP TABLE temp.aside")?)
    }
}

/// A stretch of days that holds this one too.
fn wider(days: Option<(i32, i32)>, day: i32) -> (i32, i32) {
    days.map_or((day, day), |(first, last)| (first.min(day), last.max(day)))
}

/// What came for one link.
#[derive(Default)]
struct News {
    visits: Vec<Visit>,
    unnamed: i64,
    days: Option<(i32, i32)>,
}

/// Adds to what is known of a link.
fn merge(store: &Store, link: i64, news: News) -> Result<()> {
    let News { mut visits, mut unnamed, days } = news;
    let Some((mut first, mut last)) = days else { return Ok(()) };
    let mut query = store
        .conn
        .prepare_cached("SELECT first_day, last_day, unnamed, visits FROM settled_clicks WHERE link = ?1")?;
    let known = query.query_row([link], |row| {
        let visits = decoded(row.get_ref(3)?.as_blob()?).collect::<Vec<_>>();
        Ok((row.get::<_, i32>(0)?, row.get::<_, i32>(1)?, row.get::<_, i64>(2)?, visits))
    });
    if let Some((known_first, known_last, known_unnamed, known_visits)) = known.optional()? {
        (first, last, unnamed) = (first.min(known_first), last.max(known_last), unnamed + known_unnamed);
        visits.extend(known_visits);
    }
    visits.sort_unstable();
    visits.dedup();
    let mut insert = store.conn.prepare_cached(
        "INSERT OR REPLACE INTO settled_clicks (link, first_day, last_day, people, unnamed, visits)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    insert.execute(params![link, first, last, people(&visits), unnamed, encoded(&visits)])?;
    Ok(())
}

/// Brings them up to date.
pub(super) fn refresh(store: &Store) -> Result<()> {
    let (until, last) = (Kind::Clicks.until(store)?, Kind::Clicks.last(store)?);
    if until == last {
        return Ok(());
    }
    if until < 0 {
        store.conn.execute_batch("DELETE FROM settled_clicks; DELETE FROM settled_sums;")?;
    }
    let (mut heap, mut is_aside) = (Heap::default(), false);
    each(store, until.max(0), "", |click| {
        heap.add(&click);
        if heap.size < TOGETHER {
            return Ok(());
        }
        is_aside = true;
        heap.put_aside(store)
    })?;
    heap.settle(store, is_aside)?;
    touches::refresh(store, until, last)?;
    Kind::Clicks.set(store, last)
}

/// How many links and days of unnamed clicks are not what the clicks say.
pub(super) fn apart(store: &Store) -> Result<i64> {
    let until = Kind::Clicks.until(store)?;
    if until < 0 {
        return Ok(0);
    }
    let settled = "SELECT link, day, clicks FROM settled_sums WHERE clicks <> 0";
    let said = format!(
        "SELECT link, day, sum(clicks) FROM clicks
         WHERE id <= {until} AND replaced_by IS NULL AND member IS NULL AND visitor IS NULL
         GROUP BY 1, 2 HAVING sum(clicks) <> 0"
    );
    let mut found = 0;
    for (one, other) in [(settled, said.as_str()), (said.as_str(), settled)] {
        let sql = format!("SELECT count(*) FROM (SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other}))");
        found += store.conn.query_row(&sql, [], |row| row.get::<_, i64>(0))?;
    }
    Ok(found + visits_apart(store, until)?)
}

/// How many links are settled otherwise than their clicks say. So many clicks at a time as fit into memory.
fn visits_apart(store: &Store, until: i64) -> Result<i64> {
    let (mut links, mut said) = (Links::read(store)?, Heap::default());
    let mut compare = |said: &mut Heap| {
        for ((link, _), clicks) in std::mem::take(&mut said.sums) {
            links.unnamed(link, clicks);
        }
        said.size = 0;
        std::mem::take(&mut said.visits)
            .into_iter()
            .try_for_each(|(link, visits)| links.visited(link, &visits))
    };
    each(store, 0, &format!("AND id <= {until}"), |click| {
        said.add(&click);
        if said.size >= TOGETHER { compare(&mut said) } else { Ok(()) }
    })?;
    compare(&mut said)?;
    Ok(links.apart())
}

/// A stretch of days, both ends included.
pub type Days = (Day, Day);

/// Clicks per link in each of some stretches of days, while they are added up.
struct Tally<'a> {
    spans: &'a [Days],
    found: BTreeMap<i64, Vec<i64>>,
}

impl Tally<'_> {
    fn add(&mut self, link: i64, counts: impl Iterator<Item = i64>) {
        let sums = self.found.entry(link).or_insert_with(|| vec![0; self.spans.len()]);
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }

    /// Different ones with a day in each stretch, among sorted visits; those in `without` are not counted.
    fn people(&mut self, link: i64, visits: &[Visit], without: &BTreeSet<u64>) {
        let mut counts = vec![0; self.spans.len()];
        for one in visits.chunk_by(|one, other| one.0 == other.0) {
            if without.contains(&one[0].0) {
                continue;
            }
            for (count, span) in counts.iter_mut().zip(self.spans) {
                *count += i64::from(one.iter().any(|visit| is_in(*span, visit.1)));
            }
        }
        self.add(link, counts.into_iter());
    }

    /// Clicks of a day of which nobody knows whose they are.
    fn unnamed(&mut self, link: i64, day: i32, clicks: i64) {
        let spans = self.spans;
        self.add(link, spans.iter().map(|span| if is_in(*span, day) { clicks } else { 0 }));
    }
}

fn is_in(span: Days, day: i32) -> bool {
    (span.0.0..=span.1.0).contains(&day)
}

/// Different people (and clicks of nobody known) per link, in each of some stretches of days; clicks of staff and bots
/// are in none. Links without any are left out.
pub fn clicked(store: &Store, spans: &[Days]) -> Result<BTreeMap<i64, Vec<i64>>> {
    let until = Kind::Clicks.until(store)?;
    let mut ours = ours(store)?;
    // What came after it was settled, or everything where nothing is.
    let mut late = Heap::default();
    each(store, until.max(0), "", |click| {
        if click.member.is_none_or(|member| !ours.members.contains(&member)) {
            late.add(&click);
        }
        Ok(())
    })?;
    let mut tally = Tally { spans, found: BTreeMap::new() };
    if until >= 0 {
        settled(store, &mut tally, &mut late, &mut ours)?;
    }
    for (link, mut visits) in std::mem::take(&mut late.visits) {
        visits.sort_unstable();
        tally.people(link, &visits, &BTreeSet::new());
    }
    for ((link, day), clicks) in &late.sums {
        tally.unnamed(*link, *day, *clicks);
    }
    tally.found.retain(|_, counts| counts.iter().any(|count| *count != 0));
    Ok(tally.found)
}

/// Adds what is settled, and with it what came later of the same links.
fn settled(store: &Store, tally: &mut Tally, late: &mut Heap, ours: &mut Ours) -> Result<()> {
    let from = tally.spans.iter().map(|span| span.0.0).max().unwrap_or(0);
    let to = tally.spans.iter().map(|span| span.1.0).min().unwrap_or(0);
    // The days of a link that every stretch covers whole need not be read.
    let mut query = store.conn.prepare(
        "SELECT link, people + unnamed, CASE WHEN first_day >= ?1 AND last_day <= ?2 THEN NULL ELSE visits END
         FROM settled_clicks",
    )?;
    let mut rows = query.query([from, to])?;
    let mut partly = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let link: i64 = row.get(0)?;
        let (news, staff) = (late.visits.remove(&link), ours.clicked.remove(&link));
        let bytes = row.get_ref(2)?.as_blob_or_null()?;
        if bytes.is_none() && news.is_none() && staff.is_none() {
            let whole: i64 = row.get(1)?;
            tally.add(link, std::iter::repeat(whole));
            continue;
        }
        partly.insert(link);
        let mut visits: Vec<Visit> = match bytes {
            Some(bytes) => decoded(bytes).collect(),
            None => visits_of(store, link)?,
        };
        if let Some(news) = news {
            visits.extend(news);
            visits.sort_unstable();
        }
        tally.people(link, &visits, &staff.unwrap_or_default());
    }
    if partly.is_empty() {
        return Ok(());
    }
    let mut query = store.conn.prepare("SELECT link, day, clicks FROM settled_sums")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let link = row.get(0)?;
        if partly.contains(&link) {
            tally.unnamed(link, row.get(1)?, row.get(2)?);
        }
    }
    Ok(())
}

fn visits_of(store: &Store, link: i64) -> Result<Vec<Visit>> {
    let mut query = store.conn.prepare_cached("SELECT visits FROM settled_clicks WHERE link = ?1")?;
    Ok(query.query_row([link], |row| Ok(decoded(row.get_ref(0)?.as_blob()?).collect()))?)
}

/// Our own people, and the links they clicked.
struct Ours {
    members: BTreeSet<i64>,
    clicked: HashMap<i64, BTreeSet<u64>>,
}

fn ours(store: &Store) -> Result<Ours> {
    let mut query = store.conn.prepare("SELECT member FROM outside")?;
    let members: BTreeSet<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut clicked: HashMap<i64, BTreeSet<u64>> = HashMap::new();
    if !members.is_empty() {
        touches::each(store, |(member, _, link)| {
            let member = i64::from(member);
            if members.contains(&member) {
                clicked.entry(i64::from(link)).or_default().insert(short("member", &member.to_be_bytes()));
            }
            Ok(())
        })?;
    }
    Ok(Ours { members, clicked })
}
