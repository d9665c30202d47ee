//! The layer around a stack of layers.

use tower_layer::Layer;

use super::fallible::Fallible;
use super::service::RespondService;

/// `layers`, made fit for a router whose services have no errors.
///
/// ```
/// use axum::{Router, extract::Request};
/// use ms_core::http::respond;
/// use tower::ServiceBuilder;
///
/// let layers = ServiceBuilder::new().map_request(|request: Request| request);
/// let app: Router = Router::new().layer(respond(layers));
/// ```
#[must_use]
pub const fn respond<L>(layers: L) -> RespondLayer<L> {
    RespondLayer { layers }
}

/// What [`respond`] makes of a stack of layers.
#[derive(Debug, Clone, Copy, Default)]
pub struct RespondLayer<L> {
    layers: L,
}

impl<L, S> Layer<S> for RespondLayer<L>
where
    L: Layer<Fallible<S>>,
{
    type Service = RespondService<L::Service>;

    fn layer(&self, inner: S) -> Self::Service {
        RespondService::new(self.layers.layer(Fallible::new(inner)))
    }
}
