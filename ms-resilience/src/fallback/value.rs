//! The same value for everybody.

use std::fmt;
use std::future::{Ready, ready};

use ms_core::repeat::NotRepeatable;

use super::answer::{Answer, Kind, NoAnswer};
use super::failed::Failed;

/// Answers with a value: made by [`FallbackLayer::value`](super::FallbackLayer::value).
#[derive(Clone)]
pub struct Value<T>(T);

impl<T> Value<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T: Clone + Send + Sync + 'static> Kind for Value<T> {
    const NAME: &'static str = "value";
    const NEEDS_REQUEST: bool = false;
}

impl<T, Req, Err> Answer<Req, T, Err> for Value<T>
where
    T: Clone + Send + Sync + 'static,
{
    type Future = Ready<Result<T, NoAnswer>>;

    fn answer(&self, _: Result<Req, NotRepeatable>, _: Failed<T, Err>) -> Self::Future {
        ready(Ok(self.0.clone()))
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").finish_non_exhaustive()
    }
}
