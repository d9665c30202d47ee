//! Calls counted by how they ended: once each, however that is.
//!
//! ```
//! use ms_core::lease::Leases;
//! use ms_core::tally::{Outcome, Tally, Ticket};
//!
//! #[derive(Debug, Clone, Copy, PartialEq)]
//! enum Visit {
//!     Bought,
//!     Left,
//! }
//!
//! impl Outcome for Visit {
//!     const ALL: &'static [(Self, &'static str)] =
//!         &[(Self::Bought, "bought"), (Self::Left, "left")];
//!     const ABANDONED: Self = Self::Left;
//!     fn index(self) -> usize {
//!         self as usize
//!     }
//! }
//!
//! let leases: Leases<(), Tally<Visit>> = Leases::striped(());
//! let mut ticket = Ticket::new(leases.take());
//! ticket.end(Visit::Bought);
//! drop(Ticket::new(leases.take()));
//!
//! assert_eq!(Tally::sum(&leases, Visit::Bought), 1);
//! assert_eq!(Tally::sum(&leases, Visit::Left), 1);
//! ```

use std::fmt;
use std::marker::PhantomData;

use crate::lease::{Counter, Lease, Leases};
use crate::registry::{Label, Metric, Readings};

/// How many outcomes a tally can tell apart: as many counters as fill a cache line.
const MAX_OUTCOMES: usize = 8;

/// The ways in which a call can end: an enum of at most eight, each with its label.
pub trait Outcome: Copy + 'static {
    /// All of them in the order of [`index`](Self::index), with the value of the label `outcome`.
    const ALL: &'static [(Self, &'static str)];

    /// How a call ends that is dropped before anything was said of it.
    const ABANDONED: Self;

    /// Its place in [`ALL`](Self::ALL): `self as usize`.
    fn index(self) -> usize;
}

/// How many calls ended in which way.
pub struct Tally<O> {
    counts: [Counter; MAX_OUTCOMES],
    outcome: PhantomData<fn(O)>,
}

impl<O: Outcome> Tally<O> {
    /// One more call ended like this.
    #[inline]
    pub fn count(&self, outcome: O) {
        const { assert!(O::ALL.len() <= MAX_OUTCOMES, "a tally tells eight outcomes apart") }
        self.counts[outcome.index() % MAX_OUTCOMES].count();
    }

    /// How many calls ended like this, over all stripes.
    #[must_use]
    pub fn sum<T>(leases: &Leases<T, Self>, outcome: O) -> u64 {
        leases.sum(|tally| &tally.counts[outcome.index() % MAX_OUTCOMES])
    }

    /// Reads `metric`: one series for each outcome, all of which bear `label`.
    pub fn read<T>(
        leases: &Leases<T, Self>,
        metric: &'static Metric,
        label: Option<Label<'_>>,
        out: &mut dyn Readings,
    ) {
        for &(outcome, name) in O::ALL {
            let labels = [("outcome", name), label.unwrap_or_default()];
            let used = if label.is_some() { 2 } else { 1 };
            out.counter(metric, &labels[..used], Self::sum(leases, outcome));
        }
    }
}

impl<O: Outcome> Tally<O> {
    /// Reads `metric` from this tally alone: one series for each outcome.
    pub fn read_alone(&self, metric: &'static Metric, out: &mut dyn Readings) {
        for &(outcome, name) in O::ALL {
            let count = self.counts[outcome.index() % MAX_OUTCOMES].get();
            out.counter(metric, &[("outcome", name)], count);
        }
    }
}

impl<O> Default for Tally<O> {
    fn default() -> Self {
        Self { counts: Default::default(), outcome: PhantomData }
    }
}

impl<O> fmt::Debug for Tally<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tally").field(&self.counts).finish()
    }
}

/// What a call holds of its policy, and by which it is counted once.
///
/// The first word on how it ends counts, and gives the lease back. A ticket that is dropped before
/// a word was said counts as [`Outcome::ABANDONED`].
pub struct Ticket<T, O: Outcome> {
    /// Empty once the call has ended.
    lease: Option<Lease<T, Tally<O>>>,
}

impl<T, O: Outcome> Ticket<T, O> {
    /// A call begins.
    #[inline]
    #[must_use]
    pub const fn new(lease: Lease<T, Tally<O>>) -> Self {
        Self { lease: Some(lease) }
    }

    /// The call ends like this, unless it has ended.
    #[inline]
    pub fn end(&mut self, outcome: O) {
        if let Some(lease) = self.lease.take() {
            lease.counters().count(outcome);
        }
    }

    /// Whether the call has ended.
    #[inline]
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.lease.is_none()
    }

    /// Hands the call over to whoever goes on with it. What stays behind has ended.
    #[inline]
    #[must_use]
    pub const fn hand_over(&mut self) -> Self {
        Self { lease: self.lease.take() }
    }

    /// The lease, until the call has ended.
    #[inline]
    #[must_use]
    pub const fn lease(&self) -> Option<&Lease<T, Tally<O>>> {
        self.lease.as_ref()
    }

    /// The state that all calls of the policy share, until the call has ended.
    #[inline]
    #[must_use]
    pub fn shared(&self) -> Option<&T> {
        self.lease.as_ref().map(Lease::shared)
    }
}

impl<T, O: Outcome> Drop for Ticket<T, O> {
    #[inline]
    fn drop(&mut self) {
        // Out of line, with nothing left to be dropped here: most calls have ended before.
        if let Some(lease) = self.lease.take() {
            abandon(lease);
        }
    }
}

#[inline(never)]
#[allow(clippy::needless_pass_by_value, reason = "it ends here")]
fn abandon<T, O: Outcome>(lease: Lease<T, Tally<O>>) {
    lease.counters().count(O::ABANDONED);
}

impl<T: fmt::Debug, O: Outcome> fmt::Debug for Ticket<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.shared()).finish()
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;

    use super::*;

    #[derive(Debug, Clone, Copy)]
    enum Visit {
        Bought,
        Stole,
        Left,
    }

    impl Outcome for Visit {
        const ALL: &'static [(Self, &'static str)] =
            &[(Self::Bought, "bought"), (Self::Stole, "stole"), (Self::Left, "left")];
        const ABANDONED: Self = Self::Left;

        fn index(self) -> usize {
            self as usize
        }
    }

    type Shop = Leases<Arc<()>, Tally<Visit>>;

    fn visit(shop: &Shop) -> Ticket<Arc<()>, Visit> {
        Ticket::new(shop.take())
    }

    /// How many bought, stole, and left.
    fn counted(shop: &Shop) -> [u64; 3] {
        [Visit::Bought, Visit::Stole, Visit::Left].map(|visit| Tally::sum(shop, visit))
    }

    #[test]
    fn s_4_the_first_word_on_a_call_counts_and_no_other() {
        let shop = Shop::striped(Arc::default());
        let mut ticket = visit(&shop);
        ticket.end(Visit::Bought);
        ticket.end(Visit::Stole);
        drop(ticket);
        assert_eq!(counted(&shop), [1, 0, 0]);
    }

    #[test]
    fn s_4_a_call_of_which_nothing_was_said_counts_once_as_abandoned() {
        let shop = Shop::striped(Arc::default());
        let ticket = visit(&shop);
        assert_eq!(counted(&shop), [0, 0, 0]);
        drop(ticket);
        assert_eq!(counted(&shop), [0, 0, 1]);
    }

    #[test]
    fn s_4_a_call_that_is_handed_over_is_counted_by_whoever_has_it() {
        let shop = Shop::striped(Arc::default());
        let mut behind = visit(&shop);
        let mut ahead = behind.hand_over();
        assert!(behind.has_ended() && !ahead.has_ended() && behind.shared().is_none());
        behind.end(Visit::Stole);
        drop(behind);
        assert_eq!(counted(&shop), [0, 0, 0]);

        ahead.end(Visit::Bought);
        drop(ahead.hand_over());
        drop(ahead);
        assert_eq!(counted(&shop), [1, 0, 0]);
    }

    #[test]
    fn s_4_a_call_that_is_handed_over_and_dropped_counts_once_as_abandoned() {
        let shop = Shop::striped(Arc::default());
        let mut behind = visit(&shop);
        drop(behind.hand_over());
        drop(behind);
        assert_eq!(counted(&shop), [0, 0, 1]);
    }

    #[test]
    fn s_5_a_call_that_panics_counts_once() {
        let shop = Shop::striped(Arc::default());
        let panics = |mut ticket: Ticket<_, _>, word: Option<Visit>| {
            let call = AssertUnwindSafe(move || {
                word.into_iter().for_each(|word| ticket.end(word));
                panic!("inside");
            });
            catch_unwind(call).unwrap_err();
        };
        panics(visit(&shop), None);
        assert_eq!(counted(&shop), [0, 0, 1]);
        panics(visit(&shop), Some(Visit::Stole));
        assert_eq!(counted(&shop), [0, 1, 1]);
    }

    #[test]
    fn s_4_a_call_gives_its_lease_back_as_it_ends() {
        let state = Arc::new(());
        let shop = Shop::striped(Arc::clone(&state));
        let mut ticket = visit(&shop);
        drop(shop);
        assert_eq!(Arc::strong_count(&state), 2);
        ticket.end(Visit::Bought);
        assert_eq!(Arc::strong_count(&state), 1);
    }
}
