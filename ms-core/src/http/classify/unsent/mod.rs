//! Which errors of clients prove that a request never left.

#[cfg(feature = "hyper-1")]
mod hyper;
#[cfg(feature = "hyper-util-0_1")]
mod hyper_util;
mod io;
mod known;
#[cfg(feature = "tonic-0_14")]
mod tonic;
mod walk;

pub(super) use known::as_error;
#[cfg(feature = "tonic-0_14")]
pub(super) use known::held;
pub use walk::never_sent;
