//! The whole stack, in the order that is known to be right.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_resilience::standard::Standard;
//! use std::convert::Infallible;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let client = service_fn(|id: u32| async move { Ok::<_, Infallible>(id + 1) });
//! let users = Standard::named("users").plain(|_: &u32| true).layer(client);
//!
//! assert_eq!(users.oneshot(6).await.unwrap(), 7);
//! # }
//! ```
//!
//! ```text
//!  a client                                       a server
//!  ┌ total timeout    5 s, every attempt in it    ┌ respond        rejections become responses
//!  │ ┌ retry          3 attempts, paid for        │ ┌ deadline     what the caller gives us
//!  │ │ ┌ circuit      is it worth calling?        │ │ ┌ authenticate   yours, if any
//!  │ │ │ ┌ bulkhead   how many at a time?         │ │ │ ┌ bulkhead  until the end of the body
//!  │ │ │ │ ┌ attempt timeout  1 s                 │ │ │ │ ┌ your router
//!  │ │ │ │ │ ┌ propagate: the deadline travels
//!  │ │ │ │ │ │ ┌ errors can hold a rejection
//!  │ │ │ │ │ │ │ your client
//! ```
//!
//! # Behaviour
//!
//! [`Standard`] is one layer for a client. It is made for `http::Request`: [`plain`], `tonic` and
//! `reqwest` make it fit for others. Every layer is there, and what is not wanted is turned off by
//! its settings: so it can be turned on while it runs.
//!
//! - **Why this order.** The deadline holds for everything. Retry is outside of the circuit, so
//!   that each attempt is an outcome, and an open circuit ends the trying. The bulkhead is inside
//!   of the circuit, which it cannot open, and outside of the attempt timeout: to wait for a place
//!   is not the fault of the peer.
//! - **Known mistakes are refused**, with the name of the field: an attempt that may take as long
//!   as the call, retries that nothing pays for, a window that is shorter than two attempts, a
//!   call that is slow only when its attempt is over, a queue in which one waits for longer than
//!   the call may take.
//! - **Settings change while it runs** ([`StandardHandle::reconfigure`]): all of them or, if one is
//!   refused, none. Windows, counts, permits and tokens are kept. [`StandardHandle::follow`] reads
//!   them anew now and then, and goes on with the old ones when they cannot be read.
//! - **It can be read**: `Display` prints the layers with their settings, and the registry has all
//!   of them by the name of the stack.
//!
//! A fallback belongs outside of it, a rate limit between the total timeout and the retry. What
//! belongs to one attempt, such as a token, is put around the client before it is given to the
//! stack. A body goes on after its head: an `IdleTimeoutLayer` around the client bounds it.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `total` | 5 s |
//! | `attempt` | 1 s |
//! | `retry` | those of [`retry`](crate::retry) |
//! | `breaker` | those of [`breaker`](crate::breaker) |
//! | `bulkhead` | those of [`bulkhead`](crate::bulkhead) |
//!
//! # What it reports
//!
//! What its policies report. New settings, and those that could not be read or were refused, are
//! events with target `ms::standard`.
//!
//! # Neighbours
//!
//! A `ServiceBuilder` composes the same layers in any order, and others.
//!
//! [`plain`]: Standard::plain

mod config;
mod event;
mod handle;
mod layer;
mod mistakes;
mod server;
mod server_config;
#[cfg(test)]
mod tests;
mod transport;

pub use config::StandardConfig;
pub use handle::StandardHandle;
pub use layer::{Standard, StandardService};
pub use server::StandardServer;
pub use server_config::StandardServerConfig;
pub use transport::Transport;
