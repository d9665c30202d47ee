//! `house semantics`: every rule of behaviour has its tests, every such test its rule.

pub(crate) mod bugs;
pub(crate) mod compare;
pub(crate) mod document;
pub(crate) mod suite;
pub(crate) mod tests_of;
pub(crate) mod write;
