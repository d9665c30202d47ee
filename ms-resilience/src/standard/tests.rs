//! Stacks through their public names.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use ms_core::clock::sleep;
use ms_core::registry::Registry;
use ms_core::rejection::{BoxError, Rejectable, Rejection};
use ms_core::repeat::Plain;
use ms_core::testing::laws;
use ms_core::testing::recorder::Recorder;
use ms_core::verdict::Errors;
use tower::layer::util::Identity;
use tower::{Layer, ServiceExt, service_fn};

use super::{Standard, StandardConfig, StandardServer, StandardServerConfig};
use crate::breaker::{CircuitBreakerConfig, Mode, OPEN, Window};
use crate::budget::{Budget, BudgetConfig};
use crate::bulkhead::BulkheadConfig;
use crate::retry::RetryConfig;
use crate::timeout;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn refused(config: &StandardConfig) -> String {
    Standard::new("users", config).unwrap_err().to_string()
}

/// A stack in a registry of its own, around an inner service whose errors can hold a rejection.
fn stack(
    config: &StandardConfig,
) -> Standard<Plain<impl Fn(&u32) -> bool + Clone + use<>>, Errors, Identity> {
    let plain = Standard::new("users", config).unwrap().plain(|_: &u32| true);
    plain.registry(&Registry::new()).transport(Identity::new())
}

#[tokio::test(start_paused = true)]
async fn s_10_a_whole_stack_keeps_the_laws() {
    let once = StandardConfig::default().retry(RetryConfig::default().attempts(1));
    laws::check(|| stack(&once)).await;
}

#[test]
fn s_15_an_attempt_that_may_take_as_long_as_the_call_is_refused() {
    let config = StandardConfig::default().total(ms(1000)).attempt(ms(1000));
    assert_eq!(refused(&config), "`attempt` is 1s, but must be shorter than `total`");
}

#[test]
fn s_15_retries_that_nothing_pays_for_are_refused() {
    let unpaid = RetryConfig::default().budget(BudgetConfig::Unlimited);
    let config = StandardConfig::default().retry(unpaid.clone());
    assert_eq!(
        refused(&config),
        "`retry.budget` is Unlimited, but must be one that ends, where calls are tried again"
    );
    assert!(StandardConfig::default().retry(unpaid.attempts(1)).validate().is_ok());
}

#[test]
fn s_15_an_account_that_never_ends_is_refused_as_well() {
    let stack = || Standard::named("users").registry(&Registry::new());
    assert_eq!(stack().budget(Budget::unlimited()).unwrap_err().field(), "budget");
    assert!(stack().budget(Budget::default()).is_ok());
}

#[test]
fn s_15_a_window_shorter_than_two_attempts_is_refused() {
    let window = |length| CircuitBreakerConfig::default().window(Window::Time(ms(length)));
    let config = |length| StandardConfig::default().breaker(window(length));
    assert_eq!(config(1999).validate().unwrap_err().field(), "breaker.window");
    assert!(config(2000).validate().is_ok());
}

#[test]
fn s_15_a_call_that_is_slow_only_when_its_attempt_is_over_is_refused() {
    let config = |slow| {
        StandardConfig::default().breaker(CircuitBreakerConfig::default().slow_call(ms(slow)))
    };
    assert_eq!(config(1000).validate().unwrap_err().field(), "breaker.slow_call");
    assert!(config(999).validate().is_ok());
}

#[test]
fn s_15_a_queue_in_which_one_waits_longer_than_the_call_may_take_is_refused() {
    let queue = |calls, wait| {
        let bulkhead = BulkheadConfig::new(10).max_queue(calls).max_wait(ms(wait));
        StandardConfig::default().bulkhead(bulkhead).validate()
    };
    assert_eq!(queue(1, 5000).unwrap_err().field(), "bulkhead.max_wait");
    assert_eq!(queue(50, 100).unwrap_err().field(), "bulkhead.max_queue");
    assert_eq!(queue(u32::MAX, 100).unwrap_err().field(), "bulkhead.max_queue");
    assert!(queue(49, 4999).is_ok());
}

#[test]
fn s_15_what_a_layer_refuses_is_refused_with_the_path_of_its_field() {
    let retry = StandardConfig::default().retry(RetryConfig::default().attempts(0));
    assert_eq!(retry.validate().unwrap_err().field(), "retry.attempts");
    let breaker = CircuitBreakerConfig::default().probes(0);
    let breaker = StandardConfig::default().breaker(breaker);
    assert_eq!(breaker.validate().unwrap_err().field(), "breaker.probes");
    assert_eq!(StandardConfig::default().total(ms(0)).validate().unwrap_err().field(), "total");
    let server = StandardServerConfig::default()
        .bulkhead(BulkheadConfig::new(1).max_queue(1).max_wait(ms(60_000)));
    assert_eq!(server.validate().unwrap_err().field(), "bulkhead.max_wait");
}

#[test]
fn a_stack_prints_its_layers_with_their_settings() {
    let text = Standard::named("users").registry(&Registry::new()).to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "total_timeout users: 5s");
    assert!(lines[1].starts_with("retry users: 3 attempts"), "{text}");
    assert!(lines[2].starts_with("circuit_breaker users: closed, opens at 0.5"), "{text}");
    assert!(lines[3].starts_with("bulkhead users: "), "{text}");
    assert_eq!(lines[4], "timeout users: 1s");
    assert_eq!(lines.len(), 5);

    let server = StandardServer::named("orders").registry(&Registry::new()).to_string();
    let kinds: Vec<&str> = server.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(kinds, ["deadline orders", "bulkhead orders"]);
}

#[test]
fn every_policy_of_a_stack_is_in_the_registry_by_its_name() {
    let registry = Registry::new();
    let _stack = Standard::named("users").registry(&registry);
    let mut kinds: Vec<_> = registry.policies().iter().map(|p| p.voice().kind()).collect();
    kinds.sort_unstable();
    let all =
        ["bulkhead", "circuit_breaker", "propagate_deadline", "retry", "timeout", "total_timeout"];
    assert_eq!(kinds, all);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_the_whole_call_is_cut_at_its_total_whatever_the_layers_do() {
    let hangs = service_fn(|_: u32| std::future::pending::<Result<u32, Rejection>>());
    let client = stack(&StandardConfig::default().total(ms(2500))).layer(hangs);
    let start = ms_core::clock::now();
    let error = client.oneshot(0).await.unwrap_err();
    // The first attempt took a second, and so did the one that a token paid for.
    assert!(start.elapsed() <= ms(2500));
    let reason = error.reason();
    assert!(*reason == timeout::TOTAL || *reason == timeout::ATTEMPT, "{error}");
}

#[tokio::test(start_paused = true)]
async fn s_5_a_service_that_hangs_opens_the_circuit_and_no_retry_goes_on() {
    let hangs = service_fn(|_: u32| std::future::pending::<Result<u32, Rejection>>());
    let client = stack(&StandardConfig::default()).layer(hangs);
    for _ in 0..3 {
        let calls = (0..20).map(|_| tokio::spawn(client.clone().oneshot(0)));
        for call in calls.collect::<Vec<_>>() {
            let _ = call.await.unwrap();
        }
    }
    let start = ms_core::clock::now();
    assert!(client.oneshot(0).await.unwrap_err().is(&OPEN));
    assert_eq!(start.elapsed(), ms(0));
}

#[tokio::test(start_paused = true)]
async fn s_16_a_stack_takes_new_settings_and_keeps_what_it_saw() {
    let fails = service_fn(|_: u32| async { Err::<u32, BoxError>("broken".into()) });
    let stack = stack(&StandardConfig::default());
    let (client, handle) = (stack.layer(fails), stack.handle());
    for _ in 0..10 {
        client.clone().oneshot(0).await.unwrap_err();
    }
    let eager = CircuitBreakerConfig::default().minimum_calls(5);
    handle.reconfigure(&handle.config().breaker(eager)).unwrap();
    assert_eq!(handle.config().breaker.minimum_calls, 5);
    let error = client.oneshot(0).await.unwrap_err();
    assert!(error.as_rejection().is_some_and(|rejection| rejection.is(&OPEN)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn s_16_of_settings_one_of_which_is_refused_none_is_taken_over() {
    let stack = stack(&StandardConfig::default());
    let before = stack.handle().to_string();
    let bad = StandardConfig::default()
        .total(ms(100))
        .breaker(CircuitBreakerConfig::default().mode(Mode::Disabled));
    stack.handle().reconfigure(&bad).unwrap_err();
    assert_eq!(stack.handle().to_string(), before);
    assert_eq!(stack.handle().config(), StandardConfig::default());
}

#[tokio::test(start_paused = true)]
async fn s_16_a_file_that_cannot_be_read_leaves_the_settings_and_is_told_of_once() {
    let recorder = Recorder::start();
    let stack = stack(&StandardConfig::default());
    let handle = stack.handle();
    let found = Rc::new(RefCell::new(Err("line 3: what is this?")));
    let file = Rc::clone(&found);
    let follow = handle.follow(ms(1000), move || file.borrow().clone());
    let told = || recorder.events("ms::standard").len();
    let rest = async {
        sleep(ms(5500)).await;
        assert_eq!((handle.config(), told()), (StandardConfig::default(), 1));
        *found.borrow_mut() = Ok(StandardConfig::default().attempt(ms(9000)));
        sleep(ms(5000)).await;
        assert_eq!((handle.config(), told()), (StandardConfig::default(), 2));
        *found.borrow_mut() = Ok(StandardConfig::default().attempt(ms(900)));
        sleep(ms(5000)).await;
        assert_eq!((handle.config().attempt, told()), (ms(900), 3));
    };
    tokio::select! {
        never = follow => match never {},
        () = rest => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_is_read_ten_times_a_second_at_most() {
    let handle = stack(&StandardConfig::default()).handle();
    let mut reads = 0;
    let follow = handle.follow(ms(0), || {
        reads += 1;
        Ok::<_, &str>(StandardConfig::default())
    });
    tokio::select! {
        never = follow => match never {},
        () = sleep(ms(1050)) => {}
    }
    assert_eq!(reads, 10);
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_stack_in_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text: &str| toml::from_str::<StandardConfig>(text);
    let file = "total = '3s'\n[retry]\nattempts = 2\n[bulkhead]\nmax_concurrent = 7";
    let config = read(file).unwrap();
    assert_eq!((config.total, config.attempt), (ms(3000), ms(1000)));
    assert_eq!((config.retry.attempts, config.bulkhead.max_concurrent), (2, 7));
    let error = read("total = '3s'\n[retry]\nattempt = 2").unwrap_err().to_string();
    assert!(error.contains("line 3") && error.contains("attempt"), "{error}");
}

#[test]
fn the_defaults_of_a_stack_are_those_of_the_docs() {
    let StandardConfig { total, attempt, retry, breaker, bulkhead } = StandardConfig::default();
    assert_eq!((total, attempt), (ms(5000), ms(1000)));
    assert_eq!(retry, RetryConfig::default());
    assert_eq!(breaker, CircuitBreakerConfig::default());
    assert_eq!(bulkhead, BulkheadConfig::default());
    assert!(StandardConfig::default().validate().is_ok());
}

#[tokio::test(start_paused = true)]
async fn errors_of_a_client_come_out_as_they_were() {
    let fails = service_fn(|_: u32| async { Err::<u32, _>("broken") });
    let users = Standard::named("users").registry(&Registry::new()).plain(|_: &u32| false);
    let error = users.layer(fails).oneshot(0).await.unwrap_err();
    assert!(matches!(error, ms_core::error::Error::Service("broken")));
}
