//! Many threads on one account.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::super::{Budget, Funded, Ratio};
use super::{funded, spend};

const THREADS: u64 = 8;
const ROUNDS: u64 = 2_000;

fn all(act: impl Fn(u64) + Sync) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUNDS).for_each(&act));
        }
    });
}

#[test]
fn s_rt_5_many_threads_lose_no_token_and_make_none() {
    let budget = funded(Funded::default().per_success(0.25).cap(10_000.0).start(100.0));
    let (paid, successes) = (AtomicU64::new(0), AtomicU64::new(0));
    all(|round| match round % 4 {
        0 => drop(budget.draw()),
        1 => {
            paid.fetch_add(u64::from(spend(budget.draw())), Ordering::Relaxed);
        }
        _ => {
            budget.succeed();
            successes.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (paid, successes) = (paid.into_inner(), successes.into_inner());
    let seen = budget.snapshot();
    assert_eq!(seen.spent, paid);
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let expected = 100.0 + successes as f64 * 0.25 - paid as f64;
    assert_eq!(seen.tokens, expected);
}

#[test]
fn s_rt_5_many_threads_never_exceed_a_ratio() {
    let longer_than_this_takes = Duration::from_secs(600);
    let budget = Budget::new(Ratio::default().share(0.1).window(longer_than_this_takes)).unwrap();
    let paid = AtomicU64::new(0);
    all(|_| {
        budget.fail();
        paid.fetch_add(u64::from(spend(budget.draw())), Ordering::Relaxed);
    });
    assert_eq!(paid.into_inner(), THREADS * ROUNDS / 10);
}
