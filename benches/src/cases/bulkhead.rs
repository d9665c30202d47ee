//! Bulkheads: with room, full, and one of many keys.

use ms_core::error::ErrorLayer;
use ms_resilience::bulkhead::{BulkheadConfig, BulkheadLayer, KeyedBulkheadLayer};
use tower::limit::ConcurrencyLimitLayer;
use tower_layer::Layer;
use tower_resilience::bulkhead::BulkheadLayer as PeerLayer;
use tower_service::Service;

use crate::case::Case;
use crate::drive::{in_runtime, pending_once, ready, rejected};
use crate::inner::Echo;

/// More than a case needs, as in production.
const LIMIT: u32 = 100;

pub(super) const CASES: [Case; 8] = [
    Case::ours("bulkhead", |calls| ready(limit(LIMIT).layer(Echo::at_once()), calls)),
    Case::ours("bulkhead/pending", |calls| {
        pending_once(limit(LIMIT).layer(Echo::late()), calls);
    }),
    Case::ours("bulkhead/full", full),
    Case::ours("bulkhead/keyed", |calls| {
        let mut service = keyed().layer(Echo::at_once());
        drop(service.call(7));
        ready(service, calls);
    }),
    Case::peer("bulkhead/tower", "bulkhead", |calls| {
        ready(ConcurrencyLimitLayer::new(LIMIT as usize).layer(Echo::at_once()), calls);
    }),
    Case::peer("bulkhead/tower/pending", "bulkhead/pending", |calls| {
        pending_once(ConcurrencyLimitLayer::new(LIMIT as usize).layer(Echo::late()), calls);
    }),
    Case::peer("bulkhead/tower-resilience", "bulkhead", |calls| {
        in_runtime(|| ready(peer().layer(Echo::at_once()), calls));
    }),
    Case::peer("bulkhead/tower-resilience/pending", "bulkhead/pending", |calls| {
        pending_once(peer().layer(Echo::late()), calls);
    }),
];

#[allow(clippy::expect_used, reason = "a constant")]
fn limit(calls: u32) -> BulkheadLayer {
    BulkheadLayer::new("bench", &BulkheadConfig::new(calls)).expect("the limit is small enough")
}

/// A bulkhead for each number. Only one is known, since the hash has a seed of chance: of many, in
/// which order they are found would differ from run to run.
fn keyed() -> KeyedBulkheadLayer<u64, fn(&u32) -> u64> {
    limit(LIMIT).per(|request| u64::from(*request))
}

#[allow(clippy::expect_used, reason = "a constant")]
fn peer() -> PeerLayer {
    let layer = PeerLayer::builder().max_concurrent_calls(LIMIT as usize).build();
    layer.expect("the limit is not zero")
}

/// The only place is taken: every call is rejected.
fn full(calls: u64) {
    let mut service = limit(1).layer(ErrorLayer.layer(Echo::late()));
    let _taken = service.call(0);
    rejected(service, calls);
}
