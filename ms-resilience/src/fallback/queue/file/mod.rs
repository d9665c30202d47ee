//! A file that loses nothing: frames with checksums, synced before they count.
//!
//! ```text
//!  head            frame                                    frame      torn end
//! ┌───────┬──────┐┌──────┬────────┬─────┬─────────────────┐┌─────┐    ┌───
//! │ magic │ mark ││ mark │ length │ crc │ record record … ││ …   │    │ …  is cut off
//! └───────┴──────┘└──────┴────────┴─────┴─────────────────┘└─────┘    └───
//! ```
//!
//! # Behaviour
//!
//! What comes while the disk is busy is one frame: written and synced together. Each frame begins
//! with the mark of its file, which is drawn by chance, so that no entry can be taken for one. The
//! next frame is written when the last one is safe: so only the last one can be torn, and a
//! damaged one that others follow is reported and never skipped. When most of the file is about
//! entries that are done, a new one takes its place, in one step.

mod backlog;
mod book;
mod claim;
mod crc;
mod frame;
mod log;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use store::{FileStore, Written};
