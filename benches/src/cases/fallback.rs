//! Fallbacks that nobody needs.

use std::future::{Ready, ready as ready_now};

use ms_core::rejection::BoxError;
use ms_core::repeat::Plain;
use ms_resilience::fallback::{Failed, FallbackLayer};
use tower_layer::Layer;
use tower_resilience::fallback::FallbackLayer as PeerLayer;

use crate::case::Case;
use crate::drive::{pending_once, ready};
use crate::inner::Echo;

pub(super) const CASES: [Case; 6] = [
    Case::ours("fallback/value", |calls| {
        ready(FallbackLayer::value("bench", 0).layer(Echo::at_once()), calls);
    }),
    Case::ours("fallback/value/pending", |calls| {
        pending_once(FallbackLayer::value("bench", 0).layer(Echo::late()), calls);
    }),
    Case::ours("fallback/function", |calls| {
        ready(FallbackLayer::with("bench", zero).layer(Echo::at_once()), calls);
    }),
    Case::ours("fallback/service", |calls| {
        let layer = FallbackLayer::service("bench", Echo::at_once(), Plain::new(is_even));
        ready(layer.layer(Echo::at_once()), calls);
    }),
    Case::peer("fallback/tower-resilience", "fallback/value", |calls| {
        ready(PeerLayer::<u32, u32, BoxError>::value(0).layer(Echo::at_once()), calls);
    }),
    Case::peer("fallback/tower-resilience/pending", "fallback/value/pending", |calls| {
        pending_once(PeerLayer::<u32, u32, BoxError>::value(0).layer(Echo::late()), calls);
    }),
];

fn zero(_: u32, _: Failed<u32, BoxError>) -> Ready<Result<u32, BoxError>> {
    ready_now(Ok(0))
}

fn is_even(request: &u32) -> bool {
    request.is_multiple_of(2)
}
