//! How the body of a response goes on with the call.

use ms_core::http::guard::{End, Watch};

use super::permit::Permit;

/// However the body ends, the call does.
impl<E> Watch<E> for Permit {
    fn end(self, _: End<'_, E>) {}
}
