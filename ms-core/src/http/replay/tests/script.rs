//! A body that follows a script, and what a server saw of it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use ::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::http::replay::body::ReplayBody;

#[derive(Debug, Clone)]
pub(in crate::http) enum Step {
    Data(Vec<u8>),
    Wait,
    Trailers,
    Break,
    Panic,
}

/// A body that follows a script, and knows its end and its length if it is told to.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Script {
    pub(in crate::http) steps: VecDeque<Step>,
    pub(in crate::http) knows: bool,
}

pub(in crate::http) fn script(steps: impl IntoIterator<Item = Step>) -> Script {
    Script { steps: steps.into_iter().collect(), knows: false }
}

pub(in crate::http) fn data(data: &str) -> Step {
    Step::Data(data.into())
}

pub(in crate::http) fn trailers() -> HeaderMap {
    HeaderMap::from_iter([(::http::header::ETAG, HeaderValue::from_static("7"))])
}

impl Script {
    pub(in crate::http) fn content(&self) -> Vec<u8> {
        let pieces = self.steps.iter().filter_map(|step| match step {
            Step::Data(data) => Some(data.as_slice()),
            _ => None,
        });
        pieces.flatten().copied().collect()
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        match self.steps.pop_front() {
            None => Poll::Ready(None),
            Some(Step::Wait) => Poll::Pending,
            Some(Step::Data(data)) => Poll::Ready(Some(Ok(Frame::data(data.into())))),
            Some(Step::Trailers) => Poll::Ready(Some(Ok(Frame::trailers(trailers())))),
            Some(Step::Break) => Poll::Ready(Some(Err("broken"))),
            Some(Step::Panic) => panic!("in the middle"),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.knows && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let len = self.content().len() as u64;
        if self.knows { SizeHint::with_exact(len) } else { SizeHint::new() }
    }
}

/// What a server saw of one attempt.
#[derive(Debug, Default, PartialEq)]
pub(in crate::http) struct Seen {
    pub(in crate::http) content: Vec<u8>,
    pub(in crate::http) trailers: Option<HeaderMap>,
    pub(in crate::http) end: Option<Result<(), &'static str>>,
}

/// Polls `body` up to `polls` times.
pub(in crate::http) fn read(body: &mut ReplayBody<Script>, polls: usize) -> Seen {
    let mut seen = Seen::default();
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        let was_at_end = body.is_end_stream();
        match Pin::new(&mut *body).poll_frame(&mut cx) {
            Poll::Pending => {}
            Poll::Ready(None) => {
                seen.end = Some(Ok(()));
                break;
            }
            Poll::Ready(Some(Err(error))) => {
                seen.end = Some(Err(error));
                break;
            }
            Poll::Ready(Some(Ok(frame))) => {
                assert!(!was_at_end, "a frame came after the end");
                match frame.into_data() {
                    Ok(data) => seen.content.extend_from_slice(&data),
                    Err(frame) => seen.trailers = frame.into_trailers().ok(),
                }
            }
        }
    }
    seen
}
