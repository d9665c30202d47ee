//! Which outcomes a fallback is for.

use ms_core::rejection::Rejectable;

use super::failed::Failed;

/// Says whether a fallback is to answer for an outcome. It is not asked for a success.
///
/// Closures `Fn(&Failed<Res, Err>) -> bool` say so too:
///
/// ```
/// use ms_core::rejection::BoxError;
/// use ms_resilience::fallback::{Failed, FallbackLayer};
///
/// // Only where the peer was never called.
/// let layer = FallbackLayer::value("users", Vec::<u32>::new())
///     .when(|failed: &Failed<Vec<u32>, BoxError>| failed.never_left());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say when a fallback is to answer",
    note = "a cloneable closure `|failed: &Failed<{Res}, {Err}>| -> bool` does, and `Failures`"
)]
pub trait When<Res, Err>: Clone {
    /// Whether the fallback is to answer.
    fn wants(&self, failed: &Failed<Res, Err>) -> bool;
}

impl<F, Res, Err> When<Res, Err> for F
where
    F: Fn(&Failed<Res, Err>) -> bool + Clone,
{
    fn wants(&self, failed: &Failed<Res, Err>) -> bool {
        self(failed)
    }
}

/// Every failure of the peer and every refusal of our own side: the default.
///
/// Not a call that the deadline of its caller cut short: nobody waits for that answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failures;

impl<Res, Err: Rejectable> When<Res, Err> for Failures {
    fn wants(&self, failed: &Failed<Res, Err>) -> bool {
        failed.is_failure() || failed.is_local()
    }
}
