//! Retries, of calls that need none.

use std::future::Ready;

use ms_core::rejection::BoxError;
use ms_core::repeat::Plain;
use ms_core::verdict::Errors;
use ms_resilience::retry::RetryLayer;
use tower::retry::Policy;
use tower::retry::RetryLayer as TowerLayer;
use tower::retry::budget::{Budget, TpsBudget};
use tower_layer::Layer;

use crate::case::Case;
use crate::drive::{pending_once, ready};
use crate::inner::{Echo, Fallible};

pub(super) const CASES: [Case; 8] = [
    Case::ours("retry", |calls| ready(layer().layer(Echo::at_once()), calls)),
    Case::ours("retry/pending", |calls| pending_once(layer().layer(Echo::late()), calls)),
    Case::ours("retry/fallible", |calls| ready(layer().layer(at_once()), calls)),
    Case::ours("retry/fallible/pending", |calls| pending_once(layer().layer(late()), calls)),
    Case::peer("retry/tower", "retry/fallible", |calls| {
        ready(TowerLayer::new(Thrice(3)).layer(at_once()), calls);
    }),
    Case::peer("retry/tower/pending", "retry/fallible/pending", |calls| {
        pending_once(TowerLayer::new(Thrice(3)).layer(late()), calls);
    }),
    Case::peer("retry/tower/budget", "retry/fallible", |calls| {
        ready(TowerLayer::new(Paid::new()).layer(at_once()), calls);
    }),
    Case::peer("retry/tower/budget/pending", "retry/fallible/pending", |calls| {
        pending_once(TowerLayer::new(Paid::new()).layer(late()), calls);
    }),
];

/// Of an [`Echo`] the compiler knows that it never fails, and leaves nothing of a peer that only
/// looks at the result.
fn at_once() -> Fallible {
    Fallible::new(Echo::at_once())
}

fn late() -> Fallible {
    Fallible::new(Echo::late())
}

/// Three attempts, and a budget that successes fund.
fn layer() -> RetryLayer<Plain<impl Fn(&u32) -> bool + Clone>, Errors> {
    RetryLayer::named("bench").plain(|request: &u32| *request > 1)
}

/// Three attempts without a budget.
#[derive(Clone)]
struct Thrice(u32);

impl Policy<u32, u32, BoxError> for Thrice {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut u32, result: &mut Result<u32, BoxError>) -> Option<Self::Future> {
        let is_tried_again = result.is_err() && self.0 > 1;
        is_tried_again.then(|| {
            self.0 -= 1;
            std::future::ready(())
        })
    }

    fn clone_request(&mut self, request: &u32) -> Option<u32> {
        Some(*request)
    }
}

/// The same with a budget.
#[derive(Clone)]
pub(super) struct Paid {
    attempts: Thrice,
    budget: std::sync::Arc<TpsBudget>,
}

impl Paid {
    pub(super) fn new() -> Self {
        Self { attempts: Thrice(3), budget: std::sync::Arc::default() }
    }
}

impl Policy<u32, u32, BoxError> for Paid {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        request: &mut u32,
        result: &mut Result<u32, BoxError>,
    ) -> Option<Self::Future> {
        if result.is_ok() {
            self.budget.deposit();
            return None;
        }
        if self.budget.withdraw() { self.attempts.retry(request, result) } else { None }
    }

    fn clone_request(&mut self, request: &u32) -> Option<u32> {
        Some(*request)
    }
}
