//! What travels in a context and only its owner knows.

use std::any::{Any, TypeId};
use std::sync::Arc;

/// A value that a crate keeps in the [`Context`](super::Context): one for each type.
///
/// ```
/// use ms_core::context::{Context, Extension};
///
/// #[derive(Debug, PartialEq)]
/// struct Tenant(u32);
/// impl Extension for Tenant {}
///
/// let context = Context::new().with(Tenant(7));
/// assert_eq!(context.get::<Tenant>(), Some(&Tenant(7)));
/// ```
pub trait Extension: Any + Send + Sync {}

/// The values of one context. Few, so a list; shared, so a change copies it.
#[derive(Clone, Default)]
pub(super) struct Extensions(Vec<(TypeId, Arc<dyn Any + Send + Sync>)>);

impl Extensions {
    pub(super) fn insert<T: Extension>(&mut self, value: T) {
        let id = TypeId::of::<T>();
        let value: Arc<dyn Any + Send + Sync> = Arc::new(value);
        match self.0.iter_mut().find(|(known, _)| *known == id) {
            Some((_, old)) => *old = value,
            None => self.0.push((id, value)),
        }
    }

    pub(super) fn get<T: Extension>(&self) -> Option<&T> {
        let id = TypeId::of::<T>();
        let (_, value) = self.0.iter().find(|(known, _)| *known == id)?;
        value.downcast_ref()
    }
}
