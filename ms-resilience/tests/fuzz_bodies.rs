//! What the fuzz targets for settings run, with 100,000 seeded inputs.
#![cfg(all(feature = "serde", feature = "timeout"))]

use ms_core::rng::Rng;

#[allow(
    clippy::expect_used,
    unreachable_pub,
    reason = "the file belongs to another crate, and panics are what it is for"
)]
#[path = "../../fuzz/src/settings.rs"]
mod settings;

const INPUTS: usize = 100_000;

/// What durations are made of, and a little of what they are not.
const PIECES: [&str; 24] = [
    "0",
    "1",
    "7",
    "59",
    "500",
    "1000000",
    "18446744073709551615",
    "99999999999999999999",
    "ns",
    "us",
    "ms",
    "s",
    "sec",
    "m",
    "min",
    "h",
    "hours",
    "d",
    "days",
    "w",
    "y",
    " ",
    "-",
    "µ",
];

#[test]
fn whatever_stands_where_a_duration_should_is_read_or_refused() {
    let rng = Rng::seeded(11);
    let piece = || PIECES[usize::try_from(rng.below(PIECES.len() as u64)).unwrap_or_default()];
    for _ in 0..INPUTS {
        let text: String = (0..rng.below(6)).map(|_| piece()).collect();
        settings::durations(text.as_bytes());
    }
}
