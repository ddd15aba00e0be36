//! Every identity that is known, packed: hundreds of thousands of addresses fit into a few dozen megabytes.

use crate::model::identity::{EMAIL, Identity};
use anyhow::Result;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::HashMap;
use std::hash::BuildHasher;

/// Identities by platform and value.
#[derive(Default)]
pub struct Roll {
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
    entries: Vec<Entry>,
    platforms: Vec<String>,
    /// All values, one behind the other.
    text: String,
    /// What was written, where it is not the value.
    shown: HashMap<u32, String>,
    /// At the index of a member: whether an address of theirs is known.
    addressed: Vec<bool>,
}

struct Entry {
    at: usize,
    length: u16,
    platform: u16,
    sighted: bool,
    /// Its row in the program's file; 0 where it has none yet.
    row: i64,
    member: i64,
}

impl Roll {
    /// Adds an identity that is not there; `row` is where it stands in the program's file. Identities longer than
    /// 65,535 bytes are cut: nobody has one.
    pub fn insert(&mut self, platform: &str, value: &str, member: i64, row: Option<i64>) -> u32 {
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        let value = &value[..value.floor_char_boundary(length.into())];
        let number = self.platform(platform).unwrap_or_else(|| {
            self.platforms.push(platform.to_owned());
            (self.platforms.len() - 1) as u16
        });
        if platform == EMAIL {
            let place = usize::try_from(member).unwrap_or_default();
            self.addressed.resize(self.addressed.len().max(place + 1), false);
            self.addressed[place] = true;
        }
        let at = self.text.len();
        self.text.push_str(value);
        let index = self.entries.len() as u32;
        let length = value.len() as u16;
        self.entries.push(Entry {
            at,
            length,
            platform: number,
            sighted: false,
            row: row.unwrap_or(0),
            member,
        });
        let hash = self.hasher.hash_one((number, value));
        let Self { hasher, table, entries, text, .. } = self;
        table.insert_unique(hash, index, |&index| {
            let entry = &entries[index as usize];
            hasher.hash_one((entry.platform, entry.value(text)))
        });
        index
    }

    /// Adds a new identity, with how it was written.
    pub fn learn(&mut self, member: i64, identity: &Identity) {
        let index = self.insert(&identity.platform, &identity.value, member, None);
        if identity.shown != identity.value {
            self.shown.insert(index, identity.shown.clone());
        }
    }

    /// Whose an identity is.
    pub fn member(&self, platform: &str, value: &str) -> Option<i64> {
        self.find(platform, value).map(|index| self.entries[index as usize].member)
    }

    /// Whether a member has an address. One row of a person who was merged may have it, and another not.
    pub fn has_address(&self, member: i64) -> bool {
        usize::try_from(member).ok().and_then(|place| self.addressed.get(place)).copied().unwrap_or(false)
    }

    /// Whose an identity is; it was seen again.
    pub fn sight(&mut self, platform: &str, value: &str) -> Option<i64> {
        let index = self.find(platform, value)?;
        let entry = &mut self.entries[index as usize];
        entry.sighted = true;
        Some(entry.member)
    }

    /// All that someone is known by was seen again.
    pub fn sight_all_of(&mut self, member: i64) {
        for entry in self.entries.iter_mut().filter(|entry| entry.member == member) {
            entry.sighted = true;
        }
    }

    /// The rows of those that were seen again, ascending.
    pub fn sighted(&self) -> Vec<i64> {
        let seen = self.entries.iter().filter(|entry| entry.sighted && entry.row > 0);
        let mut rows: Vec<i64> = seen.map(|entry| entry.row).collect();
        rows.sort_unstable();
        rows
    }

    /// How many are new, and how many there are.
    pub fn strangers(&self) -> (u64, u64) {
        let new = self.entries.iter().filter(|entry| entry.row == 0).count();
        (new as u64, self.entries.len() as u64)
    }

    /// Calls `take` with those that are new, in order of platform and value: whose, platform, value, as written.
    pub fn each_stranger(self, mut take: impl FnMut(i64, &str, &str, &str) -> Result<()>) -> Result<()> {
        let mut names: Vec<&str> = self.platforms.iter().map(String::as_str).collect();
        names.sort_unstable();
        let rank = |entry: &Entry| {
            let name = self.platforms[usize::from(entry.platform)].as_str();
            names.binary_search(&name).unwrap_or_default()
        };
        // Most texts differ in their first sixteen bytes: comparing those needs no second look at the text.
        let mut new: Vec<(usize, u128, u32)> = (0..)
            .zip(&self.entries)
            .filter(|(_, entry)| entry.row == 0)
            .map(|(index, entry)| (rank(entry), prefix(entry.value(&self.text)), index))
            .collect();
        let value = |index: u32| self.entries[index as usize].value(&self.text);
        new.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| value(a.2).cmp(value(b.2))));
        new.iter().try_for_each(|&(rank, _, index)| {
            let shown = self.shown.get(&index).map_or(value(index), String::as_str);
            take(self.entries[index as usize].member, names[rank], value(index), shown)
        })
    }

    fn platform(&self, name: &str) -> Option<u16> {
        self.platforms.iter().position(|known| known == name).map(|at| at as u16)
    }

    fn find(&self, platform: &str, value: &str) -> Option<u32> {
        let number = self.platform(platform)?;
        let value = &value[..value.floor_char_boundary(u16::MAX.into())];
        let is = |&index: &u32| {
            let entry = &self.entries[index as usize];
            entry.platform == number && entry.value(&self.text) == value
        };
        self.table.find(self.hasher.hash_one((number, value)), is).copied()
    }
}

impl Entry {
    fn value<'a>(&self, text: &'a str) -> &'a str {
        &text[self.at..self.at + usize::from(self.length)]
    }
}

/// The first sixteen bytes of a text, as a number that sorts as they do.
fn prefix(value: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = value.len().min(16);
    bytes[..length].copy_from_slice(&value.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ones_come_out_in_the_order_of_their_text() {
        let mut roll = Roll::default();
        roll.insert("email", "zoe@example.com", 1, Some(7));
        roll.insert("x", "zoe", 2, None);
        roll.learn(3, &Identity::email("Ana@Example.com").expect("an address"));
        assert_eq!(roll.sight("email", "zoe@example.com"), Some(1));
        assert_eq!(roll.member("x", "zoe@example.com"), None);
        assert_eq!(roll.sighted(), [7]);
        let mut new = Vec::new();
        roll.each_stranger(|member, platform, value, shown| {
            new.push(format!("{member} {platform} {value} {shown}"));
            Ok(())
        })
        .expect("taken");
        assert_eq!(new, ["3 email ana@example.com Ana@Example.com", "2 x zoe zoe"]);
    }
}
