//! A packed file may promise more than any disk holds: it is inflated only as far as a table of text swells.

use std::io::{self, Read};

/// Texts that people keep are packed to a tenth, tables of equal rows to a hundredth.
const RATIO: u64 = 200;
/// What is smaller than this harms nobody.
const ALWAYS: u64 = 16 * 1024 * 1024;

/// A reader that ends in [`Swells`] when more comes out than `packed` bytes can honestly hold.
pub struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Limited<R> {
    /// `packed`: how many bytes `inner` inflates.
    pub fn new(inner: R, packed: u64) -> Self {
        Self { inner, left: ALWAYS.max(packed.saturating_mul(RATIO)) }
    }

    /// The same, and never more than `most` bytes.
    pub fn at_most(inner: R, packed: u64, most: u64) -> Self {
        Self { inner, left: ALWAYS.max(packed.saturating_mul(RATIO)).min(most) }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| io::Error::other(Swells))?;
        Ok(count)
    }
}

/// More came out than was allowed.
#[derive(Debug)]
pub struct Swells;

impl std::fmt::Display for Swells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it inflates to far more than a table of its size holds")
    }
}

impl std::error::Error for Swells {}

/// Whether an error is, or comes from, [`Swells`].
pub fn swells(error: &anyhow::Error) -> bool {
    let inside =
        |error: &io::Error| error.get_ref().is_some_and(|inner| inner.downcast_ref::<Swells>().is_some());
    error.chain().any(|cause| cause.is::<Swells>() || cause.downcast_ref::<io::Error>().is_some_and(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_stopped_and_a_table_is_not() {
        let mut sink = io::sink();
        let table = io::repeat(b'1').take(ALWAYS);
        assert_eq!(io::copy(&mut Limited::new(table, 10), &mut sink).expect("small enough"), ALWAYS);
        let large = io::repeat(b'1').take(2 * ALWAYS);
        assert!(io::copy(&mut Limited::new(large, ALWAYS), &mut sink).is_ok());
        let bomb = io::repeat(b'1').take(2 * ALWAYS);
        let error = io::copy(&mut Limited::new(bomb, 10), &mut sink).expect_err("a bomb");
        assert!(swells(&error.into()));
        let long = io::repeat(b'1').take(1000);
        assert!(io::copy(&mut Limited::at_most(long, 1000, 500), &mut sink).is_err());
    }
}
