//! Timeouts that go on until the body is read.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use http_body_util::channel::{Channel, Sender};
use ms_core::clock::{later, now, sleep};
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::registry::Registry;
use ms_core::rejection::BoxError;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::super::{ATTEMPT, DEADLINE, TOTAL, TimeoutLayer};
use super::{count, is, ms};

type Chunks = Channel<Bytes, BoxError>;

/// Answers with its head at once, and sends two chunks, 400 ms apart.
fn download()
-> impl Service<Request<()>, Response = Response<Chunks>, Error = BoxError, Future: Send> + Clone {
    service_fn(|_: Request<()>| async {
        let (mut sender, body): (Sender<Bytes, BoxError>, _) = Channel::new(1);
        tokio::spawn(async move {
            for _ in 0..2 {
                sleep(ms(400)).await;
                let _ = sender.send_data(Bytes::from_static(b"chunk")).await;
            }
        });
        Ok(Response::new(body))
    })
}

#[tokio::test(start_paused = true)]
async fn s_12_without_being_asked_a_timeout_ends_at_the_head() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).registry(&registry);
    let response = layer.layer(download()).oneshot(Request::new(())).await.unwrap();
    assert_eq!(count(&registry, "completed"), 1);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn s_12_a_body_that_outlasts_the_attempt_fails_when_the_time_is_over() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).until_body_end().registry(&registry);
    let start = now();
    let response = layer.layer(download()).oneshot(Request::new(())).await.unwrap();
    assert_eq!(count(&registry, "completed"), 0);

    let body = response.into_body().collect().await;

    assert!(is(&body, &ATTEMPT));
    assert_eq!(now(), later(start, ms(500)));
    assert_eq!((count(&registry, "timed_out"), count(&registry, "cancelled")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn s_12_a_body_that_is_read_in_time_completes_the_call() {
    let registry = Registry::new();
    let layer = TimeoutLayer::total(ms(801)).until_body_end().registry(&registry);
    let response = layer.layer(download()).oneshot(Request::new(())).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes().len(), 10);
    assert_eq!(count(&registry, "completed"), 1);
}

#[tokio::test(start_paused = true)]
async fn s_12_a_body_that_is_dropped_half_read_cancels_the_call() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).until_body_end().registry(&registry);
    let response = layer.layer(download()).oneshot(Request::new(())).await.unwrap();
    let mut body = Box::pin(response.into_body());
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_eq!((count(&registry, "cancelled"), count(&registry, "timed_out")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_head_and_body_draw_on_one_deadline() {
    let slow_head = service_fn(|request: Request<()>| async {
        sleep(ms(300)).await;
        download().oneshot(request).await
    });
    let start = now();
    let layer = TimeoutLayer::total(ms(500)).until_body_end();
    let response = layer.layer(slow_head).oneshot(Request::new(())).await.unwrap();
    assert!(is(&response.into_body().collect().await, &TOTAL));
    assert_eq!(now(), later(start, ms(500)));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_body_is_cut_to_the_deadline_of_the_caller() {
    let layer = TimeoutLayer::attempt(ms(5000)).until_body_end();
    let context = Context::new().with_deadline(Deadline::after(now(), ms(200)));
    let response = context.scope(layer.layer(download()).oneshot(Request::new(()))).await.unwrap();
    assert!(is(&response.into_body().collect().await, &DEADLINE));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_the_time_of_a_body_starts_at_the_head_and_not_when_it_is_read() {
    let attempt = TimeoutLayer::attempt(ms(600)).until_body_end().layer(download());
    let total = TimeoutLayer::total(ms(600)).until_body_end().layer(download());
    let start = now();
    let first = attempt.oneshot(Request::new(())).await.unwrap();
    let second = total.oneshot(Request::new(())).await.unwrap();

    sleep(ms(500)).await;
    let (first, second) = tokio::join!(first.into_body().collect(), second.into_body().collect());

    assert!(is(&first, &ATTEMPT) && is(&second, &TOTAL));
    assert_eq!(now(), later(start, ms(600)));
}
