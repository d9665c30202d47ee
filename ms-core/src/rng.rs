//! The only door through which chance enters.
//!
//! [`Rng`] can be shared by threads, needs no lock, and is repeatable from a seed. It is made for
//! jitter and for picking endpoints, not for secrets.
//!
//! ```
//! use ms_core::rng::Rng;
//!
//! let (one, other) = (Rng::seeded(7), Rng::seeded(7));
//! assert_eq!(one.next_u64(), other.next_u64());
//! assert!(one.below(10) < 10);
//! ```

use std::hash::{BuildHasher, RandomState};

use crate::sync::{AtomicU64, Ordering};

/// The odd constant of SplitMix64: 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A shareable source of chance (SplitMix64).
///
/// Threads that share one draw different numbers, since each draw takes a step of its own.
#[derive(Debug)]
pub struct Rng(AtomicU64);

impl Rng {
    /// A source that no other process or policy shares.
    #[must_use]
    pub fn new() -> Self {
        Self::seeded(RandomState::new().hash_one(GOLDEN))
    }

    /// A source that repeats itself, for tests and simulations.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// The next 64 bits.
    #[inline]
    pub fn next_u64(&self) -> u64 {
        mix(self.0.fetch_add(GOLDEN, Ordering::Relaxed).wrapping_add(GOLDEN))
    }

    /// A number below `bound`, or 0 where `bound` is 0.
    ///
    /// Uneven by at most `bound` in 2^64, which no policy can see.
    #[inline]
    pub fn below(&self, bound: u64) -> u64 {
        let scaled = u128::from(self.next_u64()) * u128::from(bound);
        #[allow(clippy::cast_possible_truncation, reason = "the upper half of a 128-bit product")]
        let upper = (scaled >> 64) as u64;
        upper
    }

    /// A number from 0 (inclusive) to 1 (exclusive).
    #[inline]
    pub fn unit(&self) -> f64 {
        const SCALE: f64 = 1.0 / 9_007_199_254_740_992.0; // 2^-53
        #[allow(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
        let numerator = (self.next_u64() >> 11) as f64;
        numerator * SCALE
    }

    /// True in `share` of all draws: never for 0 or less (or NaN), always for 1 or more.
    #[inline]
    pub fn chance(&self, share: f64) -> bool {
        self.unit() < share
    }
}

impl Default for Rng {
    fn default() -> Self {
        Self::new()
    }
}

#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_splitmix64() {
        // The first outputs for seed 1234567 as the reference implementation gives them.
        let rng = Rng::seeded(1_234_567);
        assert_eq!(rng.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn two_sources_that_nobody_seeded_differ() {
        assert_ne!(Rng::new().next_u64(), Rng::new().next_u64());
    }

    proptest::proptest! {
        #[test]
        fn a_number_below_a_bound_is_below_it(seed: u64, bound in 1_u64..) {
            proptest::prop_assert!(Rng::seeded(seed).below(bound) < bound);
        }

        #[test]
        fn a_share_of_none_never_comes_and_a_share_of_all_always_does(seed: u64) {
            let rng = Rng::seeded(seed);
            proptest::prop_assert!(!rng.chance(0.0) && !rng.chance(f64::NAN) && rng.chance(1.0));
        }
    }
}

#[cfg(all(test, ms_loom))]
mod loom_tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn loom_threads_that_share_a_source_draw_different_numbers() {
        loom::model(|| {
            let rng = Arc::new(Rng::seeded(1));
            let theirs = Arc::clone(&rng);
            let thread = loom::thread::spawn(move || theirs.next_u64());
            let mine = rng.next_u64();
            assert_ne!(mine, thread.join().unwrap());
        });
    }
}
