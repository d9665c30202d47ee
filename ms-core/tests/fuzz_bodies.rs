//! What the fuzz targets run, with 100,000 seeded inputs each.
#![cfg(feature = "http")]

use ms_core::rng::Rng;

#[allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "the file belongs to another crate, and panics are what it is for"
)]
#[path = "../../fuzz/src/bodies.rs"]
mod bodies;

const INPUTS: usize = 100_000;

/// Runs `body` with noise, and with `examples` in which a few bytes were changed.
fn run(body: fn(&[u8]), examples: &[&[u8]]) {
    let rng = Rng::seeded(7);
    for number in 0..INPUTS {
        let input = match number % 4 {
            0 => noise(&rng),
            _ => mutated(&rng, examples[below(&rng, examples.len())]),
        };
        body(&input);
    }
}

fn noise(rng: &Rng) -> Vec<u8> {
    (0..below(rng, 64)).map(|_| byte(rng)).collect()
}

fn mutated(rng: &Rng, example: &[u8]) -> Vec<u8> {
    let mut input = example.to_vec();
    for _ in 0..below(rng, 4) {
        let at = below(rng, input.len() + 1);
        match below(rng, 4) {
            0 => input.insert(at, byte(rng)),
            1 => input.truncate(at.max(1)),
            2 => input.extend_from_within(at..),
            _ if at < input.len() => input[at] = byte(rng),
            _ => {}
        }
    }
    input
}

/// Half of them are bytes that parsers care about.
fn byte(rng: &Rng) -> u8 {
    const WORTH: &[u8] = b"0123456789+-. :;,\t\r\n\0HMSmunGT";
    if rng.chance(0.5) { WORTH[below(rng, WORTH.len())] } else { rng.next_u64().to_be_bytes()[0] }
}

fn below(rng: &Rng, bound: usize) -> usize {
    usize::try_from(rng.below(bound as u64)).unwrap_or_default()
}

#[test]
fn s_to_3_no_input_breaks_grpc_timeouts() {
    run(bodies::grpc_timeout, &[b"1S", b"100m", b"99999999H", b"00000000n", b"250000u", b"3M"]);
}

#[test]
fn s_to_3_no_input_breaks_envoy_timeouts() {
    run(bodies::envoy_timeout, &[b"0", b"250", b"18446744073709551615", b"15000"]);
}

#[test]
fn s_rt_3_no_input_breaks_retry_after() {
    let date = b"Wed, 21 Oct 2015 07:28:00 GMT";
    run(bodies::retry_after, &[b"120", b"-1", b"2147483647", b"99999999999999999999", date]);
}

#[test]
fn s_rt_3_no_input_breaks_dates() {
    run(
        bodies::http_date,
        &[
            b"Sun, 06 Nov 1994 08:49:37 GMT",
            b"Sunday, 06-Nov-94 08:49:37 GMT",
            b"Sun Nov  6 08:49:37 1994",
            b"Fri, 31 Dec 9999 23:59:59 GMT",
            b"Thu, 29 Feb 2024 00:00:00 GMT",
        ],
    );
}

#[test]
fn no_input_breaks_correlation_ids() {
    let longest = [b'a'; 128];
    run(bodies::correlation_id, &[b"0198f3a2-7c5e", b"a/b:c_d.e+f=g@h", &longest]);
}

#[test]
fn s_rt_6_no_input_breaks_replayed_bodies() {
    run(
        bodies::replay,
        &[
            b"\xff\xff\x01\x01\x02\x09\x09\x09\x05ab\x05cd\x00\x04e\x01",
            b"\x00\x30\x00\x02\x09\x09\x09\x09\x05ab\x05cd\x05ef",
            b"\x01\x00\x01\x00\x01\x02\x03\xff\x06abc\x03\x03\x02",
            b"\xff\xff\x00\x10\x20\x30\x40\xff\x04a\x04b\x04c\x04d\x04e\x04f\x04g\x04h\x04i",
        ],
    );
}
