//! Lets a call through only for those who may make it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use ms_auth::authorize::{self, AuthorizeLayer, Rule};
//! use ms_core::context::Context;
//! use ms_core::principal::Principal;
//! use ms_core::rejection::Rejection;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let read = service_fn(|id: u32| async move { Ok::<_, Rejection>(format!("user {id}")) });
//! let users = AuthorizeLayer::new("users", Rule::scope("users:read")).layer(read);
//!
//! let order = Principal::new("order", "jwt").with_scope("users:read");
//! let known = Context::new().with_principal(order);
//! assert_eq!(known.scope(users.clone().oneshot(7)).await.unwrap(), "user 7");
//!
//! let nobody = users.oneshot(7).await.unwrap_err();
//! assert!(nobody.is(&authorize::UNKNOWN_CALLER));
//! # }
//! ```
//!
//! # Behaviour
//!
//! - A call without a principal is rejected for [`UNKNOWN_CALLER`] (401, UNAUTHENTICATED); one
//!   whose principal breaks the rule for [`NOT_ALLOWED`] (403, PERMISSION_DENIED). Neither says
//!   which rule: that is for the log.
//! - The principal is read in `call`. The wrapped service is called only for those who may.
//! - It belongs inside of whatever authenticates, and outside of the handler.
//!
//! # What it reports
//!
//! Kind `authorize`; `auth.authorizations` by `outcome`: `allowed`, `unknown`, `denied`. A call
//! that is not allowed is a `tracing` event with target `ms::authorize` and level `INFO`: it names
//! the caller and the rule, never what the caller brought along.
//!
//! # Neighbours
//!
//! A rule sees the principal and nothing of the request; what depends on the request belongs in
//! the handler, which finds the principal in the `Context`.

mod handle;
mod layer;
mod reason;
mod rule;
mod service;
#[cfg(test)]
mod tests;

pub use handle::AUTHORIZATIONS;
pub use layer::AuthorizeLayer;
pub use reason::{NOT_ALLOWED, UNKNOWN_CALLER};
pub use rule::Rule;
pub use service::{Authorize, ResponseFuture};
