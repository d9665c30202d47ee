//! Timeouts, of an attempt and of a whole call.

use std::time::Duration;

use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_resilience::timeout::TimeoutLayer;
use tower::timeout::TimeoutLayer as TowerLayer;
use tower_layer::Layer;
use tower_resilience::timelimiter::TimeLimiterLayer;

use crate::case::Case;
use crate::drive::{in_runtime, pending_once, ready};
use crate::inner::Echo;

/// Never over while a case runs, however slow the machine.
const LIMIT: Duration = Duration::from_secs(600);
const NEARER: Duration = Duration::from_secs(300);

pub(super) const CASES: [Case; 10] = [
    Case::ours("timeout/attempt", |calls| ready(attempt().layer(Echo::at_once()), calls)),
    Case::ours("timeout/attempt/pending", |calls| {
        pending_once(attempt().layer(Echo::late()), calls);
    }),
    Case::ours("timeout/attempt/deadline", |calls| {
        cut(|| ready(attempt().layer(Echo::at_once()), calls));
    }),
    Case::ours("timeout/attempt/deadline/pending", |calls| {
        cut(|| pending_once(attempt().layer(Echo::late()), calls));
    }),
    Case::ours("timeout/total", |calls| {
        ready(TimeoutLayer::total(LIMIT).layer(Echo::at_once()), calls);
    }),
    Case::ours("timeout/total/pending", |calls| {
        pending_once(TimeoutLayer::total(LIMIT).layer(Echo::late()), calls);
    }),
    Case::peer("timeout/tower", "timeout/attempt", |calls| {
        in_runtime(|| ready(TowerLayer::new(LIMIT).layer(Echo::at_once()), calls));
    }),
    Case::peer("timeout/tower/pending", "timeout/attempt/pending", |calls| {
        pending_once(TowerLayer::new(LIMIT).layer(Echo::late()), calls);
    }),
    Case::peer("timeout/tower-resilience", "timeout/attempt", |calls| {
        in_runtime(|| ready(limiter().layer(Echo::at_once()), calls));
    }),
    Case::peer("timeout/tower-resilience/pending", "timeout/attempt/pending", |calls| {
        pending_once(limiter().layer(Echo::late()), calls);
    }),
];

fn attempt() -> TimeoutLayer {
    TimeoutLayer::attempt(LIMIT)
}

fn limiter() -> TimeLimiterLayer {
    TimeLimiterLayer::builder().timeout_duration(LIMIT).build()
}

/// Inside of a call whose deadline is nearer than the limit.
fn cut(run: impl FnOnce()) {
    Context::new().with_deadline(Deadline::after(now(), NEARER)).enter(run);
}
