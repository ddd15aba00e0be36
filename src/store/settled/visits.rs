//! Who clicked a link and when, as it is kept of each link; and whether it is what the clicks say.

use crate::store::Store;
use anyhow::Result;
use std::collections::HashMap;

/// Bytes of one visit.
const WIDTH: usize = 12;

/// Who and when.
pub type Visit = (u64, i32);

/// As they are kept.
pub fn encoded(visits: &[Visit]) -> Vec<u8> {
    let bytes = |visit: &Visit| {
        let mut one = [0; WIDTH];
        one[..8].copy_from_slice(&visit.0.to_be_bytes());
        one[8..].copy_from_slice(&visit.1.to_be_bytes());
        one
    };
    visits.iter().flat_map(bytes).collect()
}

/// One visit as it is kept.
fn visit_of(bytes: &[u8; WIDTH]) -> Visit {
    let (mut who, mut day) = ([0; 8], [0; 4]);
    who.copy_from_slice(&bytes[..8]);
    day.copy_from_slice(&bytes[8..]);
    (u64::from_be_bytes(who), i32::from_be_bytes(day))
}

/// What was kept.
pub fn decoded(bytes: &[u8]) -> impl Iterator<Item = Visit> + '_ {
    bytes.as_chunks::<WIDTH>().0.iter().map(visit_of)
}

/// Different ones among sorted visits.
pub fn people(visits: &[Visit]) -> i64 {
    visits.chunk_by(|one, other| one.0 == other.0).count() as i64
}

/// One link while its clicks are met.
#[derive(Default)]
struct Met {
    /// A bit for each visit that is kept.
    bits: Vec<u64>,
    visits: usize,
    unnamed: i64,
    is_apart: bool,
}

/// What is kept of every link, held against its clicks: each click has to be among the visits, and each visit has to be met.
pub struct Links<'a> {
    store: &'a Store,
    links: HashMap<i64, Met>,
}

impl<'a> Links<'a> {
    /// Reads what is kept; what contradicts itself is apart already.
    pub fn read(store: &'a Store) -> Result<Self> {
        let mut links = HashMap::new();
        let mut query = store.conn.prepare("SELECT link, people, unnamed, visits FROM settled_clicks")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(3)?.as_blob()?;
            let visits: Vec<Visit> = decoded(bytes).collect();
            let is_apart = !bytes.len().is_multiple_of(WIDTH)
                || !visits.is_sorted_by(|one, next| one < next)
                || row.get::<_, i64>(1)? != people(&visits);
            let bits = vec![0; visits.len().div_ceil(64)];
            links.insert(row.get(0)?, Met { bits, visits: visits.len(), unnamed: row.get(2)?, is_apart });
        }
        Ok(Self { store, links })
    }

    /// Clicks of nobody known on a link.
    pub fn unnamed(&mut self, link: i64, clicks: i64) {
        self.links.entry(link).or_default().unnamed -= clicks;
    }

    /// Some visits of a link.
    pub fn visited(&mut self, link: i64, visits: &[Visit]) -> Result<()> {
        let met = self.links.entry(link).or_default();
        let mut query =
            self.store.conn.prepare_cached("SELECT visits FROM settled_clicks WHERE link = ?1")?;
        let mut rows = query.query([link])?;
        let Some(row) = rows.next()? else {
            met.is_apart = true;
            return Ok(());
        };
        let (kept, _) = row.get_ref(0)?.as_blob()?.as_chunks::<WIDTH>();
        for visit in visits {
            match kept.binary_search_by_key(visit, visit_of) {
                Ok(place) => met.bits[place / 64] |= 1 << (place % 64),
                Err(_) => met.is_apart = true,
            }
        }
        Ok(())
    }

    /// How many links are kept otherwise than their clicks say.
    pub fn apart(&self) -> i64 {
        let is_whole = |met: &Met| {
            let count: u32 = met.bits.iter().map(|bits| bits.count_ones()).sum();
            !met.is_apart && met.unnamed == 0 && count as usize == met.visits
        };
        self.links.values().filter(|met| !is_whole(met)).count() as i64
    }
}
