//! One function for each target: it takes any bytes and asserts what must always hold.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use ms_core::context::CorrelationId;
use ms_core::http::headers::{GRPC_RETRY_PUSHBACK_MS, MAX_LEN, RETRY_AFTER, single};
use ms_core::http::replay::{ReplayBody, split};
use ms_core::http::retry_after::{Pushback, RetryAfter, hint};
use ms_core::http::{envoy_timeout, grpc_timeout, retry_after as seconds};
use ms_core::repeat::NotRepeatable;

/// A timeout that is read can be written, and does not grow by that.
pub fn grpc_timeout(data: &[u8]) {
    let read = std::str::from_utf8(data).ok().and_then(|text| grpc_timeout::parse(text).ok());
    assert!(read.is_none_or(|limit| limit <= Duration::from_secs(99_999_999 * 3600)));
    for limit in read.into_iter().chain([duration(data)]) {
        let arrived = grpc_timeout::parse(grpc_timeout::format(limit).as_str()).unwrap();
        assert!(arrived <= limit && (arrived > Duration::ZERO || limit.is_zero()));
        let longest = Duration::from_secs(99_999_999 * 3600);
        assert!(limit > longest || limit - arrived <= limit / 100_000);
    }
}

/// A timeout that is read can be written, and does not grow by that.
pub fn envoy_timeout(data: &[u8]) {
    let read = std::str::from_utf8(data).ok().and_then(|text| envoy_timeout::parse(text).ok());
    for limit in read.into_iter().chain([duration(data)]) {
        let arrived = envoy_timeout::parse(envoy_timeout::format(limit).as_str()).unwrap();
        let millisecond = Duration::from_millis(1);
        assert!(arrived >= millisecond && arrived <= limit.max(millisecond));
        assert!(
            limit > Duration::from_millis(u64::MAX) || limit - arrived.min(limit) < millisecond
        );
    }
}

/// Whatever a peer sends as a hint, it is one or none.
pub fn retry_after(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let after = HeaderMap::from_iter([(RETRY_AFTER, value.clone())]);
    let now = || UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    match hint(&after, now) {
        Some(Pushback::After(wait)) => {
            let written: u64 = seconds::format(wait).as_str().parse().unwrap();
            assert!(written >= 1 && Duration::from_secs(written) >= wait);
        }
        Some(Pushback::Stop) => panic!("`Retry-After` never says stop"),
        None => {}
    }
    let pushback = HeaderMap::from_iter([(GRPC_RETRY_PUSHBACK_MS, value)]);
    match hint(&pushback, now) {
        Some(Pushback::After(wait)) => {
            assert_eq!(Pushback::parse(Pushback::format(wait).as_str()), Pushback::After(wait));
        }
        Some(Pushback::Stop) => {}
        None => panic!("a pushback that cannot be read says stop"),
    }
    assert!(single(&pushback, &GRPC_RETRY_PUSHBACK_MS).is_err() || data.len() <= MAX_LEN);
}

/// A date that is read is the date that is written.
pub fn http_date(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(RetryAfter::Date(date)) = RetryAfter::parse(text) {
        let written = httpdate::fmt_http_date(date);
        assert_eq!(RetryAfter::parse(&written), Ok(RetryAfter::Date(date)));
        assert_eq!(RetryAfter::Date(date).wait(date), Duration::ZERO);
        assert!(RetryAfter::Date(date).wait(UNIX_EPOCH) < Duration::from_secs(1 << 38));
    }
}

/// An id that is accepted is the text that was sent, short, and safe in a header and in a log.
pub fn correlation_id(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(id) = CorrelationId::parse(text) {
        assert_eq!(id.as_str(), text);
        assert!((1..=128).contains(&text.len()));
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\<>;,".contains(&byte)));
        assert!(HeaderValue::from_str(text).is_ok());
    }
}

/// Every attempt sends the original, or there is no attempt.
///
/// The first bytes are the limit, what the body knows of itself, and after how many polls each
/// attempt is dropped; the rest are the frames.
pub fn replay(data: &[u8]) {
    let Some((head, frames)) = data.split_at_checked(8) else { return };
    let limit = usize::from(u16::from_be_bytes([head[0], head[1]])) >> 4;
    let script = Script { rest: frames.to_vec(), knows: head[2] & 1 == 1 };
    let original = script.clone().read_all();
    let (mut body, kept) = split(script, limit);
    let mut furthest = 0;
    for polls in &head[3..] {
        let seen = read(&mut body, *polls);
        assert!(original.data.starts_with(&seen.data));
        assert!(seen.end.is_none_or(|end| Some(end) == original.end));
        assert!(seen.end != Some(true) || seen == original);
        furthest = furthest.max(seen.data.len());
        let broke = seen.end == Some(false);
        drop(body);
        body = match kept.again() {
            Ok(again) => again,
            Err(NotRepeatable::TooLarge) => return assert!(original.data.len() > limit),
            Err(NotRepeatable::Broken) => return assert!(broke),
            Err(why) => panic!("{why}"),
        };
        assert!(furthest <= limit && !broke);
    }
}

fn duration(data: &[u8]) -> Duration {
    let mut bytes = [0; 16];
    let len = data.len().min(bytes.len());
    bytes[..len].copy_from_slice(&data[..len]);
    let number = u128::from_be_bytes(bytes);
    let (seconds, nanos) = ((number >> 64) as u64, (number as u64 % 1_000_000_000) as u32);
    // As many bits as the number says, so that short times come as often as long ones.
    Duration::new(seconds >> (seconds % 64), nanos)
}

/// What one reader saw; `end` says whether the body came to its end or broke.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    data: Vec<u8>,
    trailers: Option<HeaderMap>,
    end: Option<bool>,
}

/// A body whose frames are what its bytes say.
#[derive(Clone)]
struct Script {
    rest: Vec<u8>,
    knows: bool,
}

impl Script {
    fn next(&mut self) -> Poll<Option<Result<Frame<Bytes>, ()>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        match self.rest.remove(0) {
            0 => Poll::Pending,
            1 => {
                self.rest.clear();
                Poll::Ready(Some(Ok(Frame::trailers(HeaderMap::new()))))
            }
            2 => {
                self.rest.clear();
                Poll::Ready(Some(Err(())))
            }
            len => {
                let len = usize::from(len - 3).min(self.rest.len());
                let data: Vec<u8> = self.rest.drain(..len).collect();
                Poll::Ready(Some(Ok(Frame::data(data.into()))))
            }
        }
    }

    fn read_all(mut self) -> Seen {
        let mut seen = Seen::default();
        while seen.end.is_none() {
            seen.take(self.next());
        }
        seen
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = ();

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ()>>> {
        self.next()
    }

    fn is_end_stream(&self) -> bool {
        self.knows && self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        if self.knows {
            let seen = self.clone().read_all();
            return SizeHint::with_exact(seen.data.len() as u64);
        }
        SizeHint::new()
    }
}

impl Seen {
    fn take(&mut self, polled: Poll<Option<Result<Frame<Bytes>, ()>>>) {
        match polled {
            Poll::Pending => {}
            Poll::Ready(None) => self.end = Some(true),
            Poll::Ready(Some(Err(()))) => self.end = Some(false),
            Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) => self.data.extend_from_slice(&data),
                Err(frame) => self.trailers = frame.into_trailers().ok(),
            },
        }
    }
}

fn read(body: &mut ReplayBody<Script>, polls: u8) -> Seen {
    let mut seen = Seen::default();
    for _ in 0..polls {
        if seen.end.is_some() {
            break;
        }
        let was_over = body.is_end_stream();
        let polled = Pin::new(&mut *body).poll_frame(&mut Context::from_waker(Waker::noop()));
        assert!(!was_over || matches!(polled, Poll::Ready(None)));
        seen.take(polled);
    }
    seen
}
