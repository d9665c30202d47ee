//! The Tower contract.

use std::future::{Future, pending, ready};

use ms_core::error::Error;
use ms_core::registry::Registry;
use ms_core::repeat::Plain;
use ms_core::testing::laws;
use ms_core::testing::probe::{Answer, Probe};

use super::super::{Failed, FallbackLayer};
use super::{Failure, ms};

/// What a fallback is there for.
const ANSWERED: [&str; 2] = ["an_error_passes_unchanged", "a_readiness_error_is_transient"];

const fn always(_: &u32) -> bool {
    true
}

fn nothing(_: u32, failed: Failed<u32, Failure>) -> impl Future<Output = Result<u32, Failure>> {
    drop(failed);
    ready(Err(Error::Rejected(ms_core::rejection::Rejection::new(&super::OPEN, "fallback"))))
}

#[tokio::test(start_paused = true)]
async fn s_10_a_fallback_to_a_value_keeps_the_laws() {
    let layer = || FallbackLayer::value("laws", 0).registry(&Registry::new());
    laws::check_except(&ANSWERED, layer).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_fallback_that_is_not_for_this_keeps_the_laws() {
    let layer = || {
        let not_for_this = |_: &Failed<u32, Failure>| false;
        FallbackLayer::value("laws", 0).registry(&Registry::new()).when(not_for_this)
    };
    laws::check(layer).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_function_without_an_answer_keeps_the_laws() {
    laws::check(|| FallbackLayer::with("laws", nothing).registry(&Registry::new())).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_function_that_takes_too_long_keeps_the_laws() {
    let layer = || {
        let never = |_: u32, _: Failed<u32, Failure>| pending::<Result<u32, Failure>>();
        let config = super::super::FallbackConfig::default().timeout(ms(10));
        FallbackLayer::with("laws", never).registry(&Registry::new()).config(&config).unwrap()
    };
    laws::check(layer).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_fallback_to_another_service_keeps_the_laws() {
    let layer = || {
        let (replica, _) = Probe::<u32, u32>::new(|_| Answer::ready(0));
        let reads = Plain::new(always as fn(&u32) -> bool);
        FallbackLayer::service("laws", replica, reads).registry(&Registry::new())
    };
    laws::check_except(&ANSWERED, layer).await;
}
