//! Layers that keep the laws.

use std::time::Duration;

use tower::layer::util::Identity;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::util::{BoxCloneServiceLayer, MapResponseLayer};

use crate::error::ErrorLayer;
use crate::testing::laws::check::{check, check_unclonable};

#[tokio::test(start_paused = true)]
async fn no_layer_at_all_keeps_the_laws() {
    check(Identity::new).await;
}

#[tokio::test(start_paused = true)]
async fn the_error_layer_keeps_the_laws() {
    check(|| ErrorLayer).await;
}

#[tokio::test(start_paused = true)]
async fn towers_timeout_keeps_the_laws() {
    check(|| TimeoutLayer::new(Duration::from_secs(1))).await;
}

#[tokio::test(start_paused = true)]
async fn towers_load_shed_keeps_the_laws() {
    check(LoadShedLayer::new).await;
}

#[tokio::test(start_paused = true)]
async fn towers_map_response_keeps_the_laws() {
    check(|| MapResponseLayer::new(std::convert::identity::<u32>)).await;
}

#[tokio::test(start_paused = true)]
async fn a_boxed_layer_keeps_the_laws() {
    check(|| BoxCloneServiceLayer::new(ErrorLayer)).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_cannot_be_cloned_keeps_the_laws_on_one() {
    check_unclonable(|| tower::layer::layer_fn(tower::util::BoxService::new)).await;
}
