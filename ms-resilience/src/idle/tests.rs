//! Idle timeouts through their public names.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Empty};
use ms_core::clock::sleep;
use ms_core::registry::{Command, Registry, Value};
use ms_core::rejection::{BoxError, Rejectable};
use ms_core::testing::laws;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::{BODIES, IdleTimeoutConfig, IdleTimeoutLayer, STALLED};

type Chunks = Channel<Bytes, BoxError>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Sends one byte after each of the pauses, in seconds.
fn drips(pauses: &'static [u64]) -> Chunks {
    let (mut sender, body): (Sender<Bytes, BoxError>, _) = Channel::new(1);
    tokio::spawn(async move {
        for &pause in pauses {
            sleep(seconds(pause)).await;
            let _ = sender.send_data(Bytes::from_static(b".")).await;
        }
    });
    body
}

fn server(
    pauses: &'static [u64],
) -> impl Service<Request<()>, Response = Response<Chunks>, Error = BoxError, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| async move { Ok(Response::new(drips(pauses))) })
}

fn count(registry: &Registry, outcome: &str) -> u64 {
    let readings = registry.readings();
    let reading = readings.iter().find(|r| r.is(BODIES.name(), &[("outcome", outcome)])).unwrap();
    let Value::Counter(count) = reading.value else { panic!("not a counter") };
    count
}

#[tokio::test(start_paused = true)]
async fn it_keeps_the_laws() {
    laws::check(|| {
        ServiceBuilder::new()
            .map_response(|response: Response<_>| {
                response.extensions().get::<u32>().copied().unwrap()
            })
            .layer(IdleTimeoutLayer::after(seconds(10)))
            .map_response(|n: u32| {
                let mut response = Response::new(Empty::<Bytes>::new());
                response.extensions_mut().insert(n);
                response
            })
            .into_inner()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_goes_on_may_take_as_long_as_it_takes() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).registry(&registry);
    let response = layer.layer(server(&[9; 100])).oneshot(Request::new(())).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes().len(), 100);
    assert_eq!(count(&registry, "completed"), 1);
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_body_that_stands_still_is_given_up_and_counted() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).name("feed").registry(&registry);
    let response = layer.layer(server(&[9, 11])).oneshot(Request::new(())).await.unwrap();
    let error = response.into_body().collect().await.unwrap_err();
    assert!(error.as_rejection().unwrap().is(&STALLED));
    assert_eq!((count(&registry, "stalled"), count(&registry, "cancelled")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_reader_that_goes_away_is_never_reported_as_a_stall() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).registry(&registry);
    let response = layer.layer(server(&[1, 1])).oneshot(Request::new(())).await.unwrap();
    let mut body = Box::pin(response.into_body());
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_eq!((count(&registry, "stalled"), count(&registry, "cancelled")), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_an_upload_that_drips_is_given_up() {
    let registry = Registry::new();
    let config = IdleTimeoutConfig::default().limit(seconds(5)).bytes(1024);
    let layer = IdleTimeoutLayer::new("uploads", &config).unwrap().registry(&registry);
    let layer = layer.of_requests();
    let handler = service_fn(|request: Request<super::IdleBody<Chunks>>| async {
        Ok::<_, Infallible>(request.into_body().collect().await.map(|_| ()))
    });
    let read = layer.layer(handler).oneshot(Request::new(drips(&[1; 60])));
    assert!(read.await.unwrap().unwrap_err().as_rejection().unwrap().is(&STALLED));
    assert_eq!(count(&registry, "stalled"), 1);
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_by_name() {
    let refused = |config| IdleTimeoutLayer::new("feed", &config).unwrap_err().field().to_owned();
    assert_eq!(refused(IdleTimeoutConfig::default().limit(Duration::ZERO)), "limit");
    assert_eq!(refused(IdleTimeoutConfig::default().bytes(0)), "bytes");
}

#[test]
fn the_defaults_are_those_of_the_docs() {
    assert_eq!(
        format!("{:?}", IdleTimeoutConfig::default()),
        "IdleTimeoutConfig { limit: 10s, bytes: 1 }"
    );
}

#[test]
fn s_16_a_running_policy_takes_new_settings() {
    let registry = Registry::new();
    let _layer = IdleTimeoutLayer::named("feed").registry(&registry);
    let strict = IdleTimeoutConfig::default().limit(seconds(3)).bytes(512);
    registry.command("idle_timeout", "feed", &Command::reconfigure(strict)).unwrap();
    let described = registry.get("idle_timeout", "feed").unwrap().described().to_string();
    assert_eq!(described, "idle_timeout feed: 3s for each 512 bytes");
}
