//! Deadlines through their public names.

use std::future::pending;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};
use ms_core::clock::{later, now, sleep};
use ms_core::context::Context;
use ms_core::deadline::{Deadline, Limit};
use ms_core::http::headers::{GRPC_TIMEOUT, X_ENVOY_EXPECTED_RQ_TIMEOUT_MS as TIMEOUT_MS};
use ms_core::registry::{Command, CommandError, Field, Heard, Registry, Value};
use ms_core::rejection::Rejection;
use ms_core::testing::laws;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::{
    CALLS, DeadlineConfig, DeadlineLayer, EXCEEDED, EXPIRED, IGNORED_HEADERS,
    PropagateDeadlineConfig, PropagateDeadlineLayer, SPARED,
};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn asks(millis: u64) -> Request<()> {
    Request::get("/").header(TIMEOUT_MS, millis.to_string()).body(()).unwrap()
}

fn plain() -> Request<()> {
    Request::get("/").body(()).unwrap()
}

fn server(registry: &Registry, config: &DeadlineConfig) -> DeadlineLayer {
    DeadlineLayer::with("orders", config).unwrap().registry(registry)
}

/// Answers after `delay` with the deadline that it saw.
fn handler(
    delay: u64,
) -> impl Service<Request<()>, Response = Option<Deadline>, Error = Rejection, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| async move {
        sleep(ms(delay)).await;
        Ok(Context::current().deadline())
    })
}

/// Answers with the headers that it was sent.
fn mirror() -> impl Service<Request<()>, Response = HeaderMap, Error = Rejection> + Clone {
    service_fn(|request: Request<()>| async move { Ok(request.headers().clone()) })
}

fn read(registry: &Registry, metric: &str, labels: &[(&'static str, &str)]) -> u64 {
    let readings = registry.readings();
    let reading = readings.iter().find(|reading| reading.is(metric, labels)).unwrap();
    let Value::Counter(count) = reading.value else { panic!("not a counter") };
    count
}

fn outcome(registry: &Registry, outcome: &str) -> u64 {
    read(registry, CALLS.name(), &[("outcome", outcome)])
}

#[tokio::test(start_paused = true)]
async fn a_server_layer_keeps_the_laws() {
    laws::check(|| {
        ServiceBuilder::new()
            .map_request(|n: u32| Request::get("/").header(TIMEOUT_MS, "5000").body(n).unwrap())
            .layer(DeadlineLayer::new())
            .map_request(|request: Request<u32>| request.into_body())
            .into_inner()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_client_layer_keeps_the_laws() {
    laws::check(|| {
        ServiceBuilder::new()
            .map_request(|n: u32| Request::get("/").body(n).unwrap())
            .layer(PropagateDeadlineLayer::named("users"))
            .map_request(|request: Request<u32>| request.into_body())
            .into_inner()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_request_is_given_up_when_the_time_of_its_caller_is_over() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default());
    let start = now();
    let rejection = layer.layer(handler(5000)).oneshot(asks(500)).await.unwrap_err();
    assert!(rejection.is(&EXCEEDED));
    assert_eq!(now(), later(start, ms(500)));
    assert_eq!((outcome(&registry, "exceeded"), outcome(&registry, "cancelled")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn s_to_1_an_answer_at_the_last_moment_counts() {
    let service = DeadlineLayer::new().layer(handler(500));
    let seen = service.oneshot(asks(500)).await.unwrap();
    assert_eq!(seen, Some(Deadline::at(now())));
}

#[tokio::test(start_paused = true)]
async fn s_to_3_the_server_caps_what_a_caller_asks_for() {
    let layer = server(&Registry::new(), &DeadlineConfig::default().max(ms(2000)));
    let start = now();
    let seen = layer.layer(handler(10)).oneshot(asks(u64::MAX)).await.unwrap();
    assert_eq!(seen, Some(Deadline::after(start, ms(2000))));
}

#[tokio::test(start_paused = true)]
async fn s_to_3_what_brings_no_deadline_has_what_the_server_gives_it() {
    let none = server(&Registry::new(), &DeadlineConfig::default());
    assert_eq!(none.layer(handler(0)).oneshot(plain()).await.unwrap(), None);

    let config = DeadlineConfig::default().unless_given(ms(700));
    let some = server(&Registry::new(), &config);
    let start = now();
    let seen = some.layer(handler(10)).oneshot(plain()).await.unwrap();
    assert_eq!(seen, Some(Deadline::after(start, ms(700))));
}

#[tokio::test(start_paused = true)]
async fn s_to_3_headers_that_make_no_sense_are_ignored_with_an_event() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default());
    let mut events = registry.subscribe();
    for bad in ["-5", "1e3", "99999999999999999999999", "soon", ""] {
        let request = Request::get("/").header(TIMEOUT_MS, bad).body(()).unwrap();
        assert_eq!(layer.layer(handler(0)).oneshot(request).await.unwrap(), None);
    }
    assert_eq!(read(&registry, IGNORED_HEADERS.name(), &[]), 5);
    let Some(Heard::Event(event)) = events.try_next() else { panic!("no event") };
    assert_eq!((event.what, event.field("count")), ("header_ignored", Some(&Field::Count(1))));
    assert_eq!(events.try_next(), None);
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
    assert_eq!((outcome(&registry, "refused"), outcome(&registry, "completed")), (2, 1));
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
            Ok(seen) => assert_eq!(seen, Some(Deadline::after(start, Duration::from_secs(60)))),
        }
    }
    assert_eq!(refused, 25);
    assert_eq!(read(&registry, SPARED.name(), &[]), 75);
}

#[tokio::test(start_paused = true)]
async fn s_to_4_in_the_dark_nothing_is_refused_and_all_is_counted() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default().max_refused(1.0).dark());
    for _ in 0..10 {
        assert!(layer.layer(handler(10)).oneshot(asks(0)).await.is_ok());
    }
    assert_eq!((outcome(&registry, "refused"), read(&registry, SPARED.name(), &[])), (0, 10));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_caller_that_goes_away_is_not_reported_as_a_deadline() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default());
    let hung = service_fn(|_: Request<()>| pending::<Result<(), Rejection>>());
    let request = tokio::spawn(layer.layer(hung).oneshot(asks(500)));
    sleep(ms(100)).await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!((outcome(&registry, "cancelled"), outcome(&registry, "exceeded")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_client_gives_on_what_remains_less_the_margin() {
    let client = PropagateDeadlineLayer::named("users").layer(mirror());
    let context = Context::new().with_deadline(Deadline::after(now(), ms(500)));
    sleep(ms(100)).await;
    let mut request = plain();
    request.headers_mut().insert(CONTENT_TYPE, "application/grpc+proto".parse().unwrap());

    let sent = context.scope(client.oneshot(request)).await.unwrap();

    assert_eq!(
        (&sent[TIMEOUT_MS], &sent[GRPC_TIMEOUT]),
        (&"395".parse().unwrap(), &"395000u".parse().unwrap(),)
    );
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_limit_that_has_not_started_is_given_on_whole() {
    let client = PropagateDeadlineLayer::named("users").layer(mirror());
    let context = Context::new().with_limit(Limit::within(ms(500)));
    let sent = context.scope(client.oneshot(plain())).await.unwrap();
    assert_eq!(sent[TIMEOUT_MS], "495");
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_deadline_is_sent_as_it_is() {
    let client = PropagateDeadlineLayer::named("users").layer(mirror());
    assert!(client.oneshot(plain()).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn s_to_4_a_request_for_which_no_time_is_left_is_not_sent() {
    let registry = Registry::new();
    let layer = PropagateDeadlineLayer::named("users").registry(&registry);
    let never =
        service_fn(|_: Request<()>| async { panic!("sent") as Result<Response<()>, Rejection> });
    let context = Context::new().with_deadline(Deadline::after(now(), ms(5)));
    let refused = context.scope(layer.layer(never).oneshot(plain())).await.unwrap_err();
    assert!(refused.is(&EXPIRED));
    assert_eq!(outcome(&registry, "refused"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_header_of_ones_choice_is_read_and_written() {
    let config = DeadlineConfig::default().header("x-budget-ms");
    let client_config = PropagateDeadlineConfig::default().header("x-budget-ms").margin(ms(0));
    let client = PropagateDeadlineLayer::new("users", &client_config).unwrap().layer(mirror());
    let service = server(&Registry::new(), &config).layer(client);
    let request = Request::get("/").header("x-budget-ms", "800").body(()).unwrap();
    assert_eq!(service.oneshot(request).await.unwrap()["x-budget-ms"], "800");
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_by_name() {
    let refused = |config: DeadlineConfig| config.validate().unwrap_err().field().to_owned();
    let good = DeadlineConfig::default;
    assert_eq!(refused(good().max(ms(0))), "max");
    assert_eq!(refused(good().unless_given(ms(0))), "unless_given");
    assert_eq!(refused(good().max(ms(10)).min_remaining(ms(11))), "min_remaining");
    assert_eq!(refused(good().max_refused(f64::NAN)), "max_refused");
    assert_eq!(refused(good().header("no header")), "header");
    let client = PropagateDeadlineConfig::default().header("");
    assert_eq!(client.validate().unwrap_err().field(), "header");
}

#[test]
fn the_defaults_are_those_of_the_docs() {
    assert_eq!(
        format!("{:?}", DeadlineConfig::default()),
        "DeadlineConfig { max: 60s, unless_given: None, min_remaining: 0ns, max_refused: 0.5, \
         dark: false, header: None }"
    );
    assert_eq!(
        format!("{:?}", PropagateDeadlineConfig::default()),
        "PropagateDeadlineConfig { margin: 5ms, header: None }"
    );
}

#[test]
fn s_16_a_running_policy_takes_new_settings_but_for_its_header() {
    let registry = Registry::new();
    let _layer = server(&registry, &DeadlineConfig::default());
    let tell = |config| registry.command("deadline", "orders", &Command::reconfigure(config));
    assert_eq!(tell(DeadlineConfig::default().max(ms(900)).dark()), Ok(()));
    let described = registry.get("deadline", "orders").unwrap().described().to_string();
    assert_eq!(described, "deadline orders: at most 900ms, at least 0ns, in the dark");

    let refused = tell(DeadlineConfig::default().header("x-budget-ms")).unwrap_err();
    assert!(matches!(refused, CommandError::Refused(error) if error.field() == "header"));
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused() {
    let read = |text| toml::from_str::<DeadlineConfig>(text);
    let config = read("max = '10s'\nunless_given = '3s'\nmin_remaining = '20ms'").unwrap();
    let expected = DeadlineConfig::default().max(ms(10_000)).unless_given(ms(3000));
    assert_eq!(config, expected.min_remaining(ms(20)));
    let error = read("max = '10s'\nmaximum = '3s'").unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("maximum"), "{error}");
}
