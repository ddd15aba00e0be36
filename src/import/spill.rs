//! A map from keys to numbers that does not grow in memory with the file: what is too much for it waits on
//! disk, in sorted runs.

use anyhow::{Context, Result};
use fastbloom::BloomFilter;
use hashbrown::HashMap;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Entries held in memory: seven eighths of a power of two, where the map is full and not yet doubled.
const HELD: usize = (1 << 20) / 8 * 7;
/// Bytes of one entry on disk: the key, the number.
const ENTRY: usize = 24;
/// Entries in one block of a run; the first key of each block is kept in memory.
const BLOCK: usize = 256;
/// One lookup in this many, of keys that are not there, reads the disk in vain.
const FALSE_POSITIVE: f64 = 0.005;

/// Keys are added once; a number may be changed later.
pub struct Spill {
    expected: usize,
    held: HashMap<u128, i64>,
    limit: usize,
    file: Option<File>,
    filter: Option<BloomFilter>,
    runs: Vec<Run>,
    /// Numbers that were changed after their entry went to disk.
    changed: HashMap<u128, i64>,
}

/// One sorted stretch of the file.
struct Run {
    at: u64,
    entries: usize,
    firsts: Vec<u128>,
}

impl Spill {
    /// An empty map that will hold about so many entries.
    pub fn new(expected: u64) -> Self {
        Self::holding(HELD, expected)
    }

    fn holding(limit: usize, expected: u64) -> Self {
        let expected = usize::try_from(expected).unwrap_or(usize::MAX).clamp(1024, 1 << 32);
        Self {
            expected,
            held: HashMap::new(),
            limit,
            file: None,
            filter: None,
            runs: Vec::new(),
            changed: HashMap::new(),
        }
    }

    /// The number of a key.
    pub fn get(&mut self, key: u128) -> Result<Option<i64>> {
        if let Some(&number) = self.held.get(&key) {
            return Ok(Some(number));
        }
        if !self.filter.as_ref().is_some_and(|filter| filter.contains(&key)) {
            return Ok(None);
        }
        if let Some(&number) = self.changed.get(&key) {
            return Ok(Some(number));
        }
        let Some(file) = &mut self.file else { return Ok(None) };
        for run in &self.runs {
            if let Some(number) = run.find(file, key)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// Adds a key that is not there, or changes the number of one that is.
    pub fn set(&mut self, key: u128, number: i64) -> Result<()> {
        if let Some(held) = self.held.get_mut(&key) {
            *held = number;
            return Ok(());
        }
        if !self.runs.is_empty() && self.get(key)?.is_some() {
            self.changed.insert(key, number);
            return Ok(());
        }
        if self.held.len() >= self.limit {
            self.put_out()?;
        }
        self.held.insert(key, number);
        Ok(())
    }

    /// Calls `take` with every entry, in order of the keys.
    pub fn drain(mut self, mut take: impl FnMut(u128, i64) -> Result<()>) -> Result<()> {
        let mut held: Vec<(u128, i64)> = std::mem::take(&mut self.held).into_iter().collect();
        held.sort_unstable();
        let Some(mut file) = self.file.take() else {
            return held.into_iter().try_for_each(|(key, number)| take(key, number));
        };
        let mut sources: Vec<Source> = self.runs.iter().map(Source::of_run).collect();
        sources.push(Source { at: 0, left: 0, block: held, next: 0 });
        let mut heap = BinaryHeap::new();
        for (index, source) in sources.iter_mut().enumerate() {
            heap.extend(source.next(&mut file)?.map(|entry| std::cmp::Reverse((entry, index))));
        }
        while let Some(std::cmp::Reverse(((key, number), index))) = heap.pop() {
            take(key, self.changed.get(&key).copied().unwrap_or(number))?;
            heap.extend(sources[index].next(&mut file)?.map(|entry| std::cmp::Reverse((entry, index))));
        }
        Ok(())
    }

    fn put_out(&mut self) -> Result<()> {
        let mut entries: Vec<(u128, i64)> = self.held.drain().collect();
        entries.sort_unstable();
        let expected = self.expected;
        let filter = self.filter.get_or_insert_with(|| {
            BloomFilter::with_false_pos(FALSE_POSITIVE).seed(&0).expected_items(expected)
        });
        for (key, _) in &entries {
            filter.insert(key);
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(
                tempfile::tempfile().context("cannot make a temporary file for the keys of the rows")?,
            ),
        };
        let at = file.seek(SeekFrom::End(0))?;
        let mut bytes = Vec::with_capacity(BLOCK * ENTRY);
        for block in entries.chunks(BLOCK) {
            bytes.clear();
            for (key, number) in block {
                bytes.extend_from_slice(&key.to_be_bytes());
                bytes.extend_from_slice(&number.to_be_bytes());
            }
            file.write_all(&bytes).context("cannot write the keys of the rows to a temporary file")?;
        }
        let firsts = entries.chunks(BLOCK).map(|block| block[0].0).collect();
        self.runs.push(Run { at, entries: entries.len(), firsts });
        Ok(())
    }
}

impl Run {
    fn find(&self, file: &mut File, key: u128) -> Result<Option<i64>> {
        let Some(block) = self.firsts.partition_point(|first| *first <= key).checked_sub(1) else {
            return Ok(None);
        };
        let entries = (self.entries - block * BLOCK).min(BLOCK);
        let block = read(file, self.at + (block * BLOCK * ENTRY) as u64, entries)?;
        Ok(block.binary_search_by_key(&key, |entry| entry.0).ok().map(|index| block[index].1))
    }
}

/// A run while it is merged: a block at a time.
struct Source {
    at: u64,
    left: usize,
    block: Vec<(u128, i64)>,
    next: usize,
}

impl Source {
    fn of_run(run: &Run) -> Self {
        Self { at: run.at, left: run.entries, block: Vec::new(), next: 0 }
    }

    fn next(&mut self, file: &mut File) -> Result<Option<(u128, i64)>> {
        if self.next == self.block.len() && self.left > 0 {
            let entries = self.left.min(BLOCK * 16);
            self.block = read(file, self.at, entries)?;
            self.at += (entries * ENTRY) as u64;
            self.left -= entries;
            self.next = 0;
        }
        let entry = self.block.get(self.next).copied();
        self.next += 1;
        Ok(entry)
    }
}

fn read(file: &mut File, at: u64, entries: usize) -> Result<Vec<(u128, i64)>> {
    let mut bytes = vec![0; entries * ENTRY];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes).context("cannot read the keys of the rows back")?;
    let entry = |bytes: &[u8]| {
        let (mut key, mut number) = ([0; 16], [0; 8]);
        key.copy_from_slice(&bytes[..16]);
        number.copy_from_slice(&bytes[16..]);
        (u128::from_be_bytes(key), i64::from_be_bytes(number))
    };
    Ok(bytes.chunks_exact(ENTRY).map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_a_sorted_map_however_little_it_holds(
            limit in 1usize..40,
            steps in proptest::collection::vec((0u128..300, 0i64..5, any::<bool>()), 0..400),
        ) {
            let mut spill = Spill::holding(limit, 300);
            let mut map = BTreeMap::new();
            for (key, number, set) in steps {
                // Spread the keys as digests are spread.
                let key = key.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
                prop_assert_eq!(spill.get(key).expect("read"), map.get(&key).copied());
                if set {
                    spill.set(key, number).expect("written");
                    map.insert(key, number);
                }
            }
            let mut drained = Vec::new();
            spill.drain(|key, number| { drained.push((key, number)); Ok(()) }).expect("read");
            prop_assert_eq!(drained, map.into_iter().collect::<Vec<_>>());
        }
    }
}
