//! Schedules through their public names.

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;

use super::{Backoff, Growth, Jitter, Schedule, delay};

const SECOND: Duration = Duration::from_secs(1);

fn millis(backoff: Backoff) -> Vec<u128> {
    backoff.delays().take(8).map(|delay| delay.as_millis()).collect()
}

fn steady(backoff: Backoff) -> Backoff {
    backoff.jitter(Jitter::None)
}

#[test]
fn s_rt_4_the_defaults_are_those_of_the_docs() {
    let Backoff { growth, base, cap, jitter } = Backoff::default();
    assert_eq!((growth, base), (Growth::Exponential(2.0), Duration::from_millis(50)));
    assert_eq!((cap, jitter), (2 * SECOND, Jitter::Full));
}

#[test]
fn s_rt_4_delays_grow_as_they_are_told_up_to_the_cap() {
    let base = Duration::from_millis(50);
    assert_eq!(
        millis(steady(Backoff::exponential(base))),
        [50, 100, 200, 400, 800, 1600, 2000, 2000]
    );
    let halves = steady(Backoff::exponential(base).growth(Growth::Exponential(1.5)));
    assert_eq!(millis(halves), [50, 75, 112, 168, 253, 379, 569, 854]);
    assert_eq!(
        millis(steady(Backoff::fibonacci(base).cap(SECOND))),
        [50, 50, 100, 150, 250, 400, 650, 1000]
    );
    assert_eq!(millis(Backoff::constant(SECOND)), [1000; 8]);
}

#[test]
fn s_rt_4_chance_moves_a_delay_within_the_bounds_of_its_jitter() {
    let backoff = Backoff::exponential(SECOND).cap(8 * SECOND);
    let bounds = |jitter, previous| {
        let backoff = backoff.jitter(jitter);
        [0.0, 1.0].map(|chance| delay(&backoff, 3, chance, previous).as_secs())
    };
    assert_eq!(bounds(Jitter::None, SECOND), [4, 4]);
    assert_eq!(bounds(Jitter::Full, SECOND), [0, 4]);
    assert_eq!(bounds(Jitter::Equal, SECOND), [2, 4]);
    assert_eq!(bounds(Jitter::Decorrelated, Duration::ZERO), [1, 2]);
    assert_eq!(bounds(Jitter::Decorrelated, 3 * SECOND), [1, 6]);
    assert_eq!(bounds(Jitter::Decorrelated, 100 * SECOND), [1, 8]);
}

#[test]
fn s_rt_4_clients_never_share_a_sequence_of_jitter() {
    let sequence = |_| Backoff::default().delays().take(3).collect::<Vec<_>>();
    let distinct: HashSet<_> = (0..200).map(sequence).collect();
    assert_eq!(distinct.len(), 200);

    let first = Backoff::decorrelated(SECOND);
    let distinct: HashSet<_> = (0..200).map(|_| first.delays().next()).collect();
    assert_eq!(distinct.len(), 200);
}

#[test]
fn calls_with_a_seed_draw_different_sequences_which_the_seed_repeats() {
    let run = |seed| {
        let schedule = Backoff::default().seeded(seed);
        let copy = schedule.clone();
        [schedule.delays(), copy.delays()].map(|delays| delays.take(5).collect::<Vec<_>>())
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    let [one, other] = run(7);
    assert_ne!(one, other);
}

#[test]
fn s_rt_4_whatever_yields_durations_is_a_schedule() {
    assert_eq!([SECOND; 3].delays().count(), 3);
    assert_eq!(vec![SECOND].delays().next(), Some(SECOND));
    assert!(std::iter::repeat(SECOND).delays().take(9).all(|delay| delay == SECOND));
}

#[test]
fn s_15_delays_that_make_no_sense_are_refused() {
    let good = Backoff::default();
    let bad = [
        (good.base(Duration::ZERO), "base"),
        (good.cap(Duration::from_millis(49)), "cap"),
        (good.growth(Growth::Exponential(0.9)), "growth"),
        (good.growth(Growth::Exponential(f64::NAN)), "growth"),
        (good.growth(Growth::Exponential(f64::INFINITY)), "growth"),
        (Backoff::decorrelated(SECOND).growth(Growth::Fibonacci), "jitter"),
        (Backoff::decorrelated(SECOND).growth(Growth::Constant), "jitter"),
    ];
    for (backoff, field) in bad {
        assert_eq!(backoff.validate().unwrap_err().field(), field, "{backoff:?}");
    }
    let builders = [Backoff::exponential, Backoff::fibonacci, Backoff::decorrelated];
    assert!(builders.iter().all(|build| build(SECOND).validate().is_ok()));
    assert!(Backoff::constant(SECOND).validate().is_ok());
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text: &str| toml::from_str::<Backoff>(text);
    let text = "growth = { exponential = 3 }\nbase = '20ms'\ncap = '1s'\njitter = 'decorrelated'";
    let backoff = Backoff::decorrelated(Duration::from_millis(20)).cap(SECOND);
    assert_eq!(read(text).unwrap(), backoff);
    assert_eq!(read("growth = 'fibonacci'").unwrap().growth, Growth::Fibonacci);
    assert_eq!(read("").unwrap(), Backoff::default());
    let written = toml::to_string(&backoff).unwrap();
    assert_eq!(read(&written).unwrap(), backoff);

    let said = read("base = '1s'\nfactor = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("factor"), "{said}");
}

#[cfg(feature = "backon")]
#[test]
fn s_rt_4_clients_of_backon_do_not_share_a_sequence_of_jitter_either() {
    let schedule = super::Backon(backon::ExponentialBuilder::default().with_jitter());
    let distinct: HashSet<_> = (0..200).map(|_| schedule.delays().collect::<Vec<_>>()).collect();
    assert_eq!(distinct.len(), 200);
}

#[cfg(feature = "backoff")]
mod of_the_crate_backoff {
    use std::iter::repeat_n;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use backoff::backoff::Backoff as Policy;

    use super::*;
    use crate::schedule::BackoffCrate;

    /// Has three delays to give after each reset, and none before the first.
    #[derive(Clone, Default)]
    struct Three {
        left: u32,
        asked: Arc<AtomicU32>,
    }

    impl Policy for Three {
        fn reset(&mut self) {
            self.left = 3;
        }

        fn next_backoff(&mut self) -> Option<Duration> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            self.left = self.left.checked_sub(1)?;
            Some(SECOND)
        }
    }

    #[test]
    fn s_rt_4_a_policy_is_reset_for_each_call() {
        let schedule = BackoffCrate(Three::default());
        for _ in 0..2 {
            assert!(schedule.delays().eq(repeat_n(SECOND, 3)));
        }
    }

    #[test]
    fn a_policy_that_has_ended_is_not_asked_again() {
        let policy = Three::default();
        let mut delays = BackoffCrate(policy.clone()).delays();
        assert_eq!(delays.by_ref().count(), 3);
        assert_eq!((delays.next(), policy.asked.load(Ordering::Relaxed)), (None, 4));
    }
}

fn growth() -> impl Strategy<Value = Growth> {
    let factor = prop_oneof![1.0_f64..4.0, 1.0_f64..1e300];
    prop_oneof![
        Just(Growth::Constant),
        Just(Growth::Fibonacci),
        factor.prop_map(Growth::Exponential),
    ]
}

fn jitter() -> impl Strategy<Value = Jitter> {
    let jitters = [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated];
    prop::sample::select(jitters.to_vec())
}

fn duration() -> impl Strategy<Value = Duration> {
    let any = (any::<u64>(), 0_u32..1_000_000_000).prop_map(|(s, n)| Duration::new(s, n));
    prop_oneof![any, (0_u64..100_000).prop_map(Duration::from_millis)]
}

fn backoff() -> impl Strategy<Value = Backoff> {
    (growth(), duration(), duration(), jitter()).prop_map(|(growth, base, cap, jitter)| {
        let (base, cap) = (base.min(cap), base.max(cap));
        Backoff::exponential(base).growth(growth).cap(cap).jitter(jitter)
    })
}

fn failures() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..100, (1_u64 << 32) - 2..(1 << 32) + 2, any::<u64>()]
}

proptest! {
    #[test]
    fn s_rt_4_no_delay_exceeds_the_cap_after_any_number_of_failures(
        backoff in backoff(),
        failures in failures(),
        chance in 0.0_f64..=1.0,
        previous in duration(),
    ) {
        prop_assert!(delay(&backoff, failures, chance, previous) <= backoff.cap);
    }

    #[test]
    fn s_rt_4_no_chance_breaks_a_delay(
        backoff in backoff(), failures in failures(), chance: f64, previous in duration(),
    ) {
        prop_assert!(delay(&backoff, failures, chance, previous) <= backoff.cap);
    }

    #[test]
    fn s_rt_4_without_chance_no_delay_is_shorter_than_the_one_before(
        backoff in backoff(), failures in failures(),
    ) {
        let backoff = steady(backoff);
        let [this, next] = [failures, failures.saturating_add(1)]
            .map(|failures| delay(&backoff, failures.max(1), 0.0, Duration::ZERO));
        prop_assert!(this <= next && backoff.base <= this);
    }

    #[test]
    fn s_rt_4_more_chance_is_a_longer_delay(
        backoff in backoff(), failures in failures(), chances: [u32; 2], previous in duration(),
    ) {
        let mut chances = chances.map(|chance| f64::from(chance) / f64::from(u32::MAX));
        chances.sort_by(f64::total_cmp);
        let [less, more] = chances.map(|chance| delay(&backoff, failures, chance, previous));
        prop_assert!(less <= more);
    }

    #[test]
    fn s_rt_4_decorrelated_delays_stay_between_base_and_cap_and_grow_by_the_factor_at_most(
        base in 1_u64..10_000, factor in 1.0_f64..5.0, cap in 1_u64..60_000, seed: u64,
    ) {
        let base = Duration::from_millis(base.min(cap));
        let backoff = Backoff::decorrelated(base).growth(Growth::Exponential(factor));
        let backoff = backoff.cap(Duration::from_millis(cap));
        let mut previous = base;
        for delay in backoff.seeded(seed).delays().take(50) {
            let most = previous.mul_f64(factor) + Duration::from_nanos(1);
            prop_assert!(base <= delay && delay <= most && delay <= backoff.cap);
            previous = delay;
        }
    }
}
