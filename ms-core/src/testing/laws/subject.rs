//! What the laws can be asked of.

use std::fmt::Debug;

use tower_layer::Layer;
use tower_service::Service;

use crate::rejection::Rejectable;
use crate::testing::probe::{Probe, ProbeHandle};

/// What the laws wrap in the layer under test.
pub type Inner = Probe<u32, u32>;

/// What the laws read it with.
pub(super) type Handle = ProbeHandle<u32, u32>;

/// A service that the laws can be asked of: numbers in, numbers out, and it may change threads.
///
/// It is implemented for every service that fits. A future that is not `Send` does not:
///
/// ```compile_fail
/// use ms_core::testing::laws;
/// use std::{future::Future, pin::Pin};
/// use tower::{layer::layer_fn, util::MapFuture};
///
/// laws::check(|| layer_fn(|inner| {
///     MapFuture::new(inner, |f| -> Pin<Box<dyn Future<Output = _>>> { Box::pin(f) })
/// }));
/// ```
#[diagnostic::on_unimplemented(
    message = "the laws cannot be asked of `{Self}`",
    note = "they ask for `Service<u32, Response = u32>` whose error is `Rejectable` and whose \
            future is `Send + 'static`; adapt others with `map_request` and `map_response`"
)]
pub trait TestedService:
    Service<u32, Response = u32, Error: Rejectable + Debug + Send + 'static, Future: Send + 'static>
    + Send
    + 'static
{
}

impl<S> TestedService for S
where
    S: Service<u32, Response = u32> + Send + 'static,
    S::Error: Rejectable + Debug + Send + 'static,
    S::Future: Send + 'static,
{
}

/// A layer that the laws can be asked of.
pub trait TestedLayer: Layer<Inner, Service: TestedService> {}

impl<L> TestedLayer for L
where
    L: Layer<Inner>,
    L::Service: TestedService,
{
}

/// A layer that all laws can be asked of, those on clones included.
pub trait TestedCloneLayer: Layer<Inner, Service: TestedService + Clone> {}

impl<L> TestedCloneLayer for L
where
    L: Layer<Inner>,
    L::Service: TestedService + Clone,
{
}
