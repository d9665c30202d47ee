//! For services whose own error cannot hold a rejection.
//!
//! [`ErrorLayer`] stands right around such a service, below all other layers.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use ms_core::error::{Error, ErrorLayer};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let client = service_fn(|_: ()| async { Err::<(), _>(std::fmt::Error) });
//! let error: Error<std::fmt::Error> = ErrorLayer.layer(client).oneshot(()).await.unwrap_err();
//! assert_eq!(error.into_service().ok(), Some(std::fmt::Error));
//! # }
//! ```
//!
//! # When it does not compile
//!
//! "The method `oneshot` exists … but its trait bounds were not satisfied" hides the cause. Return
//! the stack from a function `fn client() -> impl Service<Request>`, and the compiler names it:
//! most often an error that cannot hold a rejection, which is what [`ErrorLayer`] is for, or a
//! service that a layer asks to be `Clone` (`BoxCloneService` instead of `BoxService`).

mod layer;
pub(crate) mod value;

pub use layer::{ErrorLayer, ErrorService, ResponseFuture};
pub use value::Error;
