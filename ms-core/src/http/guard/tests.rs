//! Every way in which a body ends.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context as TaskContext, Poll, Waker};

use ::http::{HeaderMap, HeaderValue, Response};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::body::GuardBody;
use super::reach::BodyEnd;
use super::watch::{End, Watch};
use crate::context::Context;
use crate::http::headers::GRPC_STATUS;
use crate::reach::Reach;

#[derive(Debug, PartialEq)]
enum Told {
    Complete(Option<HeaderMap>),
    Failed(&'static str),
    Panicked,
    Dropped,
}

/// Tells how it ended, and in which context.
struct Permit(mpsc::Sender<(Told, u32)>);

impl Watch<&'static str> for Permit {
    fn end(self, end: End<'_, &'static str>) {
        let told = match end {
            End::Complete { trailers } => Told::Complete(trailers.cloned()),
            End::Failed(error) => Told::Failed(error),
            End::Panicked => Told::Panicked,
            End::Dropped => Told::Dropped,
        };
        self.0.send((told, Context::current().attempt())).unwrap();
    }
}

enum Step {
    Data(&'static str),
    Trailers(HeaderMap),
    Wait,
    Break,
    Panic,
}

/// A body that follows a script; it knows its end and its length only where it is told to.
#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    knows_its_end: bool,
    length: Option<u64>,
    contexts: Vec<u32>,
}

impl Body for Script {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        self.contexts.push(Context::current().attempt());
        match self.steps.pop_front() {
            None => Poll::Ready(None),
            Some(Step::Wait) => Poll::Pending,
            Some(Step::Data(data)) => Poll::Ready(Some(Ok(Frame::data(data.into())))),
            Some(Step::Trailers(trailers)) => Poll::Ready(Some(Ok(Frame::trailers(trailers)))),
            Some(Step::Break) => Poll::Ready(Some(Err("broken"))),
            Some(Step::Panic) => panic!("in the middle"),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.knows_its_end && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

fn script(steps: impl IntoIterator<Item = Step>) -> Script {
    Script { steps: steps.into_iter().collect(), ..Script::default() }
}

/// What a watch tells about `body` that is polled up to `polls` times and dropped.
fn told(body: Script, polls: usize) -> Told {
    let (permit, ends) = permit();
    let mut guard = GuardBody::new(body, permit, Context::new());
    poll(&mut guard, polls);
    drop(guard);
    let (told, _) = ends.try_recv().expect("it ended");
    assert!(ends.try_recv().is_err(), "it ended twice");
    told
}

fn permit() -> (Permit, mpsc::Receiver<(Told, u32)>) {
    let (sender, ends) = mpsc::channel();
    (Permit(sender), ends)
}

fn poll(guard: &mut GuardBody<Script, Permit>, polls: usize) {
    let mut cx = TaskContext::from_waker(Waker::noop());
    for _ in 0..polls {
        let _ = Pin::new(&mut *guard).poll_frame(&mut cx);
    }
}

#[test]
fn s_12_a_body_that_is_read_to_its_end_is_complete() {
    assert_eq!(told(script([Step::Data("a"), Step::Wait, Step::Data("b")]), 9), complete());
}

#[test]
fn s_12_trailers_end_the_watch_and_are_shown_to_it() {
    let trailers = HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from_static("14"))]);
    let body = script([Step::Data("a"), Step::Trailers(trailers.clone())]);
    assert_eq!(told(body, 2), Told::Complete(Some(trailers)));
}

#[test]
fn s_12_an_error_in_the_middle_of_a_body_is_told() {
    assert_eq!(told(script([Step::Data("a"), Step::Break]), 9), Told::Failed("broken"));
}

#[test]
fn s_12_a_body_that_is_dropped_half_read_ends_its_watch_as_dropped() {
    assert_eq!(told(script([Step::Data("a"), Step::Data("b")]), 1), Told::Dropped);
    assert_eq!(told(script([Step::Wait, Step::Data("b")]), 1), Told::Dropped);
}

#[test]
fn s_12_a_body_that_is_dropped_at_its_end_is_complete() {
    let body = Script { knows_its_end: true, ..script([Step::Data("a")]) };
    assert_eq!(told(body, 1), complete());
}

#[test]
fn s_12_a_body_that_is_dropped_after_its_declared_length_is_complete() {
    let body = |length| Script { length: Some(length), ..script([Step::Data("abc")]) };
    assert_eq!(told(body(3), 1), complete());
    assert_eq!(told(body(4), 1), Told::Dropped);
}

#[test]
fn s_12_a_content_length_counts_where_the_body_does_not_know_its_own() {
    let told = |length: &'static str| {
        let (permit, ends) = permit();
        let response = Response::builder().header("content-length", length);
        let response = response.body(script([Step::Data("abc")])).unwrap();
        poll(&mut BodyEnd::deliver(response, || permit).into_body(), 1);
        ends.try_recv().unwrap().0
    };
    assert_eq!([told("3"), told("4"), told("x")], [complete(), Told::Dropped, Told::Dropped]);
}

#[test]
fn s_12_a_body_that_nobody_polled_is_complete() {
    assert_eq!(told(script([Step::Data("a")]), 0), complete());
}

#[test]
fn s_12_the_watch_of_a_body_with_nothing_to_come_ends_at_once() {
    let (permit, ends) = permit();
    let body = Script { knows_its_end: true, ..Script::default() };
    let _guard = GuardBody::new(body, permit, Context::new());
    assert_eq!(ends.try_recv().unwrap().0, complete());
}

#[test]
fn s_12_the_watch_ends_with_the_last_frame_and_not_when_the_body_is_dropped() {
    let (permit, ends) = permit();
    let body = Script { knows_its_end: true, ..script([Step::Data("a")]) };
    let mut guard = GuardBody::new(body, permit, Context::new());
    poll(&mut guard, 1);
    assert_eq!(ends.try_recv().unwrap().0, complete());
}

#[test]
fn s_5_a_panic_in_the_body_is_told_when_the_body_is_dropped() {
    let (permit, ends) = permit();
    let mut guard = GuardBody::new(script([Step::Panic]), permit, Context::new());
    catch_unwind(AssertUnwindSafe(move || poll(&mut guard, 1))).unwrap_err();
    assert_eq!(ends.try_recv().unwrap().0, Told::Panicked);
    assert!(ends.try_recv().is_err(), "it ended twice");
}

#[test]
fn a_watch_whose_own_end_panics_is_not_told_again() {
    struct Once(mpsc::Sender<()>);
    impl Watch<Infallible> for Once {
        fn end(self, _: End<'_, Infallible>) {
            self.0.send(()).unwrap();
            panic!("at the end");
        }
    }
    let (sender, ends) = mpsc::channel();
    let body = http_body_util::Empty::<Bytes>::new();
    let end = || GuardBody::new(body, Once(sender), Context::new());
    assert!(catch_unwind(AssertUnwindSafe(end)).is_err());
    assert_eq!(ends.iter().count(), 1);
}

#[test]
fn the_body_is_polled_and_ended_in_the_context_of_its_call() {
    let (permit, ends) = permit();
    let context = Context::new().with_attempt(7);
    let mut guard = GuardBody::new(script([Step::Data("a")]), permit, context);
    poll(&mut guard, 2);
    assert_eq!(ends.try_recv().unwrap().1, 7);
    assert_eq!(format!("{guard:?}"), "GuardBody { inner: [7, 7], ended: true, delivered: 1, .. }");
}

#[test]
fn data_passes_without_a_copy() {
    let data = Bytes::from(vec![1; 100]);
    let at = data.as_ptr();
    let (sender, _ends) = mpsc::channel();
    let body = http_body_util::Full::new(data);
    let mut guard = GuardBody::new(body, Any(sender), Context::new());
    let frame = Pin::new(&mut guard).poll_frame(&mut TaskContext::from_waker(Waker::noop()));
    let Poll::Ready(Some(Ok(frame))) = frame else { panic!("a frame was due") };
    assert_eq!(frame.into_data().unwrap().as_ptr(), at);
}

struct Any(#[allow(dead_code, reason = "what a permit holds")] mpsc::Sender<()>);

impl<E> Watch<E> for Any {
    fn end(self, _: End<'_, E>) {}
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.contexts, f)
    }
}

const fn complete() -> Told {
    Told::Complete(None)
}
