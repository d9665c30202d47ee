//! What each attempt sends is the original, or there is no attempt.

mod attempts;
mod property;
mod script;
