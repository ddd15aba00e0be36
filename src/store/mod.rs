//! Every SQL statement of the program: one module per table family over one SQLite file.
#![allow(clippy::disallowed_types, reason = "this is where SQLite is")]

mod access;
pub mod activities;
pub mod ahead;
pub mod asks;
pub mod batches;
mod beside;
pub mod briefs;
pub mod checks;
pub mod clicked;
pub mod clicks;
pub mod codes;
pub mod contributions;
pub mod conversions;
pub mod copies;
pub mod credits;
pub mod distinctions;
pub mod duplicates;
pub mod erase;
pub mod erasures;
pub mod evidence;
pub mod facts;
pub mod faq;
mod folds;
pub mod handbooks;
pub mod handoff;
pub mod heard;
mod heirs;
pub mod held;
pub mod hints;
pub mod identities;
pub mod invitations;
pub mod items;
pub mod keys;
pub mod links;
pub mod log;
pub mod maturity;
pub mod members;
pub mod mentions;
pub mod merges;
mod met;
mod open;
pub mod orphans;
pub mod overview;
pub mod persons;
pub mod pipelines;
pub mod profile;
pub mod questions;
pub mod reactions;
pub mod reports;
pub mod responses;
pub mod rhythms;
pub mod rollups;
mod rows;
pub mod scores;
pub mod seen;
pub mod segments;
pub mod settings;
pub mod settled;
pub mod signals;
pub mod snoozes;
pub mod stages;
pub mod surveys;
pub mod tags;
mod trouble;
pub mod undo;
pub mod union;
pub mod uses;
pub mod versions;
pub mod weekly;
pub mod weights;
pub mod whole;
pub mod works;

pub use open::{Store, Unusable, in_use, unusable};
pub use trouble::Trouble;

/// The newest of several dated rows, as one number to take the maximum of: the day, then the row.
/// (SQLite takes the other columns of a `max()` row from that row.)
macro_rules! newest {
    ($table:literal) => {
        concat!("max(", $table, ".day * 4294967296 + ", $table, ".id)")
    };
}
pub(crate) use newest;

/// The fact `f` a person is called by on day ?1, as one number to take the maximum of: what the member that stayed in
/// a merge knows itself comes before what came with another, and what was only learnt later is better than nothing,
/// so then the first one after.
macro_rules! called {
    ($person:literal) => {
        concat!(
            "max((f.member = ",
            $person,
            ") * 1152921504606846976 + (f.day * 4294967296 + f.id) * CASE WHEN f.day <= ?1 THEN 1 ELSE -1 END)"
        )
    };
}
pub(crate) use called;

/// The member rows of a person, each looked up: the index on `person` has only those that were merged.
macro_rules! rows_of {
    ($person:literal) => {
        concat!(
            "SELECT ",
            $person,
            " UNION SELECT id FROM members WHERE person = ",
            $person,
            " AND person <> id"
        )
    };
}
pub(crate) use rows_of;
