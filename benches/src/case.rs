//! One thing whose cost is measured.

/// One thing whose cost is measured.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Its policy, and what is special about it: `timeout/attempt/pending`.
    pub name: &'static str,
    /// Whose it is.
    pub role: Role,
    /// Builds the service and calls it so many times, by one of the functions of
    /// [`drive`](crate::drive).
    pub run: fn(u64),
}

/// Whose a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Ours: it may have a budget.
    Ours,
    /// A peer's; it does what our case `of` does.
    Peer {
        /// The name of our case.
        of: &'static str,
    },
    /// Nobody's: what there is without a policy.
    Floor,
}

impl Case {
    /// A case of ours.
    #[must_use]
    pub const fn ours(name: &'static str, run: fn(u64)) -> Self {
        Self { name, role: Role::Ours, run }
    }

    /// What a peer takes for what our case `of` does.
    #[must_use]
    pub const fn peer(name: &'static str, of: &'static str, run: fn(u64)) -> Self {
        Self { name, role: Role::Peer { of }, run }
    }

    /// What there is without a policy.
    #[must_use]
    pub const fn floor(name: &'static str, run: fn(u64)) -> Self {
        Self { name, role: Role::Floor, run }
    }
}
