//! A request that may have to be sent again: kept, repeated, numbered.
//!
//! ```
//! use ms_core::repeat::{Plain, Repeat};
//!
//! #[derive(Debug, Clone, PartialEq)]
//! enum Query {
//!     Read(u32),
//!     Add(u32),
//! }
//!
//! let queries = Plain::new(|query: &Query| matches!(query, Query::Read(_)));
//! assert!(!queries.is_safe(&Query::Add(1)));
//! assert!(queries.is_safe(&Query::Read(7)));
//!
//! let (first, kept) = queries.split(Query::Read(7), 0);
//! assert_eq!(first, Query::Read(7));
//! assert_eq!(queries.again(&kept), Ok(Query::Read(7)));
//! assert_eq!(queries.last(kept), Ok(Query::Read(7)));
//! ```
//!
//! # Behaviour
//!
//! Retry, failover, hedging and fallback ask a [`Repeat`] for what they send and for what they
//! keep, and whether it does harm to send a request twice. What is sent may be of another type than
//! the request: an HTTP body that streams becomes one that can be replayed.
//!
//! HTTP requests know themselves what is safe (`ms_core::http::repeat`); of any other request only
//! its user can tell: [`Plain`]. Where a request looks unsafe and is not, [`SafeIf`] adds what its
//! user knows.

mod plain;
mod safe_if;
mod word;

pub use plain::Plain;
pub use safe_if::SafeIf;
pub use word::{NotRepeatable, Repeat};
