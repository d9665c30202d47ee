//! Why calls are refused: constants that policies declare.

use std::fmt;

/// Whose fault a rejection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Our own side refused; the peer was never called. Neutral for every outer layer.
    Local,
    /// The peer was called and did not do its part. A failure for every outer layer.
    Peer,
    /// Whoever called us gave up. The age of the call decides what that says about the peer.
    Caller,
}

/// What kind of refusal it is: the part that a protocol can express.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The service cannot be used now.
    Unavailable,
    /// The caller used up what it may use.
    Exhausted,
    /// The time is over.
    Deadline,
    /// The request can never be served as it is.
    Invalid,
    /// It is not known who is calling.
    Unauthenticated,
    /// It is known, and not enough.
    Forbidden,
    /// A defect of our own.
    Internal,
}

/// Why a policy refuses calls, as a constant of that policy.
///
/// ```
/// use ms_core::rejection::{Fault, Kind, Reason};
///
/// pub const FULL: Reason = Reason::unavailable("bulkhead", "bulkhead_full")
///     .text("all places are taken")
///     .numbers(&["limit", "waiting"]);
///
/// assert_eq!(FULL.code(), "bulkhead_full");
/// assert_eq!((FULL.kind(), FULL.fault()), (Kind::Unavailable, Fault::Local));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reason {
    policy: &'static str,
    code: &'static str,
    text: &'static str,
    numbers: &'static [&'static str],
    fault: Fault,
    kind: Kind,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(policy: &'static str, code: &'static str) -> Self {
            Self::new(policy, code, Kind::$kind)
        }
    )*};
}

impl Reason {
    kinds! {
        /// A reason of `policy` for which the service cannot be used now.
        unavailable => Unavailable;
        /// A reason of `policy` for which the caller must hold back.
        exhausted => Exhausted;
        /// A reason of `policy` for which the time is over.
        deadline => Deadline;
        /// A reason of `policy` for which the request can never be served.
        invalid => Invalid;
        /// A reason of `policy` for which it is not known who is calling.
        unauthenticated => Unauthenticated;
        /// A reason of `policy` for which the caller is known, and not enough.
        forbidden => Forbidden;
        /// A reason of `policy` that is a defect of our own.
        internal => Internal;
    }

    const fn new(policy: &'static str, code: &'static str, kind: Kind) -> Self {
        Self { policy, code, text: code, numbers: &[], fault: Fault::Local, kind }
    }

    /// What a person reads; without it the code.
    #[must_use]
    pub const fn text(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }

    /// Whose fault it is; without it [`Fault::Local`].
    #[must_use]
    pub const fn fault_of(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    /// What the numbers of such a rejection mean, at most four.
    #[must_use]
    pub const fn numbers(mut self, labels: &'static [&'static str]) -> Self {
        self.numbers = labels;
        self
    }

    /// The kind of policy that declares it, like `circuit_breaker`.
    #[must_use]
    pub const fn policy(&self) -> &'static str {
        self.policy
    }

    /// The stable name, like `circuit_open`: safe to show to a caller and to match on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What a person reads: safe to show to a caller.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.text
    }

    /// What the numbers of such a rejection mean.
    #[must_use]
    pub const fn labels(&self) -> &'static [&'static str] {
        self.numbers
    }

    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// What kind of refusal it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

/// Reasons are one if policy and code are.
impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code && self.policy == other.policy
    }
}

impl Eq for Reason {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}
