//! What each attempt sends is the original, or there is no attempt.

mod attempts;
pub(in crate::http) mod property;
pub(in crate::http) mod script;
