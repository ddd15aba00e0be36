//! One module per kind of record: a row becomes a value, and the value finds its place in the program.

mod activity;
mod audience;
mod clicks;
mod deals;
mod members;
mod orders;
mod responses;
mod signups;
mod survey;
mod usage;

pub use survey::is_choice;

use super::cells::{Cells, RowError, Who};
use super::headers::folded;
use super::keys::{self, Repeats};
use super::people::People;
use crate::model::field::Field;
use crate::model::kind::Kind;
use crate::model::time::{Day, Instant, Zone};
use crate::store::batches::{self, Known};
use crate::store::seen::Seen;
use crate::store::{Store, versions};
use anyhow::Result;
use std::collections::{BTreeMap, HashMap, HashSet};

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

/// One file on its way into the program.
pub struct Session<'a> {
    /// The program.
    pub store: &'a Store,
    /// Whom rows name.
    pub people: People<'a>,
    /// The program's zone.
    pub zone: Zone,
    /// The day the file was read: observations without a day of their own are of it.
    pub day: Day,
    /// Noon of that day.
    pub at: Instant,
    /// The batch all rows belong to.
    pub batch: i64,
    /// The member `--member` named.
    pub owner: Option<i64>,
    /// Kinds of activity the program has no word for, and how many rows have each.
    pub strange_kinds: BTreeMap<String, i64>,
    seen: Seen,
    repeats: Repeats,
    /// Whether the file named an account that was taken for the owner's.
    owner_named: bool,
    numbers: HashSet<String>,
    last_clicks: HashMap<(String, String), i64>,
    pending: HashMap<String, orders::Pending>,
    pending_order: Vec<String>,
}

impl<'a> Session<'a> {
    /// A session for one file.
    pub fn new(
        store: &'a Store,
        people: People<'a>,
        zone: Zone,
        day: Day,
        batch: i64,
        owner: Option<i64>,
    ) -> Self {
        Self {
            store,
            people,
            zone,
            day,
            at: zone.noon(day),
            batch,
            owner,
            strange_kinds: BTreeMap::new(),
            seen: Seen::by(batch),
            repeats: Repeats::default(),
            owner_named: false,
            numbers: HashSet::new(),
            last_clicks: HashMap::new(),
            pending: HashMap::new(),
            pending_order: Vec::new(),
        }
    }

    /// Takes one row of a kind.
    pub fn take(&mut self, kind: Kind, cells: &Cells) -> Taken {
        match kind {
            Kind::Members => members::take(self, cells),
            Kind::Nps => responses::take(self, cells, "nps"),
            Kind::Csat => responses::take(self, cells, "csat"),
            Kind::Activity => activity::take(self, cells),
            Kind::Usage => usage::take(self, cells),
            Kind::Audience => audience::take(self, cells),
            Kind::Signups => signups::take(self, cells),
            Kind::Survey => survey::take(self, cells),
            Kind::Clicks => clicks::take(self, cells),
            Kind::Orders => orders::take(self, cells),
            Kind::Deals => deals::take(self, cells),
        }
    }

    /// A row that is no record, by a rule of its profile: the further rows of the same order are none either.
    pub fn skip(&mut self, kind: Kind, cells: &Cells) {
        if kind == Kind::Orders {
            self.numbers.extend(cells.text(Field::Order));
        }
    }

    /// The fates that could only be told at the end of the file.
    pub fn finish(&mut self) -> Result<Vec<Fate>> {
        let fates = orders::finish(self)?;
        self.people.finish(self.owner, &mut self.seen)?;
        self.seen.finish(self.store)?;
        Ok(fates)
    }

    /// The member a row is about: whom it names, else whom `--member` named; the first account a file names
    /// is that member's.
    fn member(&mut self, who: &Who) -> Result<i64, Trouble> {
        if let Some(owner) = self.owner {
            if !self.owner_named
                && !self.people.is_known(who)
                && let Some(account) = who.identities.first()
            {
                self.people.learn(owner, account)?;
                self.owner_named = true;
            }
            if who.identities.is_empty() {
                return Ok(owner);
            }
        }
        if who.identities.is_empty() && who.name.is_none() {
            return Err(RowError::new("no-person", "the row names nobody").into());
        }
        Ok(self.people.resolve(who)??)
    }

    /// What stands for the member in a natural key.
    fn who_key(&self, who: &Who) -> String {
        match self.owner {
            Some(owner) if who.identities.is_empty() => format!("member:{owner}"),
            _ => who.key(),
        }
    }

    fn known(&self, key: &[u8; 16]) -> Result<Option<Known>, Trouble> {
        Ok(batches::known(self.store, key)?)
    }

    /// A record that is known and says the same: seen again, or twice in one file.
    fn same(&mut self, table: &'static str, known: Known, who: &Who) -> Taken {
        self.people.sight(who);
        if known.batch == self.batch {
            return Ok(Fate::ignored("duplicate"));
        }
        self.seen.add(self.store, table, known.record)?;
        Ok(Fate::Unchanged)
    }

    /// A record that is new.
    fn added(&self, key: &[u8; 16], table: &str, record: i64) -> Taken {
        batches::remember(self.store, key, table, record, self.batch)?;
        Ok(Fate::Added)
    }

    /// A record that says something else now: the newer version replaces the older one.
    fn changed(&self, key: &[u8; 16], table: &'static str, known: Known, record: i64) -> Taken {
        versions::replace(self.store, table, known.record, record)?;
        batches::revise(self.store, key, record)?;
        Ok(Fate::Changed)
    }
}

/// The text of a whole row, case and blanks aside, to tell identical ones.
fn whole(cells: &Cells) -> [u8; 16] {
    let cells: Vec<String> = cells.whole().map(folded).collect();
    let parts: Vec<&str> = cells.iter().map(String::as_str).collect();
    keys::key(&parts)
}

/// A moment as part of a key.
fn stamp(at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| at.0.to_string())
}
