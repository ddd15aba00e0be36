//! Random draws that come out the same on every machine and with every version of a library: ChaCha8, seed 42 unless told,
//! with index sampling of our own (MEASUREMENT.md 0.3).
//!
//! ChaCha: Bernstein DJ (2008), with 8 rounds. Sampling without replacement: Fisher and Yates, stopped after k.
use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// The seed where nothing else is said.
pub const SEED: u64 = 42;

/// A stream of draws.
pub struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// A number from 0 to `n` - 1, each as likely; `n` is at least 1. Numbers that would favour the lower ones are
    /// drawn again.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        let whole = u64::MAX - u64::MAX % n;
        loop {
            let number = self.0.next_u64();
            if number < whole {
                return (number % n) as usize;
            }
        }
    }

    /// A number of the standard normal distribution, by the inverse of its distribution function.
    #[cfg(test)]
    pub fn normal(&mut self) -> f64 {
        use statrs::distribution::{ContinuousCDF, Normal};
        let part = (self.below(1 << 53) as f64 + 0.5) / (1_u64 << 53) as f64;
        Normal::standard().inverse_cdf(part)
    }

    /// `k` of `n` places (or all), each as likely, in the order drawn.
    pub fn sample(&mut self, k: usize, n: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..n).collect();
        for first in 0..k.min(n) {
            let other = first + self.below(n - first);
            places.swap(first, other);
        }
        places.truncate(k);
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_stream_never_changes() {
        assert_eq!(Draws::new(SEED).sample(5, 100), [79, 25, 22, 21, 70]);
        assert_ne!(Draws::new(SEED).sample(5, 100), Draws::new(SEED + 1).sample(5, 100));
    }

    #[test]
    fn each_place_is_as_likely() {
        let mut counts = [0_u32; 5];
        let mut draws = Draws::new(SEED);
        for _ in 0..10_000 {
            for place in draws.sample(2, 5) {
                counts[place] += 1;
            }
        }
        // 4,000 expected of each; the standard deviation is below 50.
        assert!(counts.iter().all(|count| count.abs_diff(4_000) < 250), "{counts:?}");
    }

    proptest! {
        #[test]
        fn no_place_comes_twice(seed in any::<u64>(), k in 0_usize..40, n in 0_usize..40) {
            let mut places = Draws::new(seed).sample(k, n);
            places.sort_unstable();
            places.dedup();
            prop_assert_eq!(places.len(), k.min(n));
            prop_assert!(places.iter().all(|place| *place < n));
        }
    }
}
