//! What a number means.

/// What a policy counts or measures: a constant of its own folder.
///
/// ```
/// use ms_core::registry::Metric;
///
/// pub const CALLS: Metric =
///     Metric::new("resilience.timeout.calls", "{call}", "Calls by how they ended.");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    name: &'static str,
    unit: &'static str,
    help: &'static str,
}

impl Metric {
    /// A metric with its dotted name, its unit as UCUM writes it (`s`, `1`, `{call}`), and what it
    /// means in one sentence.
    #[must_use]
    pub const fn new(name: &'static str, unit: &'static str, help: &'static str) -> Self {
        Self { name, unit, help }
    }

    /// The dotted name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The unit, as UCUM writes it.
    #[must_use]
    pub const fn unit(&self) -> &'static str {
        self.unit
    }

    /// What it means.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.help
    }
}
