//! `amplify log --file`: many contributions at once, as one batch that can be taken back.

use super::list::{self, Entry, List, Row};
use super::log::{Given, is_news, known, someone_elses};
use crate::app::App;
use crate::app::accounts;
use crate::app::fail::End;
use crate::app::given;
use crate::app::logged::Note;
use crate::app::place::{Place, Platforms, listed};
use crate::data;
use crate::model::digest::{hex, natural};
use crate::model::record::Activity;
use crate::output::rejected::{self, LEAD};
use crate::output::{Cell, Table};
use crate::store::contributions::Contribution;
use crate::store::keys::{self, Writer};
use crate::store::members::{self, Person};
use crate::store::seen::Seen;
use crate::store::{Store, activities, batches};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Why a line was set aside: a word to count by, and what is wrong.
struct Reject(&'static str, String);

/// What a line became.
enum Fate {
    Added,
    Changed,
    Unchanged,
}

/// The work on one list.
struct Load<'a> {
    app: &'a App,
    store: &'a Store,
    batch: i64,
    owner: Option<&'a Person>,
    usual: &'a Given,
    known: BTreeMap<String, Contribution>,
    people: HashMap<String, Result<Person, String>>,
    keys: Writer<'a>,
    adder: activities::Adder<'a>,
    seen: Seen,
}

/// Logs every line of a list.
pub fn run(app: &App, path: &Path, owner: Option<&Person>, usual: &Given, dry_run: bool) -> Result<End> {
    let (name, bytes) = contents(path)?;
    let list = list::read(&bytes).with_context(|| name.clone())?;
    let platforms = Platforms::parse(data::needed("platforms.toml")?)?;
    let places: Vec<Option<Place>> =
        list.rows.iter().map(|row| platforms.place(&row.entry.as_ref()?.url)).collect();
    let known = known(app, &platforms, places.iter().flatten())?;
    let store = app.store()?;
    let mut batch = batches::Batch {
        id: batches::next_id(store)?,
        at: app.clock().0,
        day: app.as_of().0,
        file: name,
        sha256: hex(&Sha256::digest(&bytes)),
        kind: "activity".into(),
        encoding: list.encoding.into(),
        delimiter: list.delimiter.into(),
        ..batches::Batch::default()
    };
    let work = || -> Result<(batches::Batch, Vec<(usize, Reject)>)> {
        store.keep_if(|| {
            batches::open(store, &batch)?;
            let load = Load {
                app,
                store,
                batch: batch.id,
                owner,
                usual,
                known,
                people: HashMap::new(),
                keys: Writer::new(store, keys::Table::Activities, batch.id)?,
                adder: activities::Adder::new(store)?,
                seen: Seen::by(batch.id),
            };
            let rejected = take_all(load, &list, places, &mut batch)?;
            batches::close(store, &batch)?;
            let news = batch.added + batch.changed > 0;
            Ok(((batch, rejected), news))
        })
    };
    let stdin = path.as_os_str() == "-";
    let beside = rejected::path(if stdin { Path::new("stdin") } else { path });
    let (batch, rejected) = if dry_run {
        store.rehearse(work)?
    } else {
        store.write(|| {
            let (batch, rejected) = work()?;
            set_aside(&beside, &list, &rejected)?;
            if batch.added + batch.changed > 0 {
                let what = format!("{}: {} added, {} changed", batch.file, batch.added, batch.changed);
                app.log(&Note { batch: Some(batch.id), ..Note::program("amplify log", what) })?;
            }
            Ok((batch, rejected))
        })?
    };
    tell(app, &batch, dry_run, Some(&beside).filter(|_| !rejected.is_empty()))?;
    Ok(if rejected.is_empty() { End::Done } else { End::SetAside })
}

/// The list's name and bytes.
fn contents(path: &Path) -> Result<(String, Vec<u8>)> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("the list could not be read from stdin")?;
        return Ok(("stdin".into(), bytes));
    }
    given::is_file(path)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok((name, bytes))
}

fn take_all(
    mut load: Load,
    list: &List,
    places: Vec<Option<Place>>,
    batch: &mut batches::Batch,
) -> Result<Vec<(usize, Reject)>> {
    let mut rejected: Vec<(usize, Reject)> = Vec::new();
    for (at, (row, place)) in list.rows.iter().zip(places).enumerate() {
        batch.rows += 1;
        let Some(entry) = &row.entry else {
            batch.ignored += 1;
            continue;
        };
        match load.take(entry, place)? {
            Ok(Fate::Added) => batch.added += 1,
            Ok(Fate::Changed) => batch.changed += 1,
            Ok(Fate::Unchanged) => batch.unchanged += 1,
            Err(reject) => {
                batch.rejected += 1;
                rejected.push((at, reject));
            }
        }
    }
    let mut reasons: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, Reject(reason, _)) in &rejected {
        *reasons.entry(reason).or_default() += 1;
    }
    let told = reasons.into_iter().map(|(reason, rows)| ("rejected".to_string(), reason.to_string(), rows));
    let empty = Some(("ignored".to_string(), "remark-or-empty".to_string(), batch.ignored));
    batch.reasons = empty.filter(|reason| reason.2 > 0).into_iter().chain(told).collect();
    load.seen.finish(load.store)?;
    Ok(rejected)
}

impl Load<'_> {
    /// Finds a line's place: added, changed, unchanged or rejected.
    fn take(&mut self, entry: &Entry, place: Option<Place>) -> Result<Result<Fate, Reject>> {
        let Some(place) = place else {
            return Ok(Err(Reject("no-address", "not a web address; copy it from the browser".into())));
        };
        let person = match self.whose(entry, &place)? {
            Ok(person) => person,
            Err(reject) => return Ok(Err(reject)),
        };
        let given = Given {
            platform: entry.given.platform.clone().or_else(|| self.usual.platform.clone()),
            grade: entry.given.grade.clone(),
            ..entry.given.clone()
        };
        let has_counts =
            [&given.reach, &given.impressions, &given.engagements].iter().any(|count| count.is_some());
        let grade = given.grade.clone().or_else(|| self.usual.grade.clone()).filter(|_| has_counts);
        let counts = match (Given { grade, ..given.clone() }).reading(self.app) {
            Ok(counts) => counts,
            Err(error) => return Ok(Err(Reject("not-a-count", error.to_string()))),
        };
        if let Some(known) = self.known.get(&place.key) {
            if known.person != person.id {
                return Ok(Err(Reject("someone-elses", someone_elses(self.app, known, &person)?)));
            }
            let id = known.id;
            if activities::is_imported(self.store, id, self.batch)? {
                self.seen.add(self.store, keys::Table::Activities.name(), id)?;
            }
            return Ok(Ok(match counts {
                Some(counts) if is_news(self.app, id, &counts)? => {
                    activities::add_reach(self.store, id, &counts, Some(self.batch))?;
                    Fate::Changed
                }
                _ => Fate::Unchanged,
            }));
        }
        let (key, spelling) = (place.key.clone(), place.spelling.clone());
        let act = match given.activity(self.app, &person, place) {
            Ok(act) => act,
            Err(error) => return Ok(Err(Reject("cannot-be-told", error.to_string()))),
        };
        let id = self.adder.add(&act, counts.as_ref(), Some(self.batch))?;
        self.recognise(&act, (&key, &spelling), id)?;
        let made = Contribution {
            id,
            person: person.id,
            kind: act.kind,
            platform: act.platform,
            title: act.title,
            url: act.url,
            at: act.at,
            day: act.day,
        };
        self.known.insert(key, made);
        Ok(Ok(Fate::Added))
    }

    /// Writes down what a contribution is recognised by.
    fn recognise(&mut self, act: &Activity, (key, spelling): (&str, &str), id: i64) -> Result<()> {
        // As the platform's own list knows it, so that it is recognised when that is imported.
        let address = listed(spelling).unwrap_or_default();
        let natural = natural(&["activity", &act.platform, "url", &address]);
        if keys::find(self.store, keys::Table::Activities, natural)?.is_none() {
            self.keys.add(natural, id)?;
        } else {
            self.keys.add(crate::model::digest::natural(&["amplify log", key]), id)?;
        }
        // A later line may be about the same.
        self.adder.flush()?;
        self.keys.flush()
    }

    /// Whose a line is: as it says, else as the command says, else as the address itself says.
    fn whose(&mut self, entry: &Entry, place: &Place) -> Result<Result<Person, Reject>> {
        if let Some(who) = &entry.member {
            let app = self.app;
            let found = self
                .people
                .entry(who.clone())
                .or_insert_with(|| app.member(who).map_err(|error| error.to_string()));
            return Ok(found.clone().map_err(|error| Reject("unknown-member", error)));
        }
        if let Some(owner) = self.owner {
            return Ok(Ok(owner.clone()));
        }
        let account = accounts::of_url(&place.url);
        let id = account.map(|account| members::by_identity(self.store, &account)).transpose()?.flatten();
        let person = id.map(|id| members::person(self.store, id, self.app.as_of())).transpose()?.flatten();
        Ok(person.ok_or_else(|| {
            let what = "the line says no member, and the address none that is known; name one: amplify log MEMBER --file FILE";
            Reject("no-member", what.into())
        }))
    }
}

/// Writes the rows that were set aside beside the list, each with its line and reason.
fn set_aside(path: &Path, list: &List, rejected: &[(usize, Reject)]) -> Result<()> {
    let ours = list.headers.iter().take(LEAD.len()).map(String::as_str).eq(LEAD);
    let skip = if ours { LEAD.len() } else { 0 };
    let row = |(at, Reject(_, what)): &(usize, Reject)| {
        let Row { line, cells, .. } = &list.rows[*at];
        // A row that was set aside before keeps the line of the list it came from.
        let line = if ours { cells.first().cloned().unwrap_or_default() } else { line.to_string() };
        [line, what.clone()].into_iter().chain(cells.iter().skip(skip).cloned()).collect()
    };
    let rows: Vec<Vec<String>> = rejected.iter().map(row).collect();
    rejected::write(path, list.headers.iter().skip(skip).cloned(), &rows, "nothing was logged")
}

/// The receipt.
fn tell(app: &App, batch: &batches::Batch, dry_run: bool, beside: Option<&PathBuf>) -> Result<()> {
    let kept = !dry_run && batch.added + batch.changed > 0;
    let mut table =
        Table::new(&["file", ">rows", ">added", ">changed", ">unchanged", ">rejected", ">ignored", ">batch"]);
    table.row(vec![
        batch.file.as_str().into(),
        batch.rows.into(),
        batch.added.into(),
        batch.changed.into(),
        batch.unchanged.into(),
        batch.rejected.into(),
        batch.ignored.into(),
        if kept { Cell::Whole(batch.id) } else { Cell::Missing },
    ]);
    for (fate, reason, rows) in &batch.reasons {
        table.note(format!("{fate}: {rows} {reason}"));
    }
    app.screen.show(&table)?;
    if let Some(path) = beside.filter(|_| !dry_run) {
        app.screen.say(&format!(
            "Rows set aside, with the reason for each: {}; mend them there and log that file",
            path.display()
        ));
    }
    if dry_run {
        app.screen.next("the same without --dry-run", "nothing was kept");
    } else if kept {
        app.screen.next("groundswell amplify queue", "what waits for an answer now");
        app.screen.aside(&format!("To take it back: groundswell imports undo {}", batch.id));
    } else {
        app.screen.say("Nothing in it was new; the program is as it was.");
    }
    Ok(())
}
