//! Pure: at most a share of all requests.

use ms_core::sync::{AtomicU64, Ordering};

/// One request, in the fixed-point numbers of a share.
const WHOLE: u64 = 1 << 32;

/// How many refusals may be saved up.
const CAP: u64 = 10 * WHOLE;

/// Grants at most a share of what it has seen, and a burst of ten.
///
/// Every request pays in the share, every grant takes out one. So there is no clock, and no
/// moment at which the count starts anew.
#[derive(Debug)]
pub(super) struct Share(AtomicU64);

impl Share {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// One more request was seen, of which `share` may be granted.
    pub(super) fn see(&self, share: f64) {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 2^32, as validated; anything else saturates"
        )]
        let pay = (share * 4_294_967_296.0) as u64;
        let add = |saved: u64| Some(saved.saturating_add(pay).min(CAP));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Takes one out, if it is there.
    pub(super) fn grant(&self) -> bool {
        let take = |saved: u64| saved.checked_sub(WHOLE);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a model in sixty-fourths, over phases in which many come and then some want.
        #[test]
        fn s_to_4_never_more_than_the_share_and_a_burst_of_ten_is_granted(
            share in 0_u32..=64,
            phases in prop::collection::vec((0_u32..300, 0_u32..30), 1..10),
        ) {
            let grants = Share::new();
            let (mut saved, mut seen, mut granted) = (0, 0, 0);
            for (coming, wanting) in phases {
                for wants in [vec![false; coming as usize], vec![true; wanting as usize]].concat() {
                    grants.see(f64::from(share) / 64.0);
                    (seen, saved) = (seen + 1, (saved + share).min(640));
                    if !wants {
                        continue;
                    }
                    let is_granted = grants.grant();
                    prop_assert_eq!(is_granted, saved >= 64);
                    saved -= if is_granted { 64 } else { 0 };
                    granted += u32::from(is_granted);
                    prop_assert!(granted * 64 <= seen * share);
                }
            }
        }

        #[test]
        fn s_to_4_any_share_is_never_exceeded(
            share in 0.0_f64..=1.0,
            wanted in prop::collection::vec(any::<bool>(), 1..400),
        ) {
            let grants = Share::new();
            let mut granted = 0_u32;
            for (seen, wants) in (1_u32..).zip(wanted) {
                grants.see(share);
                granted += u32::from(wants && grants.grant());
                prop_assert!(f64::from(granted) <= f64::from(seen) * share);
            }
        }
    }

    #[test]
    fn a_share_of_all_grants_all() {
        let grants = Share::new();
        assert!((0..1000).all(|_| {
            grants.see(1.0);
            grants.grant()
        }));
    }

    #[test]
    fn s_to_4_what_is_saved_up_is_bounded() {
        let grants = Share::new();
        (0..100_000).for_each(|_| grants.see(0.5));
        assert_eq!((0..100).filter(|_| grants.grant()).count(), 10);
    }
}

#[cfg(all(test, ms_loom))]
mod loom_tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn loom_what_is_there_once_is_granted_once() {
        loom::model(|| {
            let grants = Arc::new(Share::new());
            grants.see(1.0);
            let theirs = Arc::clone(&grants);
            let thread = loom::thread::spawn(move || theirs.grant());
            let mine = grants.grant();
            assert!(mine != thread.join().unwrap());
        });
    }
}
