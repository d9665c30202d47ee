//! What stands right around a client.

use ms_core::error::ErrorLayer;
use ms_core::name::Name;
use ms_core::registry::Registry;
use tower_layer::Layer;

use crate::deadline::{PropagateDeadline, PropagateDeadlineLayer};

/// Right around a client of `http::Request`: its errors become able to hold a rejection, by the
/// layer `E`, and the deadline goes along in the headers of each attempt.
#[derive(Debug, Clone)]
pub struct Transport<E = ErrorLayer> {
    propagate: PropagateDeadlineLayer,
    errors: E,
}

impl Transport {
    pub(super) fn named(name: &Name) -> Self {
        Self { propagate: PropagateDeadlineLayer::named(name), errors: ErrorLayer }
    }
}

impl<E> Transport<E> {
    pub(super) fn registry(self, registry: &Registry) -> Self {
        Self { propagate: self.propagate.registry(registry), ..self }
    }

    #[cfg(feature = "tonic-0_14")]
    pub(super) fn errors<Other>(self, errors: Other) -> Transport<Other> {
        Transport { propagate: self.propagate, errors }
    }
}

impl<S, E: Layer<S>> Layer<S> for Transport<E> {
    type Service = PropagateDeadline<E::Service>;

    fn layer(&self, client: S) -> Self::Service {
        self.propagate.layer(self.errors.layer(client))
    }
}
