//! The types of errors that are recognised without a trait.

use std::any::Any;
use std::error::Error as StdError;
use std::io;

use crate::error::Error;
use crate::rejection::BoxError;

type Known = fn(&dyn Any) -> Option<&(dyn StdError + 'static)>;

const KNOWN: &[Known] = &[
    boxed,
    known::<io::Error>,
    #[cfg(feature = "hyper-1")]
    known::<hyper::Error>,
    #[cfg(feature = "hyper-util-0_1")]
    known::<hyper_util::client::legacy::Error>,
    #[cfg(feature = "reqwest-0_13")]
    known::<reqwest_0_13::Error>,
    #[cfg(feature = "tonic-0_14")]
    known::<tonic_0_14::Status>,
];

/// `error` as an error, if its type is known: alone, boxed, or either inside the [`Error`] that
/// [`ErrorLayer`](crate::error::ErrorLayer) makes.
///
/// No trait is asked for, so that any other error can be classified too.
pub(in crate::http::classify) fn as_error(error: &dyn Any) -> Option<&(dyn StdError + 'static)> {
    KNOWN.iter().find_map(|known| known(error))
}

/// The `E` that `error` is or holds: an [`Error`] does not show what it holds as its source.
pub(in crate::http::classify) fn held<'a, E>(error: &'a (dyn StdError + 'static)) -> Option<&'a E>
where
    E: StdError + 'static,
{
    error.downcast_ref().or_else(|| service(error.downcast_ref()?))
}

fn known<E: StdError + 'static>(error: &dyn Any) -> Option<&(dyn StdError + 'static)> {
    let alone = error.downcast_ref().map(|error: &E| error as _);
    alone.or_else(|| error.downcast_ref().map(|error: &Error<E>| error as _))
}

fn boxed(error: &dyn Any) -> Option<&(dyn StdError + 'static)> {
    let boxed: &BoxError = error.downcast_ref().or_else(|| service(error.downcast_ref()?))?;
    Some(&**boxed)
}

fn service<E>(error: &Error<E>) -> Option<&E> {
    match error {
        Error::Service(error) => Some(error),
        Error::Rejected(_) => None,
    }
}
