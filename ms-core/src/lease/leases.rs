//! The leases, and what they are leases of.

use std::fmt;
use std::sync::Arc;
use std::thread::available_parallelism;

use super::counter::Counter;
use super::thread::thread_number;

/// More stripes than this only cost memory. A power of two.
const MAX_STRIPES: usize = 16;

/// The state `T` of a policy, with one set of counters `C` per stripe.
pub struct Leases<T, C> {
    /// Fewer stripes stand here several times, so that a thread finds its own by a mask.
    places: [Lease<T, C>; MAX_STRIPES],
    shared: Arc<T>,
}

impl<T, C: Default> Leases<T, C> {
    /// As many stripes as there are processors, rounded to a power of two.
    pub fn striped(shared: T) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self::with_stripes(shared, processors)
    }

    /// The same, for state that keeps something apart for each of so many stripes: see
    /// [`Lease::stripe`].
    pub fn striped_by(shared: impl FnOnce(usize) -> T) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self::with_stripes(shared(stripes(processors)), processors)
    }

    /// One stripe: for policies of which there are many.
    pub fn single(shared: T) -> Self {
        Self::with_stripes(shared, 1)
    }

    fn with_stripes(shared: T, count: usize) -> Self {
        Self::with_counters(shared, (0..stripes(count)).map(|_| C::default()))
    }
}

impl<T, C> Leases<T, C> {
    /// What a call holds until it is over.
    #[inline]
    #[must_use]
    pub fn take(&self) -> Lease<T, C> {
        self.here().clone()
    }

    /// Leases of `shared`, each of which leads to the one of this state that the same thread
    /// would take: for a part that has state of its own. So its calls take one lease, not two.
    pub fn leading<U>(&self, shared: U) -> Leases<U, Lease<T, C>> {
        Leases::with_counters(shared, self.stripes().cloned())
    }

    /// The state, without holding it.
    #[inline]
    #[must_use]
    pub fn shared(&self) -> &T {
        &self.shared
    }

    /// The counters of this thread's stripe, without holding them.
    #[inline]
    #[must_use]
    pub fn counters(&self) -> &C {
        self.here().counters()
    }

    /// The counters of all stripes.
    pub fn all(&self) -> impl Iterator<Item = &C> {
        self.stripes().map(Lease::counters)
    }

    /// What one counter says, over all stripes.
    pub fn sum(&self, counter: impl Fn(&C) -> &Counter) -> u64 {
        self.all().map(|counters| counter(counters).get()).fold(0, u64::wrapping_add)
    }

    fn with_counters(shared: T, counters: impl Iterator<Item = C>) -> Self {
        let shared = Arc::new(shared);
        let stripe = |(stripe, counters)| Lease::new(Arc::clone(&shared), counters, stripe);
        let stripes: Vec<_> = counters.enumerate().map(stripe).collect();
        Self { places: std::array::from_fn(|place| stripes[place % stripes.len()].clone()), shared }
    }

    #[inline]
    fn here(&self) -> &Lease<T, C> {
        &self.places[thread_number() % MAX_STRIPES]
    }

    /// Each stripe once.
    fn stripes(&self) -> impl Iterator<Item = &Lease<T, C>> {
        let [first, rest @ ..] = &self.places;
        let again = rest.iter().position(|lease| Arc::ptr_eq(&lease.0, &first.0));
        self.places.iter().take(again.map_or(MAX_STRIPES, |again| again + 1))
    }
}

impl<T: fmt::Debug, C> fmt::Debug for Leases<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases")
            .field("shared", self.shared())
            .field("stripes", &self.stripes().count())
            .finish()
    }
}

/// As many stripes as there are processors, rounded up to a power of two, and bounded.
fn stripes(processors: usize) -> usize {
    processors.next_power_of_two().min(MAX_STRIPES)
}

/// What a call holds of its policy: the shared state, and counters that few others write to.
pub struct Lease<T, C>(Arc<Stripe<T, C>>);

/// On a cache line of its own; the reference counts before it are on another.
#[repr(align(64))]
struct Stripe<T, C> {
    shared: Arc<T>,
    counters: C,
    stripe: usize,
}

impl<T, C> Lease<T, C> {
    fn new(shared: Arc<T>, counters: C, stripe: usize) -> Self {
        Self(Arc::new(Stripe { shared, counters, stripe }))
    }

    /// The state that all calls share.
    #[inline]
    #[must_use]
    pub fn shared(&self) -> &T {
        &self.0.shared
    }

    /// The counters of the stripe.
    #[inline]
    #[must_use]
    pub fn counters(&self) -> &C {
        &self.0.counters
    }
}

impl<T, C> Lease<T, C> {
    /// Which stripe it is, counted from 0.
    #[inline]
    #[must_use]
    pub fn stripe(&self) -> usize {
        self.0.stripe
    }
}

impl<T, C> Clone for Lease<T, C> {
    #[inline]
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug, C> fmt::Debug for Lease<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lease").field(self.shared()).finish()
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn what_threads_count_apart_is_read_as_one_number() {
        let leases: Leases<(), Counter> = Leases::with_stripes((), 4);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..1000).for_each(|_| leases.take().counters().count()));
            }
        });
        assert_eq!(leases.sum(|counter| counter), 8000);
    }

    #[test]
    fn more_threads_than_stripes_share_one_state_until_the_last_gives_it_back() {
        let state = Arc::new(());
        let leases: Leases<Arc<()>, Counter> = Leases::with_stripes(Arc::clone(&state), 500);
        let count = || {
            let lease = leases.take();
            (0..100).for_each(|_| lease.counters().count());
            lease
        };
        let mut held: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..3 * MAX_STRIPES).map(|_| scope.spawn(count)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(leases.sum(|counter| counter), 100 * held.len() as u64);
        assert!(held.iter().all(|lease| Arc::ptr_eq(lease.shared(), &state)));

        drop(leases);
        held.truncate(1);
        assert_eq!(Arc::strong_count(&state), 2);
        held.clear();
        assert_eq!(Arc::strong_count(&state), 1);
    }

    #[test]
    fn threads_spread_over_the_stripes() {
        let leases: Leases<(), Counter> = Leases::with_stripes((), 2);
        thread::scope(|scope| {
            for _ in 0..8 * MAX_STRIPES {
                scope.spawn(|| leases.counters().count());
            }
        });
        assert!(leases.all().all(|counter| counter.get() > 0));
    }

    #[test]
    fn a_lease_outlives_the_policy() {
        let leases: Leases<String, Counter> = Leases::single("state".to_owned());
        let lease = leases.take();
        drop(leases);
        assert_eq!(lease.shared(), "state");
    }

    #[test]
    fn a_lease_that_leads_to_another_leads_to_the_one_that_its_thread_would_take() {
        let counted: Leases<(), Counter> = Leases::with_stripes((), 4);
        let leading = counted.leading("a part");
        thread::scope(|scope| {
            for _ in 0..3 * MAX_STRIPES {
                scope.spawn(|| {
                    let lease = leading.take();
                    assert!(Arc::ptr_eq(&lease.counters().0, &counted.here().0));
                    lease.counters().counters().count();
                });
            }
        });
        assert_eq!(counted.sum(|counter| counter), 3 * MAX_STRIPES as u64);
        assert_eq!(*leading.shared(), "a part");
    }

    #[test]
    fn the_number_of_stripes_is_a_power_of_two_and_bounded() {
        let stripes = |count| Leases::<(), Counter>::with_stripes((), count).stripes().count();
        assert_eq!([0, 1, 3, 16, 500].map(stripes), [1, 1, 4, 16, 16]);
    }

    #[test]
    fn a_stripe_has_a_cache_line_of_its_own() {
        const { assert!(align_of::<Stripe<(), Counter>>() == 64) }
    }
}
