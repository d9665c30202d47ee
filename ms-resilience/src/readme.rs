//! The README: what it shows runs as a test.
#![doc = include_str!("../../README.md")]
