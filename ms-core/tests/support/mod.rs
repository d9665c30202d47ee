//! What the tests of `respond` share.

mod refuse;
mod server;

pub(crate) use refuse::Refuse;
pub(crate) use server::serve;
