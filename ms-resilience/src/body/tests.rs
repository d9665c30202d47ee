//! A timed body through its public names.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Full};
use ms_core::clock::{now, sleep};
use ms_core::deadline::Limit;
use ms_core::rejection::{BoxError, Reason, Rejectable, Rejection};
use ms_core::testing::wakes::Wakes;
use tokio::time::advance;

use super::{Expire, Idle, Over, TimedBody};

const DEADLINE: Reason = Reason::deadline("test", "deadline");
const IDLE: Reason = Reason::deadline("test", "idle");

struct Policy;

impl Expire for Policy {
    fn expire(&mut self, over: Over) -> Rejection {
        let reason = match over {
            Over::Deadline => &DEADLINE,
            Over::Idle => &IDLE,
        };
        Rejection::new(reason, "body")
    }
}

type Chunks = Channel<Bytes, BoxError>;

fn chunks() -> (Sender<Bytes, BoxError>, Chunks) {
    Channel::new(64)
}

fn idle(inner: Chunks, seconds: u64, bytes: u64) -> TimedBody<Chunks, Policy> {
    TimedBody::idle(inner, Idle::new(Duration::from_secs(seconds), bytes), Policy)
}

/// Sends a chunk of `bytes` bytes every second, `times` times.
fn drip(mut sender: Sender<Bytes, BoxError>, bytes: usize, times: u32) {
    tokio::spawn(async move {
        for _ in 0..times {
            sleep(Duration::from_secs(1)).await;
            let _ = sender.send_data(Bytes::from(vec![0; bytes])).await;
        }
    });
}

fn is(error: &BoxError, reason: &Reason) -> bool {
    error.as_rejection().is_some_and(|rejection| rejection.is(reason))
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_body_that_stands_still_trips_the_idle_limit() {
    let (_sender, inner) = chunks();
    let start = now();
    let error = idle(inner, 3, 1).collect().await.unwrap_err();
    assert!(is(&error, &IDLE));
    assert_eq!(now() - start, Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_body_that_only_drips_trips_the_idle_limit() {
    let (sender, inner) = chunks();
    drip(sender, 1, 100);
    let error = idle(inner, 3, 1024).collect().await.unwrap_err();
    assert!(is(&error, &IDLE));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_slow_and_steady_is_read_to_its_end() {
    let (sender, inner) = chunks();
    drip(sender, 512, 20);
    let body = idle(inner, 3, 1024).collect().await.unwrap();
    assert_eq!(body.to_bytes().len(), 20 * 512);
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_reader_that_is_slow_does_not_use_up_the_limit_of_the_body() {
    let (sender, inner) = chunks();
    drip(sender, 1, 5);
    let mut body = pin!(idle(inner, 2, 1));
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        frame.unwrap();
        read += 1;
        sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(read, 5);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_over_time_fails_once_and_ends() {
    let (_sender, inner) = chunks();
    let limit = Limit::within(Duration::from_secs(1));
    let mut body = pin!(TimedBody::until(inner, limit, Policy));
    assert!(is(&body.frame().await.unwrap().unwrap_err(), &DEADLINE));
    assert!(body.frame().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn s_to_1_a_frame_that_is_ready_when_the_time_is_over_is_delivered() {
    let (mut sender, inner) = chunks();
    let limit = Limit::within(Duration::from_secs(1));
    let mut body = pin!(TimedBody::until(inner, limit, Policy));
    let wakes = Wakes::new();
    assert!(wakes.poll(pin!(body.frame())).is_pending());

    advance(Duration::from_secs(1)).await;
    sender.send_data(Bytes::from_static(b"late")).await.unwrap();

    assert!(matches!(wakes.poll(pin!(body.frame())), Poll::Ready(Some(Ok(_)))));
    assert!(matches!(wakes.poll(pin!(body.frame())), Poll::Ready(Some(Err(_)))));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_empty_frames_are_no_progress() {
    let (sender, inner) = chunks();
    drip(sender, 0, 100);
    let start = now();
    let error = idle(inner, 3, 1).collect().await.unwrap_err();
    assert!(is(&error, &IDLE));
    assert_eq!(now() - start, Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_trailers_are_progress_whatever_is_missing() {
    let (mut sender, inner) = chunks();
    tokio::spawn(async move {
        sleep(Duration::from_secs(2)).await;
        sender.send_trailers(HeaderMap::new()).await.unwrap();
        sleep(Duration::from_secs(2)).await;
        drop(sender);
    });
    let body = idle(inner, 3, 1024).collect().await.unwrap();
    assert!(body.trailers().is_some());
}

/// Outside a runtime a timer cannot be made: it would panic.
#[test]
fn s_to_6_a_body_that_is_ready_at_once_makes_no_timer() {
    let limit = Limit::within(Duration::from_secs(1));
    let body = || Full::<Bytes>::from("ready");
    let timed = TimedBody::until(body(), limit, Policy);
    let idle = TimedBody::idle(body(), Idle::new(Duration::from_secs(1), 1024), Policy);
    for body in [timed, idle] {
        let Poll::Ready(read) = Wakes::new().poll(pin!(body.collect())) else { panic!("pending") };
        assert_eq!(read.unwrap().to_bytes(), "ready");
    }
}
