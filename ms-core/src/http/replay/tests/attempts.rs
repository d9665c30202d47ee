//! One attempt after another.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use http_body::Body;

use super::script::{Script, Seen, Step, data, read, script, trailers};
use crate::http::replay::body::ReplayBody;
use crate::http::replay::kept::{LIMIT, split};
use crate::repeat::NotRepeatable;

fn whole(content: &str) -> Seen {
    Seen { content: content.into(), trailers: None, end: Some(Ok(())) }
}

#[test]
fn s_rt_6_an_attempt_that_was_dropped_half_read_is_replayed_and_goes_on() {
    let (mut first, kept) = split(script([data("ab"), data("cd"), data("ef")]), LIMIT);
    assert_eq!(read(&mut first, 2).content, b"abcd");
    drop(first);
    assert_eq!(read(&mut kept.again().unwrap(), 9), whole("abcdef"));
    assert_eq!(read(&mut kept.again().unwrap(), 9), whole("abcdef"));
}

#[test]
fn s_rt_6_a_body_beyond_the_limit_is_committed_and_goes_on() {
    let (mut first, kept) = split(script([data("ab"), data("cd"), data("ef")]), 3);
    assert_eq!(read(&mut first, 1).content, b"ab");
    assert_eq!(kept.check(), Err(NotRepeatable::InUse));
    assert_eq!(read(&mut first, 9), whole("cdef"));
    drop(first);
    assert_eq!(kept.again().err(), Some(NotRepeatable::TooLarge));
}

#[test]
fn s_rt_6_a_body_that_says_it_is_too_long_is_committed_from_the_start() {
    let body = Script { knows: true, ..script([data("abcd")]) };
    let (mut first, kept) = split(body, 3);
    assert_eq!(kept.check(), Err(NotRepeatable::TooLarge));
    assert_eq!(read(&mut first, 9), whole("abcd"));
}

#[test]
fn trailers_are_sent_again() {
    let (mut first, kept) = split(script([data("a"), Step::Trailers]), LIMIT);
    let seen = read(&mut first, 9);
    assert_eq!(seen.trailers, Some(trailers()));
    assert_eq!(read(&mut kept.again().unwrap(), 9), seen);
}

#[test]
fn a_body_in_use_is_not_sent_a_second_time_before_all_of_it_was_read() {
    let (mut first, kept) = split(script([data("a"), data("b")]), LIMIT);
    read(&mut first, 1);
    assert_eq!(kept.again().err(), Some(NotRepeatable::InUse));
    read(&mut first, 2);
    assert_eq!(read(&mut kept.again().unwrap(), 9), whole("ab"));
}

#[test]
fn a_body_that_knows_its_end_is_free_with_its_last_frame() {
    let (mut first, kept) = split(Script { knows: true, ..script([data("a")]) }, LIMIT);
    read(&mut first, 1);
    assert!(first.is_end_stream());
    assert_eq!(kept.check(), Ok(()));
}

#[test]
fn a_body_that_broke_is_not_sent_again() {
    let (mut first, kept) = split(script([data("a"), Step::Break]), LIMIT);
    assert_eq!(read(&mut first, 9).end, Some(Err("broken")));
    drop(first);
    assert_eq!(kept.again().err(), Some(NotRepeatable::Broken));
}

#[test]
fn a_body_that_panicked_is_not_sent_again() {
    let (mut first, kept) = split(script([Step::Panic]), LIMIT);
    catch_unwind(AssertUnwindSafe(move || read(&mut first, 1))).unwrap_err();
    assert_eq!(kept.again().err(), Some(NotRepeatable::Broken));
}

#[test]
fn an_empty_body_is_sent_any_number_of_times_at_once() {
    let (mut first, kept) = split(Script { knows: true, ..Script::default() }, 0);
    let (mut second, mut third) = (kept.again().unwrap(), kept.again().unwrap());
    for body in [&mut first, &mut second, &mut third] {
        assert!(body.is_end_stream() && body.size_hint().exact() == Some(0));
        assert_eq!(read(body, 9), whole(""));
    }
}

#[test]
fn s_rt_7_the_last_attempt_keeps_nothing_more() {
    let (mut first, kept) = split(script([data("a"), data("b")]), LIMIT);
    read(&mut first, 1);
    drop(kept);
    read(&mut first, 1);
    assert_eq!(format!("{first:?}"), "ReplayBody { source: \"committed\", kept: 0, next: 1 }");
}

#[test]
fn many_tiny_frames_are_kept_as_few_pieces() {
    let (mut first, kept) = split(script(vec![data("x"); 10_000]), LIMIT);
    read(&mut first, 20_000);
    let mut again = kept.again().unwrap();
    assert_eq!(again.size_hint().exact(), Some(10_000));
    assert_eq!(read(&mut again, 65), whole(&"x".repeat(10_000)));
}

#[test]
fn data_is_kept_by_reference() {
    let (mut first, kept) = split(script([Step::Data(vec![1; 100])]), LIMIT);
    let at = |body: &mut ReplayBody<Script>| match Pin::new(body)
        .poll_frame(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap().as_ptr(),
        _ => panic!("a frame was due"),
    };
    let sent = at(&mut first);
    drop(first);
    assert_eq!(at(&mut kept.again().unwrap()), sent);
}
