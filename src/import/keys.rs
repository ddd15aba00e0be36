//! Natural keys: what makes a row the same record as one that is known.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Sixteen bytes of SHA-256 over the parts, which cannot run into one another.
pub fn key(parts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    key
}

/// How often one file said the same: wholly identical rows about one person are one record, rows that only
/// look the same by their key are numbered.
#[derive(Default)]
pub struct Repeats {
    seen: HashMap<[u8; 16], Vec<[u8; 16]>>,
}

impl Repeats {
    /// The number of this row among those of its key, from 0; none when a wholly identical row was there.
    pub fn place(&mut self, key: [u8; 16], whole: [u8; 16]) -> Option<usize> {
        match self.seen.entry(key) {
            Entry::Vacant(first) => {
                first.insert(vec![whole]);
                Some(0)
            }
            Entry::Occupied(mut rows) => {
                if rows.get().contains(&whole) {
                    return None;
                }
                rows.get_mut().push(whole);
                Some(rows.get().len() - 1)
            }
        }
    }

    /// The number of this row among those of its key, identical ones counted.
    pub fn count(&mut self, key: [u8; 16]) -> usize {
        let rows = self.seen.entry(key).or_default();
        rows.push(key);
        rows.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["a"]), key(&["a"]));
    }

    #[test]
    fn identical_rows_are_one() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.place(key(&["k"]), key(&["row"])), Some(0));
        assert_eq!(repeats.place(key(&["k"]), key(&["row"])), None);
        assert_eq!(repeats.place(key(&["k"]), key(&["other"])), Some(1));
        assert_eq!(repeats.count(key(&["n"])), 0);
        assert_eq!(repeats.count(key(&["n"])), 1);
    }
}
