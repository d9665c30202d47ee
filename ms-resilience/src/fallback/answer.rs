//! What answers in place of a service.

use std::future::Future;

use ms_core::repeat::NotRepeatable;

use super::failed::Failed;

/// What is so of every fallback of one kind, whatever it answers.
pub trait Kind: Clone + Send + Sync + 'static {
    /// Its name in metrics, events and marks.
    const NAME: &'static str;

    /// Whether it has use for the request. If not, nothing is kept of requests.
    const NEEDS_REQUEST: bool = true;

    /// Whether it does the work of the request: then a request that may have been worked on
    /// already is only given to it if that is safe to do twice.
    const WORKS_AGAIN: bool = false;
}

/// Answers in place of a service.
///
/// A fallback of your own kind implements it, and [`Kind`]:
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use ms_core::{repeat::NotRepeatable, rejection::BoxError};
/// use ms_resilience::fallback::{Answer, Failed, FallbackLayer, Kind, NoAnswer, Unkept};
/// use std::future::{Ready, ready};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// #[derive(Clone)]
/// struct Zero;
///
/// impl Kind for Zero {
///     const NAME: &'static str = "zero";
///     const NEEDS_REQUEST: bool = false;
/// }
///
/// impl<Req, Err> Answer<Req, u32, Err> for Zero {
///     type Future = Ready<Result<u32, NoAnswer>>;
///
///     fn answer(&self, _: Result<Req, NotRepeatable>, _: Failed<u32, Err>) -> Self::Future {
///         ready(Ok(0))
///     }
/// }
///
/// let broken = service_fn(|_: ()| async { Err::<u32, BoxError>("refused".into()) });
/// let stock = FallbackLayer::by("stock", Zero, Unkept).layer(broken);
/// assert_eq!(stock.oneshot(()).await.unwrap(), 0);
/// # }
/// ```
pub trait Answer<Req, Res, Err>: Kind {
    /// Gives the answer, or says that there is none.
    type Future: Future<Output = Result<Res, NoAnswer>>;

    /// Answers `request`, for which the service gave what is `failed`.
    ///
    /// The request is there if the kind [needs](Kind::NEEDS_REQUEST) it.
    fn answer(&self, request: Result<Req, NotRepeatable>, failed: Failed<Res, Err>)
    -> Self::Future;
}

/// Why a fallback gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoAnswer {
    /// It failed.
    Failed,
    /// It took longer than it may.
    TimedOut,
    /// It has no room for this.
    Full,
    /// The request was not kept, or not all of it.
    NotKept(NotRepeatable),
}

impl From<NotRepeatable> for NoAnswer {
    fn from(why: NotRepeatable) -> Self {
        Self::NotKept(why)
    }
}
