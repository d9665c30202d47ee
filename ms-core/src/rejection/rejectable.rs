//! Errors that can hold a rejection.

use std::error::Error;
use std::io;

use super::value::{BoxError, Rejection};

/// An error type that can hold a [`Rejection`], and find it again.
///
/// Implemented for [`Rejection`], [`BoxError`], [`Error<E>`](crate::error::Error), and with
/// feature `tonic-0_14` for `tonic::Status`. For an enum of your own it takes one line:
///
/// ```
/// use ms_core::rejectable;
/// use ms_core::rejection::Rejection;
///
/// #[derive(Debug)]
/// enum UserError {
///     NotFound,
///     Rejected(Rejection),
/// }
/// rejectable!(UserError::Rejected);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a `Rejection`",
    label = "the error of the wrapped service",
    note = "put `ms_core::error::ErrorLayer` right around that service (below our layers): it \
            makes the error `ms_core::error::Error<{Self}>`",
    note = "or, if the error type is your own, add a variant that holds a `Rejection` and name it: \
            `ms_core::rejectable!(MyError::Rejected);`"
)]
pub trait Rejectable: From<Rejection> {
    /// The rejection, if this error is or holds one.
    fn as_rejection(&self) -> Option<&Rejection>;
}

impl Rejectable for Rejection {
    #[inline]
    fn as_rejection(&self) -> Option<&Rejection> {
        Some(self)
    }
}

/// Finds a rejection anywhere in the chain of sources.
impl Rejectable for BoxError {
    fn as_rejection(&self) -> Option<&Rejection> {
        find(&**self)
    }
}

/// The first rejection in the chain of sources that starts with `error`.
pub(crate) fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Rejection> {
    chain(error).find_map(|error| error.downcast_ref::<Rejection>())
}

/// `error` and all that is behind it.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| behind(error))
}

/// An `io::Error` does not show what it holds as its source, only what is behind that.
fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref().and_then(io::Error::get_ref) {
        Some(held) => Some(held),
        None => error.source(),
    }
}

/// Makes an enum of errors [`Rejectable`](crate::rejection::Rejectable): names the variant that
/// holds a [`Rejection`](crate::rejection::Rejection).
///
/// ```
/// use ms_core::rejectable;
/// use ms_core::rejection::{Reason, Rejectable, Rejection};
///
/// enum OrderError {
///     SoldOut,
///     Refused(Rejection),
/// }
/// rejectable!(OrderError::Refused);
///
/// const FULL: Reason = Reason::unavailable("bulkhead", "bulkhead_full");
/// let error = OrderError::from(Rejection::new(&FULL, "orders"));
/// assert!(error.as_rejection().is_some());
/// assert!(OrderError::SoldOut.as_rejection().is_none());
/// ```
#[macro_export]
macro_rules! rejectable {
    ($error:ident :: $variant:ident) => {
        impl ::core::convert::From<$crate::rejection::Rejection> for $error {
            fn from(rejection: $crate::rejection::Rejection) -> Self {
                Self::$variant(rejection)
            }
        }

        impl $crate::rejection::Rejectable for $error {
            fn as_rejection(&self) -> ::core::option::Option<&$crate::rejection::Rejection> {
                match self {
                    Self::$variant(rejection) => ::core::option::Option::Some(rejection),
                    #[allow(unreachable_patterns, reason = "the enum may have one variant")]
                    _ => ::core::option::Option::None,
                }
            }
        }
    };
}
