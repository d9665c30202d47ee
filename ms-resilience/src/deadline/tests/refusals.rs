//! What a server does with a request that cannot finish.

use http::Request;
use ms_core::clock::now;
use ms_core::deadline::Deadline;
use ms_core::registry::Registry;
use ms_core::rejection::Rejection;
use ms_core::testing::reading::value;
use tower::{Layer, ServiceExt, service_fn};

use super::super::{DeadlineConfig, DeadlineLayer, EXPIRED, SPARED};
use super::{asks, handler, ms, outcome, plain, server};

/// How many of `requests` that have no time left are refused, all in a row.
async fn refused(layer: &DeadlineLayer, requests: u32) -> u32 {
    let mut refused = 0;
    for _ in 0..requests {
        let answer = layer.layer(handler(10)).oneshot(asks(0)).await;
        refused += u32::from(answer.is_err_and(|rejection| rejection.is(&EXPIRED)));
    }
    refused
}

#[tokio::test(start_paused = true)]
async fn s_to_4_what_cannot_finish_is_refused_before_it_begins() {
    let registry = Registry::new();
    let config = DeadlineConfig::default().min_remaining(ms(20)).max_refused(1.0);
    let layer = server(&registry, &config);
    let never = service_fn(|_: Request<()>| async { panic!("called") as Result<(), Rejection> });
    for too_little in [0, 19] {
        let refused = layer.layer(never).oneshot(asks(too_little)).await.unwrap_err();
        assert!(refused.is(&EXPIRED));
    }
    assert!(layer.layer(handler(10)).oneshot(asks(20)).await.is_ok());
    assert_eq!((outcome(&registry, "refused"), outcome(&registry, "completed")), (2.0, 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_4_at_most_a_share_is_refused_and_the_rest_is_served_in_full() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default().max_refused(0.25));
    let mut refused = 0;
    for _ in 0..100 {
        let start = now();
        match layer.layer(handler(10)).oneshot(asks(0)).await {
            Err(rejection) => refused += u32::from(rejection.is(&EXPIRED)),
            Ok(seen) => assert_eq!(seen, Some(Deadline::after(start, ms(60_000)))),
        }
    }
    assert_eq!(refused, 25);
    assert_eq!(value(&registry, SPARED.name(), &[]), Some(75.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_4_a_request_without_a_deadline_pays_in_its_share_as_well() {
    let layer = server(&Registry::new(), &DeadlineConfig::default().max_refused(0.25));
    for _ in 0..3 {
        layer.layer(handler(0)).oneshot(plain()).await.unwrap();
    }
    assert_eq!(refused(&layer, 1).await, 1);
}

#[tokio::test(start_paused = true)]
async fn s_to_4_ten_refusals_are_saved_up_and_no_more() {
    let layer = server(&Registry::new(), &DeadlineConfig::default().max_refused(0.25));
    for _ in 0..1000 {
        layer.layer(handler(0)).oneshot(plain()).await.unwrap();
    }
    // The ten, and what the thirteen pay in themselves.
    assert_eq!(refused(&layer, 13).await, 13);
    assert_eq!(refused(&layer, 3).await, 0);
}

#[tokio::test(start_paused = true)]
async fn s_to_4_in_the_dark_nothing_is_refused_and_all_is_counted() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default().max_refused(1.0).dark());
    assert_eq!(refused(&layer, 10).await, 0);
    assert_eq!(outcome(&registry, "refused"), 0.0);
    assert_eq!(value(&registry, SPARED.name(), &[]), Some(10.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_4_in_the_dark_what_would_be_refused_is_served_in_full() {
    let config = DeadlineConfig::default().max(ms(2000)).min_remaining(ms(20)).dark();
    let layer = server(&Registry::new(), &config);
    for too_little in [0, 19] {
        let start = now();
        let seen = layer.layer(handler(100)).oneshot(asks(too_little)).await.unwrap();
        assert_eq!(seen, Some(Deadline::after(start, ms(2000))));
    }
}
