//! One module per kind of record: a row becomes a value, and the value finds its place in the program.

mod activity;
mod audience;
mod clicks;
mod deals;
mod draft;
mod members;
mod orders;
mod responses;
mod rollup;
mod signups;
mod survey;
mod usage;

pub use draft::{Draft, read, skipped};
use draft::{stamp, whole};

use super::cells::{RowError, Who};
use super::keys::{Book, Known, News};
use super::people::People;
use crate::model::codes;
use crate::model::identity::Identity;
use crate::model::time::{Day, Instant, Zone};
use crate::store::ahead::ahead;
use crate::store::codes as code_rows;
use crate::store::erasures::{Erased, Trace};
use crate::store::keys::{self as key_rows, Key, Table};
use crate::store::seen::Seen;
use crate::store::{
    Store, activities, clicks as click_rows, contributions, responses as response_rows,
    rollups as rollup_rows, versions,
};
use anyhow::Result;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The reason of rows about people who were erased.
pub const ERASED: &str = "erased";

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// A new record.
    Added,
    /// A known record that says something else now.
    Changed,
    /// A known record.
    Unchanged,
    /// No record, and why.
    Ignored(String),
    /// Decided when the file is at its end.
    Later,
}

impl Fate {
    fn ignored(reason: &str) -> Self {
        Self::Ignored(reason.into())
    }
}

/// Why a row was not taken: something wrong with the row, or with the program file.
#[derive(Debug)]
pub enum Trouble {
    /// The row is set aside.
    Row(RowError),
    /// The row is about someone who was erased.
    Erased,
    /// The import ends.
    Other(anyhow::Error),
}

impl From<RowError> for Trouble {
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

/// How a row ended.
pub type Taken = Result<Fate, Trouble>;

/// What all rows of a file are read against.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The program's zone.
    pub zone: Zone,
    /// The day the file was read: observations without a day of their own are of it.
    pub day: Day,
    /// Noon of that day.
    pub at: Instant,
    /// The member `--member` named.
    pub owner: Option<i64>,
    /// Acts are in the program, or were: rows may be of those.
    pub earlier: bool,
}

impl Frame {
    /// What stands for the member in a natural key.
    fn who_key(&self, who: &Who) -> String {
        match self.owner {
            Some(owner) if who.identities.is_empty() => format!("member:{owner}"),
            _ => who.key(),
        }
    }

    /// The error of a row that names nobody, where nobody was named for it.
    fn someone(&self, who: &Who) -> Result<(), RowError> {
        if who.is_nobody() && self.owner.is_none() {
            return Err(RowError::new("no-person", "the row names nobody"));
        }
        Ok(())
    }
}

/// One file on its way into the program.
pub struct Session<'a> {
    /// The program.
    pub store: &'a Store,
    /// Whom rows name.
    pub people: People<'a>,
    /// What its rows are read against.
    pub frame: Frame,
    /// The batch all rows belong to.
    pub batch: i64,
    /// Kinds of activity the program has no word for, and how many rows have each.
    pub strange_kinds: BTreeMap<String, i64>,
    /// Answers whose given group is another than their score's.
    pub contradicted: i64,
    /// Rows with something that is no address beside what says who they are: how many, and the line of the first.
    pub broken_addresses: (i64, u64),
    /// What is said of the first order or deal whose number was taken.
    pub second: Option<String>,
    /// Who was erased, and must not come back.
    pub erased: Erased,
    seen: Seen,
    rows: u64,
    books: Vec<(Table, Book<'a>)>,
    responses: response_rows::Adder<'a>,
    activities: activities::Adder<'a>,
    rollups: rollup_rows::Adder<'a>,
    clicks: click_rows::Adder<'a>,
    /// Whether the file named an account that was taken for the owner's.
    owner_named: bool,
    numbers: HashSet<String>,
    doubles: clicks::Doubles,
    links: clicks::Links,
    logged: activity::Logged,
    /// Codes that were given out, once a cell has several.
    codes: Option<HashSet<String>>,
    pending: HashMap<String, orders::Pending>,
    pending_order: Vec<String>,
    /// Orders of which a row is no sale, and none is one so far: that row, and why.
    called_off: BTreeMap<String, (Box<orders::Draft>, String)>,
    gathered: survey::Gathered,
    /// How many orders without a number looked alike, by what they say.
    unnumbered: HashMap<Key, u64>,
}

impl<'a> Session<'a> {
    /// A session for one file of about so many rows.
    pub fn new(store: &'a Store, people: People<'a>, frame: Frame, batch: i64, rows: u64) -> Result<Self> {
        let erased = Erased::load(store)?;
        let has_acts = key_rows::count_to(store, Table::Activities, 1)? > 0;
        let earlier = has_acts || !erased.is_empty() || contributions::may_be_logged(store)?;
        Ok(Self {
            store,
            people,
            frame: Frame { earlier, ..frame },
            batch,
            strange_kinds: BTreeMap::new(),
            contradicted: 0,
            broken_addresses: (0, 0),
            second: None,
            erased,
            seen: Seen::by(batch),
            rows,
            books: Vec::new(),
            responses: response_rows::Adder::new(store)?,
            activities: activities::Adder::new(store)?,
            rollups: rollup_rows::Adder::new(store)?,
            clicks: click_rows::Adder::new(store)?,
            owner_named: false,
            numbers: HashSet::new(),
            doubles: clicks::Doubles::default(),
            links: clicks::Links::default(),
            logged: activity::Logged::default(),
            codes: None,
            pending: HashMap::new(),
            pending_order: Vec::new(),
            called_off: BTreeMap::new(),
            gathered: survey::Gathered::default(),
            unnumbered: HashMap::new(),
        })
    }

    /// Finds the place in the program of a row and what it was read as. What is left of the draft is no use any more.
    pub fn take(&mut self, row: &super::reader::Row, draft: &mut Result<Draft, RowError>) -> Taken {
        match draft {
            Ok(draft) => {
                if draft.who().is_some_and(|who| who.has_broken_address) {
                    let (rows, first) = self.broken_addresses;
                    self.broken_addresses = (rows + 1, if rows == 0 { row.line } else { first });
                }
                self.keep(draft)
            }
            Err(error) => Err(self.aside(row, error.clone())),
        }
    }

    fn keep(&mut self, draft: &mut Draft) -> Taken {
        if draft.is_erased(&self.erased) {
            if let Draft::Order(order) = draft {
                // The order's further rows go with it.
                self.numbers.extend(order.number.take());
            }
            return Ok(Fate::ignored(ERASED));
        }
        match self.place(draft) {
            Err(Trouble::Erased) => Ok(Fate::ignored(ERASED)),
            taken => taken,
        }
    }

    fn place(&mut self, draft: &mut Draft) -> Taken {
        match draft {
            Draft::Nothing(reason) => Ok(Fate::ignored(reason)),
            Draft::Skipped(order, reason) => match order.take() {
                Some(order) => orders::call_off(self, order, std::mem::take(reason)),
                None => Ok(Fate::Ignored(std::mem::take(reason))),
            },
            Draft::Member(draft) => members::keep(self, draft),
            Draft::Response(draft) => responses::keep(self, draft),
            Draft::Activity(draft) => activity::keep(self, draft),
            Draft::Rollup(draft) => rollup::keep(self, draft),
            Draft::Usage(draft) => usage::keep(self, draft),
            Draft::Audience(draft) => audience::keep(self, draft),
            Draft::Signup(draft) => signups::keep(self, draft),
            Draft::Survey(draft) => survey::keep(self, draft),
            Draft::Click(draft) => clicks::keep(self, draft),
            Draft::Order(draft) => orders::take(self, draft),
            Draft::Deal(draft) => orders::keep(self, &draft.who, draft.record.clone()),
        }
    }

    /// What is wrong with a row. One about someone who was erased is not set aside: it would be kept in a file.
    fn aside(&self, row: &super::reader::Row, error: RowError) -> Trouble {
        let addresses = row.cells.iter().filter(|cell| cell.contains(['@', '＠']));
        let erased = addresses.filter_map(Identity::email).any(|address| self.erased.has_identity(&address));
        if erased { Trouble::Erased } else { Trouble::Row(error) }
    }

    /// The fates that could only be told at the end of the file.
    pub fn finish(&mut self) -> Result<Vec<Fate>> {
        let mut fates = orders::finish(self)?;
        fates.extend(survey::finish(self)?);
        Ok(fates)
    }

    /// Writes down what was held back: rows that wait, then keys and identities, each in its own order. The keys are
    /// sorted meanwhile.
    pub fn close(mut self) -> Result<()> {
        self.flush()?;
        let (store, batch, owner) = (self.store, self.batch, self.frame.owner);
        let writer = |(table, _): &(Table, Book)| key_rows::Writer::new(store, *table, batch);
        let mut writers: Vec<_> = self.books.iter().map(writer).collect::<Result<_>>()?;
        let news: Vec<_> = self.books.into_iter().map(|(_, book)| book.close()).collect();
        let mut people = Some((self.people, self.seen));
        let mut first = || {
            let Some((people, mut seen)) = people.take() else { return Ok(()) };
            people.close(owner, &mut seen)?;
            seen.finish(store)
        };
        ahead(
            |giver| {
                let give = |(table, news): (usize, News)| {
                    news.sorted(|key, record| {
                        giver.give((table, key, record));
                        Ok(())
                    })
                };
                news.into_iter().enumerate().try_for_each(give)
            },
            |&mut (table, key, record)| {
                first()?;
                writers[table].add(key, record)
            },
        )?;
        first()?;
        writers.iter_mut().try_for_each(key_rows::Writer::flush)
    }

    /// Puts the rows that wait into their tables, for whoever wants to read them.
    fn flush(&mut self) -> Result<()> {
        self.responses.flush()?;
        self.activities.flush()?;
        self.rollups.flush()?;
        self.clicks.flush()
    }

    /// The keys of a table.
    fn book(&mut self, table: Table) -> Result<&mut Book<'a>> {
        let known = self.books.iter().position(|(known, _)| *known == table);
        let at = known.unwrap_or(self.books.len());
        if known.is_none() {
            self.books.push((table, Book::open(self.store, table, self.rows)?));
        }
        Ok(&mut self.books[at].1)
    }

    /// The member a row is about: whom it names, else whom `--member` named; the first account a file names
    /// is that member's.
    fn member(&mut self, who: &Who) -> Result<i64, Trouble> {
        if let Some(owner) = self.frame.owner {
            if !self.owner_named
                && !self.people.is_known(who)
                && let Some(account) = who.identities.first()
            {
                self.people.learn(owner, account);
                self.owner_named = true;
            }
            if who.identities.is_empty() {
                return Ok(owner);
            }
        }
        self.frame.someone(who)?;
        Ok(self.people.resolve(who)??)
    }

    fn known(&mut self, table: Table, key: Key) -> Result<Option<Known>, Trouble> {
        let known = self.book(table)?.find(key)?;
        if known.is_none() && self.erased.has(Trace::Row(table as i64, &key.to_be_bytes())) {
            return Err(Trouble::Erased);
        }
        Ok(known)
    }

    /// Of several codes in one cell the first that is somebody's; where none is, all of them.
    fn code(&mut self, cell: &str) -> Result<String> {
        let several = codes::in_cell(cell);
        if let [one] = several[..] {
            return Ok(one.to_string());
        }
        let known = match &mut self.codes {
            Some(known) => known,
            none => none.insert(code_rows::words(self.store)?.into_iter().collect()),
        };
        let own = several.iter().find(|code| known.contains(**code));
        Ok(own.map_or_else(|| several.join(", "), ToString::to_string))
    }

    /// Counts a kind of act the program has no word for.
    fn note_kind(&mut self, kind: &str) {
        if !activity::is_known(kind) {
            *self.strange_kinds.entry(kind.to_string()).or_default() += 1;
        }
    }

    /// A record that is known and says the same: seen again, or twice in one file.
    fn same(&mut self, table: Table, known: Known, who: &Who) -> Taken {
        self.people.sight(who);
        if known.mine {
            return Ok(Fate::ignored("duplicate"));
        }
        if known.imported {
            self.book(table)?.see(known.record);
            self.seen.add(self.store, table.name(), known.record)?;
        }
        Ok(Fate::Unchanged)
    }

    /// A record that is new.
    fn added(&mut self, table: Table, key: Key, record: i64) -> Taken {
        self.book(table)?.add(key, record)?;
        Ok(Fate::Added)
    }

    /// A record that says something else now: the newer version replaces the older one.
    fn changed(&mut self, table: Table, key: Key, known: Known, record: i64) -> Taken {
        // Either may still wait.
        self.flush()?;
        versions::replace(self.store, table, known.record, record)?;
        self.book(table)?.revise(key, record)?;
        Ok(Fate::Changed)
    }
}

/// What became of a record of several rows: none of them can be set aside any more.
fn settled(taken: Taken) -> Result<Fate> {
    match taken {
        Ok(fate) => Ok(fate),
        Err(Trouble::Row(error)) => Ok(Fate::Ignored(error.reason.into())),
        Err(Trouble::Erased) => Ok(Fate::ignored(ERASED)),
        Err(Trouble::Other(error)) => Err(error),
    }
}
